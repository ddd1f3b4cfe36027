"""The limits that hold for readings: an elder's own, else the station's, else the defaults."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from elders.models import HealthLimit
from elders.rules import health as rules

Limits = dict[tuple[str, str], rules.Limit]


def limits_of(elder_ids: Iterable[int], *, community_id: int, on: date) -> dict[int, Limits]:
    """The limits of many elders on a day, by elder id; one query. The latest `valid_from` counts."""
    ids = list(elder_ids)
    rows = HealthLimit.objects.filter(community_id=community_id, valid_from__lte=on).filter(
        Q(elder__isnull=True) | Q(elder__in=ids)
    )
    station: Limits = dict(rules.LIMITS)
    own: dict[int, Limits] = {}
    for row in rows.order_by("valid_from", "pk"):
        table = station if row.elder_id is None else own.setdefault(row.elder_id, {})
        table[(row.kind, row.part)] = (row.low, row.high)
    return {each: {**station, **own.get(each, {})} for each in ids}
