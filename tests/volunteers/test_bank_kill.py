"""PostgreSQL is killed in the middle of gifts, slips, pool and expiry: nothing is half-done, nothing acknowledged is lost.

On a durable throw-away cluster of its own. Two kills, ten with CARENET_NIGHTLY=1. Source: proof.md F4; issue 4.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import Error, connections

from carenet import backups, embedded
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.ledger.check import check_books
from carenet.ledger.models import Entry
from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import clones, make
from tests.ledger.test_kill import heal, kill
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import red
from volunteers.actions import expiry, gifts, pool, rewards, settings, time_bank
from volunteers.models import Attendance, CoinGrant, Expiry, Gift, Redemption, StockMove

KILLS = 10 if os.environ.get("CARENET_NIGHTLY") else 2
CLIENTS, TODAY, STOCK, NAME = 5, NOW.date(), 100_000, "carenet_bank"

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def cluster(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[embedded.Services]:
    """A durable PostgreSQL with every table; both roles of this process point at it."""
    above = Path(tempfile.mkdtemp(prefix="cn-bank-kill-", dir="/tmp"))
    above.chmod(0o711)
    before = clones.superuser_url(), connections["default"].settings_dict["NAME"]
    services = embedded.ensure(above / "data", redis=False)
    try:
        embedded.bootstrap(services.superuser_url, owner_password="owner", app_password="app")
        _fill(before[0], services.superuser_url, above / "template.dump", monkeypatch)
        with django_db_blocker.unblock():
            clones.point_to(NAME)
            yield services
            connections["default"].close()
            monkeypatch.setenv("CARENET_TEST_SUPERUSER_URL", before[0])
            clones.point_to(before[1])
    finally:
        services.stop()
        shutil.rmtree(above, ignore_errors=True)


def _fill(ours: str, theirs: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table in a database of the new cluster: copied from the tests' template where both PostgreSQL are of one
    version, which takes seconds; else migrated from nothing.
    """
    template = clones.template()
    versions = []
    for address in (ours, theirs):
        connection = psycopg2.connect(address)
        connection.autocommit = True
        versions.append(connection.server_version)
    with connection.cursor() as cursor:
        cursor.execute(
            f"create database {NAME} owner carenet_owner template template0 encoding 'UTF8' locale 'C.UTF-8'"
        )
    connection.close()
    monkeypatch.setenv("CARENET_TEST_SUPERUSER_URL", theirs)
    if versions[0] // 10_000 != versions[1] // 10_000:
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(command, cwd=clones.ROOT, env=clones.environment_for(NAME), check=True)
        return
    dump, restore = (backups.program(name, versions[0]) for name in ("pg_dump", "pg_restore"))
    backups.run([dump, "--format=custom", f"--file={file}"], backups.other(ours, template))
    backups.run([restore, "--exit-on-error", str(file)], backups.other(theirs, NAME))


class Bank:
    """A community, five volunteers with a helper's phone each, a shop, elders; and what was acknowledged."""

    def __init__(self) -> None:
        self.community = make.community()
        self.stop, self.lock = threading.Event(), threading.Lock()
        self.answers: Counter[str] = Counter()
        self.acknowledged: dict[str, set[str]] = {
            name: set() for name in ("earn", "offer", "donate", "redeem")
        }
        self.surprises: list[BaseException] = []
        with scope.within([self.community.pk]):
            self.by = registrar()
            settings.set_value(
                community=self.community, key="point_months", value=1, valid_from=TODAY - timedelta(days=900), source="测试",
                by=self.by, at=NOW,
            )  # fmt: skip
            self.people = [make.volunteer(self.community) for _ in range(CLIENTS)]
            self.users = [make.volunteer_user(each) for each in self.people]
            self.reward = make.reward(self.community, points=2, stock=STOCK)
            self.elders = [red(make.elder(self.community)) for _ in range(2)]

    def do(self, name: str, action: Callable[..., Any], *, key: str = "", **facts: Any) -> Any:
        """A client that got no answer asks again with the same key, until it gets one."""
        while True:
            try:
                with scope.within([self.community.pk]):
                    done = action(at=NOW, **facts, **({"key": key} if key else {}))
                break
            except DomainError as refusal:
                done, name = None, f"{name} {refusal.code}"
                break
            except (Error, OSError):
                connections["default"].close()
                time.sleep(0.05)
        with self.lock:
            self.answers[name] += 1
            if key and done is not None and name in self.acknowledged:
                self.acknowledged[name].add(key)
        return done

    def client(self, number: int) -> None:
        """One volunteer who serves, gives, answers, redeems."""
        draw, me, user = random.Random(number), self.people[number], self.users[number]
        for count in itertools.count():
            if self.stop.is_set():
                return
            key, by = f"c{number}:{count}", {"by": self.by}
            start = NOW - timedelta(days=800) + timedelta(hours=2 * count)
            self.do(
                "earn", time_bank.earn, key=key, volunteer=me, minutes=60, period=(start, start + timedelta(minutes=60)),
                cause=(f"kill.{number}", count), on=start.date(), **by,
            )  # fmt: skip
            other = draw.choice([each for each in range(CLIENTS) if each != number])
            gift = self.do(
                "offer", gifts.offer, key=key, giver=me, receiver=self.people[other], coins=15, relation="SPOUSE", words="",
                on=TODAY, **by,
            )  # fmt: skip
            if gift is not None and draw.random() < 0.7:
                if draw.random() < 0.6:
                    self.do("accept", gifts.accept, gift=gift, on=TODAY, by=self.users[other])
                else:
                    self.do("withdraw", gifts.withdraw, gift=gift, on=TODAY, by=user)
            self.do("donate", pool.donate, key=key, volunteer=me, unit="COIN", amount=15, on=TODAY, **by)
            self.do("redeem", rewards.redeem, key=key, volunteer=me, reward=self.reward, on=TODAY, by=user)

    def nights(self) -> None:
        """The station's nightly work, day after day: gifts and grants go back, points end."""
        day = TODAY
        for count in itertools.count():
            if self.stop.is_set():
                return
            facts = {"community": self.community, "on": day, "by": self.by}
            self.do("fill", pool.fill, key=f"fill{count}", coins=60, reason="测试决定", **facts)
            self.do(
                "grant", pool.grant, elder=self.elders[count % 2], coins=30, reason="独居", on=day, by=self.by
            )
            for name, action in (
                ("nights", gifts.expire_due), ("lapse", pool.lapse_grants), ("expiry", expiry.run),
            ):  # fmt: skip
                self.do(name, action, **facts)
            day += timedelta(days=7)

    def thread(self, work: Callable[..., None], *args: Any) -> threading.Thread:
        def run() -> None:
            try:
                work(*args)
            except BaseException as broken:
                self.surprises.append(broken)
            finally:
                connections.close_all()

        return threading.Thread(target=run)


