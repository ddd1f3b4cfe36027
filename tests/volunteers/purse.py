"""A few words for the tests of the time bank: what somebody holds, give it, offer it, close it, do two things at once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connections

from carenet.kernel.errors import DomainError
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account, Entry
from carenet.parties import scope
from elders.models import Elder
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import closing, gifts, settings
from volunteers.models import Gift, Volunteer

TODAY = NOW.date()
_numbers = itertools.count(1)


def coins(volunteer: Volunteer, unit: str = "COIN") -> int:
    return Account.objects.get(code=volunteer.account_code, unit=unit).balance


def give(volunteer: Volunteer, minutes: int, unit: str = "COIN", on: date = TODAY) -> Entry:
    return posting.post(
        community=volunteer.community, key=f"test-{next(_numbers)}",
        moves=[
            posting.Move(
                accounts.contra(community=volunteer.community, unit=unit, code="issued"),
                Account.objects.get(code=volunteer.account_code, unit=unit), minutes,
            )
        ],
        on=on, at=NOW, by=registrar(),
    )  # fmt: skip


def policy(community: Any, by: Any, **values: int) -> None:
    for key, value in values.items():
        settings.set_value(
            community=community, key=key, value=value, valid_from=TODAY, source="测试", by=by, at=NOW
        )


def offer(giver: Volunteer, receiver: Volunteer, minutes: int = 60, **more: Any) -> Gift:
    more.setdefault("relation", "SPOUSE")
    more.setdefault("key", f"k{giver.pk}-{receiver.pk}-{minutes}")
    on = more.pop("on", TODAY)
    return gifts.offer(
        giver=giver, receiver=receiver, coins=minutes, words="", on=on, at=NOW, by=registrar(), **more
    )


def ask_closing(volunteer: Volunteer, heir: Volunteer | None, by: Any) -> Any:
    return closing.ask(
        volunteer=volunteer, why="DIED", day=TODAY, heir=heir, relation="SPOUSE" if heir else "", reason="死亡证明", at=NOW,
        by=by,
    )  # fmt: skip


def both(*works: Callable[[], Any]) -> list[str]:
    """Do all at once, each on its own thread and connection; gives the sorted answers."""
    answers: list[str] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        try:
            start.wait()
            work()
            answers.append("done")
        except DomainError as refusal:
            answers.append(refusal.code)
        except Exception as broken:
            answers.append(repr(broken))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(each,)) for each in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(answers)


def within(station: Any, action: Any, **facts: Any) -> Callable[[], Any]:
    """An action of a station, to be done on a thread of its own."""

    def work() -> Any:
        with scope.within([station.pk]):
            return action(**({"on": TODAY, "at": NOW, "by": registrar()} | facts))

    return work


def red(elder: Any, colour: str = "RED", subtier: str = "") -> Any:
    """The elder with a confirmed colour, as triage would have left it: whom the pool serves goes by it."""
    Elder.objects.filter(pk=elder.pk).update(colour=colour, subtier=subtier)
    elder.refresh_from_db()
    return elder
