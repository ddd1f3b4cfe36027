"""Shifts as lists: the week of the office, what a volunteer may take, what a captain should look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from carenet.kernel import months
from volunteers import policies
from volunteers.models import LateEntry, Promise, Slot, Team, Volunteer
from volunteers.states_shifts import HOLDING, PromiseState, SlotState, week_bit

if TYPE_CHECKING:
    from carenet.accounts.models import User

AHEAD = timedelta(days=28)


@dataclass
class Day:
    """One day of a week with its shifts."""

    on: date
    slots: list[Slot] = field(default_factory=list)


def by_day(slots: Iterable[Slot]) -> list[Day]:
    """Shifts under the headings of their days, in order."""
    days: dict[date, Day] = {}
    for slot in slots:
        on = months.day_of(slot.starts_at)
        days.setdefault(on, Day(on)).slots.append(slot)
    return [days[each] for each in sorted(days)]


def with_counts(slots: Any) -> Any:
    """Each shift with how many wait, how many seek a stand-in and how many are ticked."""
    return slots.annotate(
        waiting_count=Count("promises", filter=Q(promises__state=PromiseState.WAITING)),
        seeking_count=Count("promises", filter=Q(promises__state=PromiseState.SEEKING)),
        here_count=Count("promises", filter=Q(promises__state__in=(PromiseState.HERE, PromiseState.DONE))),
    )


def open_slots(volunteer: Volunteer, at: datetime) -> list[Slot]:
    """Shifts of the coming four weeks that a volunteer has not promised: those of the own team and those of nobody."""
    mine = Promise.objects.filter(
        volunteer=volunteer,
        state__in=(*HOLDING, PromiseState.WAITING, PromiseState.EXCUSED, PromiseState.MISSED),
    ).values("slot_id")
    slots = (
        Slot.objects.of(volunteer.community_id)
        .open(at)
        .filter(Q(team__isnull=True) | Q(team_id=volunteer.team_id), starts_at__lt=at + AHEAD)
        .exclude(pk__in=mine)
        .select_related("service_kind", "template", "community")
        .order_by("starts_at", "pk")
    )
    return list(with_counts(slots)[:100])


def fits_week(volunteer: Volunteer, slot: Slot) -> bool:
    """Whether the volunteer said that this hour of the week is free."""
    local = slot.starts_at.astimezone(months.STATION_ZONE)
    return bool(volunteer.week & (1 << week_bit(local.weekday(), local.hour)))


def mine(volunteer: Volunteer, at: datetime) -> tuple[list[Promise], list[Promise]]:
    """The own shifts that come or run, and the last thirty that are over."""
    rows = Promise.objects.filter(volunteer=volunteer).select_related("slot", "attendance")
    coming = rows.filter(
        slot__ends_at__gt=at - timedelta(hours=12),
        state__in=(PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.WAITING, PromiseState.HERE),
    )
    over = rows.exclude(pk__in=coming.values("pk")).exclude(state=PromiseState.RELEASED)
    return list(coming.order_by("slot__starts_at", "pk")), list(over.order_by("-slot__starts_at", "-pk")[:30])


def at_the_place(shown: QuerySet[Slot], uid: UUID, at: datetime) -> Slot | None:
    """The shift behind a poster: its own one, or of a series the one that is now or comes next."""
    shown = shown.select_related("team__captain__person", "community", "service_kind", "template")
    found = shown.filter(uid=uid).first()
    if found is not None:
        return found
    dates = shown.filter(series__uid=uid, state__in=("PUBLISHED", "CLOSED")).order_by("starts_at")
    near = dates.filter(ends_at__gte=at - timedelta(hours=3), starts_at__lte=at + timedelta(hours=12))
    return near.first() or dates.filter(starts_at__gt=at).first()


@dataclass(frozen=True)
class TeamDesk:
    """What a captain looks at: the next shifts, those to book, who is missing there, late hours to answer, the members."""

    team: Team
    next_slots: list[Slot]
    to_book: list[Slot]
    missing: list[Promise]
    late: list[LateEntry]
    members: list[Volunteer]


def desk(team: Team, at: datetime) -> TeamDesk:
    """The captain's page of one team, in a constant number of statements."""
    slots = Slot.objects.filter(team=team)
    coming = slots.filter(
        state__in=(SlotState.PUBLISHED, SlotState.DRAFT, SlotState.PROPOSED),
        ends_at__gt=at,
        starts_at__lt=at + AHEAD,
    )
    missing = Promise.objects.filter(
        slot__team=team, slot__state=SlotState.PUBLISHED, slot__ends_at__gt=at
    ).filter(
        Q(state=PromiseState.SEEKING)
        | Q(state=PromiseState.PROMISED, slot__starts_at__lte=at - timedelta(minutes=10))
    )
    return TeamDesk(
        team=team,
        next_slots=list(with_counts(coming.order_by("starts_at", "pk"))[:12]),
        to_book=list(with_counts(slots.to_book(at).order_by("starts_at", "pk"))[:12]),
        missing=list(
            missing.select_related("slot", "volunteer__person").order_by("slot__starts_at", "pk")[:30]
        ),
        late=list(
            LateEntry.objects.filter(team=team)
            .open()
            .select_related("volunteer__person", "team__captain")
            .order_by("asked_at")[:30]
        ),
        members=list(
            Volunteer.objects.filter(team=team).present().select_related("person").order_by("number")[:200]
        ),
    )


