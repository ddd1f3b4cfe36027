"""Words about audit records."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from carenet.accounts.states import Role
from carenet.parties.querysets import ScopedQuerySet

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)

# Auditors read everything here; the director answers for the station and may look as well.
READERS = frozenset({Role.AUDITOR, Role.DIRECTOR})


class AuditQuerySet(ScopedQuerySet[M]):
    """Records for the eyes of the auditor (and the director) of the community."""

    def visible_to(self, user: User) -> Self:
        """Rows of the communities in which the user is auditor or director."""
        return self.filter(
            community_id__in={
                each.community_id
                for each in user.current_grants
                if each.community_id and each.role in READERS
            }
        )

    def between(self, start: datetime | None, end: datetime | None) -> Self:
        """Rows from `start` on and before `end`; None leaves that side open."""
        found = self
        if start is not None:
            found = found.filter(at__gte=start)
        if end is not None:
            found = found.filter(at__lt=end)
        return found
