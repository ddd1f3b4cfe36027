"""The gate every file with personal data passes: through at once, or only as part of an approved export.

A door tells the gate what its file holds, column by column with its class (C1–C5). Below C3 the gate opens. From C3
on it opens only inside `approved(stamp)`, which the background job of an approved export opens; otherwise it raises
NeedsApproval, and the middleware leads to the page where the approval is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from carenet.accounts.states import FieldClass
from carenet.kernel.months import STATION_ZONE

FROM_CLASS = FieldClass.PERSONAL


@dataclass(frozen=True)
class Heading:
    """A column of a file and how sensitive it is."""

    title: str
    field_class: int


@dataclass(frozen=True)
class Stamp:
    """Who had a file made, when, for what, and who approved it: the watermark of every page."""

    number: int
    who: str
    at: datetime
    purpose: str
    approved_by: str
    field_class: int = FieldClass.RESTRICTED  # the most sensitive class that was approved

    def line(self) -> str:
        """One line in the reader's language."""
        return _(
            "Personal data. Export no. %(number)s, made for %(who)s on %(moment)s. For: %(purpose)s. "
            "Approved by %(approver)s. Keep it locked away; delete it when it has served."
        ) % {
            "number": self.number, "who": self.who, "purpose": self.purpose, "approver": self.approved_by,
            "moment": f"{self.at.astimezone(STATION_ZONE):%Y-%m-%d %H:%M}",
        }  # fmt: skip

    def short(self) -> str:
        """For the margin of a printed page."""
        return f"{_('Export')} {self.number} · {self.who} · {self.at.astimezone(STATION_ZONE):%Y-%m-%d %H:%M}"


class NeedsApproval(Exception):
    """The file holds personal data, and nobody has approved it yet. No DomainError: no form may swallow it."""

    def __init__(self, title: str, headings: Sequence[Heading], rows: int | None) -> None:
        super().__init__(title)
        self.title, self.headings, self.rows = title, tuple(headings), rows

    @property
    def field_class(self) -> int:
        """The most sensitive class in the file."""
        return max(each.field_class for each in self.headings)


_stamp: ContextVar[Stamp | None] = ContextVar("exports_stamp", default=None)
_counting: ContextVar[bool] = ContextVar("exports_counting", default=False)


def check(title: str, headings: Sequence[Heading], *, count: Callable[[], int] | None = None) -> Stamp | None:
    """The stamp to be written on the file, or None when it needs none. Raises NeedsApproval.

    An approval opens the gate for the classes that the approver saw, not for a column that came in later.
    """
    stamp = _stamp.get()
    if stamp is not None and all(each.field_class <= stamp.field_class for each in headings):
        return stamp
    if all(each.field_class < FROM_CLASS for each in headings):
        return None
    raise NeedsApproval(title, headings, count() if count is not None and _counting.get() else None)


@contextmanager
def approved(stamp: Stamp) -> Iterator[None]:
    """Inside, the gate is open and gives this stamp."""
    token = _stamp.set(stamp)
    try:
        yield
    finally:
        _stamp.reset(token)


@contextmanager
def counting() -> Iterator[None]:
    """Inside, the gate also counts the rows, for the person who approves."""
    token = _counting.set(True)
    try:
        yield
    finally:
        _counting.reset(token)
