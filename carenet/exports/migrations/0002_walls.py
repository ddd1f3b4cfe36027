"""Exports stand behind row security, move by their step table, keep their question and are never deleted."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

EDGES = {
    "APPROVED": ["EXPIRED", "READY"],
    "ASKED": ["APPROVED", "EXPIRED", "REFUSED", "WITHDRAWN"],
    "READY": ["GONE"],
}


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_exports"), ("parties", "0003_walls")]
    operations = [
        *walls.guard("exports_export", city=False),
        *walls.steps("exports_export", "state", EDGES, initial=["ASKED"]),
        *walls.frozen(
            "exports_export",
            ("community_id", "uid", "path", "title", "headings", "field_class", "purpose", "language", "asked_by_id", "asked_at"),
        ),
        *walls.no_delete("exports_export"),
    ]
