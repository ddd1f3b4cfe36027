"""Random lives of the time bank beside a plain Python twin: whatever happens, the books and the twin agree.

Earn up to a full account, choose, give, donate, fill, grant, redeem, cancel, hand over, reverse, end after time, inherit,
move to a neighbour: every book sums to zero, nothing goes below its limit, hours are never spent, and all balances
follow again from the postings alone.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import closing, expiry, gifts, moves, pool, rewards, time_bank
from volunteers.actions import settings as rules_of
from volunteers.models import Expiry, Volunteer
from volunteers.states import SETTINGS

WHO = st.integers(0, 3)
MINUTES = st.integers(1, 7).map(lambda number: number * 15)
WHICH = st.integers(0, 50)
CAP, PRICE = 240, 6
_runs = itertools.count(1)


class Lives(RuleBasedStateMachine):
    """Four volunteers, one elder, a pool, a reward, and a neighbour community with its own book."""

    places: tuple[Any, ...]  # community, neighbour, first and second director, elders, the reward

    def __init__(self) -> None:
        super().__init__()
        self.life = transaction.atomic()  # each life leaves nothing behind
        self.life.__enter__()
        self.community, self.neighbour, self.by, self.other, self.elders, self.reward = self.places
        self.run, self.numbers, self.on = next(_runs), itertools.count(1), NOW.date()
        self.people = list(
            Volunteer.objects.of(self.community).select_related("person", "community").order_by("pk")
        )
        with scope.within([self.neighbour.pk]):
            self.twins_there = list(
                Volunteer.objects.of(self.neighbour).select_related("person", "community").order_by("pk")
            )
        self.coins, self.points, self.hours, self.beyond, self.there = ([0] * 4 for _ in range(5))
        self.pool = pool.common(community=self.community).balance
        self.pool_points = pool.common(community=self.community, unit="POINT").balance
        self.held = [0] * 4
        self.granted = [0] * 2
        self.gone: set[int] = set()
        self.gifts: list[list[Any]] = []
        self.services: list[list[Any]] = []
        self.slips: list[list[Any]] = []
        self.letters: list[list[Any]] = []
        self.granted_in: set[tuple[int, Any]] = set()

    def facts(self) -> dict[str, Any]:
        return {"on": self.on, "at": datetime.combine(self.on, NOW.timetz()), "by": self.by}

    def key(self) -> str:
        return f"life-{self.run}-{next(self.numbers)}"

    def tried(self, expected: bool, action: Any, **facts: Any) -> Any:
        """Do it; the twin said before whether it is allowed."""
        done, said = None, "done"
        try:
            done = action(**facts)
        except DomainError as refusal:
            said = str(refusal)
        assert (said == "done") is expected, f"{action.__name__}: {said}"
        return done

    # --- earning and taking back -------------------------------------------------------------------
    @rule(who=WHO, minutes=MINUTES)
    def earn(self, who: int, minutes: int) -> None:
        number = next(self.numbers)
        start = NOW - timedelta(days=900 - number % 800)
        row = time_bank.earn(
            volunteer=self.people[who], minutes=minutes, period=(start, start + timedelta(minutes=minutes)),
            cause=(f"life.{self.run}", number), key=f"life-{self.run}-{number}", on=start.date(), at=self.facts()["at"],
            by=self.by,
        )  # fmt: skip
        if who in self.gone or row.entry is None:
            assert row.entry is None
            return
        room = max(CAP - self.coins[who], 0)
        assert (row.coins, row.overflow) == (min(minutes, room), max(minutes - room, 0))
        assert row.points == minutes * 10 // 60
        self.coins[who] += row.coins
        self.beyond[who] += row.overflow
        self.points[who] += row.points
        self.hours[who] += minutes
        self.services.append([row, who, True])

    @rule(which=WHICH)
    def reverse(self, which: int) -> None:
        if not self.services:
            return
        service = self.services[which % len(self.services)]
        row, who, standing = service
        may = (
            standing and who not in self.gone and self.coins[who] >= row.coins and self.points[who] >= row.points
            and self.beyond[who] >= row.overflow
        )  # fmt: skip
        if self.tried(
            may, time_bank.reverse, attendance=row, reason="测试", by=self.by, at=self.facts()["at"]
        ):
            service[2] = False
            self.coins[who] -= row.coins
            self.points[who] -= row.points
            self.beyond[who] -= row.overflow
            self.hours[who] -= row.hour_minutes

    # --- gifts and the pool ------------------------------------------------------------------------
    @rule(giver=WHO, receiver=WHO, minutes=MINUTES)
    def offer(self, giver: int, receiver: int, minutes: int) -> None:
        may = giver != receiver and not {giver, receiver} & self.gone and self.coins[giver] >= minutes
        self.people[receiver].refresh_from_db()
        gift = self.tried(
            may, gifts.offer, giver=self.people[giver], receiver=self.people[receiver], coins=minutes, relation="SPOUSE",
            words="", key=self.key(), **self.facts(),
        )  # fmt: skip
        if gift:
            self.coins[giver] -= minutes
            self.held[giver] += minutes
            self.gifts.append([gift, giver, receiver, True])

    @rule(which=WHICH, how=st.sampled_from(["accept", "decline", "withdraw"]))
    def answer(self, which: int, how: str) -> None:
        still = [each for each in self.gifts if each[3]]
        if not still:
            return
        row = still[which % len(still)]
        gift, giver, receiver, _open = row
        may = how != "accept" or (self.on <= gift.expires_on and self.coins[receiver] + gift.coins <= CAP)
        if self.tried(may, getattr(gifts, how), gift=gift, **(self.facts() | {"by": self.other})):
            row[3] = False
            self.held[giver] -= gift.coins
            self.coins[receiver if how == "accept" else giver] += gift.coins

    @rule(who=WHO, minutes=MINUTES, unit=st.sampled_from(["COIN", "POINT"]))
    def donate(self, who: int, minutes: int, unit: str) -> None:
        mine = self.coins if unit == "COIN" else self.points
        may = who not in self.gone and mine[who] >= minutes
        if self.tried(
            may,
            pool.donate,
            volunteer=self.people[who],
            unit=unit,
            amount=minutes,
            key=self.key(),
            **self.facts(),
        ):
            mine[who] -= minutes
            if unit == "COIN":
                self.pool += minutes
            else:
                self.pool_points += minutes

    @rule(who=WHO, minutes=MINUTES, choice=st.sampled_from(["POOL", "KEEP", "HONOUR"]))
    def choose(self, who: int, minutes: int, choice: str) -> None:
        may = self.beyond[who] >= minutes and (
            choice != "KEEP" or (who not in self.gone and self.coins[who] + minutes <= CAP)
        )
        if self.tried(
            may,
            pool.choose,
            volunteer=self.people[who],
            choice=choice,
            amount=minutes,
            key=self.key(),
            **self.facts(),
        ):
            self.beyond[who] -= minutes
            if choice == "POOL":
                self.pool += minutes
            elif choice == "KEEP":
                self.coins[who] += minutes

    @rule(minutes=MINUTES)
    def fill(self, minutes: int) -> None:
        pool.fill(community=self.community, coins=minutes, reason="测试决定", key=self.key(), **self.facts())
        self.pool += minutes

    @rule(which=st.integers(0, 1), minutes=MINUTES)
    def grant(self, which: int, minutes: int) -> None:
        month = months.first_of_month(self.on)
        may = (which, month) not in self.granted_in and self.pool >= minutes
        if self.tried(
            may, pool.grant, elder=self.elders[which], coins=minutes, reason="独居", **self.facts()
        ):
            self.granted_in.add((which, month))
            self.pool -= minutes
            self.granted[which] += minutes

    # --- the shop ----------------------------------------------------------------------------------
    @rule(who=WHO)
    def redeem(self, who: int) -> None:
        may = who not in self.gone and self.points[who] >= PRICE
        slip = self.tried(
            may,
            rewards.redeem,
            volunteer=self.people[who],
            reward=self.reward,
            key=self.key(),
            **self.facts(),
        )
        if slip:
            self.points[who] -= PRICE
            self.slips.append([slip, who, True])

    @rule(which=WHICH, collect=st.booleans())
    def end_slip(self, which: int, collect: bool) -> None:
        still = [each for each in self.slips if each[2]]
        if not still:
            return
        row = still[which % len(still)]
        slip, who, _open = row
        facts = self.facts()
        if collect:
            self.tried(True, rewards.hand_over, redemption=slip, by=facts["by"], at=facts["at"])
            row[2] = False
        elif who not in self.gone:
            self.tried(True, rewards.take_back, redemption=slip, by=facts["by"], at=facts["at"])
            row[2] = False
            self.points[who] += PRICE

    # --- time, death, moving -----------------------------------------------------------------------
    @rule()
    def a_month_passes(self) -> None:
        """The nightly work on three days: points end, gifts and grants go back."""
        first = months.next_month(self.on)
        for day in (first - timedelta(days=20), first - timedelta(days=10), first):
            if day < self.on:
                continue
            self.on = day
            for row in self.gifts:
                if row[3] and row[0].expires_on < day:
                    row[3] = False
                    self.held[row[1]] -= row[0].coins
                    self.coins[row[1]] += row[0].coins
            gifts.expire_due(community=self.community, **self.facts())
            pool.lapse_grants(community=self.community, **self.facts())
            known = set(Expiry.objects.filter(amount__gt=0).values_list("pk", flat=True))
            expiry.run(community=self.community, **self.facts())
            ours = {each.pk: number for number, each in enumerate(self.people)}
            for row in Expiry.objects.filter(amount__gt=0, volunteer__in=ours).exclude(pk__in=known):
                assert row.amount <= row.last_amount and row.unit == "POINT"
                self.points[ours[row.volunteer_id]] -= row.amount
        self.pool += sum(self.granted)
        self.granted = [0] * 2

    @rule(who=WHO, heir=WHO, with_heir=st.booleans())
    def inherit(self, who: int, heir: int, with_heir: bool) -> None:
        if who in self.gone or len(self.gone) > 1:
            return
        if any(each[1] == who and each[2] for each in self.slips) or any(
            each[1] == who and each[2] for each in self.letters
        ):
            return
        may = not with_heir or (heir != who and heir not in self.gone)
        for each in self.people:
            each.refresh_from_db()
        asked = self.tried(
            may, closing.ask, volunteer=self.people[who], why="DIED", day=self.on, reason="证明", by=self.by,
            heir=self.people[heir] if with_heir else None, relation="SPOUSE" if with_heir else "", at=self.facts()["at"],
        )  # fmt: skip
        if not asked:
            return
        for row in self.gifts:
            if row[3] and who in row[1:3]:
                row[3] = False
                self.held[row[1]] -= row[0].coins
                self.coins[row[1]] += row[0].coins
        closing.approve(closing=asked, **(self.facts() | {"by": self.other}))
        self.gone.add(who)
        if with_heir:
            self.coins[heir] += self.coins[who]
            self.points[heir] += self.points[who]
            self.pool += self.beyond[who]
        else:
            self.pool += self.coins[who] + self.beyond[who]
            self.pool_points += self.points[who]
        self.coins[who] = self.points[who] = self.beyond[who] = 0

    @rule(who=WHO, minutes=MINUTES)
    def send(self, who: int, minutes: int) -> None:
        may = who not in self.gone and self.coins[who] >= minutes
        letter = self.tried(
            may,
            moves.send,
            volunteer=self.people[who],
            coins=minutes,
            reason="搬家",
            key=self.key(),
            **self.facts(),
        )
        if letter:
            self.coins[who] -= minutes
            self.held[who] += minutes
            self.letters.append([letter, who, True])

    @rule(which=WHICH, arrives=st.booleans())
    def end_letter(self, which: int, arrives: bool) -> None:
        still = [each for each in self.letters if each[2]]
        if not still:
            return
        row = still[which % len(still)]
        letter, who, _open = row
        if arrives:
            may = self.there[who] + letter.coins <= SETTINGS["balance_cap_minutes"].default
            with scope.within([self.neighbour.pk]):
                self.tried(
                    may, moves.receive, code=moves.code_of(letter.hold_id), volunteer=self.twins_there[who],
                    **(self.facts() | {"by": registrar()}),
                )  # fmt: skip
            self.there[who] += letter.coins
        else:
            self.tried(True, moves.call_back, move=letter, **self.facts())
            self.coins[who] += letter.coins
        row[2] = False
        self.held[who] -= letter.coins

    # --- what always holds -------------------------------------------------------------------------
    @invariant()
    def the_twin_and_the_books_agree(self) -> None:
        codes = [
            f"{before}{each.account_code}" for each in self.people for before in ("", "hold:", "overflow:")
        ]
        rows = {
            (unit, code): balance
            for unit, code, balance in Account.objects.of(self.community)
            .filter(
                code__in=[*codes, "coin-pool", "point-pool", *(f"grant:{each.pk}" for each in self.elders)]
            )
            .values_list("unit", "code", "balance")
        }
        for who, each in enumerate(self.people):
            code = each.account_code
            assert rows["COIN", code] == self.coins[who]
            assert rows["POINT", code] == self.points[who]
            assert rows["MINUTE", code] == self.hours[who]
            assert rows.get(("COIN", f"hold:{code}"), 0) == self.held[who]
            assert rows.get(("COIN", f"overflow:{code}"), 0) == self.beyond[who]
        assert rows["COIN", "coin-pool"] == self.pool and rows["POINT", "point-pool"] == self.pool_points
        for which, elder in enumerate(self.elders):
            assert rows.get(("COIN", f"grant:{elder.pk}"), 0) == self.granted[which]

    def teardown(self) -> None:
        """Look at the whole of the life, then undo it."""
        try:
            self.prove()
        finally:
            transaction.set_rollback(True)
            self.life.__exit__(None, None, None)

    def prove(self) -> None:
        """The books prove themselves, in both communities; hours left an account only by a reversal."""
        assert [each.sentence for each in check_books(self.community)] == []
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from ledger_posting p join ledger_entry e on e.id = p.entry_id join ledger_account a"
                " on a.id = p.source_id where p.unit = 'MINUTE' and a.kind <> 'CONTRA' and e.kind <> 'REVERSE'"
            )
            assert cursor.fetchone()[0] == 0
        with scope.within([self.neighbour.pk]):
            assert [each.sentence for each in check_books(self.neighbour)] == []
            for who, each in enumerate(self.twins_there):
                assert Account.objects.get(code=each.account_code, unit="COIN").balance == self.there[who]


@pytest.mark.parametrize("examples", [4])
def test_whatever_happens_the_books_and_a_plain_twin_agree(
    community: Any, other_community: Any, director: Any, examples: int
) -> None:
    second = make.user("DIRECTOR", community, username="second", display_name="副站长")
    for key, value in {
        "balance_cap_minutes": CAP, "point_months": 3, "expiry_first_warning": 20, "expiry_last_warning": 10,
        "cap_month_minutes": 1_000_000, "cap_day_minutes": 1_000_000,
    }.items():  # fmt: skip
        rules_of.set_value(
            community=community, key=key, value=value, valid_from=NOW.date() - timedelta(days=1000), source="测试",
            by=director, at=NOW - timedelta(days=1000),
        )  # fmt: skip
    people = [make.volunteer(community) for _ in range(4)]
    elders, reward = (
        [make.elder(community) for _ in range(2)],
        make.reward(community, points=PRICE, stock=500),
    )
    with scope.within([other_community.pk]):
        for each in people:
            make.volunteer(other_community, name=each.person.name, born_on=each.person.born_on)
    Lives.places = (community, other_community, director, second, elders, reward)
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=examples, stateful_step_count=50, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
