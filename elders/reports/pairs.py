"""Pairs of records in a community that look like one human being, for somebody to judge. Derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from carenet.parties.models import Community, Person

# Equal phone; equal name and birth date; equal pinyin and birth date (王桂珍, 王贵珍); equal name in one building
# when one of the two has no birth date. At least one of the two stands on the register.
PAIRS = """
with known as (
  select p.id, p.name, p.pinyin, p.born_on, p.phone_index, e.building_id, e.id as elder
  from parties_person p left join elders_elder e on e.person_id = p.id
  where p.community_id = %(community)s and p.merged_into_id is null
    and (e.id is null or e.status not in ('WITHDRAWN', 'MERGED'))
), raw as (
  select a.id as one, b.id as other, 'phone' as reason from known a join known b
    on a.phone_index = b.phone_index and a.id < b.id where a.elder is not null or b.elder is not null
  union all
  select a.id, b.id, 'name_and_birth' from known a join known b
    on a.name = b.name and a.born_on = b.born_on and a.id < b.id where a.elder is not null or b.elder is not null
  union all
  select a.id, b.id, 'sound_and_birth' from known a join known b
    on a.pinyin = b.pinyin and a.born_on = b.born_on and a.name <> b.name and a.id < b.id
    where a.pinyin <> '' and (a.elder is not null or b.elder is not null)
  union all
  select a.id, b.id, 'name_and_place' from known a join known b
    on a.name = b.name and a.building_id = b.building_id and a.id < b.id
    where (a.born_on is null or b.born_on is null)
), pairs as (
  select one, other, array_agg(distinct reason order by reason) as reasons from raw
  where not exists (select 1 from elders_notsameperson n where n.one_id = raw.one and n.other_id = raw.other)
  group by one, other
)
select one, other, reasons, count(*) over () from pairs
order by ('phone' = all (reasons)), cardinality(reasons) desc, one, other
limit %(limit)s offset %(offset)s
"""


@dataclass(frozen=True)
class Pair:
    """Two records and why they look alike."""

    one: Person
    other: Person
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Pairs:
    """One page of pairs, and how many there are."""

    rows: list[Pair]
    total: int


def find(community: Community, *, limit: int = 20, offset: int = 0) -> Pairs:
    """The pairs nobody has judged yet, the likeliest first; a phone alone is the weakest sign (couples share one)."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"community": community.pk, "limit": limit, "offset": offset})
        rows = cursor.fetchall()
    ids = {pk for one, other, _reasons, _total in rows for pk in (one, other)}
    people = {
        each.pk: each
        for each in Person.objects.filter(pk__in=ids).select_related(
            "elder", "elder__building", "elder__owner"
        )
    }
    found = [
        Pair(people[one], people[other], tuple(reasons))
        for one, other, reasons, _total in rows
        if one in people and other in people
    ]
    return Pairs(found, rows[0][3] if rows else 0)
