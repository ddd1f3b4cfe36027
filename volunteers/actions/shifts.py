"""Plan shifts: kinds, series, single dates; publish, change the number of people, cancel with a reason, restore."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.accounts.states import Role
from carenet.kernel import months, steps
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from volunteers import policies
from volunteers.actions import busy, promises
from volunteers.actions.shift_refusals import (
    Helping,
    InThePast,
    NoDates,
    ReasonMissing,
    ShiftOver,
    SomebodyHere,
    TitleTaken,
    TooFewPlaces,
    TooManyDates,
)
from volunteers.models import Promise, ShiftSeries, ShiftTemplate, Slot, Team
from volunteers.states_shifts import HOLDING, PROMISE_STEPS, SLOT_STEPS, PromiseState, SlotState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Place, ServiceKind

MOST_DATES = 130  # five days a week for half a year


@transaction.atomic
def describe(
    *, community: Community, title: str, people: int, minutes: int, by: User, at: datetime, words: str = "",
    title_en: str = "", service_kind: ServiceKind | None = None, place: Place | None = None, place_words: str = "",
    warnings: Sequence[str] = (), demands: Sequence[str] = (), template: ShiftTemplate | None = None,
) -> ShiftTemplate:  # fmt: skip
    """Describe a kind of shift, or change the description; slots already made keep theirs.

    Raises TitleTaken, NotAllowed.
    """
    require(policies.may_plan(by, community.pk))
    found = template or ShiftTemplate(community=community)
    found.title, found.words, found.people, found.minutes = title.strip(), words.strip(), people, minutes
    found.title_en = title_en.strip()
    found.service_kind, found.place, found.place_words = service_kind, place, place_words.strip()
    found.warnings = [each.strip() for each in warnings if each.strip()]
    found.demands = list(demands)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as clash:
        raise TitleTaken(field="title") from clash
    return found


@transaction.atomic
def retire(*, template: ShiftTemplate, on: date | None, by: User, at: datetime) -> ShiftTemplate:
    """No new shifts of this kind from a day on; None takes it back. Raises NotAllowed."""
    require(policies.may_plan(by, template.community_id))
    template.retired_on = on
    template.save(update_fields=["retired_on"])
    return template


def _draft(
    template: ShiftTemplate, *, starts_at: datetime, minutes: int, people: int, team: Team | None
) -> Slot:
    return Slot(
        community_id=template.community_id, template=template, team=team, title=template.title, title_en=template.title_en, words=template.words,
        place=template.where[:120], service_kind=template.service_kind, warnings=list(template.warnings),
        demands=list(template.demands), starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes),
        people=people,
    )  # fmt: skip


@transaction.atomic
def add(
    *, template: ShiftTemplate, starts_at: datetime, by: User, at: datetime, minutes: int | None = None,
    people: int | None = None, team: Team | None = None,
) -> Slot:  # fmt: skip
    """One shift, still a draft. Raises InThePast, NotAllowed."""
    require(policies.may_propose(by, template.community_id, team))
    if starts_at <= at:
        raise InThePast(field="starts_on")
    slot = _draft(
        template,
        starts_at=starts_at,
        minutes=minutes or template.minutes,
        people=people or template.people,
        team=team,
    )
    slot.save()
    return slot


@transaction.atomic
def plan(
    *, template: ShiftTemplate, weekdays: Sequence[int], starts: time, from_on: date, until_on: date, by: User,
    at: datetime, minutes: int | None = None, people: int | None = None, team: Team | None = None,
    skip: Sequence[date] = (),
) -> ShiftSeries:  # fmt: skip
    """The same shift on some weekdays from a day to a day: one draft for each date, at the station's wall clock.

    Days to skip (holidays) get none; times already over get none. Raises NoDates, TooManyDates, NotAllowed.
    """
    require(policies.may_propose(by, template.community_id, team))
    days = [
        from_on + timedelta(days=number)
        for number in range((until_on - from_on).days + 1)
        if (from_on + timedelta(days=number)).weekday() in set(weekdays)
    ]
    moments = [
        datetime.combine(day, starts, tzinfo=months.STATION_ZONE) for day in days if day not in set(skip)
    ]
    moments = [each for each in moments if each > at]
    if not moments:
        raise NoDates(field="weekdays")
    if len(moments) > MOST_DATES:
        raise TooManyDates(field="until_on", most=MOST_DATES)
    series = ShiftSeries.objects.create(
        community_id=template.community_id, template=template, team=team, weekdays=sorted(set(weekdays)), starts=starts,
        minutes=minutes or template.minutes, people=people or template.people, from_on=from_on, until_on=until_on,
        created_at=at, by=by,
    )  # fmt: skip
    slots = [
        _draft(template, starts_at=each, minutes=series.minutes, people=series.people, team=team)
        for each in moments
    ]
    for slot in slots:
        slot.series = series
    Slot.objects.bulk_create(slots)
    return series


@transaction.atomic
def publish(*, slots: Sequence[Slot], by: User, at: datetime) -> int:
    """Open shifts for promises; drafts of a team that is led together go to the committee's check first.

    Shifts that are over or already open are left as they are. Returns how many moved on. Raises NotAllowed.
    Source: S2-48 (stages of autonomy).
    """
    moved = 0
    for each in sorted(slots, key=lambda slot: slot.pk):
        slot = promises.locked(each.pk)
        require(policies.may_propose(by, slot.community_id, slot.team))
        alone = policies.publishes_alone(by, slot.community_id, slot.team)
        wanted = ("DRAFT", "PROPOSED") if alone else ("DRAFT",)
        if slot.state not in wanted or slot.starts_at <= at:
            continue
        slot.state = steps.take(SLOT_STEPS, "publish" if alone else "propose", slot.state)
        slot.published_at = at if alone else None
        slot.save(update_fields=["state", "published_at"])
        moved += 1
        if not alone:
            notices.write(
                community=slot.community, template="volunteers.shift.to_check", key=f"shift-check:{slot.pk}",
                params=promises.facts(slot), to_role=str(Role.SOCIAL_WORKER), due_at=at, by=by, at=at,
            )  # fmt: skip
    return moved


@transaction.atomic
def set_people(*, slot: Slot, people: int, by: User, at: datetime) -> Slot:
    """More or fewer places; more of them go to the waiting list first. Raises TooFewPlaces, ShiftOver, NotAllowed."""
    require(policies.may_propose(by, slot.community_id, slot.team))
    found = promises.locked(slot.pk)
    if found.state not in ("DRAFT", "PROPOSED", "PUBLISHED"):
        raise ShiftOver
    if people < found.taken:
        raise TooFewPlaces(field="people")
    found.people = people
    found.save(update_fields=["people"])
    promises.promote(slot=found, by=by, at=at)
    return found


@transaction.atomic
def cancel(*, slot: Slot, reason: str, by: User, at: datetime) -> Slot:
    """Call a shift off: everybody who promised or waits is told why, by bell and text message. Can be undone.

    Raises ReasonMissing, SomebodyHere, WrongStep, NotAllowed.
    """
    require(policies.publishes_alone(by, slot.community_id, slot.team))
    if not reason.strip():
        raise ReasonMissing(field="reason")
    found = promises.locked(slot.pk)
    if found.state == SlotState.CANCELLED:
        return found
    standing = list(
        Promise.objects.filter(slot=found)
        .filter(state__in=(*HOLDING, PromiseState.WAITING))
        .select_for_update(of=("self",))
        .select_related("volunteer")
        .order_by("pk")
    )
    if any(each.state in (PromiseState.HERE, PromiseState.DONE) for each in standing):
        raise SomebodyHere
    found.state = steps.take(SLOT_STEPS, "cancel", found.state)
    found.cancel_reason, found.cancelled_at = reason.strip()[:160], at
    found.save(update_fields=["state", "cancel_reason", "cancelled_at"])
    for each in standing:
        each.before_cancel = each.state
        each.state = steps.take(PROMISE_STEPS, "cancel", each.state)
        notices.cancel(community=found.community, key=f"shift-remind:{each.pk}", by=by, at=at)
    Promise.objects.bulk_update(standing, ["state", "before_cancel"])
    params = promises.facts(found, reason=found.cancel_reason)
    notices.write_many(
        community=found.community, template="volunteers.shift.cancelled", due_at=at, by=by, at=at,
        channels=promises.BY_SMS,
        letters=[
            Letter(key=f"shift-off:{each.pk}:{at:%Y%m%d%H%M%S}", params=params, to_person_id=each.volunteer.person_id)
            for each in standing
        ],
    )  # fmt: skip
    return found


@transaction.atomic
def restore(*, slot: Slot, by: User, at: datetime) -> Slot:
    """Undo a cancellation before the shift begins: everybody gets the place back who is still free at that hour.

    Raises ShiftOver, WrongStep, NotAllowed.
    """
    require(policies.publishes_alone(by, slot.community_id, slot.team))
    found = promises.locked(slot.pk)
    if found.starts_at <= at:
        raise ShiftOver
    found.state = steps.take(SLOT_STEPS, "restore", found.state)
    found.cancel_reason, found.cancelled_at = "", None
    found.published_at = found.published_at or at
    found.save(update_fields=["state", "cancel_reason", "cancelled_at", "published_at"])
    back: list[Promise] = []
    gone: list[Promise] = []
    rows = Promise.objects.filter(slot=found, state=PromiseState.CANCELLED).select_related("volunteer")
    for each in rows.select_for_update(of=("self",)).order_by("promised_at", "pk"):
        wanted = "restore_waiting" if each.before_cancel == PromiseState.WAITING else "restore"
        try:
            with transaction.atomic():
                if wanted == "restore":
                    busy.check(volunteer=each.volunteer, slot=found)
                each.state = steps.take(PROMISE_STEPS, wanted, each.state)
                each.before_cancel = ""
                each.save(update_fields=["state", "before_cancel"])
            back.append(each)
        except (
            IntegrityError,
            Helping,
        ):  # promised elsewhere meanwhile: the exclusion, or the portal, says so
            each.state = PromiseState.CANCELLED
            gone.append(each)
    for template, people in (
        ("volunteers.shift.restored", back),
        ("volunteers.shift.restored_without", gone),
    ):
        notices.write_many(
            community=found.community, template=template, due_at=at, by=by, at=at,
            letters=[
                Letter(
                    key=f"shift-on:{each.pk}:{at:%Y%m%d%H%M%S}", params=promises.facts(found),
                    to_person_id=each.volunteer.person_id,
                )
                for each in people
            ],
        )  # fmt: skip
    promises.promote(slot=found, by=by, at=at)
    return found
