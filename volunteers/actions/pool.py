"""The common pool of the time bank: given by volunteers, filled by decision, issued to key elders, taken back.

Coins are coin-minutes (60 to a coin). Nobody is paid by the person helped. Source: domain.md §4.2-4.3 (Nanjing 2019).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.audit.actions import records as audit
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.ledger import accounts, posting
from carenet.ledger.models import Account, Entry
from carenet.ledger.states import AccountKind, Unit
from carenet.notices import actions as notices
from elders.states import Colour, ElderStatus
from volunteers import policies, policies_bank
from volunteers.models import CoinGrant, Policy, Volunteer
from volunteers.reports import solvency
from volunteers.states import ISSUED, SETTINGS
from volunteers.states_bank import ASK_GROUND, COIN_POOL, POINT_POOL, POOL_BITS

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community
    from elders.models import Elder

POOLS = {Unit.COIN: COIN_POOL, Unit.POINT: POINT_POOL}


class NotEnough(DomainError):
    """Less is on the account than should go."""

    code = "not_enough"
    default_message = _("There is not so much on the account. Please choose a smaller amount.")


class AccountFrozen(DomainError):
    """The account rests."""

    code = "account_frozen"
    default_message = _("This account is resting. Please ask the station to open it again.")


class NothingWaiting(DomainError):
    """There is nothing to choose about."""

    code = "nothing_waiting"
    default_message = _("Nothing waits for your choice any more. Please look at your coins again.")


class NoRoom(DomainError):
    """The account is full."""

    code = "no_room"
    default_message = _("The account is full. Give these hours to the pool, or use some coins first.")


class PoolEmpty(DomainError):
    """The pool holds less than that."""

    code = "pool_empty"
    default_message = _("The common pool does not hold so many hours. Choose fewer, or fill the pool first.")


class NoKeyElder(DomainError):
    """Coins of the pool go to those who need them most."""

    code = "no_key_elder"
    default_message = _(
        "Pool hours are for elders in care who have no hours of their own. Please choose another elder."
    )


class PoolNotForColour(DomainError):
    """The pool serves those the community lists, by colour."""

    code = "pool_not_for_colour"
    default_message = _(
        "The common pool serves %(colours)s. Please choose another elder, or have this one assessed first."
    )


class TooMuch(DomainError):
    """More than the monthly amount."""

    code = "too_much"
    default_message = _(
        "That is more than an elder may get in a month. Choose fewer hours or change the setting."
    )


class AlreadyGranted(DomainError):
    """Once a month."""

    code = "already_granted"
    default_message = _(
        "This elder already has the hours of this month. The next ones can be given next month."
    )


class ReasonMissing(DomainError):
    """A decision has a reason."""

    code = "reason_missing"
    default_message = _("Please write the reason, so that others understand the decision.")


class NotCovered(DomainError):
    """More is promised than can be kept."""

    code = "not_covered"
    default_message = _(
        "More hours are promised than can be kept. First record new pledges or set money apart."
    )


def common(*, community: Community, unit: str = Unit.COIN) -> Account:
    """The common pool of a unit, opened when first needed."""
    return accounts.open_account(
        community=community, unit=unit, code=POOLS[Unit(unit)], kind=AccountKind.POOL
    )


def overflow_of(*, volunteer: Volunteer) -> Account:
    """Where coins beyond a full account wait for the volunteer's choice."""
    return accounts.open_account(
        community=volunteer.community, unit=Unit.COIN, code=f"overflow:{volunteer.account_code}",
        kind=AccountKind.HOLDER, person=volunteer.person,
    )  # fmt: skip


def account_of(*, volunteer: Volunteer, unit: str) -> Account:
    """The volunteer's own account of a unit."""
    return Account.objects.of(volunteer.community_id).get(code=volunteer.account_code, unit=unit)


def room(*, volunteer: Volunteer, on: date) -> int:
    """How many coins the account still takes on a day. The volunteer's row is locked until the end of the transaction:
    two who give at once, or a gift and a service, do not both fit into the same room.
    """
    Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=volunteer.pk)
    cap = Policy.objects.values_on(volunteer.community_id, on)["balance_cap_minutes"]
    return max(cap - account_of(volunteer=volunteer, unit=Unit.COIN).balance, 0)


def tell(
    *, volunteer: Volunteer, template: str, key: str, params: dict[str, Any], by: User, at: datetime
) -> None:
    """Tell the volunteer what happened on their account, once per key."""
    notices.write(
        community=volunteer.community, template=template, key=f"{template}:{key}", to_person=volunteer.person, due_at=at,
        by=by, at=at, params=params,
    )  # fmt: skip


