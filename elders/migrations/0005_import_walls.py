"""Row security on the faults of imports."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls


class Migration(migrations.Migration):
    dependencies = [("elders", "0004_imports")]
    operations = [
        *walls.guard("elders_importfault", city=False),
        migrations.RunSQL(
            "create index elders_elder_import_job on elders_elder (import_job_id) where import_job_id is not null",
            "drop index elders_elder_import_job",
        ),
    ]
