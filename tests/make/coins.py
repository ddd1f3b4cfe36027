"""Elders with time coins, for tests of help that coins pay for."""

from __future__ import annotations

from datetime import date
from typing import Any

from carenet.ledger import accounts, posting
from carenet.ledger.models import Account
from carenet.parties.models import Community
from elders.actions import mandates
from elders.models import Elder
from tests import make
from tests.make import NOW
from volunteers.models import Volunteer

__all__ = ["coins_of", "daughter_of", "give_coins", "saver"]


def give_coins(volunteer: Volunteer, amount: int) -> None:
    """Give a volunteer coin-minutes by a plain entry of the books (tests only)."""
    issued = accounts.contra(community=volunteer.community, unit="COIN", code="issued")
    own = Account.objects.get(code=volunteer.account_code, unit="COIN")
    posting.post(
        community=volunteer.community, key=f"coins-{volunteer.pk}-{own.balance}-{amount}", on=NOW.date(), at=NOW,
        moves=[posting.Move(issued, own, amount)], by=make.registrar(),
    )  # fmt: skip


def coins_of(volunteer: Volunteer) -> int:
    """Coin-minutes that are free on the volunteer's account."""
    return Account.objects.get(code=volunteer.account_code, unit="COIN").balance


def saver(community: Community, *, minutes: int = 600, **fields: Any) -> tuple[Elder, Volunteer]:
    """An elder of 80 who saved time coins as a volunteer."""
    elder = make.elder(community, **fields)
    own = make.volunteer(community, of=elder.person)
    if minutes:
        give_coins(own, minutes)
    return elder, own


def daughter_of(elder: Elder, *, minutes: int = 600, relation: str = "DAUGHTER") -> tuple[Any, Volunteer]:
    """A volunteer of 40 with time coins, who holds a mandate for the elder; with her account."""
    own = make.volunteer(elder.community, born_on=date(1986, 2, 3))
    if minutes:
        give_coins(own, minutes)
    user = make.user("FAMILY", elder.community, person=own.person, display_name=own.person.name)
    mandates.give(
        elder=elder, user=user, relation=relation, since=date(2026, 1, 1), by=make.registrar(), at=NOW
    )
    return user, own
