"""The common pool: given, filled, issued to key elders, taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from carenet.kernel import months
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, both, coins, give, policy, red, within
from volunteers.actions import pool
from volunteers.models import Reserve, Volunteer


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
    elder = red(make.elder(community))
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
    elder, later = red(make.elder(community)), months.next_month(TODAY)
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


def test_who_acts_at_the_counter_leaves_a_word_for_the_volunteer(anna: Volunteer, director: Any) -> None:
    policy(anna.community, director, balance_cap_minutes=630)
    make.served(anna, minutes=60, start=NOW - timedelta(hours=2))
    facts = {"volunteer": anna, "on": TODAY, "at": NOW}
    pool.donate(unit="COIN", amount=60, key="1", by=registrar(), **facts)
    pool.choose(choice="HONOUR", amount=15, key="2", by=registrar(), **facts)
    told = Outbox.objects.filter(to_person=anna.person, template__endswith="_for_you").order_by("pk")
    assert [(each.template, each.params) for each in told] == [
        ("volunteers.donated_for_you", {"amount": ["COIN", 60]}),
        ("volunteers.chosen_for_you", {"coin_minutes": 15, "choice": "HONOUR"}),
    ]
    own = make.volunteer_user(anna)
    pool.donate(unit="COIN", amount=60, key="3", by=own, **facts)
    pool.choose(choice="POOL", amount=15, key="4", by=own, **facts)
    assert told.count() == 2, "whoever presses the button saw it on the page"


def test_a_decision_sent_twice_fills_the_pool_once(community: Any, director: Any) -> None:
    make.served(make.volunteer(community))
    facts = {
        "community": community,
        "coins": 900,
        "reason": "居委会决定",
        "key": "f",
        "on": TODAY,
        "at": NOW,
        "by": director,
    }
    first = pool.fill(**facts)
    Reserve.objects.create(
        community=community, kind="GROUP", minutes=60, source="承诺书", valid_from=TODAY, at=NOW, by=director
    )
    assert pool.fill(**facts) == first, "the answer is found again although nothing more is covered"
    assert pool.common(community=community).balance == 900


def test_two_decisions_at_once_do_not_both_pass_what_only_one_is_covered_for(station_db: Any) -> None:
    """The second waits for the first and sees what it promised."""
    registrar()
    with scope.within([station_db.pk]):
        helper = make.volunteer(station_db)
        Reserve.objects.create(
            community=station_db, kind="PLEDGE", volunteer=helper, minutes=600, source="承诺书", valid_from=TODAY, at=NOW,
            by=registrar(),
        )  # fmt: skip
    facts = {"community": station_db, "coins": 120, "reason": "居委会决定发放"}
    answers = both(*(within(station_db, pool.fill, key=f"f{number}", **facts) for number in range(8)))
    assert answers == ["done"] * 5 + ["not_covered"] * 3
    with scope.within([station_db.pk]):
        assert pool.common(community=station_db).balance == 600 and check_books(station_db) == []
