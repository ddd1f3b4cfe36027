"""Recording donations of money, and reversing mistakes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel import months
from carenet.ledger import posting
from carenet.ledger.errors import KeyReused
from carenet.ledger.posting import Move
from charity import policies
from charity.actions import funds
from charity.actions.refusals import (
    AlreadyDone,
    FundClosed,
    InTheFuture,
    NotPositive,
    ReasonMissing,
    ReceiptTaken,
)
from charity.models import Donation, Fund
from charity.states import DonationWay, Publish

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Organisation, Person


@transaction.atomic
def record(
    *,
    fund: Fund,
    donor_name: str,
    amount_fen: int,
    received_on: date,
    by: User,
    at: datetime,
    receipt_no: str = "",
    publish: str = Publish.ANONYMOUS,
    way: str = DonationWay.CASH,
    donor_person: Person | None = None,
    donor_organisation: Organisation | None = None,
    official_receipt_no: str = "",
    note: str = "",
    key: str = "",
) -> Donation:
    """Book money that was received into a fund, once, under its receipt number (the next one when none is given).

    The platform takes no payments: the money is already there. The name is shown in public only as the donor
    chose. Raises ReceiptTaken, FundClosed, InTheFuture, NotPositive, PeriodClosed, NotAllowed; KeyReused when the same
    form comes again with other contents. Source: Charity Law Art. 34, 38, 82; S0-43.
    """
    require(policies.may_record(by, fund.community_id))
    if amount_fen <= 0:
        raise NotPositive
    if received_on > months.day_of(at):
        raise InTheFuture
    fund = funds.lock([fund])[fund.pk]
    if fund.closed_on is not None and received_on >= fund.closed_on:
        raise FundClosed
    receipt_no = receipt_no.strip() or (next_receipt_no(fund.community, received_on) if not key else "")
    key = key or f"receipt:{receipt_no}"
    facts = {
        "fund_id": fund.pk,
        "donor_name": donor_name.strip(),
        "amount_fen": amount_fen,
        "received_on": received_on,
    }
    earlier = Donation.objects.filter(community=fund.community_id, key=key).first()
    if earlier is not None:
        if any(getattr(earlier, name) != value for name, value in facts.items()):
            raise ReceiptTaken(receipt_no=receipt_no) if key.startswith("receipt:") else KeyReused()
        return earlier
    receipt_no = receipt_no or next_receipt_no(fund.community, received_on)
    if Donation.objects.filter(community=fund.community_id, receipt_no=receipt_no).exists():
        raise ReceiptTaken(receipt_no=receipt_no)
    entry = posting.post(
        community=fund.community_id,
        key=f"donation:{key}",
        moves=[Move(funds.income_account(fund.community_id, fund, way), fund.account, amount_fen)],
        on=received_on,
        at=at,
        by=by,
        cause=("charity.fund", fund.pk),
        memo=receipt_no,
    )
    donation = Donation(
        community_id=fund.community_id,
        donor_person=donor_person,
        donor_organisation=donor_organisation,
        publish=publish if donor_name.strip() else Publish.ANONYMOUS,
        way=way,
        receipt_no=receipt_no,
        official_receipt_no=official_receipt_no.strip(),
        note=note.strip(),
        key=key,
        entry=entry,
        recorded_by=by,
        recorded_at=at,
        **facts,
    )
    donation.save(force_insert=True)
    audit.note(
        community=fund.community_id,
        verb="charity.donation_recorded",
        object_kind="charity.donation",
        object_id=donation.pk,
        by=by,
        at=at,
        facts={"amount_fen": amount_fen, "receipt_no": receipt_no, "fund": fund.pk},
    )
    return donation


@transaction.atomic
def reverse(*, donation: Donation, reason: str, by: User, at: datetime, on: date | None = None) -> Donation:
    """Take a wrongly recorded donation out of the books again, once, with a reason; both lines stay visible.

    Raises AlreadyDone, ReasonMissing, Overdrawn when the fund has spent it meanwhile, NotAllowed.
    """
    require(policies.may_record(by, donation.community_id))
    if not reason.strip():
        raise ReasonMissing
    fund = funds.lock([donation.fund])[donation.fund_id]
    donation = Donation.objects.select_for_update(no_key=True).get(pk=donation.pk)
    if donation.reversed_entry_id is not None:
        raise AlreadyDone
    day = on or months.day_of(at)
    donation.reversed_entry = posting.reverse(
        entry=donation.entry,
        reason=reason.strip()[:200],
        key=f"donation:{donation.pk}:reverse",
        on=day,
        at=at,
        by=by,
    )
    donation.reversed_on = day
    donation.reversed_reason = reason.strip()[:200]
    donation.save(update_fields=["reversed_entry", "reversed_on", "reversed_reason"])
    audit.note(
        community=fund.community_id,
        verb="charity.donation_reversed",
        object_kind="charity.donation",
        object_id=donation.pk,
        by=by,
        at=at,
        facts={"reason": donation.reversed_reason},
    )
    return donation


def next_receipt_no(community: Community, day: date) -> str:
    """The next number of the station's own receipt register: JZ2026-0001 and so on. One at a time per community."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7202, %s)", [community.pk])
    prefix = f"JZ{day.year}-"
    last = Donation.objects.filter(community=community, receipt_no__startswith=prefix).aggregate(
        last=Max("receipt_no")
    )["last"]
    tail = last.removeprefix(prefix) if last else ""
    return f"{prefix}{(int(tail) if tail.isdigit() else 0) + 1:04d}"
