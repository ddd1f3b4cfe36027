"""The ledger's walls and its only pen: SQL functions of the owner which the application role may execute.

Refusals have their own SQLSTATEs (class CN), translated in `carenet.ledger.errors`:
CN001 key reused · CN002 overdrawn · CN003 frozen · CN004 month closed · CN005 not held any more · CN006 already reversed ·
CN007 community not in scope · CN008 impossible move · CN009 cannot be reversed · CN010 account known otherwise.
Source: architecture.md 4a (ledger); proof.md §1a, appendix A1.
"""

from __future__ import annotations

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from carenet.parties import walls

DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"

IN_SCOPE = """
create function ledger_require_scope(p_community bigint) returns void language plpgsql stable as $$
begin
  if not coalesce(p_community = any(
      string_to_array(nullif(current_setting('carenet.communities', true), ''), ',')::bigint[]), false) then
    raise exception 'community % is not in scope', p_community using errcode = 'CN007';
  end if;
end $$"""

BODY_HASH = """
create function ledger_body_hash(p_kind text, p_cause_kind text, p_cause_id bigint, p_sources bigint[],
  p_targets bigint[], p_amounts bigint[], p_refers bigint)
returns bytea language sql immutable parallel safe as $$
  select sha256(convert_to(concat_ws('|', p_kind, p_cause_kind, coalesce(p_cause_id::text, '-'), p_sources::text,
    p_targets::text, p_amounts::text, coalesce(p_refers::text, '-')), 'UTF8'))
$$"""

# The core. Not executable by anybody but the functions below. Order matters: key first (a retry must wait for the
# first attempt while it holds nothing), then all account locks in id order, then facts read afresh.
WRITE = f"""
create function ledger_write(p_community bigint, p_key text, p_on date, p_at timestamptz, p_by bigint,
  p_sources bigint[], p_targets bigint[], p_amounts bigint[], p_cause_kind text, p_cause_id bigint, p_memo text,
  p_kind text, p_reverses bigint, p_resolves bigint)
returns bigint language plpgsql {DEFINER} as $$
declare
  v_entry bigint;
  v_known bytea;
  v_hash bytea;
  v_moves int := cardinality(p_sources);
  v_source ledger_account%rowtype;
  v_target ledger_account%rowtype;
  v_source_after bigint;
  v_target_after bigint;
begin
  perform ledger_require_scope(p_community);
  if coalesce(v_moves, 0) = 0 or cardinality(p_targets) is distinct from v_moves
      or cardinality(p_amounts) is distinct from v_moves then
    raise exception 'an entry needs at least one whole move' using errcode = 'CN008';
  end if;
  if not exists (select from accounts_user where id = p_by) then
    raise exception 'nobody books this' using errcode = 'CN008';
  end if;
  v_hash := ledger_body_hash(p_kind, p_cause_kind, p_cause_id, p_sources, p_targets, p_amounts,
    coalesce(p_reverses, p_resolves));
  insert into ledger_entry (community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind, cause_id,
      memo, reverses_id, resolves_id)
    values (p_community, p_key, v_hash, p_kind, p_on, p_at, p_by, p_cause_kind, p_cause_id, p_memo, p_reverses,
      p_resolves)
    on conflict (community_id, key) do nothing returning id into v_entry;
  if v_entry is null then
    select id, body_hash into v_entry, v_known from ledger_entry where community_id = p_community and key = p_key;
    if v_known is distinct from v_hash then
      raise exception 'the key % was used for something else', p_key using errcode = 'CN001', detail = p_key;
    end if;
    return v_entry;
  end if;
  perform pg_advisory_xact_lock_shared(7201, p_community::int);
  if exists (select from ledger_periodlock
      where community_id = p_community and month = date_trunc('month', p_on)::date) then
    raise exception 'the month of % is closed', p_on using errcode = 'CN004', detail = to_char(p_on, 'YYYY-MM');
  end if;
  perform 1 from ledger_account where id = any(p_sources || p_targets) and keeps_balance
    order by id for no key update;
  for i in 1 .. v_moves loop
    select * into v_source from ledger_account where id = p_sources[i];
    select * into v_target from ledger_account where id = p_targets[i];
    if v_source.community_id is distinct from p_community or v_target.community_id is distinct from p_community then
      raise exception 'an account of another community' using errcode = 'CN008';
    end if;
    if v_source.unit <> v_target.unit then
      raise exception 'units do not mix: % and %', v_source.unit, v_target.unit using errcode = 'CN008';
    end if;
    if coalesce(p_amounts[i], 0) <= 0 or v_source.id = v_target.id then
      raise exception 'an amount above zero moves between two accounts' using errcode = 'CN008';
    end if;
    if v_source.frozen_at is not null or v_target.frozen_at is not null then
      raise exception 'the account is frozen' using errcode = 'CN003',
        detail = case when v_source.frozen_at is not null then v_source.code else v_target.code end;
    end if;
    v_source_after := null;
    v_target_after := null;
    if v_source.keeps_balance then
      if v_source.balance < p_amounts[i] and not v_source.may_go_negative then
        raise exception 'not enough on %: % of %', v_source.code, v_source.balance, p_amounts[i]
          using errcode = 'CN002', detail = v_source.balance || ' ' || p_amounts[i] || ' ' || v_source.id;
      end if;
      update ledger_account set balance = balance - p_amounts[i] where id = v_source.id
        returning balance into v_source_after;
    end if;
    if v_target.keeps_balance then
      update ledger_account set balance = balance + p_amounts[i] where id = v_target.id
        returning balance into v_target_after;
    end if;
    insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on,
        source_balance, target_balance)
      values (p_community, v_entry, v_source.unit, v_source.id, v_target.id, p_amounts[i], p_on,
        v_source_after, v_target_after);
  end loop;
  return v_entry;
end $$"""

