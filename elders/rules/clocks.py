"""How long each clock runs: the longest allowed silence by colour, and the three dated clocks.

Defaults of domain.md §1.13 ("what each colour triggers"); a station's dated ClockRule rows go before them.
"""

from __future__ import annotations

from collections.abc import Mapping

# Days. Red: a call or heartbeat a day; A: two calls a week; B: a call a week; green: once a quarter;
# grey: must be assessed within 30 days of registration, and is called at least once before.
DEFAULTS: dict[str, int] = {
    "contact:RED": 1,
    "contact:YELLOW:A": 4,
    "contact:YELLOW:B": 7,
    "contact:GREEN": 90,
    "contact:UNASSESSED": 30,
    "archive": 90,
    "archive:crisis": 30,
    "assessment": 180,
    "assessment:first": 30,
    "level": 365,
    "target:RED": 3,
    "target:YELLOW:A": 7,
    "target:YELLOW:B": 14,
    "target:GREEN": 30,
}


def contact_key(colour: str, subtier: str = "") -> str:
    """The clock key of a colour; only yellow has tiers."""
    return f"contact:{colour}:{subtier or 'B'}" if colour == "YELLOW" else f"contact:{colour}"


def contact_days(
    days: Mapping[str, int],
    *,
    colour: str,
    subtier: str = "",
    provisional: str = "",
    provisional_subtier: str = "",
) -> int:
    """The longest allowed silence. A provisional colour may only add contact, so the shorter interval counts."""
    confirmed = days[contact_key(colour, subtier)]
    if not provisional:
        return confirmed
    return min(confirmed, days[contact_key(provisional, provisional_subtier)])
