"""How the funds stand: their goals, what lies idle, on whom they hang, what the station advanced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Sum

from carenet.ledger import statements
from carenet.ledger.models import Account, Posting
from charity.models import Donation, Fund
from charity.reports.spending import paying_accounts
from charity.states import SELF_GENERATED

if TYPE_CHECKING:
    from carenet.parties.models import Community

IDLE_AFTER = timedelta(days=180)


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


def dependency(income: dict[str, int]) -> int:
    """The largest source in percent of all income: the higher, the more the station hangs on one giver. Source: S2."""
    total = sum(income.values())
    return max(income.values()) * 100 // total if total else 0


def self_generated(income: dict[str, int]) -> int:
    """What the community earns itself (workshop, collective), in percent of all income. Source: S0, S2 ("造血")."""
    total = sum(income.values())
    own = sum(amount for source, amount in income.items() if source in SELF_GENERATED)
    return own * 100 // total if total else 0


def balance(community: Community | int) -> int:
    """What is in all funds, with what is set aside but not yet paid."""
    accounts = paying_accounts(community)
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


def fund_sums(funds: Iterable[Fund], *, since: date, until: date) -> dict[int, tuple[int, int]]:
    """What came into and went out of each fund in a period, by fund."""
    listed = list(funds)
    moved = statements.moved([each.account for each in listed], since=since, until=until)
    return {each.pk: moved[each.account_id] for each in listed}
