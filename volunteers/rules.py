"""What one service earns: plain arithmetic, no database, so that it can be proved with random numbers.

Units: minutes, coin-minutes (60 to a coin), points. Source: domain.md §4.2-4.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from volunteers.states import Why

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Credit:
    """What the rules give for a service, and which of them gave less than the time served."""

    hour_minutes: int
    counted_minutes: int
    coins: int
    points: int
    why: tuple[str, ...] = ()
    overflow: int = 0


NOTHING = Credit(0, 0, 0, 0)


def credit(
    *, minutes: int, rates: Mapping[str, int], day_used: int, month_used: int, coin_balance: int,
    covered: bool = True, risk: str = "", travel: int = 0,
) -> Credit:  # fmt: skip
    """Hours are recorded as served (evidence); coins and points follow the limits of service, day and month.

    Coins are rounded down to a quarter of an hour; what is above the account's cap is `overflow`, given to the pool or
    asked about by the setting `balance_overflow`. Nothing is promised that cannot be kept: no coins unless `covered`.
    Coins are weighted by the risk class of the service, points by the factor of the day (festivals), both in percent and
    by the setting of the day of service. Points are floored per event. `travel` are minutes of the way that count beside
    the time served; they never become hours.
    `day_used` and `month_used` are the minutes that already earned coins and points on that day and in that month.
    """
    why: list[str] = []
    counted = minutes + travel
    for reason, room in (
        (Why.SESSION_CAP, rates["cap_session_minutes"]),
        (Why.DAY_CAP, rates["cap_day_minutes"] - day_used),
        (Why.MONTH_CAP, rates["cap_month_minutes"] - month_used),
    ):
        if counted > room:
            counted = max(room, 0)
            why.append(str(reason))
    step = max(rates["rounding_minutes"], 1)
    whole = counted - counted % step
    if whole != counted:
        why.append(str(Why.ROUNDED))
    coins = weigh(counted, risk=risk, rates=rates)
    if coins and not covered:
        coins = 0
        why.append(str(Why.NOT_COVERED))
    room = max(rates["balance_cap_minutes"] - coin_balance, 0)
    overflow = 0
    if coins > room:
        overflow = coins - room if rates["balance_overflow"] else 0
        coins = room
        why.append(str(Why.BALANCE_CAP))
    points = counted * rates["points_per_hour"] * rates.get("points_percent", 100) // 6000
    return Credit(minutes, counted, coins, points, tuple(why), overflow)


def way(noted: int, *, rates: Mapping[str, int]) -> int:
    """Minutes of the way that count by the settings of the day. Source: domain.md §4.3 travel_time_counts."""
    return min(noted, rates["travel_cap_minutes"]) if rates["travel_time_counts"] else 0


def weigh(minutes: int, *, risk: str, rates: Mapping[str, int]) -> int:
    """Coin-minutes for so much time: rounded down to the step, at the rate of the day, weighted by the risk class of
    the service (percent; 100 is one hour for one coin). Source: domain.md §4.3 coin_per_hour, weight_by_service.
    """
    whole = minutes - minutes % max(rates["rounding_minutes"], 1)
    return whole * rates["coin_minutes_per_hour"] * rates.get(f"weight_{risk.lower()}", 100) // 6000


def free_part(period: Span, taken: Iterable[Span]) -> Span | None:
    """The longest part of a period that no credited interval covers; None when nothing is left.

    Nobody is in two places at once, so an overlap of five minutes costs five minutes, not the service.
    """
    best: Span | None = None
    begin, end = period
    for lower, upper in sorted(taken):
        if upper <= begin:
            continue
        if lower >= end:
            break
        if lower > begin and (best is None or lower - begin > best[1] - best[0]):
            best = (begin, lower)
        begin = max(begin, upper)
        if begin >= end:
            break
    if begin < end and (best is None or end - begin > best[1] - best[0]):
        best = (begin, end)
    return best


def whole_minutes(span: Span) -> int:
    """Full minutes of a span."""
    return int((span[1] - span[0]).total_seconds()) // 60


@dataclass(frozen=True)
class Star:
    """The star level reached and the hours to the next one (0 when there is none)."""

    stars: int
    hours: int
    next_at: int

    @property
    def missing(self) -> int:
        """Hours to the next star."""
        return max(self.next_at - self.hours, 0)

    @property
    def marks(self) -> str:
        """The stars as signs."""
        return "★" * self.stars


def star(minutes: int, rates: Mapping[str, int]) -> Star:
    """The star level of a volunteer with so many recorded minutes."""
    hours = minutes // 60
    steps = [rates[f"star_{number}_hours"] for number in range(1, 6)]
    reached = sum(hours >= each for each in steps)
    return Star(reached, hours, steps[reached] if reached < len(steps) else 0)
