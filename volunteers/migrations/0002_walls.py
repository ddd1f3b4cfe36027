"""The volunteers' walls, and the redemption as one function of the owner.

Refusals of `volunteers_redeem` have their own SQLSTATEs (class CV), translated in `volunteers.actions.rewards`:
CV001 key reused · CV002 not on offer · CV003 sold out · CV004 limit reached · CV005 too young · CV006 frozen ·
CV007 not enough points · CV008 not backed · CV009 price changed; and the ledger's CN001–CN004.
Source: architecture.md 4a (ledger); proof.md §1a, appendix A1; domain.md §4.3.
"""

from __future__ import annotations

from django.db import migrations

from carenet.parties import walls

DEFINER = "security definer set search_path = pg_catalog, public, pg_temp"

# A piece more or less on the shelf exists only as a move; the reward's own row is touched here, last of all. What a
# move must be is refused here too: a CHECK constraint is read anew for every statement and costs more than all of this.
STOCK_MOVED = f"""
create function volunteers_stock_moved() returns trigger language plpgsql {DEFINER} as $$
begin
  if not (case new.kind
      when 'REDEEMED' then new.quantity = -1 and new.redemption_id is not null
      when 'RETURNED' then new.quantity > 0 and new.redemption_id is not null
      when 'RECEIVED' then new.quantity > 0 and new.redemption_id is null and new.source <> ''
      when 'COUNTED' then new.quantity <> 0 and new.redemption_id is null and new.source <> ''
      else false end) then
    raise exception 'not a stock move: % % %', new.kind, new.quantity, new.source using errcode = 'check_violation',
      constraint = 'volunteers_stockmove_rules';
  end if;
  update volunteers_reward set stock = stock + new.quantity
    where id = new.reward_id and community_id = new.community_id;
  if not found then
    raise exception 'no such reward in this community' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$"""

REWARD_RULES = """
create function volunteers_reward_rules() returns trigger language plpgsql as $$
begin
  if new.points < 1 or new.low_stock < 0 or new.per_person < 1 or new.min_age < 0 or new.pick_up_days < 1
      or new.per_period not in ('MONTH', 'QUARTER', 'YEAR', 'EVER') then
    raise exception 'a reward costs points and its limits are not negative' using errcode = 'check_violation',
      constraint = 'volunteers_reward_rules';
  end if;
  if not (case when new.fund_id is null then new.backing_fen = 0 and new.backing <> '' else new.backing_fen > 0 end)
  then
    raise exception 'a reward is backed by a fund or by donated goods' using errcode = 'check_violation',
      constraint = 'volunteers_reward_is_backed';
  end if;
  return new;
end $$"""

REDEMPTION_CLOSED = """
create function volunteers_redemption_closed() returns trigger language plpgsql as $$
begin
  if (new.state = 'REDEEMED') <> (new.closed_at is null) or (new.state = 'COLLECTED') <> (new.collected_by_name <> '')
  then
    raise exception 'a slip is closed with its moment, and collected by somebody' using errcode = 'check_violation',
      constraint = 'volunteers_redemption_closed_once';
  end if;
  return new;
end $$"""

STOCK_BY_MOVES = """
create function volunteers_stock_by_moves() returns trigger language plpgsql as $$
begin
  raise exception 'the stock of a reward changes by stock moves only' using errcode = 'check_violation',
    constraint = 'volunteers_reward_stock_by_moves';
end $$"""

ATTENDANCE_STANDS = """
create function volunteers_attendance_stands() returns trigger language plpgsql as $$
begin
  if old.reversed_by_id is not null or new.reversed_by_id is null
      or not exists (select from volunteers_attendancereversal
        where id = new.reversed_by_id and attendance_id = new.id) then
    raise exception 'an attendance is only reversed, once, by its own reversal' using errcode = 'check_violation',
      constraint = 'volunteers_attendance_stands';
  end if;
  return new;
end $$"""