POST = f"""
create function ledger_post(p_community bigint, p_key text, p_on date, p_at timestamptz, p_by bigint,
  p_sources bigint[], p_targets bigint[], p_amounts bigint[], p_cause_kind text default '',
  p_cause_id bigint default null, p_memo text default '')
returns bigint language sql {DEFINER} as $$
  select ledger_write(p_community, p_key, p_on, p_at, p_by, p_sources, p_targets, p_amounts, p_cause_kind, p_cause_id,
    p_memo, 'POST', null, null)
$$"""

# Many entries in one call, same rules. Keys are inserted in key order and accounts locked in id order, so two
# rosters at once wait for each other instead of deadlocking. Balances after each posting are running sums.
# Everything is kept in arrays and joined by hash: the planner knows nothing of their size and would loop (10,000 entries
# took more than 15 seconds); tables are only reached through `= any(...)` on an index.
POST_MANY = f"""
create function ledger_post_many(p_community bigint, p_by bigint, p_entries jsonb)
returns table (place bigint, entry_id bigint, fresh boolean) language plpgsql {DEFINER} set enable_nestloop = off as $$
#variable_conflict use_column
declare
  v_keys text[];
  v_places bigint[];
  v_hashes bytea[];
  v_fresh bigint[];
  v_known bigint[];
  v_known_keys text[];
  v_known_hashes bytea[];
  v_entries bigint[];
  v_days date[];
  v_sources bigint[];
  v_targets bigint[];
  v_amounts bigint[];
  v_accounts bigint[];
  v_source_after bigint[];
  v_target_after bigint[];
  v_text text;
begin
  perform ledger_require_scope(p_community);
  if not exists (select from accounts_user where id = p_by) then
    raise exception 'nobody books this' using errcode = 'CN008';
  end if;
  if exists (select from jsonb_to_recordset(p_entries) as e(moves jsonb)
      where jsonb_typeof(e.moves) is distinct from 'array' or jsonb_array_length(e.moves) = 0) then
    raise exception 'an entry needs at least one whole move' using errcode = 'CN008';
  end if;
  select array_agg(e.key order by e.place), array_agg(e.place order by e.place), array_agg(
      ledger_body_hash('POST', e.cause_kind, e.cause_id, m.sources, m.targets, m.amounts, null) order by e.place)
    into v_keys, v_places, v_hashes
    from rows from (jsonb_to_recordset(p_entries) as (key text, cause_kind text, cause_id bigint, moves jsonb))
        with ordinality as e(key, cause_kind, cause_id, moves, place),
      lateral (select array_agg((x.move ->> 0)::bigint order by x.n) as sources,
          array_agg((x.move ->> 1)::bigint order by x.n) as targets,
          array_agg((x.move ->> 2)::bigint order by x.n) as amounts
        from jsonb_array_elements(e.moves) with ordinality as x(move, n)) m;
  with written as (
    insert into ledger_entry (community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind, cause_id, memo)
    select p_community, e.key, v_hashes[e.place], 'POST', e.posted_on, e.posted_at, p_by, e.cause_kind, e.cause_id, e.memo
    from rows from (jsonb_to_recordset(p_entries) as (key text, posted_on date, posted_at timestamptz, cause_kind text,
        cause_id bigint, memo text)) with ordinality
      as e(key, posted_on, posted_at, cause_kind, cause_id, memo, place)
    order by e.key, e.place
    on conflict (community_id, key) do nothing returning id
  )
  select coalesce(array_agg(id), '{{}}') into v_fresh from written;
  select array_agg(id), array_agg(key), array_agg(body_hash) into v_known, v_known_keys, v_known_hashes
    from ledger_entry where community_id = p_community and key = any(v_keys);
  select k.key into v_text
    from unnest(v_keys, v_hashes) as e(key, hash)
    join unnest(v_known_keys, v_known_hashes) as k(key, hash) on k.key = e.key
    where k.hash is distinct from e.hash limit 1;
  if found then
    raise exception 'the key % was used for something else', v_text using errcode = 'CN001', detail = v_text;
  end if;

  select array_agg(k.id order by e.place, x.n), array_agg(e.posted_on order by e.place, x.n),
      array_agg((x.move ->> 0)::bigint order by e.place, x.n), array_agg((x.move ->> 1)::bigint order by e.place, x.n),
      array_agg((x.move ->> 2)::bigint order by e.place, x.n)
    into v_entries, v_days, v_sources, v_targets, v_amounts
    from (select distinct on (r.key) r.* from rows from (jsonb_to_recordset(p_entries) as
        (key text, posted_on date, moves jsonb)) with ordinality as r(key, posted_on, moves, place)
        order by r.key, r.place) e
      join unnest(v_known, v_known_keys) as k(id, key) on k.key = e.key
      join unnest(v_fresh) as f(id) on f.id = k.id,
      jsonb_array_elements(e.moves) with ordinality as x(move, n);

  if v_entries is not null then
    perform pg_advisory_xact_lock_shared(7201, p_community::int);
    select to_char(l.month, 'YYYY-MM') into v_text from ledger_periodlock l
      where l.community_id = p_community
        and l.month in (select date_trunc('month', d.day)::date from unnest(v_days) as d(day)) limit 1;
    if found then
      raise exception 'the month % is closed', v_text using errcode = 'CN004', detail = v_text;
    end if;

    v_accounts := array(select distinct side.account from unnest(v_sources || v_targets) as side(account));
    perform 1 from ledger_account a where a.keeps_balance and a.id = any(v_accounts) order by a.id for no key update;

    select case when a.frozen_at is not null then 'CN003 ' || a.code when b.frozen_at is not null then 'CN003 ' || b.code
        else 'CN008' end into v_text
      from unnest(v_sources, v_targets, v_amounts) as m(source_id, target_id, amount)
        left join (select * from ledger_account where id = any(v_accounts)) a on a.id = m.source_id
        left join (select * from ledger_account where id = any(v_accounts)) b on b.id = m.target_id
      where a.frozen_at is not null or b.frozen_at is not null or a.community_id is distinct from p_community
        or b.community_id is distinct from p_community or a.unit is distinct from b.unit or a.id = b.id
        or coalesce(m.amount, 0) <= 0
      limit 1;
    if found then
      if v_text like 'CN003%' then
        raise exception 'the account is frozen' using errcode = 'CN003', detail = substr(v_text, 7);
      end if;
      raise exception 'an amount above zero moves between two accounts of one unit and community'
        using errcode = 'CN008';
    end if;

    with leg as (
      select m.seq, m.source_id as account, -m.amount as delta
        from unnest(v_sources, v_amounts) with ordinality as m(source_id, amount, seq)
      union all
      select m.seq, m.target_id, m.amount
        from unnest(v_targets, v_amounts) with ordinality as m(target_id, amount, seq)
    ), running as (
      select leg.seq, leg.delta < 0 as leaves,
        a.balance + sum(leg.delta) over (partition by leg.account order by leg.seq rows unbounded preceding) as after
      from leg join (select * from ledger_account where id = any(v_accounts)) a on a.id = leg.account and a.keeps_balance
    )
    select array_agg(s.after order by m.seq), array_agg(t.after order by m.seq)
      into v_source_after, v_target_after
      from unnest(v_sources) with ordinality as m(source_id, seq)
        left join running s on s.seq = m.seq and s.leaves
        left join running t on t.seq = m.seq and not t.leaves;
    select m.after + m.amount || ' ' || m.amount || ' ' || m.source_id into v_text
      from unnest(v_sources, v_amounts, v_source_after) with ordinality as m(source_id, amount, after, seq)
        join (select * from ledger_account where id = any(v_accounts)) a on a.id = m.source_id
      where m.after < 0 and not a.may_go_negative order by m.seq limit 1;
    if found then
      raise exception 'not enough on an account: %', v_text using errcode = 'CN002', detail = v_text;
    end if;

    insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on, source_balance,
        target_balance)
    select p_community, m.entry_id, a.unit, m.source_id, m.target_id, m.amount, m.day, m.source_after, m.target_after
      from unnest(v_entries, v_sources, v_targets, v_amounts, v_days, v_source_after, v_target_after) with ordinality
          as m(entry_id, source_id, target_id, amount, day, source_after, target_after, seq)
        join (select * from ledger_account where id = any(v_accounts)) a on a.id = m.source_id
      order by m.seq;
    update ledger_account a set balance = a.balance + d.delta
      from (select leg.account, sum(leg.delta) as delta from (
          select m.source_id as account, -m.amount as delta from unnest(v_sources, v_amounts) as m(source_id, amount)
          union all select m.target_id, m.amount from unnest(v_targets, v_amounts) as m(target_id, amount)) leg
        group by leg.account) d
      where a.id = any(v_accounts) and a.id = d.account and a.keeps_balance and d.delta <> 0;
  end if;

  return query
    select e.place, k.id, f.id is not null
    from unnest(v_keys, v_places) as e(key, place)
      join unnest(v_known, v_known_keys) as k(id, key) on k.key = e.key
      left join unnest(v_fresh) as f(id) on f.id = k.id
    order by e.place;
end $$"""

