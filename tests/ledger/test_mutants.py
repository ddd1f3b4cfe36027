"""Ledgers with one thing wrong: each is caught by the promise it breaks, and the right ledger keeps them all.

A mutant is the real SQL of migration 0002 with one part changed, or one wall taken down, in a database of its own.
Source: proof.md §3, F16 (mutation corpus of the ledger-conformance-kit).
"""

from __future__ import annotations

import importlib
import itertools
import os
from collections.abc import Callable

import pytest
from django.db import connections

from tests import clones, make
from tests.ledger.invariants import INVARIANTS, Books

walls = importlib.import_module("carenet.ledger.migrations.0002_walls")
rules = importlib.import_module("carenet.ledger.migrations.0003_rules_by_trigger")


def changed(sql: str, *changes: tuple[str, str]) -> str:
    """The function again with parts replaced; a part that is not there (any more) fails loudly."""
    for old, new in changes:
        assert old in sql, old
        sql = sql.replace(old, new)
    return sql.replace("create function", "create or replace function", 1)


def drop_constraint(table: str, name: str) -> str:
    return f"alter table {table} drop constraint {name}"


def drop_append_only(table: str) -> str:
    return f"drop trigger {table}_append_only on {table}"


OVERDRAFT = "if v_source.balance < p_amounts[i] and not v_source.may_go_negative then"
LOCKS = """perform 1 from ledger_account where id = any(p_sources || p_targets) and keeps_balance
    order by id for no key update;"""
KEY = "on conflict (community_id, key) do nothing returning id into v_entry;"
NO_CHECK = changed(
    rules.ACCOUNT_RULES, ("if new.balance < 0 and not new.may_go_negative then", "if false then")
)
ANY_ACCOUNT = changed(
    rules.POSTING_RULES,
    ("if v_source_unit is distinct from new.unit or v_source_in is distinct from new.community_id then", "if false then"),
    ("if v_target_unit is distinct from new.unit or v_target_in is distinct from new.community_id then", "if false then"),
)  # fmt: skip
STALE = (
    ("update ledger_account set balance = balance - p_amounts[i] where", "update ledger_account set balance = v_source.balance - p_amounts[i] where"),
    ("update ledger_account set balance = balance + p_amounts[i] where", "update ledger_account set balance = v_target.balance + p_amounts[i] where"),
)  # fmt: skip

# name -> (the promise that must break, the statements that make the mutant)
MUTANTS: dict[str, tuple[str, Callable[[], list[str]]]] = {
    "overdraft is not looked at": (
        "no_overdraft",
        lambda: [NO_CHECK, changed(walls.WRITE, (OVERDRAFT, "if false then"))],
    ),
    "the table does not mind a balance below zero": (
        "no_overdraft_by_the_database_alone",
        lambda: [NO_CHECK],
    ),
    "balances are read without a lock": (
        "concurrent_spends_once",
        lambda: [NO_CHECK, changed(walls.WRITE, (LOCKS, ""), (OVERDRAFT, f"perform pg_sleep(0.1); {OVERDRAFT}"), *STALE)],
    ),
    "accounts are locked in the order of the move": (
        "opposing_transfers_do_not_deadlock",
        lambda: [
            changed(
                walls.WRITE,
                (
                    LOCKS,
                    "perform 1 from ledger_account where id = p_sources[1] for no key update; perform pg_sleep(0.002);"
                    " perform 1 from ledger_account where id = p_targets[1] for no key update;",
                ),
            )
        ],
    ),
    "the key is not unique": (
        "a_retry_is_one_entry",
        lambda: [
            drop_constraint("ledger_entry", "ledger_entry_one_key"),
            changed(walls.WRITE, (KEY, "returning id into v_entry;")),
        ],
    ),
    "the key is looked for before it is written": (
        "concurrent_retries_are_one_entry",
        lambda: [
            drop_constraint("ledger_entry", "ledger_entry_one_key"),
            changed(
                walls.WRITE,
                (
                    "insert into ledger_entry",
                    "select id into v_entry from ledger_entry where community_id = p_community and key = p_key limit 1;\n"
                    "  if v_entry is not null then return v_entry; end if; perform pg_sleep(0.2);\n  insert into ledger_entry",
                ),
                (KEY, "returning id into v_entry;"),
            ),
        ],
    ),
    "a retry is an error": (
        "a_retry_is_one_entry",
        lambda: [changed(walls.WRITE, (KEY, "returning id into v_entry;"))],
    ),
    "the body of a key is not compared": (
        "a_key_keeps_its_body",
        lambda: [changed(walls.WRITE, ("if v_known is distinct from v_hash then", "if false then"))],
    ),
    "the body of a key is not compared in a roster": (
        "a_key_keeps_its_body",
        lambda: [changed(walls.POST_MANY, ("where k.hash is distinct from e.hash limit 1", "where false limit 1"))],
    ),
    "the hash forgets the amounts": (
        "a_key_keeps_its_body",
        lambda: [changed(walls.BODY_HASH, ("p_targets::text, p_amounts::text,", "p_targets::text,"))],
    ),
    "postings may be changed": (
        "what_was_booked_stays",
        lambda: [drop_append_only("ledger_posting")],
    ),
    "entries may be changed": (
        "what_was_booked_stays",
        lambda: [drop_append_only("ledger_entry")],
    ),
    "the web may write the tables": (
        "the_application_cannot_write",
        lambda: ["grant update on ledger_account to carenet_app"],
    ),
    "amounts are floats": (
        "amounts_are_whole",
        lambda: ["alter table ledger_posting alter column amount type double precision"],
    ),
    "a mistake may be reversed twice": (
        "a_mistake_is_reversed_once",
        lambda: [
            "drop index ledger_entry_reversed_once",
            changed(walls.REVERSE, ("if v_reversed_by is not null and v_reversed_by <> p_key then", "if false then")),
        ],
    ),
    "a hold may be resolved twice": (
        "a_hold_is_resolved_once",
        lambda: [
            "drop index ledger_entry_resolved_once",
            changed(walls.RESOLVE, ("if v_resolved_by is not null and v_resolved_by <> p_key then", "if false then")),
        ],
    ),
    "units mix": (
        "units_do_not_mix",
        lambda: [
            ANY_ACCOUNT,
            changed(walls.WRITE, ("if v_source.unit <> v_target.unit then", "if false then")),
        ],
    ),
    "the scope is not looked at": (
        "communities_do_not_mix",
        lambda: [changed(walls.IN_SCOPE, ("if not coalesce(", "if false and not coalesce("))],
    ),
    "accounts of another community are taken": (
        "communities_do_not_mix",
        lambda: [
            ANY_ACCOUNT,
            changed(
                walls.WRITE,
                (
                    "if v_source.community_id is distinct from p_community or v_target.community_id is distinct from p_community then",
                    "if false then",
                ),
            ),
        ],
    ),
    "a closed month takes entries": (
        "a_closed_month_stays_closed",
        lambda: [
            changed(
                walls.WRITE,
                ("if exists (select from ledger_periodlock", "if false and exists (select from ledger_periodlock"),
            )
        ],
    ),
    "a closed month takes rosters": (
        "a_closed_month_stays_closed",
        lambda: [changed(walls.POST_MANY, ("where l.community_id = p_community", "where false"))],
    ),
    "a frozen account may still receive": (
        "a_frozen_account_is_still",
        lambda: [
            changed(
                walls.WRITE,
                (
                    "if v_source.frozen_at is not null or v_target.frozen_at is not null then",
                    "if v_source.frozen_at is not null then",
                ),
            )
        ],
    ),
    "the balance beside a posting is the one before it": (
        "balances_afterwards_are_right",
        lambda: [
            changed(
                walls.WRITE,
                ("v_source_after, v_target_after);\n  end loop", "v_source.balance, v_target_after);\n  end loop"),
            )
        ],
    ),
    "the balance of the target is not kept": (
        "balances_afterwards_are_right",
        lambda: [
            changed(
                walls.WRITE,
                ("update ledger_account set balance = balance + p_amounts[i] where", "update ledger_account set balance = balance where"),
            )
        ],
    ),
    "a roster forgets the running sum": (
        "balances_afterwards_are_right",
        lambda: [changed(walls.POST_MANY, ("rows unbounded preceding", "rows between current row and current row"))],
    ),
    "a refused entry keeps its first half": (
        "a_failed_entry_leaves_nothing",
        lambda: [changed(walls.WRITE, (OVERDRAFT, f"{OVERDRAFT} return v_entry;"))],
    ),
}  # fmt: skip


