"""Money leaving a fund: ask, approve or refuse, pay. Four eyes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel import months, steps
from carenet.kernel.money import yuan
from carenet.ledger import posting
from carenet.ledger.errors import KeyReused, Overdrawn
from charity import policies
from charity.actions import funds
from charity.actions.refusals import (
    AlreadyDone,
    FourEyes,
    FundClosed,
    FundShort,
    InterestedParty,
    InTheFuture,
    NotPositive,
    ReasonMissing,
)
from charity.models import Donation, Fund, Grant
from charity.states import GRANT_STEPS, FundSource, GrantState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from elders.models import Elder


@transaction.atomic
def ask(
    *,
    fund: Fund,
    purpose: str,
    words: str,
    amount_fen: int,
    by: User,
    at: datetime,
    key: str,
    elder: Elder | None = None,
) -> Grant:
    """Ask a fund for money, for one elder or a project. Nothing moves yet.

    Raises NotPositive, ReasonMissing, FundClosed, InterestedParty, NotAllowed, KeyReused.
    Source: Charity Law Art. 40 (no interested beneficiaries), 59.
    """
    require(policies.may_ask(by, fund.community_id))
    if amount_fen <= 0:
        raise NotPositive
    if not words.strip():
        raise ReasonMissing
    if fund.closed_on is not None:
        raise FundClosed
    if elder is not None and fund.source == FundSource.DONATION_RESTRICTED:
        gave = Donation.objects.standing().filter(fund=fund, donor_person_id=elder.person_id)
        if gave.exists():
            raise InterestedParty
    earlier = Grant.objects.filter(community=fund.community_id, key=key).first()
    if earlier is not None:
        if (earlier.fund_id, earlier.amount_fen, earlier.elder_id) != (
            fund.pk,
            amount_fen,
            elder.pk if elder else None,
        ):
            raise KeyReused
        return earlier
    grant = Grant(
        community_id=fund.community_id,
        fund=fund,
        purpose=purpose,
        elder=elder,
        words=words.strip(),
        amount_fen=amount_fen,
        asked_by=by,
        asked_at=at,
        key=key,
    )
    grant.save(force_insert=True)
    _note(grant, "charity.grant_asked", by=by, at=at)
    return grant


@transaction.atomic
def approve(*, grant: Grant, by: User, at: datetime, words: str = "") -> Grant:
    """Approve somebody else's request; the amount is set aside in the fund at once.

    Raises FourEyes, FundShort, WrongStep, NotAllowed. Source: station rule (four eyes); database constraint
    `charity_grant_four_eyes`.
    """
    grant = _decide(grant, "approve", by=by, at=at, words=words)
    fund = funds.lock([grant.fund])[grant.fund_id]
    if fund.closed_on is not None:
        raise FundClosed
    try:
        grant.hold = posting.hold(
            community=grant.community_id,
            key=f"grant:{grant.pk}:hold",
            source=fund.account,
            amount=grant.amount_fen,
            on=months.day_of(at),
            at=at,
            by=by,
            cause=("charity.grant", grant.pk),
        )
    except Overdrawn as refusal:
        raise FundShort(balance=yuan(fund.account.balance)) from refusal
    grant.save()
    _note(grant, "charity.grant_approved", by=by, at=at)
    return grant


@transaction.atomic
def refuse(*, grant: Grant, words: str, by: User, at: datetime) -> Grant:
    """Refuse somebody else's request, with the reason. Raises FourEyes, ReasonMissing, WrongStep, NotAllowed."""
    if not words.strip():
        raise ReasonMissing
    grant = _decide(grant, "refuse", by=by, at=at, words=words)
    grant.save()
    _note(grant, "charity.grant_refused", by=by, at=at)
    return grant


@transaction.atomic
def withdraw(*, grant: Grant, words: str, by: User, at: datetime) -> Grant:
    """Take a request back before it is paid; what was set aside is free again."""
    grant = _lock(grant)
    require(policies.may_withdraw(by, grant))
    if not words.strip():
        raise ReasonMissing
    grant.state = steps.take(GRANT_STEPS, "withdraw", grant.state)
    grant.decision_words = words.strip()[:200]
    if grant.hold is not None:
        posting.release(
            hold=grant.hold,
            key=f"grant:{grant.pk}:release",
            on=months.day_of(at),
            at=at,
            by=by,
            memo=words[:200],
        )
    grant.save()
    _note(grant, "charity.grant_withdrawn", by=by, at=at)
    return grant


@transaction.atomic
def pay(*, grant: Grant, paid_on: date, paid_to: str, voucher_no: str, by: User, at: datetime) -> Grant:
    """Pay an approved grant with a voucher number: what was set aside leaves the fund.

    Paying again with the same voucher finds the first payment. Raises WrongStep, AlreadyDone (voucher number known),
    InTheFuture, ReasonMissing (no voucher), NotAllowed.
    """
    grant = _lock(grant)
    require(policies.may_record(by, grant.community_id))
    voucher_no = voucher_no.strip()
    if grant.state == GrantState.PAID and grant.voucher_no == voucher_no:
        return grant
    grant.state = steps.take(GRANT_STEPS, "pay", grant.state)
    if not voucher_no:
        raise ReasonMissing
    if paid_on > months.day_of(at):
        raise InTheFuture
    if Grant.objects.filter(community=grant.community_id, voucher_no=voucher_no).exists():
        raise AlreadyDone
    assert grant.hold is not None
    grant.entry = posting.settle(
        hold=grant.hold,
        target=funds.outside(grant.community_id, funds.PAID_OUT),
        key=f"grant:{grant.pk}:pay",
        on=paid_on,
        at=at,
        by=by,
        memo=voucher_no,
    )
    grant.paid_on = paid_on
    grant.paid_to = paid_to.strip()
    grant.voucher_no = voucher_no
    grant.paid_by = by
    grant.save()
    _note(grant, "charity.grant_paid", by=by, at=at)
    return grant


def _lock(grant: Grant) -> Grant:
    return (
        Grant.objects.select_for_update(no_key=True, of=("self",))
        .select_related("hold", "fund")
        .get(pk=grant.pk)
    )


def _decide(grant: Grant, step: str, *, by: User, at: datetime, words: str) -> Grant:
    found = _lock(grant)
    require(policies.may_approve(by, found.community_id))
    if found.asked_by_id == by.pk:
        raise FourEyes
    found.state = steps.take(GRANT_STEPS, step, found.state)
    found.decided_by = by
    found.decided_at = at
    found.decision_words = words.strip()[:200]
    return found


def _note(grant: Grant, verb: str, *, by: User, at: datetime) -> None:
    audit.note(
        community=grant.community_id,
        verb=verb,
        object_kind="charity.grant",
        object_id=grant.pk,
        by=by,
        at=at,
        facts={"amount_fen": grant.amount_fen},
    )
