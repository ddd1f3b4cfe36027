"""Government, society and the person each pay a part; the books show it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from carenet.ledger import check, statements
from carenet.ledger.errors import KeyReused
from carenet.ledger.models import Account
from carenet.parties import scope
from charity.actions import cost_sharing, funds, rules
from charity.actions.cost_sharing import Wanted
from charity.actions.refusals import AlreadyDone
from charity.arithmetic import Rates
from charity.models import CostSplit
from elders.models import ElderCategory
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def books_are_right(community):
    yield
    scope.set_for_transaction([community.pk])
    assert [fault.sentence for fault in check.check_books(community)] == []


@pytest.fixture
def mother(community):
    """Eighty years old: government half, fund a fifth, herself the rest."""
    return make.elder(community, name="王桂珍")


@pytest.fixture
def son(community):
    """Seventy, without any entitlement."""
    return make.elder(community, name="王建国", born_on=date(1956, 5, 1))


@pytest.fixture
def fund(community):
    """Has 100 yuan and takes part in cost sharing."""
    return make.fund(community, name="社区互助基金", name_en="Mutual aid fund", yuan=100, pays_services=True)


def pay(elder, by, *, price=6000, number=1, key="", on=TODAY, kind="BATH-H", **more):
    return cost_sharing.split_and_pay(
        elder=elder,
        kind=make.kind(kind),
        price_fen=price,
        cause=("services.request", number),
        on=on,
        at=NOW,
        by=by,
        key=key or f"request:{number}",
        **more,
    )


def balance(community, code):
    found = Account.objects.coded(community, "FEN", code).first()
    return statements.balance(found) if found else 0


def parts(split):
    return split.gov_fen, split.fund_fen, split.advance_fen, split.person_fen


def test_each_part_goes_from_its_payer_to_the_provider_in_one_entry(community, mother, fund, staff):
    split = pay(mother, staff)

    assert parts(split) == (3000, 1200, 0, 1800)
    assert split.entry.postings.count() == 3
    assert balance(community, "service-income") == 6000
    assert balance(community, "government") == -3000
    assert balance(community, "persons") == -1800
    assert balance(community, f"fund:{fund.pk}") == 10000 - 1200


def test_the_sentence_says_who_pays_what_and_why_in_both_languages(mother, fund, staff):
    split = pay(mother, staff)

    with translation.override("en"):
        assert split.sentence == (
            "bathing at home costs 60.00 yuan: the government pays 30.00 yuan (50%, because: subsistence allowance, "
            "marginal income, or 80 and older); the fund “Mutual aid fund” pays 12.00 yuan; the elder pays 18.00 yuan."
        )
    with translation.override("zh-hans"):
        assert "政府" in split.sentence
        assert "社区互助基金" in split.sentence
        assert "18.00" in split.sentence


def test_a_repeated_key_splits_once(mother, fund, staff):
    assert pay(mother, staff) == pay(mother, staff)
    assert CostSplit.objects.count() == 1

    with pytest.raises(KeyReused):
        pay(mother, staff, price=7000)


def test_a_cause_is_paid_once_whatever_the_key(mother, fund, staff):
    pay(mother, staff)

    with pytest.raises(AlreadyDone):
        pay(mother, staff, key="another")


def test_a_reversed_split_gives_everything_back_and_may_be_made_again(community, mother, fund, staff):
    split = pay(mother, staff)

    cost_sharing.reverse(split=split, reason="wrong price", by=staff, at=NOW)
    again = pay(mother, staff, price=5000, key="request:1:b")

    assert again.attempt == 2
    assert balance(community, "service-income") == 5000
    assert balance(community, f"fund:{fund.pk}") == 10000 - again.fund_fen


def test_when_the_fund_is_short_the_station_advances_and_the_person_pays_no_more(community, mother, staff):
    poor = make.fund(community, yuan=5, pays_services=True)

    split = pay(mother, staff)

    assert parts(split) == (3000, 500, 700, 1800)
    assert balance(community, f"fund:{poor.pk}") == 0
    assert balance(community, "advance") == -700
    with translation.override("en"):
        assert "the station advances 7.00 yuan" in split.sentence


def test_a_fund_pays_the_advance_back_but_never_more(community, mother, staff):
    pay(mother, staff)
    fund = make.fund(community, yuan=100)

    with pytest.raises(AlreadyDone):
        cost_sharing.repay_advance(fund=fund, amount_fen=1201, by=staff, at=NOW, key="1")
    cost_sharing.repay_advance(fund=fund, amount_fen=1200, by=staff, at=NOW, key="1")
    cost_sharing.repay_advance(fund=fund, amount_fen=1200, by=staff, at=NOW, key="1")

    assert balance(community, "advance") == 0
    assert balance(community, f"fund:{fund.pk}") == 8800


def test_a_fund_meant_for_other_services_does_not_pay(community, mother, staff):
    make.fund(community, yuan=100, pays_services=True, restricted_kinds=["MEAL-D"])

    assert parts(pay(mother, staff))[1:3] == (0, 1200)


def test_a_free_service_and_one_beyond_sharing(mother, fund, staff):
    assert parts(pay(mother, staff, kind="HAIR", price=0, number=1)) == (0, 0, 0, 0)
    assert parts(pay(mother, staff, kind="HAIR", price=2000, number=2)) == (2000, 0, 0, 0)
    assert parts(pay(mother, staff, kind="NURS", price=2005, number=3)) == (0, 0, 0, 2005)


def test_an_entitlement_counts_on_the_days_it_holds(community, son, fund, staff):
    ElderCategory.objects.create(
        community=community, elder=son, code="DIBAO", valid_from=date(2026, 11, 10), valid_to=date(2026, 11, 20),
        checked_by=staff,
    )  # fmt: skip

    def gov(day):
        return cost_sharing.propose(elder=son, kind=make.kind(), price_fen=6000, on=day).gov_fen

    assert [gov(date(2026, 11, day)) for day in (9, 10, 19, 20)] == [1200, 3000, 3000, 1200]


def test_a_changed_rule_holds_from_its_day_and_the_narrowest_rule_counts(community, mother, fund, director):
    rules.install_defaults(community=community, valid_from=date(2026, 1, 1), by=director, at=NOW)
    assert rules.install_defaults(community=community, valid_from=date(2026, 1, 1), by=director, at=NOW) == []
    rules.change(
        community=community, elder_class="SUPPORTED", rates=Rates(60, 50), valid_from=date(2026, 12, 1),
        source="2026-11 joint meeting", by=director, at=NOW,
    )  # fmt: skip
    rules.change(
        community=community, elder_class="SUPPORTED", rates=Rates(70, 0), valid_from=date(2026, 12, 1),
        applies_to="LIFE", source="x", by=director, at=NOW,
    )  # fmt: skip
    rules.change(
        community=community, elder_class="SUPPORTED", rates=Rates(90, 0), valid_from=date(2026, 12, 1),
        applies_to="BATH-H", source="x", by=director, at=NOW,
    )  # fmt: skip

    def gov(code, day):
        return cost_sharing.propose(elder=mother, kind=make.kind(code), price_fen=1000, on=day).gov_fen

    assert gov("BATH-H", date(2026, 11, 30)) == 500
    assert [gov(code, date(2026, 12, 1)) for code in ("BATH-H", "BATH-C", "REHAB")] == [900, 700, 600]


def test_the_cap_of_a_month_is_used_up_once_and_begins_again(community, mother, fund, director):
    rules.change(
        community=community, elder_class="SUPPORTED", rates=Rates(50, 40, gov_cap_month_fen=5000),
        valid_from=date(2026, 1, 1), source="x", by=director, at=NOW,
    )  # fmt: skip

    november = [pay(mother, director, number=n).gov_fen for n in (1, 2, 3)]
    october = pay(mother, director, number=4, on=date(2026, 10, 31)).gov_fen

    assert november == [3000, 2000, 0]
    assert october == 3000


def test_many_splits_at_once_are_the_same_as_one_by_one(community, mother, son, fund, staff):
    wanted = [
        Wanted(
            elder,
            make.kind(code),
            price,
            ("services.request", number),
            TODAY - timedelta(days=number % 5),
            NOW,
            f"r:{number}",
        )
        for number, (elder, code, price) in enumerate(
            [
                (mother, "BATH-H", 6000),
                (son, "MEAL-D", 1200),
                (mother, "MEAL-H", 1555),
                (son, "HAIR", 0),
                (mother, "CLEAN", 3333),
            ]
        )
    ]
    together = cost_sharing.split_many(community=community, wanted=wanted, by=staff)
    proposals = [
        cost_sharing.propose(elder=each.elder, kind=each.kind, price_fen=each.price_fen, on=each.on)
        for each in wanted
    ]

    assert [each.key for each in together] == [each.key for each in wanted]
    assert [(each.gov_fen, each.person_fen) for each in together] == [
        (each.gov_fen, each.person_fen) for each in proposals
    ]
    assert cost_sharing.split_many(community=community, wanted=wanted, by=staff) == together
    assert balance(community, f"fund:{fund.pk}") == 10000 - sum(each.fund_fen for each in together)


def test_a_thousand_splits_need_few_questions(community, mother, fund, staff, django_assert_max_num_queries):
    kind = make.kind("MEAL-D")
    wanted = [Wanted(mother, kind, 1200, ("services.request", n), TODAY, NOW, f"r:{n}") for n in range(1000)]

    with django_assert_max_num_queries(40):
        cost_sharing.split_many(community=community, wanted=wanted, by=staff)
    assert balance(community, f"fund:{fund.pk}") == 0
    assert balance(community, "advance") < 0


def test_parts_of_a_provider_stand_on_its_own_account(community, mother, fund, staff):
    canteen = make.organisation(community, name="社区食堂")

    pay(mother, staff, organisation=canteen)

    assert balance(community, f"provider:{canteen.pk}") == 6000
    assert funds.advance_account(community).balance == 0
