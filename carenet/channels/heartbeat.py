"""`heartbeat.beat(...)`: a recurring task says that it ran. Here, so that every package may say it.

The table belongs to `notices`, which stands beside ledger, jobs and audit; hence one plain statement instead of
an import.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def beat(*, name: str, at: datetime, ok: bool = True, detail: str = "") -> None:
    """A recurring task has just run. Two at once leave the later one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notices_heartbeat (name, at, ok, detail) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (name) DO UPDATE SET at = excluded.at, ok = excluded.ok, detail = excluded.detail "
            "WHERE notices_heartbeat.at <= excluded.at",
            [name[:60], at, ok, detail[:200]],
        )
