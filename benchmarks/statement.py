"""A page of a statement over a million postings of one account, beside its limit and its peers, in one run.

    . /tmp/dev.env; .venv/bin/python -m benchmarks.statement            (CARENET_TEST_SUPERUSER_URL names the cluster)

Everything runs as the application role behind row security, on one connection, warm. Arms: a primary-key lookup (the
limit) · ours, the newest page, the middle and the oldest (`ledger.statements.lines`: two index scans that stop) · the
volunteer's page with its words (`volunteers.reports.accounts.statement`, five queries) · the present balance ·
peers: the sum of all postings (what a ledger without kept balances does), and the page by a window over all of them.
Goals (our own): a page at most 25 x a lookup, worst page at most 3 x the best, at most 250 rows read, at least 100 x
the window over a million (scaled down with fewer), the same lines as the window gives, the balance the sum.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from benchmarks import stage
from benchmarks.stage import say

DATABASE = "bench_statement"
TODAY, NOW = date(2026, 11, 21), datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LIMIT = 60
WINDOW = """
select id, delta, after from (
  select id, delta, sum(delta) over (order by id) as after from (
    select id, amount as delta from ledger_posting where target_id = %(account)s
    union all select id, -amount from ledger_posting where source_id = %(account)s) leg) all_lines
order by id desc limit %(limit)s
"""
SUM = """
select coalesce(sum(delta), 0) from (
  select amount as delta from ledger_posting where target_id = %(account)s
  union all select -amount from ledger_posting where source_id = %(account)s) leg
"""


def seed(postings: int) -> None:
    """One volunteer with so many postings, two in and one out, with kept balances; and as many of other accounts."""
    from django.db import connections

    stage.community()
    third = "(case when n % 3 = 2 then 5 else 10 end)"
    after = "((n / 3 + 1) * 15 - 15 + case n % 3 when 0 then 10 when 1 then 20 else 15 end)"
    with connections["owner"].cursor() as cursor:
        for statement in (
            # The rows stand in for years of work; they are written as the ledger's function writes them.
            "alter table parties_person disable trigger user",
            "alter table volunteers_volunteer disable trigger user",
            "alter table ledger_entry disable trigger user",
            "alter table ledger_posting disable trigger user",
            """insert into parties_person (id, uid, community_id, name, pinyin, initials, sex, born_on, ethnicity, no_id_reason,
                 is_demo, created_at) values (1, gen_random_uuid(), 1, 'h', '', '', 0, '1960-01-01', '', 'bench', true, now())""",
            f"""insert into ledger_account (id, community_id, unit, code, kind, name, may_go_negative, keeps_balance, balance,
                  person_id)
                values (1, 1, 'POINT', 'issued', 'CONTRA', '', true, false, 0, null),
                  (2, 1, 'POINT', 'volunteer:1', 'HOLDER', '', false, true,
                    (select {after} from (select {postings - 1} as n) x), 1),
                  (3, 1, 'POINT', 'volunteer:2', 'HOLDER', '', false, true, {postings}::bigint, null)""",
            f"""insert into ledger_entry (id, community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind,
                  cause_id, memo)
                select n + 1, 1, 'b' || n, '\\x00', 'POST', date '2020-01-01' + (n / 500)::int, now(), 1, '', null, ''
                from generate_series(0, {2 * postings - 1}) n""",
            f"""insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on,
                  source_balance, target_balance)
                select 1, n * 2 + 1, 'POINT', case when n % 3 = 2 then 2 else 1 end, case when n % 3 = 2 then 1 else 2 end,
                  {third}, date '2020-01-01' + (n * 2 / 500)::int, case when n % 3 = 2 then {after} end,
                  case when n % 3 <> 2 then {after} end
                from generate_series(0, {postings - 1}) n""",
            f"""insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on, target_balance)
                select 1, n * 2 + 2, 'POINT', 1, 3, 1, date '2020-01-01' + (n * 2 / 500)::int, n + 1
                from generate_series(0, {postings - 1}) n""",
            "alter table ledger_entry enable trigger user",
            "alter table ledger_posting enable trigger user",
        ):
            cursor.execute(statement)
        cursor.execute("vacuum analyze")


def milliseconds(call: Callable[[], Any], rounds: int) -> float:
    """The median of so many calls, after a few to warm up."""
    for _warm in range(min(3, rounds)):
        call()
    taken = []
    for _round in range(rounds):
        begin = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def rows_read(cursor: Any, account: int, before: int) -> int:
    """Rows that the plan of a page touches on the postings, from the database's own account of it."""
    from carenet.ledger import statements

    cursor.execute(
        "explain (analyze, format json) " + statements._LINES,
        {"account": account, "before": before, "limit": LIMIT},
    )
    found = cursor.fetchone()[0]
    plan = found if isinstance(found, list) else json.loads(found)

    def walk(node: dict[str, Any]) -> int:
        own = (
            int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
            if node.get("Relation Name") == "ledger_posting"
            else 0
        )
        return own + sum(walk(each) for each in node.get("Plans", []))

    return walk(plan[0]["Plan"])


