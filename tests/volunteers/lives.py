"""One random life of the time bank beside a plain Python twin: whatever happens, the books and the twin agree.

Five volunteers, two elders, a pool, a reward, and a neighbour community with its own book. Each operation says before it
acts whether it may; the twin keeps what it must leave behind. A life is the same again from the same seed.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from carenet.parties import scope
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers import lives_team
from volunteers.actions import closing, expiry, gifts, moves, pool, rewards, time_bank
from volunteers.models import Expiry, Volunteer
from volunteers.states import SETTINGS
from volunteers.states_bank import ASK

CAP, PRICE, PEOPLE, ELDERS = 240, 6, 5, 2
# How often each operation is drawn.
WEIGHTS = {
    "earn": 20, "reverse": 5, "offer": 7, "answer": 7, "donate": 4, "choose": 5, "fill": 3, "grant": 3, "redeem": 8,
    "end_slip": 7, "send": 4, "end_letter": 4, "again": 5, "a_month_passes": 2, "inherit": 1, **lives_team.WEIGHTS,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where lives are lived: made once, each life leaves it as it was."""

    community: Any
    neighbour: Any
    director: Any
    second: Any
    people: list[Volunteer]
    twins_there: list[Volunteer]
    elders: list[Any]
    reward: Any
    team: Any


