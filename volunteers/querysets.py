"""The words of the volunteers' lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from carenet.accounts.states import Role
from carenet.parties.querysets import PersonQuerySet, ScopedQuerySet
from volunteers.states import SETTINGS, ClaimState, RedemptionState, VolunteerState

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

    def values_by_day(self, community: Any, days: Sequence[date]) -> dict[date, dict[str, int]]:
        """Every setting on each of several days (in order), in one statement."""
        first, last = days[0], days[-1]
        rows = list(
            self.of(community)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first), valid_from__lte=last)
            .values_list("key", "value", "valid_from", "valid_to")
        )
        defaults = {key: setting.default for key, setting in SETTINGS.items()}
        return {
            day: defaults
            | {
                key: value
                for key, value, since, until in rows
                if since <= day and (until is None or day < until)
            }
            for day in days
        }


class OwnDatedQuerySet(OwnQuerySet[M], DatedQuerySet[M]):  # type: ignore[override]
    """Dated rows of one volunteer."""


class QualificationQuerySet(OwnDatedQuerySet[M]):  # type: ignore[override]
    """Qualifications; a revoked one holds on no day."""

    def standing(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def on(self, day: date) -> Self:
        return super().on(day).standing()

    def now(self) -> Self:
        return super().now().standing()

    def begun(self, day: date) -> Self:
        """In force on a day or run out before it."""
        return self.standing().filter(valid_from__lte=day)

    def run_out(self) -> Self:
        """Ended by today, by the database's day in the station's zone."""
        return self.standing().filter(valid_to__lte=models.functions.TruncDate(models.functions.Now()))


class CourseQuerySet(ScopedQuerySet[M]):
    """Courses and their dates are read by the whole community; who learns is not."""

    def offered(self) -> Self:
        return self.filter(is_active=True)


class RunQuerySet(ScopedQuerySet[M]):
    def open(self) -> Self:
        """Runs that are held and not finished."""
        return self.filter(state="OPEN")

    def with_seats(self) -> Self:
        """Each run with how many sit and wait, its first lesson and its last."""
        return self.annotate(
            sitting=models.Count("enrolments", filter=Q(enrolments__state="ENROLLED"), distinct=True),
            waiting=models.Count("enrolments", filter=Q(enrolments__state="WAITING"), distinct=True),
            first_at=models.Min("lessons__starts_at"),
            last_at=models.Max("lessons__starts_at"),
        )


class EnrolmentQuerySet(OwnQuerySet[M]):
    def sitting(self) -> Self:
        return self.filter(state="ENROLLED")

    def waiting(self) -> Self:
        """Who waits, the first first."""
        return self.filter(state="WAITING").order_by("queued_at", "pk")

    def present(self) -> Self:
        """Not withdrawn."""
        return self.exclude(state="WITHDRAWN")


class OfEnrolmentQuerySet(OwnQuerySet[M]):
    owner = "enrolment__volunteer__person_id"

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(reversed_at__isnull=True)


class NominationQuerySet(OwnQuerySet[M]):
    """The office sees all; a person their own."""

    owner = "person_id"

    def on_notice(self, day: date) -> Self:
        """Published and open to objections on a day."""
        return self.filter(state="ON_NOTICE", notice_from__lte=day, notice_to__gte=day)

    def awarded(self) -> Self:
        return self.filter(state="AWARDED")


class OfNominationQuerySet(OwnQuerySet[M]):
    owner = "nomination__person_id"

    def visible_to(self, user: User) -> Self:
        """Only the office: who objects is not told to the person."""
        return self.filter(community_id__in=_office_communities(user))


class CertificateQuerySet(OwnQuerySet[M]):
    def valid(self) -> Self:
        """Not revoked."""
        return self.filter(revoked_at__isnull=True)


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
        """Things whose stock has fallen to the level at which somebody should restock; a service has no shelf."""
        return self.on_offer().filter(stock__lte=models.F("low_stock"), service__isnull=True)


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


class ClaimQuerySet(OwnQuerySet[M]):
    """Services asked for with points."""

    def held(self) -> Self:
        """Points set aside, service not done yet."""
        return self.filter(state=ClaimState.HELD)

    def counting(self) -> Self:
        """Claims that count against limits: all but those given back."""
        return self.exclude(state=ClaimState.RELEASED)

    def lapsing(self, on: date) -> Self:
        """Still set aside although the last day is over."""
        return self.held().filter(expires_on__lt=on)


class SlipNoteQuerySet(OwnQuerySet[M]):
    owner = "redemption__volunteer__person_id"


class KeptFilterQuerySet(ScopedQuerySet[M]):
    """Filters that only their own user sees."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=user.community_ids, user=user)
