"""Words of the register in templates: `{% load elders_words %}`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from elders.reports import words
from elders.states import Language

register = template.Library()


@register.filter
def badge(elder: Any) -> words.Badge:
    """The confirmed colour as word, tone and icon."""
    return words.badge(elder.colour, elder.subtier)


@register.filter
def provisional(elder: Any) -> words.Badge | None:
    """The provisional colour, when there is one."""
    return (
        words.badge(elder.provisional_colour, elder.provisional_subtier) if elder.provisional_colour else None
    )


@register.filter
def age_on(elder: Any, on: date) -> int | None:
    """Full years on a day."""
    years: int | None = elder.age(on)
    return years


@register.filter
def from_now(due: date | datetime | None, at: datetime) -> str:
    """today, in 3 days, 5 days late."""
    if due is None:
        return "—"
    if isinstance(due, datetime):
        if due < at and (at - due).days < 1:
            return _("late since today")
        due = timezone.localdate(due)
    days = (due - timezone.localdate(at)).days
    if days < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
    if days == 0:
        return _("today")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


@register.filter
def due_tone(due: date | datetime | None, at: datetime) -> str:
    """bad when late, warn within three days, good otherwise."""
    if due is None:
        return "neutral"
    if isinstance(due, datetime):
        if due < at:
            return "bad"
        due = timezone.localdate(due)
    days = (due - timezone.localdate(at)).days
    return "bad" if days < 0 else "warn" if days <= 3 else "good"


@register.filter
def languages(codes: list[str]) -> str:
    """The languages one can speak with the elder, in words."""
    return "、".join(str(Language(each).label) for each in codes if each in Language.values)
