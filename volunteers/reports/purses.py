"""The three accounts of one volunteer with what is set aside and what is above the limit."""

from __future__ import annotations

from dataclasses import dataclass

from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from volunteers.models import Volunteer


@dataclass
class Purse:
    """One account: the balance, what waits for an answer, what wants a choice, whether it rests."""

    balance: int = 0
    aside: int = 0
    overflow: int = 0
    frozen: bool = False


def purses(volunteer: Volunteer) -> dict[str, Purse]:
    """By unit, in one statement; an account that was never opened is empty."""
    code = volunteer.account_code
    parts = {code: "balance", f"hold:{code}": "aside", f"overflow:{code}": "overflow"}
    found = {str(unit): Purse() for unit in (Unit.MINUTE, Unit.COIN, Unit.POINT)}
    rows = Account.objects.of(volunteer.community_id).filter(code__in=parts, unit__in=list(found))
    for each in rows:
        purse = found[each.unit]
        setattr(purse, parts[each.code], each.balance)
        if each.code == code:
            purse.frozen = each.frozen_at is not None
    return found
