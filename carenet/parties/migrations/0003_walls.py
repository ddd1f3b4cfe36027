"""Row security on persons, organisations, memberships, places, rooms and their histories."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

TABLES = ("parties_person", "parties_organisation", "parties_membership", "parties_place", "parties_room")


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_parties")]
    operations = [
        *[step for table in TABLES for step in walls.guard(table)],
        *[step for table in TABLES for step in walls.no_delete(table)],
        *[step for table in TABLES for step in walls.guard(f"{table}event")],
        *[step for table in TABLES for step in walls.append_only(f"{table}event")],
        migrations.RunSQL(
            "grant select on parties_area, parties_community, parties_servicekind to carenet_city",
            "revoke select on parties_area, parties_community, parties_servicekind from carenet_city",
        ),
    ]
