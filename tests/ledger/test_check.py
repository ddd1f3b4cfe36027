"""The nightly proof finds every kind of fault, says it in a sentence, and tells the health page."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import connections

from carenet.ledger import check, posting, tasks
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar

DAY = NOW.date()


def owner(*statements: str) -> None:
    """What nobody may do: change the books past every wall."""
    with connections["owner"].cursor() as cursor:
        for each in statements:
            cursor.execute(each)


@pytest.fixture
def booked(station_db):
    """Some of everything, and the walls taken down."""
    other = make.community(slug="other", name="邻居社区")
    with scope.within([other.pk]):
        make.holder(other, code="volunteer:zhao")
    with scope.within([station_db.pk]):
        by, issued = registrar(), make.issued(station_db)
        wang, li = (
            make.holder(station_db, code="volunteer:wang", points=100),
            make.holder(station_db, code="volunteer:li"),
        )
        for number in range(5):
            make.move(station_db, wang, li, 3, key=f"m{number}")
        facts = {"on": DAY, "at": NOW, "by": by}
        posting.hold(community=station_db, key="h", source=wang, amount=5, **facts)
        entry = make.move(station_db, issued, li, 4, key="wrong")
        posting.reverse(entry=entry, reason="x", key="undo", **facts)
    walls = [
        f"alter table {table} disable trigger user"
        for table in ("ledger_entry", "ledger_posting", "ledger_hold", "ledger_account")
    ]
    walls += ["alter table ledger_entry drop constraint ledger_entry_one_key"]
    walls += ["drop index ledger_entry_reversed_once"]
    owner(*walls)
    return station_db


def codes(community) -> set[str]:
    with scope.within([community.pk]):
        faults = check.check_books(community)
        assert all(fault.sentence and "%" not in fault.sentence for fault in faults)
    return {fault.code for fault in faults}


ACCOUNT = "(select id from ledger_account where code = 'volunteer:{}' limit 1)"
LINE = "(select id from ledger_posting where entry_id = (select id from ledger_entry where key = 'm{}'))"


def test_every_kind_of_fault_is_found(booked):
    assert codes(booked) == set()
    tampered = [
        (
            "kept_balance",
            f"update ledger_account set balance = balance + 1 where id = {ACCOUNT.format('li')}",
        ),
        ("contra_balance", "update ledger_account set balance = 7 where code = 'issued'"),
        ("negative", f"update ledger_account set balance = -1 where id = {ACCOUNT.format('li')}"),
        (
            "chain",
            f"update ledger_posting set target_balance = target_balance + 1 where id = {LINE.format(0)}",
        ),
        ("needless_balance", "update ledger_posting set source_balance = 1 where source_balance is null"),
        ("not_positive", f"update ledger_posting set amount = -3 where id = {LINE.format(1)}"),
        ("empty_entry", f"delete from ledger_posting where id = {LINE.format(2)}"),
        ("orphan_posting", "delete from ledger_entry where key = 'm3'"),
        (
            "foreign_account",
            f"update ledger_posting set target_id = {ACCOUNT.format('zhao')} where id = {LINE.format(4)}",
        ),
        ("hold_account", "update ledger_account set balance = 50 where kind = 'HOLD'"),
        ("hold_without_row", "update ledger_entry set kind = 'POST' where key = 'h'"),
        (
            "reversal",
            "update ledger_posting set amount = 3 where entry_id = (select id from ledger_entry where key = 'undo')",
        ),
        (
            "twice",
            "insert into ledger_entry (community_id, key, body_hash, kind, posted_on, posted_at, by_id, cause_kind, memo,"
            " reverses_id) select community_id, 'undo2', body_hash, kind, posted_on, posted_at, by_id, '', 'x', reverses_id"
            " from ledger_entry where key = 'undo'",
        ),
        ("same_key", "update ledger_entry set key = 'm0' where key = 'm1'"),
        (
            "units_sum",
            "update ledger_posting set unit = 'COIN' where entry_id = (select id from ledger_entry where key = 'undo');"
            " update ledger_account set unit = 'COIN' where code = 'issued'",
        ),
    ]

    missed = []
    for code, statement in tampered:
        owner(statement)
        if code not in codes(booked):
            missed.append(code)
    assert missed == []
    assert {code for code, _statement in tampered} == set(check._CHECKS)


def test_the_command_says_each_fault_in_a_sentence_and_ends_with_one(booked):
    call_command("check_books", stdout=io.StringIO())
    owner(f"update ledger_account set balance = balance + 1 where id = {ACCOUNT.format('li')}")

    told = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_books", stderr=told, stdout=io.StringIO())

    assert ended.value.code == 1
    assert booked.name in told.getvalue()


def test_the_nightly_task_counts_the_faults_and_beats(booked):
    from carenet.notices.models import Heartbeat

    assert tasks.check_books() == 0
    owner(f"update ledger_account set balance = balance + 1 where id = {ACCOUNT.format('li')}")
    assert tasks.check_books() == 1

    assert Heartbeat.objects.get(name="ledger.check_books").ok is False
