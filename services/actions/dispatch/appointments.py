"""When a helper comes, and who goes instead."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from services import notices, policies
from services.actions import trail
from services.actions.dispatch.asked import ask, come, promise, release, step
from services.models import ServiceRequest
from services.states import (
    CandidateState,
    RequestState,
    RequestVerb,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User


R, C = RequestState, CandidateState


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
    promise(request, at=at)
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
        step(old, "withdraw")
    release(request, at=at)
    candidate = ask(request, helper_id, by=by, at=at, answer_within=None)
    come(request, candidate, by=by, at=at)
    trail.tell(
        request, RequestVerb.HAND_ON, by=by, at=at, words=words,
        facts={"from": before.person.name if before else "", "to": candidate.helper.person.name},
    )  # fmt: skip
    if before is not None:
        notices.let_go(request=request, helper=before, by=by, at=at)
    notices.assigned(request=request, by=by, at=at)
    return request
