"""Time coins pay for help: chosen, set aside, paid for what was served, given back; nobody is paid by the person helped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from carenet.accounts.models import User
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.ledger.models import Account
from carenet.notices.models import Outbox
from carenet.parties import scope
from elders.actions import following
from services.actions import coins, departures, dispatch, escalation, settlement
from services.models import CoinPayment, ServiceRequest, Settlement
from services.refusals import CoinsNotNow, VolunteersOnly
from tests import make
from tests.make import NOW
from tests.services.test_races import together
from tests.volunteers.purse import red
from volunteers.actions import closing, pool, registry, settings
from volunteers.actions import coins as purses
from volunteers.reports import accounts as statements


def paying(
    elder: Any, *, minutes: int = 60, code: str = "OWN", by: User | None = None, **fields: Any
) -> ServiceRequest:
    request = make.request(elder, minutes=minutes, **fields)
    coins.choose(request_id=request.pk, code=code, by=by or make.registrar(), at=NOW)
    return request


def payment_of(request: ServiceRequest) -> CoinPayment:
    return CoinPayment.objects.filter(request=request).latest("pk")


def offer(request: ServiceRequest, helper: Any, at: Any = NOW) -> Any:
    return dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=make.registrar(), at=at)


def served(request: ServiceRequest, helper: Any, minutes: int) -> ServiceRequest:
    by, later = make.registrar(), NOW + timedelta(hours=8)
    dispatch.accept(candidate_id=offer(request, helper).pk, by=by, at=NOW)
    dispatch.finish(request_id=request.pk, minutes=minutes, by=by, at=later)
    return dispatch.confirm(request_id=request.pk, way="PHONE", by=by, at=later)


# --- the way it should go ----------------------------------------------------------------------------
def test_chosen_coins_are_set_aside_when_somebody_is_asked_and_paid_for_what_was_served(
    community: Any,
) -> None:
    elder, own = make.saver(community, minutes=600)
    helper = make.helper(community)
    request = paying(elder, minutes=120)
    assert (payment_of(request).state, make.coins_of(own)) == ("CHOSEN", 600)
    offer(request, helper)
    assert (payment_of(request).state, make.coins_of(own)) == ("HELD", 480)
    served(request, helper, 60)
    done = payment_of(request)
    assert (done.state, done.coins, done.coins_paid, make.coins_of(own)) == ("PAID", 120, 60, 540)
    assert make.books(community) == []


def test_the_helper_is_never_paid_by_the_person_helped(community: Any) -> None:
    elder, own = make.saver(community, minutes=60)
    helper = make.helper(community)
    served(paying(elder, minutes=60), helper, 60)
    assert (make.coins_of(own), make.coins_of(helper.volunteer)) == (0, 60)
    earned = Account.objects.get(code=helper.volunteer.account_code, unit="COIN")
    from carenet.ledger.models import Posting

    assert [each.source.code for each in Posting.objects.filter(target=earned)] == ["issued"]
    paid = Posting.objects.filter(entry=payment_of(ServiceRequest.objects.get()).entry)
    assert {each.target.code for each in paid} == {"redeemed"}


def test_a_help_that_takes_longer_never_costs_more_than_was_set_aside(community: Any) -> None:
    elder, own = make.saver(community, minutes=90)
    served(paying(elder, minutes=60), make.helper(community), 180)
    assert make.coins_of(own) == 30


def test_coins_pay_instead_of_money(community: Any) -> None:
    make.offering(community, "MED-E", 6_000)
    elder, _own = make.saver(community)
    helper = make.helper(community, "MED-E")
    request = make.request(elder, "MED-E", minutes=60)
    coins.choose(request_id=request.pk, code="OWN", by=make.registrar(), at=NOW)
    served(request, helper, 60)
    assert Settlement.objects.get(request=request).cost_split is None
    assert payment_of(request).coins_paid == 60


# --- it comes to nothing -----------------------------------------------------------------------------
@pytest.mark.parametrize("end", ["cancel", "fail"])
def test_what_was_set_aside_comes_back_when_the_request_ends(community: Any, end: str) -> None:
    elder, own = make.saver(community, minutes=60)
    request = paying(elder)
    offer(request, make.helper(community))
    assert make.coins_of(own) == 0
    by = make.registrar()
    if end == "cancel":
        dispatch.cancel(request_id=request.pk, reason="NOT_NEEDED", by=by, at=NOW)
    else:
        dispatch.fail(request_id=request.pk, words="没有人", by=by, at=NOW)
    assert (make.coins_of(own), payment_of(request).state) == (60, "DROPPED")
    assert make.books(community) == []


def test_coins_are_free_while_nobody_is_asked_and_bound_again_with_the_next_helper(community: Any) -> None:
    elder, own = make.saver(community, minutes=60)
    one, two, three = (make.helper(community) for _n in range(3))
    request, by = paying(elder), make.registrar()
    first, second = offer(request, one), offer(request, two)
    dispatch.decline(candidate_id=first.pk, by=by, at=NOW)
    assert make.coins_of(own) == 0  # the second is still asked
    dispatch.decline(candidate_id=second.pk, by=by, at=NOW)
    assert (make.coins_of(own), payment_of(request).state) == (60, "CHOSEN")
    offer(request, three)
    assert make.coins_of(own) == 0
    escalation.expire_offers(community=community, by=by, at=NOW + timedelta(days=2))
    assert (make.coins_of(own), payment_of(request).state) == (60, "CHOSEN")


def test_a_reopened_help_is_paid_once_and_paid_back_when_nobody_comes_again(community: Any) -> None:
    elder, own = make.saver(community, minutes=120)
    helper, by, later = make.helper(community), make.registrar(), NOW + timedelta(hours=9)
    request = paying(elder)
    served(request, helper, 60)
    dispatch.reopen(request_id=request.pk, words="没有打扫干净", by=by, at=later)
    assert (make.coins_of(own), payment_of(request).state) == (60, "PAID")
    dispatch.cancel(request_id=request.pk, reason="NO_SHOW", by=by, at=later)
    assert (make.coins_of(own), payment_of(request).state) == (120, "RETURNED")
    assert make.books(community) == []


def test_a_reopened_help_that_was_not_confirmed_sets_its_coins_free(community: Any) -> None:
    elder, own = make.saver(community, minutes=60)
    helper, by, later = make.helper(community), make.registrar(), NOW + timedelta(hours=3)
    request = paying(elder)
    dispatch.accept(candidate_id=offer(request, helper).pk, by=by, at=NOW)
    dispatch.finish(request_id=request.pk, minutes=60, by=by, at=later)
    dispatch.reopen(request_id=request.pk, words="没有来", by=by, at=later)
    assert (make.coins_of(own), payment_of(request).state) == (60, "CHOSEN")


def test_a_pause_gives_the_coins_back_and_its_end_sets_them_aside_again(community: Any) -> None:
    elder, own = make.saver(community, minutes=60)
    request, by = paying(elder), make.registrar()
    offer(request, make.helper(community))
    rest = following.Rest("pause:1", since=NOW.date())
    departures.stop(elder=elder, rest=rest, by=by, at=NOW)
    assert (make.coins_of(own), payment_of(request).state) == (60, "CHOSEN")
    departures.back(elder=elder, cause="pause:1", by=by, at=NOW)
    assert (make.coins_of(own), payment_of(request).state) == (0, "HELD")


def test_the_station_gives_paid_coins_back_once_with_a_reason(community: Any) -> None:
    elder, own = make.saver(community, minutes=60)
    request, by = paying(elder), make.registrar()
    served(request, make.helper(community), 60)
    coins.give_back(request_id=request.pk, words="记错了人", by=by, at=NOW)
    assert make.coins_of(own) == 60
    with pytest.raises(CoinsNotNow):
        coins.give_back(request_id=request.pk, words="记错了人", by=by, at=NOW)
    assert payment_of(request).words == "记错了人"
    assert make.books(community) == []


def test_the_sweep_frees_coins_of_a_request_that_ended_without_them(community: Any) -> None:
    elder, own = make.saver(community, minutes=60)
    request, by = paying(elder), make.registrar()
    offer(request, make.helper(community))
    ServiceRequest.objects.filter(pk=request.pk).update(state="CANCELLED", end_reason="NOT_NEEDED")
    assert coins.tidy(community=community, by=by, at=NOW) == 1
    assert coins.tidy(community=community, by=by, at=NOW) == 0
    assert make.coins_of(own) == 60


def set_to(community: Any, key: str, value: int) -> None:
    settings.set_value(
        community=community,
        key=key,
        value=value,
        valid_from=NOW.date(),
        source="决定",
        by=make.registrar(),
        at=NOW,
    )


# --- refusals ----------------------------------------------------------------------------------------
def refused(elder: Any, *, code: str = "OWN", kind: str = "COMP", minutes: int = 60) -> str:
    request = make.request(elder, kind, minutes=minutes)
    with pytest.raises(DomainError) as found:
        coins.choose(request_id=request.pk, code=code, by=make.registrar(), at=NOW)
    assert not CoinPayment.objects.filter(request=request).exists()
    return found.value.code


def test_each_refusal_says_why(community: Any) -> None:
    elder, own = make.saver(community, minutes=30)
    assert refused(elder) == "coins_short"
    assert refused(elder, minutes=10) == "coins_too_little"
    assert refused(elder, kind="BATH-H") == "coins_not_for_this"
    assert refused(elder, code="RELATIVE-7") == "no_such_purse"
    registry.leave(volunteer=own, on=NOW.date(), reason="搬家", by=make.registrar(), at=NOW)
    assert refused(elder, minutes=15) == "coins_rest"
    set_to(community, "redeem_min_age", 85)
    assert refused(make.saver(community)[0]) == "coins_too_young"


def test_two_wishes_for_the_same_coins_the_second_helper_is_not_asked(community: Any) -> None:
    elder, own = make.saver(community, minutes=60)
    first, second = paying(elder), paying(elder, code="OWN")
    offer(first, make.helper(community))
    with pytest.raises(purses.CoinsShort):
        offer(second, make.helper(community))
    second.refresh_from_db()
    assert (second.state, second.candidates.count(), make.coins_of(own)) == ("REQUESTED", 0, 0)
    coins.undo(request_id=second.pk, words="", by=make.registrar(), at=NOW)
    assert offer(second, make.helper(community)).state == "OFFERED"


def test_a_yes_does_not_fail_for_a_purse(community: Any) -> None:
    """The choice stands free after an offer ran out; the coins went elsewhere; staff send a helper by telephone."""
    elder, own = make.saver(community, minutes=60)
    request, other, by = paying(elder), paying(elder), make.registrar()
    asked = offer(request, make.helper(community))
    coins.let_go(request=request, by=by, at=NOW)
    offer(other, make.helper(community))
    assert dispatch.accept(candidate_id=asked.pk, by=by, at=NOW).state == "ACCEPTED"
    assert (payment_of(request).state, payment_of(other).state, make.coins_of(own)) == ("DROPPED", "HELD", 0)
    assert Outbox.objects.filter(template="services.coins.dropped").count() == 1


def test_only_a_volunteer_answers_coins_and_never_the_one_who_pays(community: Any) -> None:
    elder, _own = make.saver(community)
    _user, daughter = make.daughter_of(elder)
    carer = make.care_worker(community, "SHOP")
    request = make.request(elder, "SHOP", minutes=60)
    coins.choose(request_id=request.pk, code=f"RELATIVE-{daughter.pk}", by=make.registrar(), at=NOW)
    with pytest.raises(DomainError):
        offer(request, carer)
    helper = make.helper(community, "SHOP")
    with pytest.raises(VolunteersOnly):
        coins.fits(request=request, helper=helper, payer_id=helper.volunteer_id)
    with pytest.raises(VolunteersOnly):
        coins.fits(request=request, helper=carer, payer_id=None)
    assert offer(request, helper).state == "OFFERED"


def test_a_confirmed_help_is_not_paid_with_coins_afterwards(community: Any) -> None:
    elder, _own = make.saver(community)
    request = make.request(elder, minutes=60)
    served(request, make.helper(community), 60)
    with pytest.raises(CoinsNotNow):
        coins.choose(request_id=request.pk, code="OWN", by=make.registrar(), at=NOW)


# --- whose coins -------------------------------------------------------------------------------------
def test_a_daughter_pays_for_her_mother_with_her_own_coins_and_is_told(community: Any) -> None:
    mother = make.elder(community)
    user, own = make.daughter_of(mother, minutes=60)
    request = make.request(mother, minutes=60, by=user)
    coins.choose(request_id=request.pk, code=f"RELATIVE-{own.pk}", by=user, at=NOW)
    served(request, make.helper(community), 60)
    paid = payment_of(request)
    assert (make.coins_of(own), paid.purse, paid.relation, paid.coins_paid) == (0, "RELATIVE", "DAUGHTER", 60)
    told = Outbox.objects.filter(template__startswith="services.coins.", to_person=own.person)
    assert set(told.values_list("template", flat=True)) == {"services.coins.held", "services.coins.paid"}


def test_a_neighbours_coins_do_not_pay_and_relatives_only_where_the_setting_says_so(community: Any) -> None:
    mother = make.elder(community)
    _user, neighbour = make.daughter_of(mother, relation="NEIGHBOUR")
    assert refused(mother, code=f"RELATIVE-{neighbour.pk}") == "no_such_purse"
    _user, own = make.daughter_of(mother)
    set_to(community, "redeem_for", 0)
    assert refused(mother, code=f"RELATIVE-{own.pk}") == "coins_not_for_relatives"


def test_somebody_else_cannot_spend_a_volunteers_coins(community: Any) -> None:
    mother = make.elder(community)
    user, _own = make.daughter_of(mother)
    _other, sister = make.daughter_of(mother)
    request = make.request(mother, by=user)
    with pytest.raises(NotAllowed):
        coins.choose(request_id=request.pk, code=f"RELATIVE-{sister.pk}", by=user, at=NOW)


def test_hours_of_the_pool_pay_for_the_elder_they_were_given_to_and_lapse_after_their_month(
    community: Any,
) -> None:
    elder, by = red(make.elder(community)), make.registrar()
    pool.fill(community=community, coins=600, reason="月度发放", key="f", on=NOW.date(), at=NOW, by=by)
    pool.grant(elder=elder, coins=120, reason="独居高龄", on=NOW.date(), at=NOW, by=by)
    request = make.request(elder, minutes=60)
    coins.choose(request_id=request.pk, code="GRANT", by=by, at=NOW)
    offer(request, make.helper(community))
    account = pool.elder_account(elder=elder)
    assert account.balance == 60
    later = NOW + timedelta(days=20)
    pool.lapse_grants(community=community, on=later.date(), at=later, by=by)
    dispatch.cancel(request_id=request.pk, reason="NOT_NEEDED", by=by, at=later)
    account.refresh_from_db()
    assert (account.balance, pool.common(community=community).balance) == (0, 600)
    assert make.books(community) == []


# --- words and walls ---------------------------------------------------------------------------------
def test_the_volunteer_reads_on_the_statement_what_the_coins_were_for(community: Any) -> None:
    elder, own = make.saver(community, minutes=240)
    served(paying(elder, minutes=120), make.helper(community), 60)
    open_one = paying(elder, minutes=60)
    offer(open_one, make.helper(community))
    lines = [line for month in statements.statement(own, "COIN").months for line in month.lines]
    assert [(line.title, line.amount) for line in lines][:3] == [
        ("已为服务预留：陪伴聊天", -60), ("多预留的已退回：陪伴聊天", 60), ("支付服务：陪伴聊天", -120),
    ]  # fmt: skip


def test_accounts_are_not_closed_while_coins_are_set_aside_and_coins_find_their_way_back_to_a_resting_account(
    community: Any, director: User, staff: User
) -> None:
    elder, own = make.saver(community, minutes=60)
    request, by = paying(elder), make.registrar()
    offer(request, make.helper(community))
    asked = closing.ask(
        volunteer=own, why="GONE", day=NOW.date(), heir=None, relation="", reason="搬到外地", at=NOW, by=staff
    )
    with pytest.raises(closing.SetAside):
        closing.approve(closing=asked, on=NOW.date(), at=NOW, by=director)
    coins.undo(request_id=request.pk, words="", by=by, at=NOW)
    assert make.coins_of(own) == 60
    closing.approve(closing=asked, on=NOW.date(), at=NOW, by=director)
    assert make.coins_of(own) == 0
    assert make.books(community) == []


def test_the_database_refuses_to_pay_what_was_never_set_aside(community: Any) -> None:
    elder, _own = make.saver(community)
    request = paying(elder)
    with pytest.raises(DatabaseError), transaction.atomic():
        CoinPayment.objects.filter(request=request).update(state="PAID", closed_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        CoinPayment.objects.filter(request=request).update(purse="GRANT", volunteer=None)


# --- races -------------------------------------------------------------------------------------------
def test_of_requests_that_want_the_same_last_coins_at_once_exactly_one_gets_them(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        elder, own = make.saver(station_db, minutes=60)
        by = make.registrar()
        requests = [paying(elder) for _n in range(6)]
        helpers = [make.helper(station_db) for _n in range(6)]
    results = together(
        station_db,
        [
            lambda r=r, h=h: dispatch.offer(request_id=r.pk, helper_id=h.pk, by=by, at=NOW)
            for r, h in zip(requests, helpers, strict=True)
        ],
        threads=6,
    )
    assert sum(isinstance(each, purses.CoinsShort) for each in results) == 5
    with scope.within([station_db.pk]):
        assert (make.coins_of(own), CoinPayment.objects.held().count()) == (0, 1)
        assert ServiceRequest.objects.filter(state="OFFERED").count() == 1
        assert make.books(station_db) == []


def test_cancelling_and_confirming_at_once_either_pays_or_gives_back(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        elder, own = make.saver(station_db, minutes=60)
        by, later = make.registrar(), NOW + timedelta(hours=3)
        request = paying(elder)
        dispatch.accept(candidate_id=offer(request, make.helper(station_db)).pk, by=by, at=NOW)
    finish = [lambda: dispatch.finish(request_id=request.pk, minutes=60, by=by, at=later)]
    cancel = [lambda: dispatch.cancel(request_id=request.pk, reason="NOT_NEEDED", by=by, at=later)] * 3
    together(station_db, [*finish, *cancel], threads=4)
    confirm = [lambda: dispatch.confirm(request_id=request.pk, way="PHONE", by=by, at=later)] * 4
    together(station_db, confirm, threads=4)
    with scope.within([station_db.pk]):
        state = ServiceRequest.objects.get().state
        expected = (0, "PAID") if state == "CONFIRMED" else (60, "DROPPED")
        assert (make.coins_of(own), payment_of(request).state) == expected
        assert make.books(station_db) == []


def test_settling_twice_pays_once(community: Any) -> None:
    elder, own = make.saver(community, minutes=120)
    request = paying(elder)
    done = served(request, make.helper(community), 60)
    settlement.settle(request=done, by=make.registrar(), at=NOW)
    coins.settle(request=done, by=make.registrar(), at=NOW)
    assert make.coins_of(own) == 60
