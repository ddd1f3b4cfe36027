"""The index answers exactly what brute force answers, and it is the index that answers."""

from __future__ import annotations

import math
import random
from typing import Any

from django.db import connection

from carenet.parties import scope
from carenet.parties.models import Community
from services import nearest
from services.models import Helper, HelperSkill
from tests import make
from tests.make import NOW

BRUTE = """
select helper_id from services_helperskill
where community_id = %(community)s and kind_number = %(kind)s and active
order by (xy[0] - %(x)s) ^ 2 + (xy[1] - %(y)s) ^ 2, helper_id limit 10
"""


def _load(community: Community, rows: list[tuple[int, int, tuple[float, float]]]) -> None:
    """Helpers and skills in bulk (the search reads nothing else)."""
    numbers = sorted({number for number, _kind, _xy in rows})
    from carenet.parties.models import Person

    people = Person.objects.bulk_create(
        [Person(community=community, name=f"帮手{n}", no_id_reason="测试", created_at=NOW) for n in numbers]
    )
    helpers = Helper.objects.bulk_create(
        [Helper(community=community, person=each, kind="CARE_WORKER") for each in people]
    )
    by_number = dict(zip(numbers, helpers, strict=True))
    HelperSkill.objects.bulk_create(
        [
            HelperSkill(
                community=community, helper=by_number[number], kind_number=kind, xy=xy, active=number % 17 > 0
            )
            for number, kind, xy in rows
        ]
    )


def _rows(count: int) -> list[tuple[int, int, tuple[float, float]]]:
    rows = []
    for number in range(1, count + 1):
        xy = (random.uniform(-3000, 3000), random.uniform(-3000, 3000))
        rows += [
            (number, kind, xy) for kind, share in ((22, 1.0), (8, 0.2), (15, 0.01)) if random.random() < share
        ]
    return rows


def test_the_index_gives_the_same_ten_as_brute_force_on_200_random_points(community: Any) -> None:
    random.seed(7)
    _load(community, _rows(2000))
    for turn in range(200):
        kind = (22, 8, 15)[turn % 3]
        x, y = random.uniform(-3500, 3500), random.uniform(-3500, 3500)
        found = nearest.nearest(community_id=community.pk, kind_number=kind, x=x, y=y, limit=10)
        with connection.cursor() as cursor:
            cursor.execute(BRUTE, {"community": community.pk, "kind": kind, "x": x, "y": y})
            truth = [row[0] for row in cursor.fetchall()]
        assert {each.helper_id for each in found} == set(truth)
        assert [each.metres for each in found] == sorted(each.metres for each in found)


def test_the_plan_walks_the_index_under_row_security(community: Any) -> None:
    random.seed(8)
    _load(community, _rows(1500))
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone()[0] == "carenet_app"
        values = {"community": community.pk, "kind": 8, "x": 10.0, "y": 20.0, "limit": 10}
        cursor.execute("explain (format text) " + nearest.NEAREST, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "services_skill_nearest" in plan
    assert "Order By: (xy <->" in plan
    assert "Sort" not in plan


def test_one_statement_answers_many_requests_as_single_searches_do(community: Any) -> None:
    random.seed(9)
    _load(community, _rows(600))
    asked = [
        nearest.Asked(
            number, 22 if number % 2 else 8, random.uniform(-3000, 3000), random.uniform(-3000, 3000)
        )
        for number in range(1, 21)
    ]
    batch = nearest.nearest_for_many(community_id=community.pk, asked=asked, limit=5)
    for each in asked:
        single = nearest.nearest(
            community_id=community.pk, kind_number=each.kind_number, x=each.x, y=each.y, limit=5
        )
        assert [found.helper_id for found in batch[each.request_id]] == [found.helper_id for found in single]


def test_helpers_of_another_community_are_never_found(community: Any, other_community: Any) -> None:
    scope.set_for_transaction([community.pk, other_community.pk])
    _load(other_community, _rows(50))
    assert nearest.nearest(community_id=community.pk, kind_number=22, x=0, y=0, limit=10) == []
    scope.set_for_transaction([community.pk])
    assert nearest.nearest(community_id=other_community.pk, kind_number=22, x=0, y=0, limit=10) == []


def test_only_those_with_time_in_the_slot_when_a_slot_is_asked(community: Any) -> None:
    free = make.helper(community, week=1 << 14)
    make.helper(community, week=1 << 15)
    found = nearest.nearest(community_id=community.pk, kind_number=22, x=0, y=0, limit=10, slot=14)
    assert [each.helper_id for each in found] == [free.pk]


def test_metres_of_the_projection_agree_with_the_sphere_within_a_community(community: Any) -> None:
    lon, lat = community.origin_lon + 0.02, community.origin_lat - 0.015
    x, y = nearest.project(community, lon, lat)
    a, b = map(math.radians, (community.origin_lat, lat))
    half = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(lon - community.origin_lon) / 2) ** 2
    )
    sphere = 2 * 6_371_000 * math.asin(math.sqrt(half))
    assert abs(math.hypot(x, y) - sphere) / sphere < 0.005


def test_a_helper_who_moves_or_rests_is_found_where_they_are(community: Any, staff: Any) -> None:
    from services.actions import providers

    helper = make.helper(community, east=2000)
    providers.place(helper=helper, lon=community.origin_lon, lat=community.origin_lat, by=staff, at=NOW)
    (found,) = nearest.nearest(community_id=community.pk, kind_number=22, x=0, y=0, limit=1)
    assert found.metres < 1
    providers.rest(helper=helper, active=False, by=staff, at=NOW)
    assert nearest.nearest(community_id=community.pk, kind_number=22, x=0, y=0, limit=1) == []
