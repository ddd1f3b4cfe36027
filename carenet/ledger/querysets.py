"""The words of the ledger: whose accounts one may see, what is still set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from carenet.accounts.states import Role
from carenet.parties.querysets import ScopedQuerySet

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)

# Who may read the books of a community. Source: domain.md §9.2 (separate auditor); S0-43 (funds open to all parties).
READERS = {Role.COMMITTEE, Role.DIRECTOR, Role.SUPERVISOR, Role.SOCIAL_WORKER, Role.AUDITOR, Role.STATION}


def communities_read_by(user: User) -> list[int]:
    """The communities whose whole books the user may read."""
    return [each for each in user.community_ids if user.roles(each) & READERS]


class AccountQuerySet(ScopedQuerySet[M]):
    """Accounts: readers of the books see all of their communities, everybody sees their own."""

    def visible_to(self, user: User) -> Self:
        own = Q(person=user.person_id) if user.person_id else Q(pk__in=[])
        return self.filter(own | Q(community_id__in=communities_read_by(user)))

    def coded(self, community: Any, unit: str, code: str) -> Self:
        """The one account of this code, or none."""
        return self.of(community).filter(unit=unit, code=code)

    def thawed(self) -> Self:
        """Accounts that are not frozen."""
        return self.filter(frozen_at__isnull=True)


class EntryQuerySet(ScopedQuerySet[M]):
    """Entries and postings: only readers of the books see them as such; holders see statements."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=communities_read_by(user))

    def caused_by(self, kind: str, cause_id: int) -> Self:
        """The entries one event wrote."""
        return self.filter(cause_kind=kind, cause_id=cause_id)


class HoldQuerySet(EntryQuerySet[M]):
    """Amounts set aside."""

    def open(self) -> Self:
        """Neither settled nor given back yet."""
        from django.apps import apps

        entry = apps.get_model("ledger", "Entry")
        return self.filter(~Exists(entry.objects.filter(resolves_id=OuterRef("entry_id"))))
