"""How the elders of several communities stand, in counts and nothing else: for the street, which reads no person.

Source: domain.md §9.4 (C1 public aggregate); S4 (street level sees coverage and what is late).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from carenet.kernel import months
from elders.models import Elder


@dataclass(frozen=True)
class Standing:
    """One community's counts."""

    in_care: int = 0
    red: int = 0
    yellow: int = 0
    unassessed: int = 0
    overdue: int = 0
    silent: int = 0
    red_silent: int = 0


def standings(community_ids: Sequence[int], *, at: datetime) -> dict[int, Standing]:
    """The counts of each community; one query. Red counts a provisional red, too."""
    red = Q(colour="RED") | Q(provisional_colour="RED")
    silent = Q(contact_due_at__lt=at)
    rows = (
        Elder.objects.filter(community_id__in=community_ids)
        .active()
        .order_by()
        .values("community_id")
        .annotate(
            in_care=Count("pk"),
            red=Count("pk", filter=red),
            yellow=Count("pk", filter=Q(colour="YELLOW") & ~Q(provisional_colour="RED")),
            unassessed=Count("pk", filter=Q(level__isnull=True)),
            overdue=Count("pk", filter=Q(assessment_due_on__lt=months.day_of(at))),
            silent=Count("pk", filter=silent),
            red_silent=Count("pk", filter=red & silent),
        )
    )
    return {each.pop("community_id"): Standing(**each) for each in rows}
