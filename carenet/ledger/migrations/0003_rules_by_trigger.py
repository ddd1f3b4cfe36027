"""The rules of a row of the books, each table's in one trigger; no lock on the rows a posting points at.

A CHECK is parsed anew for every statement, a foreign key locks its target: see docs/decisions/0011. The refusals keep
the names and SQLSTATEs of the constraints they replace.
"""

from __future__ import annotations

import importlib

from django.db import migrations

from carenet.parties import walls

before = importlib.import_module("carenet.ledger.migrations.0002_walls")

ACCOUNT_RULES = """
create function ledger_account_rules() returns trigger language plpgsql as $$
begin
  if new.balance < 0 and not new.may_go_negative then
    raise exception '%: the balance would be %', new.code, new.balance using errcode = 'check_violation',
      constraint = 'ledger_account_not_overdrawn', table = 'ledger_account';
  end if;
  if new.balance <> 0 and not new.keeps_balance then
    raise exception '% keeps no balance', new.code using errcode = 'check_violation',
      constraint = 'ledger_account_without_balance_is_zero', table = 'ledger_account';
  end if;
  if tg_op = 'INSERT' then
    if new.unit not in ('MINUTE', 'COIN', 'POINT', 'FEN', 'VOUCHER_FEN') then
      raise exception 'nobody knows the unit %', new.unit using errcode = 'check_violation',
        constraint = 'ledger_account_known_unit', table = 'ledger_account';
    end if;
  elsif new.id <> old.id or new.community_id <> old.community_id or new.unit <> old.unit or new.code <> old.code
      or new.kind <> old.kind or new.person_id is distinct from old.person_id
      or new.may_go_negative <> old.may_go_negative or new.keeps_balance <> old.keeps_balance then
    raise exception 'ledger_account: these facts are frozen' using errcode = 'check_violation',
      constraint = 'ledger_account_frozen', table = 'ledger_account';
  end if;
  return new;
end $$"""

ENTRY_RULES = """
create function ledger_entry_rules() returns trigger language plpgsql as $$
begin
  if new.key = '' then
    raise exception 'an entry has a key' using errcode = 'check_violation', constraint = 'ledger_entry_has_a_key',
      table = 'ledger_entry';
  end if;
  if (new.cause_id is null) <> (new.cause_kind = '') then
    raise exception 'a cause has a kind and a number' using errcode = 'check_violation',
      constraint = 'ledger_entry_cause_is_whole', table = 'ledger_entry';
  end if;
  if (new.kind in ('SETTLE', 'RELEASE')) <> (new.resolves_id is not null) then
    raise exception 'a settlement names what was set aside' using errcode = 'check_violation',
      constraint = 'ledger_entry_resolution_names_its_hold', table = 'ledger_entry';
  end if;
  if (new.kind = 'REVERSE') <> (new.reverses_id is not null) or new.kind = 'REVERSE' and new.memo = '' then
    raise exception 'a reversal names its entry and a reason' using errcode = 'check_violation',
      constraint = 'ledger_entry_reversal_has_a_reason', table = 'ledger_entry';
  end if;
  return new;
end $$"""

# Accounts and entries neither go nor change unit or community, so they are looked at without a lock. The functions of
# the ledger insert as the owner, whom no row is hidden from.
POSTING_RULES = """
create function ledger_posting_rules() returns trigger language plpgsql as $$
declare
  v_source_unit text;
  v_source_in bigint;
  v_target_unit text;
  v_target_in bigint;
  v_entry_in bigint;
begin
  if new.amount <= 0 then
    raise exception 'only an amount above zero moves' using errcode = 'check_violation',
      constraint = 'ledger_posting_amount_positive', table = 'ledger_posting';
  end if;
  if new.source_id = new.target_id then
    raise exception 'an amount moves between two accounts' using errcode = 'check_violation',
      constraint = 'ledger_posting_two_accounts', table = 'ledger_posting';
  end if;
  select s.unit, s.community_id, t.unit, t.community_id, e.community_id
    into v_source_unit, v_source_in, v_target_unit, v_target_in, v_entry_in
    from ledger_entry e left join ledger_account s on s.id = new.source_id left join ledger_account t on t.id = new.target_id
    where e.id = new.entry_id;
  if v_entry_in is distinct from new.community_id then
    raise exception 'no such entry in community %', new.community_id using errcode = 'foreign_key_violation',
      constraint = 'ledger_posting_entry_community', table = 'ledger_posting';
  end if;
  if v_source_unit is distinct from new.unit or v_source_in is distinct from new.community_id then
    raise exception 'no such % account in community %', new.unit, new.community_id using errcode = 'foreign_key_violation',
      constraint = 'ledger_posting_source_unit', table = 'ledger_posting';
  end if;
  if v_target_unit is distinct from new.unit or v_target_in is distinct from new.community_id then
    raise exception 'no such % account in community %', new.unit, new.community_id using errcode = 'foreign_key_violation',
      constraint = 'ledger_posting_target_unit', table = 'ledger_posting';
  end if;
  return new;
end $$"""