# Order matters: the answer to a repeat first; cheap refusals; the key, then the accounts in the order of their ids (as
# the ledger does); limits read afresh under the volunteer's lock; slip, history and notice; the reward's hot row last.
# It writes the books itself, with the ledger's own hash and conventions, because two moves through `ledger_post` cost
# 1.7 times as much (benchmarks/redemption.py); check_books proves the result in every test of this app.
REDEEM = f"""
create function volunteers_redeem(p_community bigint, p_volunteer bigint, p_reward bigint, p_key text, p_uid uuid,
  p_token bytea, p_on date, p_at timestamptz, p_by bigint, p_points bigint default null)
returns setof volunteers_redemption language plpgsql {DEFINER} rows 1 as $$
declare
  v_row volunteers_redemption%rowtype;
  v_reward volunteers_reward%rowtype;
  v_state text;
  v_person bigint;
  v_born date;
  v_points_id bigint;
  v_fund_id bigint;
  v_balance bigint;
  v_points_left bigint;
  v_fund_left bigint;
  v_frozen timestamptz;
  v_redeemed bigint;
  v_goods bigint;
  v_entry bigint;
  v_known bytea;
  v_hash bytea;
  v_code text;
  v_from date;
  v_until date;
begin
  if not coalesce(p_community = any(
      string_to_array(nullif(current_setting('carenet.communities', true), ''), ',')::bigint[]), false) then
    raise exception 'community % is not in scope', p_community using errcode = 'CN007';
  end if;
  select * into v_row from volunteers_redemption where community_id = p_community and key = p_key;
  if found then
    if v_row.volunteer_id <> p_volunteer or v_row.reward_id <> p_reward or v_row.points <> coalesce(p_points, v_row.points)
    then
      raise exception 'the key % was used for something else', p_key using errcode = 'CV001';
    end if;
    return next v_row;
    return;
  end if;

  -- What can be refused without waiting for anybody.
  select * into v_reward from volunteers_reward where id = p_reward and community_id = p_community;
  if not found or not v_reward.is_active then
    raise exception 'reward % is not on offer', p_reward using errcode = 'CV002';
  end if;
  if v_reward.points <> coalesce(p_points, v_reward.points) then
    raise exception 'the price is % now', v_reward.points using errcode = 'CV009', detail = v_reward.points::text;
  end if;
  if v_reward.stock < 1 then
    raise exception 'reward % is sold out', p_reward using errcode = 'CV003';
  end if;
  select v.state, p.id, p.born_on into v_state, v_person, v_born
    from volunteers_volunteer v join parties_person p on p.id = v.person_id
    where v.id = p_volunteer and v.community_id = p_community;
  if not found or v_state = 'LEFT' then
    raise exception 'volunteer % does not serve here', p_volunteer using errcode = 'CV006';
  end if;
  if v_reward.min_age > 0 and (v_born is null or v_born + make_interval(years => v_reward.min_age) > p_on) then
    raise exception 'for people of % and more', v_reward.min_age using errcode = 'CV005',
      detail = v_reward.min_age::text;
  end if;
  select id, balance, frozen_at into v_points_id, v_balance, v_frozen from ledger_account
    where community_id = p_community and unit = 'POINT' and code = 'volunteer:' || p_volunteer;
  if not found or v_frozen is not null then
    raise exception 'the points of volunteer % are frozen', p_volunteer using errcode = 'CV006';
  end if;
  if v_balance < v_reward.points then
    raise exception 'not enough points' using errcode = 'CV007', detail = (v_reward.points - v_balance)::text;
  end if;
  if v_reward.fund_id is not null then
    -- Two steps on purpose: as a join the planner may walk along the hot rows of the accounts.
    select account_id into v_fund_id from charity_fund
      where id = v_reward.fund_id and community_id = p_community and closed_on is null;
    select balance, frozen_at into v_balance, v_frozen from ledger_account where id = v_fund_id;
    if not found or v_frozen is not null or v_balance < v_reward.backing_fen then
      raise exception 'the fund cannot back this' using errcode = 'CV008';
    end if;
  end if;
  if p_by is null or not exists (select from accounts_user where id = p_by) then
    raise exception 'nobody books this' using errcode = 'CN008';
  end if;

  -- The entry: the key makes a second attempt wait here for the first one.
  select id into v_redeemed from ledger_account
    where community_id = p_community and unit = 'POINT' and code = 'redeemed';
  select id into v_goods from ledger_account
    where community_id = p_community and unit = 'FEN' and code = 'redeemed-goods';
  v_hash := case when v_fund_id is null
    then ledger_body_hash('POST', 'volunteers.reward', p_reward, array[v_points_id], array[v_redeemed],
      array[v_reward.points::bigint], null)
    else ledger_body_hash('POST', 'volunteers.reward', p_reward, array[v_points_id, v_fund_id],
      array[v_redeemed, v_goods], array[v_reward.points::bigint, v_reward.backing_fen::bigint], null) end;
  insert into ledger_entry (community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind, cause_id, memo)
    values (p_community, 'redeem:' || p_key, v_hash, 'POST', p_on, p_at, p_by, 'volunteers.reward', p_reward, '')
    on conflict (community_id, key) do nothing returning id into v_entry;
  if v_entry is null then  -- the first attempt was under way when we looked; it has committed since
    select * into v_row from volunteers_redemption where community_id = p_community and key = p_key;
    if not found or v_row.volunteer_id <> p_volunteer or v_row.reward_id <> p_reward then
      raise exception 'the key % was used for something else', p_key using errcode = 'CV001';
    end if;
    return next v_row;
    return;
  end if;
  perform pg_advisory_xact_lock_shared(7201, p_community::int);
  if exists (select from ledger_periodlock
      where community_id = p_community and month = date_trunc('month', p_on)::date) then
    raise exception 'the month of % is closed', p_on using errcode = 'CN004', detail = to_char(p_on, 'YYYY-MM');
  end if;

  -- The accounts, in the order of their ids; facts are checked again under the lock that the update takes.
  if v_fund_id is not null and v_fund_id < v_points_id then
    update ledger_account set balance = balance - v_reward.backing_fen
      where id = v_fund_id and frozen_at is null and balance >= v_reward.backing_fen returning balance into v_fund_left;
    if not found then
      raise exception 'the fund cannot back this' using errcode = 'CV008';
    end if;
  end if;
  update ledger_account set balance = balance - v_reward.points
    where id = v_points_id and frozen_at is null and balance >= v_reward.points returning balance into v_points_left;
  if not found then
    raise exception 'not enough points' using errcode = 'CV007';
  end if;
  if v_fund_id > v_points_id then
    update ledger_account set balance = balance - v_reward.backing_fen
      where id = v_fund_id and frozen_at is null and balance >= v_reward.backing_fen returning balance into v_fund_left;
    if not found then
      raise exception 'the fund cannot back this' using errcode = 'CV008';
    end if;
  end if;
  if v_fund_id is null then
    insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on, source_balance)
      values (p_community, v_entry, 'POINT', v_points_id, v_redeemed, v_reward.points, p_on, v_points_left);
  else
    insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on, source_balance)
      values (p_community, v_entry, 'POINT', v_points_id, v_redeemed, v_reward.points, p_on, v_points_left),
        (p_community, v_entry, 'FEN', v_fund_id, v_goods, v_reward.backing_fen, p_on, v_fund_left);
  end if;

  if v_reward.per_person is not null then
    v_from := case v_reward.per_period when 'EVER' then '-infinity'::date
      else date_trunc(v_reward.per_period, p_on)::date end;
    v_until := case v_reward.per_period when 'MONTH' then v_from + interval '1 month'
      when 'QUARTER' then v_from + interval '3 months' when 'YEAR' then v_from + interval '1 year'
      else 'infinity'::date end;
    if (select count(*) from volunteers_redemption where volunteer_id = p_volunteer and reward_id = p_reward
        and state <> 'CANCELLED' and redeemed_on >= v_from and redeemed_on < v_until) >= v_reward.per_person then
      raise exception 'one person may have only %', v_reward.per_person using errcode = 'CV004',
        detail = v_reward.per_person || ' ' || v_reward.per_period;
    end if;
  end if;

  -- The unique index on open codes refuses a twin (one in a million with a hundred open slips); the action tries again.
  v_code := lpad((('x' || substr(md5(gen_random_uuid()::text), 1, 8))::bit(32)::bigint % 100000000)::text, 8, '0');
  insert into volunteers_redemption (uid, community_id, volunteer_id, reward_id, name, points, backing_fen, key, code,
      token_hash, state, place, pick_up_by, entry_id, redeemed_on, redeemed_at, by_id, collected_by_name, is_proxy)
    values (p_uid, p_community, p_volunteer, p_reward, v_reward.name, v_reward.points, v_reward.backing_fen, p_key, v_code,
      p_token, 'REDEEMED', v_reward.place, p_on + v_reward.pick_up_days, v_entry, p_on, p_at, p_by, '', false)
    returning * into v_row;
  -- The first line of its history; later ones are written by pghistory's trigger.
  insert into volunteers_redemptionevent (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, community_id, state,
      collected_by_name, is_proxy)
    values (now(), 'insert', v_row.id, _pgh_attach_context(), p_community, 'REDEEMED', '', false);
  insert into notices_outbox (community_id, key, template, channel, to_person_id, params, due_at, by_id, created_at)
    values (p_community, 'redeemed:' || v_row.id, 'volunteers.redeemed', 'INAPP', v_person,
      jsonb_build_object('reward', v_reward.name, 'points', v_reward.points, 'place', v_reward.place,
        'pick_up_by_on', v_row.pick_up_by, 'uid', p_uid),
      p_at, p_by, p_at);
  insert into volunteers_stockmove (community_id, reward_id, kind, quantity, redemption_id, source, at, by_id)
    values (p_community, p_reward, 'REDEEMED', -1, v_row.id, '', p_at, p_by);
  return next v_row;
end $$"""

