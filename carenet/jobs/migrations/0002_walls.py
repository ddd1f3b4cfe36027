"""Jobs stand behind row security, move by their step table and are never deleted."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

EDGES = {
    "QUEUED": ["RUNNING", "DONE", "FAILED"],
    "RUNNING": ["DONE", "FAILED"],
    "DONE": ["UNDONE"],
}


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_jobs"), ("parties", "0003_walls")]
    operations = [
        *walls.guard("jobs_job", city=False),
        *walls.steps("jobs_job", "state", EDGES, initial=["QUEUED"]),
        *walls.frozen("jobs_job", ("community_id", "kind", "by_id", "upload_id", "created_at")),
        *walls.no_delete("jobs_job"),
    ]
