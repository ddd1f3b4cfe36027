"""After the confirmation: who pays what part, and what the volunteer earned. Once, however often it is called."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.kernel.errors import DomainError
from carenet.kernel.months import day_of
from carenet.parties.states import SubsidyMode
from charity.actions import cost_sharing
from elders.actions import contacts
from elders.models import Elder
from services.actions import coins, trail
from services.models import ServiceRequest, Settlement
from services.states import RequestVerb
from volunteers.actions import covering, time_bank
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from carenet.accounts.models import User

CAUSE = "services.request"
# Who pays nothing is not booked.
PRICED = (SubsidyMode.SHARED, SubsidyMode.SELF)


def key_of(request: ServiceRequest) -> str:
    """The key of everything a request books."""
    return f"{CAUSE}:{request.pk}"


def touch_kind(request: ServiceRequest) -> str:
    """Which kind of contact with the elder the service was."""
    if request.is_alarm:
        return "ALARM"
    if request.kind_id in {"MEAL-D", "MEAL-H"}:
        return "MEAL"
    if request.kind_id == "CALL":
        return "CALL"
    return "ACTIVITY" if request.kind.family == "CULTURE" else "SERVICE"


def queue(*, request: ServiceRequest, on: date) -> None:
    """Take the locks of a settlement in their one order: the request (the caller has it), the promise of the time bank,
    the elder, the volunteers who serve and pay by their numbers, then the accounts (the books lock those).

    Whoever locks an elder before a settlement of the same transaction calls this first: two helps, or an alarm and a
    help, of the same elder or volunteer wait for each other and never in a circle. Source: architecture.md law 5.
    """
    helper = request.helper
    serves = helper.volunteer_id if helper is not None and request.minutes > 0 else None
    if serves is not None:  # who waits for the time bank holds no elder and no account meanwhile
        covering.may_issue(community=request.community_id, on=on)
    Elder.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=request.elder_id)
    pays = request.coin_payments.standing().values_list("volunteer_id", flat=True)
    people = {each for each in (serves, *pays) if each is not None}
    if people:
        rows = Volunteer.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True)
        list(rows.values_list("pk"))


@transaction.atomic
def settle(*, request: ServiceRequest, by: User, at: datetime) -> Settlement:
    """Pay with the time coins set aside, or split the price between government, fund and person (shared and priced
    services); credit the volunteer, count the contact; one row a request, so all of it happens once. Money in fen,
    time in minutes.

    A service booked before a reopening is not booked again. Raises what charity refuses; hours that the time
    bank refuses do not stop the confirmation: the sentence is kept. Source: S1-19 (cost sharing), domain.md §4.3.
    """
    done = Settlement.objects.filter(request=request).first()
    if done is not None:
        return done
    on = day_of(request.done_at or at)
    split = None
    volunteer = request.helper.volunteer if request.helper is not None else None
    queue(request=request, on=on)
    paid = coins.settle(request=request, by=by, at=at)
    if paid is None and request.kind.subsidy in PRICED and request.price_fen > 0:
        split = cost_sharing.split_and_pay(
            elder=request.elder, kind=request.kind, price_fen=request.price_fen, cause=(CAUSE, request.pk),
            on=on, at=at, by=by, key=key_of(request), organisation=request.organisation,
        )  # fmt: skip
    attendance, refusal = None, ""
    if volunteer is not None and request.minutes > 0 and request.done_at is not None:
        period = (request.done_at - timedelta(minutes=request.minutes), request.done_at)
        try:
            with transaction.atomic():
                attendance = time_bank.earn(
                    volunteer=volunteer, minutes=request.minutes, period=period, cause=(CAUSE, request.pk),
                    on=on, at=at, by=by, key=key_of(request), served=request.elder.person, what=request.kind.name,
                    risk=request.kind.risk,
                )  # fmt: skip
        except DomainError as refused:
            refusal = refused.message
    contacts.touch(
        elder=request.elder,
        kind=touch_kind(request),
        at=request.done_at or at,
        by=by,
        source_key=key_of(request),
    )
    settlement = Settlement.objects.create(
        community_id=request.community_id,
        request=request,
        cost_split=split,
        attendance=attendance,
        minutes=attendance.hour_minutes if attendance is not None else 0,
        not_credited=refusal[:200],
        by=by,
        at=at,
    )
    trail.tell(request, RequestVerb.SETTLE, by=by, at=at, key="settle")
    return settlement
