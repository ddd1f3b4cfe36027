"""The common pool: given, filled, issued to key elders, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from carenet.kernel import months
from carenet.ledger.check import check_books
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, coins, give, policy
from volunteers.actions import pool
from volunteers.models import Volunteer


def test_a_donation_goes_to_the_pool_and_pressing_twice_gives_once(anna: Volunteer) -> None:
    for _twice in range(2):
        pool.donate(volunteer=anna, unit="COIN", amount=100, key="a", on=TODAY, at=NOW, by=registrar())
    assert coins(anna) == 500 and pool.common(community=anna.community).balance == 100
    with pytest.raises(pool.NotEnough):
        pool.donate(volunteer=anna, unit="COIN", amount=501, key="b", on=TODAY, at=NOW, by=registrar())


def test_coins_beyond_a_full_account_wait_for_the_volunteers_choice(anna: Volunteer, director: Any) -> None:
    policy(anna.community, director, balance_cap_minutes=630)
    attendance = make.served(anna, minutes=60, start=NOW - timedelta(hours=2))
    assert (attendance.coins, attendance.overflow, attendance.why) == (30, 30, ["BALANCE_CAP"])
    waiting = pool.overflow_of(volunteer=anna)
    assert (coins(anna), waiting.balance) == (630, 30)
    with pytest.raises(pool.NoRoom):
        pool.choose(volunteer=anna, choice="KEEP", amount=30, key="1", on=TODAY, at=NOW, by=registrar())
    pool.choose(volunteer=anna, choice="POOL", amount=20, key="2", on=TODAY, at=NOW, by=registrar())
    pool.choose(volunteer=anna, choice="HONOUR", amount=10, key="3", on=TODAY, at=NOW, by=registrar())
    with pytest.raises(pool.NothingWaiting):
        pool.choose(volunteer=anna, choice="POOL", amount=1, key="4", on=TODAY, at=NOW, by=registrar())
    assert pool.common(community=anna.community).balance == 20 and coins(anna, "MINUTE") == 60
    assert check_books() == []


@pytest.mark.parametrize(("choice", "in_pool"), [(0, 0), (1, 30)])
def test_a_community_may_let_a_full_account_stop_or_give_on(
    anna: Volunteer, director: Any, choice: int, in_pool: int
) -> None:
    policy(anna.community, director, balance_cap_minutes=630, balance_overflow=choice)
    make.served(anna, minutes=60, start=NOW - timedelta(hours=2))
    assert coins(anna) == 630 and pool.common(community=anna.community).balance == in_pool


def test_pool_coins_reach_a_key_elder_once_a_month_and_what_is_left_goes_back(
    community: Any, director: Any
) -> None:
    elder = make.elder(community)
    facts = {"elder": elder, "reason": "独居高龄，无储蓄", "on": TODAY, "at": NOW, "by": director}
    with pytest.raises(pool.PoolEmpty):
        pool.grant(coins=600, **facts)
    pool.fill(community=community, coins=900, reason="居委会决定", key="f", on=TODAY, at=NOW, by=director)
    with pytest.raises(pool.TooMuch):
        pool.grant(coins=601, **facts)
    pool.grant(coins=600, **facts)
    with pytest.raises(pool.AlreadyGranted):
        pool.grant(coins=60, **facts)
    assert pool.lapse_grants(community=community, on=TODAY, at=NOW, by=director) == 0
    later = months.next_month(TODAY)
    assert pool.lapse_grants(community=community, on=later, at=NOW, by=director) == 1
    assert pool.lapse_grants(community=community, on=later, at=NOW, by=director) == 0
    assert pool.common(community=community).balance == 900 and check_books() == []


def test_a_late_night_takes_back_old_pool_hours_only_and_leaves_this_months(
    community: Any, director: Any
) -> None:
    elder, later = make.elder(community), months.next_month(TODAY)
    pool.fill(community=community, coins=900, reason="居委会决定", key="f", on=TODAY, at=NOW, by=director)
    facts = {"elder": elder, "reason": "独居高龄，无储蓄", "at": NOW, "by": director}
    old = pool.grant(coins=300, on=TODAY, **facts)
    new = pool.grant(coins=200, on=later, **facts)  # before the night that ends the old one
    assert pool.lapse_grants(community=community, on=later, at=NOW, by=director) == 1
    assert pool.elder_account(elder=elder).balance == 200
    assert pool.lapse_grants(community=community, on=months.next_month(later), at=NOW, by=director) == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.lapsed_coins, new.lapsed_coins) == (300, 200)
    assert pool.common(community=community).balance == 900 and check_books() == []


def test_an_elder_with_coins_of_their_own_gets_none_of_the_pool(community: Any, director: Any) -> None:
    person = make.person(community, name="赵玉兰", born_on=date(1940, 1, 1))
    elder, volunteer = make.elder(community, person=person), make.volunteer(community, of=person)
    give(volunteer, 60)
    with pytest.raises(pool.NoKeyElder):
        pool.grant(elder=elder, coins=60, reason="独居", on=TODAY, at=NOW, by=director)
