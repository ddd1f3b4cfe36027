"""PostgreSQL is killed under eight clients: nothing acknowledged is lost, nothing is booked twice. Source: proof.md F4.

On a durable throw-away cluster of its own. Three kills, ten with CARENET_NIGHTLY=1.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, connections

from carenet import embedded
from carenet.embedded import processes
from carenet.kernel.errors import DomainError
from carenet.ledger import check
from carenet.ledger.models import Account, Entry
from carenet.parties import scope
from tests import clones, make
from tests.make.parties import registrar

KILLS = 10 if os.environ.get("CARENET_NIGHTLY") else 3
CLIENTS = 8

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def cluster(
    django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[embedded.Services]:
    """A durable PostgreSQL with the ledger's tables; both roles of this process point at it."""
    above = Path(tempfile.mkdtemp(prefix="cn-kill-", dir="/tmp"))
    above.chmod(0o711)
    before = clones.superuser_url(), connections["default"].settings_dict["NAME"]
    services = embedded.ensure(above / "data", redis=False)
    try:
        embedded.bootstrap(services.superuser_url, owner_password="owner", app_password="app")
        monkeypatch.setenv("CARENET_TEST_SUPERUSER_URL", services.superuser_url)
        for app in ("accounts", "ledger"):
            subprocess.run(
                [sys.executable, "manage.py", "migrate", app, "--verbosity", "0", "--skip-checks"],
                cwd=clones.ROOT,
                env={**clones.environment_for("carenet"), "REDIS_URL": os.environ.get("REDIS_URL", "")},
                check=True,
            )
        with django_db_blocker.unblock():
            clones.point_to("carenet")
            yield services
            monkeypatch.setenv("CARENET_TEST_SUPERUSER_URL", before[0])
            clones.point_to(before[1])
    finally:
        services.stop()
        shutil.rmtree(above, ignore_errors=True)


def kill(services: embedded.Services) -> None:
    """SIGKILL to the first process and to every backend at once: as if the plug was pulled on PostgreSQL."""
    first = services.servers[0].pid()
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == first:
            children.append(int(status.parent.name))
    for pid in (first, *children):
        processes.send(pid, signal.SIGKILL)


def heal(services: embedded.Services) -> float:
    """Seconds until PostgreSQL answers again."""
    began = time.monotonic()
    while not services.heal():
        time.sleep(0.05)
        assert time.monotonic() - began < 30
    return time.monotonic() - began


def test_every_acknowledged_entry_survives_a_killed_postgresql_once(cluster):
    community = make.community()
    with scope.within([community.pk]):
        by, issued = registrar(), make.issued(community)
        holders = [make.holder(community, points=10_000) for _ in range(20)]
    acknowledged: list[set[str]] = [set() for _ in range(CLIENTS)]
    stop, surprises = threading.Event(), []

    def client(number: int) -> None:
        draw, count = random.Random(number), 0
        try:
            while not stop.is_set():
                count += 1
                key = f"c{number}:{count}"
                source, target = draw.sample([*holders, issued], 2)
                amount = draw.randint(1, 3)
                # A client that got no answer asks again with the same key, until it gets one.
                while True:
                    try:
                        with scope.within([community.pk]):
                            make.move(community, source, target, amount, key=key, by=by)
                        break
                    except DomainError as refusal:
                        surprises.append(refusal)
                        break
                    except (Error, OSError):
                        connections["default"].close()
                        time.sleep(0.05)
                acknowledged[number].add(key)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for each in threads:
        each.start()
    recoveries = []
    for _ in range(KILLS):
        time.sleep(1.0)
        kill(cluster)
        recoveries.append(heal(cluster))
    time.sleep(1.0)
    stop.set()
    for each in threads:
        each.join()
    connections["default"].close()

    with scope.within([community.pk]):
        booked = list(Entry.objects.filter(key__startswith="c").values_list("key", flat=True))
        faults = [fault.sentence for fault in check.check_books(community)]
        total = sum(Account.objects.filter(kind="HOLDER").values_list("balance", flat=True))
    sent = set().union(*acknowledged)
    assert len(booked) == len(set(booked))
    assert sent - set(booked) == set()
    assert set(booked) - sent == set()
    assert surprises == []
    assert faults == []
    assert total > 0
    assert len(sent) > 100 * KILLS
    assert max(recoveries) < 30
