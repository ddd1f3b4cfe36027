"""Look through the rows of a register file: what is wrong in which cell, and what would be entered.

Nothing is written here. Faults carry a code and facts; `fault_words` turns them into a sentence that says how to
mend it. Source: ux.md §6.10; domain.md §2.1, §2.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from carenet.kernel.errors import DomainError
from carenet.parties import identity, sealed
from carenet.parties.models import Area, Community, Person
from elders.actions.import_rows import NEW, CellFault, Checked, Places, places_of, plain_place, rows_of
from elders.rules import sheet

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.webkit.excel import Row

OLD_ENOUGH = 60


@dataclass
class Entry:
    """A row that can be entered, in the register's words."""

    row: int
    name: str
    id_number: str
    no_id_reason: str
    sex: int
    born_on: date
    phone: str
    building: Area | None
    grid: Area | None
    door: str
    living: str
    caregiver: str
    categories: list[tuple[str, int | None, int | None]]
    ethnicity: str
    contact: tuple[str, str, str] | None
    registered_on: date
    state: str = NEW
    owner: User | None = None
    evidence: str = ""


@dataclass
class _Known:
    """What the rows are compared with, read once."""

    places: Places
    ids: set[bytes]
    names: set[tuple[str, date | None]]
    seen_ids: dict[str, int] = field(default_factory=dict)
    seen_people: dict[tuple[str, date], int] = field(default_factory=dict)


def check(rows: Iterable[Row], *, community: Community, on: date) -> Checked:
    """Check every row as of a day. Raises ColumnsMissing when the sheet lacks a column that is needed."""
    known: _Known | None = None
    good: list[Entry] = []
    faults: list[CellFault] = []
    states: dict[int, str] = {}
    total = 0
    for row in rows_of(rows, sheet.COLUMNS):
        known = known or _look_up(community)
        total += 1
        found = row.faults
        entry = _check_row(row.number, row.values, known, on, found)
        if entry is not None and not found:
            good.append(entry)
            states[row.number] = NEW
        faults.extend(found)
    return Checked(total, good, faults, states=states)


def _look_up(community: Community) -> _Known:
    people = Person.objects.of(community).living_records().exclude(elder__status="WITHDRAWN")
    return _Known(
        places=places_of(community),
        ids={bytes(each) for each in people.values_list("id_index", flat=True) if each is not None},
        names=set(people.filter(elder__isnull=False).values_list("name", "born_on")),
    )


def _check_row(
    number: int, values: dict[str, str], known: _Known, on: date, found: list[CellFault]
) -> Entry | None:
    def fault(column: str, code: str, **facts: Any) -> None:
        found.append(CellFault(number, column, values.get(column, ""), code, facts))

    name = " ".join(values.get("name", "").split())
    if not name:
        fault("name", "name_missing")
    facts = _identity(values, known, number, on, found)
    born_on = facts.born_on if facts else None
    written = values.get("born_on", "")
    if written:
        typed = sheet.day(written)
        if typed is None:
            fault("born_on", "bad_date")
        elif typed > on:
            fault("born_on", "future_birth")
        elif born_on is not None and typed != born_on:
            fault("born_on", "birth_differs", expected=born_on.isoformat())
        else:
            born_on = typed
    elif born_on is None and not any(each.column == "id_number" for each in found):
        fault("born_on", "birth_missing")
    if born_on is not None and not any(each.column == "born_on" for each in found):
        age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
        if age < OLD_ENOUGH:
            fault("born_on" if written else "id_number", "too_young", age=age)
    sex = _sex(values, facts.sex if facts else 0, fault)
    phone = _phone(values, "phone", fault)
    building, grid = _place(values, known, fault)
    living = _word(values, "living", sheet.LIVING_WORDS, "UNKNOWN", fault)
    caregiver = _word(values, "caregiver", sheet.CAREGIVER_WORDS, "UNKNOWN", fault)
    categories = sheet.categories(values.get("categories", ""))
    if categories is None:
        fault("categories", "unknown_category")
    ethnicity = sheet.ethnic_code(values["ethnicity"]) if values.get("ethnicity") else ""
    if ethnicity is None:
        fault("ethnicity", "unknown_word")
    contact = _contact(values, fault)
    registered_on = sheet.day(values["registered_on"]) if values.get("registered_on") else on
    if registered_on is None or registered_on > on:
        fault("registered_on", "bad_date" if registered_on is None else "future_date")
    if not found and born_on is not None:
        _same_people(name, born_on, bool(facts), known, number, fault)
    if found or born_on is None or registered_on is None or categories is None:
        return None
    return Entry(
        number, name, facts.number if facts else "", values.get("no_id_reason", ""), sex, born_on, phone, building,
        grid, values.get("door", ""), living, caregiver, categories, ethnicity or "", contact, registered_on,
    )  # fmt: skip


