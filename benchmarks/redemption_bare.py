"""The prototype that GOAL A of proof.md was measured with (its appendix A1), in tables of its own.

An entry with a key, two legs, an order, one piece less on the shelf, a deferred guard and append-only triggers; without limits per
person, backing by a fund, age, notice, history, words of the slip and row security. It says what the same machine gives to
the smallest honest redemption, so that a goal in multiples of TPC-B can be read on a machine with another disk and another Python.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

SCHEMA = """
create table bare_entry (id bigserial primary key, key text not null unique, kind text not null);
create table bare_account (id bigint primary key, balance bigint not null check (balance >= 0));
create table bare_item (id bigint primary key, price bigint not null, stock bigint not null check (stock >= 0));
create table bare_leg (id bigserial primary key, entry_id bigint not null references bare_entry,
  account_id bigint references bare_account, amount bigint not null);
create index on bare_leg (entry_id);
create index on bare_leg (account_id, id);
create table bare_order (id bigserial primary key, entry_id bigint not null references bare_entry,
  account_id bigint not null references bare_account, item_id bigint not null references bare_item, points bigint not null);
create function bare_guard() returns trigger language plpgsql as $$
declare v_sum bigint; v_count bigint;
begin
  select sum(amount), count(*) into v_sum, v_count from bare_leg where entry_id = new.id;
  if v_sum <> 0 or v_count < 2 then raise exception 'unbalanced'; end if;
  return null;
end $$;
create function bare_never() returns trigger language plpgsql as $$ begin raise exception 'append only'; end $$;
create trigger keep before update or delete on bare_entry for each row execute function bare_never();
create trigger keep before update or delete on bare_leg for each row execute function bare_never();
create function bare_redeem(p_key text, p_account bigint, p_item bigint) returns bigint language plpgsql as $$
declare v_entry bigint; v_order bigint; v_cost bigint;
begin
  insert into bare_entry (key, kind) values (p_key, 'redeem') on conflict (key) do nothing returning id into v_entry;
  if v_entry is null then
    select o.id into v_order from bare_entry e join bare_order o on o.entry_id = e.id where e.key = p_key;
    return v_order;
  end if;
  select price into v_cost from bare_item where id = p_item;
  update bare_account set balance = balance - v_cost where id = p_account and balance >= v_cost;
  if not found then raise exception 'not enough points'; end if;
  insert into bare_leg (entry_id, account_id, amount) values (v_entry, p_account, -v_cost), (v_entry, null, v_cost);
  insert into bare_order (entry_id, account_id, item_id, points) values (v_entry, p_account, p_item, v_cost)
    returning id into v_order;
  update bare_item set stock = stock - 1 where id = p_item and stock >= 1;
  if not found then raise exception 'sold out'; end if;
  return v_order;
end $$;
"""
GUARD = """
create constraint trigger guard after insert on bare_entry deferrable initially deferred
  for each row execute function bare_guard();
"""


def seed(run: Callable[[str], None], volunteers: int, rewards: int, postings: int) -> None:
    """The tables with as many accounts, items and legs as the other arms have."""
    entries = max(postings // 2, volunteers)
    run(SCHEMA)
    run(f"insert into bare_account select n, 1000000000 from generate_series(1, {volunteers}) n")
    run(f"insert into bare_item select n, 5, 100000000 from generate_series(1, {rewards}) n")
    run(
        f"insert into bare_entry (key, kind) select 'past:' || n, 'post' from generate_series(1, {entries}) n"
    )
    run(
        f"""insert into bare_leg (entry_id, account_id, amount)
            select n, 1 + n % {volunteers}, 1000 from generate_series(1, {entries}) n
            union all select n, null, -1000 from generate_series(1, {entries}) n"""
    )
    run(GUARD)
    run("vacuum analyze")


def once_of(volunteers: int, rewards: int) -> Callable[[random.Random], None]:
    """A cursor of Django calling the function in a transaction with its scope, as the service call does."""
    from django.db import connection, transaction

    from carenet.parties import scope

    def once(chance: random.Random) -> None:
        with transaction.atomic():
            scope.set_for_transaction([1])
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT bare_redeem(%s, %s, %s)",
                    [uuid.uuid4().hex, chance.randint(1, volunteers), chance.randint(1, rewards)],
                )
                cursor.fetchall()

    return once