def one_by_one(community_id: int) -> None:
    """Decisions about the pool of a community wait for each other, so that each sees what the one before promised."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7302, %s)", [community_id])


def book(
    *, community: Community, key: str, moves: list[posting.Move], on: date, at: datetime, by: User,
    cause: tuple[str, int], memo: str = "",
) -> Entry:  # fmt: skip
    """Post, with the books' refusals in the words of the time bank. Raises NotEnough, AccountFrozen."""
    try:
        return posting.post(
            community=community, key=key, moves=moves, on=on, at=at, by=by, cause=cause, memo=memo
        )
    except posting.Overdrawn as short:
        raise NotEnough(field="coins") from short
    except posting.Frozen as frozen:
        raise AccountFrozen from frozen


@transaction.atomic
def donate(
    *,
    volunteer: Volunteer,
    unit: str,
    amount: int,
    key: str,
    on: date,
    at: datetime,
    by: User,
    words: str = "",
) -> Entry:
    """Give coins or points to the common pool; for good. Whoever did not press the button reads about it.

    Raises NotEnough, AccountFrozen, NotAllowed. Source: domain.md §4.3 donate.
    """
    require(policies.may_redeem(by, volunteer))
    if amount <= 0 or unit not in POOLS:
        raise NotEnough(field="coins")
    entry = book(
        community=volunteer.community, key=f"donate:{volunteer.pk}:{key}", on=on, at=at, by=by,
        moves=[
            posting.Move(
                account_of(volunteer=volunteer, unit=unit), common(community=volunteer.community, unit=unit), amount
            )
        ],
        cause=("volunteers.donation", volunteer.pk), memo=words.strip()[:200],
    )  # fmt: skip
    if policies_bank.acts_for_another(by, volunteer):
        tell(
            volunteer=volunteer, template="volunteers.donated_for_you", key=str(entry.pk), params={"amount": [unit, amount]},
            by=by, at=at,
        )  # fmt: skip
    return entry


@transaction.atomic
def choose(
    *, volunteer: Volunteer, choice: str, amount: int, key: str, on: date, at: datetime, by: User
) -> Entry:
    """What becomes of the coins beyond a full account: `POOL` gives them, `KEEP` takes them once there is room,
    `HONOUR` lets them go (the hours stay on record either way). Raises NothingWaiting, NoRoom, NotAllowed.

    Source: Nanjing 2019 (excess only donated or honoured); domain.md §4.3 balance_cap.
    """
    require(policies.may_redeem(by, volunteer))
    source = overflow_of(volunteer=volunteer)
    own = account_of(volunteer=volunteer, unit=Unit.COIN)
    if not 0 < amount <= source.balance:
        raise NothingWaiting
    if choice == "KEEP":
        if amount > room(volunteer=volunteer, on=on):
            raise NoRoom
        target = own
    elif choice == "POOL":
        target = common(community=volunteer.community)
    else:
        target = accounts.contra(community=volunteer.community, unit=Unit.COIN, code=ISSUED)
    try:
        entry = book(
            community=volunteer.community, key=f"overflow:{volunteer.pk}:{key}", on=on, at=at, by=by,
            moves=[posting.Move(source, target, amount)], cause=("volunteers.overflow", volunteer.pk),
        )  # fmt: skip
    except NotEnough as gone:
        raise NothingWaiting from gone
    if policies_bank.acts_for_another(by, volunteer):
        tell(
            volunteer=volunteer, template="volunteers.chosen_for_you", key=str(entry.pk),
            params={"coin_minutes": amount, "choice": choice}, by=by, at=at,
        )  # fmt: skip
    return entry


@transaction.atomic
def fill(
    *, community: Community, coins: int, reason: str, key: str, on: date, at: datetime, by: User
) -> Entry:
    """Issue new coins into the pool by a decision of the committee, as long as they are covered by the reserve.

    When more would be promised than the limit allows: refused, or only with a longer written ground, by the setting
    `solvency_action`. Two fills wait for each other: what is covered for one of them is not covered for both. The same
    key finds the first. Raises NotCovered, ReasonMissing, NotAllowed. Source: Nanjing 2019 (the fund issues time).
    """
    require(policies.may_set_rules(by, community.pk))
    if len(reason.strip()) < 2:
        raise ReasonMissing(field="reason")
    if coins <= 0:
        raise NotEnough(field="coins")
    one_by_one(community.pk)
    known = Entry.objects.of(community).filter(key=f"fill:{key}").first()
    if known is not None:
        return known
    found = solvency.cover(community, on=on)
    if found.passes_with(coins) and (
        found.action > ASK_GROUND or (found.action == ASK_GROUND and len(reason.strip()) < 10)
    ):
        raise NotCovered(field="coins")
    entry = book(
        community=community, key=f"fill:{key}", on=on, at=at, by=by,
        moves=[
            posting.Move(accounts.contra(community=community, unit=Unit.COIN, code=ISSUED), common(community=community), coins)
        ],
        cause=("volunteers.pool", community.pk), memo=reason.strip()[:200],
    )  # fmt: skip
    audit.note(
        community=community, verb="volunteers.pool_filled", object_kind="ledger.entry", object_id=entry.pk, by=by, at=at,
        facts={"coins": coins, "reason": reason.strip()[:200]},
    )  # fmt: skip
    return entry


