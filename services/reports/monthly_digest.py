"""The services' month for the joint meeting: what was given, how fast, what nobody could give, what was complained of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.kernel import months
from carenet.kernel.digest import Digest, Figure, Matter
from carenet.parties.models import ServiceKind

if TYPE_CHECKING:
    from carenet.parties.models import Community

# A rating this low is a complaint. Source: station rule.
COMPLAINT_STARS = 2

MONTH = """
select count(*) filter (where requested_at >= %(since)s and requested_at < %(until)s and state <> 'CANCELLED'),
       count(*) filter (where done_at >= %(since)s and done_at < %(until)s),
       count(distinct elder_id) filter (where done_at >= %(since)s and done_at < %(until)s),
       coalesce(sum(minutes) filter (where done_at >= %(since)s and done_at < %(until)s), 0),
       count(*) filter (where requested_at >= %(since)s and requested_at < %(until)s
                        and done_at is not null and state <> 'CANCELLED'),
       count(*) filter (where kind_id = 'SOS' and requested_at >= %(since)s and requested_at < %(until)s),
       count(*) filter (where kind_id = 'SOS' and requested_at >= %(since)s and requested_at < %(until)s
                        and answered_at <= requested_at + interval '15 minutes')
from services_servicerequest
where community_id = %(community)s
  and ((requested_at >= %(since)s and requested_at < %(until)s) or (done_at >= %(since)s and done_at < %(until)s))
"""
RATINGS = """
select count(*), count(*) filter (where stars >= 4), count(*) filter (where stars <= %(low)s)
from services_feedback where community_id = %(community)s and at >= %(since)s and at < %(until)s
"""
UNMET = """
select r.kind_id, count(*)
from services_requestevent e join services_servicerequest r on r.id = e.request_id
where r.community_id = %(community)s and r.state = 'FAILED' and e.verb = 'fail' and e.at >= %(since)s and e.at < %(until)s
group by 1 order by 2 desc, 1
"""
COMPLAINED = """
select r.kind_id, count(*)
from services_feedback f join services_servicerequest r on r.id = f.request_id
where f.community_id = %(community)s and f.stars <= %(low)s and f.at >= %(since)s and f.at < %(until)s
group by 1 order by 2 desc, 1
"""
FAMILIES = """
select k.is_development, count(*)
from services_servicerequest r join parties_servicekind k on k.code = r.kind_id
where r.community_id = %(community)s and r.done_at >= %(since)s and r.done_at < %(until)s and r.kind_id <> 'SOS'
group by 1
"""
VISITS = """
select count(*) filter (where seen <> 'NOT_SEEN'), count(*) filter (where seen = 'NOT_SEEN')
from services_visit v
where v.community_id = %(community)s and v.visited_at >= %(since)s and v.visited_at < %(until)s
  and not exists (select from services_visit n where n.replaces_id = v.id)
"""
UNSERVED_RED = """
select count(*) from elders_elder e
where e.community_id = %(community)s and e.status = 'ACTIVE' and e.colour = 'RED' and e.registered_on < %(last)s
  and not exists (
    select from services_servicerequest r
    where r.elder_id = e.id and r.done_at >= %(until)s - interval '30 days' and r.done_at < %(until)s and r.kind_id <> 'SOS')
