"""Accounts and postings for tests of the books."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

from carenet.accounts.models import User
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account, Entry
from carenet.ledger.posting import Move
from carenet.parties.models import Community
from tests.make import NOW
from tests.make.parties import registrar

__all__ = ["books", "funded", "holder", "issued", "move"]

_numbers = itertools.count(1)


def holder(
    community: Community, *, unit: str = "POINT", code: str = "", points: int = 0, **fields: Any
) -> Account:
    """An account that may not go below zero, filled from `issued` when points are given."""
    code = code or f"volunteer:{next(_numbers)}"
    found = accounts.open_account(community=community, unit=unit, code=code, kind="HOLDER", **fields)
    if points:
        move(community, issued(community, unit=unit), found, points)
        found.refresh_from_db()
    return found


def funded(community: Community, points: int, **fields: Any) -> Account:
    return holder(community, points=points, **fields)


def issued(community: Community, *, unit: str = "POINT") -> Account:
    """The contra account everything earned comes from."""
    return accounts.contra(community=community, unit=unit, code="issued")


def move(
    community: Community,
    source: Account,
    target: Account,
    amount: int,
    *,
    key: str = "",
    on: date | None = None,
    at: datetime = NOW,
    by: User | None = None,
    **fields: Any,
) -> Entry:
    """One amount from one account to another."""
    return posting.post(
        community=community,
        key=key or f"test:{next(_numbers)}",
        moves=[Move(source, target, amount)],
        on=on or NOW.date(),
        at=at,
        by=by or registrar(),
        **fields,
    )


def books(community: Community) -> list[str]:
    """What is wrong with the books, in sentences."""
    from carenet.ledger import check

    return [fault.sentence for fault in check.check_books(community)]
