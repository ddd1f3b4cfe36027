"""How often each worker decides otherwise than suggested. Source: domain.md §1.13 audit rule 4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from elders.models import TriageDecision

WINDOW = timedelta(days=365)


@dataclass(frozen=True)
class Rate:
    """One worker's decisions of the last year."""

    worker: str
    decisions: int
    overrides: int

    @property
    def percent(self) -> int:
        return round(100 * self.overrides / self.decisions) if self.decisions else 0


def by_worker(community_id: int, at: datetime) -> list[Rate]:
    """Who decided in the last year, most decisions first."""
    rows = (
        TriageDecision.objects.filter(community_id=community_id, is_final=True, at__gt=at - WINDOW)
        .values("by__display_name", "by__username")
        .annotate(decisions=Count("pk"), overrides=Count("pk", filter=~Q(override="")))
        .order_by("-decisions", "by__username")
    )
    return [
        Rate(each["by__display_name"] or each["by__username"], each["decisions"], each["overrides"])
        for each in rows
    ]