"""


@dataclass(frozen=True)
class Month:
    """The counts of one month. Hours are full hours; percentages whole."""

    requested: int
    delivered: int
    elders: int
    minutes: int
    completed: int
    alarms: int
    alarms_in_time: int
    ratings: int
    content: int
    complaints: int
    visits: int
    vain_visits: int
    development: int
    unmet: dict[str, int]
    complained: dict[str, int]
    unserved_red: int

    @property
    def completion(self) -> int:
        return percent(self.completed, self.requested)

    @property
    def in_time(self) -> int:
        return percent(self.alarms_in_time, self.alarms)

    @property
    def satisfaction(self) -> int:
        return percent(self.content, self.ratings)


def percent(part: int, whole: int) -> int:
    """A whole percentage; 0 of nothing is 0."""
    return part * 100 // whole if whole else 0


def month_of(community: Community, month: date) -> Month:
    """Count a month; a constant number of statements. Source: domain.md §11.1 (service, quality, emergency)."""
    first, following = months.month_range(month)
    values: dict[str, Any] = {
        "community": community.pk, "since": months.start_of(first), "until": months.start_of(following),
        "low": COMPLAINT_STARS, "last": following,
    }  # fmt: skip
    with connection.cursor() as cursor:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

        requested, delivered, elders, minutes, completed, alarms, in_time = map(int, rows(MONTH)[0])
        ratings, content, complaints = map(int, rows(RATINGS)[0])
        visits, vain = map(int, rows(VISITS)[0])
        families = {bool(row[0]): int(row[1]) for row in rows(FAMILIES)}
        unmet = {str(row[0]): int(row[1]) for row in rows(UNMET)}
        complained = {str(row[0]): int(row[1]) for row in rows(COMPLAINED)}
        unserved = int(rows(UNSERVED_RED)[0][0])
    return Month(
        requested=requested, delivered=delivered, elders=elders, minutes=minutes, completed=completed, alarms=alarms,
        alarms_in_time=in_time, ratings=ratings, content=content, complaints=complaints, visits=visits,
        vain_visits=vain, development=families.get(True, 0), unmet=unmet, complained=complained, unserved_red=unserved,
    )  # fmt: skip


def monthly(community: Community, month: date) -> Digest:
    """One month: services, response, satisfaction, unmet needs and complaints as matters; no names.

    Source: S0-49 (agenda), S1 (unmet needs to the meeting), S2 (15 minutes), S4-13 (survival against development).
    """
    month = months.first_of_month(month)
    found = month_of(community, month)
    requests, board, visits = (
        reverse("services:requests"),
        reverse("services:board"),
        reverse("services:visits"),
    )
    period = f"{requests}?since={month:%Y-%m-%d}&until={_last_day(month):%Y-%m-%d}"
    figures = (
        Figure("services.requested", _("Services asked for"), found.requested, _("times"), period),
        Figure("services.delivered", _("Services given"), found.delivered, _("times"), f"{period}&stage=ended"),
        Figure("services.elders", _("Elders served"), found.elders, pgettext("unit", "persons"), period),
        Figure("services.hours", _("Hours of service"), found.minutes // 60, _("hours"), period),
        Figure("services.completion", _("Completed"), found.completion, "%", period),
        Figure("services.alarms", _("Alarms"), found.alarms, _("times"), board),
        Figure("services.alarms_in_time", _("Alarms answered within 15 minutes"), found.in_time, "%", board),
        Figure("services.satisfaction", _("Rated good or very good"), found.satisfaction, "%", period),
        Figure("services.visits", _("Visits by social workers"), found.visits, _("times"), visits),
    )  # fmt: skip
    return Digest("services", month, figures, tuple(_matters(found, month, period, board, visits)))


def _matters(found: Month, month: date, period: str, board: str, visits: str) -> list[Matter]:
    key = f"services:{month:%Y-%m}"
    names = {
        each.pk: each.title for each in ServiceKind.objects.filter(pk__in=[*found.unmet, *found.complained])
    }
    matters = []
    if found.delivered:
        matters.append(
            Matter(
                1, _("%(times)s services for %(elders)s elders") % {"times": f"{found.delivered:,}", "elders": found.elders},
                f"{key}:results",
                body=_(
                    "%(hours)s hours; %(completion)s%% of what was asked for in the month was given; %(development)s "
                    "were development services (health, mind, culture). Satisfaction %(satisfaction)s%% of %(ratings)s ratings."
                )
                % {
                    "hours": f"{found.minutes // 60:,}", "completion": found.completion,
                    "development": f"{found.development:,}", "satisfaction": found.satisfaction, "ratings": found.ratings,
                },
                url=period,
            )
        )  # fmt: skip
    if found.unmet:
        matters.append(
            Matter(
                2, _("%(count)s wishes nobody could meet") % {"count": sum(found.unmet.values())}, f"{key}:unmet",
                body=_("Missing: %(kinds)s. Who among the five parties can offer this?") % {"kinds": _list(found.unmet, names)},
                url=f"{period}&state=FAILED",
            )
        )  # fmt: skip
    late = found.alarms - found.alarms_in_time
    if late:
        matters.append(
            Matter(
                2, _("%(count)s alarms were answered later than 15 minutes") % {"count": late}, f"{key}:late-alarms",
                body=_("Please look at the duty roster of nights and weekends."), url=board,
            )
        )  # fmt: skip
    if found.complaints:
        matters.append(
            Matter(
                2, _("%(count)s complaints") % {"count": found.complaints}, f"{key}:complaints",
                body=_("About: %(kinds)s. The director reports what was done.") % {"kinds": _list(found.complained, names)},
                url=period,
            )
        )  # fmt: skip
    if found.unserved_red:
        matters.append(
            Matter(
                2, _("%(count)s red elders without any service in 30 days") % {"count": found.unserved_red}, f"{key}:gap",
                body=_("Need without service: please agree on a plan for each."), url=visits,
            )
        )  # fmt: skip
    if found.vain_visits:
        matters.append(
            Matter(
                3, _("%(count)s visits met nobody") % {"count": found.vain_visits}, f"{key}:vain",
                body=_("Plan other times of the day, or ask the neighbours."), url=visits,
            )
        )  # fmt: skip
    return matters


def _list(counts: dict[str, int], names: dict[str, str]) -> str:
    return "、".join(f"{names.get(code, code)} {count}" for code, count in counts.items())


def _last_day(month: date) -> date:
    return months.next_month(month) - timedelta(days=1)
