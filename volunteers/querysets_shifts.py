"""The words of shifts: what comes, what waits, whose it is. A captain sees the shifts of the own team."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from carenet.accounts.states import Role
from carenet.kernel import months
from carenet.parties.querysets import ScopedQuerySet
from volunteers.querysets import OwnQuerySet, _office_communities
from volunteers.states_shifts import HOLDING, LateState, PromiseState, SlotState

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)
SHOWN = (SlotState.PUBLISHED, SlotState.CLOSED, SlotState.CANCELLED)


def _volunteer_communities(user: User) -> list[int]:
    return [each for each in user.community_ids if user.has_role(each, Role.VOLUNTEER)]


def _led_by(user: User, team: str) -> Q:
    """The team's captain is the user, and still one of the team."""
    return Q(**{f"{team}__captain__person_id": user.person_id, f"{team}__captain__team_id": F(f"{team}_id")})


class SlotQuerySet(ScopedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """The office sees all; volunteers what is published; a captain also the drafts of the own team."""
        seen = Q(community_id__in=_office_communities(user)) | Q(
            community_id__in=_volunteer_communities(user), state__in=SHOWN
        )
        if user.person_id:
            seen |= Q(community_id__in=_volunteer_communities(user)) & _led_by(user, "team")
        return self.filter(seen)

    def in_week(self, monday: date) -> Self:
        """Shifts that begin within the seven days from a day."""
        return self.filter(
            starts_at__gte=months.start_of(monday), starts_at__lt=months.start_of(monday + timedelta(days=7))
        )

    def coming(self, at: datetime) -> Self:
        """Published shifts that have not ended."""
        return self.filter(state=SlotState.PUBLISHED, ends_at__gt=at)

    def open(self, at: datetime) -> Self:
        """Published shifts that have not begun."""
        return self.filter(state=SlotState.PUBLISHED, starts_at__gt=at)

    def to_book(self, at: datetime) -> Self:
        """Shifts that are over and whose hours nobody has booked yet; booked ones where somebody was ticked since."""
        promises: Any = self.model._meta.apps.get_model("volunteers", "Promise").objects
        ticked = Exists(promises.filter(slot=OuterRef("pk"), state=PromiseState.HERE))
        return self.filter(Q(state=SlotState.PUBLISHED) | Q(ticked, state=SlotState.CLOSED), ends_at__lte=at)


class PromiseQuerySet(ScopedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """The office its community's, a volunteer the own, a captain the team's shifts."""
        seen = Q(community_id__in=_office_communities(user))
        if user.person_id:
            seen |= Q(community_id__in=user.community_ids) & (
                Q(volunteer__person_id=user.person_id) | _led_by(user, "slot__team")
            )
        return self.filter(seen)

    def holding(self) -> Self:
        """Promises that take a place."""
        return self.filter(state__in=HOLDING)

    def waiting(self) -> Self:
        """The waiting list, the oldest first."""
        return self.filter(state=PromiseState.WAITING).order_by("promised_at", "pk")

    def to_remind(self, at: datetime, hours: int) -> Self:
        """Promises whose shift begins within so many hours and that were not reminded yet."""
        return self.filter(
            state__in=(PromiseState.PROMISED, PromiseState.SEEKING),
            reminded_at__isnull=True,
            slot__state=SlotState.PUBLISHED,
            slot__starts_at__gt=at,
            slot__starts_at__lte=at + timedelta(hours=hours),
        )

    def to_cap(self, at: datetime) -> Self:
        """Checked in, never checked out, and the shift is over."""
        return self.filter(state=PromiseState.HERE, out_at__isnull=True, slot__ends_at__lte=at)


class LateEntryQuerySet(ScopedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """The office its community's, a volunteer the own, a captain those of the team."""
        seen = Q(community_id__in=_office_communities(user))
        if user.person_id:
            seen |= Q(community_id__in=user.community_ids) & (
                Q(volunteer__person_id=user.person_id) | _led_by(user, "team")
            )
        return self.filter(seen)

    def open(self) -> Self:
        """Waiting for somebody's answer."""
        return self.filter(state__in=(LateState.ASKED, LateState.CAPTAIN_OK))


class BallotQuerySet(OwnQuerySet[M]):
    """Only one's own vote: not even the office reads for whom somebody voted."""

    owner = "voter__person_id"

    def visible_to(self, user: User) -> Self:
        if not user.person_id:
            return self.none()
        return self.filter(voter__person_id=user.person_id, community_id__in=user.community_ids)