class Life(lives_team.TeamLife):
    """Operations drawn from one seed. Amounts are coin-minutes and points; who is meant by number."""

    runs, cap = itertools.count(1), CAP

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.seed, self.draw = place, seed, random.Random(seed)
        self.run, self.numbers, self.on = next(self.runs), itertools.count(1), NOW.date()
        rows = Volunteer.objects.of(place.community).select_related("person", "community")
        self.people = list(rows.order_by("pk"))
        empty = ([0] * PEOPLE for _ in range(6))
        self.coins, self.points, self.hours, self.beyond, self.there, self.held = empty
        self.pool = self.pool_points = 0
        self.granted, self.granted_in = [0] * ELDERS, set[tuple[int, date]]()
        self.gone: set[int] = set()
        self.gifts: list[list[Any]] = []
        self.services: list[list[Any]] = []
        self.slips: list[list[Any]] = []
        self.letters: list[list[Any]] = []
        self.begin_team()
        self.calls: list[tuple[Callable[..., Any], dict[str, Any]]] = []
        self.log: list[str] = []
        self.answers: Counter[str] = Counter()

    def live(self, operations: int, *, look_every: int = 5, prove_every: int = 250) -> None:
        """So many operations; the twin is compared often, the books prove themselves now and then and at the end."""
        names, weights = list(WEIGHTS), list(WEIGHTS.values())
        try:
            for number in range(1, operations + 1):
                name = self.draw.choices(names, weights)[0]
                self.log.append(name)
                getattr(self, name)()
                if number % look_every == 0:
                    self.look()
                if number % prove_every == 0 and number < operations:
                    self.prove()
            self.look()
            self.prove()
        except Exception as broken:
            broken.add_note(f"seed {self.seed}, operation {len(self.log)}: … {self.log[-12:]}")
            raise

    # --- drawing and trying --------------------------------------------------------------------------
    def facts(self, **more: Any) -> dict[str, Any]:
        at = datetime.combine(self.on, NOW.timetz())
        return {"on": self.on, "at": at, "by": self.place.director} | more

    def key(self) -> str:
        return f"life-{self.run}-{next(self.numbers)}"

    def who(self) -> int:
        return self.draw.randrange(PEOPLE)

    def minutes(self) -> int:
        return 15 * self.draw.randint(1, 7)

    def one_of(self, rows: list[list[Any]]) -> list[Any] | None:
        """One that is still open: the last place of a row says so."""
        still = [each for each in rows if each[-1]]
        return self.draw.choice(still) if still else None

    def tried(self, expected: bool, action: Callable[..., Any], *, again: bool = False, **facts: Any) -> Any:
        """Do it; the twin said before whether it is allowed. `again`: the same call may come once more."""
        done, said = None, "done"
        try:
            done = action(**facts)
        except DomainError as refusal:
            said = f"{refusal.code}: {refusal}"
        assert (said == "done") is expected, f"{action.__name__}: {said}"
        self.answers[f"{action.__name__} {said.split(':')[0]}"] += 1
        if done is not None and again:
            self.calls.append((action, facts))
        return done

    def again(self) -> None:
        """A call that was answered comes once more, by a lost answer or a second press: nothing changes."""
        if not self.calls:
            return
        action, facts = self.draw.choice(self.calls)
        try:
            action(**facts)
            self.answers[f"{action.__name__} again"] += 1
        except DomainError as refusal:  # somebody has left meanwhile: refused is as good
            self.answers[f"{action.__name__} again {refusal.code}"] += 1

    # --- earning and taking back -------------------------------------------------------------------
    def earn(self) -> None:
        who, minutes, number = self.who(), self.minutes(), next(self.numbers)
        start = NOW - timedelta(days=900 - number % 800)
        row = self.tried(
            True, time_bank.earn, again=True, volunteer=self.people[who], minutes=minutes,
            period=(start, start + timedelta(minutes=minutes)), cause=(f"life.{self.run}", number),
            key=f"life-{self.run}-{number}", on=start.date(), at=self.facts()["at"], by=self.place.director,
        )  # fmt: skip
        assert row.hour_minutes == minutes
        self.hours[who] += minutes
        if who in self.gone:  # booked late: evidence, and nothing to inherit
            assert (row.coins, row.overflow, row.points, row.why) == (0, 0, 0, ["ACCOUNT_CLOSED"])
        else:
            room = max(CAP - self.coins[who], 0)
            assert (row.coins, row.overflow) == (min(minutes, room), max(minutes - room, 0))
            assert row.points == minutes * 10 // 60
        self.coins[who] += row.coins
        self.beyond[who] += row.overflow
        self.points[who] += row.points
        self.services.append([row, who, True])

    def reverse(self) -> None:
        service = self.one_of(self.services)
        if service is None:
            return
        row, who, _standing = service
        mine, earned = (self.coins, self.points, self.beyond), (row.coins, row.points, row.overflow)
        may = all(have[who] >= got for have, got in zip(mine, earned, strict=True))
        facts = {"attendance": row, "reason": "测试", "by": self.place.director, "at": self.facts()["at"]}
        if self.tried(may, time_bank.reverse, **facts):
            service[-1] = False
            cause = (row.cause_kind, row.cause_id)
            self.calls = [each for each in self.calls if each[1].get("cause") != cause]
            self.coins[who] -= row.coins
            self.points[who] -= row.points
            self.beyond[who] -= row.overflow
            self.hours[who] -= row.hour_minutes

    # --- gifts and the pool ------------------------------------------------------------------------
    def offer(self) -> None:
        giver, receiver, minutes = self.who(), self.who(), self.minutes()
        may = giver != receiver and not {giver, receiver} & self.gone and self.coins[giver] >= minutes
        gift = self.tried(
            may, gifts.offer, again=True, giver=self.people[giver], receiver=self.people[receiver], coins=minutes,
            relation="SPOUSE", words="", key=self.key(), **self.facts(),
        )  # fmt: skip
        if gift:
            self.coins[giver] -= minutes
            self.held[giver] += minutes
            self.gifts.append([gift, giver, receiver, True])

    def answer(self) -> None:
        row, how = self.one_of(self.gifts), self.draw.choice(["accept", "accept", "decline", "withdraw"])
        if row is None:
            return
        gift, giver, receiver, _open = row
        may = how != "accept" or (self.on <= gift.expires_on and self.coins[receiver] + gift.coins <= CAP)
        if self.tried(may, getattr(gifts, how), again=True, gift=gift, **self.facts(by=self.place.second)):
            row[-1] = False
            self.held[giver] -= gift.coins
            self.coins[receiver if how == "accept" else giver] += gift.coins

    def gifts_come_back(self, which: Callable[[list[Any]], bool]) -> None:
        for row in self.gifts:
            if row[-1] and which(row):
                row[-1] = False
                self.held[row[1]] -= row[0].coins
                self.coins[row[1]] += row[0].coins

    def donate(self) -> None:
        who, minutes, unit = self.who(), self.minutes(), self.draw.choice(["COIN", "POINT"])
        mine = self.coins if unit == "COIN" else self.points
        may = who not in self.gone and mine[who] >= minutes
        facts = {"volunteer": self.people[who], "unit": unit, "amount": minutes, "key": self.key()}
        if self.tried(may, pool.donate, again=True, **facts, **self.facts()):
            mine[who] -= minutes
            if unit == "COIN":
                self.pool += minutes
            else:
                self.pool_points += minutes

    def choose(self) -> None:
        full = [who for who in range(PEOPLE) if self.beyond[who]]
        who = self.draw.choice(full) if full and self.draw.random() < 0.8 else self.who()
        minutes, choice = self.minutes(), self.draw.choice(["POOL", "KEEP", "HONOUR"])
        fits = choice != "KEEP" or (who not in self.gone and self.coins[who] + minutes <= CAP)
        may = self.beyond[who] >= minutes and fits
        facts = {"volunteer": self.people[who], "choice": choice, "amount": minutes, "key": self.key()}
        if self.tried(may, pool.choose, **facts, **self.facts()):
            self.beyond[who] -= minutes
            if choice == "POOL":
                self.pool += minutes
            elif choice == "KEEP":
                self.coins[who] += minutes

    def fill(self) -> None:
        minutes = self.minutes()
        facts = {"community": self.place.community, "coins": minutes, "reason": "测试决定", "key": self.key()}
        self.tried(True, pool.fill, again=True, **facts, **self.facts())
        self.pool += minutes

    def grant(self) -> None:
        which, minutes = self.draw.randrange(ELDERS), self.minutes()
        month = months.first_of_month(self.on)
        may = (which, month) not in self.granted_in and self.pool >= minutes
        facts = {"elder": self.place.elders[which], "coins": minutes, "reason": "独居"}
        if self.tried(may, pool.grant, again=True, **facts, **self.facts()):
            self.granted_in.add((which, month))
            self.pool -= minutes
            self.granted[which] += minutes

    # --- the shop ----------------------------------------------------------------------------------
    def redeem(self) -> None:
        who = self.who()
        may = who not in self.gone and self.points[who] >= PRICE
        facts = {"volunteer": self.people[who], "reward": self.place.reward, "key": self.key()}
        slip = self.tried(may, rewards.redeem, again=True, **facts, **self.facts())
        if slip:
            self.points[who] -= PRICE
            self.slips.append([slip, who, True])

    def end_slip(self) -> None:
        row, collect = self.one_of(self.slips), self.draw.random() < 0.5
        if row is None:
            return
        slip, who, _open = row
        facts = {"redemption": slip, "by": self.place.director, "at": self.facts()["at"]}
        self.tried(True, rewards.hand_over if collect else rewards.take_back, **facts)
        row[-1] = False
        self.points[who] += 0 if collect else PRICE

    # --- time, death, moving -----------------------------------------------------------------------
    def a_month_passes(self) -> None:
        """The nightly work on three days: points end, gifts and grants go back."""
        first = months.next_month(self.on)
        for day in (first - timedelta(days=20), first - timedelta(days=10), first):
            if day < self.on:
                continue
            self.on = day
            self.gifts_come_back(lambda row: row[0].expires_on < self.on)
            facts = {"community": self.place.community, **self.facts()}
            gifts.expire_due(**facts)
            pool.lapse_grants(**facts)
            self.team_nights()
            known = set(Expiry.objects.filter(amount__gt=0).values_list("pk", flat=True))
            expiry.run(**facts)
            ours = {each.pk: number for number, each in enumerate(self.people)}
            for row in Expiry.objects.filter(amount__gt=0, volunteer__in=ours).exclude(pk__in=known):
                assert row.amount <= row.last_amount and row.unit == "POINT"
                self.points[ours[row.volunteer_id]] -= row.amount
                self.answers["points ended"] += 1
        self.pool += sum(self.granted)
        self.granted = [0] * ELDERS

    def inherit(self) -> None:
        who, heir, with_heir = self.who(), self.who(), self.draw.random() < 0.7
        waits = any(each[1] == who and each[-1] for each in (*self.slips, *self.letters))
        if who in self.gone or len(self.gone) > 1 or waits:
            return
        may = not with_heir or (heir != who and heir not in self.gone)
        asked = self.tried(
            may, closing.ask, volunteer=self.people[who], why="DIED", day=self.on, reason="证明", by=self.place.director,
            heir=self.people[heir] if with_heir else None, relation="SPOUSE" if with_heir else "", at=self.facts()["at"],
        )  # fmt: skip
        if not asked:
            return
        self.gifts_come_back(lambda row: who in row[1:3])
        self.team_gifts_come_back(lambda row: row[1] == who)
        self.tried(True, closing.approve, closing=asked, **self.facts(by=self.place.second))
        self.people[who].refresh_from_db()
        self.gone.add(who)
        if with_heir:
            kept = min(self.coins[who], max(CAP - self.coins[heir], 0))
            assert SETTINGS["balance_overflow"].default == ASK
            self.coins[heir] += kept
            self.beyond[heir] += self.coins[who] - kept
            self.points[heir] += self.points[who]
            self.pool += self.beyond[who]
        else:
            self.pool += self.coins[who] + self.beyond[who]
            self.pool_points += self.points[who]
        self.coins[who] = self.points[who] = self.beyond[who] = 0

    def send(self) -> None:
        who, minutes = self.who(), self.minutes()
        may = who not in self.gone and self.coins[who] >= minutes
        facts = {"volunteer": self.people[who], "coins": minutes, "reason": "搬家", "key": self.key()}
        if letter := self.tried(may, moves.send, again=True, **facts, **self.facts()):
            self.coins[who] -= minutes
            self.held[who] += minutes
            self.letters.append([letter, who, True])

    def end_letter(self) -> None:
        row, arrives = self.one_of(self.letters), self.draw.random() < 0.5
        if row is None:
            return
        letter, who, _open = row
        if arrives:
            may = self.there[who] + letter.coins <= SETTINGS["balance_cap_minutes"].default
            facts = {"code": moves.code_of(letter.hold_id), "volunteer": self.place.twins_there[who]}
            with scope.within([self.place.neighbour.pk]):
                self.tried(may, moves.receive, **facts, **self.facts(by=registrar()))
            self.there[who] += letter.coins
        else:
            self.tried(True, moves.call_back, move=letter, **self.facts())
            self.coins[who] += letter.coins
        row[-1] = False
        self.held[who] -= letter.coins

    # --- what always holds -------------------------------------------------------------------------
    def books(self) -> dict[str, list[int]]:
        """What the books of this community say, in the twin's order; one query."""
        codes = [each.account_code for each in self.people]
        grants = [f"grant:{each.pk}" for each in self.place.elders]
        team = [self.place.team.account_code, f"hold:{self.place.team.account_code}"]
        all_codes = [*team, *(f"{before}{code}" for code in codes for before in ("", "hold:", "overflow:"))]
        rows = {
            (unit, code): balance
            for unit, code, balance in Account.objects.of(self.place.community)
            .filter(code__in=[*all_codes, *grants, "coin-pool", "point-pool"])
            .values_list("unit", "code", "balance")
        }
        return {
            "coins": [rows.get(("COIN", code), 0) for code in codes],
            "points": [rows.get(("POINT", code), 0) for code in codes],
            "hours": [rows.get(("MINUTE", code), 0) for code in codes],
            "held": [rows.get(("COIN", f"hold:{code}"), 0) for code in codes],
            "beyond": [rows.get(("COIN", f"overflow:{code}"), 0) for code in codes],
            "granted": [rows.get(("COIN", code), 0) for code in grants],
            "team": [rows.get(("COIN", code), 0) for code in team],
            "pools": [rows.get(("COIN", "coin-pool"), 0), rows.get(("POINT", "point-pool"), 0)],
        }

    def look(self) -> None:
        """The twin and the books agree, and nothing is below its limit."""
        names, books = ("coins", "points", "hours", "held", "beyond", "granted"), self.books()
        said = {name: getattr(self, name) for name in names}
        twins = {"pools": [self.pool, self.pool_points], "team": [self.team_coins, self.team_held]}
        assert books == said | twins
        assert all(amount >= 0 for amounts in books.values() for amount in amounts)

    def prove(self) -> None:
        """Every balance follows from the postings alone and every unit sums to zero, in both communities; hours left an
        account only by a reversal; no deferred constraint is broken.
        """
        place = self.place
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute("set constraints all deferred")
            cursor.execute(
                "select count(*) from ledger_posting p join ledger_entry e on e.id = p.entry_id join ledger_account a"
                " on a.id = p.source_id where p.unit = 'MINUTE' and a.kind <> 'CONTRA' and e.kind <> 'REVERSE'"
            )
            assert cursor.fetchone()[0] == 0
        assert [each.sentence for each in check_books(place.community)] == []
        with scope.within([place.neighbour.pk]):
            assert [each.sentence for each in check_books(place.neighbour)] == []
            codes = [each.account_code for each in place.twins_there]
            rows = dict(Account.objects.filter(code__in=codes, unit="COIN").values_list("code", "balance"))
            assert [rows[code] for code in codes] == self.there
