"""How often something may be tried. One SQL function counts, atomically, for all machines.

Keys are hashed here: the table names neither a phone nor an address.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

from carenet.parties import sealed


def _hashed(key: str) -> str:
    purpose = key.split(":", 1)[0]
    return f"{purpose}:{sealed.index(key, 'limit').hex()[:32]}"


def take(key: str, limit: int, seconds: int, at: datetime | None = None) -> bool:
    """Count one try of `key`; False when the limit is reached.

    At most `limit` tries in any `seconds`; with the last one the key is closed for the whole of `seconds`.
    `key` is `<purpose>:<what>`. The row stays locked until the transaction ends, so concurrent tries count
    exactly; do the slow work before, not after. A savepoint that is rolled back also takes back the count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT accounts_take(%s, %s, %s, %s)", [_hashed(key), limit, seconds, at or timezone.now()]
        )
        return bool(cursor.fetchone()[0])


def blocked(key: str, at: datetime | None = None) -> bool:
    """Whether `key` is closed now, without counting and without waiting for others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_blocked(%s, %s)", [_hashed(key), at or timezone.now()])
        return bool(cursor.fetchone()[0])


def forget(key: str) -> None:
    """Start counting `key` anew (after a success)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_forget(%s)", [_hashed(key)])


def sweep(at: datetime) -> int:
    """Drop counters that no longer matter; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_sweep_limits(%s)", [at])
        return int(cursor.fetchone()[0])
