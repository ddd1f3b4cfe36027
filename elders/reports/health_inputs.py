"""What triage may read from the health home: open diseases, regular medicines, newest readings past a limit.

Constant number of queries for any number of elders, each fact with the day it was last written down. Source: domain.md
§1.13 (inputs, audit rule 1: the age of every input is kept).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from carenet.kernel import months
from elders.models import Condition, Elder, Measurement, Medicine
from elders.reports.limits import limits_of
from elders.rules import health as rules

# Readings older than this say nothing about now. Source: station rule (elders.rules.health.MEASURE_EVERY).
FRESH = timedelta(days=30)
# Diseases of A.4 that pass; they are no chronic ones. Source: GB/T 42195 pack, `acute_conditions`.
ACUTE = frozenset({"urinary", "pneumonia", "fracture", "amputation"})


@dataclass
class Home:
    """One elder's health home on a day; codes in lower case as in A4.conditions."""

    conditions: dict[str, date] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    medicines: int = 0
    conditions_on: date = date.min
    medicines_on: date = date.min
    past_limits: int = 0
    measured_on: date = date.min

    def ended_since(self, code: str, day: date) -> bool:
        """The home has ended this disease after the day and it did not begin again."""
        return code not in self.conditions and self.ended.get(code, date.min) > day


def homes(elders: Iterable[Elder], *, on: date) -> dict[int, Home]:
    """The health homes of these elders as of a day; who has nothing on file is missing: unknown, not healthy."""
    chosen = list(elders)
    ids = [each.pk for each in chosen]
    found: dict[int, Home] = {}
    until = months.start_of(on + timedelta(days=1))
    rows = Condition.objects.filter(elder__in=ids, noted_at__lt=until)
    for elder_id, code, ended_on, noted_at in rows.values_list("elder_id", "code", "ended_on", "noted_at"):
        home = found.setdefault(elder_id, Home())
        day = months.day_of(noted_at)
        if ended_on is not None and ended_on <= on:
            home.ended[code.lower()] = max(ended_on, home.ended.get(code.lower(), date.min))
            day = max(day, ended_on)
        else:
            home.conditions[code.lower()] = day
        home.conditions_on = max(home.conditions_on, day)
    taken = Medicine.objects.filter(elder__in=ids, noted_at__lt=until)
    for elder_id, ended_on, noted_at in taken.values_list("elder_id", "ended_on", "noted_at"):
        if ended_on is None or ended_on > on:
            home = found.setdefault(elder_id, Home())
            home.medicines += 1
            home.medicines_on = max(home.medicines_on, months.day_of(noted_at))
    _readings(chosen, found, on=on)
    return found


def _readings(elders: list[Elder], found: dict[int, Home], *, on: date) -> None:
    """How many kinds of readings are past the limit at their newest value; two queries for each community."""
    by_community: dict[int, list[int]] = {}
    for each in elders:
        by_community.setdefault(each.community_id, []).append(each.pk)
    for community_id, ids in by_community.items():
        limits = limits_of(ids, community_id=community_id, on=on)
        newest = (
            Measurement.objects.standing()
            .filter(
                elder__in=ids,
                taken_at__gte=months.start_of(on - FRESH),
                taken_at__lt=months.start_of(on + timedelta(days=1)),
            )
            .order_by("elder_id", "kind", "-taken_at", "-pk")
            .distinct("elder_id", "kind")
        )
        for row in newest:
            if rules.past(row.kind, row.value, row.second, limits[row.elder_id]):
                home = found.setdefault(row.elder_id, Home())
                home.past_limits += 1
                home.measured_on = max(home.measured_on, months.day_of(row.taken_at))
