"""A line of the register as its page shows it: words made once, so that the template only sets them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carenet.webkit.badges import badge
from elders.models import Elder
from elders.reports import words
from elders.states import ElderStatus
from elders.templatetags.elders_words import due_tone, from_now


class Line(TypedDict):
    """What stands in the columns; `standing`, `colour` and `contact` are finished badges.

    A mapping, since a template asks for a key first: an object costs an exception at each of a page's 700 words.
    """

    url: str
    number: str
    name: str
    about: str
    standing: SafeString | str
    colour: SafeString
    suggestion: str
    level: str
    living: str
    place: str
    contact: SafeString | str
    assessment: str
    owner: str


def lines(elders: Iterable[Elder], at: datetime) -> list[Line]:
    """The lines of a page; person, building and owner are read already."""
    on = timezone.localdate(at)
    known: dict[tuple[str, Any], str] = {}

    def word(elder: Elder, field: str) -> str:
        """The label of a choice, looked up once for each value on the page."""
        key = (field, getattr(elder, field))
        if key not in known:
            known[key] = str(getattr(elder, f"get_{field}_display")())
        return known[key]

    sexes: dict[int, str] = {}

    def line(elder: Elder) -> Line:
        person = elder.person
        if person.sex not in sexes:
            sexes[person.sex] = str(person.get_sex_display())
        shown, present = words.badge(elder.colour, elder.subtier), elder.status == ElderStatus.ACTIVE
        suggested = (
            words.badge(elder.provisional_colour, elder.provisional_subtier)
            if elder.provisional_colour
            else None
        )
        return Line(
            url=reverse("elders:file", args=[elder.pk]),
            number=elder.number_text,
            name=person.name,
            about=f"{sexes[person.sex]} · " + _("%(age)s years") % {"age": elder.age(on)},
            standing="" if present else badge(word(elder, "status")),
            colour=badge(shown.label, shown.tone, shown.icon),
            suggestion=_("→ %(colour)s?") % {"colour": suggested.label} if suggested else "",
            level="" if elder.level is None else word(elder, "level"),
            living=word(elder, "living"),
            place=elder.place_text or "—",
            contact=badge(from_now(elder.contact_due_at, at), due_tone(elder.contact_due_at, at))
            if elder.contact_due_at and present
            else "—",
            assessment=from_now(elder.assessment_due_on, at) if elder.assessment_due_on and present else "—",
            owner=str(elder.owner or "—"),
        )

    return [line(each) for each in elders]
