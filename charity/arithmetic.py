"""The arithmetic of cost sharing: pure, whole fen, nothing read and nothing written.

    gov    = min(price * g%, cap for one service, what the month's cap leaves)
    fund   = min((price - gov) * f%, cap)
    person = price - gov - fund, rounded down to 0.1 yuan; the difference falls to the fund

The person's part never grows because a fund is short: what no fund covers is advanced by the station.
Source: S1 (政府补一点、社会捐一点、个人掏一点); domain.md §5.3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from charity.states import ElderClass, SplitReason

TEN_FEN = 10
DESTITUTE_CODES = frozenset({"TEKUN_SCATTERED", "TEKUN_CENTRAL", "DIBAO"})
SUPPORTED_CODES = DESTITUTE_CODES | {"DIBAO_EDGE"}
MODERATE = 2
OLDEST_OLD = 80


@dataclass(frozen=True)
class Rates:
    """What a rule says, in numbers."""

    gov_percent: int
    fund_percent: int
    gov_cap_item_fen: int | None = None
    gov_cap_month_fen: int | None = None
    fund_cap_item_fen: int | None = None


# Station defaults until the community decides its own. Source: domain.md §5.3 [P]: 80/20/0, 50/20/30, 20/0/80 of
# the price; the fund's percentage is of what the government leaves (20 of 20 = 100 %, 20 of 50 = 40 %).
DEFAULTS: dict[str, Rates] = {
    ElderClass.DESTITUTE: Rates(80, 100),
    ElderClass.SUPPORTED: Rates(50, 40),
    ElderClass.ORDINARY: Rates(20, 0),
}


@dataclass(frozen=True)
class Purse:
    """A fund that may pay: its number and what is in it. Funds for this service only come before general ones."""

    fund_id: int
    balance_fen: int
    is_special: bool = False


@dataclass(frozen=True)
class Parts:
    """Who pays what, and which limits were met on the way."""

    price_fen: int
    gov_fen: int
    fund_fen: int
    advance_fen: int
    person_fen: int
    fund_id: int | None = None
    reason: str = SplitReason.RULE
    gov_limit: str = ""
    rounded_fen: int = 0


def classify(categories: Collection[str], *, level: int | None, age: int | None) -> str:
    """The elder's class for cost sharing, from entitlements, ability level and age; unknown facts help nobody into a
    better class. Someone on subsistence allowance is never worse off than someone with marginal income.
    """
    if DESTITUTE_CODES & set(categories) and (level or 0) >= MODERATE:
        return ElderClass.DESTITUTE
    if SUPPORTED_CODES & set(categories) or (age or 0) >= OLDEST_OLD:
        return ElderClass.SUPPORTED
    return ElderClass.ORDINARY


def free(price_fen: int) -> Parts:
    """A free service: what it costs is bought by the government."""
    return Parts(price_fen, price_fen, 0, 0, 0, reason=SplitReason.FREE)


def self_paid(price_fen: int) -> Parts:
    """A service beyond the shared ones: paid by the person to the fen."""
    return Parts(price_fen, 0, 0, 0, price_fen, reason=SplitReason.SELF_PAID)


def divide(price_fen: int, rates: Rates, *, gov_used_fen: int = 0, purses: Sequence[Purse] = ()) -> Parts:
    """Share a price by the rates; `gov_used_fen` is what the government already paid for the elder this month."""
    if price_fen < 0:
        raise ValueError("a price is not negative")
    gov = price_fen * rates.gov_percent // 100
    limit = ""
    if rates.gov_cap_item_fen is not None and gov > rates.gov_cap_item_fen:
        gov, limit = rates.gov_cap_item_fen, "item"
    if rates.gov_cap_month_fen is not None:
        left = max(rates.gov_cap_month_fen - gov_used_fen, 0)
        if gov > left:
            gov, limit = left, "month"
    wanted = (price_fen - gov) * rates.fund_percent // 100
    if rates.fund_cap_item_fen is not None:
        wanted = min(wanted, rates.fund_cap_item_fen)
    person = price_fen - gov - wanted
    rounded = person % TEN_FEN
    wanted += rounded
    purse = choose(purses, wanted)
    covered = min(wanted, purse.balance_fen) if purse else 0
    return Parts(
        price_fen=price_fen,
        gov_fen=gov,
        fund_fen=covered,
        advance_fen=wanted - covered,
        person_fen=person - rounded,
        fund_id=purse.fund_id if purse and covered else None,
        gov_limit=limit,
        rounded_fen=rounded,
    )


def choose(purses: Sequence[Purse], wanted_fen: int) -> Purse | None:
    """The fund that pays: the first that can pay all of it, special ones first, then the oldest; else the fullest.

    The order in which the funds are given does not matter.
    """
    if wanted_fen <= 0:
        return None
    ranked = sorted(purses, key=lambda each: (not each.is_special, each.fund_id))
    for each in ranked:
        if each.balance_fen >= wanted_fen:
            return each
    ranked.sort(key=lambda each: -each.balance_fen)
    return ranked[0] if ranked and ranked[0].balance_fen > 0 else None
