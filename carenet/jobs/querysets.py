"""The words of jobs: open, mine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from carenet.accounts.states import Role
from carenet.jobs.states import OPEN
from carenet.parties.querysets import ScopedQuerySet

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)
OVERSEERS = frozenset({Role.DIRECTOR, Role.AUDITOR})


class JobQuerySet(ScopedQuerySet[M]):
    """Background jobs."""

    def visible_to(self, user: User) -> Self:
        """One's own jobs; the director and the auditor see all of the station's."""
        overseen = [each for each in user.community_ids if user.has_role(each, *OVERSEERS)]
        return self.filter(community_id__in=user.community_ids).filter(
            Q(by=user) | Q(community_id__in=overseen)
        )

    def open(self) -> Self:
        """Not finished in one way or another."""
        return self.filter(state__in=OPEN)