HOLD = f"""
create function ledger_set_aside(p_community bigint, p_key text, p_on date, p_at timestamptz, p_by bigint,
  p_source bigint, p_amount bigint, p_cause_kind text default '', p_cause_id bigint default null, p_memo text default '')
returns bigint language plpgsql {DEFINER} as $$
declare
  v_source ledger_account%rowtype;
  v_held bigint;
  v_entry bigint;
begin
  perform ledger_require_scope(p_community);
  select * into v_source from ledger_account where id = p_source and community_id = p_community;
  if not found or not v_source.keeps_balance or v_source.kind = 'HOLD' then
    raise exception 'nothing can be set aside on this account' using errcode = 'CN008';
  end if;
  insert into ledger_account (community_id, unit, code, kind, person_id, name, may_go_negative, keeps_balance, balance)
    values (p_community, v_source.unit, 'hold:' || v_source.code, 'HOLD', v_source.person_id, v_source.name, false, true, 0)
    on conflict (community_id, unit, code) do nothing;
  select id into v_held from ledger_account
    where community_id = p_community and unit = v_source.unit and code = 'hold:' || v_source.code;
  v_entry := ledger_write(p_community, p_key, p_on, p_at, p_by, array[p_source], array[v_held], array[p_amount],
    p_cause_kind, p_cause_id, p_memo, 'HOLD', null, null);
  insert into ledger_hold (entry_id, community_id, unit, source_id, held_in_id, amount)
    values (v_entry, p_community, v_source.unit, p_source, v_held, p_amount) on conflict (entry_id) do nothing;
  return v_entry;
end $$"""

