"""Put right who the elder is: name, ID number, birth date, sex, phone, ethnic group; told in the story, taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from carenet.parties.actions import people
from carenet.parties.models import Person
from elders.actions import life, triage
from elders.actions.refusals import BirthDateMissing, NothingCorrected, NothingToUndo, ReasonMissing, TooYoung
from elders.models import Elder, LifeEvent
from elders.states import LifeEventKind

if TYPE_CHECKING:
    from carenet.accounts.models import User


@transaction.atomic
def correct(
    *, elder: Elder, name: str, sex: int, born_on: date | None, ethnicity: str = "", id_number: str = "",
    no_id_reason: str = "", phone: str = "", drops_phone: bool = False, reason: str, on: date, by: User, at: datetime,
) -> LifeEvent:  # fmt: skip
    """The personal data of the file become what they should be; the story names what changed and why, never the
    values. The history keeps the version before, so that the correction can be taken back. Age may change the
    colour: it is suggested anew. Raises ReasonMissing, NothingCorrected, BirthDateMissing, TooYoung, NotAllowed and
    what people.correct raises. Source: PIPL Art. 46; S0-16; domain.md §2.1.
    """
    elder = life.locked(elder=elder, keeper=by)
    life.require_past(elder, on, at)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if born_on is None and not id_number.strip():
        raise BirthDateMissing(field="born_on")
    before = _newest(elder.person)
    changed = people.correct(
        person=elder.person, name=name, sex=sex, born_on=born_on, ethnicity=ethnicity, id_number=id_number,
        no_id_reason=no_id_reason, phone=phone, drops_phone=drops_phone, by=by, at=at,
    )  # fmt: skip
    if not changed:
        raise NothingCorrected
    elder.person.refresh_from_db()
    if (elder.person.age(elder.registered_on) or 0) < life.OLD_ENOUGH:
        raise TooYoung(field="born_on")
    event = life.event(
        elder=elder, kind=LifeEventKind.CORRECTED, on=on, detail=reason.strip()[:200],
        before={"facts": changed, "version": before}, by=by, at=at,
    )  # fmt: skip
    if "born_on" in changed:
        triage.suggest(elder=elder, by=by, at=at)
    return event


def restore(*, elder: Elder, event: LifeEvent, by: User, at: datetime) -> None:
    """What the correction changed is as in the version before it; the rest stays. Raises NothingToUndo,
    AlreadyRegistered.
    """
    kept = _versions(elder.person).filter(pgh_id=event.before["version"]).first()
    if kept is None:
        raise NothingToUndo
    old = Person.objects.select_for_update().get(pk=elder.person_id)
    fresh = Person.objects.get(pk=old.pk)
    for fact in event.before["facts"]:
        for column in people.FACTS[fact]:
            setattr(fresh, column, getattr(kept, column))
    changed = people.keep_version(old=old, fresh=fresh)
    elder.person.refresh_from_db()
    if "born_on" in changed:
        triage.suggest(elder=elder, by=by, at=at)


def _versions(person: Person) -> Any:
    return Person.pgh_event_model.objects.filter(pgh_obj_id=person.pk)  # type: ignore[attr-defined]


def _newest(person: Person) -> int | None:
    found: int | None = _versions(person).order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    return found
