"""Care plans as they are read: beside the treatment plan, on the case, on the request, and what is to look at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from carenet.webkit.templatetags.carenet import day
from elders.models import TreatmentPlan
from elders.reports.carrying import Carrier
from services import policies
from services.models import CareLine, Case, ServiceRequest
from services.states import AHEAD, DELIVERED, CaseState, RequestState

if TYPE_CHECKING:
    from carenet.accounts.models import User

# A line stands on the list a week before its day. Station rule.
LOOK_AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """A line of the care plan with what stands beside it: the state of its carrier in words, and the plan's."""

    row: CareLine
    title: str
    state: str
    tone: str
    is_late: bool
    plan_state: str
    plan_tone: str
    url: str


def lines_of(rows: QuerySet[CareLine], *, on: date) -> list[Line]:
    """The lines with the state of plan and carrier. Two queries, however many lines."""
    found = list(rows.select_related("plan", "case__worker", "kind", "elder__person", "tied_by", "ended_by"))
    given = _given(found)
    return [_line(each, given, on) for each in found]


class Given(NamedTuple):
    """When a service was given last, when it comes next, and how many requests for it are open."""

    last: datetime | None
    following: datetime | None
    asked: int


def _given(rows: Sequence[CareLine]) -> dict[tuple[int, str], Given]:
    """Elder and service → how it stands. One query."""
    pairs = {(row.elder_id, row.kind_id) for row in rows if row.kind_id is not None and row.ended_on is None}
    if not pairs:
        return {}
    wanted = [Q(elder_id=elder, kind_id=kind) for elder, kind in sorted(pairs)]
    found = (
        ServiceRequest.objects.filter(reduce(or_, wanted))
        .order_by()
        .values_list("elder_id", "kind_id")
        .annotate(
            last=Max("done_at", filter=Q(state__in=DELIVERED)),
            following=Min("scheduled_at", filter=Q(state__in=AHEAD)),
            asked=Count("pk", filter=Q(state__in=(*AHEAD, RequestState.IN_PROGRESS))),
        )
    )
    return {(elder, kind): Given(*facts) for elder, kind, *facts in found}


def _line(row: CareLine, given: Mapping[tuple[int, str], Given], on: date) -> Line:
    plan = row.plan
    is_late = row.ended_on is None and row.review_on < on
    if plan.ended_on is not None:
        plan_state, plan_tone = _("ended on %(day)s") % {"day": day(plan.ended_on)}, "warn"
    elif plan.review_on < on:
        plan_state, plan_tone = _("in force, look again since %(day)s") % {"day": day(plan.review_on)}, "bad"
    else:
        plan_state, plan_tone = _("in force, look again on %(day)s") % {"day": day(plan.review_on)}, "good"
    state, tone = _carrier_state(row, given)
    return Line(
        row=row, title=title_of(row), state=state, tone=tone, is_late=is_late, plan_state=plan_state,
        plan_tone=plan_tone, url=reverse("services:care-line", args=[row.pk]),
    )  # fmt: skip


def title_of(row: CareLine) -> str:
    """Individual case · Li Min, or the name of the service."""
    if row.case is not None:
        return f"{row.case.get_method_display()} · {row.case.worker}"
    return str(row.kind.title) if row.kind is not None else ""


def _carrier_state(row: CareLine, given: Mapping[tuple[int, str], Given]) -> tuple[str, str]:
    if row.ended_on is not None:
        return _("loosened on %(day)s") % {"day": day(row.ended_on)}, "neutral"
    if row.case is not None:
        if row.case.state == CaseState.OPEN:
            return str(row.case.get_state_display()), "good"
        return _("closed on %(day)s: choose who goes on") % {"day": day(row.case.closed_at)}, "bad"
    last, following, asked = given.get((row.elder_id, str(row.kind_id)), Given(None, None, 0))
    if following is not None and last is not None:
        words = _("given last on %(last)s, comes next on %(next)s")
        return words % {"last": day(last), "next": day(following)}, "good"
    if following is not None:
        return _("comes first on %(day)s") % {"day": day(following)}, "good"
    if asked:
        return _("asked for or under way"), "good"
    if last is not None:
        return _("given last on %(day)s, nothing arranged") % {"day": day(last)}, "warn"
    return _("not given and not arranged yet"), "warn"


# --- what the health home is told ----------------------------------------------------------------
def carriers(plans: Sequence[TreatmentPlan], user: User, on: date) -> dict[int, list[Carrier]]:
    """The standing lines of these plans, for whoever may read health."""
    found: dict[int, list[Carrier]] = defaultdict(list)
    rows = CareLine.objects.visible_to(user).standing().filter(plan__in=[each.pk for each in plans])
    for line in lines_of(rows.order_by("pk"), on=on):
        found[line.row.plan_id].append(
            Carrier(
                title=line.title, words=line.row.words, state=line.state, tone=line.tone, since=line.row.since,
                review_on=line.row.review_on, is_late=line.is_late, url=line.url,
            )
        )  # fmt: skip
    return found


def carried() -> Q:
    """Treatment plans that somebody carries out: a service, or a case that is still open."""
    open_case = Q(case__isnull=True) | Q(case__state=CaseState.OPEN)
    return Q(Exists(CareLine.objects.standing().filter(open_case, plan=OuterRef("pk"))))


def tie_url(plan: TreatmentPlan) -> str:
    """The page on which a plan is tied."""
    return reverse("services:care-plan", args=[plan.pk])


# --- what the pages of the services show ---------------------------------------------------------
def of_case(case: Case, user: User, *, on: date) -> list[Line]:
    """What the case carries out; nothing for whoever may not read health."""
    if not policies.may_read_care_plan(user, case.community_id):
        return []
    rows = case.care_lines.order_by(F("ended_on").desc(nulls_first=True), "review_on", "pk")
    return lines_of(rows, on=on)


def of_request(row: ServiceRequest, user: User, *, on: date) -> list[Line]:
    """The treatment plans that this service carries out for this elder; nothing for whoever may not read health."""
    if not policies.may_read_care_plan(user, row.community_id):
        return []
    rows = CareLine.objects.standing().filter(elder_id=row.elder_id, kind_id=row.kind_id)
    return lines_of(rows.order_by("review_on", "pk"), on=on)


def to_look_at(user: User, *, community_id: int, on: date, limit: int = 50) -> list[Line]:
    """Lines whose day comes within a week or is past, of elders in care; the oldest day first."""
    if not policies.may_read_care_plan(user, community_id):
        return []
    rows = CareLine.objects.filter(community_id=community_id, elder__status="ACTIVE").due(on + LOOK_AHEAD)
    return lines_of(rows.order_by("review_on", "pk")[:limit], on=on)
