"""The common account of a team: members give, somebody else says yes for the team. How its hours go on: `team_plans`.

Coins are coin-minutes (60 to a coin). Source: Nanjing 2019 (group time only donated); domain.md §4.3 group_account, gift
(one confirmation each side), balance_cap; S2-48, tension T-5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.kernel import steps
from carenet.kernel.errors import WrongStep
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account
from carenet.ledger.states import AccountKind, Unit
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from volunteers import policies, policies_bank
from volunteers.actions import pool, resting
from volunteers.actions.team_refusals import (
    AnotherMustAgree,
    NoLongerOpen,
    NoTeamAccount,
    NotOfTheTeam,
    TeamFull,
)
from volunteers.models import Policy, Team, TeamGift, Volunteer
from volunteers.states import VolunteerState
from volunteers.states_bank import GIFT_STEPS, NO_ACCOUNT, GiftState

if TYPE_CHECKING:
    from carenet.accounts.models import User


def account_of(*, team: Team) -> Account:
    """The coins a team holds together; opened when first needed."""
    return accounts.open_account(
        community=team.community_id, unit=Unit.COIN, code=team.account_code, kind=AccountKind.HOLDER
    )


def locked(pk: int) -> Team:
    """The team, locked: gifts, proposals and the end of one team wait for each other."""
    return (
        Team.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community", "captain")
        .get(pk=pk)
    )


def locked_member(volunteer: Volunteer) -> Volunteer:
    """A member, locked before the team is: the order in which whoever changes a record takes both."""
    return (
        Volunteer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "community")
        .get(pk=volunteer.pk)
    )


def values_on(team: Team, on: date) -> dict[str, int]:
    """The settings of the day. Raises NoTeamAccount where teams hold nothing, or the team has ended."""
    values = Policy.objects.values_on(team.community_id, on)
    if values["group_account"] == NO_ACCOUNT or team.until is not None:
        raise NoTeamAccount
    return values


def tell_each(
    *, team: Team, to: Iterable[Volunteer], template: str, key: str, by: User, at: datetime, params: dict[str, object]
) -> None:  # fmt: skip
    """A letter to each of some members, once per key."""
    notices.write_many(
        community=team.community, template=template, due_at=at, by=by, at=at,
        letters=[
            Letter(
                key=f"{template}:{key}:{each.pk}", params={"team": team.name, "account": team.pk, **params},
                to_person_id=each.person_id,
            )
            for each in to
        ],
    )  # fmt: skip


@transaction.atomic
def offer(
    *, team: Team, giver: Volunteer, coins: int, words: str, key: str, on: date, at: datetime, by: User
) -> TeamGift:
    """Offer coins to the own team: set aside until somebody else says yes for it, at most `gift_days`.

    The same key finds the first offer. Raises NoTeamAccount, NotOfTheTeam, NotEnough, AccountFrozen, NotAllowed.
    """
    require(policies.may_redeem(by, giver))
    giver = locked_member(giver)
    found = locked(team.pk)
    values = values_on(found, on)
    if giver.team_id != found.pk or giver.state == VolunteerState.LEFT:
        raise NotOfTheTeam
    if coins <= 0:
        raise pool.NotEnough(field="coins")
    try:
        held = posting.hold(
            community=giver.community_id, key=f"team-gift:{giver.pk}:{key}",
            source=pool.account_of(volunteer=giver, unit=Unit.COIN), amount=coins, on=on, at=at, by=by,
            cause=("volunteers.team_gift", found.pk), memo=words.strip()[:100],
        )  # fmt: skip
    except posting.Overdrawn as short:
        raise pool.NotEnough(field="coins") from short
    except posting.Frozen as frozen:
        raise pool.AccountFrozen from frozen
    known = TeamGift.objects.filter(hold_id=held.pk).first()
    if known is not None:
        return known
    gift = TeamGift.objects.create(
        community_id=giver.community_id, team=found, giver=giver, coins=coins, words=words.strip(), hold_id=held.pk,
        offered_at=at, offered_by=by, expires_on=on + timedelta(days=values["gift_days"]),
    )  # fmt: skip
    captain = found.captain
    if captain is not None and captain.pk != giver.pk:
        _tell(gift, captain, "volunteers.team_gift_offered", by, at)
    if policies_bank.acts_for_another(by, giver):
        _tell(gift, giver, "volunteers.team_gift_for_you", by, at)
    return gift


def locked_gift(gift: TeamGift) -> TeamGift:
    """The gift with its team, both locked, the team first."""
    locked(gift.team_id)
    return (
        TeamGift.objects.select_for_update(of=("self",))
        .select_related("giver__person", "team__captain", "community")
        .get(pk=gift.pk)
    )


def _close(gift: TeamGift, step: str, by: User, at: datetime) -> None:
    try:
        gift.state = steps.take(GIFT_STEPS, step, gift.state)
    except WrongStep as late:
        raise NoLongerOpen from late
    gift.closed_at, gift.closed_by = at, by


@transaction.atomic
def accept(*, gift: TeamGift, on: date, at: datetime, by: User) -> TeamGift:
    """Say yes for the team: its captain or the office, never whoever offered or gives it.

    Raises AnotherMustAgree, NoLongerOpen, NotOfTheTeam, TeamFull, NoTeamAccount, NotAllowed.
    """
    found = locked_gift(gift)
    require(policies_bank.may_take_for_team(by, found.team))
    if found.state == GiftState.ACCEPTED:
        return found
    if found.offered_by_id == by.pk or policies.is_own_record(by, found.giver):
        raise AnotherMustAgree
    values = values_on(found.team, on)
    _close(found, "accept", by, at)
    if found.expires_on < on:
        raise NoLongerOpen
    if found.giver.team_id != found.team_id:
        raise NotOfTheTeam
    target = account_of(team=found.team)
    if target.balance + found.coins > values["balance_cap_minutes"]:
        raise TeamFull
    posting.settle(hold=found.hold_id, target=target, key=f"team-gift-yes:{found.pk}", on=on, at=at, by=by)
    found.save(update_fields=["state", "closed_at", "closed_by"])
    _tell(found, found.giver, "volunteers.team_gift_accepted", by, at)
    return found


@transaction.atomic
def decline(*, gift: TeamGift, on: date, at: datetime, by: User) -> TeamGift:
    """Say no, thank you, for the team: the coins go back. Raises NoLongerOpen, NotAllowed."""
    found = locked_gift(gift)
    require(policies_bank.may_take_for_team(by, found.team))
    return give_back(gift=found, step="decline", on=on, at=at, by=by, tell=True)


@transaction.atomic
def withdraw(*, gift: TeamGift, on: date, at: datetime, by: User) -> TeamGift:
    """Take an offer back before it is answered. Raises NoLongerOpen, NotAllowed."""
    found = locked_gift(gift)
    require(policies.may_redeem(by, found.giver))
    return give_back(
        gift=found, step="withdraw", on=on, at=at, by=by, tell=policies_bank.acts_for_another(by, found.giver)
    )


def give_back(*, gift: TeamGift, step: str, on: date, at: datetime, by: User, tell: bool) -> TeamGift:
    """Release what was set aside, also to an account that rests. Raises NoLongerOpen."""
    if gift.state == GIFT_STEPS[step].target:
        return gift
    _close(gift, step, by, at)
    with resting.woken(volunteer=gift.giver, unit=Unit.COIN, by=by, at=at):
        posting.release(hold=gift.hold, key=f"team-gift-back:{gift.pk}", on=on, at=at, by=by)
    gift.save(update_fields=["state", "closed_at", "closed_by"])
    if tell:
        _tell(gift, gift.giver, "volunteers.team_gift_back", by, at)
    return gift


def _tell(gift: TeamGift, to: Volunteer, template: str, by: User, at: datetime) -> None:
    pool.tell(
        volunteer=to, template=template, key=str(gift.pk), by=by, at=at,
        params={"coin_minutes": gift.coins, "team": gift.team.name, "name": gift.giver.person.name, "account": gift.team_id},
    )  # fmt: skip


@transaction.atomic
def end_offers(*, giver: Volunteer, on: date, at: datetime, by: User) -> int:
    """Offers of a member who leaves the team or the service come back. What was taken stays with the team."""
    found = [
        locked_gift(each) for each in TeamGift.objects.open().filter(giver=giver).order_by("team_id", "pk")
    ]
    for each in found:
        give_back(gift=each, step="expire", on=on, at=at, by=by, tell=True)
    return len(found)
