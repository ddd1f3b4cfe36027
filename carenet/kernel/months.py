"""Months as their first day; periods end before their upper bound."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

STATION_ZONE = ZoneInfo("Asia/Shanghai")


def first_of_month(day: date) -> date:
    """The first day of the month that holds `day`."""
    return date(day.year, day.month, 1)


def next_month(day: date) -> date:
    """The first day of the month after the one that holds `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def previous_month(day: date) -> date:
    """The first day of the month before the one that holds `day`."""
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def month_range(day: date) -> tuple[date, date]:
    """First day of the month and first day of the next: use as `>= first` and `< last`."""
    return first_of_month(day), next_month(day)


def start_of(day: date) -> datetime:
    """Midnight at the start of `day` in the station's zone."""
    return datetime.combine(day, time.min, tzinfo=STATION_ZONE)


def month_span(day: date) -> tuple[datetime, datetime]:
    """The month as two instants of the station's zone, the upper one excluded."""
    first, last = month_range(day)
    return start_of(first), start_of(last)


def day_of(moment: datetime) -> date:
    """The station's calendar day of an instant."""
    return moment.astimezone(STATION_ZONE).date()


def years_between(born_on: date, on: date) -> int:
    """Full years at the last birthday. Source: domain.md §2.1."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
