"""What the people served thought of one volunteer's helps: read by the volunteers' pages and figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncMonth

from carenet.kernel.months import STATION_ZONE, start_of
from services.models import Feedback
from volunteers.portal import Ratings

if TYPE_CHECKING:
    from volunteers.models import Volunteer


def of_volunteer(volunteer: Volunteer, since: date, until: date) -> Ratings:
    """Ratings given from one day to another (both included) for helps the volunteer gave; one query.

    The average is in tenths of a star, rounded half up. Source: domain.md §4.4 (evaluation by the person served).
    """
    found = Feedback.objects.filter(
        community_id=volunteer.community_id,
        request__helper__volunteer=volunteer,
        at__gte=start_of(since),
        at__lt=start_of(until + timedelta(days=1)),
    ).aggregate(count=Count("pk"), stars=Avg("stars"))
    return Ratings(found["count"], int(float(found["stars"]) * 10 + 0.5) if found["count"] else 0)


# Four and five stars of five. Source: domain.md §11.1 (satisfaction: top two of five).
GOOD = 4


def by_month(community_id: int, first: date, until: date) -> dict[date, tuple[int, int]]:
    """For each month from `first` until before `until`: good ratings of volunteers' helps, and all of them; one query."""
    rows = (
        Feedback.objects.filter(
            community_id=community_id, request__helper__volunteer__isnull=False, at__gte=start_of(first), at__lt=start_of(until)
        )
        .annotate(month=TruncMonth("at", tzinfo=STATION_ZONE))
        .values_list("month")
        .annotate(good=Count("pk", filter=Q(stars__gte=GOOD)), every=Count("pk"))
    )  # fmt: skip
    return {month.date(): (good, every) for month, good, every in rows}
