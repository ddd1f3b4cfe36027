"""Whom a row of a sheet is about: found by file number, ID number, or name with birth date, phone or building.

Nobody is guessed: an unknown or ambiguous person is a fault of the row. Source: issue 3 item 8; domain.md §2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from carenet.kernel.errors import DomainError
from carenet.parties import identity, sealed
from carenet.parties.models import Community, Person
from elders.actions.import_rows import SheetRow, plain_place
from elders.models import Elder
from elders.rules import sheet
from elders.states import ElderStatus

PRESENT = frozenset({ElderStatus.ACTIVE, ElderStatus.PAUSED})
Unknown = Callable[[SheetRow], Person | None]


class Finder:
    """Everybody the rows may mean, read in three statements whatever the number of rows."""

    def __init__(
        self, rows: Sequence[SheetRow], *, community: Community, on: date, elders_only: bool = True
    ) -> None:
        self.on, self.elders_only = on, elders_only
        self._unknown: Unknown | None = None
        numbers = {int(row["number"]) for row in rows if _is_number(row["number"])}
        others = {int(row["number"][1:]) for row in rows if _is_other(row["number"])}
        ids = {sealed.index(_id(row["id_number"]), "id") for row in rows if row["id_number"]}
        names = {_name(row["name"]) for row in rows if row["name"]}
        people = (
            Person.objects.of(community)
            .living_records()
            .select_related("elder__building", "elder__community")
        )
        if elders_only:
            people = people.filter(elder__isnull=False)
        self.by_number: dict[str, Person] = {}
        for each in _entered(people.filter(Q(elder__number__in=numbers) | Q(pk__in=others))):
            self.by_number[number_of(each)] = each
        self.by_id: dict[bytes, Person] = {
            bytes(each.id_index): each
            for each in _entered(people.filter(id_index__in=ids))
            if each.id_index is not None
        }
        self.by_name: dict[str, list[Person]] = {}
        for each in _entered(people.filter(name__in=names)):
            self.by_name.setdefault(each.name, []).append(each)

    def person(self, row: SheetRow, unknown: Unknown | None = None) -> Person | None:
        """The one person of a row; None and a fault when nobody or several people fit.

        `unknown` is asked about a row whose person nobody knows; without it that is a fault.
        """
        self._unknown = unknown
        found = self._named(row)
        if found is None:
            return None
        elder = elder_of(found)
        if elder is not None and elder.status not in PRESENT:
            row.fault("name", "not_in_care")
            return None
        return found

    def _named(self, row: SheetRow) -> Person | None:
        name = _name(row["name"])
        if not name:
            row.fault("name", "name_missing")
        certain: Person | None = None
        for column, look in (("number", self._by_number), ("id_number", self._by_id)):
            if not row[column] or any(each.column == column for each in row.faults):
                continue
            found = look(row)
            if found is None:
                return None
            if certain is not None and found.pk != certain.pk:
                row.fault(column, "number_and_id_differ")
                return None
            if name and found.name != name:
                row.fault("name", "other_name", of=column)
                return None
            certain = found
        if certain is not None or row.is_faulty:
            return certain
        return self._by_words(row, name)

    def _by_number(self, row: SheetRow) -> Person | None:
        text = row["number"].upper()
        found = self.by_number.get(f"{int(text):05d}" if _is_number(text) else text)
        if found is None:
            row.fault("number", "unknown_number")
        return found

    def _by_id(self, row: SheetRow) -> Person | None:
        try:
            facts = identity.check_id_number(row["id_number"], on=self.on)
        except DomainError as refused:
            row.fault("id_number", refused.code)
            return None
        found = self.by_id.get(sealed.index(facts.number, "id"))
        if found is None and self._unknown is not None:
            return self._unknown(row)
        if found is None:
            row.fault("id_number", "unknown_id")
        return found

    def _by_words(self, row: SheetRow, name: str) -> Person | None:
        fitting = self.by_name.get(name, [])
        said = False
        if row["born_on"]:
            said, born_on = True, sheet.day(row["born_on"])
            if born_on is None:
                row.fault("born_on", "bad_date")
                return None
            fitting = [each for each in fitting if each.born_on == born_on]
        if row["phone"]:
            try:
                wanted = sealed.index(identity.normal_phone(row["phone"]), "phone")
            except DomainError:
                row.fault("phone", "bad_phone")
                return None
            said = True
            fitting = [
                each for each in fitting if each.phone_index is not None and bytes(each.phone_index) == wanted
            ]
        if not said and row["building"]:
            said, place = True, plain_place(row["building"])
            fitting = [each for each in fitting if _lives_in(each, place)]
        if not said:
            row.fault("name", "who_missing")
            return None
        if not fitting and self._unknown is not None:
            return self._unknown(row)
        if len(fitting) != 1:
            row.fault("name", "ambiguous_person" if fitting else "unknown_person", count=len(fitting))
            return None
        return fitting[0]


def elder_of(person: Person) -> Elder | None:
    """The person's entry in the register, when there is one."""
    found: Elder | None = getattr(person, "elder", None)
    return found


def number_of(person: Person) -> str:
    """The file number; P and a number for somebody who is not in the register (kin, carer)."""
    elder = elder_of(person)
    return elder.number_text if elder is not None else f"P{person.pk}"


def _entered(people: QuerySet[Person]) -> list[Person]:
    """Without entries that were taken back or merged."""
    gone = {ElderStatus.WITHDRAWN, ElderStatus.MERGED}
    return [each for each in people if (elder := elder_of(each)) is None or elder.status not in gone]


def _lives_in(person: Person, place: str) -> bool:
    elder = elder_of(person)
    if elder is None or elder.building is None:
        return False
    return plain_place(elder.building.name) in (place, f"{place}号楼")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _is_other(text: str) -> bool:
    return text[:1].upper() == "P" and _is_number(text[1:])


def _name(text: str) -> str:
    return " ".join(text.split())


def _id(text: str) -> str:
    """The same spelling that `check_id_number` gives back."""
    return "".join(text.split()).upper().translate(str.maketrans("０１２３４５６７８９Ｘ", "0123456789X"))
