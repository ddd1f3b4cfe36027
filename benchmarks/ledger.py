"""Posting one transfer: the ledger beside pgbench's TPC-B-like transaction, interleaved, medians.

    . /tmp/dev.env; .venv/bin/python -m benchmarks.ledger        (CARENET_TEST_SUPERUSER_URL names the cluster)

Arms: pgbench TPC-B-like · pgbench calling `ledger_post` (a C client, prepared: the limit) · `posting.post` in a scope
(the service call) · the best ORM form on the same tables without the function · `posting.post_many`, 1,000 entries a call.
Each transfer goes from the contra account `issued` to one of 50,000 holders, with key, body hash, period lock, balance
and append-only walls. Goals (our own; proof.md sets one only for the redemption, GOAL A): the function at least 0.9 x TPC-B,
the service call at least 3 x ORM, a roster at least 1.5 x TPC-B in entries, and the books right afterwards.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime
from typing import Any

from benchmarks import stage
from benchmarks.stage import say

DATABASE, TPCB = "bench_ledger", "bench_ledger_tpcb"
TODAY, NOW = date(2026, 11, 21), datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CALL = """
\\set holder random(2, :holders)
SELECT ledger_post(1, gen_random_uuid()::text, '2026-11-21', '2026-11-21 10:00+08', 1, array[1]::bigint[],
  array[:holder]::bigint[], array[5]::bigint[]);