def measure(arguments: argparse.Namespace) -> bool:
    """All arms; prints the table and says which goals hold."""
    from types import SimpleNamespace

    from django.db import connection

    from carenet.ledger import statements
    from carenet.ledger.models import Account
    from carenet.parties import scope
    from volunteers.reports import accounts

    with scope.within([1]), connection.cursor() as cursor:
        account = Account.objects.get(pk=2)
        cursor.execute(
            "select min(id), max(id), count(*) from ledger_posting where target_id = 2 or source_id = 2"
        )
        oldest, newest, total = cursor.fetchone()
        places = {"newest": newest + 1, "middle": (oldest + newest) // 2, "oldest": oldest + LIMIT + 5}
        volunteer = SimpleNamespace(community_id=1, account_code="volunteer:1")

        def query(statement: str, values: Any = None) -> Any:
            cursor.execute(statement, values)
            return cursor.fetchall()

        few = max(3, arguments.rounds // 20)
        facts = {"account": 2, "limit": LIMIT}
        arms: dict[str, tuple[Callable[[], Any], int]] = {
            "primary-key lookup (limit)": (lambda: query("select code from ledger_account where id = 2"), arguments.rounds),
            **{
                f"page of {LIMIT}, {name}": (
                    lambda before=before: statements.lines(account, before=before, limit=LIMIT), arguments.rounds
                )
                for name, before in places.items()
            },
            "the volunteer's page, with words": (
                lambda: accounts.statement(volunteer, "POINT", limit=LIMIT), arguments.rounds  # type: ignore[arg-type]
            ),
            "present balance": (lambda: statements.balance(account), arguments.rounds),
            "peer: sum of all postings": (lambda: query(SUM, facts), few),
            "peer: window over all postings": (lambda: query(WINDOW, facts), few),
        }  # fmt: skip
        medians = {name: milliseconds(call, rounds) for name, (call, rounds) in arms.items()}
        read = max(rows_read(cursor, 2, before) for before in places.values())
        ours = [
            (each.posting_id, each.amount, each.balance) for each in statements.lines(account, limit=LIMIT)
        ]
        theirs = [(row[0], row[1], int(row[2])) for row in query(WINDOW, facts)]
        balance, (summed,) = statements.balance(account), query(SUM, facts)[0]
    say(f"{total:,} postings of one account\n")
    for name, median in medians.items():
        say(f"{name:<36}{median:>10.3f} ms")
    pages = [medians[f"page of {LIMIT}, {name}"] for name in places]
    wanted = 100 * min(total / 1_000_000, 1)
    ratio = medians["peer: window over all postings"] / max(pages)
    limit = medians["primary-key lookup (limit)"]
    goals = [
        ("a page at most 25 x a lookup", max(pages) / limit, max(pages) <= 25 * limit),
        ("worst page at most 3 x the best", max(pages) / min(pages), max(pages) <= 3 * min(pages)),
        ("at most 250 postings read", read, read <= 250),
        (f"at least {wanted:.0f} x the window", ratio, ratio >= wanted),
        ("the lines of the window", float(ours == theirs), ours == theirs),
        ("the balance is the sum", float(balance == summed), balance == int(summed)),
    ]
    return stage.all_hold(goals)


def main() -> None:
    parser = stage.arguments(__doc__)
    parser.add_argument("--postings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    with stage.database(DATABASE, keep=arguments.keep):
        say(f"preparing: {arguments.postings:,} postings of one account, as many of another …")
        seed(arguments.postings)
        held = measure(arguments)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
