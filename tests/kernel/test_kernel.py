"""Months, money and step tables."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carenet.kernel import errors, money, months, steps
from carenet.kernel.months import STATION_ZONE


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 1, 1)))
def test_a_month_ends_where_the_next_begins(day: date) -> None:
    first, last = months.month_range(day)

    assert first <= day < last
    assert months.previous_month(last) == first
    assert months.first_of_month(last) == last


def test_a_day_belongs_to_the_stations_zone_not_to_utc() -> None:
    late_evening_utc = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

    assert months.day_of(late_evening_utc) == date(2026, 11, 21)
    assert months.start_of(date(2026, 11, 21)).astimezone(STATION_ZONE).hour == 0


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [(date(1946, 11, 22), date(2026, 11, 21), 79), (date(1946, 11, 21), date(2026, 11, 21), 80),
     (date(1944, 2, 29), date(2026, 2, 28), 81), (date(1944, 2, 29), date(2026, 3, 1), 82)],
)  # fmt: skip
def test_age_is_full_years_at_the_last_birthday(born: date, on: date, years: int) -> None:
    assert months.years_between(born, on) == years


@given(st.integers(min_value=0, max_value=10**13))
def test_money_survives_being_written_and_read(fen: int) -> None:
    assert money.parse_yuan(money.yuan(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("300", 30000), ("¥1,284.5", 128450), ("300 元", 30000), ("￥０．０５", 5), ("1，284，300", 128430000)],
)
def test_money_is_read_as_people_type_it(typed: str, fen: int) -> None:
    assert money.parse_yuan(typed) == fen


@pytest.mark.parametrize("typed", ["", "-5", "1.234", "1e5", "NaN", "三百", "1.2.3"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(money.NotMoney):
        money.parse_yuan(typed)


def test_negative_amounts_are_written_with_a_sign() -> None:
    assert money.yuan(-128430005) == "-1,284,300.05"


TABLE = {
    "assign": steps.step(["OPEN"], "ASSIGNED"),
    "release": steps.step(["ASSIGNED"], "OPEN"),
    "finish": steps.step(["ASSIGNED"], "DONE"),
}


def test_a_step_leads_where_the_table_says() -> None:
    assert steps.take(TABLE, "assign", "OPEN") == "ASSIGNED"
    assert steps.open_steps(TABLE, "ASSIGNED") == ["release", "finish"]


def test_a_step_from_the_wrong_state_is_refused_with_a_sentence() -> None:
    with pytest.raises(errors.WrongStep) as refusal:
        steps.take(TABLE, "finish", "OPEN")
    assert len(refusal.value.message) > 10


def test_the_edges_for_the_trigger_are_the_table() -> None:
    assert steps.as_edges(TABLE) == {"OPEN": ["ASSIGNED"], "ASSIGNED": ["DONE", "OPEN"]}
    assert steps.unreachable(TABLE, ["OPEN"], ["OPEN", "ASSIGNED", "DONE", "LOST"]) == {"LOST"}


def test_a_refusal_fills_its_facts_into_the_sentence() -> None:
    assert errors.DomainError("only %(left)s left", left=3).message == "only 3 left"
    assert errors.DomainError("100% sure").message == "100% sure"
