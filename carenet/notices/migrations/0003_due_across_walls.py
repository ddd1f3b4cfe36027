"""Two narrow functions that look across the walls and give back only numbers and times."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

WITH_WORK = """
create function notices_communities_with_work(moment timestamptz) returns table (community_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct o.community_id from notices_outbox o
  where o.state = 'CLAIMED' or (o.state = 'WAITING' and coalesce(o.next_try_at, o.due_at) <= moment)
  order by 1
$$
"""
OLDEST = """
create function notices_oldest_due(moment timestamptz) returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
  select min(coalesce(o.next_try_at, o.due_at)) from notices_outbox o
  where (o.state = 'WAITING' and coalesce(o.next_try_at, o.due_at) <= moment) or o.state = 'CLAIMED'
$$
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_walls")]
    operations = [
        *walls.definer(WITH_WORK, name="notices_communities_with_work", arguments="timestamptz"),
        *walls.definer(OLDEST, name="notices_oldest_due", arguments="timestamptz"),
    ]
