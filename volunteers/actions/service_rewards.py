"""Services for points: set aside, settled when the service was done, given back when it was not.

`services` makes a request of each claim and tells how it ended; nothing here knows that app.
Source: architecture.md 4a (a service as reward); domain.md §4.2 (the helper is never paid by the person helped).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel import months, steps
from carenet.kernel.errors import DomainError
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from carenet.notices import actions as notices
from elders.models import Elder
from volunteers import policies, portal
from volunteers.actions import channels, resting, rewards
from volunteers.models import Reward, RewardService, ServiceClaim, Volunteer
from volunteers.reports import kin, shop
from volunteers.states import (
    CLAIM_STEPS,
    REDEEMED,
    REDEEMED_GOODS,
    ClaimState,
    SlipChannel,
    VolunteerState,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.ledger.models import Entry
    from carenet.parties.models import ServiceKind


class HasPieces(DomainError):
    """A thing on the shelf does not become a service."""

    code = "has_pieces"
    default_message = _(
        "There are still pieces of this gift on the shelf. Please count it to zero, or offer the service as a new gift."
    )


class NotAService(DomainError):
    """The reward is a thing to collect."""

    code = "not_a_service"
    default_message = _("This gift is collected at the station. Please open it again and confirm.")


class NobodyToServe(DomainError):
    """A service is given to an elder whom the station knows."""

    code = "nobody_to_serve"
    default_message = _(
        "This service is given to elders on the station's list. Please ask the station to put you on it; "
        "nothing was taken from your points."
    )


class NotYourElder(DomainError):
    """Points serve oneself and close relatives only."""

    code = "not_your_elder"
    default_message = _(
        "Services for points are for you or for a close relative whose file names you. "
        "Please ask the station to write down who you are to them; nothing was taken from your points."
    )


class ClaimClosed(DomainError):
    """The service was done, or the points went back."""

    code = "claim_closed"
    default_message = _("This was already settled. Please look at your points.")


@transaction.atomic
def become_service(
    *, reward: Reward, kind: ServiceKind, minutes: int, hold_days: int, by: User, at: datetime
) -> RewardService:
    """Say that a reward is a service that somebody comes to give. Raises HasPieces, NotAllowed."""
    require(policies.may_keep_shop(by, reward.community_id))
    found = Reward.objects.select_for_update(of=("self",), no_key=True).get(pk=reward.pk)
    if found.stock:
        raise HasPieces(field="kind")
    row, _new = RewardService.objects.update_or_create(
        reward=found,
        defaults={
            "community_id": found.community_id,
            "kind": kind,
            "minutes": minutes,
            "hold_days": hold_days,
        },
    )
    return row


@transaction.atomic
def claim(
    *,
    volunteer: Volunteer,
    reward: Reward,
    key: str,
    by: User,
    on: date,
    at: datetime,
    elder: Elder | None = None,
    points: int | None = None,
    wish: str = "",
    channel: str = SlipChannel.WEB,
) -> ServiceClaim:
    """Ask for a service for points: points and the fund's money are set aside; once per key.

    `elder` is who is served: the volunteer's own record when none is given, or an elder whose close relative the
    volunteer is by mandate or by the file of the home (see `reports.kin`). The same refusals as a gift, in the same
    words: Overdrawn, LimitReached, NotBacked, TooYoung, Frozen, NotOffered, PriceChanged, KeyReused, NotAllowed,
    NobodyToServe and NotYourElder. Two attempts of one person wait for each other. Source: S4 (points for care services); ux.md §6.2.
    """
    require(policies.may_redeem(by, volunteer))
    person = (
        Volunteer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=volunteer.pk)
    )
    first = ServiceClaim.objects.of(person.community_id).filter(key=key).first()
    if first is not None:
        if (first.volunteer_id, first.reward_id) != (person.pk, reward.pk):
            raise rewards.KeyReused
        return first
    service = (
        RewardService.objects.filter(reward=reward).select_related("reward__fund__account", "kind").first()
    )
    if service is None:
        raise NotAService
    channels.require_open(community_id=person.community_id, channel="channel_services", on=on)
    found = service.reward
    if not found.is_active or found.community_id != person.community_id:
        raise rewards.NotOffered
    if points is not None and points != found.points:
        raise rewards.PriceChanged(detail=str(found.points))
    if person.state == VolunteerState.LEFT:
        raise rewards.Frozen
    if found.min_age and (person.person.age(on) or 0) < found.min_age:
        raise rewards.TooYoung(detail=str(found.min_age))
    had = ServiceClaim.objects.counting().filter(volunteer=person, reward=found)
    if (
        found.per_person
        and had.filter(asked_on__gte=shop.first_day(found.per_period, on)).count() >= found.per_person
    ):
        raise rewards.LimitReached(detail=f"{found.per_person} {found.per_period}")
    served = (
        elder
        or Elder.objects.of(person.community_id).filter(person_id=person.person_id, status="ACTIVE").first()
    )
    if served is None or served.community_id != person.community_id:
        raise NobodyToServe(field="elder")
    if served.person_id != person.person_id and served.pk not in {
        each.elder.pk for each in kin.elders_of(person, on=on)
    }:
        raise NotYourElder(field="elder")
    hold, fund_hold = _set_aside(person, found, key, by=by, on=on, at=at)
    made = ServiceClaim.objects.create(
        community_id=person.community_id, volunteer=person, reward=found, kind=service.kind, elder=served, name=found.name,
        minutes=service.minutes, points=found.points, backing_fen=found.backing_fen if found.fund_id else 0,
        wish=wish.strip()[:120], channel=channel, hold=hold, fund_hold=fund_hold, key=key, asked_on=on, asked_at=at,
        expires_on=on + timedelta(days=service.hold_days), by=by,
    )  # fmt: skip
    _tell(made, "volunteers.service_claimed", by=by, at=at)
    return made


def _set_aside(
    volunteer: Volunteer, reward: Reward, key: str, *, by: User, on: date, at: datetime
) -> tuple[Entry, Entry | None]:
    """Points first, then the fund's money; a refusal of the books in the words of the shop."""
    community = volunteer.community_id
    account = Account.objects.of(community).filter(code=volunteer.account_code, unit=Unit.POINT).first()
    if account is None:
        raise rewards.Frozen
    cause = ("volunteers.service_reward", reward.pk)
    try:
        hold = posting.hold(
            community=community, key=f"claim:{key}", source=account, amount=reward.points, on=on, at=at, by=by, cause=cause
        )  # fmt: skip
    except posting.Overdrawn as refused:
        account.refresh_from_db(fields=["balance"])
        raise rewards.Overdrawn(detail=str(max(reward.points - account.balance, 0))) from refused
    except posting.Frozen as refused:
        raise rewards.Frozen from refused
    if reward.fund is None:
        return hold, None
    if reward.fund.closed_on is not None or reward.fund.account is None:
        raise rewards.NotBacked
    try:
        fund_hold = posting.hold(
            community=community, key=f"claim-fund:{key}", source=reward.fund.account, amount=reward.backing_fen, on=on,
            at=at, by=by, cause=cause,
        )  # fmt: skip
    except (posting.Overdrawn, posting.Frozen) as refused:
        raise rewards.NotBacked from refused
    return hold, fund_hold