# The same words as in 0002. A function in SQL that reads settings (an array's text does) is not folded into its caller
# and is planned at every call; in plpgsql it is planned once a session.
BODY_HASH = """
create or replace function ledger_body_hash(p_kind text, p_cause_kind text, p_cause_id bigint, p_sources bigint[],
  p_targets bigint[], p_amounts bigint[], p_refers bigint)
returns bytea language plpgsql immutable parallel safe as $$
begin
  return sha256(convert_to(concat_ws('|', p_kind, p_cause_kind, coalesce(p_cause_id::text, '-'), p_sources::text,
    p_targets::text, p_amounts::text, coalesce(p_refers::text, '-')), 'UTF8'));
end $$"""

# (table, rules that were CHECKs or helped a composite foreign key)
REPLACED = {
    "account": (
        "ledger_account_not_overdrawn", "ledger_account_without_balance_is_zero", "ledger_account_known_unit",
        "ledger_account_unit_and_community",
    ),
    "entry": (
        "ledger_entry_reversal_has_a_reason", "ledger_entry_resolution_names_its_hold", "ledger_entry_cause_is_whole",
        "ledger_entry_has_a_key", "ledger_entry_and_community",
    ),
    "posting": ("ledger_posting_amount_positive", "ledger_posting_two_accounts"),
}  # fmt: skip
KEYS = {
    "ledger_posting_entry_community": "foreign key (entry_id, community_id) references ledger_entry (id, community_id)",
    "ledger_posting_source_unit": "foreign key (source_id, unit, community_id) "
    "references ledger_account (id, unit, community_id)",
    "ledger_posting_target_unit": "foreign key (target_id, unit, community_id) "
    "references ledger_account (id, unit, community_id)",
}


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_walls")]
    operations = [
        *walls.sql(
            [
                f"alter table ledger_posting {', '.join(f'drop constraint {name}' for name in KEYS)}",
                "drop trigger ledger_account_frozen on ledger_account",
                "drop function ledger_account_frozen()",
            ],
            [
                """
create function ledger_account_frozen() returns trigger language plpgsql as $$ begin return new; end $$""",
                "create trigger ledger_account_frozen before update on ledger_account "
                "for each row execute function ledger_account_frozen()",
                *(f"alter table ledger_posting add constraint {name} {key}" for name, key in KEYS.items()),
            ],
        ),
        *[
            migrations.RemoveConstraint(model_name=model, name=name)
            for model, names in REPLACED.items()
            for name in names
        ],
        *walls.sql([BODY_HASH], [before.BODY_HASH.replace("create function", "create or replace function")]),
        *walls.sql(
            [
                ACCOUNT_RULES,
                "create trigger ledger_account_rules before insert or update on ledger_account "
                "for each row execute function ledger_account_rules()",
                ENTRY_RULES,
                "create trigger ledger_entry_rules before insert on ledger_entry "
                "for each row execute function ledger_entry_rules()",
                POSTING_RULES,
                "create trigger ledger_posting_rules before insert on ledger_posting "
                "for each row execute function ledger_posting_rules()",
            ],
            [
                "drop trigger ledger_posting_rules on ledger_posting",
                "drop function ledger_posting_rules()",
                "drop trigger ledger_entry_rules on ledger_entry",
                "drop function ledger_entry_rules()",
                "drop trigger ledger_account_rules on ledger_account",
                "drop function ledger_account_rules()",
            ],
        ),
    ]
