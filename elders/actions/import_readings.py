"""Readings from a sheet: judged as by hand, unusual ones asked about, follow-ups opened, taken back by reversing rows.

Source: issue 3 items 3 and 8; ux.md §6.10.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from carenet.jobs.models import Job
from carenet.kernel import months
from carenet.parties.models import Community
from elders.actions import import_rows, measurements
from elders.actions.import_categories import who
from elders.actions.import_people import PRESENT, Finder, elder_of
from elders.actions.import_rows import NEW, SAME, Checked, SheetRow
from elders.actions.refusals_health import Impossible, Unusual
from elders.models import ImportChange, Measurement
from elders.models.health import AHEAD
from elders.reports.incoming import Reading
from elders.rules import health as rules
from elders.rules import sheet_kinds
from elders.states_health import MeasureChannel, MeasureKind

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.webkit.excel import Row

THING = "reading"
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
Key = tuple[int, str, datetime]


@dataclass
class ReadingPlan:
    """One row of the sheet as a reading."""

    row: int
    state: str
    reading: Reading

    @property
    def key(self) -> Key:
        return (self.reading.elder_id, self.reading.kind, self.reading.taken_at)


def check(rows: Iterable[Row], *, community: Community, at: datetime) -> Checked:
    """Check every row. Raises ColumnsMissing. Seven statements, however many rows."""
    found = list(import_rows.rows_of(rows, sheet_kinds.READINGS))
    finder = Finder(found, community=community, on=months.day_of(at))
    plans = []
    for row in found:
        person = finder.person(row)
        reading = _reading(row, at)
        if person is not None and reading is not None and not row.is_faulty:
            elder = elder_of(person)
            assert elder is not None
            plans.append(ReadingPlan(row.number, NEW, _of(reading, elder.pk)))
    by_row = {each.number: each for each in found}
    _judge(community, plans, by_row, at)
    return import_rows.outcome(found, plans)


def _of(reading: Reading, elder_id: int) -> Reading:
    return Reading(
        elder_id=elder_id, kind=reading.kind, value=reading.value, second=reading.second, taken_at=reading.taken_at,
        source_key="",
    )  # fmt: skip


def _reading(row: SheetRow, at: datetime) -> Reading | None:
    kind = sheet_kinds.measure(row["kind"]) if row["kind"] else None
    if kind is None:
        row.fault("kind", "unknown_measure" if row["kind"] else "measure_missing")
    taken_at = _taken_at(row, at)
    if kind is None or taken_at is None:
        return None
    value, second = row["value"], row["second"]
    both = sheet_kinds.two_values(value)
    if both is not None and kind == MeasureKind.BP and not second:
        value, second = both
    if not value:
        row.fault("value", "value_missing")
        return None
    if second and kind != MeasureKind.BP:
        row.fault("second", "no_second")
        return None
    if kind == MeasureKind.BP and not second:
        row.fault("second", "second_missing")
        return None
    converted = sheet_kinds.in_unit(kind, value, row["unit"])
    if converted is None:
        row.fault("unit", "wrong_unit", expected=sheet_kinds.UNIT_OUT[MeasureKind(kind)])
        return None
    if rules.parse(converted, kind) is None or (second and rules.parse(second, kind) is None):
        row.fault("value", "not_a_reading", decimals=rules.MEASURES[kind].decimals)
        return None
    return Reading(
        elder_id=0, kind=kind, value=converted, second=second or None, taken_at=taken_at, source_key=""
    )


def _taken_at(row: SheetRow, at: datetime) -> datetime | None:
    text = row["taken_at"]
    if not text:
        row.fault("taken_at", "time_missing")
        return None
    found = sheet_kinds.moment(text)
    if found is None:
        row.fault("taken_at", "bad_moment")
        return None
    moment = timezone.make_aware(found, ZONE)
    if moment > at + AHEAD:
        same_day = months.day_of(moment) == months.day_of(at) and not sheet_kinds.has_time(text)
        row.fault("taken_at", "write_the_time" if same_day else "future_moment")
        return None
    return moment


def _judge(
    community: Community, plans: Sequence[ReadingPlan], by_row: dict[int, SheetRow], at: datetime
) -> None:
    """On file already? Twice in the file? Impossible or unusual?"""
    if not plans:
        return
    stored = _stored(community, plans)
    outcomes = measurements.look(community=community, readings=[each.reading for each in plans], at=at)
    seen: dict[Key, tuple[int, tuple[int | None, int | None]]] = {}
    for plan, outcome in zip(plans, outcomes, strict=True):
        row, reading = by_row[plan.row], plan.reading
        numbers = (
            rules.parse(reading.value, reading.kind),
            rules.parse(reading.second, reading.kind) if reading.second else None,
        )
        there = stored.get(plan.key, set())
        if numbers in there:
            plan.state = SAME
        elif there:
            row.fault("value", "other_value_on_file")
        elif plan.key in seen:
            other, same = seen[plan.key]
            row.fault("value", "twice_reading" if same == numbers else "two_values_in_file", other=other)
        elif isinstance(outcome.refusal, Unusual):
            facts = {"last": outcome.refusal.facts["last"], "elder": reading.elder_id}
            row.ask(
                "value", "unusual_jump" if outcome.refusal.facts["why"] == "jump" else "unusual_rare", **facts
            )
        elif isinstance(outcome.refusal, Impossible):
            row.fault("value", "impossible_reading")
        elif outcome.refusal is not None:
            row.fault("name", "not_in_care")
        seen.setdefault(plan.key, (plan.row, numbers))


def _stored(
    community: Community, plans: Sequence[ReadingPlan]
) -> dict[Key, set[tuple[int | None, int | None]]]:
    """What is on file for these people in that time, by the minute, as a sheet tells it."""
    moments = [each.reading.taken_at for each in plans]
    rows = (
        Measurement.objects.of(community)
        .standing()
        .filter(
            elder_id__in={each.reading.elder_id for each in plans},
            taken_at__gte=min(moments),
            taken_at__lt=max(moments) + MINUTE,
        )
        .values_list("elder_id", "kind", "taken_at", "value", "second")
    )
    found: dict[Key, set[tuple[int | None, int | None]]] = defaultdict(set)
    for elder_id, kind, taken_at, value, second in rows:
        minute = taken_at.astimezone(ZONE).replace(second=0, microsecond=0)
        found[elder_id, kind, minute].add((value, second))
    return found


@transaction.atomic
def enter(*, plans: Sequence[ReadingPlan], community: Community, job: Job, by: User, at: datetime) -> None:
    """Record them as one batch: limits open the same follow-ups as by hand. A reading of today is contact of nobody."""
    if not plans:
        return
    readings = [
        Reading(
            elder_id=each.reading.elder_id, kind=each.reading.kind, value=each.reading.value,
            second=each.reading.second, taken_at=each.reading.taken_at, source_key=f"import:{job.pk}:{each.row}",
            confirmed=True,
        )
        for each in plans
    ]  # fmt: skip
    outcomes = measurements.record_many(
        community=community, readings=readings, channel=MeasureChannel.IMPORT, by=by, at=at
    )
    for each in outcomes:
        if each.refusal is not None:
            raise each.refusal
    ImportChange.objects.bulk_create(
        [
            ImportChange(
                community=community, job=job, row=plan.row, thing=THING, thing_id=each.measurement_id
            )
            for plan, each in zip(plans, outcomes, strict=True)
            if each.is_new and each.measurement_id is not None
        ],
        batch_size=500,
    )


@transaction.atomic
def take_back(*, job: Job, by: User, at: datetime) -> int:
    """Each reading of the import gets a reversing row; follow-ups it opened are closed. Raises NotAllowed."""
    ids = list(ImportChange.objects.filter(job=job, thing=THING).values_list("thing_id", flat=True))
    return measurements.take_back_many(
        community=job.community, ids=ids, reason=f"撤销导入（第 {job.pk} 号任务）", by=by, at=at
    )


def export(*, community: Community, since: date, until: date) -> tuple[list[list[str]], list[Any]]:
    """The standing readings of a span of days (both included) of everybody in care, and whose they are."""
    rows = list(
        Measurement.objects.of(community)
        .standing()
        .filter(
            elder__status__in=PRESENT,
            taken_at__gte=months.start_of(since),
            taken_at__lt=months.start_of(until + timedelta(days=1)),
        )
        .select_related("elder__person", "elder__building")
        .order_by("elder__number", "taken_at", "pk")
    )
    lines = [
        [
            *who(each.elder), sheet_kinds.MEASURE_OUT[MeasureKind(each.kind)],
            sheet_kinds.value_out(each.kind, each.value), "" if each.second is None else str(each.second),
            sheet_kinds.UNIT_OUT[MeasureKind(each.kind)], f"{each.taken_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        ]
        for each in rows
    ]  # fmt: skip
    return lines, [each.elder.person for each in rows]
