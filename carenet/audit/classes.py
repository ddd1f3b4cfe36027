"""Which class of field a column of the row history is, and whose data it is.

The history of a row opens to the auditor and the director; each sees there no more than their classes, and a column
nobody has classified counts as sensitive. Apps register their tables when they start. Source: domain.md §9.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carenet.accounts.states import FieldClass
from carenet.parties.models import Person

if TYPE_CHECKING:
    from carenet.accounts.models import User

# Whether a reader may open the reserved columns of the row with this number.
Rule = Callable[["User", int], bool]


@dataclass(frozen=True)
class Kind:
    """A tracked table: the class of its columns, the exceptions, and the way from its row to a person ("" : none)."""

    default: FieldClass
    person: str = ""
    columns: Mapping[str, FieldClass] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    rule: Rule | None = None


_kinds: dict[str, Kind] = {}


def register(
    label: str,
    default: FieldClass,
    *,
    person: str = "",
    internal: Iterable[str] = (),
    personal: Iterable[str] = (),
    sensitive: Iterable[str] = (),
    restricted: Iterable[str] = (),
    rule: Rule | None = None,
) -> None:
    """Classify a table of the row history; `label` as in `elders.elder`. Doing it again changes nothing.

    With a `rule` the restricted columns open row by row, whatever the reader's class: the words of a case.
    """
    restricted = frozenset(restricted)
    columns = {
        **dict.fromkeys(internal, FieldClass.INTERNAL),
        **dict.fromkeys(personal, FieldClass.PERSONAL),
        **dict.fromkeys(sensitive, FieldClass.SENSITIVE),
        **dict.fromkeys(restricted, FieldClass.RESTRICTED),
    }
    _kinds[label.lower()] = Kind(default, person, columns, restricted if rule else frozenset(), rule)


def known() -> frozenset[str]:
    """The tables that were classified."""
    return frozenset(_kinds)


def columns_of(label: str) -> frozenset[str]:
    """The columns that were classified by name, so that a test finds a misspelt one."""
    return frozenset(_kinds[label.lower()].columns)


def of(label: str, column: str) -> FieldClass:
    """The class of a column; what nobody classified is sensitive."""
    kind = _kinds.get(label.lower())
    if kind is None:
        return FieldClass.SENSITIVE
    return kind.columns.get(column, kind.default)


def closed(label: str, pk: int, reader: User) -> frozenset[str]:
    """The columns of this row that its own rule closes to the reader. One query at most."""
    kind = _kinds.get(label.lower())
    if kind is None or kind.rule is None or kind.rule(reader, pk):
        return frozenset()
    return kind.reserved


def person_of(label: str, row: Any) -> Person | None:
    """Whose data a row holds."""
    path = _kinds[label.lower()].person if label.lower() in _kinds else ""
    if not path:
        return None
    found = row
    for step in path.split(".") if path != "self" else ():
        found = getattr(found, step, None)
        if found is None:
            return None
    return found if isinstance(found, Person) else None


def register_core() -> None:
    """The tables of the core."""
    internal, personal = FieldClass.INTERNAL, FieldClass.PERSONAL
    for label in (
        "accounts.rolegrant",
        "accounts.user",
        "parties.membership",
        "parties.place",
        "parties.room",
    ):
        register(label, internal)
    register("parties.organisation", internal, personal=("contact_name", "phone"))
    register(
        "parties.person", personal, person="self", internal=("name", "merged_into", "is_demo", "created_at"),
        sensitive=("ethnicity", "no_id_reason", "id_sealed"),
    )  # fmt: skip
