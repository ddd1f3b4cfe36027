"""Who pays for a delivered service: split and book. Called by the apps above, which hold the rights.

Government, fund, station (advance) and person each move their part to the provider in one ledger entry with a key.
Source: S1 (政府补一点、社会捐一点、个人掏一点); domain.md §5.3; docs/decisions/0007-ledger.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel import months
from carenet.kernel.money import yuan
from carenet.ledger import accounts, posting
from carenet.ledger.errors import KeyReused, Overdrawn
from carenet.ledger.models import Account, Entry
from carenet.ledger.posting import Draft, Move
from carenet.ledger.states import AccountKind, Unit
from charity import policies
from charity.actions import funds
from charity.actions.cost_proposals import Desk, Split
from charity.actions.cost_proposals import propose as propose
from charity.actions.refusals import AlreadyDone, FundShort, NotPositive, ReasonMissing
from charity.models import CostSplit, Fund
from elders.models import Elder

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Organisation, ServiceKind


Cause = tuple[str, int]


@dataclass(frozen=True)
class Wanted:
    """One delivered service whose price is to be shared."""

    elder: Elder
    kind: ServiceKind
    price_fen: int
    cause: Cause
    on: date
    at: datetime
    key: str
    organisation: Organisation | None = None


@transaction.atomic
def split_and_pay(
    *,
    elder: Elder,
    kind: ServiceKind,
    price_fen: int,
    cause: Cause,
    on: date,
    at: datetime,
    by: User,
    key: str,
    organisation: Organisation | None = None,
) -> CostSplit:
    """Split the price of a delivered service and book each part to the provider, once for its key and its cause.

    When no fund can pay the fund's part, the station advances it: the person's part does not grow and no fund goes
    below zero. Raises KeyReused (same key, other contents), AlreadyDone (same cause, other key), PeriodClosed.
    """
    wanted = Wanted(elder, kind, price_fen, cause, on, at, key, organisation)
    return split_many(community=elder.community, wanted=[wanted], by=by)[0]


@transaction.atomic
def split_many(*, community: Community, wanted: Iterable[Wanted], by: User) -> list[CostSplit]:
    """Split and book many delivered services in one go (rosters): all or none; splits in the order given.

    Services are taken by day, then as given, so that a month's cap is used up in the order of service.
    """
    asked = list(wanted)
    if not asked:
        return []
    known = _known(community, asked)
    fresh = sorted(
        (each for each in {each.key: each for each in asked}.values() if each.key not in known),
        key=lambda each: each.on,
    )
    if fresh:
        elders = _lock_elders(fresh)
        known |= _known(community, fresh)
        fresh = [each for each in fresh if each.key not in known]
    if fresh:
        known |= _book_again_if_a_fund_ran_dry(community, fresh, elders, by=by)
    return [_same(known[each.key], each) for each in asked]


def _known(community: Community, asked: Sequence[Wanted]) -> dict[str, CostSplit]:
    found = CostSplit.objects.of(community).filter(key__in=[each.key for each in asked])
    return {each.key: each for each in found}


def _same(split: CostSplit, wanted: Wanted) -> CostSplit:
    """The stored split, if it is of the same service: a key is never used for two things."""
    facts = (split.elder_id, split.kind_id, split.price_fen, split.cause_kind, split.cause_id)
    if facts != (wanted.elder.pk, wanted.kind.pk, wanted.price_fen, *wanted.cause):
        raise KeyReused
    return split


def _lock_elders(wanted: Sequence[Wanted]) -> list[Elder]:
    """One split at a time for an elder, so that a month's cap cannot be used twice; locked in key order."""
    ids = sorted({each.elder.pk for each in wanted})
    return list(Elder.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",)))


def _attempts(community: Community, wanted: Sequence[Wanted]) -> dict[Cause, int]:
    """The number of the attempt per cause; a cause whose last split stands is not paid again."""
    found: dict[Cause, int] = {}
    earlier = (
        CostSplit.objects.of(community)
        .filter(
            cause_id__in=[each.cause[1] for each in wanted], cause_kind__in={each.cause[0] for each in wanted}
        )
        .annotate(undone=Exists(Entry.objects.filter(reverses_id=OuterRef("entry_id"))))
    )
    for each in earlier:
        cause = (each.cause_kind, each.cause_id)
        if any(wish.cause == cause for wish in wanted):
            if not each.undone:
                raise AlreadyDone
            found[cause] = max(found.get(cause, 0), each.attempt)
    return found


def _book_again_if_a_fund_ran_dry(
    community: Community, fresh: Sequence[Wanted], elders: list[Elder], *, by: User
) -> dict[str, CostSplit]:
    """Rewards are paid from funds without their row lock, so a balance may fall between reading and booking."""
    attempts = _attempts(community, fresh)
    days = [each.on for each in fresh]
    for tries_left in (2, 1, 0):
        try:
            with transaction.atomic():
                desk = Desk(community.pk, elders, min(days), max(days))
                desk.lock_funds()
                return _book(community, fresh, desk, attempts, by=by)
        except Overdrawn:
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def _book(
    community: Community, fresh: Sequence[Wanted], desk: Desk, attempts: dict[Cause, int], *, by: User
) -> dict[str, CostSplit]:
    """Divide, post in one call, write the rows."""
    outside = {code: funds.outside(community, code) for code in (funds.GOVERNMENT, funds.PERSONS)}
    advance = funds.advance_account(community)
    incomes: dict[int | None, Account] = {}
    rows: list[CostSplit] = []
    drafts: list[Draft] = []
    seen: set[Cause] = set()
    for each in fresh:
        if each.price_fen < 0:
            raise NotPositive
        if each.cause in seen:
            raise AlreadyDone
        seen.add(each.cause)
        split = desk.split(each.elder, each.kind, each.price_fen, each.on)
        desk.spend(each.elder, split, each.on)
        target = _income(community, each.organisation, incomes)
        sources: list[tuple[Account, int]] = [
            (outside[funds.GOVERNMENT], split.gov_fen),
            (advance, split.advance_fen),
            (outside[funds.PERSONS], split.person_fen),
        ]
        if split.fund is not None:
            sources.append((split.fund.account, split.fund_fen))
        moves = [Move(source, target, amount) for source, amount in sources if amount]
        if moves:
            drafts.append(
                Draft(key=f"split:{each.key}", moves=moves, on=each.on, at=each.at, cause=each.cause)
            )
        rows.append(_row(community, each, split, attempts.get(each.cause, 0) + 1, by=by))
    posted = iter(posting.post_many(community=community, drafts=drafts, by=by))
    for row in rows:
        if row.price_fen:
            row.entry_id = next(posted).entry_id
    return {each.key: each for each in CostSplit.objects.bulk_create(rows, batch_size=1000)}


def _row(community: Community, wanted: Wanted, split: Split, attempt: int, *, by: User) -> CostSplit:
    return CostSplit(
        community=community,
        cause_kind=wanted.cause[0],
        cause_id=wanted.cause[1],
        attempt=attempt,
        elder=wanted.elder,
        kind=wanted.kind,
        on=wanted.on,
        reason=split.reason,
        elder_class=split.elder_class,
        rule=split.rule,
        fund=split.fund,
        price_fen=split.price_fen,
        gov_fen=split.gov_fen,
        fund_fen=split.fund_fen,
        advance_fen=split.advance_fen,
        person_fen=split.person_fen,
        facts=split.facts,
        key=wanted.key,
        by=by,
        at=wanted.at,
    )


def _income(
    community: Community, organisation: Organisation | None, known: dict[int | None, Account]
) -> Account:
    """Where the parts go: the provider's own contra account, or the common one for services."""
    number = organisation.pk if organisation else None
    if number not in known:
        known[number] = (
            accounts.open_account(
                community=community,
                unit=Unit.FEN,
                code=f"provider:{number}",
                kind=AccountKind.CONTRA,
                name=organisation.name,
            )
            if organisation
            else funds.outside(community, funds.SERVICE_INCOME)
        )
    return known[number]


@transaction.atomic
def reverse(*, split: CostSplit, reason: str, by: User, at: datetime, on: date | None = None) -> Entry | None:
    """Book the opposite of a split, once, with a reason; the cause may then be split again. None for a free service."""
    require(policies.may_record(by, split.community_id))
    if not reason.strip():
        raise ReasonMissing
    if split.entry is None:
        return None
    if split.fund is not None:
        funds.lock([split.fund])
    entry = posting.reverse(
        entry=split.entry,
        reason=reason.strip()[:200],
        key=f"split:{split.pk}:reverse",
        on=on or months.day_of(at),
        at=at,
        by=by,
    )
    audit.note(
        community=split.community_id,
        verb="charity.split_reversed",
        object_kind="charity.split",
        object_id=split.pk,
        by=by,
        at=at,
        facts={"reason": reason.strip()[:200]},
    )
    return entry


@transaction.atomic
def repay_advance(
    *, fund: Fund, amount_fen: int, by: User, at: datetime, key: str, on: date | None = None
) -> Entry:
    """Let a fund pay back what the station advanced for services; never more than was advanced.

    Raises NotPositive, FundShort, AlreadyDone (nothing that much is advanced), NotAllowed.
    """
    require(policies.may_record(by, fund.community_id))
    if amount_fen <= 0:
        raise NotPositive
    fund = funds.lock([fund])[fund.pk]
    advance = funds.advance_account(fund.community_id)
    repeated = Entry.objects.filter(community=fund.community_id, key=f"advance:{key}").exists()
    if not repeated and advance.balance + amount_fen > 0:
        raise AlreadyDone
    try:
        return posting.post(
            community=fund.community_id,
            key=f"advance:{key}",
            moves=[Move(fund.account, advance, amount_fen)],
            on=on or months.day_of(at),
            at=at,
            by=by,
            cause=("charity.fund", fund.pk),
        )
    except Overdrawn as refusal:
        raise FundShort(balance=yuan(fund.account.balance)) from refusal
