"""What is open and late in several communities, in counts and nothing else: for the street, which reads no person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from services.models import ServiceRequest
from services.states import BEFORE_DONE, WAITING


@dataclass(frozen=True)
class Work:
    """One community's counts."""

    alarms: int = 0
    waiting: int = 0
    overdue: int = 0


def work(community_ids: Sequence[int], *, at: datetime) -> dict[int, Work]:
    """The counts of each community; one query. Source: issue 2 item 3 (the street reads, it does not act)."""
    waiting = Q(state__in=WAITING) & ~Q(kind="SOS")
    rows = (
        ServiceRequest.objects.filter(community_id__in=community_ids, state__in=BEFORE_DONE)
        .order_by()
        .values("community_id")
        .annotate(
            alarms=Count("pk", filter=Q(kind="SOS")),
            waiting=Count("pk", filter=waiting),
            overdue=Count("pk", filter=waiting & Q(due_at__lt=at)),
        )
    )
    return {each.pop("community_id"): Work(**each) for each in rows}