RESOLVE = f"""
create function ledger_resolve(p_community bigint, p_hold bigint, p_key text, p_on date, p_at timestamptz, p_by bigint,
  p_target bigint default null, p_amount bigint default null, p_memo text default '')
returns bigint language plpgsql {DEFINER} as $$
declare
  v_hold ledger_hold%rowtype;
  v_cause ledger_entry%rowtype;
  v_amount bigint;
  v_resolved_by text;
begin
  perform ledger_require_scope(p_community);
  select * into v_hold from ledger_hold where entry_id = p_hold and community_id = p_community;
  if not found then
    raise exception 'nothing was set aside' using errcode = 'CN005';
  end if;
  select * into v_cause from ledger_entry where id = p_hold;
  perform 1 from ledger_account where id = v_hold.held_in_id for no key update;
  select key into v_resolved_by from ledger_entry where resolves_id = p_hold;
  if v_resolved_by is not null and v_resolved_by <> p_key then
    raise exception 'already settled or given back' using errcode = 'CN005';
  end if;
  if p_target is null then
    return ledger_write(p_community, p_key, p_on, p_at, p_by, array[v_hold.held_in_id], array[v_hold.source_id],
      array[v_hold.amount], v_cause.cause_kind, v_cause.cause_id, p_memo, 'RELEASE', null, p_hold);
  end if;
  v_amount := coalesce(p_amount, v_hold.amount);
  if v_amount > v_hold.amount then
    raise exception 'more than was set aside' using errcode = 'CN002',
      detail = v_hold.amount || ' ' || v_amount || ' ' || v_hold.source_id;
  end if;
  if v_amount = v_hold.amount then
    return ledger_write(p_community, p_key, p_on, p_at, p_by, array[v_hold.held_in_id], array[p_target],
      array[v_amount], v_cause.cause_kind, v_cause.cause_id, p_memo, 'SETTLE', null, p_hold);
  end if;
  return ledger_write(p_community, p_key, p_on, p_at, p_by, array[v_hold.held_in_id, v_hold.held_in_id],
    array[p_target, v_hold.source_id], array[v_amount, v_hold.amount - v_amount], v_cause.cause_kind, v_cause.cause_id,
    p_memo, 'SETTLE', null, p_hold);
end $$"""