def _identity(
    values: dict[str, str], known: _Known, number: int, on: date, found: list[CellFault]
) -> identity.IdFacts | None:
    text = values.get("id_number", "")
    if any(each.column == "id_number" for each in found):
        return None
    if not text:
        if not values.get("no_id_reason"):
            found.append(CellFault(number, "id_number", "", "id_missing"))
        return None
    try:
        facts = identity.check_id_number(text, on=on)
    except DomainError as refused:
        code = refused.code
        if code == "bad_id_date" and text[6:14] > f"{on:%Y%m%d}" and text[6:14].isdigit():
            code = "future_birth"
        found.append(CellFault(number, "id_number", text, code))
        return None
    if facts.number in known.seen_ids:
        first = known.seen_ids[facts.number]
        found.append(CellFault(number, "id_number", text, "twice_in_file", {"other": first}))
        return facts
    known.seen_ids[facts.number] = number
    if sealed.index(facts.number, "id") in known.ids:
        found.append(CellFault(number, "id_number", text, "in_register"))
    return facts


def _sex(values: dict[str, str], from_id: int, fault: Any) -> int:
    text = values.get("sex", "")
    if not text:
        return from_id
    typed = sheet.SEX_WORDS.get(text.strip().lower())
    if typed is None:
        fault("sex", "unknown_word")
        return from_id
    if from_id and typed != from_id:
        fault("sex", "sex_differs")
    return typed


def _phone(values: dict[str, str], column: str, fault: Any) -> str:
    text = values.get(column, "")
    if not text:
        return ""
    try:
        return identity.normal_phone(text)
    except DomainError:
        fault(column, "bad_phone")
        return ""


def _place(values: dict[str, str], known: _Known, fault: Any) -> tuple[Area | None, Area | None]:
    grid = None
    if values.get("grid"):
        grid = known.places.grids.get(plain_place(values["grid"]))
        if grid is None:
            fault("grid", "unknown_grid")
    text = values.get("building", "")
    if not text:
        fault("building", "building_missing")
        return None, grid
    same = known.places.named(text)
    if not same:
        fault("building", "unknown_building")
        return None, grid
    fitting = [each for each in same if grid is None or each.parent_id == grid.pk]
    if not fitting:
        fault("building", "building_not_in_grid", grid=values["grid"])
        return None, grid
    if len(fitting) > 1:
        fault("building", "building_in_many_grids")
        return None, grid
    return fitting[0], grid


def _word(values: dict[str, str], column: str, table: dict[str, str], default: str, fault: Any) -> str:
    text = values.get(column, "")
    if not text:
        return default
    found = sheet.word(table, text)
    if found is None:
        fault(column, "unknown_word")
        return default
    return found


def _contact(values: dict[str, str], fault: Any) -> tuple[str, str, str] | None:
    name = values.get("contact_name", "")
    phone = _phone(values, "contact_phone", fault)
    relation = _word(values, "contact_relation", sheet.RELATION_WORDS, "OTHER", fault)
    if not name:
        if values.get("contact_phone"):
            fault("contact_name", "contact_name_missing")
        return None
    return name, relation, phone


def _same_people(name: str, born_on: date, has_id: bool, known: _Known, number: int, fault: Any) -> None:
    """Same name and birth date: twice in the file, or in the register under another or no ID number."""
    person = (name, born_on)
    if person in known.seen_people and not has_id:
        fault("name", "twice_in_file", other=known.seen_people[person])
        return
    known.seen_people.setdefault(person, number)
    if person in known.names:
        fault("name", "like_in_register")
