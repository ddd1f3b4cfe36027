"""Hours that helpers have promised to elders: what `volunteers` asks, through its portal, before it promises a shift."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.models import Assignment, Helper
from volunteers.portal import Engagement
from volunteers.reports.engaged import HOLDS


def helping(
    volunteer_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> dict[int, list[Engagement]]:
    """The help that holds these volunteers in a span of time, the earliest first; without the elder's name."""
    rows = (
        Assignment.objects.filter(
            helper__volunteer_id__in=volunteer_ids,
            released_at__isnull=True,
            period__overlap=(starts_at, ends_at),
        )
        .select_related("request__kind", "helper")
        .order_by("period", "pk")
    )
    found: dict[int, list[Engagement]] = {}
    for each in rows:
        volunteer_id = each.helper.volunteer_id
        if volunteer_id is not None:
            found.setdefault(volunteer_id, []).append(
                Engagement(each.request.kind.title, each.period.lower, each.period.upper)
            )
    return found


def in_shifts(helper_ids: Collection[int], starts_at: datetime, ends_at: datetime) -> frozenset[int]:
    """Which of these helpers a shift of the volunteers holds in a span of time."""
    return frozenset(
        Helper.objects.filter(
            pk__in=helper_ids,
            volunteer__promises__state__in=HOLDS,
            volunteer__promises__period__overlap=(starts_at, ends_at),
        ).values_list("pk", flat=True)
    )
