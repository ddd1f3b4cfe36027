"""The intervals of a community's clocks on a day: the defaults with the station's dated rows before them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from elders.models import ClockRule
from elders.rules import clocks


def days_on(community_id: int, on: date) -> dict[str, int]:
    """Days by clock key. Source: elders.rules.clocks, domain.md §1.13."""
    rows = ClockRule.objects.filter(community_id=community_id, valid_from__lte=on).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    )
    return {**clocks.DEFAULTS, **dict(rows.order_by("valid_from").values_list("key", "days"))}
