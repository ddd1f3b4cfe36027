"""What the small page of one row is about, in words: nobody takes back what they cannot see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from carenet.accounts.models import User
from carenet.webkit.templatetags import carenet as show
from elders.models import Contact, Elder, ElderCategory, LifeEvent, Pause, RiskEvent, Touch


def _event(elder: Elder, row: int, by: User) -> list[str]:
    event = get_object_or_404(RiskEvent.objects.visible_to(by), pk=row, elder=elder)
    return [str(event.get_kind_display()), show.day(event.on), event.detail]


def _category(elder: Elder, row: int, by: User) -> list[str]:
    category = get_object_or_404(ElderCategory, pk=row, elder=elder)
    return [str(category.get_code_display()), show.day(category.valid_from)]


def _contact(elder: Elder, row: int, by: User) -> list[str]:
    contact = get_object_or_404(Contact, pk=row, elder=elder)
    return [contact.name, str(contact.get_relation_display())]


def _pause(elder: Elder, row: int, by: User) -> list[str]:
    pause = get_object_or_404(Pause, pk=row, elder=elder)
    until = _("until %(day)s") % {"day": show.day(pause.until)} if pause.until else ""
    return [str(pause.get_reason_display()), show.day(pause.since), until]


def _life(elder: Elder, row: int, by: User) -> list[str]:
    event = get_object_or_404(LifeEvent, pk=row, elder=elder)
    return [str(event.get_kind_display()), show.day(event.on)]


def _touch(elder: Elder, row: int, by: User) -> list[str]:
    touch = get_object_or_404(Touch.objects.visible_to(by), pk=row, elder=elder)
    return [str(touch.get_kind_display()), show.moment(touch.at), str(touch.by)]


WAYS: dict[str, Callable[[Elder, int, User], list[str]]] = {
    "risk-back": _event, "end-category": _category, "end-contact": _contact, "cancel-pause": _pause, "return": _pause,
    "undo": _life, "touch-back": _touch,
}  # fmt: skip


def of(verb: str, *, elder: Elder, row: int, by: Any) -> str:
    """One line that names the row of a verb, such as “跌倒 · 7月15日”. Raises Http404 for what the reader may not see."""
    return " · ".join(each for each in WAYS[verb](elder, row, by) if each)
