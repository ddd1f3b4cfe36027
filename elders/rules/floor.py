"""What each colour costs the station in contact: minutes a month of the service floor. A station rule [P].

From the table of domain.md §1.13 (what each colour triggers), with 10 minutes a call and 40 minutes a visit:
red a call a day and a visit a week; A two calls a week and a visit every two weeks; B a call a week and a visit a
month; green a call a quarter; grey a call a month until the assessment.
"""

from __future__ import annotations

CALL, VISIT = 10, 40
MONTH_DAYS, MONTH_WEEKS = 30, 30 / 7
MINUTES: dict[str, int] = {
    "RED": round(MONTH_DAYS * CALL + MONTH_WEEKS * VISIT),
    "YELLOW:A": round(2 * MONTH_WEEKS * CALL + MONTH_WEEKS / 2 * VISIT),
    "YELLOW:B": round(MONTH_WEEKS * CALL + VISIT),
    "GREEN": round(CALL / 3),
    "UNASSESSED": CALL,
}
# Yuan an hour when nobody says otherwise; the page lets the reader put the own figure.
YUAN_AN_HOUR = 30


def key(colour: str, subtier: str = "") -> str:
    """The row of the table; only yellow has tiers."""
    return f"YELLOW:{subtier or 'B'}" if colour == "YELLOW" else colour


def minutes(people: dict[str, int]) -> int:
    """Minutes a month for so many people of each row."""
    return sum(MINUTES[each] * number for each, number in people.items())
