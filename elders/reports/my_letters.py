"""The elder's own letters on their phone: which months there are, and what a reader may see of one.

Source: issue 3 item 7 (monthly letter); PIPL Art. 44, 45 (to know and to see what is kept about oneself).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation

from carenet.kernel import months
from elders.models import Elder, Letter
from elders.reports import letters, story
from elders.states import ElderStatus

if TYPE_CHECKING:
    from carenet.accounts.models import User

# So many months can be opened again.
KEPT = 12
GONE = (ElderStatus.LEFT, ElderStatus.DIED)


def letter_elders(user: User) -> list[Elder]:
    """The elder who the user is, and those whose letter a mandate opens to them (scope READ)."""
    rows = Elder.objects.entered().filter(person__user=user) | Elder.objects.entered().filter(
        pk__in=Elder.open_mandates(user)
    )
    return list(rows.distinct().select_related("person", "community", "building", "owner").order_by("pk"))


def reads_whole(user: User, elder: Elder) -> bool:
    """Health and who looked: the elder, and whoever may ask for the whole file (scope RIGHTS)."""
    if user.person_id is not None and user.person_id == elder.person_id:
        return True
    return bool(elder.mandates.open().filter(user=user, scopes__contains=["READ", "RIGHTS"]).exists())


def months_of(elder: Elder, on: date) -> list[date]:
    """The months there is a letter of, the newest first: from the registration to today or the departure."""
    last = months.first_of_month(min(on, elder.status_on) if elder.status in GONE else on)
    first = months.first_of_month(elder.registered_on)
    found = [last]
    while found[-1] > first and len(found) < KEPT:
        found.append(months.previous_month(found[-1]))
    return found


def letter_of(elder: Elder, *, of_month: date, whole: bool, at: datetime) -> dict[str, Any]:
    """The words of one month: as they were printed and carried round, otherwise from the facts as they are now."""
    if whole:
        printed = (
            Letter.objects.filter(elder__in=story.ids_of(elder), month=of_month)
            .order_by("-at", "-pk")
            .first()
        )
        if printed is not None and _is_over(of_month, printed.at) and _in_my_language(printed.words):
            return dict(printed.words)
    ((_elder, words),) = letters.build(
        [elder], community=elder.community, of_month=of_month, at=at, whole=whole
    )
    return words


def _is_over(of_month: date, at: datetime) -> bool:
    """Printed after the month's end; an earlier print does not know the rest of the month."""
    return at >= months.month_span(of_month)[1]


def _in_my_language(words: dict[str, Any]) -> bool:
    """The frozen words are in the language they were printed in; somebody who reads the other one gets it built."""
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in str(words.get("opening", "")))
    return is_chinese == (translation.get_language() or "").startswith("zh")
