"""What is read of the health home: the newest readings, trends, who is to be measured, whose plan is due, story lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.kernel.timeline import TimelineLine
from carenet.parties.models import Community
from elders.models import Concern, Condition, Elder, Measurement, TreatmentPlan
from elders.reports import carrying
from elders.reports.limits import Limits
from elders.rules import health as rules
from elders.states_health import MeasureKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

SHOWN_DAYS = 365
MOST_POINTS = 120
PLAN_AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Trend:
    """One kind of an elder's readings, oldest first, with the limits that hold."""

    kind: str
    label: str
    readings: list[Measurement]
    limits: list[float] = field(default_factory=list)
    is_past: bool = False

    @property
    def newest(self) -> Measurement:
        return self.readings[-1]

    @property
    def measure(self) -> rules.Measure:
        return rules.MEASURES[self.kind]

    @property
    def points(self) -> list[tuple[datetime, list[float]]]:
        scale = 10**self.measure.decimals
        return [
            (each.taken_at, [each.value / scale] + ([each.second / scale] if each.second is not None else []))
            for each in self.readings
        ]

    @property
    def series(self) -> list[str]:
        return [_("systolic"), _("diastolic")] if self.measure.has_second else [self.label]

    @property
    def values(self) -> list[int]:
        return [each.value for each in self.readings[-12:]]

    @property
    def direction(self) -> str:
        """In words: rising, falling, steady."""
        found = rules.direction([each.value for each in self.readings], max(1, self.measure.jump // 8))
        return {"up": _("rising"), "down": _("falling"), "level": _("steady")}.get(found, "")


def trends(elder: Elder, *, limits: Limits, at: datetime) -> list[Trend]:
    """The readings of the last year by kind, in the order of the kinds; one query."""
    rows = (
        Measurement.objects.standing()
        .filter(elder=elder, taken_at__gt=at - timedelta(days=SHOWN_DAYS))
        .order_by("-taken_at", "-pk")
    )
    by_kind: dict[str, list[Measurement]] = {}
    for each in rows[: MOST_POINTS * len(rules.MEASURES)]:
        by_kind.setdefault(each.kind, []).append(each)
    found = []
    for kind in MeasureKind:
        readings = by_kind.get(kind, [])[:MOST_POINTS][::-1]
        if not readings:
            continue
        newest = readings[-1]
        scale = 10 ** rules.MEASURES[kind].decimals
        lines = [
            side / scale
            for part in ("FIRST", "SECOND")
            for side in limits.get((kind, part), (None, None))
            if side is not None
        ]
        found.append(
            Trend(
                kind,
                str(kind.label),
                readings,
                lines,
                bool(rules.past(kind, newest.value, newest.second, limits)),
            )
        )
    return found


# --- work lists ----------------------------------------------------------------------------------
def past_limit(elders: QuerySet[Elder]) -> QuerySet[Concern]:
    """Open follow-ups of readings, oldest first."""
    rows = Concern.objects.filter(kind="HEALTH_LIMIT", state="OPEN", elder__in=elders)
    return rows.select_related("elder__person", "elder__building", "elder__owner").order_by("raised_at", "pk")


def to_measure(elders: QuerySet[Elder], *, at: datetime) -> QuerySet[Elder]:
    """People with high blood pressure or diabetes not measured for 30 days; whoever waits longest stands first.

    Source: station rule (elders.rules.health.MEASURE_EVERY).
    """
    wanted = Q()
    for code, kinds in rules.MEASURED_FOR.items():
        has = Condition.objects.filter(elder=OuterRef("pk"), code=code, ended_on__isnull=True)
        measured = Measurement.objects.standing().filter(
            elder=OuterRef("pk"), kind__in=kinds, taken_at__gt=at - rules.MEASURE_EVERY
        )
        wanted |= Q(Exists(has) & ~Exists(measured))
    kinds_all = [kind for kinds in rules.MEASURED_FOR.values() for kind in kinds]
    last = Max("measurements__taken_at", filter=Q(measurements__kind__in=kinds_all))
    return (
        elders.filter(wanted)
        .annotate(last_measured_at=last)
        .order_by(F("last_measured_at").asc(nulls_first=True), "pk")
    )


def plans_due(elders: QuerySet[Elder], *, on: date) -> QuerySet[TreatmentPlan]:
    """Treatment plans to look at again within a week, or overdue."""
    rows = TreatmentPlan.objects.filter(
        elder__in=elders, ended_on__isnull=True, review_on__lte=on + PLAN_AHEAD
    )
    return rows.select_related("elder__person", "elder__building", "elder__owner").order_by("review_on", "pk")


def plans_alone(elders: QuerySet[Elder]) -> QuerySet[TreatmentPlan]:
    """Ordered and in force, and no case and no service carries it out; the oldest first. Source: S4-23."""
    rows = TreatmentPlan.objects.filter(elder__in=elders, ended_on__isnull=True)
    return (
        carrying.by_nobody(rows)
        .select_related("elder__person", "elder__building", "elder__owner")
        .order_by("since", "pk")
    )


def newest_readings(community: Community, *, at: datetime) -> QuerySet[Measurement]:
    """The readings of the last week, newest first, unusual ones marked."""
    rows = Measurement.objects.of(community).standing().filter(taken_at__gt=at - timedelta(days=7))
    return rows.select_related("elder__person", "elder__building", "recorded_by").order_by("-taken_at", "-pk")


# --- for others ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class CareLink:
    """A piece of care that another app runs for the elder: what it is, since when, where it stands."""

    title: str
    since: date
    url: str


# f(elder, user) -> the care that runs now, as this user may see it. Registered by the apps above.
CareSource = Callable[[Elder, "User"], Iterable[CareLink]]
care_sources: list[CareSource] = []


def register_care(source: CareSource) -> None:
    """Add a source; registering it again changes nothing."""
    if source not in care_sources:
        care_sources.append(source)


def care_of(elder: Elder, user: User) -> list[CareLink]:
    """Everything that runs for the elder now: the other end of record – treatment plan – care plan. Source: S4-23."""
    return [link for source in care_sources for link in source(elder, user)]


def open_plans(elder: Elder) -> QuerySet[TreatmentPlan]:
    """What the doctor has ordered and still holds, the next look first."""
    return (
        TreatmentPlan.objects.filter(elder=elder, ended_on__isnull=True)
        .select_related("noted_by")
        .order_by("review_on", "pk")
    )


def story_lines(elder: Elder, *, before: datetime, limit: int) -> Iterable[TimelineLine]:
    """One line for each day somebody was measured; the numbers stand in the health file. One query."""
    rows = (
        Measurement.objects.standing().filter(elder=elder, taken_at__lt=before).order_by("-taken_at", "-pk")
    )
    days: dict[date, list[Measurement]] = {}
    for each in rows[: limit * 4]:
        days.setdefault(months.day_of(each.taken_at), []).append(each)
    url = reverse("elders:health-file", args=[elder.pk])
    for readings in list(days.values())[:limit]:
        kinds = dict.fromkeys(str(each.get_kind_display()) for each in reversed(readings))
        yield TimelineLine(
            at=readings[0].taken_at, app="elders", kind="MEASURED",
            title=_("Measured: %(what)s") % {"what": _(", ").join(kinds)},
            url=url, party=_("Community"),
        )  # fmt: skip
