"""The planner's knowledge of what the long transaction of a demonstration has written so far."""

from __future__ import annotations

from django.db import connection


def refresh() -> None:
    """Tell the planner; without it the next chapter would scan whole tables for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT parties_refresh_statistics()")
