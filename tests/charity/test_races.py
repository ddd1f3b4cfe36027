"""Many hands at once, on a real database with real commits."""

from __future__ import annotations

import threading

from django.db import connections

from carenet.ledger import check, statements
from carenet.parties import scope
from charity.actions import cost_sharing, goods, grants
from charity.actions.refusals import FundShort, NotEnoughGoods
from charity.models import CostSplit, GoodsIssue
from tests import make
from tests.make import NOW


def at_once(community, count, work):
    """Run `work(number)` in as many threads, each in a scope of its own; gives the outcomes."""
    outcomes = []
    start = threading.Barrier(count)

    def run(number):
        try:
            start.wait()
            with scope.within([community.pk]):
                outcomes.append(work(number))
        except Exception as refusal:
            outcomes.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return outcomes


def test_twenty_hands_at_once_take_no_more_than_the_shelf_holds(station_db):
    with scope.within([station_db.pk]):
        umbrellas = make.donated_goods(station_db, quantity=5, kind="UMBRELLA", what="雨伞", unit="把")
        worker = make.user("SOCIAL_WORKER", station_db)

    outcomes = at_once(
        station_db,
        20,
        lambda n: goods.give_out(goods=umbrellas, quantity=1, purpose="x", by=worker, at=NOW, key=f"u{n}"),
    )

    assert sum(isinstance(each, GoodsIssue) for each in outcomes) == 5
    assert sum(isinstance(each, NotEnoughGoods) for each in outcomes) == 15
    with scope.within([station_db.pk]):
        assert GoodsIssue.objects.count() == 5


def test_approvals_at_once_set_aside_no_more_than_the_fund_has(station_db):
    with scope.within([station_db.pk]):
        fund = make.fund(station_db, yuan=500)
        supervisor = make.user("SUPERVISOR", station_db)
        asked = [make.asked_grant(fund, yuan=100) for _ in range(12)]

    outcomes = at_once(station_db, 12, lambda n: grants.approve(grant=asked[n], by=supervisor, at=NOW))

    assert sum(isinstance(each, FundShort) for each in outcomes) == 7
    with scope.within([station_db.pk]):
        assert statements.balance(fund.account) == 0
        assert check.check_books(station_db) == []


def test_one_service_confirmed_twenty_times_at_once_is_split_once(station_db):
    with scope.within([station_db.pk]):
        mother = make.elder(station_db, name="王桂珍")
        make.fund(station_db, yuan=500, pays_services=True)
        staff = make.user("COMMITTEE", station_db)

    def confirm(number):
        return cost_sharing.split_and_pay(
            elder=mother, kind=make.kind(), price_fen=6000, cause=("services.request", 1), on=NOW.date(), at=NOW,
            by=staff, key="request:1",
        )  # fmt: skip

    outcomes = at_once(station_db, 20, confirm)

    assert {each.pk for each in outcomes} == {outcomes[0].pk}
    with scope.within([station_db.pk]):
        assert CostSplit.objects.count() == 1
        assert check.check_books(station_db) == []


def test_splits_at_once_never_pass_the_cap_of_a_month(station_db):
    from charity.actions import rules
    from charity.arithmetic import Rates

    with scope.within([station_db.pk]):
        mother = make.elder(station_db, name="王桂珍")
        director = make.user("DIRECTOR", station_db)
        make.fund(station_db, yuan=500, pays_services=True)
        rules.change(
            community=station_db, elder_class="SUPPORTED", rates=Rates(50, 40, gov_cap_month_fen=5000),
            valid_from=NOW.date().replace(day=1), source="x", by=director, at=NOW,
        )  # fmt: skip

    outcomes = at_once(
        station_db,
        8,
        lambda n: cost_sharing.split_and_pay(
            elder=mother, kind=make.kind(), price_fen=2000, cause=("services.request", n), on=NOW.date(), at=NOW,
            by=director, key=f"request:{n}",
        ),
    )  # fmt: skip

    assert sum(each.gov_fen for each in outcomes) == 5000