def keys_of(prefix: str) -> list[str]:
    return [
        key.removeprefix(prefix)
        for key in Entry.objects.filter(key__startswith=prefix).values_list("key", flat=True)
    ]


def test_a_killed_postgresql_leaves_no_gift_slip_grant_or_expiry_half_done(
    cluster: embedded.Services,
) -> None:
    bank = Bank()
    threads = [bank.thread(bank.client, number) for number in range(CLIENTS)] + [bank.thread(bank.nights)]
    for each in threads:
        each.start()
    for _ in range(KILLS):
        busy = sum(bank.answers.values()) + 150
        while sum(bank.answers.values()) < busy and not bank.surprises:
            time.sleep(0.05)
        kill(cluster)
        heal(cluster)
    busy = sum(bank.answers.values()) + 100
    while sum(bank.answers.values()) < busy and not bank.surprises:
        time.sleep(0.05)
    bank.stop.set()
    for each in threads:
        each.join()
    connections["default"].close()

    assert bank.surprises == []
    with scope.within([bank.community.pk]):
        assert [fault.sentence for fault in check_books(bank.community)] == []
        told = Counter(Outbox.objects.values_list("template", flat=True))
        # A gift, the coins it sets aside and its letter are one thing; an answer and the end of the hold are one.
        offered = list(Gift.objects.select_related("hold"))
        assert {each.hold.key.split(":", 2)[2] for each in offered} >= bank.acknowledged["offer"]
        assert len(offered) == len(Entry.objects.filter(kind="HOLD")) == told["volunteers.gift_offered"]
        ends = dict(Entry.objects.filter(resolves__isnull=False).values_list("resolves", "kind"))
        assert {(each.state, ends.get(each.hold_id)) for each in offered} <= {
            ("OFFERED", None), ("ACCEPTED", "SETTLE"), ("WITHDRAWN", "RELEASE"), ("EXPIRED", "RELEASE"),
        }  # fmt: skip
        # Services: the row, its entry and its letter.
        served = list(Attendance.objects.values_list("key", "entry"))
        assert {key for key, _entry in served} >= bank.acknowledged["earn"]
        assert len(served) == len({key for key, entry in served if entry}) == told["volunteers.credited"]
        assert len(served) == len(keys_of("attend:"))
        # Slips: the row, the stock and the letter.
        slips = list(Redemption.objects.values_list("key", flat=True))
        assert set(slips) >= bank.acknowledged["redeem"] and len(slips) == len(set(slips))
        bank.reward.refresh_from_db()
        assert len(slips) == StockMove.objects.filter(kind="REDEEMED").count() == STOCK - bank.reward.stock
        assert len(slips) == told["volunteers.redeemed"]
        # Pool and expiry.
        given = {key.split(":", 1)[1] for key in keys_of("donate:")}
        assert given >= bank.acknowledged["donate"]
        assert len(keys_of("grant:")) == CoinGrant.objects.count()
        ended = Expiry.objects.filter(amount__gt=0)
        assert len(keys_of("expiry:")) == ended.count() == ended.filter(entry__isnull=False).count()
        assert months.first_of_month(TODAY) in set(CoinGrant.objects.values_list("month", flat=True))
    done = {name for name in bank.answers if " " not in name}
    assert {"earn", "offer", "accept", "withdraw", "donate", "redeem", "fill", "grant"} <= done, bank.answers
