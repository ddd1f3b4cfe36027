"""Why somebody was proposed or passed over, in plain sentences of the reader's language.

Stored are codes and facts, so that a decision made in one language is explained in the other. Source:
architecture.md law 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Along streets a way is about 1.3 times the straight line; an easy walk makes 70 metres a minute.
DETOUR = 1.3
WALK_METRES_A_MINUTE = 70

FOR: dict[str, str | Promise] = {
    "NEAR": _("About %(metres)s metres away, %(walk)s minutes on foot."),
    "AT_CENTRE": _("The elder's address has no coordinates; measured from the centre of the community."),
    "KNOWN": _("Has helped this elder %(times)s times before."),
    "NEW_HERE": _("Would meet this elder for the first time."),
    "RATED": _("Rated %(stars)s of 5 (%(times)s ratings)."),
    "NOT_RATED": _("Not rated yet."),
    "RECENT": _("Has given %(times)s services in the last 30 days."),
    "BY_HAND": _("Chosen by %(name)s."),
}

AGAINST: dict[str, str | Promise] = {
    "NO_TIME": _("Usually has no time then."),
    "DAY_FULL": _("Already has %(times)s services that day (%(limit)s at most)."),
    "BUSY_THEN": _("Is already promised somewhere else at that time."),
    "SAME_PERSON": _("Is the elder who asked."),
    "HOUSEHOLD": _("Lives in the same household."),
    "DECLINED": _("Has already said no to this request."),
    "NO_ANSWER": _("Did not answer when asked for this request."),
    "REFERRED_ONLY": _("This is a medical service: the station only refers it."),
    "NOT_FOR_VOLUNTEERS": _("This kind of service is not for volunteers."),
    "NOT_ACTIVE": _("Is pausing or has left."),
    "NOT_TRAINED": _("Has not finished the training for this service."),
    "NOT_TRAINED_IN": _(
        "Has to pass the course “%(course)s” first. Please enrol them, or choose another helper."
    ),
    "NOT_INSURED": _("Has no valid insurance for visits at home."),
    "COINS": _("This help is paid with time coins: a volunteer gives it."),
    "PAYS": _("Pays for this help with own time coins."),
    "NOT_THEIR_WORK": _("This service is not part of their profession."),
}


def walk_minutes(metres: int) -> int:
    """Minutes on foot for a straight-line distance; at least one."""
    return max(round(metres * DETOUR / WALK_METRES_A_MINUTE), 1)


def sentence(reason: Mapping[str, Any]) -> str:
    """One stored reason in words; an unknown code shows itself."""
    code = str(reason["code"])
    text = FOR.get(code) or AGAINST.get(code)
    return str(text) % reason.get("facts", {}) if text is not None else code


def sentences(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Stored reasons in words."""
    return [sentence(each) for each in reasons]
