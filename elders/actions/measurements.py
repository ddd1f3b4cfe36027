"""Readings: recorded once whoever repeats, interrupted when unusual, taken back with a reason, followed up when past a limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.parties.models import Community
from elders import policies
from elders.actions import contacts, triage
from elders.actions.refusals_health import (
    AlreadyTakenBack,
    Impossible,
    MeasuredInFuture,
    NotANumber,
    UnknownElder,
    Unusual,
)
from elders.models import Concern, Elder, Measurement
from elders.models.health import AHEAD
from elders.reports.incoming import Reading, Typed
from elders.reports.limits import Limits, limits_of
from elders.rules import health as rules
from elders.states import ConcernKind, ConcernState, ElderStatus, TouchKind
from elders.states_health import MeasureChannel, MeasureKind, unit_words

if TYPE_CHECKING:
    from carenet.accounts.models import User

# What a measurement says about contact; an import says nothing.
TOUCHES = {
    MeasureChannel.HAND: TouchKind.COUNTER,
    MeasureChannel.SERVICE_DAY: TouchKind.COUNTER,
    MeasureChannel.DEVICE: TouchKind.DEVICE,
}
INSERT = """
insert into elders_measurement
  (community_id, elder_id, kind, value, second, taken_at, channel, is_unusual, source_key, recorded_by_id, recorded_at, reason)
select %(community)s, t.elder_id, t.kind, t.value, t.second, t.taken_at, %(channel)s, t.is_unusual, t.source_key, %(by)s, %(at)s, ''
from unnest(%(elders)s::bigint[], %(kinds)s::text[], %(values)s::int[], %(seconds)s::int[], %(taken)s::timestamptz[],
            %(unusual)s::bool[], %(keys)s::text[])
  as t (elder_id, kind, value, second, taken_at, is_unusual, source_key)
