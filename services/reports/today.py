"""The numbers of the day for the office's home page; every one links to its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection

from carenet.kernel.months import day_of, start_of
from services.models import Candidate, Feedback, FollowUp, ServiceRequest
from services.states import OPEN_OFFERS, UNDER_WAY, WAITING

if TYPE_CHECKING:
    from carenet.parties.models import Community

# An unconfirmed service is asked about after these days. Source: station rule.
CONFIRM_WITHIN = timedelta(days=3)
COMPLAINT_STARS = 2

PER_DAY = """
select (done_at at time zone 'Asia/Shanghai')::date, count(*) filter (where kind_id <> 'SOS'),
       count(*) filter (where kind_id = 'SOS')
from services_servicerequest
where community_id = %s and done_at >= %s and done_at < %s group by 1
"""


@dataclass(frozen=True)
class Today:
    """Counts of now."""

    taken: int
    done: int
    waiting: int
    overdue: int
    under_way: int
    to_confirm: int
    offers: int
    alarms: int
    month_alarms: int
    month_in_time: int
    follow_ups_overdue: int
    complaints: int


def today(community: Community, at: datetime) -> Today:
    """Everything the dashboard shows; a constant number of queries. Source: domain.md §11.1."""
    begin = start_of(day_of(at))
    requests = ServiceRequest.objects.of(community)
    plain = requests.exclude(kind_id="SOS")
    alarms = list(
        requests.alarms()
        .filter(requested_at__gte=at - timedelta(days=30))
        .values_list("requested_at", "answered_at", "state")
    )
    return Today(
        taken=plain.filter(requested_at__gte=begin, requested_at__lte=at).count(),
        done=plain.filter(done_at__gte=begin, done_at__lte=at).count(),
        waiting=plain.waiting().count(),
        overdue=plain.overdue(at).count(),
        under_way=plain.under_way().count(),
        to_confirm=plain.filter(state="DONE", done_at__lt=at - CONFIRM_WITHIN).count(),
        offers=Candidate.objects.of(community).filter(state__in=OPEN_OFFERS).count(),
        alarms=sum(state in {*WAITING, *UNDER_WAY} for _asked, _answered, state in alarms),
        month_alarms=sum(answered is not None for _asked, answered, _state in alarms),
        month_in_time=sum(
            answered is not None and answered - asked <= timedelta(minutes=15)
            for asked, answered, _state in alarms
        ),
        follow_ups_overdue=FollowUp.objects.of(community).overdue(at).count(),
        complaints=Feedback.objects.of(community)
        .filter(stars__lte=COMPLAINT_STARS, at__gte=at - timedelta(days=7))
        .count(),
    )


def by_day(community: Community, on: date, days: int = 14) -> list[tuple[date, int, int]]:
    """Services and alarms of the last days: (day, services, alarms)."""
    first = on - timedelta(days=days - 1)
    with connection.cursor() as cursor:
        cursor.execute(PER_DAY, [community.pk, start_of(first), start_of(on + timedelta(days=1))])
        found = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    return [
        (day, *found.get(day, (0, 0))) for day in (first + timedelta(days=number) for number in range(days))
    ]
