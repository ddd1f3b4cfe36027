"""The limits that hold for readings: an elder's own, else the station's, else the defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from elders.models import HealthLimit, LimitReview
from elders.rules import health as rules
from elders.states_health import MeasureKind, MeasurePart, unit_words

Limits = dict[tuple[str, str], rules.Limit]
ORDER = list(rules.MEASURES)
PARTS = {
    MeasurePart.FIRST: pgettext_lazy("blood pressure", "upper"),
    MeasurePart.SECOND: pgettext_lazy("blood pressure", "lower"),
}
# Where the built-in limits come from, as elders.rules.health says.
OWN_RULE = _("a rule of this software, without an outside source")
REFERRAL = _("urgent referral in the national basic public health service standard, third edition")
ORIGIN = {
    "BP": _("high: urgent referral in the national basic public health service standard, third edition; low: a rule of this software"),
    "GLUCOSE_FASTING": REFERRAL,
    "GLUCOSE_AFTER": REFERRAL,
}  # fmt: skip


def limits_of(elder_ids: Iterable[int], *, community_id: int, on: date) -> dict[int, Limits]:
    """The limits of many elders on a day, by elder id; one query. The latest `valid_from` counts."""
    ids = list(elder_ids)
    rows = HealthLimit.objects.filter(community_id=community_id, valid_from__lte=on).filter(
        Q(elder__isnull=True) | Q(elder__in=ids)
    )
    station: Limits = dict(rules.LIMITS)
    own: dict[int, Limits] = {}
    for row in rows.order_by("valid_from", "pk"):
        table = station if row.elder_id is None else own.setdefault(row.elder_id, {})
        table[(row.kind, row.part)] = (row.low, row.high)
    return {each: {**station, **own.get(each, {})} for each in ids}


@dataclass(frozen=True)
class Line:
    """One limit of the station as its page shows it: the numbers as on paper, and where they come from."""

    kind: str
    part: str
    low: int | None
    high: int | None
    origin: str
    row: HealthLimit | None

    @property
    def name(self) -> str:
        """Blood pressure, diastolic."""
        kind = str(MeasureKind(self.kind).label)
        return f"{kind} · {PARTS[MeasurePart(self.part)]}" if self.kind == "BP" else kind

    def _text(self, value: int | None) -> str:
        return "—" if value is None else rules.number(value, rules.MEASURES[self.kind].decimals)

    @property
    def low_text(self) -> str:
        return self._text(self.low)

    @property
    def high_text(self) -> str:
        return self._text(self.high)

    @property
    def unit(self) -> str:
        return unit_words(self.kind)


def of_station(community_id: int, *, on: date) -> list[Line]:
    """The limits for everybody without an own one on a day, in the order of the kinds; one query."""
    rows = HealthLimit.objects.filter(community_id=community_id, elder__isnull=True, valid_from__lte=on)
    own = {(row.kind, row.part): row for row in rows.select_related("by").order_by("valid_from", "pk")}
    found = []
    for kind, part in sorted({*rules.LIMITS, *own}, key=lambda key: (ORDER.index(key[0]), key[1])):
        row = own.get((kind, part))
        low, high = (row.low, row.high) if row else rules.LIMITS[(kind, part)]
        found.append(Line(kind, part, low, high, row.source if row else str(ORIGIN.get(kind, OWN_RULE)), row))
    return found


def as_rows(lines: Iterable[Line]) -> list[list[Any]]:
    """The numbers alone, as a confirmation keeps them."""
    return [[each.kind, each.part, each.low, each.high] for each in lines]


@dataclass(frozen=True)
class Confirmed:
    """The newest confirmation that stands, and the limits that are different from what the doctor saw."""

    review: LimitReview | None
    different: list[str]

    @property
    def holds(self) -> bool:
        return self.review is not None and not self.different


def confirmed(community_id: int, lines: Iterable[Line]) -> Confirmed:
    """Has a doctor confirmed exactly these limits?"""
    review = (
        LimitReview.objects.standing()
        .filter(community_id=community_id)
        .select_related("by")
        .order_by("-on", "-pk")
        .first()
    )
    seen = {(kind, part): (low, high) for kind, part, low, high in (review.limits if review else [])}
    different = [each.name for each in lines if seen.get((each.kind, each.part)) != (each.low, each.high)]
    return Confirmed(review, different if review else [])
