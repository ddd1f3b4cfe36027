"""From a checked request to a helper at the door: propose, offer, accept, start, finish, confirm.

Every function locks the request first, so of two dispatchers one wins and the other reads who was faster.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.kernel import steps
from carenet.kernel.months import day_of
from elders.actions import contacts
from services import notices, policies, reasons
from services.actions import matching, settlement, trail
from services.models import Assignment, Candidate, Helper, Proposal, ServiceRequest
from services.refusals import (
    AlreadyTaken,
    NotEligible,
    OfferOver,
    Promised,
    TimesWrong,
    WordsMissing,
)
from services.states import (
    CANDIDATE_STEPS,
    OPEN_OFFERS,
    UNDER_WAY,
    WAITING,
    CancelReason,
    CandidateState,
    DeclineReason,
    RequestState,
    RequestVerb,
    Urgency,
)
from volunteers.policies import course_that_opens

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person

# How long an offer waits for an answer. Source: station rule.
ANSWER_WITHIN = {
    Urgency.P1: timedelta(minutes=5),
    Urgency.P2: timedelta(minutes=30),
    Urgency.P3: timedelta(hours=4),
    Urgency.P4: timedelta(hours=24),
}
R, C = RequestState, CandidateState


# --- before somebody comes -----------------------------------------------------------------------
@transaction.atomic
def triage(
    *,
    request_id: int,
    by: User,
    at: datetime,
    urgency: str | None = None,
    minutes: int | None = None,
    scheduled_at: datetime | None = None,
    words: str = "",
) -> ServiceRequest:
    """The station has looked at the request: how urgent, how long, when. Raises NotAllowed, AlreadyDone.

    Source: architecture.md 4a (request states).
    """
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    return _triage(
        request, by=by, at=at, urgency=urgency, minutes=minutes, scheduled_at=scheduled_at, words=words
    )


@transaction.atomic
def propose(*, request_id: int, by: User, at: datetime, limit: int = matching.WANTED) -> Proposal:
    """Look for the nearest eligible helpers and store them with their reasons, and why others were passed over.

    Ranked by distance (steps of 200 metres), then who knows the elder, then rating, then who had least to do; a
    person may choose another. Open proposals of an earlier search are withdrawn. Distances in metres. Raises
    NotAllowed, AlreadyTaken. Source: S1 (nearest first), domain.md §3.5; architecture.md law 8.
    """
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    if request.state == R.REQUESTED:
        _triage(request, by=by, at=at)
    if request.state not in (R.TRIAGED, R.OFFERED):
        raise trail.too_late(request, "offer")
    for old in request.candidates.filter(state=C.PROPOSED):
        _step(old, "withdraw")
    found = matching.look(request=request, at=at, limit=limit)
    proposal = Proposal.objects.create(
        community_id=request.community_id,
        request=request,
        looked_at=found.looked_at,
        skipped=[each.as_json() for each in found.skipped],
        by=by,
        at=at,
    )
    asked = set(request.candidates.filter(state__in=OPEN_OFFERS).values_list("helper_id", flat=True))
    Candidate.objects.bulk_create(
        Candidate(
            community_id=request.community_id,
            request=request,
            proposal=proposal,
            helper_id=each.helper_id,
            rank=rank,
            distance_m=round(each.metres),
            reasons=each.reasons,
        )
        for rank, each in enumerate((each for each in found.suitable if each.helper_id not in asked), start=1)
    )
    trail.tell(
        request,
        RequestVerb.PROPOSE,
        by=by,
        at=at,
        facts={"proposal": proposal.pk, "found": len(found.suitable)},
    )
    return proposal


@transaction.atomic
def offer(
    *, request_id: int, helper_id: int, by: User, at: datetime, answer_within: timedelta | None = None
) -> Candidate:
    """Ask a helper; proposed ones by their rank, or anybody eligible by hand. Several may be asked at once.

    The answer is wanted within minutes to a day, by urgency. Raises NotAllowed, AlreadyTaken, NotEligible.
    """
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    return _offer(request, helper_id, by=by, at=at, answer_within=answer_within)


@transaction.atomic
def see(*, candidate_id: int, by: User, at: datetime) -> Candidate:
    """The helper has read the offer; reading it again changes nothing. Raises NotAllowed."""
    candidate = _candidate(candidate_id)
    require(policies.may_answer(by, candidate))
    if candidate.state == C.OFFERED and candidate.helper.user_id == by.pk:
        candidate.seen_at = at
        _step(candidate, "see", "seen_at")
    return candidate


@transaction.atomic
def accept(*, candidate_id: int, by: User, at: datetime) -> ServiceRequest:
    """The helper says yes (or staff heard it on the telephone): the others are let go, the time is promised.

    Raises NotAllowed, AlreadyTaken (with the name of the faster one), OfferOver, Promised.
    """
    candidate = Candidate.objects.select_related("helper__person").get(pk=candidate_id)
    request = trail.locked(candidate.request_id)
    candidate = _candidate(candidate_id)
    require(policies.may_answer(by, candidate))
    if request.state in UNDER_WAY and candidate.state != C.ACCEPTED:
        raise AlreadyTaken(name=trail.taken_by(request), state=request.state)
    return _accept(request, candidate, by=by, at=at)


@transaction.atomic
def decline(
    *, candidate_id: int, by: User, at: datetime, reason: str = DeclineReason.OTHER, words: str = ""
) -> Candidate:
    """The helper cannot come; the request stays open for the next. Raises NotAllowed, OfferOver."""
    request = trail.locked(Candidate.objects.only("request_id").get(pk=candidate_id).request_id)
    candidate = _candidate(candidate_id)
    require(policies.may_answer(by, candidate))
    if candidate.state not in OPEN_OFFERS:
        raise OfferOver(what=str(candidate.get_state_display()))
    candidate.answered_at = at
    candidate.decline_reason = reason
    _step(candidate, "decline", "answered_at", "decline_reason")
    trail.tell(
        request, RequestVerb.DECLINE, by=by, at=at, words=words or str(DeclineReason(reason).label),
        facts={"helper": candidate.helper_id, "name": candidate.helper.person.name, "reason": str(reason)},
    )  # fmt: skip
    notices.declined(request=request, candidate=candidate, by=by, at=at)
    return candidate


@transaction.atomic
def assign(*, request_id: int, helper_id: int, by: User, at: datetime) -> ServiceRequest:
    """Staff send a helper who agreed by telephone: checked, offered and accepted in one go.

    Raises NotAllowed, AlreadyTaken, NotEligible, Promised.
    """
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    if request.state == R.REQUESTED:
        _triage(request, by=by, at=at)
    candidate = request.candidates.filter(helper_id=helper_id, state__in=OPEN_OFFERS).first()
    if candidate is None:
        candidate = _offer(request, helper_id, by=by, at=at, tell_helper=False)
    return _accept(request, candidate, by=by, at=at)


@transaction.atomic
def claim(*, request_id: int, by: User, at: datetime) -> ServiceRequest:
    """A member of staff takes a request in hand (alarms first of all): one wins, the others read the name.

    Claiming again what one already has changes nothing. Raises NotAllowed, AlreadyTaken. Source: ux.md §6.5.
    """
    request = trail.locked(request_id)
    require(policies.may_watch(by, request.community_id))
    if request.handler_id == by.pk and request.state in UNDER_WAY:
        return request
    if request.state not in WAITING:
        raise trail.too_late(request, "accept")
    if request.state == R.REQUESTED:
        _triage(request, by=by, at=at)
    if request.state == R.TRIAGED:
        trail.move(request, RequestVerb.OFFER, by=by, at=at)
    _let_others_go(request, at=at)
    request.handler = by
    request.answered_at = at
    trail.move(request, RequestVerb.ACCEPT, by=by, at=at, fields=("handler", "answered_at"))
    return request


@transaction.atomic
def schedule(*, request_id: int, scheduled_at: datetime, by: User, at: datetime) -> ServiceRequest:
    """Agree on the time; agreeing on another one later moves the promise. Raises NotAllowed, Promised, AlreadyDone."""
    request = trail.locked(request_id)
    require(policies.may_serve(by, request) or policies.may_dispatch(by, request))
    if request.state not in (R.ACCEPTED, R.SCHEDULED):
        raise trail.too_late(request, "schedule")
    request.scheduled_at = scheduled_at
    if request.state == R.ACCEPTED:
        trail.move(request, RequestVerb.SCHEDULE, by=by, at=at, fields=("scheduled_at",))
    else:
        request.save(update_fields=["scheduled_at"])
        trail.tell(request, RequestVerb.SCHEDULE, by=by, at=at)
    _promise(request, at=at)
    return request


@transaction.atomic
def hand_on(*, request_id: int, helper_id: int, by: User, at: datetime, words: str = "") -> ServiceRequest:
    """Another helper goes instead (illness, no-show); the state stays, the trail says who and why.

    Raises NotAllowed, NotEligible, Promised, AlreadyDone.
    """
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    if request.state not in (R.ACCEPTED, R.SCHEDULED):
        raise trail.too_late(request, "schedule")
    before = request.helper
    for old in request.candidates.filter(state=C.ACCEPTED):
        _step(old, "withdraw")
    _release(request, at=at)
    candidate = _ask(request, helper_id, by=by, at=at, answer_within=None)
    _come(request, candidate, by=by, at=at)
    trail.tell(
        request, RequestVerb.HAND_ON, by=by, at=at, words=words,
        facts={"from": before.person.name if before else "", "to": candidate.helper.person.name},
    )  # fmt: skip
    if before is not None:
        notices.let_go(request=request, helper=before, by=by, at=at)
    notices.assigned(request=request, by=by, at=at)
    return request


# --- at the door ---------------------------------------------------------------------------------
@transaction.atomic
def start(*, request_id: int, by: User, at: datetime, started_at: datetime | None = None) -> ServiceRequest:
    """The service begins; a begin written down later keeps its true time. An open time is agreed by beginning.

    Raises NotAllowed, AlreadyDone, TimesWrong.
    """
    request = trail.locked(request_id)
    require(policies.may_serve(by, request))
    begun = started_at or at
    if begun > at:
        raise TimesWrong
    _start(request, begun, by=by, at=at)
    return request


@transaction.atomic
def finish(
    *,
    request_id: int,
    by: User,
    at: datetime,
    minutes: int | None = None,
    done_at: datetime | None = None,
    words: str = "",
) -> ServiceRequest:
    """The service is done: `minutes` served (measured from the start when none are given).

    Minutes other than the measured ones are kept beside them for the confirmation. A service that nobody started
    on the page begins `minutes` before its end. Never refused because of a calendar. The contact counts from now.
    Raises NotAllowed, AlreadyDone, TimesWrong. Source: architecture.md 4a (never block the worker).
    """
    request = trail.locked(request_id)
    require(policies.may_serve(by, request))
    ended = done_at or at
    if request.state in (R.ACCEPTED, R.SCHEDULED):
        _start(
            request,
            ended - timedelta(minutes=minutes if minutes is not None else request.minutes),
            by=by,
            at=at,
        )
    if request.started_at is not None and (ended < request.started_at or ended > at):
        raise TimesWrong
    measured = (
        int((ended - request.started_at).total_seconds()) // 60 if request.started_at else request.minutes
    )
    served = minutes if minutes is not None else max(measured, 1)
    request.done_at = ended
    request.minutes = served
    facts = {"minutes": served, "measured": measured}
    trail.move(
        request, RequestVerb.FINISH, by=by, at=at, words=words, facts=facts, fields=("done_at", "minutes")
    )
    _release(request, at=at)
    contacts.touch(
        elder=request.elder, kind=settlement.touch_kind(request), at=ended, by=by,
        source_key=f"services.request:{request.pk}",
    )  # fmt: skip
    notices.done(request=request, by=by, at=at)
    return request


@transaction.atomic
def confirm(
    *, request_id: int, way: str, by: User, at: datetime, on_behalf_of: Person | None = None
) -> ServiceRequest:
    """The elder, the family or staff for them say that the service was given; hours and costs are booked.

    Never the helper. All bookings or none, in this transaction. Raises NotAllowed, AlreadyDone and what charity
    refuses. Source: domain.md §3.5 (confirmation by old people).
    """
    request = trail.locked(request_id)
    require(policies.may_confirm(by, request))
    request.confirmed_at = at
    request.confirm_way = way
    trail.move(
        request, RequestVerb.CONFIRM, by=by, at=at, on_behalf_of=on_behalf_of,
        fields=("confirmed_at", "confirm_way"),
    )  # fmt: skip
    settlement.settle(request=request, by=by, at=at)
    return request


# --- other ends ----------------------------------------------------------------------------------
@transaction.atomic
def close(*, request_id: int, by: User, at: datetime) -> ServiceRequest:
    """The file is closed: nothing more will be said about it. Raises NotAllowed, AlreadyDone."""
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    trail.move(request, RequestVerb.CLOSE, by=by, at=at)
    return request


@transaction.atomic
def cancel(*, request_id: int, reason: str, by: User, at: datetime, words: str = "") -> ServiceRequest:
    """Not wanted any more, before it was done; the helper is told. Raises NotAllowed, AlreadyDone, WordsMissing."""
    request = trail.locked(request_id)
    require(policies.may_cancel(by, request))
    if reason == CancelReason.OTHER and not words.strip():
        raise WordsMissing(field="words")
    helper = request.helper
    request.end_reason = reason
    trail.move(
        request, RequestVerb.CANCEL, by=by, at=at, words=words or str(CancelReason(reason).label),
        facts={"reason": str(reason)}, fields=("end_reason",),
    )  # fmt: skip
    _let_others_go(request, at=at)
    _release(request, at=at)
    if helper is not None:
        notices.let_go(request=request, helper=helper, by=by, at=at)
    return request


@transaction.atomic
def fail(*, request_id: int, words: str, by: User, at: datetime) -> ServiceRequest:
    """Nobody could come: an unmet need, reported to the joint meeting. Raises NotAllowed, AlreadyDone, WordsMissing."""
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    if not words.strip():
        raise WordsMissing(field="words")
    trail.move(request, RequestVerb.FAIL, by=by, at=at, words=words)
    _let_others_go(request, at=at)
    return request


@transaction.atomic
def reopen(*, request_id: int, words: str, by: User, at: datetime) -> ServiceRequest:
    """The service was not as it should be: it goes back to the queue. What was booked stays booked once.

    Raises NotAllowed, AlreadyDone, WordsMissing. Source: architecture.md 4a (REOPENED leads back to TRIAGED).
    """
    request = trail.locked(request_id)
    require(policies.may_cancel(by, request))
    if not words.strip():
        raise WordsMissing(field="words")
    request.helper = None
    request.handler = None
    request.scheduled_at = request.started_at = request.done_at = request.confirmed_at = None
    request.confirm_way = ""
    request.due_at = at + ANSWER_WITHIN[Urgency(request.urgency)]
    trail.move(
        request, RequestVerb.REOPEN, by=by, at=at, words=words,
        fields=(
            "helper", "handler", "scheduled_at", "started_at", "done_at", "confirmed_at", "confirm_way", "due_at",
        ),
    )  # fmt: skip
    for old in request.candidates.filter(state=C.ACCEPTED):
        _step(old, "withdraw")
    return request


# --- parts ---------------------------------------------------------------------------------------
def _triage(
    request: ServiceRequest,
    *,
    by: User,
    at: datetime,
    urgency: str | None = None,
    minutes: int | None = None,
    scheduled_at: datetime | None = None,
    words: str = "",
) -> ServiceRequest:
    request.urgency = urgency or request.urgency
    request.minutes = minutes or request.minutes
    request.scheduled_at = scheduled_at or request.scheduled_at
    trail.move(
        request, RequestVerb.TRIAGE, by=by, at=at, words=words, fields=("urgency", "minutes", "scheduled_at")
    )
    return request


def _offer(
    request: ServiceRequest,
    helper_id: int,
    *,
    by: User,
    at: datetime,
    answer_within: timedelta | None = None,
    tell_helper: bool = True,
) -> Candidate:
    if request.state == R.REQUESTED:
        _triage(request, by=by, at=at)
    if request.state not in (R.TRIAGED, R.OFFERED):
        raise trail.too_late(request, "offer")
    candidate = _ask(request, helper_id, by=by, at=at, answer_within=answer_within)
    facts = {"helper": helper_id, "name": candidate.helper.person.name}
    if request.state == R.TRIAGED:
        trail.move(request, RequestVerb.OFFER, by=by, at=at, facts=facts)
    else:
        trail.tell(request, RequestVerb.OFFER, by=by, at=at, facts=facts)
    if tell_helper:
        notices.offered(request=request, candidate=candidate, by=by, at=at)
    return candidate


def _why(request: ServiceRequest, code: str) -> dict[str, Any]:
    """A refusal with its facts: missing training names the course that gives it, when one is offered here."""
    course = course_that_opens(request.community_id, request.kind) if code == "NOT_TRAINED" else None
    return {"code": "NOT_TRAINED_IN", "facts": {"course": course.title}} if course else {"code": code}


def _ask(
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
        candidate = Candidate(
            community_id=request.community_id, request=request, helper=helper, rank=0,
            reasons=[{"code": "BY_HAND", "facts": {"name": str(by)}}],
        )  # fmt: skip
        candidate.save()
    if candidate.state == C.PROPOSED:
        candidate.offered_at = at
        candidate.expires_at = at + (answer_within or ANSWER_WITHIN[Urgency(request.urgency)])
        _step(candidate, "offer", "offered_at", "expires_at")
    return candidate


def _accept(request: ServiceRequest, candidate: Candidate, *, by: User, at: datetime) -> ServiceRequest:
    if candidate.state not in OPEN_OFFERS:
        raise OfferOver(what=str(candidate.get_state_display()))
    request.answered_at = at
    _come(request, candidate, by=by, at=at)
    facts = {"helper": candidate.helper_id, "name": candidate.helper.person.name}
    trail.move(request, RequestVerb.ACCEPT, by=by, at=at, facts=facts, fields=("answered_at",))
    _let_others_go(request, at=at)
    notices.assigned(request=request, by=by, at=at)
    return request


def _come(request: ServiceRequest, candidate: Candidate, *, by: User, at: datetime) -> None:
    """This helper comes: candidate, request and promise of time."""
    candidate.answered_at = at
    _step(candidate, "accept", "answered_at")
    request.helper = candidate.helper
    request.organisation_id = candidate.helper.organisation_id or request.organisation_id
    request.save(update_fields=["helper", "organisation"])
    _promise(request, at=at)


def _promise(request: ServiceRequest, *, at: datetime) -> None:
    """Keep the helper's time free; alarms promise nothing and are never refused for a calendar."""
    _release(request, at=at)
    if request.helper is None or request.scheduled_at is None or request.is_alarm:
        return
    period = (request.scheduled_at, request.scheduled_at + timedelta(minutes=max(request.minutes, 1)))
    try:
        with transaction.atomic():
            Assignment.objects.create(
                community_id=request.community_id, request=request, helper=request.helper, period=period
            )
    except IntegrityError as clash:
        if "one_place_at_a_time" not in str(clash):
            raise
        raise Promised(name=request.helper.person.name) from clash


def _release(request: ServiceRequest, *, at: datetime) -> None:
    request.assignments.filter(released_at__isnull=True).update(released_at=at)


def _start(request: ServiceRequest, begun: datetime, *, by: User, at: datetime) -> None:
    if request.state == R.ACCEPTED:
        if request.scheduled_at is None:
            request.scheduled_at = begun
        trail.move(request, RequestVerb.SCHEDULE, by=by, at=at, fields=("scheduled_at",))
    request.started_at = begun
    trail.move(request, RequestVerb.START, by=by, at=at, fields=("started_at",))


def _let_others_go(request: ServiceRequest, *, at: datetime) -> None:
    """Withdraw what is still open; whoever had been asked is told by the state of the offer."""
    request.candidates.filter(state__in=[C.PROPOSED, *OPEN_OFFERS]).update(state=C.WITHDRAWN)


def _candidate(candidate_id: int) -> Candidate:
    return (
        Candidate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("helper__person", "request")
        .get(pk=candidate_id)
    )


def _step(candidate: Candidate, name: str, *fields: str, **_facts: Any) -> None:
    candidate.state = steps.take(CANDIDATE_STEPS, name, candidate.state)
    candidate.save(update_fields=["state", *fields])