"""


def seed(holders: int) -> None:
    """One community, its contra account (number 1) and the holders (2 …)."""
    from django.db import connections

    stage.community()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into ledger_account (id, community_id, unit, code, kind, name, may_go_negative, keeps_balance, balance)"
            " select n, 1, 'POINT', case when n = 1 then 'issued' else 'h' || n end,"
            " case when n = 1 then 'CONTRA' else 'HOLDER' end, '', n = 1, n > 1, 0 from generate_series(1, %s) n",
            [holders],
        )
        cursor.execute("vacuum analyze")


# --- arms of our own ----------------------------------------------------------------------------------------
def post_once(chance: random.Random, holders: int) -> int:
    """The service call as a worker makes it."""
    from carenet.accounts.models import User
    from carenet.ledger import posting
    from carenet.ledger.posting import Move
    from carenet.parties import scope

    with scope.within([1]):
        posting.post(
            community=1,
            key=uuid.uuid4().hex,
            moves=[Move(1, chance.randint(2, holders), 5)],
            on=TODAY,
            at=NOW,
            by=User(pk=1),
        )
    return 1


def post_many_once(chance: random.Random, holders: int) -> int:
    """A roster of a thousand entries."""
    from carenet.accounts.models import User
    from carenet.ledger import posting
    from carenet.ledger.posting import Draft, Move
    from carenet.parties import scope

    drafts = [
        Draft(uuid.uuid4().hex, [Move(1, chance.randint(2, holders), 5)], TODAY, NOW) for _ in range(1000)
    ]
    with scope.within([1]):
        posting.post_many(community=1, drafts=drafts, by=User(pk=1))
    return 1000


def orm_once(chance: random.Random, holders: int) -> int:
    """The same rows by the best ORM statements, as the owner (the application may not write these tables)."""
    import hashlib

    from django.db import transaction
    from django.db.models import F

    from carenet.ledger.models import Account, Entry, PeriodLock, Posting

    holder, key = chance.randint(2, holders), uuid.uuid4().hex
    with transaction.atomic(using="owner"):
        entry = Entry(
            community_id=1,
            key=key,
            body_hash=hashlib.sha256(key.encode()).digest(),
            kind="POST",
            posted_on=TODAY,
            posted_at=NOW,
            by_id=1,
        )
        entry.save(using="owner", force_insert=True)
        assert (
            not PeriodLock.objects.using("owner").filter(community_id=1, month=TODAY.replace(day=1)).exists()
        )
        moved = (
            Account.objects.using("owner").filter(pk=holder, frozen_at=None).update(balance=F("balance") + 5)
        )
        assert moved == 1
        balance = Account.objects.using("owner").values_list("balance", flat=True).get(pk=holder)
        Posting(
            community_id=1,
            entry=entry,
            unit="POINT",
            source_id=1,
            target_id=holder,
            amount=5,
            posted_on=TODAY,
            target_balance=balance,
        ).save(using="owner", force_insert=True)
    return 1


ONCE = {"ours": post_once, "roster": post_many_once, "orm": orm_once}


def client(arm: str, seconds: float, holders: int, number: int) -> dict[str, Any]:
    """One client process for some seconds."""
    once, chance = ONCE[arm], random.Random(number * 7919 + time.time_ns())
    once(chance, holders)
    took, done, end = [], 0, time.perf_counter() + seconds
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    while (start := time.perf_counter()) < end:
        done += once(chance, holders)
        took.append(time.perf_counter() - start)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"done": done, "seconds": time.perf_counter() - began, "took": took, "cpu": cpu}


def begin() -> None:
    """Each client process starts once and keeps its connections."""
    import django

    django.setup()
    from django.db import connections

    connections["owner"].settings_dict["CONN_MAX_AGE"] = None


def run_clients(pool: Any, arm: str, clients: int, seconds: float, holders: int) -> dict[str, float]:
    """All clients of an arm at once."""
    work = [(arm, seconds, holders, number) for number in range(clients)]
    found = pool.starmap(client, work, chunksize=1)
    took = sorted(each for one in found for each in one["took"])
    done = sum(one["done"] for one in found)
    return {
        "tps": sum(one["done"] / one["seconds"] for one in found),
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "cpu_us": sum(one["cpu"] for one in found) / done * 1e6,
    }


# --- pgbench ------------------------------------------------------------------------------------------------
def pgbench(url: str, clients: int, seconds: float, holders: int, script: str = "") -> dict[str, float]:
    """pgbench as an arm; with a script, the C client of our own function."""
    from benchmarks.redemption import pgbench_binary

    extra: list[str] = []
    if script:
        with tempfile.NamedTemporaryFile("w", suffix=".sql", delete=False) as file:
            file.write(script)
        extra = ["-f", file.name, "-D", f"holders={holders}"]
    done = subprocess.run(
        [
            pgbench_binary(), "-n", "-c", str(clients), "-j", "2", "-T", str(max(int(seconds), 1)), "-M", "prepared",
            *extra, url,
        ],
        env={**os.environ, "PGOPTIONS": "-c carenet.communities=1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        sys.exit(f"pgbench failed: {done.stdout}\n{done.stderr}")
    return {"tps": float(found[1])}


WORDS = {
    "tpcb": "pgbench TPC-B-like",
    "function": "pgbench -> ledger_post (limit)",
    "ours": "posting.post in a scope (service call)",
    "orm": "the best ORM form of the same rows",
    "roster": "posting.post_many, 1,000 entries a call",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--holders", type=int, default=50_000)
    parser.add_argument("--arms", nargs="*", default=list(WORDS), choices=list(WORDS))
    parser.add_argument(
        "--sql", action="append", default=[], help="statements of the owner to try before measuring"
    )
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "carenet.settings.test"
    from benchmarks.redemption import Cluster, pgbench_binary

    cluster = Cluster()
    os.environ["DATABASE_URL"] = cluster.address("carenet_app", DATABASE)
    os.environ["DATABASE_OWNER_URL"] = cluster.address("carenet_owner", DATABASE)
    import django

    django.setup()
    from django.db import connections

    from carenet.ledger import check
    from carenet.parties import scope
    from tests import clones

    say("preparing …")
    cluster.fresh(DATABASE, template=clones.template(), owner="carenet_owner")
    seed(arguments.holders)
    for statement in arguments.sql:
        with connections["owner"].cursor() as cursor:
            cursor.execute(statement)
    cluster.fresh(TPCB)
    subprocess.run(
        [pgbench_binary(), "-i", "-q", "-s", "20", cluster.address("postgres", TPCB)],
        check=True,
        capture_output=True,
    )
    found: dict[str, list[dict[str, float]]] = {arm: [] for arm in arguments.arms}
    pool = multiprocessing.get_context("spawn").Pool(arguments.clients, initializer=begin)
    pool.map(abs, range(arguments.clients), chunksize=1)
    for number in range(arguments.rounds):
        for arm in found:
            cluster.run("checkpoint")
            if arm == "tpcb":
                url = cluster.address("postgres", TPCB)
                row = pgbench(url, arguments.clients, arguments.seconds, arguments.holders)
            elif arm == "function":
                url = cluster.address("carenet_app", DATABASE)
                row = pgbench(url, arguments.clients, arguments.seconds, arguments.holders, CALL)
            else:
                clients = 2 if arm == "roster" else arguments.clients
                row = run_clients(pool, arm, clients, arguments.seconds, arguments.holders)
            found[arm].append(row)
        say(
            f"round {number + 1}: "
            + ", ".join(f"{arm} {rows[-1]['tps']:,.0f}" for arm, rows in found.items())
        )
    pool.close()
    pool.join()
    held = table(found, arguments)
    with scope.within([1]):
        faults = check.check_books(1)
    say(f"books: {'right' if not faults else json.dumps([each.detail for each in faults[:5]])}")
    connections.close_all()
    for name in (DATABASE, TPCB):
        cluster.run(f"drop database if exists {name} with (force)")
    sys.exit(0 if held and not faults else 1)


def table(found: dict[str, list[dict[str, float]]], arguments: argparse.Namespace) -> bool:
    """Print medians and whether the goals hold."""
    tps = {arm: statistics.median(row["tps"] for row in rows) for arm, rows in found.items()}
    say(f"\n{arguments.clients} clients, {arguments.rounds} x {arguments.seconds} s, medians\n")
    say(f"{'arm':<44}{'entries/s':>10}{'x TPC-B':>9}{'p99 ms':>8}{'client us':>11}")
    for arm, rows in found.items():
        p99 = statistics.median(row.get("p99_ms", 0) for row in rows)
        cpu = statistics.median(row.get("cpu_us", 0) for row in rows)
        ratio = tps[arm] / tps["tpcb"] if tps.get("tpcb") else 0
        say(
            f"{WORDS[arm]:<44}{tps[arm]:>10,.0f}{ratio:>9.2f}{f'{p99:.1f}' if p99 else '':>8}{f'{cpu:,.0f}' if cpu else '':>11}"
        )
    if set(found) != set(WORDS):
        return True
    goals = [
        (
            "the function at least 0.9 x TPC-B",
            tps["function"] / tps["tpcb"],
            tps["function"] >= 0.9 * tps["tpcb"],
        ),
        ("service call at least 3 x ORM", tps["ours"] / tps["orm"], tps["ours"] >= 3 * tps["orm"]),
        ("roster at least 1.5 x TPC-B", tps["roster"] / tps["tpcb"], tps["roster"] >= 1.5 * tps["tpcb"]),
    ]
    say("")
    for words, value, good in goals:
        say(f"GOAL  {words:<40}{value:>10,.2f}  {'holds' if good else 'DOES NOT HOLD'}")
    return all(good for _words, _value, good in goals)


if __name__ == "__main__":
    main()
