"""Donations, goods, grants and funds, one rule a test."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.ledger import check, periods, statements
from carenet.ledger.errors import KeyReused, Overdrawn, PeriodClosed
from carenet.ledger.models import Account
from carenet.parties import scope
from charity.actions import donations, funds, goods, grants
from charity.actions.refusals import (
    AlreadyDone,
    FourEyes,
    FundClosed,
    FundNotEmpty,
    FundShort,
    InterestedParty,
    InTheFuture,
    NotEnoughGoods,
    NotPositive,
    NotUsable,
    ReasonMissing,
    ReceiptTaken,
    WrongPurpose,
)
from charity.models import Donation, Fund, GoodsDonation, Grant
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def books_are_right(community):
    yield
    scope.set_for_transaction([community.pk])
    assert [fault.sentence for fault in check.check_books(community)] == []


def balance(fund):
    return Account.objects.get(pk=fund.account_id).balance


@pytest.fixture
def fund(community):
    return make.fund(community, name="助老基金")


# --- donations -----------------------------------------------------------------------------------
def test_a_donation_is_in_the_fund_and_came_from_the_donors(community, fund, staff):
    donation = make.donated(fund, yuan=300, by=staff)

    assert balance(fund) == 30000
    assert statements.balance(funds.outside(community, "donors")) == -30000
    assert donation.receipt_no == "JZ2026-0001"
    assert make.donated(fund, yuan=1).receipt_no == "JZ2026-0002"


def test_public_money_and_sales_come_from_their_own_accounts(community, staff):
    lottery = make.fund(community, source="LOTTERY")
    workshop = make.fund(community, source="WORKSHOP")
    make.donated(lottery, yuan=10, way="ALLOCATION", donor_name="")
    make.donated(workshop, yuan=20, way="SALE", donor_name="")

    assert statements.balance(funds.outside(community, "government")) == -1000
    assert statements.balance(funds.outside(community, "sales")) == -2000


def test_the_same_form_posted_twice_records_one_donation(fund, staff):
    first = make.donated(fund, yuan=300, key="form:1", by=staff)

    assert make.donated(fund, yuan=300, key="form:1", by=staff) == first
    assert balance(fund) == 30000
    with pytest.raises(KeyReused):
        make.donated(fund, yuan=301, key="form:1", by=staff)


def test_a_receipt_number_stands_for_one_donation(fund, staff):
    make.donated(fund, receipt_no="A-1", by=staff)

    with pytest.raises(ReceiptTaken) as refusal:
        make.donated(fund, receipt_no="A-1", yuan=999, by=staff)
    assert "A-1" in str(refusal.value)


@pytest.mark.parametrize(
    "refusal,change",
    [
        (NotPositive, {"yuan": 0}),
        (InTheFuture, {"received_on": TODAY + timedelta(days=1)}),
    ],
)
def test_what_has_not_been_given_is_not_booked(fund, staff, refusal, change):
    with pytest.raises(refusal):
        make.donated(fund, by=staff, **change)


def test_a_closed_month_takes_no_donation(community, fund, staff, director):
    periods.close(community=community, month=date(2026, 10, 1), by=director, at=NOW)

    with pytest.raises(PeriodClosed):
        make.donated(fund, received_on=date(2026, 10, 5), by=staff)


@pytest.mark.parametrize("who", ["worker", "supervisor", "auditor", "stranger"])
def test_only_committee_staff_and_the_director_record_donations(fund, request, who):
    with pytest.raises(NotAllowed):
        make.donated(fund, by=request.getfixturevalue(who))


def test_a_wrong_donation_is_reversed_once_with_a_reason(fund, staff):
    donation = make.donated(fund, yuan=300, by=staff)
    with pytest.raises(ReasonMissing):
        donations.reverse(donation=donation, reason=" ", by=staff, at=NOW)

    undone = donations.reverse(donation=donation, reason="typed twice", by=staff, at=NOW)

    assert balance(fund) == 0
    assert undone.is_reversed
    with pytest.raises(AlreadyDone):
        donations.reverse(donation=donation, reason="again", by=staff, at=NOW)


def test_a_donation_that_was_spent_cannot_be_taken_back(community, fund, staff, supervisor):
    donation = make.donated(fund, yuan=300, by=staff)
    grants.approve(grant=make.asked_grant(fund, yuan=200, by=staff), by=supervisor, at=NOW)

    with pytest.raises(Overdrawn):
        donations.reverse(donation=donation, reason="x", by=staff, at=NOW)


def test_the_database_freezes_what_was_given(fund, staff):
    donation = make.donated(fund, by=staff)

    for statement in (
        "update charity_donation set amount_fen = 1",
        "update charity_donation set receipt_no = 'x'",
    ):
        with (
            pytest.raises(DatabaseError, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement + " where id = %s", [donation.pk])
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from charity_donation")


@pytest.mark.parametrize(
    "publish,shown", [("FULL", "周建国"), ("SURNAME", "周**"), ("ANONYMOUS", "anonymous")]
)
def test_a_donor_is_named_as_they_chose(fund, staff, publish, shown):
    from django.utils import translation

    with translation.override("en"):
        assert make.donated(fund, publish=publish, by=staff).public_name == shown


def test_a_donor_without_a_name_is_anonymous(fund, staff):
    assert make.donated(fund, donor_name="", publish="FULL", by=staff).publish == "ANONYMOUS"


def test_donors_see_their_own_donations_and_strangers_none(community, fund, staff, stranger):
    person = make.person(community, name="周建国")
    donor = make.user("DONOR", community, person=person)
    mine = make.donated(fund, donor_person=person, by=staff)
    make.donated(fund, donor_name="别人", by=staff)

    assert list(Donation.objects.visible_to(donor)) == [mine]
    assert Donation.objects.visible_to(staff).count() == 2
    assert not Donation.objects.visible_to(stranger).exists()


# --- funds ---------------------------------------------------------------------------------------
def test_the_purpose_of_a_fund_never_changes(fund):
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Fund.objects.filter(pk=fund.pk).update(purpose="其他")


def test_only_the_director_opens_funds(community, staff, director):
    with pytest.raises(NotAllowed):
        make.fund(community, by=staff)
    make.fund(community, by=director)


def test_a_fund_is_closed_when_empty_or_hands_its_rest_to_a_similar_one(community, fund, director):
    make.donated(fund, yuan=50)
    with pytest.raises(FundNotEmpty):
        funds.close(fund=fund, reason="done", by=director, at=NOW)
    with pytest.raises(WrongPurpose):
        funds.close(fund=fund, reason="done", by=director, at=NOW, rest_to=fund)
    other = make.fund(community)

    funds.close(fund=fund, reason="done", by=director, at=NOW, rest_to=other)

    assert (balance(fund), balance(other)) == (0, 5000)
    with pytest.raises(FundClosed):
        make.donated(fund)


def test_a_fund_with_money_set_aside_is_not_closed(community, fund, staff, supervisor, director):
    make.donated(fund, yuan=50)
    grants.approve(grant=make.asked_grant(fund, yuan=50, by=staff), by=supervisor, at=NOW)

    with pytest.raises(FundNotEmpty):
        funds.close(fund=fund, reason="done", by=director, at=NOW, rest_to=make.fund(community))


# --- grants --------------------------------------------------------------------------------------
@pytest.fixture
def elder(community):
    return make.elder(community, name="李秀英")


@pytest.fixture
def rich(fund):
    make.donated(fund, yuan=5000)
    return fund


def test_a_grant_is_asked_approved_by_another_and_paid_with_a_voucher(
    community, rich, elder, worker, supervisor, staff
):
    grant = make.asked_grant(rich, elder, yuan=2100, by=worker)
    assert balance(rich) == 500000

    grant = grants.approve(grant=grant, by=supervisor, at=NOW)
    assert balance(rich) == 290000
    grant = grants.pay(grant=grant, paid_on=TODAY, paid_to="施工队", voucher_no="V-1", by=staff, at=NOW)

    assert grant.state == "PAID"
    assert (
        grants.pay(grant=grant, paid_on=TODAY, paid_to="施工队", voucher_no="V-1", by=staff, at=NOW) == grant
    )
    assert statements.balance(funds.outside(community, "paid-out")) == 210000
    assert balance(rich) == 290000


def test_who_asks_never_approves(rich, elder, director):
    grant = make.asked_grant(rich, elder, by=director)

    for decide in (grants.approve, grants.refuse):
        with pytest.raises(FourEyes):
            decide(grant=grant, by=director, at=NOW, words="x")
    with pytest.raises(DatabaseError, match="four_eyes"), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(state="APPROVED", decided_by=director, decided_at=NOW)


def test_committee_staff_ask_and_pay_but_do_not_approve(rich, elder, worker, staff):
    with pytest.raises(NotAllowed):
        grants.approve(grant=make.asked_grant(rich, elder, by=worker), by=staff, at=NOW)


def test_more_than_the_fund_has_is_not_approved(rich, elder, worker, supervisor):
    grants.approve(grant=make.asked_grant(rich, elder, yuan=4000, by=worker), by=supervisor, at=NOW)

    with pytest.raises(FundShort) as refusal:
        grants.approve(grant=make.asked_grant(rich, elder, yuan=1001, by=worker), by=supervisor, at=NOW)
    assert "1,000.00" in str(refusal.value)


def test_a_refused_grant_stays_refused(rich, elder, worker, supervisor, director):
    grant = make.asked_grant(rich, elder, by=worker)
    with pytest.raises(ReasonMissing):
        grants.refuse(grant=grant, words="", by=supervisor, at=NOW)
    grants.refuse(grant=grant, words="already helped", by=supervisor, at=NOW)

    with pytest.raises(WrongStep):
        grants.approve(grant=grant, by=director, at=NOW)
    with pytest.raises(DatabaseError, match="cannot follow"), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(state="APPROVED")


def test_a_withdrawn_grant_frees_what_was_set_aside(rich, elder, worker, supervisor):
    grant = grants.approve(grant=make.asked_grant(rich, elder, by=worker), by=supervisor, at=NOW)

    grants.withdraw(grant=grant, words="family pays", by=worker, at=NOW)

    assert balance(rich) == 500000


def test_a_voucher_number_pays_one_grant(rich, elder, worker, supervisor, staff):
    first, second = (
        grants.approve(grant=make.asked_grant(rich, elder, yuan=10, by=worker), by=supervisor, at=NOW)
        for _ in "ab"
    )
    grants.pay(grant=first, paid_on=TODAY, paid_to="x", voucher_no="V-1", by=staff, at=NOW)

    with pytest.raises(AlreadyDone):
        grants.pay(grant=second, paid_on=TODAY, paid_to="x", voucher_no="V-1", by=staff, at=NOW)
    with pytest.raises(ReasonMissing):
        grants.pay(grant=second, paid_on=TODAY, paid_to="x", voucher_no=" ", by=staff, at=NOW)


def test_a_grant_for_an_elder_names_the_elder_and_one_for_a_project_does_not(rich, elder, worker):
    for purpose, who in (("ADAPTATION", None), ("PROJECT", elder)):
        with pytest.raises(DatabaseError, match="elder_or_project"), transaction.atomic():
            make.asked_grant(rich, who, purpose=purpose, by=worker)


def test_a_donor_is_not_helped_from_the_fund_they_gave_to_for_a_purpose(community, elder, worker, staff):
    restricted = make.fund(community, source="DONATION_RESTRICTED")
    make.donated(restricted, yuan=5000, donor_person=elder.person, by=staff)

    with pytest.raises(InterestedParty):
        make.asked_grant(restricted, elder, by=worker)


# --- goods ---------------------------------------------------------------------------------------
def test_goods_go_out_until_the_shelf_is_empty(community, worker):
    books = make.donated_goods(community, quantity=712)

    first = goods.give_out(goods=books, quantity=700, purpose="书屋", by=worker, at=NOW, key="1")
    assert goods.give_out(goods=books, quantity=700, purpose="书屋", by=worker, at=NOW, key="1") == first
    with pytest.raises(NotEnoughGoods) as refusal:
        goods.give_out(goods=books, quantity=13, purpose="x", by=worker, at=NOW, key="2")

    assert "12" in str(refusal.value)
    books.refresh_from_db()
    assert (books.left, books.given) == (12, 700)
    with pytest.raises(DatabaseError, match="charity_goodsdonation_stock"), transaction.atomic():
        GoodsDonation.objects.filter(pk=books.pk).update(left=-1)


def test_goods_that_cannot_be_used_are_not_accepted(community, staff):
    with pytest.raises(NotUsable):
        make.donated_goods(community, usable=False, by=staff)


def test_goods_without_a_provable_value_have_no_value_and_no_receipt(community, staff):
    unknown = make.donated_goods(community, value_fen=100, receipt_no="G-1", by=staff)
    known = make.donated_goods(community, valuation="VOUCHER", value_fen=100, receipt_no="G-1", by=staff)

    assert (unknown.value_fen, unknown.receipt_no) == (None, "")
    assert (known.value_fen, known.receipt_no) == (100, "G-1")
    with pytest.raises(NotPositive):
        make.donated_goods(community, valuation="VOUCHER", by=staff)
