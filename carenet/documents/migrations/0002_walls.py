"""Documents stand behind row security and are never changed or deleted."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents"), ("parties", "0003_walls")]
    operations = [
        *walls.guard("documents_document", city=False),
        *walls.append_only("documents_document"),
    ]
