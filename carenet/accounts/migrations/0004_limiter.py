"""One limiter for sign-in, text messages and whatever else must not be tried too often."""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

# Unlogged: losing the counters in a crash of the server is acceptable, writing them to the log is not needed.
TABLE = """
create unlogged table accounts_limit (
  key text primary key,
  hits timestamptz[] not null default '{}',
  blocked_until timestamptz,
  forget_at timestamptz not null
)
"""

# At most `limit` hits in any `seconds`; the last allowed hit closes the door for the whole of `seconds`.
TAKE = """
create function accounts_take(p_key text, p_limit integer, p_seconds integer, p_at timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_span interval := make_interval(secs => p_seconds);
  v_hits timestamptz[];
  v_blocked timestamptz;
begin
  insert into accounts_limit (key, forget_at) values (p_key, p_at + v_span) on conflict (key) do nothing;
  select hits, blocked_until into v_hits, v_blocked from accounts_limit where key = p_key for update;
  if v_blocked > p_at then
    return false;
  end if;
  v_hits := array(select h from unnest(v_hits) h where h > p_at - v_span) || p_at;
  update accounts_limit
    set hits = v_hits,
        blocked_until = case when cardinality(v_hits) >= p_limit then p_at + v_span end,
        forget_at = p_at + v_span
    where key = p_key;
  return true;
end $$
"""

BLOCKED = """
create function accounts_blocked(p_key text, p_at timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from accounts_limit where key = p_key and blocked_until > p_at)
$$
"""

FORGET = """
create function accounts_forget(p_key text) returns void
language sql security definer set search_path = public, pg_temp as $$
  delete from accounts_limit where key = p_key
$$
"""

SWEEP = """
create function accounts_sweep_limits(p_at timestamptz) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (delete from accounts_limit where forget_at < p_at returning 1) select count(*) from gone
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in")]
    operations = [
        *walls.sql([TABLE, "revoke all on accounts_limit from carenet_app"], "drop table accounts_limit"),
        *walls.definer(TAKE, name="accounts_take", arguments="text, integer, integer, timestamptz"),
        *walls.definer(BLOCKED, name="accounts_blocked", arguments="text, timestamptz"),
        *walls.definer(FORGET, name="accounts_forget", arguments="text"),
        *walls.definer(SWEEP, name="accounts_sweep_limits", arguments="timestamptz"),
    ]
