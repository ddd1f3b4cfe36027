"""Hours that volunteers have promised to shifts: what the app above asks before it promises help."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from volunteers.models import Promise
from volunteers.portal import Engagement
from volunteers.states_shifts import PromiseState

HOLDS = (PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.HERE)


def promised(
    volunteer_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> dict[int, list[Engagement]]:
    """The shifts that hold these volunteers in a span of time, the earliest first; one statement."""
    rows = (
        Promise.objects.filter(
            volunteer_id__in=volunteer_ids, state__in=HOLDS, period__overlap=(starts_at, ends_at)
        )
        .select_related("slot")
        .order_by("slot__starts_at", "pk")
    )
    found: dict[int, list[Engagement]] = {}
    for each in rows:
        slot = each.slot
        found.setdefault(each.volunteer_id, []).append(Engagement(slot.name, slot.starts_at, slot.ends_at))
    return found
