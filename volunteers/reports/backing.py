"""Points are promises: what stands behind them, fund by fund, and whether it is enough.

Every issued point names its backing by the day it was issued (`PointBacking`); every gift names the fund or the donated
goods that pay for it. Source: product.md idea 10; domain.md §4.2-4.3 (base fund backing).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from carenet.ledger.models import Account, Posting
from carenet.ledger.states import AccountKind, Unit
from volunteers.models import PointBacking, Policy, Redemption, Reward, ServiceClaim
from volunteers.reports import shop
from volunteers.states import ISSUED, RedemptionState

if TYPE_CHECKING:
    from carenet.parties.models import Community
    from charity.models import Fund


@dataclass(frozen=True)
class BackingRow:
    """One fund, all donated goods of one name, or the points nobody named anything for. All amounts in points."""

    name: str
    issued: int
    redeemed: int
    paid_fen: int = 0
    left_fen: int = 0
    left_points: int = 0
    fund: Fund | None = None
    is_named: bool = True

    @property
    def backed(self) -> int:
        """What stood behind it in all: what is left and what gifts already took."""
        return self.left_points + self.redeemed

    @property
    def is_short(self) -> bool:
        """More was promised on it than it ever had."""
        return not self.is_named or self.issued > self.backed


@dataclass(frozen=True)
class Backing:
    """The whole picture on a day."""

    rows: list[BackingRow]
    present: PointBacking | None
    outstanding: int
    point_value_fen: int
    closed: list[Reward] = field(default_factory=list)

    @property
    def left_points(self) -> int:
        return sum(each.left_points for each in self.rows)

    @property
    def percent(self) -> int | None:
        """How much of the outstanding points is covered; nothing when none are outstanding."""
        return self.left_points * 100 // self.outstanding if self.outstanding else None

    @property
    def sentence(self) -> str:
        """One sentence for the meeting."""
        if self.percent is None:
            return _("No points are outstanding; nothing is owed.")
        facts = {
            "points": f"{self.outstanding:,}", "left": f"{self.left_points:,}", "percent": self.percent,
        }  # fmt: skip
        if self.percent >= 1000:
            return _("Volunteers hold %(points)s points; behind them stands enough for %(left)s.") % facts
        if self.percent >= 100:
            return (
                _(
                    "Volunteers hold %(points)s points; behind them stands enough for %(left)s (%(percent)s %%)."
                )
                % facts
            )
        return (
            _("Volunteers hold %(points)s points, but what stands behind them is enough for %(left)s only (%(percent)s %%). "
              "Please find a donor or a fund before giving more.") % facts
        )  # fmt: skip


def issued_by_day(community: Community) -> dict[date, int]:
    """Points given on each day, less what was taken back on it; one query over the books."""
    accounts = Account.objects.of(community).filter(unit=Unit.POINT, code=ISSUED).values_list("pk", flat=True)
    pk = next(iter(accounts), None)
    if pk is None:
        return {}
    rows = (
        Posting.objects.of(community)
        .filter(Q(source_id=pk) | Q(target_id=pk), unit=Unit.POINT)
        .values_list("posted_on")
        .annotate(given=Sum("amount", filter=Q(source_id=pk)), back=Sum("amount", filter=Q(target_id=pk)))
    )
    return {day: (given or 0) - (back or 0) for day, given, back in rows}


def backing(community: Community, on: date) -> Backing:
    """Per fund and per donated goods: backed, issued, redeemed, left. Eight queries whatever the size."""
    value = max(Policy.objects.values_on(community, on)["point_value_fen"], 1)
    named = list(PointBacking.objects.of(community).select_related("fund__account").order_by("valid_from"))
    issued = _issued_by_backing(named, issued_by_day(community))
    taken, paid = _redeemed(community)
    offered = list(shop.with_backing(Reward.objects.of(community).on_offer()))
    funds = {each.fund_id: each.fund for each in named if each.fund_id}
    funds |= {each.fund_id: each.fund for each in offered if each.fund_id}
    rows = [
        BackingRow(
            name=str(fund), fund=fund, issued=issued.get(fund.pk, 0), redeemed=taken.get(fund.pk, 0),
            paid_fen=paid.get(fund.pk, 0), left_fen=fund.account.balance or 0, left_points=(fund.account.balance or 0) // value,
        )
        for fund in sorted(funds.values(), key=lambda each: each.pk) if fund is not None
    ]  # fmt: skip
    goods_left = sum(each.points * each.stock for each in offered if each.fund_id is None)
    goods_issued = sum(count for key, count in issued.items() if isinstance(key, str))
    rows.append(
        BackingRow(
            name=_("Donated goods on the shelf"),
            issued=goods_issued,
            redeemed=taken.get(None, 0),
            left_points=goods_left,
        )
    )
    if issued.get(None):
        rows.append(
            BackingRow(
                name=_("Nobody said what stands behind them"), issued=issued[None], redeemed=0, is_named=False
            )
        )
    outstanding = (
        Account.objects.of(community)
        .filter(unit=Unit.POINT, kind__in=[AccountKind.HOLDER, AccountKind.HOLD], code__contains="volunteer:")
        .aggregate(total=Sum("balance"))["total"] or 0
    )  # fmt: skip
    present = next(
        (each for each in named if each.valid_from <= on and (each.valid_to is None or each.valid_to > on)),
        None,
    )
    closed = [each for each in offered if shop.fund_pays(each) < 1]
    return Backing(rows, present, outstanding, value, closed)


def _issued_by_backing(named: Iterable[PointBacking], days: dict[date, int]) -> dict[int | str | None, int]:
    """Each day's points under the fund (its number) or the goods (their name) in force; None: nothing was."""
    found: dict[int | str | None, int] = {}
    ordered = sorted(named, key=lambda each: each.valid_from)
    for day, count in days.items():
        behind = next(
            (
                each
                for each in ordered
                if each.valid_from <= day and (each.valid_to is None or each.valid_to > day)
            ),
            None,
        )
        key: int | str | None = None if behind is None else behind.fund_id or behind.goods
        found[key] = found.get(key, 0) + count
    return found


def _redeemed(community: Community) -> tuple[dict[int | None, int], dict[int | None, int]]:
    """Points and fen that gifts and services took, by fund; None stands for donated goods."""
    points: dict[int | None, int] = {}
    fen: dict[int | None, int] = {}
    things = Redemption.objects.of(community).exclude(state=RedemptionState.CANCELLED)
    services = ServiceClaim.objects.of(community).counting()
    for rows in (things, services):
        for fund, taken, paid in (
            rows.values("reward__fund").annotate(taken=Sum("points"), paid=Sum("backing_fen"))
            .values_list("reward__fund", "taken", "paid")
        ):  # fmt: skip
            points[fund] = points.get(fund, 0) + (taken or 0)
            fen[fund] = fen.get(fund, 0) + (paid or 0)
    return points, fen
