"""The only way into the books: each function is one call of a database function.

An amount moves **from** `source` **to** `target`. A retry with the same key and the same body (kind, cause, moves)
returns the first entry; another body raises KeyReused. Nothing here reads the clock, and `by` is never missing.
Source: architecture.md law 3, 4a; proof.md §1a.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from carenet.ledger import errors
from carenet.ledger.errors import (
    AlreadyReversed,
    BadMove,
    Frozen,
    KeyReused,
    NotHeld,
    NotReversible,
    OutOfScope,
    Overdrawn,
    PeriodClosed,
)
from carenet.ledger.models import Account, Entry

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

__all__ = [
    "AlreadyReversed",
    "BadMove",
    "Draft",
    "Frozen",
    "KeyReused",
    "Move",
    "NotHeld",
    "NotReversible",
    "OutOfScope",
    "Overdrawn",
    "PeriodClosed",
    "Posted",
    "hold",
    "post",
    "post_many",
    "release",
    "reverse",
    "settle",
]

Cause = tuple[str, int]


@dataclass(frozen=True)
class Move:
    """An amount that goes from one account to another; both may be given as their ids."""

    source: Account | int
    target: Account | int
    amount: int


@dataclass(frozen=True)
class Draft:
    """One entry of a bulk posting."""

    key: str
    moves: Sequence[Move]
    on: date
    at: datetime
    cause: Cause | None = None
    memo: str = ""


@dataclass(frozen=True)
class Posted:
    """What became of a draft: its entry, and whether it is new (else a repeat of an earlier one)."""

    entry_id: int
    fresh: bool


def _pk(thing: Any) -> int:
    return int(getattr(thing, "pk", thing))


def _whole(amount: Any) -> int:
    """Amounts are whole numbers; a float or a text is a mistake, not something to round."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise BadMove(amount=amount)
    return amount


def _call(
    function: str, arguments: Sequence[Any], *, community: Community | int, key: str, places: str = ""
) -> Entry:
    """One call in its own savepoint, so that a refusal can be caught inside a larger transaction.

    The entry comes back with its key; its other columns are read when somebody asks for them (most callers never
    do, and the question was a third of the whole cost).
    """
    places = places or ", ".join(["%s"] * len(arguments))
    with errors.spoken(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({places})", arguments)
        (entry_id,) = cursor.fetchone()
    return Entry.from_db(connection.alias, ["id", "community_id", "key"], [entry_id, _pk(community), key])


def post(
    *,
    community: Community | int,
    key: str,
    moves: Sequence[Move],
    on: date,
    at: datetime,
    by: User,
    cause: Cause | None = None,
    memo: str = "",
) -> Entry:
    """Book the moves, in their order, as one entry that counts for the day `on`.

    Raises Overdrawn, KeyReused, Frozen, PeriodClosed, BadMove (units, communities, amounts), OutOfScope.
    """
    kind, number = cause or ("", None)
    arguments = [
        _pk(community),
        key,
        on,
        at,
        by.pk,
        [_pk(each.source) for each in moves],
        [_pk(each.target) for each in moves],
        [_whole(each.amount) for each in moves],
        kind,
        number,
        memo,
    ]
    places = "%s, %s, %s, %s, %s, %s::bigint[], %s::bigint[], %s::bigint[], %s, %s, %s"
    return _call("ledger_post", arguments, community=community, key=key, places=places)


def post_many(*, community: Community | int, drafts: Iterable[Draft], by: User) -> list[Posted]:
    """Book many entries in one set-based call, in their order and under the same rules: all of them or none.

    For rosters and imports of ten thousands. Returns one `Posted` per draft, in the same order.
    """
    body = [
        {
            "key": each.key,
            "posted_on": each.on.isoformat(),
            "posted_at": each.at.isoformat(),
            "cause_kind": each.cause[0] if each.cause else "",
            "cause_id": each.cause[1] if each.cause else None,
            "memo": each.memo,
            "moves": [[_pk(move.source), _pk(move.target), _whole(move.amount)] for move in each.moves],
        }
        for each in drafts
    ]
    if not body:
        return []
    with errors.spoken(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, fresh FROM ledger_post_many(%s, %s, %s::jsonb) ORDER BY place",
            [_pk(community), by.pk, json.dumps(body)],
        )
        return [Posted(*row) for row in cursor.fetchall()]


def hold(
    *,
    community: Community | int,
    key: str,
    source: Account,
    amount: int,
    on: date,
    at: datetime,
    by: User,
    cause: Cause | None = None,
    memo: str = "",
) -> Entry:
    """Set an amount aside on the holder's own HOLD account until `settle` or `release`."""
    kind, number = cause or ("", None)
    arguments = [_pk(community), key, on, at, by.pk, source.pk, _whole(amount), kind, number, memo]
    return _call("ledger_set_aside", arguments, community=community, key=key)


def settle(
    *,
    hold: Entry | int,
    target: Account,
    key: str,
    on: date,
    at: datetime,
    by: User,
    amount: int | None = None,
    memo: str = "",
) -> Entry:
    """Let what was set aside go to its target; with a smaller `amount` the rest goes back in the same entry.

    Raises NotHeld when the hold was already resolved under another key.
    """
    wanted = None if amount is None else _whole(amount)
    arguments = [target.community_id, _pk(hold), key, on, at, by.pk, target.pk, wanted, memo]
    return _call("ledger_resolve", arguments, community=target.community_id, key=key)


def release(*, hold: Entry, key: str, on: date, at: datetime, by: User, memo: str = "") -> Entry:
    """Give back what was set aside. Raises NotHeld when it was already resolved under another key."""
    arguments = [hold.community_id, hold.pk, key, on, at, by.pk, None, None, memo]
    return _call("ledger_resolve", arguments, community=hold.community_id, key=key)


def reverse(*, entry: Entry, reason: str, key: str, on: date, at: datetime, by: User) -> Entry:
    """Book the opposite of an entry, once, with a reason. The entry itself stays as it is.

    Raises AlreadyReversed, NotReversible (reversals, holds, releases), Overdrawn when it was spent meanwhile.
    """
    if not reason.strip():
        raise NotReversible(message=None, reason=reason)
    arguments = [entry.community_id, entry.pk, reason.strip(), key, on, at, by.pk]
    return _call("ledger_reverse", arguments, community=entry.community_id, key=key)
