"""Opening, freezing and thawing accounts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from carenet.ledger import errors
from carenet.ledger.models import Account
from carenet.ledger.states import AccountKind

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Person


def open_account(
    *,
    community: Community | int,
    unit: str,
    code: str,
    kind: str,
    person: Person | None = None,
    name: str = "",
    may_go_negative: bool = False,
    keeps_balance: bool | None = None,
) -> Account:
    """Open the account of this code, or find it; contra accounts keep no balance unless told otherwise.

    Idempotent by (community, unit, code). Raises AccountDiffers when it exists with other properties, BadMove for a
    person of another community, OutOfScope.
    """
    keeps = kind != AccountKind.CONTRA if keeps_balance is None else keeps_balance
    with errors.spoken(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_open_account(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                community if isinstance(community, int) else community.pk,
                unit,
                code,
                kind,
                person.pk if person else None,
                name,
                may_go_negative or kind == AccountKind.CONTRA,
                keeps,
            ],
        )
        (account_id,) = cursor.fetchone()
    return Account.objects.get(pk=account_id)


def contra(*, community: Community | int, unit: str, code: str, name: str = "") -> Account:
    """The account of the world outside under this code (`issued`, `donors`, `government` …)."""
    return open_account(community=community, unit=unit, code=code, kind=AccountKind.CONTRA, name=name)


def freeze(*, account: Account, reason: str, by: User, at: datetime) -> None:
    """Stop every movement on the account until it is thawed; repeats change nothing."""
    _set_frozen(account=account, frozen=True, reason=reason, by=by, at=at)


def thaw(*, account: Account, reason: str, by: User, at: datetime) -> None:
    """Let movements happen again."""
    _set_frozen(account=account, frozen=False, reason=reason, by=by, at=at)


def _set_frozen(*, account: Account, frozen: bool, reason: str, by: User, at: datetime) -> None:
    with errors.spoken(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_freeze(%s, %s, %s, %s, %s)", [account.pk, frozen, reason, at, by.pk])
    account.refresh_from_db()
