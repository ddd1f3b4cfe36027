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

# A piece more or less on the shelf exists only as a move; the reward's own row is touched here, last of all.
STOCK_MOVED = f"""
create function volunteers_stock_moved() returns trigger language plpgsql {DEFINER} as $$
begin
  update volunteers_reward set stock = stock + new.quantity
    where id = new.reward_id and community_id = new.community_id;
  if not found then
    raise exception 'no such reward in this community' using errcode = 'foreign_key_violation';
  end if;
  return null;
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

# Order matters: the answer to a repeat first; cheap refusals; the key and the accounts (in the ledger's order: key,
# then accounts by id); limits read afresh under the volunteer's lock; slip and notice; the hot row of the reward last.
REDEEM = f"""
create function volunteers_redeem(p_community bigint, p_volunteer bigint, p_reward bigint, p_key text, p_uid uuid,
  p_token bytea, p_on date, p_at timestamptz, p_by bigint, p_points bigint default null)
returns setof volunteers_redemption language plpgsql {DEFINER} rows 1 as $$
declare
  v_row volunteers_redemption%rowtype;
  v_reward volunteers_reward%rowtype;
  v_who record;
  v_points record;
  v_redeemed bigint;
  v_fund record;
  v_goods bigint;
  v_entry bigint;
  v_code text;
  v_from date;
  v_until date;
begin
  perform ledger_require_scope(p_community);
  select * into v_row from volunteers_redemption where community_id = p_community and key = p_key;
  if found then
    if v_row.volunteer_id <> p_volunteer or v_row.reward_id <> p_reward or v_row.points <> coalesce(p_points, v_row.points)
    then
      raise exception 'the key % was used for something else', p_key using errcode = 'CV001';
    end if;
    return next v_row;
    return;
  end if;

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
  select v.state, p.id as person_id, p.born_on into v_who
    from volunteers_volunteer v join parties_person p on p.id = v.person_id
    where v.id = p_volunteer and v.community_id = p_community;
  if not found or v_who.state = 'LEFT' then
    raise exception 'volunteer % does not serve here', p_volunteer using errcode = 'CV006';
  end if;
  if v_reward.min_age > 0 and (v_who.born_on is null or v_who.born_on + make_interval(years => v_reward.min_age) > p_on)
  then
    raise exception 'for people of % and more', v_reward.min_age using errcode = 'CV005',
      detail = v_reward.min_age::text;
  end if;

  select id, balance, frozen_at into v_points from ledger_account
    where community_id = p_community and unit = 'POINT' and code = 'volunteer:' || p_volunteer;
  if not found or v_points.frozen_at is not null then
    raise exception 'the points of volunteer % are frozen', p_volunteer using errcode = 'CV006';
  end if;
  if v_points.balance < v_reward.points then
    raise exception 'not enough points' using errcode = 'CV007', detail = (v_reward.points - v_points.balance)::text;
  end if;
  select id into v_redeemed from ledger_account
    where community_id = p_community and unit = 'POINT' and code = 'redeemed';
  if v_reward.fund_id is null then
    v_entry := ledger_post(p_community, 'redeem:' || p_key, p_on, p_at, p_by, array[v_points.id], array[v_redeemed],
      array[v_reward.points::bigint], 'volunteers.reward', p_reward, '');
  else
    -- Two steps on purpose: as a join the planner may walk along the hot rows of the accounts.
    select account_id into v_goods from charity_fund
      where id = v_reward.fund_id and community_id = p_community and closed_on is null;
    select id, balance, frozen_at into v_fund from ledger_account where id = v_goods;
    if not found or v_fund.frozen_at is not null or v_fund.balance < v_reward.backing_fen then
      raise exception 'the fund cannot back this' using errcode = 'CV008';
    end if;
    select id into v_goods from ledger_account
      where community_id = p_community and unit = 'FEN' and code = 'redeemed-goods';
    v_entry := ledger_post(p_community, 'redeem:' || p_key, p_on, p_at, p_by, array[v_points.id, v_fund.id],
      array[v_redeemed, v_goods], array[v_reward.points::bigint, v_reward.backing_fen::bigint], 'volunteers.reward',
      p_reward, '');
  end if;

  for attempt in 1 .. 20 loop
    v_code := lpad((('x' || substr(md5(gen_random_uuid()::text), 1, 8))::bit(32)::bigint % 100000000)::text, 8, '0');
    exit when not exists (select from volunteers_redemption
      where community_id = p_community and code = v_code and state = 'REDEEMED');
  end loop;
  insert into volunteers_redemption (uid, community_id, volunteer_id, reward_id, name, points, backing_fen, key, code,
      token_hash, state, place, pick_up_by, entry_id, redeemed_on, redeemed_at, by_id, collected_by_name, is_proxy)
    values (p_uid, p_community, p_volunteer, p_reward, v_reward.name, v_reward.points, v_reward.backing_fen, p_key, v_code,
      p_token, 'REDEEMED', v_reward.place, p_on + v_reward.pick_up_days, v_entry, p_on, p_at, p_by, '', false)
    on conflict (community_id, key) do nothing returning * into v_row;
  if not found then  -- the first attempt was under way when we looked; it has committed since
    select * into v_row from volunteers_redemption where community_id = p_community and key = p_key;
    if v_row.volunteer_id <> p_volunteer or v_row.reward_id <> p_reward then
      raise exception 'the key % was used for something else', p_key using errcode = 'CV001';
    end if;
    return next v_row;
    return;
  end if;

  if v_reward.per_person is not null then
    v_from := case v_reward.per_period when 'EVER' then '-infinity'::date
      else date_trunc(v_reward.per_period, p_on)::date end;
    v_until := case v_reward.per_period when 'MONTH' then v_from + interval '1 month'
      when 'QUARTER' then v_from + interval '3 months' when 'YEAR' then v_from + interval '1 year'
      else 'infinity'::date end;
    if (select count(*) from volunteers_redemption where volunteer_id = p_volunteer and reward_id = p_reward
        and state <> 'CANCELLED' and redeemed_on >= v_from and redeemed_on < v_until) > v_reward.per_person then
      raise exception 'one person may have only %', v_reward.per_person using errcode = 'CV004',
        detail = v_reward.per_person || ' ' || v_reward.per_period;
    end if;
  end if;

  insert into notices_outbox (community_id, key, template, channel, to_person_id, params, due_at, by_id, created_at)
    values (p_community, 'redeemed:' || v_row.id, 'volunteers.redeemed', 'INAPP', v_who.person_id,
      jsonb_build_object('reward', v_reward.name, 'points', v_reward.points, 'place', v_reward.place,
        'pick_up_by_on', v_row.pick_up_by, 'uid', p_uid),
      p_at, p_by, p_at);
  insert into volunteers_stockmove (community_id, reward_id, kind, quantity, redemption_id, source, at, by_id)
    values (p_community, p_reward, 'REDEEMED', -1, v_row.id, '', p_at, p_by);
  return next v_row;
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
                "drop trigger volunteers_stockmove_moves on volunteers_stockmove",
                "drop function volunteers_stock_moved()",
            ],
        ),
        *walls.definer(REDEEM, name="volunteers_redeem", arguments=REDEEM_ARGUMENTS),
        *walls.definer(SLIP, name="volunteers_slip", arguments="bytea"),
    ]
