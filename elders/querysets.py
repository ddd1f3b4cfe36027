"""The words of the register: who sees which elders; due, overdue, silent. Never imports models."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from carenet.accounts.policies import MAY_READ
from carenet.accounts.states import STAFF_ROLES, FieldClass, Role
from carenet.parties.querysets import ScopedQuerySet
from elders.states import RESTRICTED_RISKS, ElderStatus

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)

# Who reads the register as their work. Volunteers and providers see an elder only through a task (services); the
# auditor reads who looked and who changed, not the health of people. Source: domain.md §9.4.
READER_ROLES = STAFF_ROLES
# The registers about personal data: the director answers for them, the auditor reads them.
PRIVACY_ROLES = frozenset({Role.DIRECTOR, Role.AUDITOR})
# An open assessment is due this many days before its date.
DUE_AHEAD = timedelta(days=14)


def communities_read_by(user: User) -> list[int]:
    """Communities in which the user works with the register."""
    return [each for each in user.community_ids if user.roles(each) & READER_ROLES]


class ElderQuerySet(ScopedQuerySet[M]):
    """Elders by standing and by what is due."""

    def visible_to(self, user: User) -> Self:
        """Register staff see their communities; an elder sees their own record; family what a mandate opens."""
        return self.entered().filter(
            Q(community_id__in=communities_read_by(user))
            | Q(person__user=user)
            | Q(pk__in=self.model.open_mandates(user))  # type: ignore[attr-defined]
        )

    def read_as_staff(self, user: User) -> Self:
        """The elders whose whole file the user reads as their work; never the own or a mandate's."""
        return self.entered().filter(community_id__in=communities_read_by(user))

    def entered(self) -> Self:
        """Without the entries that were taken back (an import that was undone) or merged into another file."""
        return self.exclude(status__in=[ElderStatus.WITHDRAWN, ElderStatus.MERGED])

    def active(self) -> Self:
        """In care now."""
        return self.filter(status=ElderStatus.ACTIVE)

    def present(self) -> Self:
        """In care or paused: still the station's elders."""
        return self.filter(status__in=[ElderStatus.ACTIVE, ElderStatus.PAUSED])

    def due_for_assessment(self, on: date) -> Self:
        """The full assessment's day has come, or comes within two weeks."""
        return self.active().filter(assessment_due_on__lte=on + DUE_AHEAD)

    def overdue_for_assessment(self, on: date) -> Self:
        """The day of the full assessment has passed."""
        return self.active().filter(assessment_due_on__lt=on)

    def archive_due(self, on: date) -> Self:
        """The archive must be looked through again."""
        return self.active().filter(archive_due_on__lte=on)

    def silent(self, at: datetime) -> Self:
        """Nobody of the five parties was in touch for longer than the colour allows."""
        return self.active().filter(contact_due_at__lt=at)

    def by_urgency(self) -> Self:
        """Red first, also the provisional ones; within a colour whoever was silent longest."""
        rank = models.Case(
            models.When(Q(colour="RED") | Q(provisional_colour="RED"), then=0),
            models.When(Q(colour="YELLOW", subtier="A") | Q(provisional_subtier="A"), then=1),
            models.When(Q(colour="YELLOW") | Q(provisional_colour="YELLOW"), then=2),
            models.When(colour="UNASSESSED", then=3),
            default=4,
            output_field=models.SmallIntegerField(),
        )
        return self.order_by(rank, models.F("contact_due_at").asc(nulls_last=True), "pk")

    def unowned(self) -> Self:
        """Nobody is responsible."""
        return self.filter(owner__isnull=True)


class StaffOnlyQuerySet(ScopedQuerySet[M]):
    """Rows about an elder that only register staff read (field class C4). Source: domain.md §9.4."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=communities_read_by(user))


# The source of a contact that staff noted on the elder's file: no other part of the station tells of it.
NOTED_TOUCH = "contact:"


class RiskEventQuerySet(StaffOnlyQuerySet[M]):
    """Risk events; suspected abuse and self-harm (C5) are read by social work and the director. Source: domain.md §9.4."""

    def visible_to(self, user: User) -> Self:
        all_of_them = [
            each for each in user.community_ids if user.roles(each) & MAY_READ[FieldClass.RESTRICTED]
        ]
        return (
            super().visible_to(user).filter(Q(community_id__in=all_of_them) | ~Q(kind__in=RESTRICTED_RISKS))
        )

    def standing(self) -> Self:
        """What was not taken back."""
        return self.filter(reverses__isnull=True, reversed_by__isnull=True)


class TouchQuerySet(StaffOnlyQuerySet[M]):
    """Contacts made."""

    def by_hand(self) -> Self:
        """Noted on the elder's file and not taken back; what a visit or a service told is not among them."""
        return self.filter(
            source_key__startswith=NOTED_TOUCH, reverses__isnull=True, reversed_by__isnull=True
        )


class HouseholdRoleQuerySet(StaffOnlyQuerySet[M]):
    """Roles in households by day."""

    def open(self) -> Self:
        """Roles that have not ended."""
        return self.filter(until__isnull=True)


class RightsRequestQuerySet(StaffOnlyQuerySet[M]):
    """Requests about one's own data by their clock."""

    def open(self) -> Self:
        """Not answered yet."""
        return self.filter(state="OPEN")

    def overdue(self, on: date) -> Self:
        """The day of the answer has passed."""
        return self.open().filter(due_on__lt=on)


class PrivacyQuerySet(ScopedQuerySet[M]):
    """Records about personal data: who answers for them, and the auditor. Source: PIPL Art. 51, 54–57."""

    def visible_to(self, user: User) -> Self:
        return self.filter(
            community_id__in=[each for each in user.community_ids if user.roles(each) & PRIVACY_ROLES]
        )

    def with_ends(self) -> Self:
        """When it ended, and when authority and people were told: one look at the steps each."""
        related: Any = self.model._meta.get_field("steps").related_model
        steps = related._base_manager.filter(record=OuterRef("pk"))

        def first(*kinds: str) -> Subquery:
            return Subquery(steps.filter(kind__in=kinds).order_by("when").values("when")[:1])

        return self.annotate(
            ended_at=first("CLOSED", "MISTAKEN"), mistaken_at=first("MISTAKEN"), authority_at=first("AUTHORITY"),
            people_at=first("PEOPLE", "NO_NEED"), returned_at=first("RETURNED"),
        )  # fmt: skip

    def running(self) -> Self:
        """Without those that are closed or were entered by mistake."""
        return self.exclude(steps__kind__in=["CLOSED", "MISTAKEN"])


class OwnQuerySet(ScopedQuerySet[M]):
    """Rows that only their own user sees."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=communities_read_by(user), user=user)
