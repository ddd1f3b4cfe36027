"""One plain sentence per cost split: who pays what, and why. Source: law 8 of architecture.md."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from carenet.kernel.money import yuan
from charity.states import ElderClass, SplitReason


class Explained(Protocol):
    """What a sentence is made from: a stored CostSplit, or a proposal that is not stored."""

    @property
    def price_fen(self) -> int: ...

    @property
    def gov_fen(self) -> int: ...

    @property
    def fund_fen(self) -> int: ...

    @property
    def advance_fen(self) -> int: ...

    @property
    def person_fen(self) -> int: ...

    @property
    def reason(self) -> str: ...

    @property
    def elder_class(self) -> str: ...

    @property
    def facts(self) -> dict[str, Any]: ...


def explain(split: Explained) -> str:
    """The sentence in the reader's language, made from the stored numbers, never from today's rules."""
    chinese = (translation.get_language() or "").startswith("zh")
    facts = split.facts
    kind = facts.get("kind_zh" if chinese else "kind_en", "")
    price = yuan(split.price_fen)
    if split.price_fen == 0:
        return _("%(kind)s is free: nobody pays anything.") % {"kind": kind}
    if split.reason == SplitReason.FREE:
        return _("%(kind)s is free for the elder: the government buys it for %(price)s yuan.") % {
            "kind": kind,
            "price": price,
        }
    if split.reason == SplitReason.SELF_PAID:
        return _("%(kind)s is not shared: the elder pays the %(price)s yuan.") % {
            "kind": kind,
            "price": price,
        }
    return _("%(kind)s costs %(price)s yuan: %(parts)s.") % {
        "kind": kind,
        "price": price,
        "parts": _("; ").join(_parts(split, facts, chinese=chinese)),
    }


def _parts(split: Explained, facts: dict[str, Any], *, chinese: bool) -> list[str]:
    why = str(ElderClass(split.elder_class).label) if split.elder_class else ""
    found = [
        _("the government pays %(amount)s yuan (%(percent)s%%, because: %(why)s%(limit)s)")
        % {
            "amount": yuan(split.gov_fen),
            "percent": facts.get("gov_percent", 0),
            "why": why,
            "limit": _limit(facts.get("gov_limit", "")),
        }
    ]
    if split.fund_fen:
        found.append(
            _("the fund “%(fund)s” pays %(amount)s yuan")
            % {
                "fund": facts.get("fund_zh" if chinese else "fund_en", ""),
                "amount": yuan(split.fund_fen),
            }
        )
    if split.advance_fen:
        found.append(
            _("the funds are short, so the station advances %(amount)s yuan")
            % {"amount": yuan(split.advance_fen)}
        )
    if split.person_fen:
        found.append(_("the elder pays %(amount)s yuan") % {"amount": yuan(split.person_fen)})
    else:
        found.append(_("the elder pays nothing"))
    return found


def _limit(limit: str) -> str:
    return {
        "item": _(", up to the limit for one service"),
        "month": _(", as far as this month's limit leaves"),
    }.get(limit, "")