# A settled hold is reversed straight to the holder: the hold itself stays resolved.
REVERSE = f"""
create function ledger_reverse(p_community bigint, p_entry bigint, p_reason text, p_key text, p_on date,
  p_at timestamptz, p_by bigint)
returns bigint language plpgsql {DEFINER} as $$
declare
  v_entry ledger_entry%rowtype;
  v_holder bigint;
  v_held bigint;
  v_reversed_by text;
  v_sources bigint[];
  v_targets bigint[];
  v_amounts bigint[];
begin
  perform ledger_require_scope(p_community);
  select * into v_entry from ledger_entry where id = p_entry and community_id = p_community;
  if not found or v_entry.kind not in ('POST', 'SETTLE') then
    raise exception 'this entry cannot be reversed' using errcode = 'CN009';
  end if;
  select key into v_reversed_by from ledger_entry where reverses_id = p_entry;
  if v_reversed_by is not null and v_reversed_by <> p_key then
    raise exception 'already reversed' using errcode = 'CN006';
  end if;
  select source_id, held_in_id into v_holder, v_held from ledger_hold where entry_id = v_entry.resolves_id;
  select array_agg(target_id order by id desc), array_agg(coalesce(back, source_id) order by id desc),
      array_agg(amount order by id desc)
    into v_sources, v_targets, v_amounts
    from (select *, case when source_id = v_held then v_holder end as back from ledger_posting
      where entry_id = p_entry) p
    where target_id is distinct from back;
  return ledger_write(p_community, p_key, p_on, p_at, p_by, v_sources, v_targets, v_amounts, v_entry.cause_kind,
    v_entry.cause_id, p_reason, 'REVERSE', p_entry, null);
end $$"""

