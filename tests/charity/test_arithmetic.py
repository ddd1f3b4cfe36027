"""The arithmetic of cost sharing, alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charity.arithmetic import DEFAULTS, Purse, Rates, choose, classify, divide, free, self_paid

RICH = [Purse(1, 10**9)]
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

rates = st.builds(
    Rates,
    gov_percent=st.integers(0, 100),
    fund_percent=st.integers(0, 100),
    gov_cap_item_fen=st.none() | st.integers(0, 20_000),
    gov_cap_month_fen=st.none() | st.integers(0, 50_000),
    fund_cap_item_fen=st.none() | st.integers(0, 20_000),
)
purses = st.lists(
    st.builds(
        Purse, fund_id=st.integers(1, 50), balance_fen=st.integers(0, 30_000), is_special=st.booleans()
    ),
    max_size=5,
    unique_by=lambda each: each.fund_id,
)


@calm
@given(st.integers(0, 1_000_000), rates, st.integers(0, 60_000), purses)
def test_the_parts_always_add_up_and_none_is_negative(price, how, used, funds):
    parts = divide(price, how, gov_used_fen=used, purses=funds)

    assert parts.gov_fen + parts.fund_fen + parts.advance_fen + parts.person_fen == price
    assert min(parts.gov_fen, parts.fund_fen, parts.advance_fen, parts.person_fen) >= 0


@calm
@given(st.integers(0, 1_000_000), rates, st.integers(0, 60_000), purses)
def test_no_limit_is_ever_passed(price, how, used, funds):
    parts = divide(price, how, gov_used_fen=used, purses=funds)

    if how.gov_cap_item_fen is not None:
        assert parts.gov_fen <= how.gov_cap_item_fen
    if how.gov_cap_month_fen is not None:
        assert used + parts.gov_fen <= max(how.gov_cap_month_fen, used)
    if how.fund_cap_item_fen is not None:
        # Rounding the person's part down to 0.1 yuan may add up to nine fen.
        assert parts.fund_fen + parts.advance_fen <= how.fund_cap_item_fen + 9
    for fund in funds:
        if fund.fund_id == parts.fund_id:
            assert parts.fund_fen <= fund.balance_fen


@calm
@given(st.integers(0, 1_000_000), rates, st.integers(0, 60_000), purses)
def test_the_person_pays_full_tenths_and_no_more_when_the_funds_are_short(price, how, used, funds):
    parts = divide(price, how, gov_used_fen=used, purses=funds)
    with_rich_funds = divide(price, how, gov_used_fen=used, purses=RICH)

    assert parts.person_fen % 10 == 0
    assert parts.person_fen == with_rich_funds.person_fen


@calm
@given(st.integers(1, 1_000_000), rates, purses, st.randoms())
def test_the_order_in_which_funds_are_listed_does_not_matter(price, how, funds, random):
    shuffled = list(funds)
    random.shuffle(shuffled)

    assert divide(price, how, purses=funds) == divide(price, how, purses=shuffled)


@calm
@given(st.lists(st.integers(1, 50_000), min_size=1, max_size=12), st.integers(0, 60_000), st.randoms())
def test_over_a_month_the_government_pays_the_same_in_whatever_order_services_came(prices, cap, random):
    how = Rates(gov_percent=50, fund_percent=0, gov_cap_month_fen=cap)

    def month(order):
        used = 0
        for price in order:
            used += divide(price, how, gov_used_fen=used, purses=RICH).gov_fen
        return used

    shuffled = list(prices)
    random.shuffle(shuffled)
    assert month(prices) == month(shuffled) == min(sum(price // 2 for price in prices), cap)


@pytest.mark.parametrize(
    "elder_class,expected",
    [("DESTITUTE", (4800, 1200, 0)), ("SUPPORTED", (3000, 1200, 1800)), ("ORDINARY", (1200, 0, 4800))],
)
def test_the_defaults_share_sixty_yuan_as_the_station_decided(elder_class, expected):
    parts = divide(6000, DEFAULTS[elder_class], purses=RICH)

    assert (parts.gov_fen, parts.fund_fen, parts.person_fen) == expected


def test_the_rounding_difference_falls_to_the_fund():
    parts = divide(3333, Rates(50, 40), purses=RICH)

    # 1666 government; 666 of 1667 fund; 1001 would be left: the person pays 10.00, the fund one fen more.
    assert (parts.gov_fen, parts.fund_fen, parts.person_fen, parts.rounded_fen) == (1666, 667, 1000, 1)


def test_what_no_fund_can_pay_is_advanced_and_shown():
    parts = divide(6000, Rates(50, 40), purses=[Purse(1, 300), Purse(2, 500)])

    assert (parts.fund_id, parts.fund_fen, parts.advance_fen, parts.person_fen) == (2, 500, 700, 1800)


def test_a_fund_for_this_service_pays_before_the_general_one_if_it_can_pay_all():
    special, general = Purse(9, 1000, is_special=True), Purse(1, 5000)

    assert choose([general, special], 800) == special
    assert choose([general, special], 1200) == general
    assert choose([general, special], 0) is None
    assert choose([], 10) is None


def test_a_free_service_costs_the_elder_nothing_and_a_self_paid_one_everything():
    assert free(1234).person_fen == 0
    assert self_paid(1234).person_fen == 1234


@pytest.mark.parametrize(
    "categories,level,age,expected",
    [
        (["DIBAO"], 2, 70, "DESTITUTE"),
        (["TEKUN_SCATTERED"], 4, 66, "DESTITUTE"),
        (["DIBAO"], 1, 70, "SUPPORTED"),
        (["DIBAO"], None, 70, "SUPPORTED"),
        (["DIBAO_EDGE"], 4, 70, "SUPPORTED"),
        ([], 3, 80, "SUPPORTED"),
        ([], 3, 79, "ORDINARY"),
        (["VETERAN"], None, None, "ORDINARY"),
    ],
)
def test_an_elders_class_follows_from_entitlement_level_and_age(categories, level, age, expected):
    assert classify(categories, level=level, age=age) == expected
