"""The facts of a deed in words: what each name means, and codes, hours and money as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.accounts.states import FieldClass
from carenet.kernel.money import yuan

_CODES: dict[str, Mapping[Any, str | Promise]] = {"class": dict(FieldClass.choices)}


def register(name: str, words: Mapping[Any, str | Promise]) -> None:
    """Give the codes of one fact their words; apps call this when they start."""
    _CODES[name] = words


def sentence(facts: dict[str, Any], areas: dict[Any, str] | None = None) -> str:
    """All facts that say something: "amount: 4,100.00 yuan; receipt number: JZ2026-0032"."""
    if areas and facts.get("area") in areas:
        facts = {**facts, "area": areas[facts["area"]]}
    names = _names()
    return _("; ").join(
        f"{names.get(name, name)}{_(': ')}{_value(name, value)}"
        for name, value in facts.items()
        if value not in ("", {}, [], None)
    )


def _value(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return _("%(amount)s yuan") % {"amount": yuan(value)}
    if name == "coins":
        return _("%(hours)d h %(minutes)d min") % {"hours": value // 60, "minutes": value % 60}
    if name in _CODES:
        return str(_CODES[name].get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return pgettext("between facts", ", ").join(f"{key} {each}" for key, each in value.items())
    return str(value)


def _names() -> dict[str, str]:
    return {
        "address": _("network address"), "rows": _("rows"), "page": _("page"), "area": _("area"), "amount_fen": _("amount"),
        "rest_fen": _("what was left"), "rest_to": _("number of the fund that got it"), "fund": _("number of the fund"),
        "receipt_no": _("receipt number"), "reason": _("reason"), "quantity": _("quantity"), "people": _("people"),
        "purpose": _("purpose"), "kept": _("number of the file that was kept"), "sections": _("sections"),
        "list": pgettext("fact", "list"), "class": pgettext("fact", "most sensitive contents"), "size": pgettext("fact", "bytes"),
        "approved_by": pgettext("fact", "number of the account that approved"),
        "asker": pgettext("fact", "number of the account that asked"), "fetched": pgettext("fact", "times fetched"),
        "filter": pgettext("fact", "filter"), "moved": pgettext("fact", "rows moved"), "export": pgettext("fact", "number of the export"),
        "what": pgettext("fact", "what"), "format": pgettext("fact", "format"), "number": pgettext("fact", "number"),
        "asked": pgettext("fact", "asked for"), "coins": pgettext("fact", "time coins"), "voter": pgettext("fact", "number of the voter"),
        "before": pgettext("fact", "before"), "after": pgettext("fact", "after"), "to": pgettext("fact", "to"),
        "known_by": pgettext("fact", "known by"), "channel": pgettext("fact", "came by"), "asked_back": pgettext("fact", "asked back"),
        "member": pgettext("fact", "number of the member"), "agrees": pgettext("fact", "agrees"), "team": pgettext("fact", "number of the team"),
        "stage": pgettext("fact", "stage"), "since": pgettext("fact", "since"), "until": pgettext("fact", "until"),
    }  # fmt: skip
