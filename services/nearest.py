"""The nearest helpers who can give a kind of service: one index, the same speed for common and rare skills.

The index is GiST over (community, kind number, point) of active skills; `<->` walks it outwards from the elder.
Source: proof.md §1b, A2 (measured: 0.21 to 0.41 ms among 200,000 helpers).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

if TYPE_CHECKING:
    from carenet.parties.models import Community
    from elders.models import Elder

METRES_PER_DEGREE_LON = 111_320
METRES_PER_DEGREE_LAT = 110_900

# The casts matter: an int4 literal would compare by an operator that the index does not have.
NEAREST = """
select helper_id, xy <-> point(%(x)s, %(y)s) as metres, week
from services_helperskill
where community_id = %(community)s::bigint and kind_number = %(kind)s::smallint and active
order by xy <-> point(%(x)s, %(y)s)
limit %(limit)s
"""
NEAREST_FREE = """
select helper_id, xy <-> point(%(x)s, %(y)s) as metres, week
from services_helperskill
where community_id = %(community)s::bigint and kind_number = %(kind)s::smallint and active and (week >> %(slot)s) & 1 = 1
order by xy <-> point(%(x)s, %(y)s)
limit %(limit)s
"""
NEAREST_BATCH = """
select asked.request_id, found.helper_id, found.metres
from unnest(%(requests)s::bigint[], %(kinds)s::smallint[], %(xs)s::float8[], %(ys)s::float8[])
     as asked (request_id, kind, x, y)
cross join lateral (
    select helper_id, xy <-> point(asked.x, asked.y) as metres
    from services_helperskill
    where community_id = %(community)s::bigint and kind_number = asked.kind and active
    order by xy <-> point(asked.x, asked.y)
    limit %(limit)s
) as found
"""


class Near(NamedTuple):
    """A helper, the straight-line distance in metres, and the week map of the skill. Ten thousand are made at a time."""

    helper_id: int
    metres: float
    week: int


@dataclass(frozen=True)
class Asked:
    """One question of a batch."""

    request_id: int
    kind_number: int
    x: float
    y: float


def project(community: Community, lon: float, lat: float) -> tuple[float, float]:
    """Metres east and north of the community's origin; exact enough to rank helpers of one city."""
    x = (lon - community.origin_lon) * METRES_PER_DEGREE_LON * math.cos(math.radians(community.origin_lat))
    y = (lat - community.origin_lat) * METRES_PER_DEGREE_LAT
    return x, y


def place_of(elder: Elder) -> tuple[float, float, bool]:
    """Where the elder lives in metres, and whether that is known; else the centre of the community.

    The elder's own coordinates, or those of the building.
    """
    lon, lat = elder.lon, elder.lat
    if lon is None and elder.building is not None:
        lon, lat = elder.building.lon, elder.building.lat
    if lon is None or lat is None:
        return 0.0, 0.0, False
    return *project(elder.community, lon, lat), True


def nearest(
    *, community_id: int, kind_number: int, x: float, y: float, limit: int, slot: int | None = None
) -> list[Near]:
    """The nearest helpers with a skill, nearest first; with `slot` only those who usually have time then."""
    values = {"community": community_id, "kind": kind_number, "x": x, "y": y, "limit": limit, "slot": slot}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST if slot is None else NEAREST_FREE, values)
        return [Near(*row) for row in cursor.fetchall()]


def nearest_for_many(*, community_id: int, asked: Iterable[Asked], limit: int) -> dict[int, list[Near]]:
    """The nearest helpers for many requests in one statement, by request."""
    # Neighbours one after the other find the pages of the index warm.
    questions = sorted(asked, key=lambda each: (each.kind_number, each.x // 500, each.y))
    values = {
        "community": community_id,
        "requests": [each.request_id for each in questions],
        "kinds": [each.kind_number for each in questions],
        "xs": [each.x for each in questions],
        "ys": [each.y for each in questions],
        "limit": limit,
    }
    found: dict[int, list[Near]] = {each.request_id: [] for each in questions}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST_BATCH, values)
        for request_id, helper_id, metres in cursor.fetchall():
            found[request_id].append(Near(helper_id, metres, 0))
    return found
