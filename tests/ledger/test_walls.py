"""Even the owner of the tables cannot bend the books."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connections

from carenet.ledger import posting
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar


def owner(statement, values=()):
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def booked(station_db):
    """One entry and one hold, committed."""
    with scope.within([station_db.pk]):
        wang = make.holder(station_db, code="volunteer:wang", points=100)
        coins = make.holder(station_db, unit="COIN", code="volunteer:wang")
        posting.hold(
            community=station_db, key="hold", source=wang, amount=1, on=NOW.date(), at=NOW, by=registrar()
        )
        entry = make.move(station_db, wang, make.issued(station_db), 1)
    return station_db, wang, coins, entry


def refused(statement, values=()) -> str:
    """The name of the wall that a statement of the owner runs into."""
    with pytest.raises(DatabaseError) as refusal:
        owner(statement, values)
    return refusal.value.__cause__.diag.constraint_name or ""


def test_the_owner_cannot_change_or_remove_what_was_booked(booked):
    for statement in (
        "update ledger_posting set amount = amount + 1",
        "delete from ledger_posting",
        "update ledger_entry set memo = 'x'",
        "delete from ledger_entry",
        "delete from ledger_hold",
        "truncate ledger_posting",
        "truncate ledger_entry cascade",
        "delete from ledger_account",
        "update ledger_account set unit = 'FEN'",
        "update ledger_account set may_go_negative = true",
    ):
        with pytest.raises(DatabaseError, match="append only|frozen"):
            owner(statement)


def test_the_database_refuses_a_posting_whose_unit_or_community_is_not_the_accounts(booked):
    community, wang, coins, entry = booked
    insert = (
        "insert into ledger_posting (community_id, entry_id, unit, source_id, target_id, amount, posted_on)"
        " values (%s, %s, %s, %s, %s, 1, now())"
    )
    for values, wall in (
        ([community.pk, entry.pk, "POINT", wang.pk, coins.pk], "ledger_posting_target_unit"),
        ([community.pk, entry.pk, "COIN", wang.pk, coins.pk], "ledger_posting_source_unit"),
        ([community.pk + 1, entry.pk, "POINT", wang.pk, wang.pk + 1], "ledger_posting_entry_community"),
        ([community.pk, 0, "POINT", wang.pk, wang.pk + 1], "ledger_posting_entry_community"),
        ([community.pk, entry.pk, "POINT", 0, wang.pk], "ledger_posting_source_unit"),
    ):
        assert refused(insert, values) == wall


def test_the_database_refuses_a_balance_below_zero(booked):
    below = "update ledger_account set balance = -1 where code = 'volunteer:wang'"

    assert refused(below) == "ledger_account_not_overdrawn"


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ("key = ''", "ledger_entry_has_a_key"),
        ("cause_kind = 'x'", "ledger_entry_cause_is_whole"),
        ("kind = 'SETTLE'", "ledger_entry_resolution_names_its_hold"),
        ("kind = 'REVERSE'", "ledger_entry_reversal_has_a_reason"),
    ],
)
def test_the_database_refuses_an_entry_that_is_not_whole(booked, change, wall):
    column, value = change.split(" = ")
    facts = {"key": "'k'", "cause_kind": "''", "kind": "'POST'"} | {column: value}

    assert (
        refused(
            f"insert into ledger_entry (community_id, body_hash, posted_on, posted_at, by_id, memo, {', '.join(facts)})"
            f" values ({booked[0].pk}, '', now(), now(), 1, '', {', '.join(facts.values())})"
        )
        == wall
    )


@pytest.mark.parametrize(
    ("unit", "keeps", "balance", "wall"),
    [
        ("EURO", True, 0, "ledger_account_known_unit"),
        ("POINT", False, 5, "ledger_account_without_balance_is_zero"),
        ("POINT", True, -5, "ledger_account_not_overdrawn"),
    ],
)
def test_the_database_refuses_an_impossible_account(booked, unit, keeps, balance, wall):
    assert (
        refused(
            "insert into ledger_account (community_id, unit, code, kind, name, may_go_negative, keeps_balance, balance)"
            " values (%s, %s, 'x', 'HOLDER', '', false, %s, %s)",
            [booked[0].pk, unit, keeps, balance],
        )
        == wall
    )


def test_the_pen_of_the_ledger_is_in_no_other_hand(booked):
    with scope.within([booked[0].pk]), connections["default"].cursor() as cursor:
        cursor.execute(
            "select p.proname, has_function_privilege('carenet_app', p.oid, 'execute'),"
            " has_function_privilege('public', p.oid, 'execute'), has_function_privilege('carenet_city', p.oid, 'execute'),"
            " p.prosecdef, p.proconfig, pg_get_userbyid(p.proowner) from pg_proc p where proname like 'ledger\\_%%'"
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}

    definers = {name for name, row in found.items() if row[3]}
    assert {
        "ledger_write",
        "ledger_post",
        "ledger_post_many",
        "ledger_reverse",
        "ledger_open_account",
    } <= definers
    for name in definers:
        app, public, city, _definer, config, owned_by = found[name]
        assert (app, public, city) == (name != "ledger_write", False, False), name
        assert config[0] == "search_path=pg_catalog, public, pg_temp", name
        assert {each.split("=")[0] for each in config[1:]} <= {"enable_nestloop"}, name
        assert owned_by == "carenet_owner", name