on conflict (community_id, source_key) do nothing
returning source_key, id
"""
LATEST = """
select distinct on (w.elder_id, w.kind, w.taken_at) w.elder_id, w.kind, w.taken_at, m.value, m.second
from unnest(%(elders)s::bigint[], %(kinds)s::text[], %(taken)s::timestamptz[]) as w (elder_id, kind, taken_at)
join lateral (
  select value, second from elders_measurement m
  where m.elder_id = w.elder_id and m.kind = w.kind and m.taken_at < w.taken_at and m.taken_at > w.taken_at - %(days)s * interval '1 day'
    and m.reverses_id is null and not exists (select 1 from elders_measurement r where r.reverses_id = m.id)
  order by m.taken_at desc, m.id desc limit 1
) m on true
"""


@dataclass
class Outcome:
    """What became of one reading: saved, repeated (it was there already), or refused with the reason."""

    reading: Reading
    measurement_id: int | None = None
    is_new: bool = False
    refusal: DomainError | None = None
    past: list[tuple[str, int, str, int]] = field(default_factory=list)


@dataclass
class _Read:
    outcome: Outcome
    value: int = 0
    second: int | None = None
    unusual: bool = False

    @property
    def key(self) -> tuple[int, str, datetime]:
        reading = self.outcome.reading
        return (reading.elder_id, reading.kind, reading.taken_at)


@transaction.atomic
def record(*, elder: Elder, reading: Reading, channel: str, by: User, at: datetime) -> Measurement:
    """One reading by a person. Raises NotANumber, Impossible, Unusual (unless confirmed), MeasuredInFuture, UnknownElder."""
    outcome = record_many(community=elder.community, readings=[reading], channel=channel, by=by, at=at)[0]
    if outcome.refusal is not None:
        raise outcome.refusal
    assert outcome.measurement_id is not None
    return Measurement.objects.get(pk=outcome.measurement_id)


@transaction.atomic
def record_many(
    *, community: Community, readings: Iterable[Reading], channel: str, by: User, at: datetime
) -> list[Outcome]:
    """Many readings, each judged by itself: a fault in one keeps the others. Constant number of queries.

    A person is asked before an unusual value is saved; a device cannot be asked, so its reading is kept and marked
    unusual: a low oxygen must never get lost. A key that is known already changes nothing. A reading that reaches
    a limit opens one concern for each elder and kind until somebody has handled it, and with it the colour is
    suggested anew. Raises NotAllowed.
    Source: issue 3 item 3; architecture.md law 4; station rule (follow-up only within three days of the reading).
    """
    accounts.require(policies.may_measure(by, community.pk))
    way = MeasureChannel(channel)
    outcomes = [Outcome(each) for each in readings]
    ids = sorted({each.reading.elder_id for each in outcomes})
    # Locked in key order, so that two senders for one elder take turns and open one concern between them.
    elders = {
        each.pk: each
        for each in Elder.objects.of(community)
        .filter(pk__in=ids, status__in=[ElderStatus.ACTIVE, ElderStatus.PAUSED])
        .order_by("pk")
        .select_for_update(no_key=True)
    }
    known = dict(
        Measurement.objects.of(community)
        .filter(source_key__in=[each.reading.source_key for each in outcomes])
        .values_list("source_key", "pk")
    )
    read = [_read(each, elders, at) for each in outcomes]
    _judge([each for each in read if each.outcome.refusal is None], known, way)
    saved = _insert(community, [each for each in read if each.outcome.refusal is None], way, by, at)
    fresh = [each for each in saved if each.outcome.is_new]
    alarmed = _follow_up(community, fresh, elders, at)
    if alarmed:
        triage.suggest_after_readings(
            community=community, elders=[elders[pk] for pk in alarmed], by=by, at=at
        )
    if way in TOUCHES:
        _touch(community, fresh, TOUCHES[way], by, way)
    return outcomes


def look(*, community: Community, readings: Sequence[Reading], at: datetime) -> list[Outcome]:
    """What would be refused or asked, as of a moment, without writing anything. Three statements."""
    outcomes = [Outcome(each) for each in readings]
    elders = {
        each.pk: each
        for each in Elder.objects.of(community).filter(
            pk__in={each.elder_id for each in readings}, status__in=[ElderStatus.ACTIVE, ElderStatus.PAUSED]
        )
    }
    read = [_read(each, elders, at) for each in outcomes]
    _judge([each for each in read if each.outcome.refusal is None], {}, MeasureChannel.HAND)
    return outcomes


def _read(outcome: Outcome, elders: Mapping[int, Elder], at: datetime) -> _Read:
    """The typed text as whole steps; impossible ones are refused here as the database would."""
    reading, found = outcome.reading, _Read(outcome)
    if reading.elder_id not in elders:
        outcome.refusal = UnknownElder()
    elif reading.kind not in rules.MEASURES:
        outcome.refusal = NotANumber()
    elif reading.taken_at > at + AHEAD:
        outcome.refusal = MeasuredInFuture(field="taken_at")
    else:
        value = rules.parse(reading.value, reading.kind)
        second = rules.parse(reading.second, reading.kind) if reading.second not in (None, "") else None
        if value is None or (second is None and reading.second not in (None, "")):
            outcome.refusal = NotANumber(field="value")
        elif rules.impossible(reading.kind, value, second):
            text = "/".join(str(each) for each in (reading.value, reading.second) if each not in (None, ""))
            outcome.refusal = Impossible(text=text, kind=MeasureKind(reading.kind).label, field="value")
        else:
            found.value, found.second = value, second
    return found


def _judge(read: Sequence[_Read], known: Mapping[str, int], way: MeasureChannel) -> None:
    """Ask about what is rare or jumps against the elder's own last value; what is known already is not asked again."""
    if not read:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            LATEST,
            {
                "elders": [each.key[0] for each in read],
                "kinds": [each.key[1] for each in read],
                "taken": [each.key[2] for each in read],
                "days": rules.COMPARE_WITHIN.days,
            },
        )
        latest = {(row[0], row[1], row[2]): (row[3], row[4]) for row in cursor.fetchall()}
    for each in read:
        reading = each.outcome.reading
        last = latest.get(each.key)
        why = rules.unusual(reading.kind, each.value, each.second, last)
        each.unusual = bool(why)
        if not why or reading.confirmed or reading.source_key in known:
            continue
        if way in (MeasureChannel.HAND, MeasureChannel.SERVICE_DAY):
            measure = rules.MEASURES[reading.kind]
            each.outcome.refusal = Unusual(
                text=f"{measure.text(each.value, each.second)} {unit_words(reading.kind)}",
                last=measure.text(*last) if last else "—",
                why=why,
                field="confirmed",
            )


