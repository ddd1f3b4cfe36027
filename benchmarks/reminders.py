"""GOAL C of proof.md: reminders of a million elders beside a plain insert, the ORM and a loop, in one run.

    . /tmp/dev.env; .venv/bin/python -m benchmarks.reminders           (CARENET_TEST_SUPERUSER_URL names the cluster)

Everything runs as the application role behind row security, on one connection, warm, each round rolled back. Arms:
plain insert of the same rows into the same table (foreign keys and both indexes: the limit) · ours
(`elders.actions.reassessment.FRESH`: INSERT … SELECT of what is not known, over the partial indexes) · ours with the notices
(`reassessment.remind`, what the task calls) · the ORM in pieces with `bulk_create(ignore_conflicts)` · the ORM's
`get_or_create` loop (on a sample). Then: the second run, one ordinary day, and two schedulers at once.
GOAL C: <= 1.3 x the plain insert, >= 50 x the loop, a second run adds 0, two at once add one set.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import stage
from benchmarks.stage import say

DATABASE = "bench_reminders"
AT = datetime(2026, 11, 22, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ON = AT.date()
PLAIN = "insert into elders_reminder (community_id, elder_id, kind, due_on, at) select community_id, elder_id, kind, due_on, at from bench_due"


def seed(elders: int) -> None:
    """Elders with due days over the coming half year, a part of them overdue; written set-based by the owner."""
    from django.db import connections

    from carenet.accounts.models import User

    stage.community(lon=98.8, lat=25.8)
    for number in range(2, 41):
        User.objects.using("owner").create(pk=number, username=f"worker{number}")
    with connections["owner"].cursor() as cursor:
        columns = _columns(cursor)
        for statement in (
            "select setseed(0.42)",
            "alter table parties_person disable trigger user",
            "alter table elders_elder disable trigger user",
            "drop index parties_person_grams",
            f"""insert into parties_person (id, uid, community_id, name, pinyin, initials, sex, born_on, ethnicity,
                  no_id_reason, is_demo, created_at)
                select n, gen_random_uuid(), 1, 'e' || n, '', '', 0, '1946-01-01', '', 'bench', true, now()
                from generate_series(1, {elders}) n""",
            f"""insert into elders_elder ({", ".join(columns)})
                select {", ".join(columns.values())} from generate_series(1, {elders}) n""",
            "analyze",
        ):
            cursor.execute(statement)
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze elders_elder")


def _columns(cursor: Any) -> dict[str, str]:
    """Every column of an elder: those that matter here, and the shortest thing the others take."""
    cursor.execute(
        "select column_name, data_type, is_nullable, is_identity, is_generated from information_schema.columns "
        "where table_name = 'elders_elder' order by ordinal_position"
    )
    plain = {
        "boolean": "false", "smallint": "0", "integer": "0", "bigint": "1", "date": f"'{ON}'::date", "text": "''",
        "timestamp with time zone": "now()", "character varying": "''", "jsonb": "'{}'::jsonb", "bytea": "''::bytea",
        "double precision": "0", "uuid": "gen_random_uuid()", "ARRAY": "'{}'",
    }  # fmt: skip
    known = {
        "id": "n", "person_id": "n", "number": "n", "community_id": "1", "status": "'ACTIVE'",
        "registered_on": f"'{ON}'::date - 400", "colour": "'GREEN'", "subtier": "'STABLE'", "level": "1",
        "level_on": f"'{ON}'::date - 180 + (random() * 160)::int", "living": "'UNKNOWN'", "caregiver": "'UNKNOWN'",
        "owner_id": "2 + n % 39", "registered_by_id": "1",
        "assessment_due_on": f"'{ON}'::date - 20 + (random() * 180)::int",
        "archive_due_on": f"'{ON}'::date - 3 + (random() * 90)::int",
        "contact_due_at": "now() + interval '1 day'",
    }  # fmt: skip
    return {
        name: known.get(name, plain.get(kind, "null"))
        for name, kind, nullable, _identity, generated in cursor.fetchall()
        if generated == "NEVER" and (name in known or nullable == "NO")
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = work()
    return time.perf_counter() - begin, found


def measure(arguments: argparse.Namespace) -> bool:
    """All arms, each from an empty table; prints the table and says which goals hold."""
    from django.db import connection

    from carenet.accounts import station
    from carenet.parties import scope
    from carenet.parties.models import Community
    from elders.actions import reassessment
    from elders.models import Elder, Reminder

    community = Community.objects.get(pk=1)
    with scope.within([1]):
        by = station(community)
    wanted = {}
    taken: dict[str, list[float]] = {}
    rows: dict[str, int] = {}

    class Undo(Exception):
        pass

    def rolled_back(name: str, work: Callable[[], int]) -> None:
        try:
            with scope.within([1]):
                seconds, count = timed(work)
                taken.setdefault(name, []).append(seconds)
                rows[name] = count
                raise Undo
        except Undo:
            pass

    def execute(statement: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, wanted)
            return int(cursor.rowcount)

    def orm() -> int:
        made = 0
        due = Elder.objects.filter(community_id=1, status="ACTIVE")
        for field, kind, until in (
            ("assessment_due_on", "ASSESSMENT", wanted["until"]), ("archive_due_on", "ARCHIVE", ON),
            ("assessment_due_on", "ASSESSMENT_LATE", wanted["late"]), ("archive_due_on", "ARCHIVE_LATE", wanted["late"]),
        ):  # fmt: skip
            piece: list[Any] = []
            for pk, day in due.filter(**{f"{field}__lte": until}).values_list("pk", field).iterator(2000):
                piece.append(Reminder(community_id=1, elder_id=pk, kind=kind, due_on=day, at=AT))
                if len(piece) == 2000:
                    made += len(Reminder.objects.bulk_create(piece, ignore_conflicts=True))
                    piece = []
            made += len(Reminder.objects.bulk_create(piece, ignore_conflicts=True))
        return made

    def loop() -> int:
        due = Elder.objects.filter(community_id=1, status="ACTIVE", assessment_due_on__lte=wanted["until"])
        made = 0
        for elder in due.order_by("pk")[: arguments.loop]:
            _row, new = Reminder.objects.get_or_create(
                elder=elder,
                kind="ASSESSMENT",
                due_on=elder.assessment_due_on,
                defaults={"community_id": 1, "at": AT},
            )
            made += new
        return made

    with scope.within([1]):
        wanted = reassessment.values(community=community, on=ON, at=AT)
        with connection.cursor() as cursor:
            cursor.execute("select current_user, (select count(*) from elders_elder)")
            role, total = cursor.fetchone()
    due = _due_rows(reassessment.FRESH, wanted)
    say(f"as {role}, {total:,} elders, {due:,} reminders due (backlog)\n")
    for _round in range(arguments.rounds):
        rolled_back("plain insert (limit)", lambda: execute(PLAIN))
        rolled_back("ours: INSERT … SELECT … NOT EXISTS", lambda: execute(reassessment.FRESH))
        rolled_back(
            "ours with the notices (remind)",
            lambda: reassessment.remind(community=community, on=ON, by=by, at=AT),
        )
        rolled_back("ORM, bulk_create in pieces of 2,000", orm)
        rolled_back("ORM, get_or_create loop (sample)", loop)
    per = {name: statistics.median(taken[name]) / max(rows[name], 1) * 1e6 for name in taken}
    say(f"{'arm':<40}{'rows':>10}{'seconds':>10}{'us a row':>10}")
    for name in taken:
        say(f"{name:<40}{rows[name]:>10,}{statistics.median(taken[name]):>10.3f}{per[name]:>10.2f}")
    with scope.within([1]):
        first, _count = timed(lambda: reassessment.remind(community=community, on=ON, by=by, at=AT))
    with scope.within([1]):
        second, again = timed(lambda: reassessment.remind(community=community, on=ON, by=by, at=AT))
    tomorrow = ON + timedelta(days=1)
    with scope.within([1]):
        day, new = timed(
            lambda: reassessment.remind(community=community, on=tomorrow, by=by, at=AT + timedelta(days=1))
        )
    say(
        f"\nfirst run {first:.3f} s, second run {second:.3f} s ({again} new), the next day {day:.3f} s ({new:,} new)"
    )
    together = _two_at_once(community, by, tomorrow + timedelta(days=1))
    return _goals(per, again, together)


def _due_rows(fresh: str, wanted: dict[str, Any]) -> int:
    """The same rows in a table of their own, so that the plain insert does nothing but insert."""
    from django.db import connections

    select = fresh.split(" at)\n", 1)[1]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"create table bench_due (community_id, elder_id, kind, due_on, at) as {select}",
            wanted | {"at": AT},
        )
        cursor.execute("grant select on bench_due to carenet_app")
        cursor.execute("analyze bench_due")
        cursor.execute("select count(*) from bench_due")
        return int(cursor.fetchone()[0])


def _two_at_once(community: Any, by: Any, on: date) -> list[int]:
    """Two schedulers, two connections, the same day."""
    from django.db import connections

    from carenet.parties import scope
    from elders.actions import reassessment

    gate, found = threading.Barrier(2), []

    def work() -> None:
        gate.wait()
        with scope.within([1]):
            found.append(reassessment.remind(community=community, on=on, by=by, at=AT + timedelta(days=2)))
        connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(found)


def _goals(per: dict[str, float], again: int, together: list[int]) -> bool:
    ours = per["ours: INSERT … SELECT … NOT EXISTS"]
    beside = ours / per["plain insert (limit)"]
    loop = per["ORM, get_or_create loop (sample)"] / ours
    goals = [
        ("at most 1.3 x the plain insert", beside, beside <= 1.3),
        ("at least 50 x the get_or_create loop", loop, loop >= 50),
        ("a second run adds nothing", again, again == 0),
        (
            "two at once add one set (of the other: 0)",
            together[0],
            len(together) == 2 and together[0] == 0 < together[1],
        ),
    ]
    return stage.all_hold(goals, called="GOAL C  ", width=44)


def main() -> None:
    parser = stage.arguments(__doc__)
    parser.add_argument("--elders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--loop", type=int, default=2000, help="how many rows the get_or_create loop makes")
    arguments = parser.parse_args()
    with stage.database(DATABASE, keep=arguments.keep):
        say(f"preparing: {arguments.elders:,} elders …")
        seed(arguments.elders)
        held = measure(arguments)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
