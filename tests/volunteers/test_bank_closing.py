"""Accounts of somebody who died or left go to an heir or the pool."""

from __future__ import annotations

from typing import Any

import pytest

from carenet.ledger import posting
from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from carenet.notices.models import Outbox
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, ask_closing, coins, give, offer, policy
from volunteers.actions import closing, pool, rewards
from volunteers.models import Volunteer


@pytest.mark.parametrize("with_heir", [True, False])
def test_what_a_dead_volunteer_leaves_goes_to_the_heir_or_the_pool_by_two_people(
    anna: Volunteer, bert: Volunteer, staff: Any, director: Any, with_heir: bool
) -> None:
    give(anna, 50, "POINT")
    make.served(anna, minutes=60)
    open_gift = offer(anna, bert, 60)
    asked = ask_closing(anna, bert if with_heir else None, staff)
    with pytest.raises(closing.AlreadyClosing):
        ask_closing(anna, None, staff)
    with pytest.raises(closing.SecondPerson):
        closing.approve(closing=asked, on=TODAY, at=NOW, by=staff)
    done = closing.approve(closing=asked, on=TODAY, at=NOW, by=director)
    assert (done.coins, done.points) == (660, 60)
    assert coins(anna) == coins(anna, "POINT") == 0 and coins(anna, "MINUTE") == 60
    kept = coins(bert) if with_heir else pool.common(community=anna.community).balance
    assert kept == 660
    open_gift.refresh_from_db()
    assert open_gift.state == "EXPIRED"
    anna.refresh_from_db()
    assert anna.state == "LEFT" and Account.objects.get(code=anna.account_code, unit="COIN").frozen_at
    with pytest.raises(closing.AlreadyDecided):
        closing.refuse(closing=asked, at=NOW, by=director)
    assert check_books() == []


def test_accounts_are_not_closed_while_a_redeemed_gift_waits(
    anna: Volunteer, staff: Any, director: Any
) -> None:

    give(anna, 100, "POINT")
    reward = make.reward(anna.community)
    rewards.redeem(volunteer=anna, reward=reward, key="r", by=registrar(), on=TODAY, at=NOW)
    asked = ask_closing(anna, None, staff)
    with pytest.raises(closing.SlipsWait):
        closing.approve(closing=asked, on=TODAY, at=NOW, by=director)


@pytest.mark.parametrize(("setting", "waits", "in_pool"), [(0, 0, 500), (1, 0, 500), (2, 500, 0)])
def test_an_inheritance_never_fills_the_heir_beyond_the_limit_and_the_rest_follows_the_rule(
    anna: Volunteer, bert: Volunteer, staff: Any, director: Any, setting: int, waits: int, in_pool: int
) -> None:
    give(bert, 140)
    policy(anna.community, director, balance_cap_minutes=240, balance_overflow=setting)
    done = closing.approve(closing=ask_closing(anna, bert, staff), on=TODAY, at=NOW, by=director)
    assert (done.coins, done.beyond, coins(bert)) == (600, 500, 240)
    assert pool.overflow_of(volunteer=bert).balance == waits
    assert pool.common(community=anna.community).balance == in_pool
    letter = Outbox.objects.get(template="volunteers.inherited", to_person=bert.person)
    assert letter.params == {"coin_minutes": 100, "points": 0, "name": anna.person.name}
    assert check_books() == []


def test_the_heir_reads_of_what_came_not_of_what_lay_beyond_the_limit_of_the_dead(
    anna: Volunteer, bert: Volunteer, staff: Any, director: Any
) -> None:
    posting.post(
        community=anna.community, key="beyond", on=TODAY, at=NOW, by=registrar(),
        moves=[posting.Move(pool.account_of(volunteer=anna, unit="COIN"), pool.overflow_of(volunteer=anna), 90)],
    )  # fmt: skip
    done = closing.approve(closing=ask_closing(anna, bert, staff), on=TODAY, at=NOW, by=director)
    letter = Outbox.objects.get(template="volunteers.inherited", to_person=bert.person)
    assert (done.coins, coins(bert), letter.params["coin_minutes"]) == (600, 510, 510)
    assert pool.common(community=anna.community).balance == 90
