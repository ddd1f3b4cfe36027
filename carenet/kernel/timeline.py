"""One line of an elder's story, whoever of the five parties wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TimelineLine:
    """What happened, when, and which party did it; pages merge the lines of all apps by time."""

    at: datetime
    app: str
    kind: str
    title: str
    detail: str = ""
    url: str = ""
    party: str = ""
