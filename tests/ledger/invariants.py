"""The promises of the books as plain functions: each gives what is wrong, and nothing when the promise holds.

The right ledger keeps them all; every mutant of `test_mutants` breaks the one it is named with. Names after the
ledger-conformance-kit where it has them. Source: proof.md §3.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import DatabaseError, connections

from carenet.ledger import accounts, check, periods, posting, statements
from carenet.ledger.errors import (
    AlreadyReversed,
    BadMove,
    Frozen,
    KeyReused,
    OutOfScope,
    Overdrawn,
    PeriodClosed,
)
from carenet.ledger.models import Account, Entry, Posting
from carenet.ledger.posting import Draft, Move
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar

DAY = NOW.date()


class Books:
    """A community with Wang (100 points), Li (0), a contra account and a neighbour community."""

    def __init__(self, community: Any, other: Any) -> None:
        self.community, self.other = community, other
        with scope.within([community.pk]):
            self.by = registrar()
            self.issued = make.issued(community)
            self.wang = make.holder(community, code="volunteer:wang", points=100)
            self.li = make.holder(community, code="volunteer:li")
            self.coins = make.holder(community, unit="COIN", code="volunteer:wang")
        with scope.within([other.pk]):
            self.theirs = make.holder(other, code="volunteer:zhao", points=100)

    def move(self, source: Account, target: Account, amount: int, key: str, **more: Any) -> Entry:
        with scope.within([self.community.pk]):
            return make.move(self.community, source, target, amount, key=key, by=self.by, **more)

    def refused(self, refusal: type[Exception], work: Callable[[], Any]) -> list[str]:
        """What is wrong when `work` is not refused with `refusal`."""
        try:
            with scope.within([self.community.pk]):
                work()
        except refusal:
            return []
        except Exception as other:
            return [f"refused by {type(other).__name__} instead of {refusal.__name__}"]
        return [f"{refusal.__name__} was not raised"]

    def balance(self, account: Account) -> int:
        with scope.within([self.community.pk]):
            return Account.objects.get(pk=account.pk).balance

    def at_once(self, work: list[Callable[[], Any]]) -> list[Any]:
        """Each in its own thread and transaction."""
        outcomes: list[Any] = []
        start = threading.Barrier(len(work), timeout=60)

        def run(each: Callable[[], Any]) -> None:
            try:
                connections["default"].ensure_connection()
                start.wait()
                with scope.within([self.community.pk]):
                    outcomes.append(each())
            except Exception as refusal:
                outcomes.append(refusal)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(each,)) for each in work]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return outcomes

    def owner(self, statement: str) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement)


def no_overdraft(books: Books) -> list[str]:
    """Nobody spends what they do not have."""
    wrong = books.refused(Overdrawn, lambda: books.move(books.li, books.wang, 1, "overdraft"))
    return wrong + ([f"Li has {books.balance(books.li)}"] if books.balance(books.li) < 0 else [])


def no_overdraft_by_the_database_alone(books: Books) -> list[str]:
    """Even a wrong function cannot leave a balance below zero."""
    try:
        books.owner("update ledger_account set balance = -1 where code = 'volunteer:li'")
    except DatabaseError:
        return []
    return ["the table took a balance below zero"]


def concurrent_spends_once(books: Books) -> list[str]:
    """Twenty spends of all there is at once: one succeeds."""
    outcomes = books.at_once(
        [
            lambda n=n: make.move(books.community, books.wang, books.issued, 100, key=f"all:{n}", by=books.by)
            for n in range(20)
        ]
    )
    done = sum(isinstance(each, Entry) for each in outcomes)
    strange = [repr(each)[:80] for each in outcomes if not isinstance(each, Entry | Overdrawn)]
    return ([f"{done} spends of the same points"] if done != 1 else []) + strange


def opposing_transfers_do_not_deadlock(books: Books) -> list[str]:
    """Wang to Li and Li to Wang at the same time, over and over."""
    books.move(books.issued, books.li, 1000, "fill:li")
    books.move(books.issued, books.wang, 1000, "fill:wang")
    wrong: list[str] = []

    def alone(first: Account, second: Account, name: str) -> Callable[[], None]:
        def run() -> None:
            try:
                for number in range(150):
                    with scope.within([books.community.pk]):
                        make.move(books.community, first, second, 1, key=f"{name}:{number}", by=books.by)
            except Exception as trouble:
                wrong.append(repr(trouble)[:120])
            finally:
                connections.close_all()

        return run

    threads = [
        threading.Thread(target=alone(one, two, f"t{n}"))
        for n, (one, two) in enumerate([(books.wang, books.li), (books.li, books.wang)] * 3)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return wrong


def a_retry_is_one_entry(books: Books) -> list[str]:
    """The same key and body again finds the first entry."""
    try:
        first, again = (books.move(books.wang, books.li, 7, "retry") for _ in "ab")
    except Exception as trouble:
        return [f"a retry was refused: {trouble!r}"[:120]]
    wrong = [] if first == again else ["a second entry"]
    return wrong + ([] if books.balance(books.li) == 7 else [f"Li has {books.balance(books.li)}"])


def concurrent_retries_are_one_entry(books: Books) -> list[str]:
    """The same key twenty times at once."""
    outcomes = books.at_once(
        [lambda: make.move(books.community, books.wang, books.li, 5, key="same", by=books.by)] * 20
    )
    found = {each.pk for each in outcomes if isinstance(each, Entry)}
    strange = [repr(each)[:80] for each in outcomes if not isinstance(each, Entry)]
    wrong = (
        []
        if len(found) == 1 and books.balance(books.li) == 5
        else [f"{len(found)} entries, {books.balance(books.li)}"]
    )
    return wrong + strange


def a_key_keeps_its_body(books: Books) -> list[str]:
    """A key is never used for something else, alone or in a roster."""
    books.move(books.wang, books.li, 7, "body")
    roster = [Draft("body", [Move(books.wang, books.li, 8)], DAY, NOW)]
    return [
        *books.refused(KeyReused, lambda: books.move(books.wang, books.li, 8, "body")),
        *books.refused(
            KeyReused, lambda: posting.post_many(community=books.community, drafts=roster, by=books.by)
        ),
    ]


def what_was_booked_stays(books: Books) -> list[str]:
    """Entries and postings are never changed or removed, by anybody."""
    books.move(books.wang, books.li, 7, "stays")
    wrong = []
    for statement in (
        "update ledger_posting set amount = amount + 1",
        "update ledger_entry set memo = 'x'",
        "delete from ledger_posting",
        "delete from ledger_entry",
    ):
        try:
            books.owner(statement)
        except DatabaseError:
            continue
        wrong.append(statement)
    return wrong


def the_application_cannot_write(books: Books) -> list[str]:
    """The web's role can only call the functions."""
    wrong = []
    for statement in (
        "update ledger_account set balance = 999 where code = 'volunteer:wang'",
        "delete from ledger_posting",
    ):
        try:
            with scope.within([books.community.pk]), connections["default"].cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            continue
        wrong.append(statement)
    return wrong


