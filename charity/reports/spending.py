"""What came into the funds and what left them, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Max, OuterRef, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.ledger.models import Entry, Hold, Posting
from carenet.parties.models import ServiceKind
from charity.models import CostSplit, Donation, Fund, Grant
from charity.states import GrantPurpose, GrantState

if TYPE_CHECKING:
    from carenet.parties.models import Community


@dataclass(frozen=True)
class Spent:
    """One line of spending as the public may read it: no person in it."""

    on: date
    use: str
    label: str
    amount_fen: int
    fund_id: int
    fund: str
    voucher: str = ""
    count: int = 1
    whole_month: bool = False


def undone() -> Exists:
    return Exists(Entry.objects.filter(reverses_id=OuterRef("entry_id")))


def paying_accounts(community: Community | int) -> dict[int, int]:
    """Account number -> fund, for the funds' accounts and what is set aside from them."""
    funds = dict(Fund.objects.of(community).values_list("account_id", "pk"))
    held = (
        Hold.objects.of(community)
        .filter(source_id__in=funds)
        .values_list("held_in_id", "source_id")
        .distinct()
    )
    return funds | {held_in: funds[source] for held_in, source in held}


def income_by_source(community: Community | int, *, since: date, until: date) -> dict[str, int]:
    """What came into the funds on days from `since` to before `until`, per source, in fen; reversed lines left out."""
    rows = (
        Donation.objects.of(community)
        .standing()
        .filter(received_on__gte=since, received_on__lt=until)
        .values(source=F("fund__source"))
        .annotate(total=Sum("amount_fen"))
        .order_by("-total")
    )
    return {row["source"]: row["total"] for row in rows}


def spending(community: Community | int, *, since: date, until: date) -> list[Spent]:
    """Every line that left the funds, newest first; parts of services summed by month, service and fund.

    What is only set aside has not left yet; what was reversed did not leave. Grants for an elder show their purpose,
    never the elder. Source: Charity Law Art. 80, 82.
    """
    funds = {each.pk: each.title for each in Fund.objects.of(community)}
    lines = _service_lines(community, funds, since, until)
    lines += _grant_lines(community, funds, since, until)
    lines += _other_lines(community, funds, since, until)
    return sorted(lines, key=lambda each: (each.on, each.amount_fen), reverse=True)


def _service_lines(
    community: Community | int, funds: dict[int, str], since: date, until: date
) -> list[Spent]:
    titles = {each.pk: each.title for each in ServiceKind.objects.all()}
    rows = (
        CostSplit.objects.of(community)
        .filter(~undone(), on__gte=since, on__lt=until, fund_fen__gt=0)
        .values("kind_id", "fund_id", month=TruncMonth("on"))
        .annotate(total=Sum("fund_fen"), last=Max("on"), times=Count("pk"))
    )
    return [
        Spent(
            on=row["last"],
            use="SERVICE",
            label=titles.get(row["kind_id"], row["kind_id"]),
            amount_fen=row["total"],
            fund_id=row["fund_id"],
            fund=funds[row["fund_id"]],
            count=row["times"],
            whole_month=True,
        )
        for row in rows
    ]


def _grant_lines(community: Community | int, funds: dict[int, str], since: date, until: date) -> list[Spent]:
    found = Grant.objects.of(community).filter(state=GrantState.PAID, paid_on__gte=since, paid_on__lt=until)
    return [
        Spent(
            on=each.paid_on,
            use=each.purpose,
            label=str(each.get_purpose_display()) if each.elder_id else each.words,
            amount_fen=each.amount_fen,
            fund_id=each.fund_id,
            fund=funds[each.fund_id],
            voucher=each.voucher_no,
        )
        for each in found
        if each.paid_on is not None
    ]


def _other_lines(community: Community | int, funds: dict[int, str], since: date, until: date) -> list[Spent]:
    """What other apps paid from the funds (goods of the points shop), and advances paid back."""
    accounts = paying_accounts(community)
    split = CostSplit.objects.filter(entry_id=OuterRef("entry_id"))
    rows = (
        Posting.objects.filter(source_id__in=accounts, posted_on__gte=since, posted_on__lt=until)
        .exclude(target_id__in=accounts)
        .exclude(entry__kind="REVERSE")
        .exclude(entry__cause_kind="charity.grant")
        .filter(~undone(), ~Exists(split))
        .values("source_id", "target__code", kind=F("entry__cause_kind"), month=TruncMonth("posted_on"))
        .annotate(total=Sum("amount"), last=Max("posted_on"), times=Count("pk"))
    )
    found = []
    for row in rows:
        fund_id = accounts[row["source_id"]]
        use, label = _other_use(row["kind"], row["target__code"])
        found.append(
            Spent(
                row["last"],
                use,
                label,
                row["total"],
                fund_id,
                funds[fund_id],
                count=row["times"],
                whole_month=True,
            )
        )
    return found


def _other_use(kind: str, target: str) -> tuple[str, str]:
    if target == "advance":
        return "SERVICE", _("services the station had advanced")
    if kind.startswith("volunteers."):
        return GrantPurpose.REWARDS, str(GrantPurpose.REWARDS.label)
    return "OTHER", pgettext("spending", "other")
