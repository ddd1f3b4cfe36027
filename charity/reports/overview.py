"""A year of charity money, for everybody to read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.kernel import months
from charity.models import CostSplit, Donation
from charity.reports.funds import Progress, balance, dependency, progress, self_generated
from charity.reports.spending import Spent, income_by_source, spending, undone
from charity.states import FundSource, GrantPurpose

if TYPE_CHECKING:
    from carenet.parties.models import Community


@dataclass(frozen=True)
class Share:
    """One part of a whole."""

    code: str
    label: str
    amount_fen: int
    percent: int


def shares(parts: dict[str, int], labels: dict[str, str]) -> list[Share]:
    """Parts with their whole percentages, biggest first."""
    total = sum(parts.values())
    return [
        Share(code, labels.get(code, code), amount, round(amount * 100 / total) if total else 0)
        for code, amount in sorted(parts.items(), key=lambda each: -each[1])
    ]


@dataclass(frozen=True)
class MonthRow:
    """One month of the public table."""

    month: date
    income_fen: int
    spent_fen: int


@dataclass(frozen=True)
class Overview:
    """A year of the community's charity money, for everybody. Source: Charity Law Art. 80; ux.md §6.9."""

    year: int
    income_fen: int
    spent_fen: int
    balance_fen: int
    for_elders_per_hundred: int
    income: list[Share]
    uses: list[Share]
    by_month: list[MonthRow]
    lines: list[Spent]
    progress: list[Progress]
    dependency_percent: int
    self_generated_percent: int
    government_shared_fen: int
    persons_shared_fen: int


def overview(community: Community | int, year: int) -> Overview:
    """Money in, money out, what is left, month by month. Eleven queries, however many donations there are."""
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    income = income_by_source(community, since=since, until=until)
    lines = spending(community, since=since, until=until)
    uses: dict[str, int] = defaultdict(int)
    spent_by_month: dict[date, int] = defaultdict(int)
    for each in lines:
        uses[each.use] += each.amount_fen
        spent_by_month[months.first_of_month(each.on)] += each.amount_fen
    came_by_month = {
        months.first_of_month(row["month"]): row["total"]
        for row in Donation.objects.of(community)
        .standing()
        .filter(received_on__gte=since, received_on__lt=until)
        .values(month=TruncMonth("received_on"))
        .annotate(total=Sum("amount_fen"))
    }
    shared = CostSplit.objects.of(community).filter(~undone(), on__gte=since, on__lt=until)
    shared_sums = shared.aggregate(gov=Sum("gov_fen"), persons=Sum("person_fen"))
    total_in, total_out = sum(income.values()), sum(uses.values())
    costs = uses.get(GrantPurpose.COSTS, 0)
    return Overview(
        year=year,
        income_fen=total_in,
        spent_fen=total_out,
        balance_fen=balance(community),
        for_elders_per_hundred=(total_out - costs) * 100 // total_out if total_out else 100,
        income=shares(income, {code: str(label) for code, label in FundSource.choices}),
        uses=shares(dict(uses), _use_labels()),
        by_month=[
            MonthRow(month, came_by_month.get(month, 0), spent_by_month.get(month, 0))
            for month in sorted({*came_by_month, *spent_by_month})
        ],
        lines=lines,
        progress=progress(community),
        dependency_percent=dependency(income),
        self_generated_percent=self_generated(income),
        government_shared_fen=shared_sums["gov"] or 0,
        persons_shared_fen=shared_sums["persons"] or 0,
    )


def _use_labels() -> dict[str, str]:
    labels = {code: str(label) for code, label in GrantPurpose.choices}
    return labels | {"SERVICE": _("parts of services for elders"), "OTHER": pgettext("spending", "other")}
