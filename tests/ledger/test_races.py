"""Many at once on a real PostgreSQL. Source: proof.md §3, F2, F3, F13."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from carenet.ledger import accounts, check, periods, posting, statements
from carenet.ledger.models import Account, Entry
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar

CLIENTS = 8


def at_once(community: Any, count: int, work: Callable[[int], Any], *, clients: int = CLIENTS) -> list[Any]:
    """`count` calls of `work`, spread over `clients` threads that start together; outcomes or refusals."""
    numbers, outcomes = itertools.count(), []
    start = threading.Barrier(clients)

    def client() -> None:
        start.wait()
        try:
            while (number := next(numbers)) < count:
                try:
                    with scope.within([community.pk]):
                        outcomes.append(work(number))
                except Exception as refusal:
                    outcomes.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return outcomes


@pytest.fixture
def books(station_db):
    with scope.within([station_db.pk]):
        registrar()
        make.issued(station_db)
    return station_db


def balance(community: Any, account: Account) -> int:
    with scope.within([community.pk]):
        return Account.objects.get(pk=account.pk).balance


def books_are_right(community: Any) -> bool:
    with scope.within([community.pk]):
        return check.check_books(community) == []


def test_two_hundred_spends_of_one_account_with_points_for_ten_succeed_ten_times(books):
    with scope.within([books.pk]):
        wang, issued, by = make.holder(books, points=50), make.issued(books), registrar()
    for round_ in range(3):
        outcomes = at_once(
            books,
            200,
            lambda n, round_=round_: make.move(books, wang, issued, 5, key=f"spend:{round_}:{n}", by=by),
            clients=20,
        )

        assert sum(isinstance(each, Entry) for each in outcomes) == 10
        assert sum(isinstance(each, posting.Overdrawn) for each in outcomes) == 190
        assert balance(books, wang) == 0
        with scope.within([books.pk]):
            make.move(books, issued, wang, 50, key=f"again:{round_}", by=by)
    assert books_are_right(books)


def test_one_key_sent_two_hundred_times_at_once_is_one_entry(books):
    with scope.within([books.pk]):
        wang, issued, by = make.holder(books, points=50), make.issued(books), registrar()

    outcomes = at_once(books, 200, lambda n: make.move(books, wang, issued, 5, key="one", by=by), clients=20)

    assert {each.pk for each in outcomes} == {outcomes[0].pk}
    assert balance(books, wang) == 45
    with scope.within([books.pk]), pytest.raises(posting.KeyReused):
        make.move(books, wang, issued, 6, key="one", by=by)
    assert books_are_right(books)


def test_opposing_transfers_never_deadlock_and_the_total_is_constant_at_every_read(books):
    with scope.within([books.pk]):
        holders = [make.holder(books, points=1000) for _ in range(4)]
        by = registrar()
    wrong: list[Any] = []
    stop = threading.Event()

    def read() -> None:
        ids = [each.pk for each in holders]
        try:
            while not stop.is_set():
                with scope.within([books.pk]):
                    total = sum(Account.objects.filter(pk__in=ids).values_list("balance", flat=True))
                if total != 4000:
                    wrong.append(total)
        finally:
            connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    draw = random.Random(7)
    pairs = [draw.sample(range(4), 2) for _ in range(800)]
    began = time.monotonic()
    outcomes = at_once(
        books,
        800,
        lambda n: make.move(
            books, holders[pairs[n][0]], holders[pairs[n][1]], 1 + n % 50, key=f"bank:{n}", by=by
        ),
    )
    stop.set()
    reader.join()

    assert time.monotonic() - began < 60
    assert wrong == []
    assert [each for each in outcomes if not isinstance(each, Entry | posting.Overdrawn)] == []
    assert books_are_right(books)


def test_rosters_at_once_over_the_same_people_book_everything_once(books):
    with scope.within([books.pk]):
        holders = [make.holder(books) for _ in range(10)]
        issued, by = make.issued(books), registrar()
    drafts = [
        posting.Draft(f"roster:{n}", [posting.Move(issued, holders[n % 10], 7)], NOW.date(), NOW)
        for n in range(200)
    ]

    def book(number: int) -> int:
        order = list(drafts)
        random.Random(number).shuffle(order)
        return sum(each.fresh for each in posting.post_many(community=books, drafts=order, by=by))

    outcomes = at_once(books, 8, book)

    assert sum(outcomes) == 200
    assert {balance(books, each) for each in holders} == {140}
    assert books_are_right(books)


def test_a_hold_is_settled_or_given_back_by_one_of_many(books):
    with scope.within([books.pk]):
        wang, issued, by = make.holder(books, points=50), make.issued(books), registrar()
        hold = posting.hold(community=books, key="hold", source=wang, amount=30, on=NOW.date(), at=NOW, by=by)

    def resolve(number: int) -> Any:
        facts = {"hold": hold, "key": f"resolve:{number}", "on": NOW.date(), "at": NOW, "by": by}
        return posting.settle(target=issued, **facts) if number % 2 else posting.release(**facts)

    outcomes = at_once(books, 16, resolve)

    assert sum(isinstance(each, Entry) for each in outcomes) == 1
    assert sum(isinstance(each, posting.NotHeld) for each in outcomes) == 15
    assert balance(books, wang) in {20, 50}
    assert books_are_right(books)


def test_a_mistake_is_reversed_by_one_of_many(books):
    with scope.within([books.pk]):
        wang, by = make.holder(books, points=50), registrar()
        entry = make.move(books, make.issued(books), wang, 30, key="credit", by=by)

    outcomes = at_once(
        books,
        16,
        lambda n: posting.reverse(entry=entry, reason="x", key=f"undo:{n}", on=NOW.date(), at=NOW, by=by),
    )

    assert sum(isinstance(each, Entry) for each in outcomes) == 1
    assert sum(isinstance(each, posting.AlreadyReversed) for each in outcomes) == 15
    assert balance(books, wang) == 50


def test_an_account_opened_by_many_at_once_is_one_account(books):
    outcomes = at_once(
        books, 24, lambda n: accounts.open_account(community=books, unit="POINT", code="same", kind="HOLDER")
    )

    assert len({each.pk for each in outcomes}) == 1


def test_nothing_slips_into_a_month_while_it_is_being_closed(books):
    with scope.within([books.pk]):
        wang, issued, by = make.holder(books), make.issued(books), registrar()
    sums: list[int] = []

    def work(number: int) -> Any:
        if number == 40:
            periods.close(community=books, month=NOW.date(), by=by, at=NOW)
            sums.append(-statements.balance(issued))
            return "closed"
        return make.move(books, issued, wang, 1, key=f"m:{number}", by=by)

    outcomes = at_once(books, 120, work)

    booked = sum(isinstance(each, Entry) for each in outcomes)
    assert sum(isinstance(each, posting.PeriodClosed) for each in outcomes) == 119 - booked
    assert sums == [booked] == [balance(books, wang)]