def _insert(
    community: Community, read: Sequence[_Read], way: MeasureChannel, by: User, at: datetime
) -> Sequence[_Read]:
    read = [each for each in read if each.outcome.refusal is None]
    if not read:
        return read
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                "community": community.pk, "channel": str(way), "by": by.pk, "at": at,
                "elders": [each.outcome.reading.elder_id for each in read],
                "kinds": [each.outcome.reading.kind for each in read],
                "values": [each.value for each in read],
                "seconds": [each.second for each in read],
                "taken": [min(each.outcome.reading.taken_at, at) for each in read],
                "unusual": [each.unusual for each in read],
                "keys": [each.outcome.reading.source_key for each in read],
            },
        )  # fmt: skip
        new = dict(cursor.fetchall())
    there = dict(
        Measurement.objects.of(community)
        .filter(source_key__in=[each.outcome.reading.source_key for each in read])
        .values_list("source_key", "pk")
    )
    told: set[str] = set()
    for each in read:
        key = each.outcome.reading.source_key
        each.outcome.measurement_id = there[key]
        each.outcome.is_new = key in new and key not in told
        told.add(key)
    return read


def _follow_up(
    community: Community, fresh: Sequence[_Read], elders: Mapping[int, Elder], at: datetime
) -> list[int]:
    """One concern for each elder and kind that reached a limit, as long as none of it is open. Gives the elders."""
    if not fresh:
        return []
    limits = limits_of(
        sorted({each.key[0] for each in fresh}), community_id=community.pk, on=months.day_of(at)
    )
    for each in fresh:
        reading = each.outcome.reading
        if at - reading.taken_at <= rules.FOLLOW_UP_WITHIN:
            each.outcome.past = rules.past(reading.kind, each.value, each.second, limits[reading.elder_id])
    reached = [each for each in fresh if each.outcome.past]
    if not reached:
        return []
    waiting = {
        tuple(key.split(":")[1:3])
        for key in Concern.objects.of(community)
        .filter(
            kind=ConcernKind.HEALTH_LIMIT,
            state=ConcernState.OPEN,
            elder_id__in={each.key[0] for each in reached},
        )
        .values_list("source_key", flat=True)
    }
    rows = []
    for each in sorted(reached, key=lambda one: one.outcome.reading.taken_at):
        about = (str(each.key[0]), each.key[1])
        if about in waiting:
            continue
        waiting.add(about)
        rows.append(
            Concern(
                community=community, elder=elders[each.key[0]], kind=ConcernKind.HEALTH_LIMIT,
                source_key=f"limit:{about[0]}:{about[1]}:{each.outcome.measurement_id}",
                detail=rules.packed(each.outcome.reading.kind, each.value, each.second, each.outcome.past), raised_at=at,
            )
        )  # fmt: skip
    Concern.objects.bulk_create(rows, ignore_conflicts=True)
    return sorted({each.elder_id for each in rows})


def _touch(
    community: Community, fresh: Sequence[_Read], kind: TouchKind, by: User, way: MeasureChannel
) -> None:
    """Who is measured is in touch: once a day and way."""
    days: dict[str, contacts.Touched] = {}
    for each in fresh:
        reading = each.outcome.reading
        key = f"measured:{way}:{reading.elder_id}:{months.day_of(reading.taken_at)}"
        days.setdefault(key, contacts.Touched(reading.elder_id, kind, reading.taken_at, key))
    contacts.touch_many(community=community, rows=days.values(), by=by)


