"""The redemption as one function, and a history of rewards that does not look at each piece that leaves the shelf.

Where `volunteers_try_redeem` called a second function and looked for the key first, it now does everything itself and
looks for the key only when something stands in the way: the entry of the books carries the same key, so a second attempt
stops there. Refusals as in 0002. Source: proof.md §1a, GOAL A; docs/decisions/0011.
"""

from __future__ import annotations

import importlib

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from django.db.migrations.operations.special import RunSQL

before = importlib.import_module("volunteers.migrations.0002_walls")
DEFINER = before.DEFINER

REDEEM = f"""
create or replace function volunteers_try_redeem(p_community bigint, p_volunteer bigint, p_reward bigint, p_key text, p_uid uuid,
  p_token bytea, p_on date, p_at timestamptz, p_by bigint, p_points bigint default null)
returns table (refusal text, detail text, slip volunteers_redemption) language plpgsql {DEFINER} rows 1 as $$
#variable_conflict use_column
declare
  v_constraint text;
  v_reward volunteers_reward%rowtype;
  v_state text;
  v_person bigint;
  v_by bigint;
  v_had bigint;
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
  v_hash bytea;
  v_code text;
begin
  if not coalesce(p_community = any(
      string_to_array(nullif(current_setting('carenet.communities', true), ''), ',')::bigint[]), false) then
    raise exception 'community % is not in scope', p_community using errcode = 'CN007';
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
  select v.state, p.id, p.born_on, u.id into v_state, v_person, v_born, v_by
    from volunteers_volunteer v join parties_person p on p.id = v.person_id left join accounts_user u on u.id = p_by
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
  if v_by is null then
    raise exception 'nobody books this' using errcode = 'CN008';
  end if;

  -- The entry: the key makes a second attempt wait here for the first one.
  select a.id, b.id into v_redeemed, v_goods from ledger_account a, ledger_account b
    where a.community_id = p_community and a.unit = 'POINT' and a.code = 'redeemed'
      and b.community_id = p_community and b.unit = 'FEN' and b.code = 'redeemed-goods';
  -- What ledger_body_hash would give, said here: a function that reads settings cannot be folded in and costs ten times this.
  v_hash := sha256(convert_to('POST|volunteers.reward|' || p_reward || '|{{' || v_points_id || coalesce(',' || v_fund_id, '')
    || '}}|{{' || v_redeemed || case when v_fund_id is null then '' else ',' || v_goods end || '}}|{{' || v_reward.points
    || case when v_fund_id is null then '' else ',' || v_reward.backing_fen end || '}}|-', 'UTF8'));
  insert into ledger_entry (community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind, cause_id, memo)
    values (p_community, 'redeem:' || p_key, v_hash, 'POST', p_on, p_at, p_by, 'volunteers.reward', p_reward, '')
    on conflict (community_id, key) do nothing returning id into v_entry;
  if v_entry is null then  -- the key was used, now or long ago
    raise exception 'the key % was used', p_key using errcode = 'CV001';
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
    select count(*) into v_had from volunteers_redemption r
      where r.volunteer_id = p_volunteer and r.reward_id = p_reward and r.state <> 'CANCELLED'
        and (v_reward.per_period = 'EVER' or date_trunc(v_reward.per_period, r.redeemed_on::timestamp)
          = date_trunc(v_reward.per_period, p_on::timestamp));
    if v_had >= v_reward.per_person then
      raise exception 'one person may have only %', v_reward.per_person using errcode = 'CV004',
        detail = v_reward.per_person || ' ' || v_reward.per_period;
    end if;
  end if;

  -- The unique index on open codes refuses a twin (one in a million with a hundred open slips); the action tries again.
  v_code := lpad(((uuid_hash_extended(gen_random_uuid(), 0) & 9223372036854775807) % 100000000)::text, 8, '0');
  insert into volunteers_redemption (uid, community_id, volunteer_id, reward_id, name, points, backing_fen, key, code,
      token_hash, state, place, pick_up_by, entry_id, redeemed_on, redeemed_at, by_id, collected_by_name, is_proxy)
    values (p_uid, p_community, p_volunteer, p_reward, v_reward.name, v_reward.points, v_reward.backing_fen, p_key, v_code,
      p_token, 'REDEEMED', v_reward.place, p_on + v_reward.pick_up_days, v_entry, p_on, p_at, p_by, '', false)
    returning * into slip;
  -- The first line of its history; later ones are written by pghistory's trigger.
  insert into volunteers_redemptionevent (pgh_created_at, pgh_label, pgh_obj_id, pgh_context_id, community_id, state,
      collected_by_name, is_proxy)
    values (now(), 'insert', slip.id, case when current_setting('pghistory.context_id', true) <> '' then _pgh_attach_context() end, p_community, 'REDEEMED', '', false);
  insert into notices_outbox (community_id, key, template, channel, to_person_id, params, due_at, by_id, created_at)
    values (p_community, 'redeemed:' || slip.id, 'volunteers.redeemed', 'INAPP', v_person,
      jsonb_build_object('reward', v_reward.name, 'points', v_reward.points, 'place', v_reward.place,
        'pick_up_by_on', slip.pick_up_by, 'uid', p_uid),
      p_at, p_by, p_at);
  insert into volunteers_stockmove (community_id, reward_id, kind, quantity, redemption_id, source, at, by_id)
    values (p_community, p_reward, 'REDEEMED', -1, slip.id, '', p_at, p_by);
  return next;
exception when others then
  get stacked diagnostics refusal = returned_sqlstate, detail = pg_exception_detail, v_constraint = constraint_name;
  if v_constraint in ('volunteers_reward_stock_not_negative', 'volunteers_redemption_one_open_code') then
    refusal := v_constraint;
  elsif refusal !~ '^C[VN]0' then
    raise;
  end if;
  slip := null;
  if refusal <> 'CN007' then  -- whatever stands in the way now: the same key gives the first slip
    select r.* into slip from volunteers_redemption r where r.community_id = p_community and r.key = p_key;
    if slip.id is not null then
      if slip.volunteer_id = p_volunteer and slip.reward_id = p_reward and slip.points = coalesce(p_points, slip.points) then
        refusal := null;
        detail := null;
      else
        refusal := 'CV001';
        slip := null;
      end if;
    end if;
  end if;
  return next;
end $$"""


