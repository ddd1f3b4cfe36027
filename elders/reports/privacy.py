"""The registers about personal data as their pages show them: what is late, what is still to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from carenet.parties.models import Community
from elders.models import PrivacyRecord
from elders.models.privacy import KEEP_YEARS, TELL_WITHIN
from elders.states_privacy import PrivacyKind


@dataclass(frozen=True)
class Line:
    """One record and what it still wants."""

    record: Any
    at: datetime

    @property
    def ended(self) -> bool:
        return self.record.ended_at is not None

    @property
    def tell_by(self) -> datetime | None:
        """When authority and people must have been told at the latest."""
        return self.record.known_at + TELL_WITHIN if self.record.known_at else None

    @property
    def untold(self) -> bool:
        """A leak of which authority or people do not know yet."""
        if self.record.kind != PrivacyKind.BREACH or self.ended:
            return False
        return self.record.authority_at is None or self.record.people_at is None

    @property
    def is_late(self) -> bool:
        return self.untold and self.tell_by is not None and self.tell_by < self.at

    @property
    def hours(self) -> int:
        """Hours left to tell, negative when it is too late."""
        return int((self.tell_by - self.at) / timedelta(hours=1)) if self.tell_by else 0

    @property
    def hours_late(self) -> int:
        return -self.hours

    @property
    def is_to_review(self) -> bool:
        on = self.record.review_on
        return not self.ended and on is not None and on <= self.at.date()

    @property
    def keep_until(self) -> date:
        on: date = self.record.on
        return on.replace(year=on.year + KEEP_YEARS, day=28 if (on.month, on.day) == (2, 29) else on.day)


def of(community: Community, *, kind: str, ended: bool | None = None) -> Any:
    """A register, the newest first."""
    rows: Any = PrivacyRecord.objects.of(community).filter(kind=kind).with_ends().select_related("by")
    if ended is not None:
        rows = rows.filter(ended_at__isnull=not ended)
    return rows.order_by("-on", "-pk")


def untold(community: Community, *, at: datetime) -> list[Line]:
    """Leaks of which the authority or the people do not know yet, the most urgent first."""
    rows = of(community, kind=PrivacyKind.BREACH, ended=False).order_by("known_at", "pk")
    return [each for each in (Line(row, at) for row in rows[:50]) if each.untold]
