"""The roster of a shift: who came and left, who is excused or missing, and the hours of all in one press.

Hours, coins and points are booked by `time_bank.earn_many` only, once for each promise.
Source: issue 4 build 2; Order 67 Art. 3 (true, complete, timely records).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.kernel import months, steps
from carenet.kernel.errors import NotAllowed
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from volunteers import policies
from volunteers.actions import promises, time_bank
from volunteers.actions.promises import locked, locked_promise
from volunteers.actions.shift_refusals import (
    BadTimes,
    NobodyCame,
    NoTime,
    NotOverYet,
    OtherEyes,
    OwnTick,
    ShiftOver,
    TooEarly,
)
from volunteers.models import Promise, Slot
from volunteers.states_shifts import PROMISE_STEPS, SLOT_STEPS, PromiseState, SlotState, Way

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

OPENS_BEFORE = timedelta(minutes=30)
CAUSE = "volunteers.promise"


@dataclass(frozen=True)
class Booked:
    """What one press of “book the hours” did."""

    credited: int
    missed: int
    excused: int
    minutes: int
    left: int = 0  # ticked, but somebody else must book them


@transaction.atomic
def check_in(
    *, promise: Promise, way: str, by: User, at: datetime, came_at: datetime | None = None
) -> Promise:
    """Somebody is here: by the code at the place (the volunteer), or ticked by the captain or the office.

    From half an hour before the shift; by the code until its end, by a tick also days later with the true time.
    Nobody ticks themselves. Pressed twice it is one check-in. Raises TooEarly, ShiftOver, OwnTick, BadTimes,
    WrongStep, NotAllowed.
    """
    own = policies.is_own_record(by, promise.volunteer)
    if way == Way.QR:
        require(own)
    elif not policies.may_roster(by, promise.slot):
        raise NotAllowed
    elif own:
        raise OwnTick
    else:
        way = _seen_by(by, promise)
    slot, found = locked_promise(promise)
    if found.state in (PromiseState.HERE, PromiseState.DONE) and came_at is None:
        return found
    if at < slot.starts_at - OPENS_BEFORE:
        raise TooEarly
    if way == Way.QR and at > slot.ends_at:
        raise ShiftOver
    came = came_at or (at if at < slot.ends_at else slot.starts_at)
    if not slot.starts_at - OPENS_BEFORE <= came <= min(at, slot.ends_at):
        raise BadTimes(field="came_at")
    if found.state != PromiseState.HERE:
        found.state = steps.take(PROMISE_STEPS, "check_in", found.state)
    if found.out_at is not None and found.out_at < came:
        raise BadTimes(field="came_at")
    found.in_at, found.in_way = came, way
    found.save(update_fields=["state", "in_at", "in_way"])
    return found


def _seen_by(by: User, promise: Promise) -> str:
    """Whose eyes: the office's, or only the captain's."""
    return Way.OFFICE if policies.may_plan(by, promise.community_id) else Way.CAPTAIN


@transaction.atomic
def check_out(
    *, promise: Promise, way: str, by: User, at: datetime, left_at: datetime | None = None
) -> Promise:
    """Somebody leaves; counted until the end of the shift at most. A second time corrects the first.

    The volunteer themselves, the captain or the office, until the hours are booked. Raises BadTimes, WrongStep,
    NotAllowed.
    """
    own = policies.is_own_record(by, promise.volunteer)
    require(own or policies.may_roster(by, promise.slot))
    way = way if own else _seen_by(by, promise)
    slot, found = locked_promise(promise)
    if found.state == PromiseState.DONE or found.in_at is None:
        steps.take(PROMISE_STEPS, "book", found.state)  # says that it has moved on
        raise BadTimes(field="left_at")
    left = left_at or min(at, slot.ends_at)
    if not found.in_at <= left <= min(at, slot.ends_at):
        raise BadTimes(field="left_at")
    if (
        own
        and found.out_way in (Way.CAPTAIN, Way.OFFICE)
        and found.out_at is not None
        and left > found.out_at
    ):
        raise BadTimes(field="left_at")  # what somebody else saw is only made shorter by oneself
    found.out_at, found.out_way = left, way
    found.save(update_fields=["out_at", "out_way"])
    return found


@transaction.atomic
def undo_check_in(*, promise: Promise, by: User, at: datetime) -> Promise:
    """Take back a tick on the wrong line, before the hours are booked. Raises WrongStep, NotAllowed."""
    require(policies.may_roster(by, promise.slot))
    _slot, found = locked_promise(promise)
    found.state = steps.take(PROMISE_STEPS, "undo_check_in", found.state)
    found.in_at, found.in_way, found.out_at, found.out_way = None, "", None, ""
    found.save(update_fields=["state", "in_at", "in_way", "out_at", "out_way"])
    return found


@transaction.atomic
def excuse(*, promise: Promise, reason: str, by: User, at: datetime) -> Promise:
    """Somebody told us in time or had a good reason: that is not missing; nobody excuses themselves.

    Raises OwnTick, WrongStep, NotAllowed.
    """
    return _note(promise, "excuse", reason=reason, by=by, at=at)


@transaction.atomic
def miss(*, promise: Promise, by: User, at: datetime) -> Promise:
    """Somebody did not come and did not tell; only once the shift has begun. Raises TooEarly, WrongStep, NotAllowed."""
    if at < promise.slot.starts_at:
        raise TooEarly
    return _note(promise, "miss", reason="", by=by, at=at)


def _note(promise: Promise, step: str, *, reason: str, by: User, at: datetime) -> Promise:
    require(policies.may_roster(by, promise.slot))
    if policies.is_own_record(by, promise.volunteer):
        raise OwnTick
    slot, found = locked_promise(promise)
    found.state = steps.take(PROMISE_STEPS, step, found.state)
    found.reason = reason.strip()[:160] or found.reason
    found.save(update_fields=["state", "reason"])
    if at < slot.starts_at:
        promises.promote(slot=slot, by=by, at=at)
    return found


@transaction.atomic
def cap_forgotten(*, community: Community, by: User, at: datetime) -> int:
    """Half an hour after the end, who forgot to check out is counted until the end, and asked whether that is right."""
    rows = list(
        Promise.objects.of(community)
        .to_cap(at - timedelta(minutes=30))
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("slot", "volunteer")
        .order_by("pk")[:500]
    )
    for each in rows:
        each.out_at, each.out_way = each.slot.ends_at, Way.CAPPED
    Promise.objects.bulk_update(rows, ["out_at", "out_way"])
    notices.write_many(
        community=community, template="volunteers.shift.forgot_check_out", due_at=at, by=by, at=at,
        letters=[
            Letter(
                key=f"forgot-out:{each.pk}", params=promises.facts(each.slot), to_person_id=each.volunteer.person_id
            )
            for each in rows
        ],
    )  # fmt: skip
    return len(rows)


@transaction.atomic
def book(*, slot: Slot, by: User, at: datetime) -> Booked:
    """Book the hours of everybody who is ticked, in one press; whoever is not, missed it or is excused.

    Set-based (`time_bank.earn_many`), once for each promise: pressed again after a correction it books only what is
    new. Open check-outs are counted until the end. One's own hours are left for somebody else, and so are those that
    only the captain of a team led together saw: the shift stays on the station's list until they are booked. Raises
    NotOverYet, NobodyCame, OtherEyes, NoTime, WrongStep, NotAllowed.
    Source: four eyes, domain.md §4.3; stages of autonomy, S2-48.
    """
    found = locked(slot.pk)
    require(policies.may_book(by, found))
    if at < found.ends_at:
        raise NotOverYet
    state = steps.take(SLOT_STEPS, "close", found.state)
    rows = list(
        Promise.objects.filter(slot=found)
        .select_for_update(of=("self",))
        .select_related("volunteer__person", "community")
        .order_by("pk")
    )
    ticked = [each for each in rows if each.state == PromiseState.HERE]
    if not ticked and not any(each.state == PromiseState.DONE for each in rows):
        raise NobodyCame
    here = [each for each in ticked if policies.may_credit(by, found, each)]
    left = len(ticked) - len(here)
    if left and not here:
        raise OtherEyes
    for each in here:
        if each.out_at is None:
            each.out_at, each.out_way = found.ends_at, Way.CAPPED
        if each.served_minutes == 0:
            raise NoTime(name=each.volunteer.person.name)
    minutes = _credit(found, here, by=by, at=at)
    missed = _leave(rows, PromiseState.PROMISED, "miss")
    excused = _leave(rows, PromiseState.SEEKING, "excuse")
    _leave(rows, PromiseState.WAITING, "expire")
    Promise.objects.bulk_update(rows, ["state", "out_at", "out_way", "attendance"])
    if found.state != SlotState.CLOSED and not left:
        found.state, found.booked_at, found.booked_by = state, at, by
        found.save(update_fields=["state", "booked_at", "booked_by"])
    return Booked(len(here), missed, excused, minutes, left)


def _leave(rows: list[Promise], state: str, step: str) -> int:
    moved = [each for each in rows if each.state == state]
    for each in moved:
        each.state = steps.take(PROMISE_STEPS, step, each.state)
    return len(moved)


def _credit(slot: Slot, here: list[Promise], *, by: User, at: datetime) -> int:
    """One entry in the books for each, and a thank-you; gives the minutes of all."""
    services = []
    for each in here:
        assert each.in_at is not None
        assert each.out_at is not None
        span = (max(each.in_at, slot.starts_at), min(each.out_at, slot.ends_at))
        services.append(
            time_bank.Service(
                volunteer=each.volunteer, minutes=each.served_minutes, period=span, cause=(CAUSE, each.pk),
                key=f"shift:{each.pk}", what=slot.title, on=months.day_of(slot.starts_at), at=at,
            )
        )  # fmt: skip
    attendances = time_bank.earn_many(community=slot.community, services=services, at=at, by=by)
    letters = []
    for each, attendance in zip(here, attendances, strict=True):
        each.state = steps.take(PROMISE_STEPS, "book", each.state)
        each.attendance = attendance
        letters.append(
            Letter(
                key=f"credited:{attendance.pk}", to_person_id=each.volunteer.person_id,
                params={"hour_minutes": attendance.hour_minutes, "points": attendance.points, "what": slot.title},
            )
        )  # fmt: skip
    notices.write_many(
        community=slot.community, template="volunteers.credited", letters=letters, due_at=at, by=by, at=at
    )
    return sum(each.served_minutes for each in here)
