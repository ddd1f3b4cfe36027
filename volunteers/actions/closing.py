"""Close the accounts of a volunteer who died or left for good: asked by one, decided by another.

What is left goes to one heir or to the common pool, or becomes an honour; hours are evidence and stay.
Source: domain.md §4.3 inheritance (transfer to spouse/one heir, or convert to honour; default donate).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months, steps
from carenet.kernel.errors import DomainError, WrongStep
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account, Posting
from carenet.ledger.states import Unit
from volunteers import policies, policies_bank
from volunteers.actions import gifts, pool, registry
from volunteers.models import Closing, Move, Policy, Redemption, ServiceClaim, Volunteer
from volunteers.states import ISSUED, VolunteerState
from volunteers.states_bank import ASK, CLOSING_STEPS, RELATIVES, ClosingState, Relation

if TYPE_CHECKING:
    from carenet.accounts.models import User


HONOURED = ["honoured", "honoured_at", "honoured_by", "honour_entry"]


class NoHeir(DomainError):
    """An heir is a listed relative with an account."""

    code = "no_heir"
    default_message = _(
        "The heir must be a relative who is enrolled here. Enrol the heir first, or choose the pool."
    )


class NoHonour(DomainError):
    """The community does not turn what is left into an honour, or somebody inherits it."""

    code = "no_honour"
    default_message = _(
        "What is left does not become an honour here, or an heir is named. Please choose the heir or the pool."
    )


class NothingToHonour(DomainError):
    """Once, and no more than came."""

    code = "nothing_to_honour"
    default_message = _(
        "There are no inherited hours left to turn into an honour. Please look at your coins again."
    )


class AlreadyClosing(DomainError):
    """One closing for each record."""

    code = "already_closing"
    default_message = _("These accounts are already being closed. Please look at the list of closings.")


class SecondPerson(DomainError):
    """Four eyes."""

    code = "second_person"
    default_message = _("Whoever asked cannot also decide. Please let a colleague decide.")


class AlreadyDecided(DomainError):
    """Decided once."""

    code = "already_decided"
    default_message = _("This was already decided. Please look at the list again.")


class SlipsWait(DomainError):
    """A gift of the shop still waits."""

    code = "slips_wait"
    default_message = _(
        "A redeemed gift still waits. Hand it over or cancel it first, then close the accounts."
    )


class SetAside(DomainError):
    """Coins on their way, or points for a service that was asked for."""

    code = "set_aside"
    default_message = _(
        "Something is still set aside: a service for points, a help paid with time coins or a letter to another community. "
        "End it first."
    )


class ServesAgain(DomainError):
    """Who came back needs the accounts."""

    code = "serves_again"
    default_message = _("This volunteer came back meanwhile. Please refuse this closing.")


@transaction.atomic
def ask(
    *,
    volunteer: Volunteer,
    why: str,
    day: date,
    heir: Volunteer | None,
    relation: str,
    reason: str,
    at: datetime,
    by: User,
    as_honour: bool = False,
) -> Closing:
    """Ask for the closing; the volunteer has left from now on and the accounts rest. `as_honour` lets what is left go in
    the volunteer's name: nobody receives it.

    Raises NoHeir, NoHonour, AlreadyClosing, ReasonMissing, NotAllowed.
    """
    require(policies.may_enrol(by, volunteer.community_id))
    if len(reason.strip()) < 2:
        raise pool.ReasonMissing(field="reason")
    values = Policy.objects.values_on(volunteer.community_id, months.day_of(at))
    if as_honour and (heir is not None or not values["inherit_to_honour"]):
        raise NoHonour(field="as_honour")
    if heir is not None and (
        not values["inherit_to_heir"] or relation not in {str(each) for each in RELATIVES} or heir.pk == volunteer.pk
        or heir.community_id != volunteer.community_id or heir.state == VolunteerState.LEFT
    ):  # fmt: skip
        raise NoHeir(field="heir")
    try:
        with transaction.atomic():
            closing = Closing.objects.create(
                community_id=volunteer.community_id, volunteer=volunteer, why=why, day=day, heir=heir,
                relation=Relation(relation) if heir is not None else "", reason=reason.strip(), asked_at=at, asked_by=by,
                as_honour=as_honour,
            )  # fmt: skip
    except IntegrityError as twin:
        raise AlreadyClosing from twin
    gifts.end_open(volunteer=volunteer, on=months.day_of(at), at=at, by=by)
    volunteer.refresh_from_db()
    if volunteer.state != VolunteerState.LEFT:
        registry.leave(volunteer=volunteer, on=day, reason=str(closing.get_why_display()), by=by, at=at)
    return closing


def _locked(closing: Closing) -> Closing:
    return (
        Closing.objects.select_for_update(of=("self",))
        .select_related("volunteer__person", "volunteer__community", "heir", "community")
        .get(pk=closing.pk)
    )


@transaction.atomic
def approve(*, closing: Closing, on: date, at: datetime, by: User) -> Closing:
    """Let what is left go to the heir, the pool or, as an honour, to nobody, in one entry, and close for good.

    The heir's account takes coins up to its limit. What is beyond waits for the heir's choice, or goes to the pool where
    the community does not ask (`balance_overflow`). Neither whoever asked nor the heir. Raises SecondPerson, AlreadyDecided, ServesAgain, SlipsWait, SetAside, NotAllowed.
    """
    found = _locked(closing)
    require(policies.may_set_rules(by, found.community_id))
    if found.asked_by_id == by.pk or (found.heir is not None and found.heir.person_id == by.person_id):
        raise SecondPerson
    try:
        found.state = steps.take(CLOSING_STEPS, "approve", found.state)
    except WrongStep as late:
        raise AlreadyDecided from late
    volunteer = _queued(found)
    if volunteer.state != VolunteerState.LEFT:
        raise ServesAgain
    if Redemption.objects.filter(volunteer=volunteer).open().exists():
        raise SlipsWait
    if (
        ServiceClaim.objects.filter(volunteer=volunteer).held().exists()
        or Move.objects.filter(volunteer=volunteer).open().exists()
        or Account.objects.of(found.community_id)
        .filter(code=f"hold:{volunteer.account_code}", balance__gt=0)
        .exists()
    ):
        raise SetAside
    resting = [pool.account_of(volunteer=volunteer, unit=unit) for unit in (Unit.COIN, Unit.POINT)]
    moves = _moves(found, resting, on)
    if moves:
        frozen = [account for account in resting if account.frozen_at is not None]
        for account in frozen:
            accounts.thaw(account=account, reason="closing", by=by, at=at)
        found.entry = pool.book(
            community=found.community, key=f"closing:{found.pk}", moves=moves, on=on, at=at, by=by,
            cause=("volunteers.closing", found.pk),
        )  # fmt: skip
        for account in frozen:
            accounts.freeze(account=account, reason="closed", by=by, at=at)
    found.decided_at, found.decided_by = at, by
    if found.as_honour and found.entry is not None:
        found.honoured, found.honoured_at, found.honoured_by = found.coins, at, by
        found.honour_entry = found.entry
    found.save(
        update_fields=["state", "decided_at", "decided_by", "coins", "beyond", "points", "entry", *HONOURED]
    )
    if found.heir is not None and moves:
        pool.tell(
            volunteer=found.heir, template="volunteers.inherited", key=str(found.pk), by=by, at=at,
            params={"coin_minutes": _came(found), "points": found.points, "name": volunteer.person.name},
        )  # fmt: skip
    return found


def _queued(found: Closing) -> Volunteer:
    """The volunteer, both rows locked in key order: late hours and gifts wait until the accounts are empty."""
    keys = [each for each in (found.volunteer_id, found.heir_id) if each is not None]
    rows = {
        each.pk: each
        for each in Volunteer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "community")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    found.heir = rows.get(found.heir_id) if found.heir_id is not None else None
    return rows[found.volunteer_id]


def _moves(found: Closing, resting: list[Account], on: date) -> list[posting.Move]:
    """Where each balance goes; `coins`, `beyond` and `points` of the closing say how much."""
    common = {unit: _nobody(found, unit) for unit in (Unit.COIN, Unit.POINT)}
    waiting = list(
        Account.objects.of(found.community_id).coded(
            found.community_id, Unit.COIN, f"overflow:{found.volunteer.account_code}"
        )
    )
    moves: list[posting.Move] = []
    for account in resting:
        amount = account.balance
        if account.unit == Unit.POINT:
            found.points = amount
        else:
            found.coins = amount
        if found.heir is not None:
            kept = (
                amount if account.unit == Unit.POINT else min(amount, pool.room(volunteer=found.heir, on=on))
            )
            moves.append(
                posting.Move(account, pool.account_of(volunteer=found.heir, unit=account.unit), kept)
            )
            found.beyond += amount - kept
            asks = Policy.objects.values_on(found.community_id, on)["balance_overflow"] == ASK
            target = pool.overflow_of(volunteer=found.heir) if asks else common[Unit.COIN]
            moves.append(posting.Move(account, target, amount - kept))
        else:
            moves.append(posting.Move(account, common[Unit(account.unit)], amount))
    for account in waiting:
        found.coins += account.balance
        moves.append(posting.Move(account, common[Unit.COIN], account.balance))
    return [each for each in moves if each.amount > 0]


def _nobody(found: Closing, unit: str) -> Account:
    """Where goes what no heir receives: the common pool, or out of circulation as an honour."""
    if found.as_honour:
        return accounts.contra(community=found.community, unit=unit, code=ISSUED)
    return pool.common(community=found.community, unit=unit)


def may_honour(*, closing: Closing, on: date) -> int:
    """How many inherited coins the heir may still turn into an honour; 0 when that is over or not done here."""
    if closing.state != ClosingState.DONE or closing.heir is None or closing.honour_entry_id is not None:
        return 0
    if not Policy.objects.values_on(closing.community_id, on)["inherit_to_honour"]:
        return 0
    return _came(closing)


def _came(closing: Closing) -> int:
    """The coins that came to the heir's account, without what was beyond a limit of either. coin-minutes"""
    if closing.heir is None:
        return 0
    came = Posting.objects.filter(
        entry=closing.entry_id, target__code=closing.heir.account_code, unit=Unit.COIN
    )
    return int(came.aggregate(coins=Sum("amount"))["coins"] or 0)


