"""The minutes of the way that were noted for shifts and late hours; nothing is asked where the way does not count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from volunteers.models import Policy, TravelNote


def count(community_id: int, on: date) -> bool:
    """Whether the way counts on a day. Source: domain.md §4.3 travel_time_counts."""
    return bool(Policy.objects.values_on(community_id, on)["travel_time_counts"])


def noted(community_id: int, kind: str, numbers: Iterable[int]) -> dict[int, int]:
    """Minutes noted, by the number of the promise or late entry: each of these belongs to one volunteer. One query."""
    rows = TravelNote.objects.of(community_id).filter(
        cause_kind=kind, cause_id__in=list(numbers), minutes__gt=0
    )
    return dict(rows.values_list("cause_id", "minutes"))