# What the application calls: a refusal is an answer, not an error, so the caller's transaction stays usable without a
# savepoint (two round trips fewer), and everything a refused attempt wrote is undone here.
TRY_REDEEM = f"""
create function volunteers_try_redeem(p_community bigint, p_volunteer bigint, p_reward bigint, p_key text, p_uid uuid,
  p_token bytea, p_on date, p_at timestamptz, p_by bigint, p_points bigint default null)
returns table (refusal text, detail text, slip volunteers_redemption) language plpgsql {DEFINER} rows 1 as $$
declare
  v_constraint text;
begin
  select r.* into slip from volunteers_redeem(p_community, p_volunteer, p_reward, p_key, p_uid, p_token, p_on, p_at, p_by,
    p_points) r;
  return next;
exception when others then
  get stacked diagnostics refusal = returned_sqlstate, detail = pg_exception_detail, v_constraint = constraint_name;
  if v_constraint in ('volunteers_reward_stock_not_negative', 'volunteers_redemption_one_open_code') then
    refusal := v_constraint;
  elsif refusal !~ '^C[VN]0' then
    raise;
  end if;
  slip := null;
  return next;
end $$"""

# The address of a slip carries a secret; who has it may read that one slip, whatever the scope.
SLIP = f"""
create function volunteers_slip(p_token bytea) returns table (community_id bigint, id bigint)
language sql stable {DEFINER} as $$
  select r.community_id, r.id from volunteers_redemption r where r.token_hash = p_token
$$"""

