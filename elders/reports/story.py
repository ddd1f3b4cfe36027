"""The records that are one human being: history stays where it was written and is read through the merges."""

from __future__ import annotations

from elders.models import Elder, LifeEvent
from elders.states import LifeEventKind

WRITTEN_DOWN = (LifeEventKind.REGISTERED, LifeEventKind.UPDATED, LifeEventKind.UNDONE)


def ids_of(elder: Elder) -> list[int]:
    """The elder's own id, and those of the files merged into it, however often that happened."""
    found, persons = [elder.pk], [elder.person_id]
    while persons:
        rows = list(
            Elder.objects.filter(person__merged_into__in=persons, status="MERGED").values_list(
                "pk", "person_id"
            )
        )
        fresh = [(pk, person) for pk, person in rows if pk not in found]
        found.extend(pk for pk, _person in fresh)
        persons = [person for _pk, person in fresh]
    return found


def elders_of(elder: Elder) -> list[Elder]:
    """The same as objects; the file itself first."""
    others = [pk for pk in ids_of(elder) if pk != elder.pk]
    if not others:
        return [elder]
    return [elder, *Elder.objects.filter(pk__in=others).select_related("person", "community")]


def may_be_undone(elder: Elder) -> list[LifeEvent]:
    """The latest move, pause or departure, and the latest correction of personal data: each may be taken back.

    A correction stands beside the others: it hinders nobody from taking a wrong death back.
    """
    rows = LifeEvent.objects.filter(elder=elder, undone_by__isnull=True).order_by("-pk")
    latest = rows.exclude(kind__in=[*WRITTEN_DOWN, LifeEventKind.CORRECTED]).first()
    corrected = rows.filter(kind=LifeEventKind.CORRECTED).first()
    return [each for each in (latest, corrected) if each is not None]