OPEN_ACCOUNT = f"""
create function ledger_open_account(p_community bigint, p_unit text, p_code text, p_kind text, p_person bigint,
  p_name text, p_may_go_negative boolean, p_keeps_balance boolean)
returns bigint language plpgsql {DEFINER} as $$
declare
  v_account ledger_account%rowtype;
begin
  perform ledger_require_scope(p_community);
  if p_kind = 'HOLD' then
    raise exception 'these accounts open themselves' using errcode = 'CN008';
  end if;
  if p_person is not null and not exists (
      select from parties_person where id = p_person and community_id = p_community) then
    raise exception 'a person of another community' using errcode = 'CN008';
  end if;
  insert into ledger_account (community_id, unit, code, kind, person_id, name, may_go_negative, keeps_balance, balance)
    values (p_community, p_unit, p_code, p_kind, p_person, p_name, p_may_go_negative, p_keeps_balance, 0)
    on conflict (community_id, unit, code) do nothing;
  select * into v_account from ledger_account where community_id = p_community and unit = p_unit and code = p_code;
  if v_account.kind <> p_kind or v_account.person_id is distinct from p_person
      or v_account.may_go_negative <> p_may_go_negative or v_account.keeps_balance <> p_keeps_balance then
    raise exception 'the account % exists with other properties', p_code using errcode = 'CN010', detail = p_code;
  end if;
  return v_account.id;
end $$"""

FREEZE = f"""
create function ledger_freeze(p_account bigint, p_frozen boolean, p_reason text, p_at timestamptz, p_by bigint)
returns void language plpgsql {DEFINER} as $$
declare
  v_account ledger_account%rowtype;
begin
  select * into v_account from ledger_account where id = p_account for no key update;
  perform ledger_require_scope(v_account.community_id);
  if (v_account.frozen_at is not null) = p_frozen then
    return;
  end if;
  update ledger_account set frozen_at = case when p_frozen then p_at end where id = p_account;
  insert into ledger_accountfreeze (community_id, account_id, frozen, reason, at, by_id)
    values (v_account.community_id, p_account, p_frozen, p_reason, p_at, p_by);
end $$"""

# Waits for every booking under way in the community (they hold the shared side of the lock).
CLOSE_MONTH = f"""
create function ledger_close_month(p_community bigint, p_month date, p_at timestamptz, p_by bigint)
returns void language plpgsql {DEFINER} as $$
begin
  perform ledger_require_scope(p_community);
  perform pg_advisory_xact_lock(7201, p_community::int);
  insert into ledger_periodlock (community_id, month, closed_at, closed_by_id)
    values (p_community, date_trunc('month', p_month)::date, p_at, p_by) on conflict (community_id, month) do nothing;
end $$"""

COMPOSITE_KEYS = (
    "alter table ledger_posting add constraint ledger_posting_source_unit foreign key (source_id, unit, community_id) "
    "references ledger_account (id, unit, community_id)",
    "alter table ledger_posting add constraint ledger_posting_target_unit foreign key (target_id, unit, community_id) "
    "references ledger_account (id, unit, community_id)",
    "alter table ledger_posting add constraint ledger_posting_entry_community foreign key (entry_id, community_id) "
    "references ledger_entry (id, community_id)",
)

