"""Deeds in words. A verb nobody described is shown as it is."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_LABELS: dict[str, str | Promise] = {
    "accounts.signed_in": _("signed in"),
    "accounts.signed_out": _("signed out"),
    "accounts.sign_in_failed": _("could not sign in"),
    "audit.city_read": _("read across communities"),
    "audit.exported": _("exported audit records"),
}


def register(verb: str, label: str | Promise) -> None:
    """Describe a verb; apps call this when they start."""
    _LABELS[verb] = label


def label(verb: str) -> str:
    """The verb in the reader's language."""
    return str(_LABELS.get(verb, verb))


def known() -> list[tuple[str, str]]:
    """All described verbs, for a filter."""
    return sorted(((verb, str(text)) for verb, text in _LABELS.items()), key=lambda each: each[1])
