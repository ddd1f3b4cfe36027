"""Credit service: hours, coins and points of one event, once, in one entry of the books; and take it back.

Hours are what was served (evidence); coins and points follow dated limits. Whoever was helped pays nothing.
Source: domain.md §4.2-4.3; Volunteer Service Ordinance Art. 19, 21.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, Sum

from carenet.accounts.policies import require
from carenet.kernel import months
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account, PeriodLock
from carenet.ledger.states import Unit
from carenet.notices import actions as notices
from volunteers import policies, rules
from volunteers.actions import covering, households, pool, resting, travel, weighing
from volunteers.actions.credit_refusals import (
    AlreadyReversed,
    AlreadySpent,
    BadPeriod,
    KeyReused,
    ReasonMissing,
)
from volunteers.models import Attendance, AttendanceReversal, Closing, Policy, Volunteer
from volunteers.states import ISSUED, SETTINGS, VolunteerState, Why
from volunteers.states_bank import TO_POOL, ClosingState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Person

Cause = tuple[str, int]
UNITS = (Unit.MINUTE, Unit.COIN, Unit.POINT)

# The refusals belong to these verbs: `time_bank.AlreadySpent` is how their callers say it.
__all__ = ["AlreadyReversed", "AlreadySpent", "BadPeriod", "KeyReused", "ReasonMissing"]


@dataclass(frozen=True)
class Service:
    """One event served: who, when, how long, because of what (`cause`), for whom (`served`), of which risk class."""

    volunteer: Volunteer
    minutes: int
    period: rules.Span
    cause: Cause
    key: str
    served: Person | int | None = None
    what: str = ""
    on: date | None = None
    at: datetime | None = None
    risk: str = ""

    @property
    def day(self) -> date:
        """The day the service counts for."""
        return self.on or months.day_of(self.period[0])


@transaction.atomic
def earn(
    *, volunteer: Volunteer, minutes: int, period: Any, cause: Cause, on: date, at: datetime, by: User, key: str,
    served: Person | None = None, what: str = "", risk: str = "",
) -> Attendance:  # fmt: skip
    """Credit one service: minutes to the hours, coin-minutes to the coins, points; all in one entry, once per cause.

    Called again for the same cause it returns the first attendance. Time that was already credited elsewhere, the
    limits of service, day and month, and help inside one's own household earn less or nothing; the attendance says
    why. Raises KeyReused, BadPeriod. Source: domain.md §4.2-4.3.
    """
    span = (period.lower, period.upper) if hasattr(period, "lower") else (period[0], period[1])
    service = Service(volunteer, minutes, span, cause, key, served, what, on, at, risk)
    (attendance,) = earn_many(community=volunteer.community, services=[service], at=at, by=by)
    told = attendance.entry_id and attendance.recorded_at == at and Why.ACCOUNT_CLOSED not in attendance.why
    if told:
        notices.write(
            community=volunteer.community, template="volunteers.credited", key=f"credited:{attendance.pk}",
            to_person=volunteer.person, due_at=at, by=by, at=at,
            params={"hour_minutes": attendance.hour_minutes, "points": attendance.points, "what": what},
        )  # fmt: skip
    return attendance


@transaction.atomic
def earn_many(
    *, community: Community, services: Iterable[Service], at: datetime, by: User
) -> list[Attendance]:
    """Credit many services under the same rules as `earn`, in a constant number of statements; all or none.

    Gives one attendance for each service, in their order; known causes give their first attendance.
    """
    wanted = list(services)
    if not wanted:
        return []
    for each in wanted:
        if each.minutes <= 0 or each.period[1] <= each.period[0]:
            raise BadPeriod(field="minutes")
    batch = _Batch(community=community, services=wanted, at=at, by=by)
    batch.carry_out()
    return [batch.found[_cause_of(each)] for each in wanted]


def _cause_of(service: Service) -> tuple[int, str, int]:
    return (service.volunteer.pk, *service.cause)


class _Batch:
    """The work of one `earn_many`: read what is needed once, decide in Python, write set-based."""

    def __init__(self, *, community: Community, services: Sequence[Service], at: datetime, by: User) -> None:
        self.community, self.at, self.by = community, at, by
        self.services = sorted(services, key=lambda each: (each.volunteer.pk, each.period[0]))
        self.days = {each.day for each in services}
        ids = sorted({each.volunteer.pk for each in services})
        self.covered = covering.may_issue(community=community, on=max(self.days))
        # Locked in key order: two reports of one volunteer wait for each other, so caps and overlaps hold.
        self.volunteers = {
            each.pk: each
            for each in Volunteer.objects.of(community)
            .select_for_update(of=("self",), no_key=True)
            .filter(pk__in=ids)
            .order_by("pk")
        }
        self.found = self._known()

    def _known(self) -> dict[tuple[int, str, int], Attendance]:
        keys = {each.key: each for each in self.services}
        numbers: dict[str, set[int]] = defaultdict(set)
        for each in self.services:
            numbers[each.cause[0]].add(each.cause[1])
        same_cause = Q()
        for kind, ids in numbers.items():
            same_cause |= Q(cause_kind=kind, cause_id__in=ids, reversed_by__isnull=True)
        rows = Attendance.objects.of(self.community).filter(
            Q(key__in=keys) | same_cause & Q(volunteer__in=self.volunteers)
        )
        known: dict[tuple[int, str, int], Attendance] = {}
        self.reversed: dict[str, int] = defaultdict(int)
        for row in rows:
            cause = (row.volunteer_id, row.cause_kind, row.cause_id)
            if row.key in keys and _cause_of(keys[row.key]) != cause:
                raise KeyReused
            if row.reversed_by_id is not None:
                self.reversed[row.key] += 1
            else:
                known[cause] = row
        return known

    def carry_out(self) -> None:
        fresh: dict[tuple[int, str, int], Service] = {}
        for each in self.services:
            if _cause_of(each) not in self.found:
                fresh.setdefault(_cause_of(each), each)
        if not fresh:
            return
        self._read(list(fresh.values()))
        rows = [self._decide(each) for each in fresh.values()]
        drafts = [self._draft(row) for row in rows if row.credited]
        left = [each for each in self.volunteers.values() if each.state == VolunteerState.LEFT]
        with resting.woken_all(volunteers=left, by=self.by, at=self.at):
            posted = iter(posting.post_many(community=self.community, drafts=drafts, by=self.by))
        for row in rows:
            if row.credited:
                row.entry_id = next(posted).entry_id
        Attendance.objects.bulk_create(rows, batch_size=2000)
        self.found |= {(row.volunteer_id, row.cause_kind, row.cause_id): row for row in rows}

    def _read(self, services: list[Service]) -> None:
        """Accounts, rates, what was used of the limits, what time is taken, who lives where."""
        codes = {each.account_code: each.pk for each in self.volunteers.values()}
        self.accounts: dict[tuple[str, int | None], Account] = {
            (each.unit, codes.get(each.code)): each
            for each in Account.objects.of(self.community).filter(unit__in=UNITS, code__in=[*codes, ISSUED])
        }
        self.coins = {pk: self.accounts[Unit.COIN, pk].balance for pk in self.volunteers}
        first, last = min(self.days), max(self.days)
        self.policies = list(
            Policy.objects.of(self.community).filter(
                Q(valid_to__isnull=True) | Q(valid_to__gt=first), valid_from__lte=last
            )
        )
        self.rates: dict[date, dict[str, int]] = {}
        self.by_day: dict[tuple[int, date], int] = defaultdict(int)
        self.by_month: dict[tuple[int, date], int] = defaultdict(int)
        used = (
            Attendance.objects.of(self.community)
            .standing()
            .filter(
                volunteer__in=self.volunteers,
                served_on__gte=months.first_of_month(first),
                served_on__lt=months.next_month(last),
            )
            .values_list("volunteer", "served_on")
            .annotate(used=Sum("counted_minutes"))
        )
        for volunteer, day, minutes in used:
            self._use(volunteer, day, minutes)
        self.taken: dict[int, list[rules.Span]] = defaultdict(list)
        whole = DateTimeTZRange(
            min(each.period[0] for each in services), max(each.period[1] for each in services)
        )
        for volunteer, span in (
            Attendance.objects.of(self.community)
            .credited()
            .filter(volunteer__in=self.volunteers, credited__overlap=whole)
            .values_list("volunteer", "credited")
        ):
            if span is not None:
                self.taken[volunteer].append((span.lower, span.upper))
        self.closed = set(PeriodLock.objects.of(self.community).values_list("month", flat=True))
        self.homes = households.homes(
            self.community,
            self.volunteers.values(),
            {_person_id(each.served) for each in services if each.served},
        )
        self.emptied = self._emptied()
        self.ways = travel.noted(community=self.community, services=services, rows=self.policies)

    def _emptied(self) -> set[int]:
        """Whose accounts were closed for good after the service ended: hours are still evidence, nothing else follows."""
        left = {
            each.pk: each.left_on for each in self.volunteers.values() if each.state == VolunteerState.LEFT
        }
        if not left:
            return set()
        closed = Closing.objects.of(self.community).filter(volunteer__in=left, state=ClosingState.DONE)
        days = closed.values_list("volunteer", "day")
        return {pk for pk, day in days if (last := left[pk]) is not None and day >= last}

    def _use(self, volunteer: int, day: date, minutes: int) -> None:
        self.by_day[volunteer, day] += minutes
        self.by_month[volunteer, months.first_of_month(day)] += minutes

    def _rates_on(self, day: date) -> dict[str, int]:
        if day not in self.rates:
            values = {key: setting.default for key, setting in SETTINGS.items()}
            for row in self.policies:
                if row.valid_from <= day and (row.valid_to is None or row.valid_to > day):
                    values[row.key] = row.value
            self.rates[day] = values
        return self.rates[day]

    def _decide(self, service: Service) -> Attendance:
        volunteer = self.volunteers[service.volunteer.pk]
        row = Attendance(
            community=self.community, volunteer=volunteer, key=service.key, cause_kind=service.cause[0],
            cause_id=service.cause[1], what=service.what[:120], served_on=service.day,
            period=DateTimeTZRange(*service.period), minutes=service.minutes, recorded_at=service.at or self.at,
            by=self.by, served_id=None if service.served is None else _person_id(service.served),
        )  # fmt: skip
        if self._own_household(volunteer, service, self._rates_on(service.day)):
            row.why = [Why.OWN_HOUSEHOLD]
            return row
        if not self._served_then(volunteer, service):
            row.why = [Why.NOT_ACTIVE]
            return row
        free = rules.free_part(service.period, self.taken[volunteer.pk])
        minutes = min(service.minutes, rules.whole_minutes(free)) if free else 0
        trimmed = free != service.period and minutes < service.minutes
        if not free or minutes <= 0:
            row.why = [Why.OVERLAP]
            return row
        month = months.first_of_month(service.day)
        rates = self._rates_on(service.day)
        way = rules.way(self.ways.get(_cause_of(service), 0), rates=rates)
        earned = rules.credit(
            minutes=minutes, travel=way, rates=rates, day_used=self.by_day[volunteer.pk, service.day],
            month_used=self.by_month[volunteer.pk, month], coin_balance=self.coins[volunteer.pk],
            covered=self.covered, risk=service.risk,
        )  # fmt: skip
        row.weighed = weighing.weighed(
            earned=earned, risk=service.risk, day=service.day, rates=rates, rows=self.policies, travel=way
        )
        row.credited = DateTimeTZRange(*free)
        if volunteer.pk in self.emptied:
            earned, row.weighed = rules.Credit(earned.hour_minutes, 0, 0, 0, (str(Why.ACCOUNT_CLOSED),)), {}
            way = 0
        row.hour_minutes, row.counted_minutes = earned.hour_minutes, earned.counted_minutes
        row.coins, row.points, row.overflow = earned.coins, earned.points, earned.overflow
        row.travel_minutes = way
        row.why = [*([str(Why.OVERLAP)] if trimmed else []), *earned.why]
        self.taken[volunteer.pk].append(free)
        self.coins[volunteer.pk] += earned.coins
        self._use(volunteer.pk, service.day, earned.counted_minutes)
        return row

    def _served_then(self, volunteer: Volunteer, service: Service) -> bool:
        """Active on the day of the service: hours given until the last day count, however late they are reported."""
        if volunteer.state == VolunteerState.LEFT:
            return volunteer.left_on is not None and service.day <= volunteer.left_on
        return not any(self.accounts[unit, volunteer.pk].frozen_at for unit in UNITS)

    def _own_household(self, volunteer: Volunteer, service: Service, rates: dict[str, int]) -> bool:
        if service.served is None:
            return False
        served = _person_id(service.served)
        if served == volunteer.person_id:
            return True
        if rates["household_counts"]:
            return False
        home = self.homes.get(served)
        return home is not None and home == self.homes.get(volunteer.person_id)

    def _draft(self, row: Attendance) -> posting.Draft:
        """One entry with up to three moves. A service reported after its month was closed is booked today."""
        moves: list[posting.Move] = []
        if row.overflow:
            moves.append(posting.Move(self._issued(Unit.COIN).pk, self._overflow(row).pk, row.overflow))
        amounts = ((Unit.MINUTE, row.hour_minutes), (Unit.COIN, row.coins), (Unit.POINT, row.points))
        closed = months.first_of_month(row.served_on) in self.closed
        return posting.Draft(
            key=f"attend:{row.key}" + (f":{self.reversed[row.key]}" if row.key in self.reversed else ""),
            moves=[
                posting.Move(self._issued(unit).pk, self.accounts[unit, row.volunteer_id].pk, amount)
                for unit, amount in amounts
                if amount > 0
            ]
            + moves,
            on=months.day_of(self.at) if closed else row.served_on,
            at=row.recorded_at,
            cause=(row.cause_kind, row.cause_id),
        )

    def _overflow(self, row: Attendance) -> Account:
        """Where coins beyond a full account go: to the common pool, or aside until the volunteer chooses."""
        if self._rates_on(row.served_on)["balance_overflow"] == TO_POOL:
            return pool.common(community=self.community, unit=Unit.COIN)
        return pool.overflow_of(volunteer=row.volunteer)

    def _issued(self, unit: str) -> Account:
        if (unit, None) not in self.accounts:
            self.accounts[unit, None] = accounts.contra(community=self.community, unit=unit, code=ISSUED)
        return self.accounts[unit, None]


def _person_id(person: Person | int | None) -> int:
    return int(getattr(person, "pk", person))  # type: ignore[arg-type]


@transaction.atomic
def reverse(*, attendance: Attendance, reason: str, by: User, at: datetime) -> AttendanceReversal:
    """Take a credit back by a reversal entry, once, with a reason the volunteer reads; also of somebody who left.

    Raises ReasonMissing, AlreadyReversed, AlreadySpent, NotAllowed. Source: domain.md §4.3 (edits only by reversal).
    """
    require(policies.may_correct(by, attendance.community_id))
    if not reason.strip():
        raise ReasonMissing(field="reason")
    row = (
        Attendance.objects.select_for_update(of=("self",))
        .select_related("entry", "volunteer__person", "community")
        .get(pk=attendance.pk)
    )
    if row.reversed_by_id is not None:
        raise AlreadyReversed
    entry = None
    if row.entry is not None:
        left = [row.volunteer] if row.volunteer.state == VolunteerState.LEFT else []
        try:
            with resting.woken_all(volunteers=left, by=by, at=at):
                entry = posting.reverse(
                    entry=row.entry, reason=reason.strip(), key=f"attend-back:{row.pk}", on=months.day_of(at), at=at, by=by
                )  # fmt: skip
        except posting.Overdrawn as spent:
            raise AlreadySpent from spent
    reversal = AttendanceReversal.objects.create(
        community_id=row.community_id, attendance=row, entry=entry, reason=reason.strip(), at=at, by=by
    )
    row.reversed_by = reversal
    row.save(update_fields=["reversed_by"])
    notices.write(
        community=row.community, template="volunteers.credit_taken_back", key=f"credit-back:{row.pk}",
        to_person=row.volunteer.person, due_at=at, by=by, at=at,
        params={"served_on": row.served_on.isoformat(), "what": row.what, "reason": reason.strip()},
    )  # fmt: skip
    return reversal


def reverse_cause(*, community: Community, cause: Cause, reason: str, by: User, at: datetime) -> int:
    """Take back whatever one event earned (a service that was reopened); gives the number of reversals."""
    rows = list(Attendance.objects.of(community).standing().of_cause(*cause).order_by("pk"))
    for row in rows:
        reverse(attendance=row, reason=reason, by=by, at=at)
    return len(rows)