# The one trigger that looks at a piece taken or added: by a stock move only (a trigger's own update runs one deeper), and
# never below zero. Its refusals are those of the CHECK and the trigger it replaces.
STOCK_RULES = """
create or replace function volunteers_stock_by_moves() returns trigger language plpgsql as $$
begin
  if new.stock < 0 then
    raise exception 'there are not so many pieces' using errcode = 'check_violation',
      constraint = 'volunteers_reward_stock_not_negative', table = 'volunteers_reward';
  end if;
  if pg_trigger_depth() = 1 and (tg_op = 'INSERT' or new.stock <> old.stock) then
    raise exception 'the stock of a reward changes by stock moves only' using errcode = 'check_violation',
      constraint = 'volunteers_reward_stock_by_moves', table = 'volunteers_reward';
  end if;
  return new;
end $$"""


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0002_walls"),
        ("ledger", "0003_rules_by_trigger"),
        ("notices", "0004_rules_by_trigger"),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="reward", name="volunteers_reward_stock_not_negative"),
        RunSQL(
            [
                STOCK_RULES,
                "drop trigger volunteers_reward_stock_by_moves on volunteers_reward",
                "create trigger volunteers_reward_stock_by_moves before update of stock on volunteers_reward "
                "for each row execute function volunteers_stock_by_moves()",
            ],
            [
                before.STOCK_BY_MOVES.replace("create function", "create or replace function", 1),
                "drop trigger volunteers_reward_stock_by_moves on volunteers_reward",
                "create trigger volunteers_reward_stock_by_moves before update of stock on volunteers_reward "
                "for each row when (new.stock is distinct from old.stock and pg_trigger_depth() = 0) "
                "execute function volunteers_stock_by_moves()",
            ],
        ),
        RunSQL(
            [REDEEM, f"drop function volunteers_redeem({before.REDEEM_ARGUMENTS})"],
            [
                before.REDEEM,
                f"revoke all on function volunteers_redeem({before.REDEEM_ARGUMENTS}) from public",
                before.TRY_REDEEM.replace("create function", "create or replace function", 1),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reward",
            name="update_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reward",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."backing" IS DISTINCT FROM (NEW."backing") OR OLD."backing_fen" IS DISTINCT FROM (NEW."backing_fen") OR OLD."community_id" IS DISTINCT FROM (NEW."community_id") OR OLD."fund_id" IS DISTINCT FROM (NEW."fund_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_demo" IS DISTINCT FROM (NEW."is_demo") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."low_stock" IS DISTINCT FROM (NEW."low_stock") OR OLD."min_age" IS DISTINCT FROM (NEW."min_age") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."per_period" IS DISTINCT FROM (NEW."per_period") OR OLD."per_person" IS DISTINCT FROM (NEW."per_person") OR OLD."pick_up_days" IS DISTINCT FROM (NEW."pick_up_days") OR OLD."picture" IS DISTINCT FROM (NEW."picture") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."points" IS DISTINCT FROM (NEW."points") OR OLD."words" IS DISTINCT FROM (NEW."words"))',
                    func='INSERT INTO "volunteers_rewardevent" ("backing", "backing_fen", "community_id", "fund_id", "id", "is_active", "is_demo", "kind", "low_stock", "min_age", "name", "name_en", "per_period", "per_person", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pick_up_days", "picture", "place", "points", "words") VALUES (NEW."backing", NEW."backing_fen", NEW."community_id", NEW."fund_id", NEW."id", NEW."is_active", NEW."is_demo", NEW."kind", NEW."low_stock", NEW."min_age", NEW."name", NEW."name_en", NEW."per_period", NEW."per_person", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pick_up_days", NEW."picture", NEW."place", NEW."points", NEW."words"); RETURN NULL;',
                    hash="f11523d454cb56522ea39c0874b2943fc16ec6e2",
                    operation='UPDATE OF "community_id", "name", "name_en", "words", "kind", "points", "low_stock", "per_person", "per_period", "min_age", "fund_id", "backing_fen", "backing", "picture", "place", "pick_up_days", "is_active", "is_demo"',
                    pgid="pgtrigger_update_update_4dcbb",
                    table="volunteers_reward",
                    when="AFTER",
                ),
            ),
        ),
    ]
