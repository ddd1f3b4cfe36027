"""Numbers people read: where money came from and went, what lies idle, one elder's story, one donation's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.kernel import months
from carenet.kernel.digest import Digest, Figure, Matter
from carenet.kernel.money import yuan
from carenet.kernel.timeline import TimelineLine
from carenet.ledger import statements
from carenet.ledger.models import Account, Entry, Hold, Posting
from carenet.parties.models import ServiceKind
from charity.models import CostSplit, Donation, Fund, GoodsDonation, GoodsIssue, Grant
from charity.states import SELF_GENERATED, FundSource, GoodsKind, GrantPurpose, GrantState

if TYPE_CHECKING:
    from carenet.parties.models import Community
    from elders.models import Elder

IDLE_AFTER = timedelta(days=180)


# --- money in and out ----------------------------------------------------------------------------
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


def _undone() -> Exists:
    return Exists(Entry.objects.filter(reverses_id=OuterRef("entry_id")))


def _paying_accounts(community: Community | int) -> dict[int, int]:
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
        .filter(~_undone(), on__gte=since, on__lt=until, fund_fen__gt=0)
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
    accounts = _paying_accounts(community)
    split = CostSplit.objects.filter(entry_id=OuterRef("entry_id"))
    rows = (
        Posting.objects.filter(source_id__in=accounts, posted_on__gte=since, posted_on__lt=until)
        .exclude(target_id__in=accounts)
        .exclude(entry__kind="REVERSE")
        .exclude(entry__cause_kind="charity.grant")
        .filter(~_undone(), ~Exists(split))
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


# --- overview ------------------------------------------------------------------------------------
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
class Progress:
    """A fund for a purpose on its way to its goal."""

    fund_id: int
    title: str
    purpose: str
    raised_fen: int
    target_fen: int
    balance_fen: int

    @property
    def percent(self) -> int:
        """How much of the goal was given so far, at most 100."""
        return min(100, self.raised_fen * 100 // self.target_fen) if self.target_fen else 0


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
    shared = CostSplit.objects.of(community).filter(~_undone(), on__gte=since, on__lt=until)
    shared_sums = shared.aggregate(gov=Sum("gov_fen"), persons=Sum("person_fen"))
    total_in, total_out = sum(income.values()), sum(uses.values())
    costs = uses.get(GrantPurpose.COSTS, 0)
    return Overview(
        year=year,
        income_fen=total_in,
        spent_fen=total_out,
        balance_fen=_balance(community),
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


def dependency(income: dict[str, int]) -> int:
    """The largest source in percent of all income: the higher, the more the station hangs on one giver. Source: S2."""
    total = sum(income.values())
    return max(income.values()) * 100 // total if total else 0


def self_generated(income: dict[str, int]) -> int:
    """What the community earns itself (workshop, collective), in percent of all income. Source: S0, S2 ("造血")."""
    total = sum(income.values())
    own = sum(amount for source, amount in income.items() if source in SELF_GENERATED)
    return own * 100 // total if total else 0


def _balance(community: Community | int) -> int:
    """What is in all funds, with what is set aside but not yet paid."""
    accounts = _paying_accounts(community)
    return Account.objects.filter(pk__in=accounts).aggregate(total=Sum("balance"))["total"] or 0


def progress(community: Community | int) -> list[Progress]:
    """Funds with a goal: how much was given so far."""
    found = Fund.objects.of(community).open().filter(target_fen__isnull=False).select_related("account")
    raised = {
        row["fund_id"]: row["total"]
        for row in Donation.objects.of(community)
        .standing()
        .filter(fund__in=found)
        .values("fund_id")
        .annotate(total=Sum("amount_fen"))
    }
    return [
        Progress(
            each.pk,
            each.title,
            each.purpose_text,
            raised.get(each.pk, 0),
            each.target_fen or 0,
            each.account.balance,
        )
        for each in found
    ]


@dataclass(frozen=True)
class Idle:
    """Money that lies still."""

    fund: Fund
    balance_fen: int
    since: date


def idle(community: Community | int, *, on: date) -> list[Idle]:
    """Funds with money from which nothing went out for 180 days. Source: S2; Hubei method (clean-up of idle funds)."""
    funds = list(Fund.objects.of(community).open().filter(account__balance__gt=0).select_related("account"))
    last = {
        row["source_id"]: row["last"]
        for row in Posting.objects.filter(source_id__in=[each.account_id for each in funds])
        .values("source_id")
        .annotate(last=Max("posted_on"))
    }
    found = []
    for each in funds:
        since = last.get(each.account_id) or each.opened_on
        if on - since > IDLE_AFTER:
            found.append(Idle(each, each.account.balance, since))
    return found


def advanced(community: Community | int) -> int:
    """What the station advanced for services because the funds were short, and did not get back yet (fen)."""
    account = Account.objects.coded(community, "FEN", "advance").first()
    return -account.balance if account else 0


# --- the month -----------------------------------------------------------------------------------
def monthly(community: Community, month: date) -> Digest:
    """The month of the charity funds for the joint meeting. Source: S0-43, S0-49."""
    since, until = months.month_range(month)
    income = income_by_source(community, since=since, until=until)
    lines = spending(community, since=since, until=until)
    year = income_by_source(community, since=date(since.year, 1, 1), until=until)
    funds_url, donations_url = reverse("charity:fund-list"), reverse("charity:donation-list")
    services = sum(each.amount_fen for each in lines if each.use == "SERVICE")
    unit = _("yuan")
    figures = (
        Figure(
            "charity.income", _("donations and allocations"), yuan(sum(income.values())), unit, donations_url
        ),
        Figure(
            "charity.spent",
            _("spent for elders"),
            yuan(sum(each.amount_fen for each in lines)),
            unit,
            funds_url,
        ),
        Figure("charity.services", _("of it for services"), yuan(services), unit, funds_url),
        Figure("charity.balance", _("in the funds now"), yuan(_balance(community)), unit, funds_url),
        Figure("charity.dependency", _("largest source this year"), dependency(year), "%", funds_url),
        Figure(
            "charity.self_generated", _("earned by the community itself this year"), self_generated(year), "%"
        ),
    )
    matters = [
        *_results(income, lines, since),
        *_difficulties(community, until),
        *_decisions(community, since),
    ]
    return Digest("charity", since, figures, tuple(matters))


def _results(income: dict[str, int], lines: list[Spent], month: date) -> Iterable[Matter]:
    if income or lines:
        came = _(", ").join(f"{FundSource(code).label} {yuan(amount)}" for code, amount in income.items())
        yield Matter(
            1,
            _("Charity money of the month"),
            f"charity:month:{month:%Y-%m}",
            _("Came in: %(came)s yuan. Went out: %(out)s yuan.")
            % {"came": came or "0.00", "out": yuan(sum(each.amount_fen for each in lines))},
        )


def _difficulties(community: Community, until: date) -> Iterable[Matter]:
    owed = advanced(community)
    if owed > 0:
        yield Matter(
            2,
            _("The funds were short"),
            "charity:advance",
            _("The station advanced %(amount)s yuan for services of elders. Which source pays it back?")
            % {"amount": yuan(owed)},
            url=reverse("charity:fund-list"),
        )
    for each in idle(community, on=until - timedelta(days=1)):
        yield Matter(
            2,
            _("Money lies idle: %(fund)s") % {"fund": each.fund.title},
            f"charity:idle:{each.fund.pk}",
            _("%(amount)s yuan; nothing went out since %(since)s.")
            % {"amount": yuan(each.balance_fen), "since": each.since.isoformat()},
            url=reverse("charity:fund", args=[each.fund.pk]),
        )


def _decisions(community: Community, month: date) -> Iterable[Matter]:
    waiting = Grant.objects.of(community).waiting().aggregate(total=Sum("amount_fen"), times=Count("pk"))
    if waiting["times"]:
        yield Matter(
            5,
            _("Grants wait for a decision: %(count)s") % {"count": waiting["times"]},
            f"charity:grants:{month:%Y-%m}",
            _("Together %(amount)s yuan.") % {"amount": yuan(waiting["total"])},
            url=reverse("charity:grant-list") + "?state=ASKED",
        )


# --- one elder, one donation ---------------------------------------------------------------------
def timeline(
    elder: Elder, *, since: datetime | None = None, until: datetime | None = None
) -> list[TimelineLine]:
    """What charity and cost sharing did for one elder, newest first."""
    party = _("charity funds")
    grants = Grant.objects.filter(elder=elder).select_related("fund")
    splits = CostSplit.objects.filter(~_undone(), elder=elder, price_fen__gt=0).select_related("kind")
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


# --- goods ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shelf:
    """Donated goods of one kind, for everybody."""

    label: str
    what: str
    unit: str
    came: int
    given: int
    left: int


def shelves(community: Community | int) -> list[Shelf]:
    """All donated goods, summed by what they are."""
    rows = (
        GoodsDonation.objects.of(community)
        .values("kind", "what", "unit")
        .annotate(came=Sum("quantity"), on_shelf=Sum("left"))
        .order_by("-came")
    )
    return [
        Shelf(
            str(GoodsKind(row["kind"]).label),
            row["what"],
            row["unit"],
            row["came"],
            row["came"] - row["on_shelf"],
            row["on_shelf"],
        )
        for row in rows
    ]


def fund_sums(funds: Iterable[Fund], *, since: date, until: date) -> dict[int, tuple[int, int]]:
    """What came into and went out of each fund in a period, by fund."""
    listed = list(funds)
    moved = statements.moved([each.account for each in listed], since=since, until=until)
    return {each.pk: moved[each.account_id] for each in listed}
