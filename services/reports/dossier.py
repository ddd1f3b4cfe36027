"""What the services keep about an elder, for the copy of the whole file: cases, care plans, requests, ratings.

The sealed notes of visits stay out: they are the worker's own and tell of third people; the visits themselves stand in
the story. The words of cases are in the copy, so it is made and opened by whoever reads them all (`why_not`). Source: PIPL Art. 45 (copy, portability); domain.md §9.4 (case notes).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from elders.reports import story
from elders.reports.dossier import Section
from services.models import CareLine, Case, ServiceRequest
from services.reports import asking, care_plans

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from elders.models import Elder

MOST = 5000


def why_not(elder: Elder, user: User) -> str:
    """Who reads all words of this elder's cases makes the copy; empty for them. Two queries. Source: domain.md §9.4."""
    others = Case.objects.filter(elder__in=story.ids_of(elder)).exclude(
        pk__in=Case.objects.read_by(user).values("pk")
    )
    if not others.exists():
        return ""
    return _(
        "This file holds the words of a case, which only its social worker and the supervisor read. Please ask %(names)s to make the copy and to hand it over."
    ) % {"names": asking.supervisors(elder.community_id)}


def sections(elder: Elder) -> Iterable[Section]:
    """The sections of this app. Three queries."""
    ids = story.ids_of(elder)
    cases = Case.objects.filter(elder__in=ids).select_related("worker").order_by("opened_at")
    yield Section(
        "cases", _("Cases"),
        (("worker", _("Social worker")), ("state", _("State")), ("reason", _("Why it was opened")), ("goal", _("Goal")),
         ("outcome", _("Outcome")), ("opened_at", _("Opened at")), ("closed_at", _("Closed at"))),
        tuple(
            {
                "worker": str(each.worker), "state": each.get_state_display(), "reason": each.reason, "goal": each.goal,
                "outcome": each.outcome, "opened_at": each.opened_at, "closed_at": each.closed_at,
            }
            for each in cases
        ),
    )  # fmt: skip
    lines = (
        CareLine.objects.filter(elder__in=ids).select_related("plan", "case__worker", "kind").order_by("pk")
    )
    yield Section(
        "care_plans", _("Care plans"),
        (("plan", _("Treatment plan")), ("carrier", _("Who carries it out")), ("words", _("What is done, and how often")),
         ("since", _("Since")), ("review_on", _("Look at it again on")), ("ended_on", _("Loosened on")),
         ("ended_why", _("Why it was loosened"))),
        tuple(
            {
                "plan": each.plan.words, "carrier": care_plans.title_of(each), "words": each.words, "since": each.since,
                "review_on": each.review_on, "ended_on": each.ended_on, "ended_why": each.ended_why,
            }
            for each in lines
        ),
    )  # fmt: skip
    requests = (
        ServiceRequest.objects.filter(elder__in=ids)
        .select_related("kind", "helper__person", "feedback")
        .order_by("-requested_at")[:MOST]
    )
    yield Section(
        "services", _("Services asked for"),
        (("service", _("Service")), ("state", _("State")), ("requested_at", _("Asked for at")), ("done_at", _("Done at")),
         ("helper", _("Helper")), ("note", _("Note")), ("stars", _("Rating")), ("said", _("What the elder said"))),
        tuple(_request(each) for each in requests),
    )  # fmt: skip


def _request(row: ServiceRequest) -> dict[str, object]:
    feedback = getattr(row, "feedback", None)
    return {
        "service": str(row.kind.title), "state": row.get_state_display(), "requested_at": row.requested_at,
        "done_at": row.done_at, "helper": row.helper.person.name if row.helper else "", "note": row.note,
        "stars": feedback.stars if feedback else None, "said": feedback.words if feedback else "",
    }  # fmt: skip
