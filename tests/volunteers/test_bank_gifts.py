"""Coins given to another: set aside, accepted, given back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from carenet.kernel.errors import NotAllowed
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, both, coins, give, offer, policy, within
from volunteers.actions import gifts, pool
from volunteers.models import Volunteer


def test_a_gift_lies_aside_until_the_other_says_yes(anna: Volunteer, bert: Volunteer) -> None:
    gift = offer(anna, bert, 120)
    assert (coins(anna), coins(bert)) == (480, 0)
    with pytest.raises(gifts.OneHandOnly):  # one clerk is not both sides
        gifts.accept(gift=gift, on=TODAY, at=NOW, by=registrar())
    gifts.accept(gift=gift, on=TODAY, at=NOW, by=make.volunteer_user(bert))
    assert (coins(anna), coins(bert)) == (480, 120)
    assert check_books() == []
    assert Outbox.objects.filter(template="volunteers.gift_accepted", to_person=anna.person).count() == 1


@pytest.mark.parametrize("how", ["decline", "withdraw"])
def test_a_gift_that_is_not_taken_comes_back_once(anna: Volunteer, bert: Volunteer, how: str) -> None:
    gift = offer(anna, bert)
    for _twice in range(2):
        getattr(gifts, how)(gift=gift, on=TODAY, at=NOW, by=registrar())
    assert coins(anna) == 600
    with pytest.raises(gifts.AlreadyAnswered):
        gifts.accept(gift=gift, on=TODAY, at=NOW, by=make.volunteer_user(bert))


def test_an_offer_pressed_twice_is_one_gift(anna: Volunteer, bert: Volunteer) -> None:
    assert offer(anna, bert) == offer(anna, bert)
    assert coins(anna) == 540


def test_a_gift_nobody_answers_comes_back_after_its_days(anna: Volunteer, bert: Volunteer) -> None:
    gift = offer(anna, bert)
    assert gifts.expire_due(community=anna.community, on=gift.expires_on, at=NOW, by=registrar()) == 0
    late = gift.expires_on + timedelta(days=1)
    assert gifts.expire_due(community=anna.community, on=late, at=NOW, by=registrar()) == 1
    assert gifts.expire_due(community=anna.community, on=late, at=NOW, by=registrar()) == 0
    assert coins(anna) == 600


def test_gifts_go_to_relatives_of_the_right_age_and_within_the_balance(
    anna: Volunteer, bert: Volunteer, director: Any
) -> None:
    with pytest.raises(gifts.RelativesOnly):
        offer(anna, bert, relation="NEIGHBOUR")
    with pytest.raises(pool.NotEnough):
        offer(anna, bert, 601)
    young = make.volunteer(anna.community, born_on=date(2001, 1, 1))
    with pytest.raises(gifts.TooYoung, match="60"):
        offer(anna, young)
    policy(anna.community, director, gift_allowed=0)
    with pytest.raises(gifts.GiftsAreOff):
        offer(anna, bert, 30)


def test_only_the_two_of_them_and_the_office_answer_a_gift(anna: Volunteer, bert: Volunteer) -> None:
    gift = offer(anna, bert)
    giver, receiver = make.volunteer_user(anna), make.volunteer_user(bert)
    with pytest.raises(NotAllowed):
        gifts.accept(gift=gift, on=TODAY, at=NOW, by=giver)
    with pytest.raises(NotAllowed):
        gifts.withdraw(gift=gift, on=TODAY, at=NOW, by=receiver)
    gifts.accept(gift=gift, on=TODAY, at=NOW, by=receiver)


def test_races_leave_one_winner_and_whole_books(station_db: Any) -> None:
    registrar()
    station = station_db
    with scope.within([station.pk]):
        one, two = make.volunteer(station), make.volunteer(station)
        give(one, 600)
        gift, taker = offer(one, two, 60), make.volunteer_user(two)

    answers = both(
        within(station, gifts.accept, gift=gift, by=taker), within(station, gifts.withdraw, gift=gift)
    )
    assert answers == ["already_answered", "done"]
    donate = {"volunteer": one, "unit": "COIN", "amount": 400}
    assert both(*(within(station, pool.donate, key=key, **donate) for key in "ab")) == ["done", "not_enough"]
    with scope.within([station.pk]):
        gift.refresh_from_db()
        assert coins(one) + coins(two) == 200 and coins(two) == (60 if gift.state == "ACCEPTED" else 0)
        assert check_books(station) == []


def test_two_gifts_said_yes_to_at_once_do_not_both_fit_into_the_same_room(station_db: Any) -> None:
    registrar()
    with scope.within([station_db.pk]):
        givers, taker = [make.volunteer(station_db) for _ in range(2)], make.volunteer(station_db)
        policy(station_db, registrar(), balance_cap_minutes=100)
        for each in givers:
            give(each, 60)
        offered, user = [offer(each, taker, 60) for each in givers], make.volunteer_user(taker)
    answers = both(*(within(station_db, gifts.accept, gift=each, by=user) for each in offered))
    assert answers == ["done", "no_room"]
    with scope.within([station_db.pk]):
        assert coins(taker) == 60


def test_a_gift_written_down_at_the_counter_is_told_to_whoever_was_not_there(
    anna: Volunteer, bert: Volunteer, staff: Any
) -> None:
    gift = offer(anna, bert)
    gifts.accept(gift=gift, on=TODAY, at=NOW, by=staff)
    gifts.withdraw(gift=offer(anna, bert, 30), on=TODAY, at=NOW, by=registrar())
    told = Outbox.objects.filter(template__startswith="volunteers.gift").order_by("pk")
    assert [(each.template.removeprefix("volunteers.gift_"), each.to_person_id) for each in told] == [
        ("offered", bert.person_id), ("offered_for_you", anna.person_id), ("accepted", anna.person_id),
        ("taken_for_you", bert.person_id), ("offered", bert.person_id), ("offered_for_you", anna.person_id),
        ("back", anna.person_id),
    ]  # fmt: skip