ENTRY = "bigint, text, date, timestamptz, bigint"
SIGNATURES = {
    "ledger_post": f"{ENTRY}, bigint[], bigint[], bigint[], text, bigint, text",
    "ledger_post_many": "bigint, bigint, jsonb",
    "ledger_set_aside": f"{ENTRY}, bigint, bigint, text, bigint, text",
    "ledger_resolve": "bigint, bigint, text, date, timestamptz, bigint, bigint, bigint, text",
    "ledger_reverse": "bigint, bigint, text, text, date, timestamptz, bigint",
    "ledger_open_account": "bigint, text, text, text, bigint, text, boolean, boolean",
    "ledger_freeze": "bigint, boolean, text, timestamptz, bigint",
    "ledger_close_month": "bigint, date, timestamptz, bigint",
}
WRITE_SIGNATURE = f"{ENTRY}, bigint[], bigint[], bigint[], text, bigint, text, text, bigint, bigint"

GUARDED = (
    "ledger_account",
    "ledger_accountfreeze",
    "ledger_periodlock",
    "ledger_entry",
    "ledger_posting",
    "ledger_hold",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger"), ("parties", "0003_walls"), ("accounts", "0001_users")]
    operations = [
        *[step for table in GUARDED for step in walls.guard(table)],
        *[step for table in GUARDED for step in walls.read_only(table)],
        *[step for table in GUARDED[1:] for step in walls.append_only(table)],
        *walls.frozen(
            "ledger_account",
            ["community_id", "unit", "code", "kind", "person_id", "may_go_negative", "keeps_balance"],
        ),
        *walls.sql(
            [
                "create trigger ledger_account_stays before delete on ledger_account "
                "for each row execute function parties_append_only()",
                "alter table ledger_account set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, "
                "autovacuum_vacuum_threshold = 1000)",
            ],
            [
                "alter table ledger_account reset (fillfactor, autovacuum_vacuum_scale_factor, "
                "autovacuum_vacuum_threshold)",
                "drop trigger ledger_account_stays on ledger_account",
            ],
        ),
        *walls.sql(
            list(COMPOSITE_KEYS),
            [
                "alter table ledger_posting drop constraint ledger_posting_entry_community",
                "alter table ledger_posting drop constraint ledger_posting_target_unit",
                "alter table ledger_posting drop constraint ledger_posting_source_unit",
            ],
        ),
        RunSQL(IN_SCOPE, "drop function ledger_require_scope(bigint)"),
        RunSQL(
            BODY_HASH,
            "drop function ledger_body_hash(text, text, bigint, bigint[], bigint[], bigint[], bigint)",
        ),
        RunSQL(
            [WRITE, f"revoke all on function ledger_write({WRITE_SIGNATURE}) from public"],
            f"drop function ledger_write({WRITE_SIGNATURE})",
        ),
        *walls.definer(POST, name="ledger_post", arguments=SIGNATURES["ledger_post"]),
        *walls.definer(POST_MANY, name="ledger_post_many", arguments=SIGNATURES["ledger_post_many"]),
        *walls.definer(HOLD, name="ledger_set_aside", arguments=SIGNATURES["ledger_set_aside"]),
        *walls.definer(RESOLVE, name="ledger_resolve", arguments=SIGNATURES["ledger_resolve"]),
        *walls.definer(REVERSE, name="ledger_reverse", arguments=SIGNATURES["ledger_reverse"]),
        *walls.definer(OPEN_ACCOUNT, name="ledger_open_account", arguments=SIGNATURES["ledger_open_account"]),
        *walls.definer(FREEZE, name="ledger_freeze", arguments=SIGNATURES["ledger_freeze"]),
        *walls.definer(CLOSE_MONTH, name="ledger_close_month", arguments=SIGNATURES["ledger_close_month"]),
    ]
