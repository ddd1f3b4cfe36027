"""The living situation of everybody on the register becomes the first row of its history."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("elders", "0008_two_signatures")]
    operations = [
        # What a present elder's living situation is, becomes the first row of its history.
        migrations.RunSQL(
            "insert into elders_livingspell (community_id, elder_id, living, caregiver, since, by_id, at) "
            "select community_id, id, living, caregiver, registered_on, registered_by_id, created_at from elders_elder "
            "where status <> 'WITHDRAWN'",
            migrations.RunSQL.noop,
        ),
    ]
