"""A reading as it comes in from a form, a device or a file: in clinical units, not yet looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Typed = str | int | float | Decimal


@dataclass(frozen=True)
class Reading:
    """7.8 mmol/L at a moment; `source_key` makes twice once, `confirmed` says that a person looked again."""

    elder_id: int
    kind: str
    value: Typed
    taken_at: datetime
    source_key: str
    second: Typed | None = None
    confirmed: bool = False
