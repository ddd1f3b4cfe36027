"""Let a bulk load tell the planner what it wrote, inside its own transaction (autovacuum sees it only afterwards)."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

REFRESH = """
create function parties_refresh_statistics() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found text;
begin
  for found in
    select format('%I', tablename) from pg_tables where schemaname = 'public' and tableowner = current_user
  loop
    execute 'analyze ' || found;
  end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_service_kinds")]
    operations = walls.definer(REFRESH, name="parties_refresh_statistics", arguments="")
