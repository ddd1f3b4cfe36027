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
        ([community.pk + 1, entry.pk, "POINT", wang.pk, wang.pk + 1], "violates"),
    ):
        with pytest.raises(DatabaseError, match=wall):
            owner(insert, values)


def test_the_database_refuses_a_balance_below_zero(booked):
    with pytest.raises(DatabaseError, match="ledger_account_not_overdrawn"):
        owner("update ledger_account set balance = -1 where code = 'volunteer:wang'")


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
