"""A page of a statement costs the same however long the account's life was."""

from __future__ import annotations

from typing import Any

from django.db import connections

from carenet.ledger import posting, statements
from carenet.ledger.posting import Draft, Move
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar


def test_a_page_of_a_statement_does_not_read_the_other_pages(station_db):
    """Over 20,000 postings one page touches as many rows as over 200. Source: proof.md §1a (kept balances)."""
    with scope.within([station_db.pk]):
        wang, issued = make.holder(station_db), make.issued(station_db)
        drafts = [Draft(f"d:{n}", [Move(issued, wang, 1)], NOW.date(), NOW) for n in range(20_000)]
        for start in range(0, len(drafts), 10_000):
            posting.post_many(community=station_db, drafts=drafts[start : start + 10_000], by=registrar())
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze ledger_posting")

    with scope.within([station_db.pk]), connections["default"].cursor() as cursor:
        lines = statements.lines(wang, limit=50)
        cursor.execute(
            "explain (analyze, format json) " + statements._LINES,
            {"account": wang.pk, "before": 2**62, "limit": 50},
        )
        plan = cursor.fetchone()[0][0]["Plan"]

    assert [each.balance for each in lines[:2]] == [20_000, 19_999]
    assert _most_rows(plan) <= 60


def _most_rows(node: dict[str, Any]) -> int:
    """The most rows any scan of postings gave."""
    own = node["Actual Rows"] if node.get("Relation Name") == "ledger_posting" else 0
    return max([own, *(_most_rows(each) for each in node.get("Plans", []))])
