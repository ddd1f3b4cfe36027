"""The words of gifts, pool, questions and reserve."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from carenet.parties.querysets import ScopedQuerySet
from volunteers.querysets import OFFICE, OwnQuerySet
from volunteers.states_bank import ClosingState, GiftState, MoveState, ProposalState, QuestionState

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)


def _office(user: User) -> list[int]:
    return [each for each in user.community_ids if user.has_role(each, *OFFICE)]


class OfficeQuerySet(ScopedQuerySet[M]):
    """Rows that only the office of the community reads."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=_office(user))


class GiftQuerySet(ScopedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """The office sees all gifts, a volunteer those they give or are offered."""
        mine = Q(giver__person_id=user.person_id) | Q(receiver__person_id=user.person_id)
        own = mine & Q(community_id__in=user.community_ids) if user.person_id else Q(pk__in=[])
        return self.filter(own | Q(community_id__in=_office(user)))

    def open(self) -> Self:
        """Waiting for an answer."""
        return self.filter(state=GiftState.OFFERED)

    def overdue(self, on: date) -> Self:
        """Not answered although the last day is over."""
        return self.open().filter(expires_on__lt=on)


class GrantQuerySet(OfficeQuerySet[M]):
    def to_lapse(self, on: date) -> Self:
        """Whose month is over and that were not looked at yet."""
        return self.filter(lapsed_at__isnull=True, lapses_on__lte=on)


class ClosingQuerySet(OfficeQuerySet[M]):
    def inherited_by(self, volunteer: Any) -> Self:
        """Closed, and this volunteer is the heir."""
        return self.filter(heir=volunteer, state=ClosingState.DONE)

    def open(self) -> Self:
        """Waiting for the second person."""
        return self.filter(state=ClosingState.ASKED)


class MoveQuerySet(OfficeQuerySet[M]):
    def open(self) -> Self:
        """Not arrived yet."""
        return self.filter(state=MoveState.READY)


class QuestionQuerySet(OwnQuerySet[M]):
    """The office sees all; a volunteer those they are asked, never the ones nobody has asked them yet."""

    def visible_to(self, user: User) -> Self:
        mine = Q(volunteer__person_id=user.person_id, community_id__in=user.community_ids)
        own = mine & ~Q(state=QuestionState.OPEN) if user.person_id else Q(pk__in=[])
        return self.filter(own | Q(community_id__in=_office(user)))

    def undecided(self) -> Self:
        """Neither kept nor taken back."""
        return self.exclude(state__in=[QuestionState.KEPT, QuestionState.TAKEN_BACK])

    def for_the_volunteer(self) -> Self:
        """Waiting for the volunteer's answer."""
        return self.filter(state=QuestionState.ASKED)


class RecruitQuerySet(OfficeQuerySet[M]):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(ended_at__isnull=True)

    def to_pay(self) -> Self:
        """Standing, and nothing was given yet."""
        return self.standing().filter(paid_on__isnull=True)


class ReserveQuerySet(OfficeQuerySet[M]):
    def on(self, day: date) -> Self:
        """What stands behind the coins on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class TeamGiftQuerySet(ScopedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """The office sees all, a member the own, the captain those to the team."""
        if not user.person_id:
            return self.filter(community_id__in=_office(user))
        mine = Q(giver__person_id=user.person_id) | Q(
            team__captain__person_id=user.person_id, team__captain__team_id=F("team_id")
        )
        return self.filter(mine & Q(community_id__in=user.community_ids) | Q(community_id__in=_office(user)))

    def open(self) -> Self:
        """Waiting for an answer."""
        return self.filter(state=GiftState.OFFERED)

    def overdue(self, on: date) -> Self:
        """Not answered although the last day is over."""
        return self.open().filter(expires_on__lt=on)


class TeamProposalQuerySet(ScopedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """The office sees all, the members of a team those of their team."""
        if not user.person_id:
            return self.filter(community_id__in=_office(user))
        mine = Q(team__members__person_id=user.person_id, community_id__in=user.community_ids)
        return self.filter(mine | Q(community_id__in=_office(user)))

    def open(self) -> Self:
        """Waiting for a yes."""
        return self.filter(state=ProposalState.ASKED)

    def overdue(self, on: date) -> Self:
        """Not answered although the last day is over."""
        return self.open().filter(expires_on__lt=on)


class TeamVoiceQuerySet(OwnQuerySet[M]):
    """The office sees all, a member the own."""

    owner = "member__person_id"


class DividendListQuerySet(ScopedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """The office sees all; a volunteer those they have a share in, and those of the team they lead."""
        if not user.person_id:
            return self.filter(community_id__in=_office(user))
        mine = Q(
            pk__in=self.model._default_manager.filter(shares__volunteer__person_id=user.person_id).values(
                "pk"
            )
        )
        leads = Q(team__captain__person_id=user.person_id, team__captain__team_id=F("team_id"))
        return self.filter(
            (mine | leads) & Q(community_id__in=user.community_ids) | Q(community_id__in=_office(user))
        )

    def open(self) -> Self:
        """Shown to the members, not booked yet."""
        return self.filter(state="PROPOSED")


class OfDividendQuerySet(OwnQuerySet[M]):
    """Rows of a list: the office all, a volunteer the own; a page shows members theirs by the list."""
