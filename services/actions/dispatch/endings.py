"""Other ends: closed, cancelled, nobody could come, opened again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from services import notices, policies
from services.actions import coins, trail
from services.actions.dispatch.asked import ANSWER_WITHIN, let_others_go, release, step
from services.models import ServiceRequest
from services.refusals import (
    WordsMissing,
)
from services.states import (
    CancelReason,
    CandidateState,
    RequestVerb,
    Urgency,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User


C = CandidateState


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
    let_others_go(request, at=at)
    release(request, at=at)
    coins.drop(request=request, words=str(CancelReason(reason).label), by=by, at=at)
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
    let_others_go(request, at=at)
    coins.drop(request=request, words=words, by=by, at=at)
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
        step(old, "withdraw")
    coins.let_go(request=request, by=by, at=at)
    return request
