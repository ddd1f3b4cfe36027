"""Requests come in: by telephone, counter, page, device; and alarms, which are never ten for one fall."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.kernel.months import day_of
from carenet.parties.models import ServiceKind
from elders.models import Elder
from services import notices, policies
from services.actions import coins, trail
from services.models import Offering, RequestEvent, ServiceRequest
from services.refusals import AlarmsHaveTheirOwnDoor, ElderNotServed, KeyUsed
from services.states import BEFORE_DONE, Channel, RequestState, RequestVerb, Urgency

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Organisation, Person

# Somebody answers an alarm within this time. Source: S2 (15 minutes), domain.md §8.2.
ALARM_DUE = timedelta(minutes=15)
# An answer to other requests. Source: station rule, domain.md §8.1 (severity).
DUE = {
    Urgency.P1: timedelta(minutes=15),
    Urgency.P2: timedelta(hours=1),
    Urgency.P3: timedelta(hours=24),
    Urgency.P4: timedelta(hours=72),
}
# Two requests of one kind within these days may be the same wish. Source: S1 (duplicate detection).
DOUBLE_WITHIN = timedelta(days=2)


@transaction.atomic
def take(
    *,
    elder: Elder,
    kind: ServiceKind,
    channel: str,
    key: str,
    by: User,
    at: datetime,
    urgency: str = Urgency.P4,
    note: str = "",
    minutes: int | None = None,
    scheduled_at: datetime | None = None,
    on_behalf_of: Person | None = None,
    organisation: Organisation | None = None,
    pay: str = "",
) -> ServiceRequest:
    """Take a request. The price and the usual minutes come from the price list of its day; money in fen.

    `pay` names the time coins that pay for it (see `coins.purses`). The same key gives the same request. Raises
    NotAllowed, ElderNotServed, AlarmsHaveTheirOwnDoor, KeyUsed and what `coins.choose` refuses.
    Source: domain.md §3.5 (many channels, one queue).
    """
    require(policies.may_ask(by, elder))
    if kind.pk == "SOS":
        raise AlarmsHaveTheirOwnDoor
    first = _first_of_key(elder, kind, key)
    if first is not None:
        return first
    if elder.status != "ACTIVE":
        raise ElderNotServed(name=elder.person.name)
    offering = price_of(
        community_id=elder.community_id, kind=kind, organisation=organisation, at=scheduled_at or at
    )
    request = ServiceRequest(
        community_id=elder.community_id,
        elder=elder,
        kind=kind,
        channel=channel,
        urgency=urgency,
        note=note.strip(),
        minutes=minutes if minutes is not None else (offering.minutes if offering else kind.minutes),
        price_fen=offering.price_fen if offering else 0,
        requested_at=at,
        due_at=at + DUE[Urgency(urgency)],
        scheduled_at=scheduled_at,
        organisation=organisation,
        by=by,
        on_behalf_of=on_behalf_of,
        key=key,
    )
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        again = _first_of_key(elder, kind, key)
        if again is None:
            raise
        return again
    trail.tell(request, RequestVerb.TAKE, by=by, at=at, on_behalf_of=on_behalf_of)
    if pay:
        coins.choose(request_id=request.pk, code=pay, by=by, at=at)
    if not policies.is_office(by, elder.community_id):
        notices.request_taken(request=request, by=by, at=at)
    return request


def price_of(
    *, community_id: int, kind: ServiceKind, organisation: Organisation | None, at: datetime
) -> Offering | None:
    """The price list row of the day: the organisation's own, else the station's; None when nothing is set."""
    rows = Offering.objects.of(community_id).filter(kind=kind).on(day_of(at))
    if organisation is not None:
        own = rows.filter(organisation=organisation).first()
        if own is not None:
            return own
    return rows.filter(organisation__isnull=True).first()


def doubles(*, elder: Elder, kind: ServiceKind, at: datetime) -> list[ServiceRequest]:
    """Open requests of the same kind for the same elder of the last days, for the question "is it the same?"."""
    return list(
        ServiceRequest.objects.filter(
            elder=elder, kind=kind, state__in=BEFORE_DONE, requested_at__gte=at - DOUBLE_WITHIN
        ).order_by("-requested_at")[:3]
    )


@transaction.atomic
def raise_alarm(
    *, elder: Elder, channel: str, key: str, by: User, at: datetime, note: str = "", urgency: str = Urgency.P1
) -> ServiceRequest:
    """An emergency call: one open alarm per elder; a second press joins it and is written into its trail.

    Somebody must answer within 15 minutes; the duty staff are told in the same transaction. Nobody is refused: an
    alarm of an elder who is paused or has left is an alarm too. Raises NotAllowed for strangers.
    Source: S2 (15 minutes); domain.md §8.1, §8.2; ux.md §6.4.
    """
    require(policies.may_ask(by, elder))
    # The elder's row is the queue: two presses in one second meet here, not in two alarms.
    Elder.objects.select_for_update(of=("self",), no_key=True).get(pk=elder.pk)
    found = (
        ServiceRequest.objects.filter(elder=elder, kind_id="SOS", state__in=BEFORE_DONE).first()
        or ServiceRequest.objects.of(elder.community_id).filter(key=key).first()
    )
    if found is not None:
        _press_again(found, key=key, by=by, at=at)
        return found
    request = ServiceRequest.objects.create(
        community_id=elder.community_id,
        elder=elder,
        kind_id="SOS",
        channel=channel,
        urgency=urgency,
        state=RequestState.REQUESTED,
        note=note.strip(),
        minutes=30,
        requested_at=at,
        due_at=at + ALARM_DUE,
        by=by,
        on_behalf_of=elder.person if channel == Channel.ONE_TAP else None,
        key=key,
    )
    trail.tell(request, RequestVerb.TAKE, by=by, at=at, key=f"press:{key}")
    notices.alarm_raised(request=request, by=by, at=at)
    return request


def _press_again(request: ServiceRequest, *, key: str, by: User, at: datetime) -> None:
    """A further press; each key stands once in the trail."""
    if (
        request.state not in BEFORE_DONE
        or RequestEvent.objects.filter(request=request, key=f"press:{key}").exists()
    ):
        return
    trail.tell(request, RequestVerb.PRESS, by=by, at=at, key=f"press:{key}")


@transaction.atomic
def say_fine(*, request_id: int, by: User, at: datetime) -> ServiceRequest:
    """The elder says "I am fine, pressed by mistake": written down, and somebody still calls back.

    Once; further presses of the button change nothing. Source: ux.md §6.4.
    """
    request = trail.locked(request_id)
    require(policies.may_ask(by, request.elder))
    if request.is_alarm and request.said_fine_at is None and request.state in BEFORE_DONE:
        request.said_fine_at = at
        request.save(update_fields=["said_fine_at"])
        trail.tell(request, RequestVerb.FINE, by=by, at=at, key="fine")
        notices.said_fine(request=request, by=by, at=at)
    return request


def _first_of_key(elder: Elder, kind: ServiceKind, key: str) -> ServiceRequest | None:
    first = ServiceRequest.objects.of(elder.community_id).filter(key=key).first()
    if first is not None and (first.elder_id, first.kind_id) != (elder.pk, kind.pk):
        raise KeyUsed
    return first
