"""What every check of an uploaded sheet shares: rows as keys and texts, faults, questions, and the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from carenet.parties.models import Area, Community
from elders.actions.refusals import ColumnsMissing
from elders.rules import sheet, sheet_kinds
from elders.rules.sheet import SheetColumn

if TYPE_CHECKING:
    from carenet.webkit.excel import Row

NEW, CHANGED, SAME, ASKED = "NEW", "CHANGED", "SAME", "ASKED"
SHOWN_FIRST = 8


@dataclass(frozen=True)
class CellFault:
    """One wrong cell: Excel's row number, the column, the value as typed, what is wrong. A warning is a question."""

    row: int
    column: str
    value: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    is_warning: bool = False


class Plan(Protocol):
    """A row that can be entered."""

    row: int
    state: str


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: rows that enter, rows that enter when somebody ticked the question, faults."""

    rows: int
    good: Sequence[Any]
    faults: list[CellFault]
    asked: Sequence[Any] = ()
    same: int = 0
    states: dict[int, str] = field(default_factory=dict)

    @property
    def faulty_rows(self) -> int:
        return len({each.row for each in self.faults if not each.is_warning})

    def count(self, state: str) -> int:
        """How many rows without a question are new, or change something."""
        return sum(1 for each in self.good if each.state == state)


@dataclass
class SheetRow:
    """A row by the keys of its columns, with the faults found so far."""

    number: int
    values: dict[str, str]
    faults: list[CellFault] = field(default_factory=list)

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")

    def fault(self, column: str, code: str, **facts: Any) -> None:
        """Something is wrong: the row does not enter."""
        self.faults.append(CellFault(self.number, column, self[column], code, facts))

    def ask(self, column: str, code: str, **facts: Any) -> None:
        """Something must be looked at: the row enters when a person says that it is right."""
        self.faults.append(CellFault(self.number, column, self[column], code, facts, is_warning=True))

    @property
    def is_faulty(self) -> bool:
        return any(not each.is_warning for each in self.faults)

    @property
    def is_asked(self) -> bool:
        return any(each.is_warning for each in self.faults)

    def day(self, column: str, *, today: date | None = None) -> date | None:
        """A day, or None and a fault when it is none or lies after `today`."""
        text = self[column]
        if not text:
            return None
        found = sheet.day(text)
        if found is None:
            self.fault(column, "bad_date")
        elif today is not None and found > today:
            self.fault(column, "future_date")
            return None
        return found


def rows_of(rows: Iterable[Row], columns: Sequence[SheetColumn]) -> Iterator[SheetRow]:
    """Rows by column keys, without the example; raises ColumnsMissing when a needed heading is not there."""
    keys: dict[str, str | None] = {}
    for row in rows:
        if not keys:
            keys = {heading: sheet.key_of(heading, columns) for heading in row.values}
            missing = sheet_kinds.missing(columns, keys.values())
            if missing:
                raise ColumnsMissing(columns="、".join(missing))
        found = SheetRow(
            row.number,
            {key: text.strip() for heading, text in row.values.items() if (key := keys.get(heading))},
        )
        if found["name"].startswith(sheet.EXAMPLE_MARK):
            continue
        for cell in row.faults:
            key = keys.get(cell.column) or cell.column
            code = "id_as_number" if key == "id_number" else "number_changed"
            found.faults.append(CellFault(row.number, key, cell.value, code))
        yield found


def outcome(rows: Sequence[SheetRow], plans: Sequence[Any]) -> Checked:
    """The rows sorted into good, asked, same and faulty."""
    by_row = {each.number: each for each in rows}
    good, asked, same = [], [], 0
    states: dict[int, str] = {}
    for plan in plans:
        row = by_row[plan.row]
        if row.is_faulty:
            continue
        states[plan.row] = ASKED if row.is_asked else plan.state
        if row.is_asked:
            asked.append(plan)
        elif plan.state == SAME:
            same += 1
        else:
            good.append(plan)
    return Checked(len(rows), good, [each for row in rows for each in row.faults], asked, same, states)


def plain_place(name: str) -> str:
    """「3 号楼」, 3号楼 and 3# mean the same building."""
    return name.replace(" ", "").replace("#", "号楼").replace("幢", "号楼").replace("栋", "号楼").lower()


@dataclass(frozen=True)
class Places:
    """Grids and buildings of a community by the words people write."""

    buildings: dict[str, list[Area]]
    grids: dict[str, Area]

    def named(self, text: str) -> list[Area]:
        """The buildings of this name; a bare number counts."""
        wanted = plain_place(text)
        return self.buildings.get(wanted) or self.buildings.get(f"{wanted}号楼") or []


def places_of(community: Community) -> Places:
    """The buildings and grids in use, read once."""
    areas = Area.objects.filter(
        path__contains=[community.area_id], kind__in=["GRID", "BUILDING"], valid_to__isnull=True
    ).select_related("parent")
    buildings: dict[str, list[Area]] = {}
    grids = {}
    for area in areas:
        if area.kind == "BUILDING":
            buildings.setdefault(plain_place(area.name), []).append(area)
        else:
            grids[plain_place(area.name)] = area
    return Places(buildings, grids)
