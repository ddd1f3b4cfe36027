"""How old what we know is: days since the last full assessment and file update. S4's central criticism as a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

# Upper ends in days. 180 is the half year of S4 and of the clock; beyond 365 the level is out of date.
STEPS = (30, 90, 180, 270, 365)


@dataclass(frozen=True)
class Lag:
    """The distribution and the two yardsticks of domain.md §11.1 (on-time %)."""

    rows: list[tuple[str, int]]
    total: int
    assessment_on_time: int
    archive_on_time: int

    @staticmethod
    def percent(part: int, whole: int) -> int:
        """Rounded; 100 of nobody."""
        return 100 if not whole else round(100 * part / whole)

    @property
    def assessment_percent(self) -> int:
        return self.percent(self.assessment_on_time, self.total)

    @property
    def archive_percent(self) -> int:
        return self.percent(self.archive_on_time, self.total)


def lag(elders: Any, on: date) -> Lag:
    """One query over the elders in care. Source: S4 (more than half a year of lag); domain.md §11.1."""
    edges = [None, *[on - timedelta(days=each) for each in STEPS]]
    counts: dict[str, Count] = {"never": Count("pk", filter=Q(level_on__isnull=True))}
    for number, days in enumerate(STEPS):
        newer = Q(level_on__gte=on - timedelta(days=days))
        if edges[number] is not None:
            newer &= Q(level_on__lt=edges[number])
        counts[f"step{number}"] = Count("pk", filter=newer)
    counts["older"] = Count("pk", filter=Q(level_on__lt=edges[-1]))
    found = (
        elders.active()
        .order_by()
        .aggregate(
            total=Count("pk"),
            on_time=Count("pk", filter=Q(assessment_due_on__gte=on)),
            fresh=Count("pk", filter=Q(archive_due_on__gte=on)),
            **counts,
        )
    )
    rows = []
    low = 0
    for number, days in enumerate(STEPS):
        rows.append((_("%(low)s–%(high)s days") % {"low": low, "high": days}, found[f"step{number}"]))
        low = days + 1
    rows.append((_("more than a year"), found["older"]))
    rows.append((_("never assessed"), found["never"]))
    return Lag(rows, found["total"], found["on_time"], found["fresh"])
