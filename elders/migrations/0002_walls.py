"""Row security on every guarded table, append-only facts, step tables, signed assessments that never change."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

TRACKED = (
    "elders_elder",
    "elders_eldercategory",
    "elders_contact",
    "elders_consent",
    "elders_mandate",
    "elders_helptoken",
)
CHANGING = (*TRACKED, "elders_pause", "elders_assessment", "elders_concern", "elders_clockrule")
FACTS = (
    "elders_lifeevent",
    "elders_touch",
    "elders_riskevent",
    "elders_reminder",
    "elders_triageresult",
    "elders_triagedecision",
    "elders_notsameperson",
)
ELDER_EDGES = {
    "ACTIVE": ["DIED", "LEFT", "PAUSED", "WITHDRAWN"],
    "DIED": ["ACTIVE", "LEFT", "PAUSED"],
    "LEFT": ["ACTIVE", "DIED", "PAUSED"],
    "PAUSED": ["ACTIVE", "DIED", "LEFT"],
}
SIGNED = """
create function elders_assessment_signed() returns trigger language plpgsql as $$
begin
  if old.state = 'SIGNED' and new.state = 'VOID' then
    if (to_jsonb(new) - 'state' - 'void_reason') is distinct from (to_jsonb(old) - 'state' - 'void_reason') then
      raise exception 'a signed assessment never changes'
        using errcode = 'check_violation', constraint = 'elders_assessment_signed';
    end if;
  elsif old.state <> 'DRAFT' and new is distinct from old then
    raise exception 'a signed assessment never changes'
      using errcode = 'check_violation', constraint = 'elders_assessment_signed';
  end if;
  return new;
end $$
"""
HELP_TOKEN = """
create function elders_help_token(token text) returns table (community_id bigint, elder_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.community_id, t.elder_id
  from elders_helptoken t join elders_elder e on e.id = t.elder_id
  where t.token_hash = sha256(convert_to(token, 'UTF8')) and t.revoked_at is null
    and e.status in ('ACTIVE', 'PAUSED')
$$
"""


class Migration(migrations.Migration):
    dependencies = [("elders", "0001_register"), ("accounts", "0002_walls")]
    operations = [
        *[step for table in (*CHANGING, *FACTS) for step in walls.guard(table)],
        *[step for table in CHANGING for step in walls.no_delete(table)],
        *[step for table in FACTS for step in walls.append_only(table)],
        *[step for table in TRACKED for step in walls.guard(f"{table}event")],
        *[step for table in TRACKED for step in walls.append_only(f"{table}event")],
        *walls.read_only("elders_instrument"),
        *walls.append_only("elders_instrument"),
        *walls.read_only("elders_ruleset"),
        *walls.frozen("elders_ruleset", ("code", "version", "definition")),
        *walls.no_delete("elders_ruleset"),
        *walls.steps("elders_elder", "status", ELDER_EDGES, initial=["ACTIVE"]),
        *walls.steps(
            "elders_assessment",
            "state",
            {"DRAFT": ["SIGNED", "VOID"], "SIGNED": ["VOID"]},
            initial=["DRAFT", "SIGNED"],
        ),
        *walls.sql(
            [
                SIGNED,
                "create trigger elders_assessment_signed before update on elders_assessment "
                "for each row execute function elders_assessment_signed()",
            ],
            [
                "drop trigger if exists elders_assessment_signed on elders_assessment",
                "drop function if exists elders_assessment_signed()",
            ],
        ),
        *walls.steps("elders_concern", "state", {"OPEN": ["HANDLED"]}, initial=["OPEN"]),
        *walls.frozen("elders_elder", ("community_id", "person_id", "number")),
        *walls.frozen("elders_helptoken", ("community_id", "elder_id", "token_hash")),
        *walls.frozen("elders_consent", ("community_id", "elder_id", "purpose", "version", "given_at")),
        *walls.definer(HELP_TOKEN, name="elders_help_token", arguments="text"),
        migrations.RunSQL(
            "grant select on elders_instrument, elders_ruleset to carenet_city",
            "revoke select on elders_instrument, elders_ruleset from carenet_city",
        ),
    ]
