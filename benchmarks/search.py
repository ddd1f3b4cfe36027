"""GOAL D of proof.md: the register's list and search over a million elders of one community, beside a primary-key page and
the stock admin, in one run.

    . /tmp/dev.env; .venv/bin/python -m benchmarks.search            (CARENET_TEST_SUPERUSER_URL names the cluster)

All 1,000,000 elders stand in ONE community (worse than any real one: a community has some hundreds), behind row security, as
the application role. Names: 25 % of two characters, 75 % of three, 0.2 % of four. For each page, in turns and warm: `/elders/…`
through the test client (all middlewares, read log, rendering), and the change list of a stock `ModelAdmin` of the same table
(`search_fields`, `list_filter`, `list_per_page` = 50 as ours), rendered with Django's own templates but called without
middlewares, sessions and read log, which favours it.
SQL is the sum over the statements of a page that read elders_elder; the limit is fifty elders with their person by primary key.
GOAL D: the median SQL of list and search pages <= 10 x that limit, whole pages >= 8 x faster than the stock change list.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.stage import say

DATABASE = "bench_search"
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "桂兰英秀珍玉凤华美芳淑红建国志明德福生金海平春荣贵宝山云林永强文军"
PINYIN = dict(
    zip(
        FAMILY,
        [
            "wang",
            "li",
            "zhang",
            "liu",
            "chen",
            "yang",
            "huang",
            "zhao",
            "wu",
            "zhou",
            "xu",
            "sun",
            "ma",
            "zhu",
            "hu",
            "guo",
            "he",
            "gao",
            "lin",
            "luo",
        ],
        strict=True,
    )
)

SOUNDS = ["gui", "lan", "ying", "xiu", "zhen", "yu", "feng", "hua", "mei", "fang", "shu", "hong", "jian", "guo", "zhi", "ming", "de", "fu", "sheng", "jin"]  # fmt: skip


def seed(elders: int) -> None:
    """The million, written set-based by the owner with the tables' triggers resting."""
    from django.db import connections

    from carenet.parties import sealed
    from carenet.parties.models import Area, Community
    from tests import make

    community: Community = make.community(slug="bench", name="基准社区")
    registrar = make.registrar()
    grids = list(
        Area.objects.filter(kind="GRID", path__contains=[community.area_id]).values_list("pk", flat=True)
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
        cursor.execute("select setseed(0.42)")
        for table in ("parties_person", "elders_elder"):
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(
            """insert into parties_person (uid, community_id, name, pinyin, initials, sex, born_on, ethnicity, no_id_reason,
                 is_demo, created_at, phone_tail_index)
               select gen_random_uuid(), %(c)s, f || g || case when r < 0.25 then '' when r < 0.998 then h else h || g end,
                 (%(pinyin)s::jsonb ->> f) || (%(sounds)s::text[])[1 + strpos(%(given)s, g) %% 20]
                   || (%(sounds)s::text[])[1 + strpos(%(given)s, h) %% 17],
                 left(%(pinyin)s::jsonb ->> f, 1) || chr(97 + strpos(%(given)s, g) %% 26) || chr(97 + (strpos(%(given)s, h) * 7) %% 26), 2,
                 date '1935-01-01' + (random() * 9000)::int, '', 'bench', true, now(),
                 case when n %% 1000 = 7 then %(tail)s::bytea end
               from (select n, random() r, substr(%(family)s, 1 + (random() * 19)::int, 1) f,
                       substr(%(given)s, 1 + (random() * 31)::int, 1) g, substr(%(given)s, 1 + (random() * 31)::int, 1) h
                     from generate_series(1, %(n)s) n) made""",
            {
                "c": community.pk, "family": FAMILY, "given": GIVEN, "n": elders, "tail": sealed.index("8000", "phone-tail"),
                "pinyin": json.dumps(PINYIN), "sounds": SOUNDS,
            },
        )  # fmt: skip
        say("  persons …")
        cursor.execute(
            """insert into elders_elder (uid, community_id, person_id, number, registered_on, status, status_on, door, living,
                 caregiver, colour, subtier, provisional_colour, provisional_subtier, dialect, languages, literacy,
                 religion_why, level, level_on, grid_id, is_demo, registered_by_id, created_at, assessment_due_on, archive_due_on, contact_due_at)
               select gen_random_uuid(), %(c)s, id, row_number() over (order by id), '2026-01-01', 'ACTIVE', '2026-01-01', '',
                 'ALONE', 'UNKNOWN', case when id %% 50 = 0 then 'RED' when id %% 5 = 0 then 'YELLOW' else 'GREEN' end,
                 case when id %% 50 = 0 then '' when id %% 5 = 0 then 'A' else 'STABLE' end, '', '', '', '{}', '', '',
                 (random() * 4)::int, current_date - 30, (%(grids)s::bigint[])[1 + id %% %(count)s], true, %(u)s, now(),
                 current_date + (random() * 180)::int - 10, current_date + (random() * 90)::int, now() + random() * interval '30 days'
               from parties_person where no_id_reason = 'bench'""",
            {"c": community.pk, "u": registrar.pk, "grids": grids, "count": len(grids)},
        )
        for table in ("parties_person", "elders_elder"):
            cursor.execute(f"alter table {table} enable trigger user")
        say("  elders …")
        cursor.execute("vacuum analyze parties_person, elders_elder")
        cursor.execute("analyze")


def pages(elders: int) -> dict[str, tuple[str, dict[str, str]]]:
    """Name -> (our query string, what the stock change list is asked)."""
    deep = min(150, elders // 60)
    return {
        "page 1": ("", {}),
        "two characters 桂兰": ("?q=桂兰", {"q": "桂兰"}),
        "three characters 王桂兰": ("?q=王桂兰", {"q": "王桂兰"}),
        "four characters 王桂兰桂": ("?q=王桂兰桂", {"q": "王桂兰桂"}),
        "one character 王": ("?q=王", {"q": "王"}),
        "pinyin wanggui": ("?q=wanggui", {"q": "wanggui"}),
        "initials zgl": ("?q=zgl", {"q": "zgl"}),
        "phone tail 8000": ("?q=8000", {"q": "8000"}),
        "colour red": ("?colour=RED", {"colour__exact": "RED"}),
        "level 3": ("?level=3", {"level__exact": "3"}),
        "assessment overdue": ("?due=overdue&order=assessment", {"status__exact": "ACTIVE"}),
        f"page {deep}": (f"?page={deep}", {"p": str(deep // 2)}),
    }


def measure(rounds: int, elders: int) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of each page: ours whole, ours SQL, stock whole; and the primary-key page."""
    import django.contrib.admin
    from django.contrib.admin import AdminSite, ModelAdmin
    from django.db import connection
    from django.template.backends.django import DjangoTemplates
    from django.test import RequestFactory

    from carenet.accounts.models import User
    from carenet.parties import scope
    from carenet.parties.models import Community
    from elders.models import Elder
    from tests import make

    class Stock(ModelAdmin):
        """What `startapp` and ten minutes give."""

        list_display = ("number", "person", "colour", "level", "status")
        list_filter = ("colour", "level", "status")
        search_fields = ("person__name", "person__pinyin", "person__initials")
        list_select_related = ("person",)
        list_per_page = 50

        def get_queryset(self, request: Any) -> Any:
            return Elder._base_manager.all().order_by("-pk")

    engine = DjangoTemplates(
        {
            "NAME": "stock",
            "DIRS": [Path(django.contrib.admin.__file__).parent / "templates"],
            "APP_DIRS": False,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
            },
        }
    )
    importlib.import_module("carenet.wsgi")  # the process is set up as the web server's, for both arms
    community = Community.objects.get(slug="bench")
    user = User.objects.filter(username="bench").first() or make.user(
        "COMMITTEE", community, username="bench"
    )
    client, factory = make.client_for(user), RequestFactory()
    stock, root = (
        Stock(Elder, AdminSite()),
        type(user)(is_superuser=True, is_staff=True, is_active=True, username="root"),
    )

    @contextmanager
    def timed(spent: list[float], table: str) -> Iterator[None]:
        """Add up the milliseconds of the statements that read the table, rows fetched."""

        def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            begun = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                if f'"{table}"' in sql:
                    spent.append((time.perf_counter() - begun) * 1000)

        with connection.execute_wrapper(run):
            yield

    def ours(query: str) -> tuple[float, float]:
        spent: list[float] = []
        with timed(spent, "elders_elder"):
            begun = time.perf_counter()
            answer = client.get(f"/elders/{query}")
            whole = time.perf_counter() - begun
        assert answer.status_code == 200, answer.status_code
        return whole * 1000, sum(spent)

    def theirs(asked: dict[str, str]) -> float:
        request = factory.get("/", asked)
        request.user = root
        begun = time.perf_counter()
        with scope.within([community.pk]):
            answer = stock.changelist_view(request)
            html = engine.get_template("admin/change_list.html").render(answer.context_data, request)
            assert 'id="changelist"' in html
        return (time.perf_counter() - begun) * 1000

    def by_key() -> float:
        keys = random.sample(range(1, elders + 1), 50)
        spent: list[float] = []
        with scope.within([community.pk]), timed(spent, "elders_elder"):
            found = list(
                Elder.objects.filter(pk__in=pks(keys)).select_related("person", "building", "grid", "owner")
            )
        assert len(found) == 50
        return sum(spent)

    with scope.within([community.pk]):
        first = Elder.objects.order_by("pk").values_list("pk", flat=True)[0]

    def pks(keys: list[int]) -> list[int]:
        return [first + each - 1 for each in keys]

    found: dict[str, dict[str, list[float]]] = {"fifty by primary key": {"sql": []}}
    for number in range(rounds + 1):
        for _each in range(5):
            value = by_key()
            if number:
                found["fifty by primary key"]["sql"].append(value)
        for name, (query, asked) in pages(elders).items():
            whole, sql = ours(query)
            other = theirs(asked)
            if number:
                row = found.setdefault(name, {"sql": [], "whole": [], "stock": []})
                row["sql"].append(sql), row["whole"].append(whole), row["stock"].append(other)
    return found


def table(found: dict[str, dict[str, list[float]]], elders: int) -> bool:
    """Print medians and whether the goals hold."""
    limit = statistics.median(found.pop("fifty by primary key")["sql"])
    say(f"\n{elders:,} elders in one community; medians in ms; fifty by primary key: {limit:.2f} ms SQL\n")
    say(f"{'page':<28}{'SQL':>9}{'x key page':>12}{'whole':>9}{'stock':>9}{'stock/ours':>12}")
    ratios, gains = [], []
    for name, row in found.items():
        sql, whole, stock = (statistics.median(row[each]) for each in ("sql", "whole", "stock"))
        ratios.append(sql / limit)
        gains.append(stock / whole)
        say(f"{name:<28}{sql:>9.2f}{sql / limit:>12.1f}{whole:>9.1f}{stock:>9.1f}{stock / whole:>12.1f}")
    goals = [
        ("median SQL <= 10 x the key page", statistics.median(ratios), statistics.median(ratios) <= 10),
        ("median page >= 8 x faster than stock", statistics.median(gains), statistics.median(gains) >= 8),
        ("worst SQL <= 10 x the key page", max(ratios), max(ratios) <= 10),
    ]
    say("")
    for words, value, held in goals:
        say(f"GOAL D  {words:<40}{value:>8.1f}  {'holds' if held else 'DOES NOT HOLD'}")
    return all(held for _words, _value, held in goals[:2])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--elders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="keep the database")
    parser.add_argument("--reuse", action="store_true", help="measure on the database a run with --keep left")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carenet.settings.test")
    import django

    django.setup()
    from django.db import connections

    from tests import clones

    name = f"carenet_test_{DATABASE}"
    if not chosen.reuse:
        say("preparing …")
        clones.clone(clones.template(), suffix=DATABASE)
    clones.point_to(name)
    try:
        if not chosen.reuse:
            seed(chosen.elders)
        held = table(measure(chosen.rounds, chosen.elders), chosen.elders)
    finally:
        connections.close_all()
        if not (chosen.keep or chosen.reuse):
            clones.drop(name)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
