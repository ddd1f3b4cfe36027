"""The scope of a transaction: which communities' rows the database shows.

Row security reads the transaction-local setting `carenet.communities`. None set means no rows. The setting ends
with its transaction (`set_config(…, true)`), so a pooled connection never carries it to the next user.
Source: proof.md §4 and appendix A6; docs/decisions/0003-row-security.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SETTING = "carenet.communities"


class NoScope(RuntimeError):
    """Code that reads guarded rows ran without a scope: a programming error, never an empty list."""


def _setting(communities: Iterable[int]) -> bytes:
    value = ",".join(str(int(each)) for each in communities)
    return f"SELECT set_config('{SETTING}', '{value}', true);".encode()


def _set(communities: Iterable[int]) -> None:
    """Said with the next statement of the transaction, without a round trip of its own (see carenet/postgres)."""
    connection.say_first(_setting(communities))  # type: ignore[attr-defined]


def set_for_transaction(communities: Iterable[int]) -> None:
    """Set the scope of the transaction that is already open. Raises NoScope outside a transaction."""
    if not connection.in_atomic_block:
        raise NoScope("a scope lives in a transaction")
    _set(sorted(set(communities)))


def current() -> tuple[int, ...]:
    """The communities in scope now; empty when none are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting(%s, true), '')", [SETTING])
        value = cursor.fetchone()[0]
    return tuple(int(each) for each in value.split(",")) if value else ()


def require() -> tuple[int, ...]:
    """The communities in scope. Raises NoScope when there are none."""
    found = current()
    if not found:
        raise NoScope("no community is in scope")
    return found


@contextmanager
def within(communities: Iterable[int]) -> Iterator[None]:
    """One transaction that sees these communities only; afterwards the outer scope, if any, is back."""
    alone = (
        connection.get_autocommit()
    )  # a transaction of our own: there is no outer scope, and ours ends with it
    with transaction.atomic():
        outer = () if alone else current()
        set_for_transaction(communities)
        try:
            yield
        except BaseException:
            # The savepoint's rollback restores the setting; nothing may be run on a broken transaction.
            raise
        else:
            if not alone:
                _set(outer)


@contextmanager
def of_each_statement(communities: Iterable[int]) -> Iterator[None]:
    """Each statement is a transaction of its own that sees these communities only, in one round trip.

    For a task of many calls that are one statement each, such as `rewards.redeem`. Raises NoScope in a transaction.
    A connection that was lost meanwhile comes back without a scope and shows nothing.
    """
    if connection.in_atomic_block:
        raise NoScope("a transaction has one scope")
    connection.say_with_each(_setting(sorted(set(communities))))  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.say_with_each(b"")  # type: ignore[attr-defined]


@contextmanager
def as_city() -> Iterator[None]:
    """Read every community as the city role (select only). The caller audits each use.

    The application role is a NOINHERIT member of carenet_city, so nothing of this is there by default.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE carenet_city")
        try:
            yield
        except BaseException:
            raise
        else:
            cursor.execute("RESET ROLE")
