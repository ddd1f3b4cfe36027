"""What can be measured, in which whole-number units, what is impossible, what is unusual, what needs a follow-up.

Pure arithmetic; stored values are whole numbers of the stated step (0.1 mmol/L, 0.1 kg, 0.1 °C; mmHg, %, beats).
Hard limits are also CHECK constraints of the table. Sources: the follow-up limits of blood pressure (180/110) and
glucose (16.7 and 3.9) are those of urgent referral in 国家基本公共卫生服务规范（第三版）[M-h, to be verified by the
station's doctor]; everything else here is a station rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

# The own last value counts for the comparison when it is not older than this.
COMPARE_WITHIN = timedelta(days=180)
# A reading entered later than this is history: it opens no follow-up any more (station rule).
FOLLOW_UP_WITHIN = timedelta(days=3)
# People with these diseases are measured at least this often (station rule).
MEASURE_EVERY = timedelta(days=30)
MEASURED_FOR = {"HYPERTENSION": ("BP",), "DIABETES": ("GLUCOSE_FASTING", "GLUCOSE_AFTER")}

Span = tuple[int, int]


@dataclass(frozen=True)
class Measure:
    """One kind of reading: unit, decimals, what cannot be, what is rare, and how far it rarely jumps."""

    kind: str
    unit: str
    decimals: int
    hard: Span
    soft: Span
    jump: int
    loinc: tuple[str, ...]
    ucum: str
    hard_second: Span | None = None
    soft_second: Span | None = None
    jump_second: int = 0

    @property
    def has_second(self) -> bool:
        return self.hard_second is not None

    def text(self, value: int, second: int | None = None) -> str:
        """128/76, 7.8: as it is written on paper, without the unit."""
        first = number(value, self.decimals)
        return first if second is None else f"{first}/{number(second, self.decimals)}"


MEASURES: dict[str, Measure] = {
    each.kind: each
    for each in (
        Measure(
            "BP", "mmHg", 0, (50, 300), (85, 200), 40, ("85354-9", "8480-6", "8462-4"), "mm[Hg]",
            (20, 200), (45, 120), 30,
        ),
        Measure("HEART_RATE", "/min", 0, (25, 250), (45, 130), 45, ("8867-4",), "/min"),
        Measure("GLUCOSE_FASTING", "mmol/L", 1, (10, 600), (35, 160), 60, ("76629-5",), "mmol/L"),
        Measure("GLUCOSE_AFTER", "mmol/L", 1, (10, 600), (35, 220), 90, ("14760-3",), "mmol/L"),
        Measure("OXYGEN", "%", 0, (50, 100), (90, 100), 7, ("59408-5", "2708-6"), "%"),
        Measure("TEMPERATURE", "°C", 1, (300, 430), (350, 390), 20, ("8310-5",), "Cel"),
        Measure("WEIGHT", "kg", 1, (200, 2500), (350, 1100), 50, ("29463-7",), "kg"),
    )
}  # fmt: skip

# (kind, part) -> (low, high): at or beyond, somebody calls or visits. None: no limit on that side.
Limit = tuple[int | None, int | None]
LIMITS: dict[tuple[str, str], Limit] = {
    ("BP", "FIRST"): (90, 180),
    ("BP", "SECOND"): (50, 110),
    ("HEART_RATE", "FIRST"): (45, 120),
    ("GLUCOSE_FASTING", "FIRST"): (39, 167),
    ("GLUCOSE_AFTER", "FIRST"): (39, 167),
    ("OXYGEN", "FIRST"): (92, None),
    ("TEMPERATURE", "FIRST"): (350, 385),
}


def number(value: int, decimals: int) -> str:
    """78 with one decimal is 7.8."""
    return f"{value / 10**decimals:.{decimals}f}" if decimals else str(value)


_PLAIN = str.maketrans("０１２３４５６７８９．，,。", "0123456789....")


def parse(text: str | int | float | Decimal, kind: str) -> int | None:
    """What was typed, as a whole number of the kind's step; None when it is no such number.

    Full-width digits and a comma for the point are accepted; more decimals than the kind has are not.
    """
    measure = MEASURES[kind]
    try:
        found = Decimal(str(text).translate(_PLAIN).strip())
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found) > 100_000:
        return None
    scaled = found * 10**measure.decimals
    return int(scaled) if scaled == scaled.to_integral_value() else None


def impossible(kind: str, value: int, second: int | None) -> bool:
    """Beyond the hard limits, the second number missing or too many, or diastolic not below systolic."""
    measure = MEASURES[kind]
    if not _within(value, measure.hard):
        return True
    if measure.hard_second is None:
        return second is not None
    return second is None or not _within(second, measure.hard_second) or second >= value


def unusual(kind: str, value: int, second: int | None, last: tuple[int, int | None] | None) -> str:
    """Why somebody should look again: "rare" by itself, "jump" against the elder's own last value, "" when neither."""
    measure = MEASURES[kind]
    if not _within(value, measure.soft):
        return "rare"
    if second is not None and measure.soft_second and not _within(second, measure.soft_second):
        return "rare"
    if last is not None:
        if abs(value - last[0]) > measure.jump:
            return "jump"
        if second is not None and last[1] is not None and abs(second - last[1]) > measure.jump_second:
            return "jump"
    return ""


def _within(value: int, span: Span) -> bool:
    return span[0] <= value <= span[1]


def past(
    kind: str, value: int, second: int | None, limits: Mapping[tuple[str, str], Limit]
) -> list[tuple[str, int, str, int]]:
    """Which limits a reading has reached: (part, value, "high" or "low", limit), systolic first."""
    found = []
    for part, read in (("FIRST", value), ("SECOND", second)):
        if read is None:
            continue
        low, high = limits.get((kind, part), (None, None))
        if high is not None and read >= high:
            found.append((part, read, "high", high))
        elif low is not None and read <= low:
            found.append((part, read, "low", low))
    return found


def packed(kind: str, value: int, second: int | None, reached: Iterable[tuple[str, int, str, int]]) -> str:
    """BP 186/112 >180 >110: the facts of a reading that reached a limit, in one line, in no language."""
    read = str(value) if second is None else f"{value}/{second}"
    return " ".join(
        [kind, read, *(f"{'>' if side == 'high' else '<'}{limit}" for _part, _read, side, limit in reached)]
    )


_PACKED = re.compile(r"([A-Z_]+) (\d+)(?:/(\d+))?((?: [<>]\d+)+)")


def unpacked(line: str) -> tuple[str, str, list[str]] | None:
    """("BP", "186/112", ["≥180", "≥110"]) as it is written on paper; None when the line holds no such facts."""
    found = _PACKED.fullmatch(line)
    if found is None or found[1] not in MEASURES:
        return None
    measure = MEASURES[found[1]]
    signs = {">": "≥", "<": "≤"}
    limits = [signs[each[0]] + number(int(each[1:]), measure.decimals) for each in found[4].split()]
    return measure.kind, measure.text(int(found[2]), int(found[3]) if found[3] else None), limits


def direction(values: Iterable[int], step: int) -> str:
    """ "up", "down" or "level": the mean of the last three against the three before; "" with fewer than four."""
    found = list(values)
    if len(found) < 4:
        return ""
    late, early = found[-3:], found[-6:-3]
    change = sum(late) / len(late) - sum(early) / len(early)
    return "up" if change > step else "down" if change < -step else "level"
