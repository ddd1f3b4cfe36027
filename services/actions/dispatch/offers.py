"""Before somebody comes: look at the request, propose helpers, ask them, hear yes or no, claim an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from services import notices, policies
from services.actions import coins, matching, trail
from services.actions.dispatch.asked import ask, come, let_others_go, step, take_up
from services.models import Candidate, Proposal, ServiceRequest
from services.refusals import (
    AlreadyTaken,
    OfferOver,
)
from services.states import (
    OPEN_OFFERS,
    UNDER_WAY,
    WAITING,
    CandidateState,
    DeclineReason,
    RequestState,
    RequestVerb,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User


R, C = RequestState, CandidateState


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
    return take_up(
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
        take_up(request, by=by, at=at)
    if request.state not in (R.TRIAGED, R.OFFERED):
        raise trail.too_late(request, "offer")
    for old in request.candidates.filter(state=C.PROPOSED):
        step(old, "withdraw")
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
        step(candidate, "see", "seen_at")
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
    step(candidate, "decline", "answered_at", "decline_reason")
    trail.tell(
        request, RequestVerb.DECLINE, by=by, at=at, words=words or str(DeclineReason(reason).label),
        facts={"helper": candidate.helper_id, "name": candidate.helper.person.name, "reason": str(reason)},
    )  # fmt: skip
    notices.declined(request=request, candidate=candidate, by=by, at=at)
    coins.let_go(request=request, by=by, at=at, if_nobody_is_asked=True)
    return candidate


@transaction.atomic
def assign(*, request_id: int, helper_id: int, by: User, at: datetime) -> ServiceRequest:
    """Staff send a helper who agreed by telephone: checked, offered and accepted in one go.

    Raises NotAllowed, AlreadyTaken, NotEligible, Promised.
    """
    request = trail.locked(request_id)
    require(policies.may_dispatch(by, request))
    if request.state == R.REQUESTED:
        take_up(request, by=by, at=at)
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
        take_up(request, by=by, at=at)
    if request.state == R.TRIAGED:
        trail.move(request, RequestVerb.OFFER, by=by, at=at)
    let_others_go(request, at=at)
    request.handler = by
    request.answered_at = at
    trail.move(request, RequestVerb.ACCEPT, by=by, at=at, fields=("handler", "answered_at"))
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
        take_up(request, by=by, at=at)
    if request.state not in (R.TRIAGED, R.OFFERED):
        raise trail.too_late(request, "offer")
    candidate = ask(request, helper_id, by=by, at=at, answer_within=answer_within)
    coins.hold(request=request, by=by, at=at)
    facts = {"helper": helper_id, "name": candidate.helper.person.name}
    if request.state == R.TRIAGED:
        trail.move(request, RequestVerb.OFFER, by=by, at=at, facts=facts)
    else:
        trail.tell(request, RequestVerb.OFFER, by=by, at=at, facts=facts)
    if tell_helper:
        notices.offered(request=request, candidate=candidate, by=by, at=at)
    return candidate


def _accept(request: ServiceRequest, candidate: Candidate, *, by: User, at: datetime) -> ServiceRequest:
    if candidate.state not in OPEN_OFFERS:
        raise OfferOver(what=str(candidate.get_state_display()))
    request.answered_at = at
    come(request, candidate, by=by, at=at)
    facts = {"helper": candidate.helper_id, "name": candidate.helper.person.name}
    trail.move(request, RequestVerb.ACCEPT, by=by, at=at, facts=facts, fields=("answered_at",))
    let_others_go(request, at=at)
    coins.hold_or_drop(request=request, by=by, at=at)
    notices.assigned(request=request, by=by, at=at)
    return request


def _candidate(candidate_id: int) -> Candidate:
    return (
        Candidate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("helper__person", "request")
        .get(pk=candidate_id)
    )
