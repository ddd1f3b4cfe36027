"""Give coins to a relative: offered and set aside, then accepted, declined, taken back or not answered in time.

One confirmation on each side; whoever is slower reads what happened. Source: domain.md §4.3 gift.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months, steps
from carenet.kernel.errors import DomainError, WrongStep
from carenet.ledger import posting
from carenet.ledger.states import Unit
from volunteers import policies, policies_bank
from volunteers.actions import pool, resting
from volunteers.models import Gift, Policy, Volunteer
from volunteers.states import VolunteerState
from volunteers.states_bank import GIFT_BITS, GIFT_STEPS, GiftState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


class GiftsAreOff(DomainError):
    """The community does not allow gifts."""

    code = "gifts_are_off"
    default_message = _("Coins cannot be given to others here. You can give them to the common pool.")


class RelativesOnly(DomainError):
    """Gifts go to listed relatives."""

    code = "relatives_only"
    default_message = _("Coins may be given to relatives only. You can give them to the common pool instead.")


class NoSuchReceiver(DomainError):
    """Number and name must belong together, so that nobody gives to a stranger by a slip of the finger."""

    code = "no_such_receiver"
    default_message = _(
        "No volunteer has this number and this name. Please ask the other person to read both out."
    )


class TooYoung(DomainError):
    """Coins are for old age."""

    code = "too_young"
    default_message = _(
        "Coins can be received from the age of %(age)s. You can give them to the common pool instead."
    )


class AlreadyAnswered(DomainError):
    """Somebody was faster."""

    code = "already_answered"
    default_message = _("This gift is no longer open. Please look at your coins again.")


class OneHandOnly(DomainError):
    """One confirmation on each side: nobody gives both."""

    code = "one_hand_only"
    default_message = _(
        "You offered this gift for the giver. Please let the other person or a colleague say yes to it."
    )


def find_receiver(*, community: Community, number: str, name: str) -> Volunteer:
    """The volunteer with this number and this name. Raises NoSuchReceiver."""
    found = (
        Volunteer.objects.of(community)
        .present()
        .select_related("person", "community")
        .filter(number__iexact="".join(number.split()))
        .first()
    )
    if found is None or "".join(found.person.name.split()) != "".join(name.split()):
        raise NoSuchReceiver(field="number")
    return found


@transaction.atomic
def offer(
    *, giver: Volunteer, receiver: Volunteer, coins: int, relation: str, words: str, key: str, on: date, at: datetime,
    by: User,
) -> Gift:  # fmt: skip
    """Offer coins: they are set aside until the other answers, at most `gift_days`.

    The same key finds the first offer. Raises GiftsAreOff, RelativesOnly, TooYoung, NoSuchReceiver, NotEnough,
    AccountFrozen, NotAllowed.
    """
    require(policies.may_redeem(by, giver))
    values = Policy.objects.values_on(giver.community_id, on)
    if not values["gift_allowed"]:
        raise GiftsAreOff
    if values["gift_relatives_only"] and not values["gift_relatives"] & GIFT_BITS.get(relation, 0):
        raise RelativesOnly(field="relation")
    if (
        receiver.pk == giver.pk
        or receiver.community_id != giver.community_id
        or receiver.state == VolunteerState.LEFT
    ):
        raise NoSuchReceiver(field="number")
    born = receiver.person.born_on
    if values["redeem_min_age"] and (
        born is None or months.years_between(born, on) < values["redeem_min_age"]
    ):
        raise TooYoung(age=values["redeem_min_age"], field="number")
    if coins <= 0:
        raise pool.NotEnough(field="coins")
    try:
        held = posting.hold(
            community=giver.community_id, key=f"gift:{giver.pk}:{key}", source=pool.account_of(volunteer=giver, unit=Unit.COIN),
            amount=coins, on=on, at=at, by=by, cause=("volunteers.gift", receiver.pk),
        )  # fmt: skip
    except posting.Overdrawn as short:
        raise pool.NotEnough(field="coins") from short
    except posting.Frozen as frozen:
        raise pool.AccountFrozen from frozen
    known = Gift.objects.filter(hold_id=held.pk).first()
    if known is not None:
        return known
    gift = Gift.objects.create(
        community_id=giver.community_id, giver=giver, receiver=receiver, coins=coins, relation=relation,
        words=words.strip(), hold_id=held.pk, offered_at=at, offered_by=by, expires_on=on + timedelta(days=values["gift_days"]),
    )  # fmt: skip
    _tell(
        gift,
        receiver,
        "volunteers.gift_offered",
        {"name": giver.person.name, "last_on": gift.expires_on.isoformat()},
        by,
        at,
    )
    if policies_bank.acts_for_another(by, giver):
        _tell(gift, giver, "volunteers.gift_offered_for_you", {"name": receiver.person.name}, by, at)
    return gift


def _locked(gift: Gift) -> Gift:
    return (
        Gift.objects.select_for_update(of=("self",))
        .select_related("giver__person", "receiver__person", "community")
        .get(pk=gift.pk)
    )


def _close(gift: Gift, step: str, by: User, at: datetime) -> None:
    try:
        gift.state = steps.take(GIFT_STEPS, step, gift.state)
    except WrongStep as late:
        raise AlreadyAnswered from late
    gift.closed_at, gift.closed_by = at, by


@transaction.atomic
def accept(*, gift: Gift, on: date, at: datetime, by: User) -> Gift:
    """Say yes: the coins are on the receiver's account; never by whoever offered them at the counter.

    Raises OneHandOnly, AlreadyAnswered, NoRoom, AccountFrozen, NotAllowed. Source: domain.md §4.3 gift.
    """
    found = _locked(gift)
    require(policies.may_redeem(by, found.receiver))
    if found.state == GiftState.ACCEPTED:
        return found
    if found.offered_by_id == by.pk:
        raise OneHandOnly
    _close(found, "accept", by, at)
    if found.expires_on < on:
        raise AlreadyAnswered
    if found.coins > pool.room(volunteer=found.receiver, on=on):
        raise pool.NoRoom
    target = pool.account_of(volunteer=found.receiver, unit=Unit.COIN)
    try:
        posting.settle(hold=found.hold_id, target=target, key=f"gift-yes:{found.pk}", on=on, at=at, by=by)
    except posting.Frozen as frozen:
        raise pool.AccountFrozen from frozen
    found.save(update_fields=["state", "closed_at", "closed_by"])
    _tell(found, found.giver, "volunteers.gift_accepted", {"name": found.receiver.person.name}, by, at)
    if policies_bank.acts_for_another(by, found.receiver):
        _tell(
            found, found.receiver, "volunteers.gift_taken_for_you", {"name": found.giver.person.name}, by, at
        )
    return found


@transaction.atomic
def decline(*, gift: Gift, on: date, at: datetime, by: User) -> Gift:
    """Say no, thank you: the coins go back. Raises AlreadyAnswered, NotAllowed."""
    found = _locked(gift)
    require(policies.may_redeem(by, found.receiver))
    return _give_back(found, "decline", on, at, by, tell=True)


@transaction.atomic
def withdraw(*, gift: Gift, on: date, at: datetime, by: User) -> Gift:
    """Take an offer back before it is answered. Raises AlreadyAnswered, NotAllowed."""
    found = _locked(gift)
    require(policies.may_redeem(by, found.giver))
    return _give_back(found, "withdraw", on, at, by, tell=policies_bank.acts_for_another(by, found.giver))


def _give_back(found: Gift, step: str, on: date, at: datetime, by: User, *, tell: bool = False) -> Gift:
    if found.state == GIFT_STEPS[step].target:
        return found
    _close(found, step, by, at)
    with resting.woken(volunteer=found.giver, unit=Unit.COIN, by=by, at=at):
        posting.release(hold=found.hold, key=f"gift-back:{found.pk}", on=on, at=at, by=by)
    found.save(update_fields=["state", "closed_at", "closed_by"])
    if tell:
        _tell(found, found.giver, "volunteers.gift_back", {"name": found.receiver.person.name}, by, at)
    return found


@transaction.atomic
def expire_due(*, community: Community, on: date, at: datetime, by: User) -> int:
    """Give back what nobody answered in time; each once. Source: architecture.md law 5."""
    due = list(
        Gift.objects.of(community)
        .overdue(on)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("giver__person", "receiver__person", "community", "hold")
        .order_by("pk")
    )
    for each in due:
        _give_back(each, "expire", on, at, by, tell=True)
    return len(due)


@transaction.atomic
def end_open(*, volunteer: Volunteer, on: date, at: datetime, by: User) -> int:
    """All open gifts from and to somebody whose accounts are closed go back."""
    count = 0
    for each in Gift.objects.open().filter(giver=volunteer) | Gift.objects.open().filter(receiver=volunteer):
        _give_back(_locked(each), "expire", on, at, by)
        count += 1
    return count


def _tell(gift: Gift, to: Volunteer, template: str, params: dict[str, str], by: User, at: datetime) -> None:
    pool.tell(
        volunteer=to, template=template, key=str(gift.pk), params={"coin_minutes": gift.coins, **params}, by=by, at=at
    )  # fmt: skip
