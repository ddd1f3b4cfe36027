"""What the books refuse, in words; and the translation of the database's refusals into them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError


class Overdrawn(DomainError):
    """There is less on the account than should be taken from it."""

    code = "overdrawn"
    default_message = _("There is not enough on the account for this.")


class KeyReused(Conflict):
    """The idempotency key was used before for something else."""

    code = "key_reused"
    default_message = _("This form was already used for something else. Please open it again.")


class AlreadyReversed(DomainError):
    """A mistake is reversed once."""

    code = "already_reversed"
    default_message = _("This entry has already been reversed.")


class NotReversible(DomainError):
    """Reversals, and amounts set aside or given back, are not reversed."""

    code = "not_reversible"
    default_message = _("This entry cannot be reversed. Book the correction as a new entry.")


class Frozen(DomainError):
    """Nothing moves on a frozen account."""

    code = "frozen"
    default_message = _("This account is frozen. Please ask the station director.")


class PeriodClosed(DomainError):
    """The books of the month are closed."""

    code = "period_closed"
    default_message = _(
        "The books of this month are closed. Please book it with a date of the present month."
    )


class NotHeld(DomainError):
    """What was set aside was already settled or given back, or never set aside."""

    code = "not_held"
    default_message = _("This amount is no longer set aside: it was already used or given back.")


class BadMove(DomainError):
    """Units mixed, an account of another community, no amount: a mistake of the caller."""

    code = "bad_move"
    default_message = _("This cannot be booked: the accounts do not fit together.")


class OutOfScope(DomainError):
    """The community is not one of those in scope."""

    code = "out_of_scope"
    default_message = _("You cannot book for this community.")


class AccountDiffers(DomainError):
    """An account of this code exists with other properties."""

    code = "account_differs"
    default_message = _("An account with this code already exists and is of another kind.")


BY_SQLSTATE: dict[str, type[DomainError]] = {
    "CN001": KeyReused,
    "CN002": Overdrawn,
    "CN003": Frozen,
    "CN004": PeriodClosed,
    "CN005": NotHeld,
    "CN006": AlreadyReversed,
    "CN007": OutOfScope,
    "CN008": BadMove,
    "CN009": NotReversible,
    "CN010": AccountDiffers,
}
BY_CONSTRAINT: dict[str, type[DomainError]] = {
    "ledger_account_not_overdrawn": Overdrawn,
    "ledger_entry_reversed_once": AlreadyReversed,
    "ledger_entry_resolved_once": NotHeld,
    "ledger_posting_source_unit": BadMove,
    "ledger_posting_target_unit": BadMove,
    "ledger_posting_amount_positive": BadMove,
    "ledger_posting_two_accounts": BadMove,
}


def refusal_of(error: DatabaseError) -> DomainError | None:
    """The refusal behind a database error, or None when it is something else.

    An Overdrawn carries `balance`, `wanted` and `account` as facts.
    """
    cause = error.__cause__
    state = getattr(cause, "pgcode", None) or ""
    diag = getattr(cause, "diag", None)
    found = BY_SQLSTATE.get(state) or BY_CONSTRAINT.get(getattr(diag, "constraint_name", None) or "")
    if found is None:
        return None
    detail = (getattr(diag, "message_detail", None) or "").split()
    if found is Overdrawn and len(detail) == 3:
        return Overdrawn(balance=int(detail[0]), wanted=int(detail[1]), account=int(detail[2]))
    return found(detail=" ".join(detail))


@contextmanager
def spoken() -> Iterator[None]:
    """Turn the ledger's SQLSTATEs into its refusals. Use it around a savepoint, not inside one."""
    try:
        yield
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
