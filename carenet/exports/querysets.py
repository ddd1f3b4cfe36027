"""The words of exports: waiting, mine, to be tidied."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from carenet.accounts.states import Role
from carenet.exports.states import ExportState
from carenet.parties.querysets import ScopedQuerySet

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)
# Directors and committee members decide, supervisors may have to stand in, the auditor looks over their shoulders.
OVERSEERS = frozenset({Role.DIRECTOR, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR})


class ExportQuerySet(ScopedQuerySet[M]):
    """Asked, approved, made and deleted files with personal data."""

    def visible_to(self, user: User) -> Self:
        """One's own; all of a community for those who decide there and for its auditor."""
        overseen = [each for each in user.community_ids if user.has_role(each, *OVERSEERS)]
        return self.filter(community_id__in=user.community_ids).filter(
            Q(asked_by=user) | Q(community_id__in=overseen)
        )

    def waiting(self, at: datetime) -> Self:
        """For somebody's decision, and still in time."""
        return self.filter(state=ExportState.ASKED, decide_until__gt=at)

    def overdue(self, at: datetime) -> Self:
        """What time has ended: undecided questions, approvals that made no file, files that lay too long."""
        return self.filter(
            Q(state__in=[ExportState.ASKED, ExportState.APPROVED], decide_until__lte=at)
            | Q(state=ExportState.READY, fetch_until__lte=at)
        )
