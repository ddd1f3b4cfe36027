"""Notices stand behind row security; attempts and reads only grow; a notice's content never changes."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

EDGES = {
    "WAITING": ["CLAIMED", "SENT", "FAILED", "CANCELLED"],
    "CLAIMED": ["WAITING", "SENT", "FAILED"],
    "FAILED": ["WAITING", "CANCELLED"],
}
FROZEN = (
    "community_id", "key", "template", "channel", "to_user_id", "to_person_id", "to_role", "params", "urgent",
    "due_at", "created_at",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices"), ("accounts", "0002_walls"), ("parties", "0003_walls")]
    operations = [
        *walls.guard("notices_outbox", city=False),
        *walls.guard("notices_attempt", city=False),
        *walls.guard("notices_noticeread", city=False),
        *walls.steps("notices_outbox", "state", EDGES, initial=["WAITING"]),
        *walls.frozen("notices_outbox", FROZEN),
        *walls.no_delete("notices_outbox"),
        *walls.append_only("notices_attempt"),
        *walls.append_only("notices_noticeread"),
        *walls.no_delete("notices_heartbeat"),
    ]
