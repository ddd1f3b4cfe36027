"""Time coins pay for help: whose coins may, what a help needs, set aside, paid for what was served, given back.

The helper is never paid by the person helped: what is paid leaves circulation, and the helper earns new coins by the
rules of `time_bank`. Spending is never stopped by the reserve: it makes the promise of the bank smaller. Whoever is
served must have reached `redeem_min_age`; a relative's coins may serve when `redeem_for` lists the relation; hours of the
common pool serve the elder they were given to. Coin-minutes throughout (60 = one coin).
Source: domain.md §4.2 (Ordinance Art. 21), §4.3 (redeem_min_age, redeem_for, issue_to_key_elders).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from carenet.kernel.errors import DomainError
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from volunteers import rules
from volunteers.actions import channels, pool, resting
from volunteers.actions.coin_refusals import (
    CoinsAgeUnknown,
    CoinsNotForRelatives,
    CoinsNotForThis,
    CoinsRest,
    CoinsReturned,
    CoinsShort,
    CoinsTooLittle,
    CoinsTooYoung,
    NoSuchPurse,
)
from volunteers.models import CoinGrant, Policy, Volunteer
from volunteers.notices_bank import in_words
from volunteers.reports import kin
from volunteers.states import REDEEMED, VolunteerState
from volunteers.states_bank import KIN_BITS

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.ledger.models import Entry
    from carenet.parties.models import ServiceKind
    from elders.models import Elder

__all__ = [
    "CoinsAgeUnknown",
    "CoinsNotForRelatives",
    "CoinsNotForThis",
    "CoinsRest",
    "CoinsReturned",
    "CoinsShort",
    "CoinsTooLittle",
    "CoinsTooYoung",
    "NoSuchPurse",
]

# What the ledger calls a help that coins pay for; its number is the request's.
CAUSE = "services.coins"
OWN, GRANT, RELATIVE = "OWN", "GRANT", "RELATIVE"


@dataclass(frozen=True)
class Purse:
    """An account that may pay for an elder's help, and what is on it."""

    kind: str
    elder: Elder
    account: Account
    volunteer: Volunteer | None = None
    relation: str = ""

    @property
    def code(self) -> str:
        """How a form names it."""
        return (
            self.kind if self.kind != RELATIVE else f"{RELATIVE}-{self.volunteer.pk if self.volunteer else 0}"
        )

    @property
    def balance(self) -> int:
        """Coin-minutes that are free."""
        return self.account.balance


def purses(*, elder: Elder) -> list[Purse]:
    """Whose coins may pay for an elder: the pool's hours first (they lapse), the own ones, relatives'; never empty
    accounts of the pool. A constant number of queries."""
    own = (
        Volunteer.objects.of(elder.community_id)
        .filter(person_id=elder.person_id)
        .select_related("person", "community")
        .first()
    )
    relatives = kin.relatives_of(elder)
    codes = [
        f"grant:{elder.pk}",
        *([own.account_code] if own else []),
        *(each.volunteer.account_code for each in relatives),
    ]
    found = {
        each.code: each
        for each in Account.objects.of(elder.community_id).filter(unit=Unit.COIN, code__in=codes)
    }
    rows = []
    grant = found.get(f"grant:{elder.pk}")
    if grant is not None and grant.balance > 0:
        rows.append(Purse(GRANT, elder, grant))
    if own is not None and own.account_code in found:
        rows.append(Purse(OWN, elder, found[own.account_code], own))
    rows += [
        Purse(RELATIVE, elder, found[each.volunteer.account_code], each.volunteer, each.relation)
        for each in relatives
        if each.volunteer.account_code in found
    ]
    return rows


def find(*, elder: Elder, code: str) -> Purse:
    """The purse that a form names. Raises NoSuchPurse."""
    for each in purses(elder=elder):
        if each.code == code:
            return each
    raise NoSuchPurse(field="pay")


def of_payment(*, elder: Elder, kind: str, volunteer: Volunteer | None, relation: str = "") -> Purse:
    """The purse chosen earlier, as it is now: a relation that ended since does not undo a choice."""
    if volunteer is None:
        return Purse(GRANT, elder, pool.elder_account(elder=elder))
    return Purse(kind, elder, pool.account_of(volunteer=volunteer, unit=Unit.COIN), volunteer, relation)


def need(*, community_id: int, kind: ServiceKind, minutes: int, on: date) -> int:
    """What a help of so many minutes needs, by the settings of the day: as much as a volunteer would earn for it."""
    return rules.weigh(minutes=minutes, risk=kind.risk, rates=Policy.objects.values_on(community_id, on))


def check(*, purse: Purse, kind: ServiceKind, minutes: int, on: date) -> int:
    """What the help needs, when these coins can pay for it. Raises CoinsNotForThis, CoinsTooLittle, CoinsShort and what
    `check_owner` raises."""
    values = Policy.objects.values_on(purse.elder.community_id, on)
    coins = rules.weigh(minutes=minutes, risk=kind.risk, rates=values)
    if "VO" not in kind.who or kind.risk not in ("A", "B"):
        raise CoinsNotForThis(kind=kind.title, field="pay")
    if coins <= 0:
        raise CoinsTooLittle(field="pay")
    check_owner(purse=purse, values=values, on=on)
    if purse.balance < coins:
        raise _short(purse.balance, coins)
    return coins