def elder_account(*, elder: Elder) -> Account:
    """The account of pool coins of an elder: nobody can give from it."""
    return accounts.open_account(
        community=elder.community,
        unit=Unit.COIN,
        code=f"grant:{elder.pk}",
        kind=AccountKind.HOLDER,
        person=elder.person,
    )


@transaction.atomic
def grant(*, elder: Elder, coins: int, reason: str, on: date, at: datetime, by: User) -> CoinGrant:
    """Issue pool coins to a key elder for the month of `on`: not to be passed on; what is left goes back after it.

    Raises NoKeyElder, PoolNotForColour, TooMuch, AlreadyGranted, PoolEmpty, ReasonMissing, NotAllowed.
    Source: Nanjing 2019; domain.md §4.3 issue_to_key_elders, donate (the pool serves red, then yellow A).
    """
    require(policies.may_set_rules(by, elder.community_id))
    if len(reason.strip()) < 2:
        raise ReasonMissing(field="reason")
    if elder.status not in (ElderStatus.ACTIVE, ElderStatus.PAUSED) or _has_own_coins(elder):
        raise NoKeyElder(field="elder")
    one_by_one(elder.community_id)
    values = Policy.objects.values_on(elder.community_id, on)
    if not serves(values["pool_serves"], elder):
        raise PoolNotForColour(field="elder", colours=SETTINGS["pool_serves"].words(values["pool_serves"]))
    if not 0 < coins <= values["grant_minutes"]:
        raise TooMuch(field="coins")
    month = months.first_of_month(on)
    account = elder_account(elder=elder)
    pool_account = common(community=elder.community)
    if CoinGrant.objects.filter(elder=elder, month=month).exists():
        raise AlreadyGranted(field="elder")
    try:
        entry = book(
            community=elder.community, key=f"grant:{elder.pk}:{month:%Y-%m}", on=on, at=at, by=by,
            moves=[posting.Move(pool_account, account, coins)], cause=("volunteers.grant", elder.pk),
            memo=reason.strip()[:200],
        )  # fmt: skip
    except NotEnough as short:
        raise PoolEmpty(field="coins") from short
    except posting.KeyReused as twin:
        raise AlreadyGranted(field="elder") from twin
    return CoinGrant.objects.create(
        community_id=elder.community_id, elder=elder, month=month, coins=coins, reason=reason.strip(),
        lapses_on=months.next_month(month), entry=entry, at=at, by=by,
    )  # fmt: skip


def serves(listed: int, elder: Elder) -> bool:
    """Whether the pool serves an elder of this colour, by a value of `pool_serves`."""
    tier = elder.subtier if elder.colour == Colour.YELLOW else ""
    return bool(listed & POOL_BITS.get(f"{elder.colour}{tier}", 0))


def _has_own_coins(elder: Elder) -> bool:
    volunteer = Volunteer.objects.filter(person_id=elder.person_id, community_id=elder.community_id).first()
    return volunteer is not None and account_of(volunteer=volunteer, unit=Unit.COIN).balance > 0


@transaction.atomic
def lapse_grants(*, community: Community, on: date, at: datetime, by: User) -> int:
    """What is left of grants whose month is over goes back to the pool, in one set-based call; once each.

    However late this runs, a grant that still holds stays with the elder: the oldest hours are used first.
    """
    due = list(
        CoinGrant.objects.of(community)
        .to_lapse(on)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
    )
    if not due:
        return 0
    codes = {f"grant:{each.elder_id}": each for each in due}
    left = {
        each.code: each
        for each in Account.objects.of(community).filter(unit=Unit.COIN, code__in=codes, balance__gt=0)
    }
    ends = {code: account.balance for code, account in left.items()}
    for grant in CoinGrant.objects.of(community).filter(
        elder__in=[each.elder_id for each in due], lapsed_at__isnull=True, lapses_on__gt=on
    ):
        code = f"grant:{grant.elder_id}"
        ends[code] = max(ends.get(code, 0) - grant.coins, 0)
    target = common(community=community)
    posting.post_many(
        community=community, by=by,
        drafts=[
            posting.Draft(
                key=f"grant-back:{codes[code].pk}", moves=[posting.Move(account, target, ends[code])], on=on, at=at,
                cause=("volunteers.grant", codes[code].elder_id),
            )
            for code, account in sorted(left.items()) if ends[code]
        ],
    )  # fmt: skip
    for each in sorted(due, key=lambda grant: grant.month, reverse=True):  # what is left is of the newest
        code = f"grant:{each.elder_id}"
        each.lapsed_at, each.lapsed_coins = at, min(ends.get(code, 0), each.coins)
        ends[code] = ends.get(code, 0) - each.lapsed_coins
    CoinGrant.objects.bulk_update(due, ["lapsed_at", "lapsed_coins"], batch_size=2000)
    return len(due)
