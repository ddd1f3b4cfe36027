"""What an app reports to the monthly joint meeting: figures and matters, frozen when they are used."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One number somebody reads, with its unit and the list it was counted from."""

    code: str
    label: str
    value: int | str
    unit: str = ""
    url: str = ""


@dataclass(frozen=True)
class Matter:
    """Something the meeting should talk about. `section` is the agenda's number (0 open actions, 1 results,
    2 difficulties, 3 plan, 4 help wanted, 5 decisions, 6 lists). `source_key` names it across redraws."""

    section: int
    title: str
    source_key: str
    body: str = ""
    figures: tuple[Figure, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Digest:
    """One app's month, as the meeting sees it. Source: S0-49 (fixed agenda of four sections)."""

    app: str
    month: date
    figures: tuple[Figure, ...] = ()
    matters: tuple[Matter, ...] = field(default_factory=tuple)


def as_json(figures: tuple[Figure, ...]) -> list[dict[str, Any]]:
    """Figures as plain data for a JSON column."""
    return [asdict(each) for each in figures]
