"""Audit records only grow; notes of no community are read through one narrow function; a context keeps its user."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

AREA_NOTES = """
create function audit_area_notes(p_community bigint) returns setof audit_note
language sql stable security definer set search_path = public, pg_temp as $$
  select n.*
  from audit_note n
  join parties_community c on c.id = p_community
  join parties_area a on a.id = c.area_id
  where n.community_id is null
    and n.facts ->> 'area' is not null
    and (n.facts ->> 'area')::bigint = any (a.path)
    and p_community = any (array(select unnest(string_to_array(
          nullif(current_setting('carenet.communities', true), ''), ','))::bigint))
$$
"""

# Whoever a history context was opened for stays in it: a later statement cannot put another user there.
CONTEXT = """
create function audit_context_keeps_user() returns trigger language plpgsql as $$
begin
  if old.metadata ->> 'user' is not null then
    new.metadata := new.metadata || jsonb_build_object('user', old.metadata -> 'user');
  end if;
  return new;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_records"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [
        *walls.guard("audit_readlog", city=False),
        *walls.append_only("audit_readlog"),
        *walls.guard("audit_note", city=False),
        *walls.append_only("audit_note"),
        *walls.sql(
            "create policy audit_note_area on audit_note for insert to carenet_app with check (community_id is null)",
            "drop policy if exists audit_note_area on audit_note",
        ),
        *walls.definer(AREA_NOTES, name="audit_area_notes", arguments="bigint"),
        *walls.sql(
            [
                CONTEXT,
                "create trigger audit_context_keeps_user before update on pghistory_context "
                "for each row execute function audit_context_keeps_user()",
                # its table may have been made before the default privileges of parties 0001
                "grant select, insert, update on pghistory_context to carenet_app",
                # Made before the default privileges of parties, hence a grant of its own.
                "revoke all on pghistory_context from carenet_app",
                "grant select, insert, update on pghistory_context to carenet_app",
            ],
            [
                "drop trigger if exists audit_context_keeps_user on pghistory_context",
                "drop function if exists audit_context_keeps_user()",
            ],
        ),
    ]
