"""The points shop: offer, restock, close, redeem, hand over, take back.

A redemption is one SQL function, `volunteers_try_redeem`: limits, stock, backing, points, slip and notice in one
transaction and one statement. Its refusals have their own SQLSTATEs (class CV). Source: proof.md §1a, GOAL A.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models.base import ModelState

from carenet.accounts.policies import require
from carenet.audit import history
from carenet.kernel import months, steps
from carenet.ledger import accounts, posting
from carenet.ledger.states import Unit
from carenet.notices import actions as notices
from carenet.notices import doorbell
from volunteers import policies
from volunteers.actions import resting
from volunteers.actions.reward_refusals import (
    REFUSALS,
    AlreadyCancelled,
    AlreadyCollected,
    Frozen,
    KeyReused,
    LiesOnNoShelf,
    LimitReached,
    NameMissing,
    NotBacked,
    NotOffered,
    Overdrawn,
    PriceChanged,
    SoldOut,
    SourceMissing,
    TooFewLeft,
    TooOften,
    TooYoung,
    TwinCode,
)
from volunteers.models import Redemption, Reward, RewardService, StockMove, Volunteer
from volunteers.models.rewards import slip_token, token_hash
from volunteers.states import (
    REDEEMED,
    REDEEMED_GOODS,
    REDEMPTION_STEPS,
    LimitPeriod,
    RedemptionState,
    StockMoveKind,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community
    from charity.models import Fund

# The refusals belong to these verbs: `rewards.SoldOut` is how their callers say it.
__all__ = [
    "REFUSALS",
    "AlreadyCancelled",
    "AlreadyCollected",
    "Frozen",
    "KeyReused",
    "LiesOnNoShelf",
    "LimitReached",
    "NameMissing",
    "NotBacked",
    "NotOffered",
    "Overdrawn",
    "PriceChanged",
    "SoldOut",
    "SourceMissing",
    "TooFewLeft",
    "TooOften",
    "TooYoung",
    "TwinCode",
]


@transaction.atomic
def offer(
    *, community: Community, name: str, points: int, place: str, by: User, at: datetime, kind: str = "DAILY",
    words: str = "", name_en: str = "", stock: int = 0, source: str = "", per_person: int | None = None,
    per_period: str = LimitPeriod.MONTH, min_age: int = 0, fund: Fund | None = None, backing_fen: int = 0,
    backing: str = "", picture: str = "gift", pick_up_days: int = 14, low_stock: int = 3, is_demo: bool = False,
    words_en: str = "", place_en: str = "",
) -> Reward:  # fmt: skip
    """Put a reward into the shop, with what is behind it: a fund and the cost of a piece, or donated goods.

    Raises NotAllowed, SourceMissing, and the model's refusals as ValidationError through `full_clean`.
    Source: S0-36; domain.md §4.2 (never paid by the person helped), §4.3 (shop stock, base fund backing).
    """
    require(policies.may_keep_shop(by, community.pk))
    reward = Reward(
        community=community, name=name.strip(), name_en=name_en, words=words, kind=kind, points=points, place=place,
        per_person=per_person, per_period=per_period, min_age=min_age, fund=fund, backing_fen=backing_fen,
        backing=backing.strip(), picture=picture, pick_up_days=pick_up_days, low_stock=low_stock, is_demo=is_demo,
        words_en=words_en, place_en=place_en,
    )  # fmt: skip
    reward.full_clean()
    reward.save()
    accounts.contra(community=community, unit=Unit.FEN, code=REDEEMED_GOODS)
    accounts.contra(community=community, unit=Unit.POINT, code=REDEEMED)
    if stock:
        restock(reward=reward, quantity=stock, source=source or backing or name, by=by, at=at)
        reward.refresh_from_db(fields=["stock"])
    return reward


CHANGEABLE = (
    "name", "name_en", "words", "kind", "points", "per_person", "per_period", "min_age", "fund", "backing_fen",
    "backing", "picture", "place", "pick_up_days", "low_stock", "words_en", "place_en",
)  # fmt: skip


@transaction.atomic
def change(*, reward: Reward, by: User, at: datetime, **fields: Any) -> Reward:
    """Change price, words, limits or backing from now on; slips keep what they were redeemed for. Raises NotAllowed."""
    require(policies.may_keep_shop(by, reward.community_id))
    found = Reward.objects.select_for_update(of=("self",), no_key=True).get(pk=reward.pk)
    for name in CHANGEABLE:
        if name in fields:
            setattr(found, name, fields[name])
    found.full_clean(exclude=["community"])
    found.save(update_fields=CHANGEABLE)
    return found


@transaction.atomic
def close(*, reward: Reward, by: User, at: datetime) -> Reward:
    """Take a reward out of the shop; open slips can still be collected. Raises NotAllowed."""
    return _show(reward, False, by)


@transaction.atomic
def reopen(*, reward: Reward, by: User, at: datetime) -> Reward:
    """Put a reward back into the shop. Raises NotAllowed."""
    return _show(reward, True, by)


def _show(reward: Reward, shown: bool, by: User) -> Reward:
    require(policies.may_keep_shop(by, reward.community_id))
    reward.is_active = shown
    reward.save(update_fields=["is_active"])
    return reward


@transaction.atomic
def restock(*, reward: Reward, quantity: int, source: str, by: User, at: datetime) -> StockMove:
    """Put pieces on the shelf, saying where they came from. Raises SourceMissing, LiesOnNoShelf, NotAllowed."""
    require(policies.may_keep_shop(by, reward.community_id))
    if RewardService.objects.filter(reward=reward).exists():
        raise LiesOnNoShelf(field="quantity")
    return _move(reward, StockMoveKind.RECEIVED, quantity, source, by, at)


@transaction.atomic
def count(*, reward: Reward, on_shelf: int, source: str, by: User, at: datetime) -> StockMove | None:
    """Set the books to what was counted on the shelf; none when they agree. Raises SourceMissing, NotAllowed."""
    require(policies.may_keep_shop(by, reward.community_id))
    found = Reward.objects.select_for_update(of=("self",), no_key=True).get(pk=reward.pk)
    if on_shelf == found.stock:
        return None
    return _move(found, StockMoveKind.COUNTED, on_shelf - found.stock, source, by, at)


def _move(reward: Reward, kind: str, quantity: int, source: str, by: User, at: datetime) -> StockMove:
    if not source.strip():
        raise SourceMissing(field="source")
    try:
        with transaction.atomic():
            return StockMove.objects.create(
                community_id=reward.community_id, reward=reward, kind=kind, quantity=quantity, source=source.strip()[:160],
                at=at, by=by,
            )  # fmt: skip
    except IntegrityError as refused:
        wall = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", "")
        if wall != "volunteers_reward_stock_not_negative":
            raise
        raise TooFewLeft(field="on_shelf") from refused


_COLUMNS = [each.attname for each in Redemption._meta.concrete_fields]
_CALL = (
    "SELECT refusal, detail, is_new, id, code, name, points, backing_fen, place, pick_up_by, entry_id "
    "FROM volunteers_try_redeem(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def _slip(arguments: list[Any]) -> tuple[bool, tuple[Any, ...]]:
    """One call of the database function: whether the slip is new and what it says, or its refusal raised."""
    ((refusal, detail, is_new, *facts),) = history.call(_CALL, arguments)
    if refusal is not None:
        raise REFUSALS[refusal](detail=detail or "")
    return bool(is_new), tuple(facts)


def redeem(
    *,
    volunteer: Volunteer,
    reward: Reward,
    key: str,
    by: User,
    on: date,
    at: datetime,
    points: int | None = None,
) -> Redemption:
    """Take a reward for points: all of it or nothing, once per key.

    In one SQL function, which answers a refusal instead of failing, so the caller's transaction stays usable: the same key gives the first slip (another body raises KeyReused); reward on offer, at the
    price agreed to (`points`), old enough, not frozen; points go to 'redeemed' and the backing from the fund to
    'redeemed-goods' in one entry of the books; limit per person and period; slip with an 8-digit code; notice; one
    piece off the shelf, its row locked last. Raises Overdrawn, SoldOut, LimitReached, NotBacked, TooYoung, Frozen,
    NotOffered, PriceChanged, KeyReused, NotAllowed. Source: S0-36; ux.md §6.2; proof.md §1a.
    """
    require(policies.may_redeem(by, volunteer))
    uid = uuid.uuid4()
    token = token_hash(slip_token(uid))
    arguments = [volunteer.community_id, volunteer.pk, reward.pk, key, str(uid), token, on, at, by.pk, points]
    try:
        is_new, facts = _slip(arguments)
    except TwinCode:
        is_new, facts = _slip(arguments)
    number, code, name, cost, backing_fen, place, pick_up_by, entry_id = facts
    if not is_new:
        return Redemption.objects.get(pk=number)
    doorbell.ring("notices.sweep")
    return _born(
        number, uid, volunteer.community_id, volunteer.pk, reward.pk, name, cost, backing_fen, key, code, token,
        RedemptionState.REDEEMED, place, pick_up_by, entry_id, on, at, by.pk, None, None, "", False,
    )  # fmt: skip


def _born(*values: Any) -> Redemption:
    """The slip just written, as `from_db` would give it, without asking each of its columns (a tenth of the Python here)."""
    slip = Redemption.__new__(Redemption)
    slip.__dict__.update(zip(_COLUMNS, values, strict=True))
    slip._state = ModelState()
    slip._state.adding, slip._state.db = False, connection.alias
    return slip


@transaction.atomic
def hand_over(
    *, redemption: Redemption, by: User, at: datetime, to_name: str = "", proxy: bool = False
) -> Redemption:
    """Give the reward out against its slip, to the volunteer or to a named proxy.

    Raises AlreadyCollected, AlreadyCancelled, NameMissing, NotAllowed. Source: ux.md §6.2 (station side).
    """
    require(policies.may_hand_over(by, redemption.community_id))
    name = to_name.strip()
    if proxy and not name:
        raise NameMissing(field="to_name")
    found = _locked(redemption)
    if found.state == RedemptionState.COLLECTED:
        raise AlreadyCollected
    if found.state == RedemptionState.CANCELLED:
        raise AlreadyCancelled
    found.state = steps.take(REDEMPTION_STEPS, "hand_over", found.state)
    found.closed_at, found.closed_by = at, by
    found.is_proxy = proxy
    found.collected_by_name = name if proxy else found.volunteer.person.name
    found.save(update_fields=["state", "closed_at", "closed_by", "is_proxy", "collected_by_name"])
    notices.write(
        community=found.community, template="volunteers.collected", key=f"collected:{found.pk}",
        to_person=found.volunteer.person, due_at=at, by=by, at=at,
        params={"reward": found.name, "name": found.collected_by_name, "uid": str(found.uid)},
    )  # fmt: skip
    return found


@transaction.atomic
def take_back(
    *, redemption: Redemption, by: User, at: datetime, reason: str = "",
    template: str = "volunteers.redemption_cancelled",
) -> Redemption:  # fmt: skip
    """Cancel a redemption until it is collected: points, backing and the piece go back by reversal.

    Again it changes nothing. The points of somebody who left come back, too, and rest with the others.
    Raises AlreadyCollected, NotAllowed. Source: ux.md §6.2.
    """
    found = _locked(redemption)
    require(policies.may_take_back(by, found.volunteer))
    if found.state == RedemptionState.CANCELLED:
        return found
    if found.state == RedemptionState.COLLECTED:
        raise AlreadyCollected
    found.state = steps.take(REDEMPTION_STEPS, "take_back", found.state)
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["state", "closed_at", "closed_by"])
    with resting.woken(volunteer=found.volunteer, unit=Unit.POINT, by=by, at=at):
        posting.reverse(
            entry=found.entry, reason=reason.strip() or "redemption cancelled", key=f"redeem-back:{found.pk}",
            on=months.day_of(at), at=at, by=by,
        )  # fmt: skip
    notices.write(
        community=found.community, template=template, key=f"redeem-back:{found.pk}",
        to_person=found.volunteer.person, due_at=at, by=by, at=at,
        params={"reward": found.name, "points": found.points, "uid": str(found.uid)},
    )  # fmt: skip
    StockMove.objects.create(
        community_id=found.community_id, reward_id=found.reward_id, kind=StockMoveKind.RETURNED, quantity=1,
        redemption=found, at=at, by=by,
    )  # fmt: skip
    return found


def _locked(redemption: Redemption) -> Redemption:
    return (
        Redemption.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community", "volunteer__person", "entry")
        .get(pk=redemption.pk)
    )


def find_slip(token: str) -> tuple[int, int] | None:
    """The community and number of the slip behind a secret address, before any scope is set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT community_id, id FROM volunteers_slip(%s)", [token_hash(token)])
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None
