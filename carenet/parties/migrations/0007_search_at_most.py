"""The search by grams can stop early: a list only asks whether there are more than a thousand.

A common family name fits fifty thousand of a million people; finding all of them to count to a thousand took 70 ms.
"""

from __future__ import annotations


from django.db import migrations

from carenet.parties import walls

AT_MOST = """
create function parties_named(p_grams text[], p_part text, p_most integer) returns setof bigint
language plpgsql stable rows 100 security definer set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
begin
  return query select p.id from parties_person p
    where p.grams @> p_grams and (p_part = '' or position(p_part in p.name) > 0) and p.community_id = any(
      string_to_array(nullif(current_setting('carenet.communities', true), ''), ',')::bigint[])
    limit p_most;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0006_search_by_grams")]
    operations = [*walls.definer(AT_MOST, name="parties_named", arguments="text[], text, integer")]