@transaction.atomic
def settle(*, claim: ServiceClaim, by: User, on: date, at: datetime) -> ServiceClaim:
    """The service was done: what was set aside is spent. Again it changes nothing. Raises ClaimClosed (given back)."""
    require(policies.may_close_claim(by, claim.community_id))
    found = _locked(claim)
    if found.state == ClaimState.SETTLED:
        return found
    if found.state == ClaimState.RELEASED:
        raise ClaimClosed
    Volunteer.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=found.volunteer_id)
    _close(found, "settle", "", by=by, at=at)
    community = found.community_id
    posting.settle(
        hold=found.hold, target=accounts.contra(community=community, unit=Unit.POINT, code=REDEEMED),
        key=f"claim-done:{found.pk}", on=on, at=at, by=by,
    )  # fmt: skip
    if found.fund_hold is not None:
        posting.settle(
            hold=found.fund_hold, target=accounts.contra(community=community, unit=Unit.FEN, code=REDEEMED_GOODS),
            key=f"claim-fund-done:{found.pk}", on=on, at=at, by=by,
        )  # fmt: skip
    return found


@transaction.atomic
def release(*, claim: ServiceClaim, words: str, by: User, at: datetime) -> ServiceClaim:
    """Not wanted, not possible, or too late: points and money go back, once, and not while the helper is at work:
    whoever arranges the service is asked first, through every door.

    Raises ClaimClosed (done), the refusals of `portal.withdraw_claim` (it has begun), NotAllowed.
    """
    require(policies.may_take_back(by, claim.volunteer))
    found = _locked(claim)
    if found.state == ClaimState.RELEASED:
        return found
    if found.state == ClaimState.SETTLED:
        raise ClaimClosed
    Volunteer.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=found.volunteer_id)
    portal.withdraw_claim(found, by=by, at=at)
    _close(found, "release", words, by=by, at=at)
    on = months.day_of(at)
    with resting.woken(volunteer=found.volunteer, unit=Unit.POINT, by=by, at=at):
        posting.release(hold=found.hold, key=f"claim-back:{found.pk}", on=on, at=at, by=by, memo=words[:200])
    if found.fund_hold is not None:
        posting.release(hold=found.fund_hold, key=f"claim-fund-back:{found.pk}", on=on, at=at, by=by)
    _tell(found, "volunteers.service_released", by=by, at=at)
    return found


def _locked(claim: ServiceClaim) -> ServiceClaim:
    return (
        ServiceClaim.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community", "volunteer__person", "hold", "fund_hold")
        .get(pk=claim.pk)
    )


def _close(found: ServiceClaim, step: str, words: str, *, by: User, at: datetime) -> None:
    found.state = steps.take(CLAIM_STEPS, step, found.state)
    found.closed_at, found.closed_by, found.words = at, by, words.strip()[:200]
    found.save(update_fields=["state", "closed_at", "closed_by", "words"])


def _tell(found: ServiceClaim, template: str, *, by: User, at: datetime) -> None:
    notices.write(
        community=found.community, template=template, key=f"{template}:{found.pk}", to_person=found.volunteer.person,
        due_at=at, by=by, at=at, params={"reward": found.name, "points": found.points, "claim": found.pk},
    )  # fmt: skip