@dataclass(frozen=True)
class CaptainTasks:
    """What the stage of the team lets its captain do with its shifts, and what waits for somebody else."""

    to_open: list[Slot]
    to_check: list[Slot]
    to_tick: list[Slot]
    elsewhere: list[Slot]


def captains(desk: TeamDesk, user: User, at: datetime) -> CaptainTasks:
    """The shifts of the desk by whose turn it is: one query more, whatever their number.

    To open: drafts the captain may publish or send to the check, and proposals they may publish alone. To tick: shifts
    that are over where the captain can still tick somebody or book a line. Elsewhere: their lines wait for the station.
    Source: S2-48 (stages of autonomy); decision 0015.
    """
    team = desk.team
    alone = policies.publishes_alone(user, team.community_id, team)
    proposes = policies.may_propose(user, team.community_id, team)
    ahead = [each for each in desk.next_slots if each.starts_at > at]
    to_open = [
        each
        for each in ahead
        if (each.state == SlotState.DRAFT and proposes) or (each.state == SlotState.PROPOSED and alone)
    ]
    to_check = [each for each in ahead if each.state == SlotState.PROPOSED and not alone]
    lines: dict[int, list[Promise]] = {each.pk: [] for each in desk.to_book}
    rows = Promise.objects.filter(slot__in=lines).select_related("volunteer")
    for line in rows:
        lines[line.slot_id].append(line)
    to_tick, elsewhere = [], []
    for slot in desk.to_book:
        slot.team = team
        mine = any(_captain_can(user, slot, line) for line in lines[slot.pk])
        (to_tick if mine or not lines[slot.pk] else elsewhere).append(slot)
    return CaptainTasks(to_open, to_check, to_tick, elsewhere)


def _captain_can(user: User, slot: Slot, line: Promise) -> bool:
    """Tick somebody who was promised, or book somebody who is ticked; never the own line."""
    if line.state in (PromiseState.PROMISED, PromiseState.SEEKING):
        return not policies.is_own_record(user, line.volunteer)
    return (
        line.state == PromiseState.HERE
        and policies.may_book(user, slot)
        and policies.may_credit(user, slot, line)
    )


def roster(slot: Slot) -> list[Promise]:
    """Everybody on the list of a shift: who holds a place, who waits, who is excused or missing, who stepped back."""
    order = {
        state: number
        for number, state in enumerate(
            (
                "HERE",
                "DONE",
                "PROMISED",
                "SEEKING",
                "EXCUSED",
                "MISSED",
                "WAITING",
                "REPLACED",
                "RELEASED",
                "EXPIRED",
                "CANCELLED",
            )
        )
    }
    rows = Promise.objects.filter(slot=slot).select_related(
        "volunteer__person", "attendance", "replaces__volunteer__person"
    )
    return sorted(rows, key=lambda each: (order[each.state], each.promised_at, each.pk))
