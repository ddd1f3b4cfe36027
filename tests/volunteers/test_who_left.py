"""Somebody leaves or dies while something of theirs is still on its way: nothing is lost and nothing stops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from services.actions import dispatch, reward_claims
from services.models import ServiceRequest
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import ask_closing, coins, give, offer
from tests.volunteers.test_shop_refusals import ask, facts, take
from volunteers.actions import closing, gifts, moves, registry, service_rewards, slips
from volunteers.models import Volunteer

TODAY = NOW.date()


@pytest.fixture
def anna(community: Any) -> Volunteer:
    volunteer = make.volunteer(community)
    give(volunteer, 600)
    make.points(volunteer, 100)
    return volunteer


def leave(volunteer: Volunteer) -> None:
    registry.leave(volunteer=volunteer, on=TODAY, reason="搬家", **facts())


def rests(volunteer: Volunteer) -> bool:
    units = Account.objects.filter(code=volunteer.account_code)
    return not units.filter(frozen_at__isnull=True).exists()


def test_a_gift_of_somebody_who_left_comes_back_and_the_account_rests_again(anna: Volunteer) -> None:
    gift = offer(anna, make.volunteer(anna.community), 60)
    leave(anna)
    late = gift.expires_on + timedelta(days=1)
    assert gifts.expire_due(community=anna.community, on=late, at=NOW, by=registrar()) == 1
    assert (coins(anna), rests(anna)) == (600, True)
    assert check_books() == []


def test_a_letter_of_somebody_who_left_can_be_called_back(anna: Volunteer, director: Any) -> None:
    letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    leave(anna)
    moves.call_back(move=letter, on=TODAY, at=NOW, by=director)
    assert (coins(anna), rests(anna)) == (600, True)


def test_a_slip_of_somebody_who_left_lapses_like_any_other(anna: Volunteer) -> None:
    slip = take(anna)
    leave(anna)
    late = slip.pick_up_by + timedelta(days=15)
    assert slips.lapse(community=anna.community, on=late, **facts()) == 1
    assert (coins(anna, "POINT"), rests(anna)) == (100, True)
    assert check_books() == []


def test_a_service_for_points_of_somebody_who_left_comes_back_and_stops_no_other(anna: Volunteer) -> None:
    claim = ask(anna)
    reward_claims.pull(community=anna.community, by=registrar(), at=NOW)
    leave(anna)
    dispatch.cancel(request_id=ServiceRequest.objects.get().pk, reason="ELDER_AWAY", by=registrar(), at=NOW)
    assert reward_claims.pull(community=anna.community, by=registrar(), at=NOW) == 1
    claim.refresh_from_db()
    assert (claim.state, coins(anna, "POINT"), rests(anna)) == ("RELEASED", 100, True)


def test_a_claim_taken_back_while_the_sweep_reads_becomes_no_request(anna: Volunteer) -> None:
    stale = ask(anna)
    service_rewards.release(claim=stale, words="不需要了", **facts())
    stale.state = "HELD"  # as the sweep read it a moment ago
    assert not reward_claims._step(stale, None, by=registrar(), at=NOW)
    assert not ServiceRequest.objects.exists()


def test_claims_that_wait_for_their_helper_do_not_keep_new_ones_waiting(anna: Volunteer) -> None:
    ask(anna)
    assert reward_claims.pull(community=anna.community, by=registrar(), at=NOW, limit=1) == 1
    other = make.volunteer(anna.community, name="李桂英")
    make.points(other, 100)
    ask(other, key="c2")
    assert reward_claims.pull(community=anna.community, by=registrar(), at=NOW, limit=1) == 1
    assert ServiceRequest.objects.count() == 2


@pytest.mark.parametrize("what", ["claim", "letter"])
def test_accounts_are_not_closed_while_something_set_aside_may_still_come_back(
    anna: Volunteer, staff: Any, director: Any, what: str
) -> None:
    if what == "claim":
        claim = ask(anna)
    else:
        letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    asked = ask_closing(anna, None, staff)
    with pytest.raises(closing.SetAside):
        closing.approve(closing=asked, on=TODAY, at=NOW, by=director)
    if what == "claim":
        service_rewards.release(claim=claim, words="", **facts())
    else:
        moves.call_back(move=letter, on=TODAY, at=NOW, by=director)
    assert closing.approve(closing=asked, on=TODAY, at=NOW, by=director).coins == 600


def test_accounts_of_somebody_who_came_back_are_not_closed(
    anna: Volunteer, staff: Any, director: Any
) -> None:
    asked = ask_closing(anna, None, staff)
    anna.refresh_from_db()
    registry.come_back(volunteer=anna, **facts())
    with pytest.raises(closing.ServesAgain):
        closing.approve(closing=asked, on=TODAY, at=NOW, by=director)
    closing.refuse(closing=asked, at=NOW, by=director)
    assert coins(anna) == 600


def test_nobody_lets_an_inheritance_go_to_themselves(anna: Volunteer, staff: Any, director: Any) -> None:
    heir = make.volunteer(anna.community)
    director.person = heir.person
    director.save(update_fields=["person"])
    asked = ask_closing(anna, heir, staff)
    with pytest.raises(closing.SecondPerson):
        closing.approve(closing=asked, on=TODAY, at=NOW, by=director)
