"""The volunteer's year as twelve small bars: positions as numbers, so that the strict content policy holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

HEIGHT, STEP, WIDTH, TOP = 96, 50, 30, 22


@dataclass(frozen=True)
class Bar:
    """One month of the picture."""

    month: date
    minutes: int
    x: int
    y: float
    height: float
    middle: int
    is_now: bool

    @property
    def hours(self) -> str:
        """Hours to one decimal, as written above the bar."""
        return f"{self.minutes / 60:.1f}".removesuffix(".0")


def year_bars(year: Sequence[tuple[date, int]]) -> list[Bar]:
    """Bars scaled to the strongest month."""
    most = max((minutes for _month, minutes in year), default=0) or 1
    bars = []
    for number, (month, minutes) in enumerate(year):
        height = round(minutes / most * HEIGHT, 1)
        x = number * STEP + (STEP - WIDTH) // 2
        bars.append(
            Bar(
                month,
                minutes,
                x,
                round(TOP + HEIGHT - height, 1),
                height,
                x + WIDTH // 2,
                number == len(year) - 1,
            )
        )
    return bars
