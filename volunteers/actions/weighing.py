"""By which setting an hour was weighted: kept with the attendance, so that a later setting does not change the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from volunteers import rules
from volunteers.models import Policy


def weighed(
    *,
    earned: rules.Credit,
    risk: str,
    day: date,
    rates: Mapping[str, int],
    rows: Iterable[Policy],
    travel: int = 0,
) -> dict[str, dict[str, Any]]:
    """For coins and points that were not counted at the plain rate: the setting, its percent, since when and by whose
    decision; for minutes of the way that counted, how many. Empty when nothing was weighted or earned.
    Source: domain.md §4.3 weight_by_service, points_per_hour, travel_time_counts.
    """
    found: dict[str, dict[str, Any]] = {}
    for unit, key, got in (
        ("coins", f"weight_{risk.lower()}", earned.coins + earned.overflow),
        ("points", "points_percent", earned.points),
    ):
        percent = rates.get(key, 100)
        if not got or percent == 100:
            continue
        found[unit] = {"percent": percent, **_decided(key, day, rows)}
    if travel:
        found["travel"] = {"minutes": travel, **_decided("travel_time_counts", day, rows)}
    return found


def _decided(key: str, day: date, rows: Iterable[Policy]) -> dict[str, Any]:
    row = next((each for each in rows if each.key == key and _holds(each, day)), None)
    return {
        "key": key,
        "since": row.valid_from.isoformat() if row else "",
        "source": row.source if row else "",
    }


def _holds(row: Policy, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to > day)
