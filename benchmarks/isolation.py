"""What row security costs: the elder list with the walls up and down, in turns, in one run.

    .venv/bin/python -m tests.run --bench isolation      (or with CARENET_TEST_SUPERUSER_URL set: python -m benchmarks.isolation)

A clone with 40 communities of 1,000 elders; the same signed-in page is asked for in turns with row security enabled and
disabled on the tables it reads. Goal (proof.md §4): the page with the walls takes at most 1.3 times the page without.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from typing import Any

COMMUNITIES, ELDERS = 40, 1000
TABLES = ("elders_elder", "parties_person", "elders_eldercategory", "audit_readlog")
GOAL = 1.3


def seed() -> Any:
    """Persons and elders of many communities, written set-based by the owner; returns the first community."""
    from django.db import connections

    from tests import make

    first = make.community(slug="bench", name="基准社区")
    others = [make.community(slug=f"bench{n}", name=f"基准社区{n}") for n in range(1, COMMUNITIES)]
    registrar = make.registrar()
    with connections["owner"].cursor() as cursor:
        for community in [first, *others]:
            cursor.execute(
                """with people as (
                     insert into parties_person (uid, community_id, name, pinyin, initials, sex, born_on, ethnicity,
                         no_id_reason, is_demo, created_at)
                     select gen_random_uuid(), %(c)s, '王' || chr(20000 + n %% 2000) || chr(21000 + n %% 700), 'wang', 'w', 2,
                         date '1945-01-01' + n %% 5000, '', 'bench', true, now()
                     from generate_series(1, %(n)s) n returning id)
                   insert into elders_elder (uid, community_id, person_id, number, registered_on, status, status_on, door,
                         living, caregiver, colour, subtier, provisional_colour, provisional_subtier, dialect, languages, literacy,
                         religion_why, is_demo,
                         registered_by_id, created_at)
                   select gen_random_uuid(), %(c)s, id, row_number() over (order by id), '2026-01-01', 'ACTIVE',
                         '2026-01-01', '', 'ALONE', 'UNKNOWN', 'GREEN', 'STABLE', '', '', '', '{}', '', '', true, %(u)s, now()
                   from people""",
                {"c": community.pk, "n": ELDERS, "u": registrar.pk},
            )
        cursor.execute("analyze")
    return first


def walls(up: bool) -> None:
    """Enable or disable row security on the tables of the page."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"alter table {table} {'enable' if up else 'disable'} row level security")


def measure(rounds: int, asks: int) -> dict[str, list[float]]:
    """Seconds a page, in turns: walls up, walls down, up, down …"""
    from tests import make

    community = seed()
    client = make.client_for(make.user("COMMITTEE", community, username="bench"))
    found: dict[str, list[float]] = {"up": [], "down": []}
    for number in range(rounds + 1):
        for name in ("up", "down") if number % 2 else ("down", "up"):
            walls(name == "up")
            for _each in range(asks):
                begun = time.perf_counter()
                answer = client.get("/elders/")
                seconds = time.perf_counter() - begun
                assert answer.status_code == 200, answer.status_code
                if number:
                    found[name].append(seconds)
    walls(True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--asks", type=int, default=10)
    chosen = parser.parse_args()
    import django

    django.setup()
    from tests import clones

    name = clones.clone(clones.template(), suffix="bench_isolation")
    clones.point_to(name)
    try:
        found = measure(chosen.rounds, chosen.asks)
    finally:
        from django.db import connections

        connections.close_all()
        clones.drop(name)
    up, down = (statistics.median(found[each]) * 1000 for each in ("up", "down"))
    spread = ", ".join(
        f"{each} {min(found[each]) * 1000:.1f}–{max(found[each]) * 1000:.1f}" for each in ("up", "down")
    )
    print(
        f"elder list, {COMMUNITIES} x {ELDERS} elders, {len(found['up'])} pages an arm (ms, min–max: {spread})"
    )
    print(f"  with row security     {up:8.1f} ms")
    print(f"  without               {down:8.1f} ms")
    print(
        f"  ratio                 {up / down:8.2f}   goal <= {GOAL}: {'holds' if up / down <= GOAL else 'DOES NOT HOLD'}"
    )
    return 0 if up / down <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
