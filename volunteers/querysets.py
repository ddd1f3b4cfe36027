"""The words of the volunteers' lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from carenet.accounts.states import Role
from carenet.parties.querysets import PersonQuerySet, ScopedQuerySet
from volunteers.states import SETTINGS, RedemptionState, VolunteerState

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)

# Who sees all volunteers of a community; everybody else sees only their own record.
OFFICE = frozenset(
    {Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.AUDITOR, Role.STATION}
)


def _office_communities(user: User) -> list[int]:
    return [each for each in user.community_ids if user.has_role(each, *OFFICE)]


class OwnQuerySet(ScopedQuerySet[M]):
    """Rows that belong to one volunteer: the office sees its community's, a volunteer their own."""

    owner = "volunteer__person_id"

    def visible_to(self, user: User) -> Self:
        return self.filter(
            Q(community_id__in=_office_communities(user))
            | Q(**{self.owner: user.person_id}, community_id__in=user.community_ids)
            if user.person_id
            else Q(community_id__in=_office_communities(user))
        )


class VolunteerQuerySet(OwnQuerySet[M]):
    owner = "person_id"

    def active(self) -> Self:
        """Volunteers who serve now."""
        return self.filter(state=VolunteerState.ACTIVE)

    def present(self) -> Self:
        """Volunteers who have not left."""
        return self.exclude(state=VolunteerState.LEFT)

    def of_user(self, user: User) -> Self:
        """The volunteer records of a signed-in person (one per community)."""
        return self.filter(person_id=user.person_id) if user.person_id else self.none()

    def search(self, text: str) -> Self:
        """By name, pinyin, initials, phone tail (as persons are searched) or volunteer number."""
        from carenet.parties.models import Person

        wanted = "".join(text.split())
        if not wanted:
            return self
        persons: PersonQuerySet[Person] = Person.objects.search(wanted)
        return self.filter(Q(person__in=persons) | Q(number__iexact=wanted))


class DatedQuerySet(ScopedQuerySet[M]):
    """Rows that hold from a day until before another day."""

    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def now(self) -> Self:
        """Rows in force today, by the database's day in the station's zone."""
        today = models.functions.TruncDate(models.functions.Now())
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today)


class PolicyQuerySet(DatedQuerySet[M]):
    def values_on(self, community: Any, day: date) -> dict[str, int]:
        """Every setting of a community on a day; a default where no row was written."""
        rows = self.of(community).on(day).values_list("key", "value")
        return {key: setting.default for key, setting in SETTINGS.items()} | dict(rows)


class OwnDatedQuerySet(OwnQuerySet[M], DatedQuerySet[M]):  # type: ignore[override]
    """Dated rows of one volunteer."""


class AttendanceQuerySet(OwnQuerySet[M]):
    def standing(self) -> Self:
        """Events that were not reversed."""
        return self.filter(reversed_by__isnull=True)

    def credited(self) -> Self:
        """Standing events that were credited."""
        return self.standing().filter(entry__isnull=False)

    def of_cause(self, kind: str, number: int) -> Self:
        return self.filter(cause_kind=kind, cause_id=number)


class ReversalQuerySet(OwnQuerySet[M]):
    owner = "attendance__volunteer__person_id"


class RewardQuerySet(ScopedQuerySet[M]):
    def on_offer(self) -> Self:
        """Rewards in the shop window, sold out or not."""
        return self.filter(is_active=True)

    def low(self) -> Self:
        """Rewards whose stock has fallen to the level at which somebody should restock."""
        return self.on_offer().filter(stock__lte=models.F("low_stock"))


class RedemptionQuerySet(OwnQuerySet[M]):
    def open(self) -> Self:
        """Waiting to be collected."""
        return self.filter(state=RedemptionState.REDEEMED)

    def overdue(self, on: date) -> Self:
        """Waiting although the last day for collection is over."""
        return self.open().filter(pick_up_by__lt=on)

    def counting(self) -> Self:
        """Redemptions that count against limits: all but the cancelled."""
        return self.exclude(state=RedemptionState.CANCELLED)

    def redeemed_before(self, at: datetime) -> Self:
        return self.filter(redeemed_at__lt=at)