@transaction.atomic
def to_honour(*, closing: Closing, on: date, at: datetime, by: User) -> Closing:
    """The heir, or the office on the heir's word, lets the inherited coins go in the name of who earned them; once and
    all of what came to the account. The hours of who earned them stay on record either way.

    Raises NothingToHonour, NotEnough (some were used), AccountFrozen, NotAllowed. Source: domain.md §4.3 inheritance.
    """
    found = _locked(closing)
    if found.heir is None:
        raise NothingToHonour
    require(policies.may_redeem(by, found.heir))
    amount = may_honour(closing=found, on=on)
    if amount <= 0:
        raise NothingToHonour
    found.honour_entry = pool.book(
        community=found.community, key=f"closing-honour:{found.pk}", on=on, at=at, by=by,
        moves=[
            posting.Move(
                pool.account_of(volunteer=found.heir, unit=Unit.COIN),
                accounts.contra(community=found.community, unit=Unit.COIN, code=ISSUED), amount,
            )
        ],
        cause=("volunteers.honour", found.pk), memo=found.volunteer.person.name,
    )  # fmt: skip
    found.honoured, found.honoured_at, found.honoured_by = amount, at, by
    found.save(update_fields=HONOURED)
    if policies_bank.acts_for_another(by, found.heir):
        pool.tell(
            volunteer=found.heir, template="volunteers.chosen_for_you", key=f"honour:{found.pk}", by=by, at=at,
            params={"coin_minutes": amount, "choice": "HONOUR"},
        )  # fmt: skip
    return found


@transaction.atomic
def refuse(*, closing: Closing, at: datetime, by: User) -> Closing:
    """Not closed: the accounts rest as they are; `come_back` opens them. Raises SecondPerson, AlreadyDecided, NotAllowed."""
    found = _locked(closing)
    require(policies.may_set_rules(by, found.community_id))
    if found.asked_by_id == by.pk:
        raise SecondPerson
    try:
        found.state = steps.take(CLOSING_STEPS, "refuse", found.state)
    except WrongStep as late:
        raise AlreadyDecided from late
    found.decided_at, found.decided_by = at, by
    found.save(update_fields=["state", "decided_at", "decided_by"])
    return found
