"""Who would pay what of a service's price, and why: read and computed, nothing is written.

Source: S1 (政府补一点、社会捐一点、个人掏一点); domain.md §5.3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Sum

from carenet.kernel import months
from carenet.ledger.models import Entry
from carenet.parties.states import SubsidyMode
from charity import arithmetic, sentences
from charity.actions import funds
from charity.arithmetic import Parts, Purse, Rates
from charity.models import CostShareRule, CostSplit, Fund
from elders.models import Elder, ElderCategory

if TYPE_CHECKING:
    from carenet.parties.models import ServiceKind


@dataclass(frozen=True)
class Split:
    """A proposal: who would pay what, and why. Nothing is written."""

    parts: Parts
    elder_class: str
    rule: CostShareRule | None
    fund: Fund | None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def price_fen(self) -> int:
        return self.parts.price_fen

    @property
    def gov_fen(self) -> int:
        return self.parts.gov_fen

    @property
    def fund_fen(self) -> int:
        return self.parts.fund_fen

    @property
    def advance_fen(self) -> int:
        return self.parts.advance_fen

    @property
    def person_fen(self) -> int:
        return self.parts.person_fen

    @property
    def reason(self) -> str:
        return self.parts.reason

    @property
    def sentence(self) -> str:
        """Who pays what and why, in the reader's language."""
        return sentences.explain(self)


class Desk:
    """What is known while splits are made: rules, classes, caps used, balances; read once for many splits."""

    def __init__(self, community_id: int, elders: Sequence[Elder], first: date, last: date) -> None:
        self.community_id = community_id
        self.rules = list(CostShareRule.objects.of(community_id).filter(valid_from__lte=last))
        self.categories: dict[int, list[ElderCategory]] = defaultdict(list)
        for each in ElderCategory.objects.filter(elder__in=[elder.pk for elder in elders]):
            self.categories[each.elder_id].append(each)
        self.funds = {
            each.pk: each
            for each in Fund.objects.of(community_id)
            .open()
            .filter(pays_services=True)
            .select_related("account")
        }
        self.balances = {each.pk: each.account.balance for each in self.funds.values()}
        self.used: dict[tuple[int, date], int] = defaultdict(int)
        reversed_ = Entry.objects.filter(reverses_id=OuterRef("entry_id"))
        spent = (
            CostSplit.objects.filter(
                ~Exists(reversed_),
                elder__in=[elder.pk for elder in elders],
                on__gte=months.first_of_month(first),
                on__lt=months.next_month(last),
            )
            .values("elder_id", "on")
            .annotate(total=Sum("gov_fen"))
        )
        for row in spent:
            self.used[row["elder_id"], months.first_of_month(row["on"])] += row["total"]

    def lock_funds(self) -> None:
        """Take the funds' locks; balances are then what they stay until we commit."""
        self.funds = funds.lock(list(self.funds.values()))
        self.balances = {each.pk: each.account.balance for each in self.funds.values()}

    def class_of(self, elder: Elder, on: date) -> str:
        held = [
            each.code
            for each in self.categories[elder.pk]
            if each.valid_from <= on and (each.valid_to is None or on < each.valid_to)
        ]
        return arithmetic.classify(held, level=elder.level, age=elder.age(on))

    def rule_for(self, elder_class: str, kind: ServiceKind, on: date) -> CostShareRule | None:
        """The narrowest rule of the day: this service, then its family, then all."""
        rank = {kind.code: 0, kind.family: 1, "": 2}
        found = [
            each
            for each in self.rules
            if each.elder_class == elder_class
            and each.applies_to in rank
            and each.valid_from <= on
            and (each.valid_to is None or on < each.valid_to)
        ]
        return min(found, key=lambda each: rank[each.applies_to]) if found else None

    def purses(self, kind: ServiceKind) -> list[Purse]:
        return [
            Purse(each.pk, self.balances[each.pk], is_special=bool(each.restricted_kinds))
            for each in self.funds.values()
            if not each.restricted_kinds or kind.code in each.restricted_kinds
        ]

    def split(self, elder: Elder, kind: ServiceKind, price_fen: int, on: date) -> Split:
        """Divide one price by what is known now."""
        facts: dict[str, Any] = {"kind_zh": kind.name, "kind_en": kind.name_en}
        if kind.subsidy == SubsidyMode.FREE:
            return Split(arithmetic.free(price_fen), "", None, None, facts)
        if kind.subsidy in {SubsidyMode.SELF, SubsidyMode.REFERRED}:
            return Split(arithmetic.self_paid(price_fen), "", None, None, facts)
        elder_class = self.class_of(elder, on)
        rule = self.rule_for(elder_class, kind, on)
        rates = _rates_of(rule) if rule else arithmetic.DEFAULTS[elder_class]
        parts = arithmetic.divide(
            price_fen,
            rates,
            gov_used_fen=self.used[elder.pk, months.first_of_month(on)],
            purses=self.purses(kind),
        )
        fund = self.funds[parts.fund_id] if parts.fund_id else None
        facts |= {
            "gov_percent": rates.gov_percent,
            "fund_percent": rates.fund_percent,
            "gov_limit": parts.gov_limit,
            "rounded_fen": parts.rounded_fen,
        }
        if fund is not None:
            facts |= {"fund_zh": fund.name, "fund_en": fund.name_en or fund.name}
        return Split(parts, elder_class, rule, fund, facts)

    def spend(self, elder: Elder, split: Split, on: date) -> None:
        """Remember what a split used, for the next one."""
        self.used[elder.pk, months.first_of_month(on)] += split.gov_fen
        if split.fund is not None:
            self.balances[split.fund.pk] -= split.fund_fen


def _rates_of(rule: CostShareRule) -> Rates:
    return Rates(
        gov_percent=rule.gov_percent,
        fund_percent=rule.fund_percent,
        gov_cap_item_fen=rule.gov_cap_item_fen,
        gov_cap_month_fen=rule.gov_cap_month_fen,
        fund_cap_item_fen=rule.fund_cap_item_fen,
    )


def propose(*, elder: Elder, kind: ServiceKind, price_fen: int, on: date) -> Split:
    """Who would pay what of this price on this day, with the sentence that says why. Writes nothing.

    The arithmetic itself is `charity.arithmetic.divide`, pure and tested alone. Until a community has rules of its
    own, the platform's defaults hold.
    """
    return Desk(elder.community_id, [elder], on, on).split(elder, kind, price_fen, on)
