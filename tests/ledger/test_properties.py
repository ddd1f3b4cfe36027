"""Random lives of a small set of books, beside a plain Python twin that follows the same rules."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carenet.ledger import check, posting, statements
from carenet.ledger.errors import AlreadyReversed, NotHeld, NotReversible, Overdrawn
from carenet.ledger.models import Account, Entry
from carenet.ledger.posting import Draft, Move
from tests import make
from tests.make import NOW
from tests.make.parties import registrar

pytestmark = pytest.mark.django_db
calm = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
_runs = itertools.count(1)

# Accounts 0-3 are holders, 4 is a contra account that keeps no balance, 5 may go below zero.
ACCOUNTS = st.integers(0, 5)
MOVE = st.tuples(ACCOUNTS, ACCOUNTS, st.integers(1, 60)).filter(lambda move: move[0] != move[1])
OPERATION = st.one_of(
    st.tuples(st.just("post"), st.lists(MOVE, min_size=1, max_size=3)),
    st.tuples(st.just("many"), st.lists(st.lists(MOVE, min_size=1, max_size=2), min_size=1, max_size=5)),
    st.tuples(st.just("again"), st.integers(0, 30)),
    st.tuples(st.just("hold"), st.tuples(st.integers(0, 3), st.integers(1, 60))),
    st.tuples(st.just("settle"), st.tuples(st.integers(0, 30), ACCOUNTS, st.integers(1, 60))),
    st.tuples(st.just("release"), st.integers(0, 30)),
    st.tuples(st.just("reverse"), st.integers(0, 30)),
)


class Twin:
    """The rules in plain Python: balances in a dictionary, nothing else."""

    def __init__(self) -> None:
        self.free = {number: 100 if number < 4 else 0 for number in range(6)}
        self.held = dict.fromkeys(range(4), 0)

    def may(self, number: int, amount: int) -> bool:
        return number >= 4 or self.free[number] >= amount

    def apply(self, moves: list[tuple[int, int, int]]) -> bool:
        """All moves in order, or none."""
        before = dict(self.free)
        for source, target, amount in moves:
            if not self.may(source, amount):
                self.free = before
                return False
            self.free[source] -= amount
            self.free[target] += amount
        return True


class Life:
    """One random life: performs each operation on both, and compares what they say."""

    def __init__(self, community: Any) -> None:
        run = next(_runs)
        self.community, self.by, self.run = community, registrar(), run
        self.accounts = [make.holder(community, code=f"h:{run}:{n}", points=100) for n in range(4)]
        from carenet.ledger import accounts

        self.accounts.append(accounts.contra(community=community, unit="POINT", code=f"c:{run}"))
        self.accounts.append(
            accounts.open_account(
                community=community, unit="POINT", code=f"n:{run}", kind="POOL", may_go_negative=True
            )
        )
        self.twin = Twin()
        self.posted: list[tuple[Entry, list[tuple[int, int, int]]]] = []
        self.undone: set[int] = set()
        self.holds: list[tuple[Entry, int, int]] = []
        self.resolved: set[int] = set()
        self.numbers = itertools.count(1)

    def facts(self, name: str) -> dict[str, Any]:
        return {"key": f"{name}:{self.run}:{next(self.numbers)}", "on": NOW.date(), "at": NOW, "by": self.by}

    def moves(self, moves: list[tuple[int, int, int]]) -> list[Move]:
        return [
            Move(self.accounts[source], self.accounts[target], amount) for source, target, amount in moves
        ]

    def post(self, moves: list[tuple[int, int, int]]) -> None:
        try:
            entry = posting.post(community=self.community, moves=self.moves(moves), **self.facts("p"))
        except Overdrawn:
            assert not self.twin.apply(moves)
        else:
            assert self.twin.apply(moves)
            self.posted.append((entry, moves))

    def many(self, entries: list[list[tuple[int, int, int]]]) -> None:
        drafts = [
            Draft(f"m:{self.run}:{next(self.numbers)}", self.moves(moves), NOW.date(), NOW)
            for moves in entries
        ]
        flat = [move for moves in entries for move in moves]
        try:
            done = posting.post_many(community=self.community, drafts=drafts, by=self.by)
        except Overdrawn:
            assert not self.twin.apply(flat)
        else:
            assert self.twin.apply(flat)
            found = Entry.objects.in_bulk([each.entry_id for each in done])
            self.posted += [(found[each.entry_id], moves) for each, moves in zip(done, entries, strict=True)]

    def again(self, number: int) -> None:
        """The same key and body once more changes nothing."""
        if self.posted:
            entry, moves = self.posted[number % len(self.posted)]
            repeated = posting.post(
                community=self.community,
                key=entry.key,
                moves=self.moves(moves),
                on=NOW.date(),
                at=NOW,
                by=self.by,
            )
            assert repeated == entry

    def hold(self, wanted: tuple[int, int]) -> None:
        number, amount = wanted
        try:
            entry = posting.hold(
                community=self.community, source=self.accounts[number], amount=amount, **self.facts("h")
            )
        except Overdrawn:
            assert not self.twin.may(number, amount)
        else:
            self.twin.free[number] -= amount
            self.twin.held[number] += amount
            self.holds.append((entry, number, amount))

    def settle(self, wanted: tuple[int, int, int]) -> None:
        which, target, part = wanted
        if not self.holds:
            return
        entry, number, amount = self.holds[which % len(self.holds)]
        part = min(part, amount)
        try:
            done = posting.settle(hold=entry, target=self.accounts[target], amount=part, **self.facts("s"))
        except NotHeld:
            assert entry.pk in self.resolved
        else:
            assert entry.pk not in self.resolved
            self.resolved.add(entry.pk)
            self.twin.held[number] -= amount
            self.twin.free[target] += part
            self.twin.free[number] += amount - part
            # Undone, the part goes back to the holder; when the holder was the target nothing is left to undo.
            if target != number:
                self.posted.append((done, [(number, target, part)]))

    def release(self, which: int) -> None:
        if not self.holds:
            return
        entry, number, amount = self.holds[which % len(self.holds)]
        try:
            posting.release(hold=entry, **self.facts("r"))
        except NotHeld:
            assert entry.pk in self.resolved
        else:
            assert entry.pk not in self.resolved
            self.resolved.add(entry.pk)
            self.twin.held[number] -= amount
            self.twin.free[number] += amount

    def reverse(self, which: int) -> None:
        if not self.posted:
            return
        entry, moves = self.posted[which % len(self.posted)]
        back = [(target, source, amount) for source, target, amount in reversed(moves)]
        try:
            undone = posting.reverse(entry=entry, reason="test", **self.facts("u"))
        except AlreadyReversed:
            assert entry.pk in self.undone
        except Overdrawn:
            assert entry.pk not in self.undone
            assert not self.twin.apply(back)
        else:
            assert entry.pk not in self.undone
            assert self.twin.apply(back)
            self.undone.add(entry.pk)
            with pytest.raises(NotReversible):
                posting.reverse(entry=undone, reason="test", **self.facts("uu"))

    def agree(self) -> None:
        for number, account in enumerate(self.accounts):
            assert statements.balance(account) == self.twin.free[number], number
        for number in range(4):
            held = Account.objects.filter(code=f"hold:{self.accounts[number].code}").first()
            assert (held.balance if held else 0) == self.twin.held[number]
            if held and held.balance:
                assert held.balance > 0


@calm
@given(st.lists(OPERATION, max_size=25))
def test_the_books_agree_with_a_plain_twin_after_any_life(community, operations):
    life = Life(community)

    for name, argument in operations:
        getattr(life, name)(argument)

    life.agree()
    assert [fault.sentence for fault in check.check_books(community)] == []


@calm
@given(st.lists(OPERATION, min_size=3, max_size=15))
def test_the_sum_over_all_accounts_of_a_unit_is_always_zero(community, operations):
    life = Life(community)
    for name, argument in operations:
        getattr(life, name)(argument)

    total = sum(statements.balance(each) for each in Account.objects.filter(unit="POINT"))
    assert total == 0


@calm
@given(st.lists(OPERATION, min_size=3, max_size=15))
def test_every_line_of_a_statement_follows_from_the_one_below_it(community, operations):
    life = Life(community)
    for name, argument in operations:
        getattr(life, name)(argument)

    for account in life.accounts[:4]:
        lines = statements.lines(account, limit=500)
        for upper, lower in itertools.pairwise(lines):
            assert upper.balance == lower.balance + upper.amount
        assert lines[0].balance == statements.balance(account)
