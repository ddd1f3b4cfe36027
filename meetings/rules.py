"""When a meeting may decide: parties are counted, not heads. Pure rules; the database holds the same ones.

Source: S0-48 (three relevant parties at least), S4-28, S4-33; who must be among them is a station rule
(domain.md §7.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from carenet.kernel.months import first_of_month
from carenet.parties.states import PartnerKind, PartyKind
from meetings.states import MeetingKind

FIVE = tuple(PartyKind.values)
FOUR = ("COMMUNITY", "SOCIAL_WORKER", "PROPERTY", "OWNERS_COMMITTEE")
ANCHORS = ("COMMUNITY", "SOCIAL_WORKER")
RESOURCE_HOLDERS = (
    "CHARITY",
    *[each for each in PartnerKind.values if each not in {"OWNERS_COMMITTEE", "GOVERNMENT", "OTHER"}],
)
"""Who brings money, goods, rooms or skills to a matching meeting: the charity funds and the partner bodies."""
LEAST = 3


def counted(parties: Iterable[str], kind: str = "JOINT") -> frozenset[str]:
    """The different parties that count at this kind of meeting; guests do not."""
    present = frozenset(parties)
    if kind == MeetingKind.JOINT:
        return present & frozenset(FIVE)
    if kind == MeetingKind.FOUR_PARTY:
        return present & frozenset(FOUR)
    return present & (frozenset(FIVE) | frozenset(PartnerKind.values))


def quorum(parties: Iterable[str], kind: str = "JOINT") -> bool:
    """Whether the parties present may decide.

    Joint: at least three of the five, the community or the social workers among them. Four-party: three of the
    four. Matching: three different parties, a holder of resources among them.
    """
    here = counted(parties, kind)
    if len(here) < LEAST:
        return False
    if kind == MeetingKind.JOINT:
        return bool(here & frozenset(ANCHORS))
    if kind == MeetingKind.MATCHING:
        return bool(here & frozenset(RESOURCE_HOLDERS))
    return True


def expected(kind: str) -> tuple[str, ...]:
    """The parties a meeting of this kind is made for, in the order in which they are shown."""
    return FOUR if kind == MeetingKind.FOUR_PARTY else FIVE


def absent(parties: Iterable[str], kind: str = "JOINT") -> tuple[str, ...]:
    """Expected parties nobody speaks for at the moment."""
    here = frozenset(parties)
    return tuple(each for each in expected(kind) if each not in here)


def period_of(kind: str, day: date) -> date:
    """The first day of the period in which there is one regular meeting: a month, or a quarter for matching."""
    if kind == MeetingKind.MATCHING:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first_of_month(day)


def usual_day(month: date) -> date:
    """The first Friday of a month. Source: station rule."""
    return month + timedelta(days=(4 - month.weekday()) % 7)


def working_days_after(day: date, days: int) -> date:
    """So many working days (Monday to Friday) later. Source: station rule; public holidays are not known here."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
