"""At the door: start, finish, confirm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from elders.actions import contacts
from services import notices, policies
from services.actions import settlement, trail
from services.actions.dispatch.asked import release
from services.models import ServiceRequest
from services.refusals import (
    TimesWrong,
)
from services.states import (
    RequestState,
    RequestVerb,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person


R = RequestState


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
    release(request, at=at)
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


def _start(request: ServiceRequest, begun: datetime, *, by: User, at: datetime) -> None:
    if request.state == R.ACCEPTED:
        if request.scheduled_at is None:
            request.scheduled_at = begun
        trail.move(request, RequestVerb.SCHEDULE, by=by, at=at, fields=("scheduled_at",))
    request.started_at = begun
    trail.move(request, RequestVerb.START, by=by, at=at, fields=("started_at",))
