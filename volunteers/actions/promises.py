"""A volunteer's word for a shift: promise, wait, step back, stand in, come after all; and the reminder before it.

Every verb locks the shift's row first and the promise after it, so two people never get one place; the CHECK on the
places and the exclusion of overlapping promises stand behind it. Source: issue 4 build 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q

from carenet.accounts.policies import require
from carenet.accounts.states import Role
from carenet.kernel import months, steps
from carenet.kernel.errors import DomainError
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from carenet.notices.actions.outbox import INAPP_ONLY
from volunteers import policies
from volunteers.actions import busy, fit
from volunteers.actions.shift_refusals import (
    AlreadyCounted,
    Elsewhere,
    Full,
    NotOpen,
    NotWanted,
    ShiftOver,
    TickWarnings,
    TooLateToStepBack,
)
from volunteers.models import Policy, Promise, Slot, Volunteer
from volunteers.states import VolunteerState
from volunteers.states_shifts import PROMISE_STEPS, PromiseState, SlotState, week_bit

if TYPE_CHECKING:
    from carenet.accounts.models import User

STAND_IN_LETTERS = 60  # people asked at most for one stand-in
BY_SMS = ("INAPP", "SMS")
Told = tuple[str, Volunteer, Mapping[str, Any]]  # key of the letter, whom, what more it says


def locked(slot_id: int) -> Slot:
    """The shift, locked for the rest of the transaction, with what the rules read."""
    return (
        Slot.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community", "team__captain__person", "service_kind", "template")
        .get(pk=slot_id)
    )


def locked_promise(promise: Promise) -> tuple[Slot, Promise]:
    """The shift first, then the promise: always in this order."""
    slot = locked(promise.slot_id)
    found = (
        Promise.objects.select_for_update(of=("self",))
        .select_related("volunteer__person", "community")
        .get(pk=promise.pk)
    )
    found.slot = slot
    return slot, found


def facts(slot: Slot, **more: Any) -> dict[str, Any]:
    """What the notices of a shift say."""
    return {
        "slot": slot.pk, "title": slot.title, "place": slot.place, "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(), **more,
    }  # fmt: skip


@transaction.atomic
def promise(
    *, slot: Slot, volunteer: Volunteer, by: User, at: datetime, ticked: Iterable[str] = (), wait: bool = False,
) -> Promise:  # fmt: skip
    """Take a place, or with `wait` a place on the waiting list when all are taken. Pressed twice it is one promise.

    The volunteer does it themselves; the office or the captain for somebody on the phone, having read the warnings
    out, even after the beginning. Raises NotOpen, ShiftOver, Full, Elsewhere (and Helping: an elder has the hour),
    TickWarnings, AlreadyCounted, the refusals of `fit.check`, NotAllowed. Source: issue 4 build 2.
    """
    for_others = policies.may_roster(by, slot)
    require(
        policies.may_act_for(by, volunteer) or (for_others and volunteer.community_id == slot.community_id)
    )
    volunteer = _as_it_stands(volunteer)
    facts_of = _looked_up(slot, volunteer)  # before the lock: whoever waits for the shift waits for little
    found = locked(slot.pk)
    known = _standing(found, volunteer)
    if known is not None:
        if known.state in (PromiseState.EXCUSED, PromiseState.MISSED):
            raise AlreadyCounted
        if known.state != PromiseState.WAITING or found.free == 0:
            return known
    _check_open(found, at=at, for_others=for_others)
    _check_ticked(found, ticked)
    fit.check(volunteer=volunteer, slot=found, by_office=for_others, facts=facts_of)
    if found.free == 0:
        if not wait:
            raise Full
        return Promise.objects.create(
            community_id=found.community_id, slot=found, volunteer=volunteer, state=PromiseState.WAITING,
            promised_at=at, ticked=list(found.warnings), by=by,
        )  # fmt: skip
    if known is not None:
        return _hold(known, by=by)
    made = _take(found, volunteer, by=by, at=at, on_paper=for_others and at >= found.starts_at)
    if by.person_id != volunteer.person_id:
        _tell(found, "volunteers.shift.put_down", [(f"shift-down:{made.pk}", volunteer, {})], by=by, at=at)
    return made


def _as_it_stands(volunteer: Volunteer) -> Volunteer:
    """The record as it is now: the page may have been open for an hour."""
    return Volunteer.objects.select_related("person", "community").get(pk=volunteer.pk)


def _looked_up(slot: Slot, volunteer: Volunteer) -> fit.Known:
    """What the rules look up about the volunteer on the day of the shift, which no longer moves once it is published."""
    day = months.day_of(slot.starts_at)
    return fit.known(community_id=slot.community_id, volunteers=[volunteer], on=day)[volunteer.pk]


def _standing(slot: Slot, volunteer: Volunteer) -> Promise | None:
    return (
        Promise.objects.filter(slot=slot, volunteer=volunteer)
        .filter(Q(state=PromiseState.WAITING) | Q(state__in=("PROMISED", "SEEKING", "HERE", "DONE", "EXCUSED", "MISSED")))
        .select_for_update(of=("self",))
        .first()
    )  # fmt: skip


def _check_open(slot: Slot, *, at: datetime, for_others: bool) -> None:
    if slot.state == SlotState.CLOSED and for_others:
        return
    if slot.state != SlotState.PUBLISHED:
        raise NotOpen
    if at >= slot.ends_at and not for_others:
        raise ShiftOver


def _check_ticked(slot: Slot, ticked: Iterable[str]) -> None:
    if set(slot.warnings) - set(ticked):
        raise TickWarnings(field="ticked")


def _take(
    slot: Slot, volunteer: Volunteer, *, by: User, at: datetime, replaces: Promise | None = None,
    on_paper: bool = False,
) -> Promise:  # fmt: skip
    """A place; `on_paper`: what happened already is written down, whatever was promised."""
    if not on_paper:
        busy.check(volunteer=volunteer, slot=slot)
    try:
        with transaction.atomic():
            return Promise.objects.create(
                community_id=slot.community_id, slot=slot, volunteer=volunteer, promised_at=at,
                ticked=list(slot.warnings), replaces=replaces, by=by,
            )  # fmt: skip
    except IntegrityError as clash:
        raise _refusal(clash) from clash


def _hold(waiting: Promise, *, by: User) -> Promise:
    """From the waiting list onto a place. Raises Elsewhere, Full."""
    busy.check(volunteer=waiting.volunteer, slot=waiting.slot)
    try:
        with transaction.atomic():
            waiting.state = steps.take(PROMISE_STEPS, "promote", waiting.state)
            waiting.by = by
            waiting.save(update_fields=["state", "by"])
            return waiting
    except IntegrityError as clash:
        waiting.state = PromiseState.WAITING
        raise _refusal(clash) from clash


def _refusal(clash: IntegrityError) -> DomainError | IntegrityError:
    name = getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "volunteers_promise_no_overlap":
        return Elsewhere()
    if name == "volunteers_slot_not_overfilled":
        return Full()
    return clash


@transaction.atomic
def step_back(*, promise: Promise, by: User, at: datetime, reason: str = "") -> Promise:
    """“I cannot come”: one press.

    Early enough, or when somebody waits who can come, the place is free at once and goes to the waiting list, the
    oldest first. Later than `step_back_hours` before the shift the place is kept while colleagues are asked to stand
    in; until somebody does, the captain sees it. Raises TooLateToStepBack, WrongStep, NotAllowed.
    Source: issue 4 build 2; "volunteers leave when ‘I cannot come’ is too hard".
    """
    require(policies.may_act_for(by, promise.volunteer) or policies.may_roster(by, promise.slot))
    slot, found = locked_promise(promise)
    if found.state in (PromiseState.SEEKING, PromiseState.RELEASED):
        return found
    if found.state != PromiseState.WAITING and at >= slot.starts_at:
        raise TooLateToStepBack
    hours = Policy.objects.values_on(slot.community_id, months.day_of(at))["step_back_hours"]
    early = found.state == PromiseState.WAITING or at <= slot.starts_at - timedelta(hours=hours)
    found.told_at, found.reason = at, reason.strip()[:160]
    found.state = steps.take(PROMISE_STEPS, "release" if early else "seek", found.state)
    found.save(update_fields=["state", "told_at", "reason"])
    notices.cancel(community=slot.community, key=f"shift-remind:{found.pk}", by=by, at=at)
    if early:
        promote(slot=slot, by=by, at=at)
    elif not _relieved(slot, found, by=by, at=at):
        asked: list[Told] = [
            (f"stand-in:{found.pk}:{each.pk}", each, {}) for each in could_stand_in(slot=slot, at=at)
        ]
        _tell(slot, "volunteers.shift.stand_in_wanted", asked, by=by, at=at)
        _tell_leader(slot, found, by=by, at=at)
    return found


def _able_waiting(slot: Slot) -> list[Promise]:
    """The waiting list of those who may do the shift, the oldest first, locked."""
    waiting = list(
        Promise.objects.filter(slot=slot)
        .waiting()
        .select_for_update(of=("self",))
        .select_related("volunteer__person")
    )
    able = {each.pk for each in _fit(slot, [each.volunteer for each in waiting])}
    return [each for each in waiting if each.volunteer_id in able]


def _fit(slot: Slot, people: Sequence[Volunteer]) -> list[Volunteer]:
    """Those of many who may do the shift."""
    facts_of = fit.known(community_id=slot.community_id, volunteers=people, on=months.day_of(slot.starts_at))
    able = [each for each in people if not fit.why_not(volunteer=each, slot=slot, facts=facts_of[each.pk])]
    return busy.free(slot=slot, people=able)


def _relieved(slot: Slot, wanted: Promise, *, by: User, at: datetime) -> bool:
    """The first of the waiting list who can come takes the place of somebody who cannot."""
    for each in _able_waiting(slot):
        try:
            with transaction.atomic():
                wanted.state = steps.take(PROMISE_STEPS, "replace", wanted.state)
                wanted.save(update_fields=["state"])
                _hold(each, by=by)
        except Elsewhere:
            wanted.state = PromiseState.SEEKING
            continue
        told: list[Told] = [(f"promoted:{each.pk}", each.volunteer, {})]
        _tell(slot, "volunteers.shift.promoted", told, by=by, at=at, channels=BY_SMS)
        return True
    return False


def could_stand_in(*, slot: Slot, at: datetime) -> list[Volunteer]:
    """Who is asked to stand in: fit for the shift, free at that hour; the team, or without one whoever did this task
    in the last half year or said the hour is free."""
    people = (
        Volunteer.objects.of(slot.community_id)
        .filter(state=VolunteerState.ACTIVE)
        .select_related("person")
        .exclude(promises__slot=slot, promises__state__in=("PROMISED", "SEEKING", "WAITING", "HERE"))
        .exclude(
            Exists(
                Promise.objects.holding().filter(
                    volunteer=OuterRef("pk"), period__overlap=(slot.starts_at, slot.ends_at)
                )
            )
        )
    )
    if slot.team_id:
        people = people.filter(team_id=slot.team_id)
    else:
        local = slot.starts_at.astimezone(months.STATION_ZONE)
        bit = 1 << week_bit(local.weekday(), local.hour)
        did = Promise.objects.filter(
            volunteer=OuterRef("pk"), slot__template_id=slot.template_id, state=PromiseState.DONE,
            slot__starts_at__gte=at - timedelta(days=183),
        )  # fmt: skip
        free = people.alias(free=F("week").bitand(bit)).filter(free__gt=0)
        people = people.filter(Exists(did) | Q(pk__in=free.values("pk")))
    return _fit(slot, list(people.order_by("pk")[: STAND_IN_LETTERS * 3]))[:STAND_IN_LETTERS]


def _tell_leader(slot: Slot, kept: Promise, *, by: User, at: datetime) -> None:
    params = facts(slot, name=kept.volunteer.person.name)
    letters = [Letter(key=f"cannot:{kept.pk}:office", params=params, to_role=str(Role.SOCIAL_WORKER))]
    captain = slot.team.captain if slot.team is not None else None
    if captain is not None and captain.pk != kept.volunteer_id:
        letters.append(Letter(key=f"cannot:{kept.pk}:captain", params=params, to_person_id=captain.person_id))
    notices.write_many(
        community=slot.community,
        template="volunteers.shift.somebody_cannot",
        letters=letters,
        due_at=at,
        by=by,
        at=at,
    )


def _tell(
    slot: Slot, template: str, people: Sequence[Told], *, by: User, at: datetime,
    channels: Sequence[str] = INAPP_ONLY,
) -> None:  # fmt: skip
    notices.write_many(
        community=slot.community, template=template, due_at=at, by=by, at=at, channels=channels,
        letters=[
            Letter(key=key, params=facts(slot, **more), to_person_id=volunteer.person_id)
            for key, volunteer, more in people
        ],
    )  # fmt: skip


def promote(*, slot: Slot, by: User, at: datetime) -> int:
    """Give free places to the waiting list, the oldest first; who cannot any more keeps the turn for the next time.

    The caller has locked the shift. Returns how many moved up.
    """
    slot.refresh_from_db(fields=["taken", "people", "state"])
    if slot.free == 0 or slot.state != SlotState.PUBLISHED or at >= slot.ends_at:
        return 0
    moved: list[Told] = []
    for each in _able_waiting(slot):
        if len(moved) >= slot.free:
            break
        try:
            _hold(each, by=by)
        except Elsewhere:
            continue
        moved.append((f"promoted:{each.pk}", each.volunteer, {}))
    _tell(slot, "volunteers.shift.promoted", moved, by=by, at=at, channels=BY_SMS)
    slot.refresh_from_db(fields=["taken"])
    return len(moved)


@transaction.atomic
def stand_in(
    *, promise: Promise, volunteer: Volunteer, by: User, at: datetime, ticked: Iterable[str] = ()
) -> Promise:
    """Take the place of a colleague who cannot come; whoever presses first has it, and the colleague is told.

    Raises NotWanted, ShiftOver, Elsewhere, TickWarnings, the refusals of `fit.check`, NotAllowed.
    """
    for_others = policies.may_roster(by, promise.slot)
    require(policies.may_act_for(by, volunteer) or for_others)
    slot, wanted = locked_promise(promise)
    volunteer = _as_it_stands(volunteer)
    if wanted.state != PromiseState.SEEKING or wanted.volunteer_id == volunteer.pk:
        raise NotWanted
    if at >= slot.ends_at or slot.state != SlotState.PUBLISHED:
        raise ShiftOver
    _check_ticked(slot, ticked)
    fit.check(volunteer=volunteer, slot=slot, by_office=for_others)
    waiting = _standing(slot, volunteer)
    if waiting is not None and waiting.state != PromiseState.WAITING:
        raise AlreadyCounted
    wanted.state = steps.take(PROMISE_STEPS, "replace", wanted.state)
    wanted.save(update_fields=["state"])
    if waiting is not None:
        waiting.state = steps.take(PROMISE_STEPS, "release", waiting.state)
        waiting.save(update_fields=["state"])
    made = _take(slot, volunteer, by=by, at=at, replaces=wanted)
    told: list[Told] = [(f"replaced:{wanted.pk}", wanted.volunteer, {"name": volunteer.person.name})]
    _tell(slot, "volunteers.shift.replaced", told, by=by, at=at)
    return made


@transaction.atomic
def come_after_all(*, promise: Promise, by: User, at: datetime) -> Promise:
    """Undo “I cannot come” as long as nobody stands in. Raises NotWanted, NotAllowed."""
    require(policies.may_act_for(by, promise.volunteer) or policies.may_roster(by, promise.slot))
    _slot, found = locked_promise(promise)
    if found.state == PromiseState.PROMISED:
        return found
    if found.state != PromiseState.SEEKING:
        raise NotWanted
    found.state = steps.take(PROMISE_STEPS, "come_after_all", found.state)
    found.told_at, found.reason = None, ""
    found.save(update_fields=["state", "told_at", "reason"])
    return found
