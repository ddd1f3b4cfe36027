"""One elder's story, and the way of one donation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from carenet.kernel.money import yuan
from carenet.kernel.timeline import TimelineLine
from charity.models import CostSplit, Donation, GoodsIssue, Grant
from charity.reports.spending import Spent, spending, undone

if TYPE_CHECKING:
    from carenet.parties.models import Community
    from elders.models import Elder


def timeline(
    elder: Elder, *, since: datetime | None = None, until: datetime | None = None
) -> list[TimelineLine]:
    """What charity and cost sharing did for one elder, newest first."""
    party = _("charity funds")
    grants = Grant.objects.filter(elder=elder).select_related("fund")
    splits = CostSplit.objects.filter(~undone(), elder=elder, price_fen__gt=0).select_related("kind")
    goods = GoodsIssue.objects.filter(elder=elder).select_related("goods")
    lines = [
        TimelineLine(
            at=each.decided_at or each.asked_at,
            app="charity",
            kind="grant",
            title=f"{each.get_purpose_display()} {yuan(each.amount_fen)} {_('yuan')}",
            detail=f"{each.get_state_display()} · {each.words}",
            url=reverse("charity:grant", args=[each.pk]),
            party=party,
        )
        for each in grants
    ]
    lines += [
        TimelineLine(each.at, "charity", "split", each.kind.title, each.sentence, party=party)
        for each in splits
    ]
    lines += [
        TimelineLine(
            each.at,
            "charity",
            "goods",
            f"{each.goods.what} × {each.quantity} {each.goods.unit}",
            each.purpose,
            party=party,
        )
        for each in goods
    ]
    found = [
        each for each in lines if (since is None or each.at >= since) and (until is None or each.at < until)
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


@dataclass(frozen=True)
class Way:
    """Where one donation went: its parts in the order they were used (first in, first out), and what is left of it."""

    receipt_no: str
    amount_fen: int
    received_on: date
    fund: str
    purpose: str
    donor: str
    is_reversed: bool
    parts: list[Spent] = field(default_factory=list)
    left_fen: int = 0


def where_it_went(community: Community | int, receipt_no: str) -> Way | None:
    """The way of the donation with this receipt number, or None.

    Money of a fund is used first in, first out: the donation covers a stretch of all that ever came into the fund, and
    every line of spending covers a stretch of it; where they overlap, this donation paid. No person is shown.
    Source: Charity Law Art. 42 (donors may know).
    """
    gift = Donation.objects.of(community).filter(receipt_no=receipt_no.strip()).select_related("fund").first()
    if gift is None:
        return None
    reversed_ = gift.is_reversed
    parts: list[Spent] = []
    covered = 0
    if not reversed_:
        earlier = Donation.objects.of(community).standing().filter(fund=gift.fund)
        start = (
            earlier.filter(
                Q(received_on__lt=gift.received_on) | Q(received_on=gift.received_on, pk__lt=gift.pk)
            ).aggregate(total=Sum("amount_fen"))["total"]
            or 0
        )
        end = start + gift.amount_fen
        used = 0
        lines = spending(community, since=date.min.replace(year=2000), until=date(9999, 1, 1))
        for line in sorted(
            (each for each in lines if each.fund_id == gift.fund_id), key=lambda each: each.on
        ):
            overlap = min(end, used + line.amount_fen) - max(start, used)
            used += line.amount_fen
            if overlap > 0:
                covered += overlap
                parts.append(
                    Spent(
                        line.on, line.use, line.label, overlap, line.fund_id, line.fund, line.voucher, line.count,
                        line.whole_month,
                    )
                )  # fmt: skip
    return Way(
        receipt_no=gift.receipt_no,
        amount_fen=gift.amount_fen,
        received_on=gift.received_on,
        fund=gift.fund.title,
        purpose=gift.fund.purpose_text,
        donor=gift.public_name,
        is_reversed=reversed_,
        parts=parts,
        left_fen=0 if reversed_ else gift.amount_fen - covered,
    )
