"""Words for hours that were weighted: how much, for what, since when, by whose decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from volunteers.states import SETTINGS


def sentence(unit: str, facts: Mapping[str, Any]) -> str:
    """One sentence of an attendance's `weighed`; an unknown setting is told by its percent alone."""
    setting = SETTINGS.get(str(facts.get("key", "")))
    words = {
        "minutes": facts.get("minutes", 0), "percent": facts.get("percent", 100), "rule": setting.label if setting is not None else "",
        "since": _day(str(facts.get("since", ""))), "source": facts.get("source", ""),
    }  # fmt: skip
    if unit == "travel":
        return _("%(minutes)s minutes of the way counted: %(rule)s, since %(since)s (%(source)s).") % words
    if unit == "coins":
        return _("Time coins × %(percent)s %%: %(rule)s, since %(since)s (%(source)s).") % words
    return _("Points × %(percent)s %%: %(rule)s, since %(since)s (%(source)s).") % words


def _day(text: str) -> str:
    if not text:
        return "—"
    day = date.fromisoformat(text)
    if (translation.get_language() or "").startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%b} {day.year}"
