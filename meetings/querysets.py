"""The words of meetings. Never imports models."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from carenet.accounts.states import Role
from carenet.parties.querysets import ScopedQuerySet
from meetings.states import DECISION_DONE, MeetingState

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)

READER_ROLES = frozenset(
    {
        Role.COMMITTEE,
        Role.DIRECTOR,
        Role.SOCIAL_WORKER,
        Role.SUPERVISOR,
        Role.REPRESENTATIVE,
        Role.AUDITOR,
        Role.STATION,
    }
)


class MeetingRoomQuerySet(ScopedQuerySet[M]):
    """Everything that belongs to a meeting is seen by the staff, the representatives and the auditor."""

    def visible_to(self, user: User) -> Self:
        """Rows of the communities in which the user has a seat or keeps the papers."""
        return self.filter(
            community_id__in=[each for each in user.community_ids if user.has_role(each, *READER_ROLES)]
        )


class MeetingQuerySet(MeetingRoomQuerySet[M]):
    """Meetings."""

    def coming(self, at: datetime) -> Self:
        """Planned or going on, the next one first."""
        return self.filter(state__in=[MeetingState.PLANNED, MeetingState.OPEN]).order_by("scheduled_at")

    def held(self) -> Self:
        """Meetings that ended, the last one first."""
        return self.filter(state=MeetingState.CLOSED).order_by("-scheduled_at")


class SeatQuerySet(MeetingRoomQuerySet[M]):
    """Who was in the room."""

    def present(self, at: datetime) -> Self:
        """Signed in and not yet gone at the moment."""
        return self.filter(signed_in_at__lte=at).filter(Q(left_at__isnull=True) | Q(left_at__gt=at))


class DecisionQuerySet(MeetingRoomQuerySet[M]):
    """What was decided."""

    def open(self) -> Self:
        """Neither verified nor waived."""
        return self.exclude(state__in=DECISION_DONE)

    def overdue(self, on: date) -> Self:
        """Open and past its day."""
        return self.open().filter(due_on__lt=on)