def amounts_are_whole(books: Books) -> list[str]:
    """Ten tenths are one: amounts are integers in the table itself."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select table_name || '.' || column_name, data_type from information_schema.columns"
            " where table_name in ('ledger_posting', 'ledger_account', 'ledger_hold')"
            " and column_name in ('amount', 'balance', 'source_balance', 'target_balance')"
        )
        return [f"{name} is {kind}" for name, kind in cursor.fetchall() if kind != "bigint"]


def a_mistake_is_reversed_once(books: Books) -> list[str]:
    """The second reversal under another key is refused."""
    entry = books.move(books.wang, books.li, 7, "mistake")
    with scope.within([books.community.pk]):
        posting.reverse(entry=entry, reason="x", key="undo:1", on=DAY, at=NOW, by=books.by)
    wrong = books.refused(
        AlreadyReversed,
        lambda: posting.reverse(entry=entry, reason="x", key="undo:2", on=DAY, at=NOW, by=books.by),
    )
    return wrong + ([] if books.balance(books.wang) == 100 else [f"Wang has {books.balance(books.wang)}"])


def a_hold_is_resolved_once(books: Books) -> list[str]:
    """What was settled is not given back too."""
    facts = {"on": DAY, "at": NOW, "by": books.by}
    with scope.within([books.community.pk]):
        hold = posting.hold(community=books.community, key="h", source=books.wang, amount=30, **facts)
        posting.hold(community=books.community, key="h2", source=books.wang, amount=30, **facts)
        posting.settle(hold=hold, target=books.li, key="s", **facts)
    return books.refused(posting.NotHeld, lambda: posting.release(hold=hold, key="r", **facts))


def units_do_not_mix(books: Books) -> list[str]:
    """Points never become coins, neither through the function nor past it."""
    roster = [Draft("mix:2", [Move(books.wang, books.coins, 1)], DAY, NOW)]
    return [
        *books.refused(BadMove, lambda: books.move(books.wang, books.coins, 1, "mix")),
        *books.refused(
            BadMove, lambda: posting.post_many(community=books.community, drafts=roster, by=books.by)
        ),
    ]


def communities_do_not_mix(books: Books) -> list[str]:
    """No account of another community, and no booking outside the scope."""

    def outside() -> None:
        with scope.within([books.other.pk]):
            make.move(books.community, books.wang, books.li, 1, key="outside", by=books.by)

    return [
        *books.refused(BadMove, lambda: books.move(books.wang, books.theirs, 1, "foreign")),
        *books.refused(OutOfScope, outside),
    ]


def a_closed_month_stays_closed(books: Books) -> list[str]:
    """Neither one entry nor a roster goes into it."""
    with scope.within([books.community.pk]):
        periods.close(community=books.community, month=date(2026, 9, 1), by=books.by, at=NOW)
    late = date(2026, 9, 30)
    roster = [Draft("late:2", [Move(books.wang, books.li, 1)], late, NOW)]
    return [
        *books.refused(PeriodClosed, lambda: books.move(books.wang, books.li, 1, "late", on=late)),
        *books.refused(
            PeriodClosed, lambda: posting.post_many(community=books.community, drafts=roster, by=books.by)
        ),
    ]


def a_frozen_account_is_still(books: Books) -> list[str]:
    """Nothing moves on it, in neither direction."""
    with scope.within([books.community.pk]):
        accounts.freeze(account=books.li, reason="x", by=books.by, at=NOW)
    return [
        *books.refused(Frozen, lambda: books.move(books.wang, books.li, 1, "in")),
        *books.refused(Frozen, lambda: books.move(books.li, books.wang, 1, "out")),
    ]


def balances_afterwards_are_right(books: Books) -> list[str]:
    """The balance beside each posting is what was there after it; the books prove themselves."""
    books.move(books.wang, books.li, 30, "chain:1")
    books.move(books.issued, books.wang, 10, "chain:2")
    with scope.within([books.community.pk]):
        posting.post_many(
            community=books.community,
            drafts=[Draft(f"chain:many:{n}", [Move(books.wang, books.li, 2)], DAY, NOW) for n in range(3)],
            by=books.by,
        )
        faults = [fault.sentence for fault in check.check_books(books.community)]
        if statements.lines(books.wang)[0].balance != Account.objects.get(pk=books.wang.pk).balance:
            faults.append("the newest line does not show the balance")
    return faults


def a_failed_entry_leaves_nothing(books: Books) -> list[str]:
    """All moves of an entry or none."""
    before = (books.balance(books.wang), books.balance(books.li))
    try:
        with scope.within([books.community.pk]):
            posting.post(
                community=books.community,
                key="half",
                moves=[Move(books.wang, books.li, 10), Move(books.li, books.wang, 500)],
                on=DAY,
                at=NOW,
                by=books.by,
            )
    except Overdrawn:
        pass
    after = (books.balance(books.wang), books.balance(books.li))
    with scope.within([books.community.pk]):
        left = Posting.objects.filter(entry__key="half").exists() or Entry.objects.filter(key="half").exists()
    return ([f"{before} became {after}"] if before != after else []) + (
        ["half an entry is there"] if left else []
    )


INVARIANTS: dict[str, Callable[[Books], list[str]]] = {
    each.__name__: each
    for each in (
        no_overdraft,
        no_overdraft_by_the_database_alone,
        concurrent_spends_once,
        opposing_transfers_do_not_deadlock,
        a_retry_is_one_entry,
        concurrent_retries_are_one_entry,
        a_key_keeps_its_body,
        what_was_booked_stays,
        the_application_cannot_write,
        amounts_are_whole,
        a_mistake_is_reversed_once,
        a_hold_is_resolved_once,
        units_do_not_mix,
        communities_do_not_mix,
        a_closed_month_stays_closed,
        a_frozen_account_is_still,
        balances_afterwards_are_right,
        a_failed_entry_leaves_nothing,
    )
}
