"""What several steps share: who is asked, who comes, whose time is kept free. The request stands first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from carenet.kernel import steps
from carenet.kernel.months import day_of
from services import policies, reasons
from services.actions import coins, trail
from services.models import Assignment, Candidate, Helper, ServiceRequest
from services.refusals import (
    NotEligible,
    Promised,
    PromisedShift,
)
from services.states import (
    CANDIDATE_STEPS,
    OPEN_OFFERS,
    CandidateState,
    RequestVerb,
    Urgency,
)
from volunteers.actions import busy
from volunteers.policies import course_that_opens

if TYPE_CHECKING:
    from carenet.accounts.models import User


# How long an offer waits for an answer. Source: station rule.
ANSWER_WITHIN = {
    Urgency.P1: timedelta(minutes=5),
    Urgency.P2: timedelta(minutes=30),
    Urgency.P3: timedelta(hours=4),
    Urgency.P4: timedelta(hours=24),
}


C = CandidateState


def take_up(
    request: ServiceRequest,
    *,
    by: User,
    at: datetime,
    urgency: str | None = None,
    minutes: int | None = None,
    scheduled_at: datetime | None = None,
    words: str = "",
) -> ServiceRequest:
    """The request has been looked at: TRIAGED, with what was said about urgency, length and time."""
    request.urgency = urgency or request.urgency
    request.minutes = minutes or request.minutes
    request.scheduled_at = scheduled_at or request.scheduled_at
    trail.move(
        request, RequestVerb.TRIAGE, by=by, at=at, words=words, fields=("urgency", "minutes", "scheduled_at")
    )
    return request


def _why(request: ServiceRequest, code: str) -> dict[str, Any]:
    """A refusal with its facts: missing training names the course that gives it, when one is offered here."""
    course = course_that_opens(request.community_id, request.kind) if code == "NOT_TRAINED" else None
    return {"code": "NOT_TRAINED_IN", "facts": {"course": course.title}} if course else {"code": code}


def ask(
    request: ServiceRequest, helper_id: int, *, by: User, at: datetime, answer_within: timedelta | None
) -> Candidate:
    """The candidate row of a helper, now asked; made by hand when no search proposed them."""
    open_states = [C.PROPOSED, *OPEN_OFFERS]
    candidate = (
        request.candidates.select_related("helper__person")
        .filter(helper_id=helper_id, state__in=open_states)
        .first()
    )
    if candidate is None:
        helper = Helper.objects.select_related("person", "volunteer").get(
            pk=helper_id, community_id=request.community_id
        )
        why = policies.why_not_sent(helper, request.kind, day_of(request.scheduled_at or at))
        if why or not helper.active:
            raise NotEligible(name=helper.person.name, why=reasons.sentence(_why(request, why or "NO_TIME")))
        payment = coins.standing(request=request)
        if payment is not None:
            coins.fits(request=request, helper=helper, payer_id=payment.volunteer_id)
        candidate = Candidate(
            community_id=request.community_id, request=request, helper=helper, rank=0,
            reasons=[{"code": "BY_HAND", "facts": {"name": str(by)}}],
        )  # fmt: skip
        candidate.save()
    if candidate.state == C.PROPOSED:
        candidate.offered_at = at
        candidate.expires_at = at + (answer_within or ANSWER_WITHIN[Urgency(request.urgency)])
        step(candidate, "offer", "offered_at", "expires_at")
    return candidate


def come(request: ServiceRequest, candidate: Candidate, *, by: User, at: datetime) -> None:
    """This helper comes: candidate, request and promise of time."""
    candidate.answered_at = at
    step(candidate, "accept", "answered_at")
    request.helper = candidate.helper
    request.organisation_id = candidate.helper.organisation_id or request.organisation_id
    request.save(update_fields=["helper", "organisation"])
    promise(request, at=at)


def promise(request: ServiceRequest, *, at: datetime) -> None:
    """Keep the helper's time free; alarms promise nothing and are never refused for a calendar."""
    release(request, at=at)
    if request.helper is None or request.scheduled_at is None or request.is_alarm:
        return
    period = (request.scheduled_at, request.scheduled_at + timedelta(minutes=max(request.minutes, 1)))
    _no_shift(request.helper, *period)
    try:
        with transaction.atomic():
            Assignment.objects.create(
                community_id=request.community_id, request=request, helper=request.helper, period=period
            )
    except IntegrityError as clash:
        if "one_place_at_a_time" not in str(clash):
            raise
        raise Promised(name=request.helper.person.name) from clash


def _no_shift(helper: Helper, starts_at: datetime, ends_at: datetime) -> None:
    """A volunteer's shift and a help do not share an hour. Raises PromisedShift."""
    if helper.volunteer_id is None:
        return
    shift = busy.promised_shift(volunteer_id=helper.volunteer_id, starts_at=starts_at, ends_at=ends_at)
    if shift is not None:
        raise PromisedShift(
            name=helper.person.name, what=shift.what, when=busy.in_words(shift.starts_at, shift.ends_at)
        )


def release(request: ServiceRequest, *, at: datetime) -> None:
    """The helper's time is free again."""
    request.assignments.filter(released_at__isnull=True).update(released_at=at)


def let_others_go(request: ServiceRequest, *, at: datetime) -> None:
    """Withdraw what is still open; whoever had been asked is told by the state of the offer."""
    request.candidates.filter(state__in=[C.PROPOSED, *OPEN_OFFERS]).update(state=C.WITHDRAWN)


def step(candidate: Candidate, name: str, *fields: str) -> None:
    """Take a step of the candidate's table; a step that does not follow is refused."""
    candidate.state = steps.take(CANDIDATE_STEPS, name, candidate.state)
    candidate.save(update_fields=["state", *fields])