pytestmark = pytest.mark.slow
RIGHT = (
    walls.IN_SCOPE, walls.BODY_HASH, walls.WRITE, walls.POST_MANY, walls.RESOLVE, walls.REVERSE,
    rules.ACCOUNT_RULES, rules.ENTRY_RULES, rules.POSTING_RULES,
)  # fmt: skip
_numbers = itertools.count(1)


def new_books() -> Books:
    """Two communities of their own in the database of the moment."""
    number = next(_numbers)
    mine, other = (
        make.community(slug=f"{kind}{number}", name=f"{kind}{number}") for kind in ("mine", "other")
    )
    return Books(mine, other)


@pytest.fixture(scope="module")
def shared(django_db_setup, django_db_blocker):
    """One database for all mutants that only change functions; they are put right again afterwards."""
    with django_db_blocker.unblock():
        name = clones.clone(clones.template(), suffix=f"mutants_{os.getpid()}")
        yield name
        clones.drop(name)


@pytest.fixture
def in_shared(shared, django_db_blocker):
    """Point both roles at the shared database for one test."""
    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        clones.point_to(shared)
        yield
        install([changed(each) for each in RIGHT])
        clones.point_to(before)


def install(statements: list[str]) -> None:
    """Make the mutant, as the owner of the tables."""
    with connections["owner"].cursor() as cursor:
        for each in statements:
            cursor.execute(each)


def test_the_right_ledger_keeps_every_promise(in_shared):
    """Each promise in communities of its own."""
    broken = {name: promise(new_books()) for name, promise in INVARIANTS.items()}

    assert broken == {name: [] for name in INVARIANTS}


def _only_functions(name: str) -> bool:
    return all(each.lstrip().startswith("create or replace function") for each in MUTANTS[name][1]())


@pytest.mark.parametrize("name", [name for name in MUTANTS if _only_functions(name)])
def test_a_mutant_function_is_caught(in_shared, name):
    promise, make_it = MUTANTS[name]
    books = new_books()
    install(make_it())

    assert INVARIANTS[promise](books) != [], f"nobody noticed: {name}"


@pytest.mark.parametrize("name", [name for name in MUTANTS if not _only_functions(name)])
def test_a_missing_wall_is_caught(station_db, name):
    promise, make_it = MUTANTS[name]
    books = new_books()
    install(make_it())

    assert INVARIANTS[promise](books) != [], f"nobody noticed: {name}"


def test_every_promise_has_a_mutant_that_breaks_it():
    assert {promise for promise, _statements in MUTANTS.values()} == set(INVARIANTS)
    assert len(MUTANTS) >= 12
