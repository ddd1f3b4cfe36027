"""The arithmetic of a credit, proved with random numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from volunteers import rules
from volunteers.states import SETTINGS

RATES = {key: setting.default for key, setting in SETTINGS.items()}
ZERO = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
minutes = st.integers(min_value=1, max_value=1500)
used = st.integers(min_value=0, max_value=5000)


def span(begin: int, end: int) -> rules.Span:
    return ZERO + timedelta(minutes=begin), ZERO + timedelta(minutes=end)


def credit(served: int, *, day: int = 0, month: int = 0, coins: int = 0, **changed: int) -> rules.Credit:
    return rules.credit(
        minutes=served, rates={**RATES, **changed}, day_used=day, month_used=month, coin_balance=coins
    )


def test_an_hour_is_sixty_minutes_one_coin_and_ten_points() -> None:
    assert credit(60) == rules.Credit(60, 60, 60, 10)


def test_coins_are_rounded_down_to_a_quarter_and_points_are_floored_per_event() -> None:
    assert credit(100) == rules.Credit(100, 100, 90, 16, ("ROUNDED",))
    assert credit(5) == rules.Credit(5, 5, 0, 0, ("ROUNDED",))


def test_four_hours_of_one_service_count_and_all_hours_are_recorded() -> None:
    assert credit(300) == rules.Credit(300, 240, 240, 40, ("SESSION_CAP",))


def test_eight_hours_of_a_day_count() -> None:
    assert credit(120, day=420) == rules.Credit(120, 60, 60, 10, ("DAY_CAP",))


def test_sixty_hours_of_a_month_count() -> None:
    assert credit(60, month=3600) == rules.Credit(60, 0, 0, 0, ("MONTH_CAP",))


def test_a_full_coin_account_takes_no_more_coins_but_points_still_come() -> None:
    assert credit(60, coins=90_000 - 15) == rules.Credit(60, 60, 15, 10, ("BALANCE_CAP",), overflow=45)


@given(minutes, used, used, st.integers(0, 100_000))
def test_nothing_is_ever_negative_or_more_than_served(served: int, day: int, month: int, coins: int) -> None:
    earned = credit(served, day=day, month=month, coins=coins)
    assert earned.hour_minutes == served
    assert 0 <= earned.counted_minutes <= min(served, 240)
    assert 0 <= earned.coins <= earned.counted_minutes
    assert earned.counted_minutes == 0 or day + earned.counted_minutes <= 480
    assert earned.counted_minutes == 0 or month + earned.counted_minutes <= 3600
    assert earned.coins == 0 or coins + earned.coins <= 90_000
    assert earned.points == earned.counted_minutes // 6
    assert bool(earned.why) == (earned.counted_minutes < served or earned.coins < earned.counted_minutes)


@given(minutes, minutes)
def test_serving_longer_never_earns_less(one: int, more: int) -> None:
    less, most = credit(min(one, more)), credit(max(one, more))
    assert (less.coins, less.points) <= (most.coins, most.points)


spans = st.tuples(st.integers(0, 200), st.integers(1, 60)).map(lambda each: (each[0], each[0] + each[1]))


@given(spans, st.lists(spans, max_size=6))
def test_the_free_part_overlaps_nothing_and_is_the_longest_there_is(
    period: tuple[int, int], taken: list[tuple[int, int]]
) -> None:
    free = rules.free_part(span(*period), [span(*each) for each in taken])
    open_minutes = [
        minute for minute in range(*period) if not any(begin <= minute < end for begin, end in taken)
    ]
    runs: list[int] = []
    for index, minute in enumerate(open_minutes):
        if index and open_minutes[index - 1] == minute - 1:
            runs[-1] += 1
        else:
            runs.append(1)
    assert (rules.whole_minutes(free) if free else 0) == max(runs, default=0)
    if free:
        inside = range(
            int((free[0] - ZERO).total_seconds()) // 60, int((free[1] - ZERO).total_seconds()) // 60
        )
        assert set(inside) <= set(open_minutes)


def test_stars_come_at_a_hundred_and_three_hundred_hours() -> None:
    assert rules.star(92 * 60, RATES) == rules.Star(0, 92, 100)
    assert rules.star(92 * 60, RATES).missing == 8
    assert rules.star(300 * 60, RATES) == rules.Star(2, 300, 600)
    assert rules.star(1500 * 60, RATES).next_at == 0