@transaction.atomic
def take_back(*, measurement: Measurement, reason: str, by: User, at: datetime) -> Measurement:
    """A wrong reading: a reversing row with its reason; the concern it opened is handled. Raises AlreadyTakenBack."""
    accounts.require(policies.may_measure(by, measurement.community_id))
    # The elder's row is the lock: readings themselves can never be locked, they are append only.
    elder = (
        Elder.objects.select_for_update(no_key=True).select_related("community").get(pk=measurement.elder_id)
    )
    reversed_already = Measurement.objects.filter(reverses_id=measurement.pk).exists()
    if measurement.reverses_id is not None or reversed_already:
        raise AlreadyTakenBack
    row = Measurement.objects.create(
        community_id=measurement.community_id, elder_id=measurement.elder_id, kind=measurement.kind,
        value=measurement.value, second=measurement.second, taken_at=measurement.taken_at,
        channel=measurement.channel, source_key=f"reversal:{measurement.pk}", recorded_by=by, recorded_at=at,
        reverses=measurement, reason=reason.strip()[:120],
    )  # fmt: skip
    key = f"limit:{measurement.elder_id}:{measurement.kind}:{measurement.pk}"
    opened = list(Concern.objects.filter(community_id=measurement.community_id, source_key=key))
    for concern in opened:
        if concern.state == ConcernState.OPEN:
            contacts.handle_concern(concern=concern, outcome=f"读数已更正：{row.reason}", by=by, at=at)
    if opened:
        # What was suggested from the wrong reading is suggested anew without it.
        triage.suggest_after_readings(community=elder.community, elders=[elder], by=by, at=at)
    return row


@transaction.atomic
def take_back_many(*, community: Community, ids: Sequence[int], reason: str, by: User, at: datetime) -> int:
    """The same for many readings at once; those that were taken back already stay so. Returns how many. Raises NotAllowed."""
    accounts.require(policies.may_measure(by, community.pk))
    standing = Measurement.objects.of(community).standing().filter(pk__in=ids)
    elders = Elder.objects.filter(pk__in=standing.values("elder_id")).order_by("pk")
    list(elders.select_for_update(no_key=True).values_list("pk", flat=True))
    rows = list(standing.order_by("pk"))
    Measurement.objects.bulk_create(
        [
            Measurement(
                community=community, elder_id=each.elder_id, kind=each.kind, value=each.value, second=each.second,
                taken_at=each.taken_at, channel=each.channel, source_key=f"reversal:{each.pk}", recorded_by=by,
                recorded_at=at, reverses=each, reason=reason[:120],
            )
            for each in rows
        ],
        batch_size=500,
    )  # fmt: skip
    keys = [f"limit:{each.elder_id}:{each.kind}:{each.pk}" for each in rows]
    contacts.handle_concerns(community=community, source_keys=keys, outcome=reason, by=by, at=at)
    return len(rows)


@transaction.atomic
def correct(
    *, measurement: Measurement, value: Typed, second: Typed | None, reason: str, confirmed: bool, by: User, at: datetime
) -> Measurement:  # fmt: skip
    """The right number instead of the wrong one, of the same moment. Raises as `take_back` and `record`."""
    take_back(measurement=measurement, reason=reason, by=by, at=at)
    return record(
        elder=measurement.elder,
        reading=Reading(
            elder_id=measurement.elder_id, kind=measurement.kind, value=value, second=second,
            taken_at=measurement.taken_at, source_key=f"correction:{measurement.pk}", confirmed=confirmed,
        ),
        channel=MeasureChannel.HAND, by=by, at=at,
    )  # fmt: skip


def known_limits(elder: Elder, *, at: datetime) -> Limits:
    """The limits of one elder now."""
    return limits_of([elder.pk], community_id=elder.community_id, on=months.day_of(at))[elder.pk]