TABLES = (
    "volunteers_team",
    "volunteers_volunteer",
    "volunteers_qualification",
    "volunteers_policy",
    "volunteers_attendance",
    "volunteers_attendancereversal",
    "volunteers_reward",
    "volunteers_redemption",
    "volunteers_stockmove",
)
TRACKED = ("team", "volunteer", "qualification", "policy", "reward", "redemption")
REDEEM_ARGUMENTS = "bigint, bigint, bigint, text, uuid, bytea, date, timestamptz, bigint, bigint"


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0001_volunteers"),
        ("ledger", "0002_walls"),
        ("notices", "0001_notices"),
        ("charity", "0001_charity"),
        ("parties", "0003_walls"),
    ]
    operations = [
        *[step for table in TABLES for step in walls.guard(table)],
        *[step for table in TABLES if table != "volunteers_policy" for step in walls.no_delete(table)],
        *[step for name in TRACKED for step in walls.guard(f"volunteers_{name}event")],
        *[step for name in TRACKED for step in walls.append_only(f"volunteers_{name}event")],
        *walls.append_only("volunteers_attendancereversal"),
        *walls.append_only("volunteers_stockmove"),
        *walls.steps(
            "volunteers_volunteer",
            "state",
            {"ACTIVE": ["PAUSED", "LEFT"], "PAUSED": ["ACTIVE", "LEFT"], "LEFT": ["ACTIVE"]},
            initial=["ACTIVE"],
        ),
        *walls.steps("volunteers_redemption", "state", {"REDEEMED": ["COLLECTED", "CANCELLED"]}, initial=["REDEEMED"]),
        *walls.frozen(
            "volunteers_redemption",
            [
                "uid", "community_id", "volunteer_id", "reward_id", "name", "points", "backing_fen", "key", "code",
                "token_hash", "place", "entry_id", "redeemed_on", "redeemed_at", "by_id",
            ],
        ),
        # A slip is born in volunteers_redeem only, and afterwards only closed.
        *walls.sql(
            [
                "revoke insert, update on volunteers_redemption from carenet_app",
                "grant update (state, closed_at, closed_by_id, collected_by_name, is_proxy) on volunteers_redemption "
                "to carenet_app",
                "alter table volunteers_redemption set (fillfactor = 90)",
                # One event a redemption: only found by its slip or its context.
                """do $$ declare each record; begin
                  for each in select indexname from pg_indexes where tablename = 'volunteers_redemptionevent'
                      and (indexname like '%\\_community\\_id\\_%' or indexname like '%\\_closed\\_by\\_id\\_%') loop
                    execute format('drop index %I', each.indexname);
                  end loop; end $$""",
            ],
            [
                "alter table volunteers_redemption reset (fillfactor)",
                "grant insert, update on volunteers_redemption to carenet_app",
            ],
        ),
        # An attendance is append only but for its reversal.
        *walls.sql(
            [
                ATTENDANCE_STANDS,
                "create trigger volunteers_attendance_stands before update on volunteers_attendance "
                "for each row execute function volunteers_attendance_stands()",
                "revoke update on volunteers_attendance from carenet_app",
                "grant update (reversed_by_id) on volunteers_attendance to carenet_app",
            ],
            [
                "grant update on volunteers_attendance to carenet_app",
                "drop trigger volunteers_attendance_stands on volunteers_attendance",
                "drop function volunteers_attendance_stands()",
            ],
        ),
        *walls.sql(
            [
                STOCK_MOVED,
                "create trigger volunteers_stockmove_moves after insert on volunteers_stockmove "
                "for each row execute function volunteers_stock_moved()",
                REWARD_RULES,
                "create trigger volunteers_reward_rules before insert or update of points, low_stock, per_person, "
                "per_period, min_age, pick_up_days, fund_id, backing_fen, backing on volunteers_reward "
                "for each row execute function volunteers_reward_rules()",
                REDEMPTION_CLOSED,
                "create trigger volunteers_redemption_closed before update on volunteers_redemption "
                "for each row execute function volunteers_redemption_closed()",
                STOCK_BY_MOVES,
                "create trigger volunteers_reward_stock_by_moves before update of stock on volunteers_reward "
                "for each row when (new.stock is distinct from old.stock and pg_trigger_depth() = 0) "
                "execute function volunteers_stock_by_moves()",
                "create trigger volunteers_reward_begins_empty before insert on volunteers_reward "
                "for each row when (new.stock <> 0) execute function volunteers_stock_by_moves()",
                "alter table volunteers_reward set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, "
                "autovacuum_vacuum_threshold = 1000)",
            ],
            [
                "alter table volunteers_reward reset (fillfactor, autovacuum_vacuum_scale_factor, "
                "autovacuum_vacuum_threshold)",
                "drop trigger volunteers_reward_begins_empty on volunteers_reward",
                "drop trigger volunteers_reward_stock_by_moves on volunteers_reward",
                "drop function volunteers_stock_by_moves()",
                "drop trigger volunteers_redemption_closed on volunteers_redemption",
                "drop function volunteers_redemption_closed()",
                "drop trigger volunteers_reward_rules on volunteers_reward",
                "drop function volunteers_reward_rules()",
                "drop trigger volunteers_stockmove_moves on volunteers_stockmove",
                "drop function volunteers_stock_moved()",
            ],
        ),
        *walls.sql(
            [REDEEM, f"revoke all on function volunteers_redeem({REDEEM_ARGUMENTS}) from public"],
            f"drop function volunteers_redeem({REDEEM_ARGUMENTS})",
        ),
        *walls.definer(TRY_REDEEM, name="volunteers_try_redeem", arguments=REDEEM_ARGUMENTS),
        *walls.definer(SLIP, name="volunteers_slip", arguments="bytea"),
    ]