def check_owner(*, purse: Purse, values: Mapping[str, int], on: date) -> None:
    """Whether these coins may pay for any help to this elder, by the settings of the day.

    Raises NoHelpForCoins, CoinsNotForRelatives, CoinsAgeUnknown, CoinsTooYoung, CoinsRest.
    """
    if not values["channel_coins"]:
        raise channels.NoHelpForCoins(field="pay")
    if purse.kind == RELATIVE and not values["redeem_for"] & KIN_BITS.get(purse.relation, 0):
        raise CoinsNotForRelatives(field="pay")
    least = values["redeem_min_age"]
    if purse.kind != GRANT and least:
        age = purse.elder.person.age(on)
        if age is None:
            raise CoinsAgeUnknown(field="pay")
        if age < least:
            raise CoinsTooYoung(age=least, field="pay")
    left = purse.volunteer is not None and purse.volunteer.state == VolunteerState.LEFT
    if left or purse.account.frozen_at is not None:
        raise CoinsRest(field="pay")


def why_not(*, purse: Purse, kind: ServiceKind | None, minutes: int, on: date) -> str:
    """The sentence that says why these coins cannot pay; empty when they can. Without a kind: for any help at all."""
    try:
        if kind is not None:
            check(purse=purse, kind=kind, minutes=minutes, on=on)
        else:
            check_owner(purse=purse, values=Policy.objects.values_on(purse.elder.community_id, on), on=on)
    except DomainError as refused:
        return refused.message
    return ""


def _short(have: int, coins: int) -> CoinsShort:
    return CoinsShort(have=in_words(have), need=in_words(coins), field="pay")


@transaction.atomic
def hold(
    *, purse: Purse, coins: int, key: str, cause: tuple[str, int], memo: str, on: date, at: datetime, by: User
) -> Entry:
    """Set coins aside; of two helps that want the same last coins one gets them. Once per key.

    Raises CoinsShort, CoinsRest. Source: architecture.md 4a (hold, then settle or release).
    """
    try:
        return posting.hold(
            community=purse.elder.community_id, key=key, source=purse.account, amount=coins, on=on, at=at, by=by, cause=cause,
            memo=memo[:200],
        )  # fmt: skip
    except posting.Overdrawn as short:
        purse.account.refresh_from_db(fields=["balance"])
        raise _short(purse.account.balance, coins) from short
    except posting.Frozen as frozen:
        raise CoinsRest(field="pay") from frozen


@transaction.atomic
def settle(
    *, purse: Purse, held: Entry, amount: int, key: str, memo: str, on: date, at: datetime, by: User
) -> Entry:
    """Pay `amount` of what was set aside; the rest goes back in the same entry. Nothing to pay gives all of it back.

    Paid coins leave circulation; they never reach the helper. Source: Ordinance Art. 21; domain.md §4.2.
    """
    if amount <= 0:
        return release(purse=purse, held=held, key=key, memo=memo, on=on, at=at, by=by)
    spent = accounts.contra(community=purse.elder.community_id, unit=Unit.COIN, code=REDEEMED)
    with _woken(purse, by=by, at=at):
        entry = posting.settle(
            hold=held, target=spent, amount=amount, key=key, memo=memo[:200], on=on, at=at, by=by
        )
    _lapse(purse, key=key, on=on, at=at, by=by)
    return entry


@transaction.atomic
def release(*, purse: Purse, held: Entry, key: str, memo: str, on: date, at: datetime, by: User) -> Entry:
    """Give back what was set aside, also to an account that rests; pool hours whose month is over go to the pool."""
    with _woken(purse, by=by, at=at):
        entry = posting.release(hold=held, key=key, on=on, at=at, by=by, memo=memo[:200])
    _lapse(purse, key=key, on=on, at=at, by=by)
    return entry


@transaction.atomic
def give_back(*, purse: Purse, paid: Entry, reason: str, key: str, on: date, at: datetime, by: User) -> Entry:
    """What was paid comes back by a reversal with a reason, once. Raises CoinsReturned.

    Source: domain.md §4.3 (edits only by reversal entry).
    """
    try:
        with _woken(purse, by=by, at=at):
            entry = posting.reverse(entry=paid, reason=reason, key=key, on=on, at=at, by=by)
    except (posting.AlreadyReversed, posting.NotReversible) as late:
        raise CoinsReturned from late
    _lapse(purse, key=key, on=on, at=at, by=by)
    return entry


def _woken(purse: Purse, *, by: User, at: datetime) -> ExitStack:
    """A volunteer's account that rests is open for one booking."""
    stack = ExitStack()
    if purse.volunteer is not None:
        stack.enter_context(resting.woken(volunteer=purse.volunteer, unit=Unit.COIN, by=by, at=at))
    return stack


def _lapse(purse: Purse, *, key: str, on: date, at: datetime, by: User) -> None:
    """Pool hours that come back after their month belong to the pool again."""
    if purse.kind != GRANT:
        return
    account = Account.objects.get(pk=purse.account.pk)
    rows = CoinGrant.objects.filter(elder=purse.elder, lapsed_at__isnull=True)
    over = account.balance - (rows.aggregate(coins=Sum("coins"))["coins"] or 0)
    if over > 0:
        pool.book(
            community=purse.elder.community, key=f"{key}:lapse", on=on, at=at, by=by, cause=("volunteers.grant", purse.elder.pk),
            moves=[posting.Move(account, pool.common(community=purse.elder.community), over)],
        )  # fmt: skip
