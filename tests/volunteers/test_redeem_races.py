"""Real threads on a committed database: the last piece, one key, one purse. Source: proof.md F1, F2, F3."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from carenet.kernel.errors import DomainError
from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import rewards
from volunteers.models import Redemption, StockMove

TODAY = NOW.date()


def at_once(attempts: int, work: Callable[[int], Any], *, clients: int = 20) -> Counter[str]:
    """Run `work(number)` for so many attempts, all clients' connections open before the first begins; counts the answers by
    class or code."""
    answers: Counter[str] = Counter()
    lock, start = threading.Lock(), threading.Barrier(clients, timeout=60)

    def run(first: int) -> None:
        try:
            connections["default"].ensure_connection()
            start.wait()
            for number in range(first, attempts, clients):
                try:
                    work(number)
                    answer = "done"
                except DomainError as refusal:
                    answer = refusal.code
                except Exception as broken:  # counted, so that the assertion shows it
                    answer = repr(broken)
                with lock:
                    answers[answer] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def station(station_db: Any) -> Any:
    registrar()
    return station_db


def redeem(station: Any, volunteer: Any, reward: Any, key: str) -> Redemption:
    with scope.within([station.pk]):
        return rewards.redeem(volunteer=volunteer, reward=reward, key=key, by=registrar(), on=TODAY, at=NOW)


def test_two_hundred_people_want_the_last_piece_and_one_gets_it(station: Any) -> None:
    with scope.within([station.pk]):
        people = [make.volunteer(station) for _ in range(20)]
        for each in people:
            make.points(each, 1000)
        reward = make.reward(station, stock=1, points=5)
    answers = at_once(
        200, lambda number: redeem(station, people[number % 20], reward, f"key-{number}"), clients=200
    )
    assert answers == {"done": 1, "sold_out": 199}
    with scope.within([station.pk]):
        reward.refresh_from_db()
        assert reward.stock == 0 == sum(reward.moves.values_list("quantity", flat=True))
        assert Redemption.objects.count() == 1
        assert (
            sum(Account.objects.filter(unit="POINT", kind="HOLDER").values_list("balance", flat=True))
            == 20_000 - 5
        )
        assert check_books() == []


def test_one_key_sent_two_hundred_times_counts_once(station: Any) -> None:
    with scope.within([station.pk]):
        volunteer = make.volunteer(station)
        make.points(volunteer, 1000)
        reward, other = make.reward(station, stock=100, points=5), make.reward(station, stock=100, points=5)
    slips = set()
    answers = at_once(200, lambda _number: slips.add(redeem(station, volunteer, reward, "one").pk))
    assert answers == {"done": 200} and len(slips) == 1
    for _ in range(20):
        assert redeem(station, volunteer, reward, "one").pk in slips
    with pytest.raises(rewards.KeyReused):
        redeem(station, volunteer, other, "one")
    with scope.within([station.pk]):
        reward.refresh_from_db()
        assert reward.stock == 99
        assert Account.objects.get(code=volunteer.account_code, unit="POINT").balance == 995
        assert StockMove.objects.filter(kind="REDEEMED").count() == 1
        assert Outbox.objects.filter(template="volunteers.redeemed").count() == 1
        assert check_books() == []


def test_points_for_ten_gifts_buy_ten_and_never_go_below_zero(station: Any) -> None:
    with scope.within([station.pk]):
        volunteer = make.volunteer(station)
        make.points(volunteer, 50)
        gifts = [make.reward(station, stock=100, points=5) for _ in range(4)]
    answers = at_once(200, lambda number: redeem(station, volunteer, gifts[number % 4], f"key-{number}"))
    assert answers == {"done": 10, "overdrawn": 190}
    with scope.within([station.pk]):
        assert Account.objects.get(code=volunteer.account_code, unit="POINT").balance == 0
        assert check_books() == []


def test_a_limit_of_three_holds_against_two_hundred_clicks(station: Any) -> None:
    with scope.within([station.pk]):
        volunteer = make.volunteer(station)
        make.points(volunteer, 5000)
        reward = make.reward(station, stock=500, points=5, per_person=3)
    answers = at_once(200, lambda number: redeem(station, volunteer, reward, f"key-{number}"))
    assert answers == {"done": 3, "limit_reached": 197}


def test_a_slip_is_either_collected_or_cancelled_never_both(station: Any) -> None:
    with scope.within([station.pk]):
        volunteer = make.volunteer(station)
        make.points(volunteer, 500)
        reward = make.reward(station, stock=20, points=5)
        slips = [
            rewards.redeem(
                volunteer=volunteer, reward=reward, key=f"k{number}", by=registrar(), on=TODAY, at=NOW
            )
            for number in range(10)
        ]

    def one(number: int) -> None:
        step = rewards.hand_over if number % 2 else rewards.take_back
        with scope.within([station.pk]):
            step(redemption=slips[number // 20], by=registrar(), at=NOW)

    answers = at_once(200, one)
    assert set(answers) <= {"done", "already_collected", "already_cancelled"}
    with scope.within([station.pk]):
        reward.refresh_from_db()
        collected = Redemption.objects.filter(state="COLLECTED").count()
        cancelled = Redemption.objects.filter(state="CANCELLED").count()
        assert collected + cancelled == 10
        assert reward.stock == 20 - collected
        assert Account.objects.get(code=volunteer.account_code, unit="POINT").balance == 500 - 5 * collected
        assert check_books() == []
