"""The words of the charity app: whose money is seen by whom, what is open, what lies idle."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from carenet.accounts.states import Role
from carenet.parties.querysets import ScopedQuerySet

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)

# Who works with the funds or watches over them. Source: product.md §1; Hunan guideline (supervisor), domain.md §5.2.
READER_ROLES = frozenset(
    {
        Role.COMMITTEE,
        Role.DIRECTOR,
        Role.SUPERVISOR,
        Role.SOCIAL_WORKER,
        Role.REPRESENTATIVE,
        Role.AUDITOR,
        Role.STATION,
    }
)
# Who reads rows that name an elder or a donor.
NAMED_READER_ROLES = READER_ROLES - {Role.REPRESENTATIVE}


def communities_read_by(user: User, roles: frozenset[str] = READER_ROLES) -> list[int]:
    """Communities whose funds the user may read."""
    return [each for each in user.community_ids if user.roles(each) & roles]


class FundQuerySet(ScopedQuerySet[M]):
    """Funds and rules: no personal data in them."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=communities_read_by(user))

    def open(self) -> Self:
        """Not closed."""
        return self.filter(closed_on__isnull=True)

    def for_kind(self, kind_code: str) -> Self:
        """Open funds that may pay for a service of this kind; those meant for it alone come first."""
        return (
            self.open()
            .filter(pays_services=True)
            .filter(Q(restricted_kinds=[]) | Q(restricted_kinds__contains=[kind_code]))
        )


class DonationQuerySet(ScopedQuerySet[M]):
    """Donations: staff of the community, and the donor their own. Source: Charity Law Art. 42."""

    def visible_to(self, user: User) -> Self:
        own = Q(donor_person=user.person_id) if user.person_id else Q(pk__in=[])
        return self.filter(own | Q(community_id__in=communities_read_by(user, NAMED_READER_ROLES)))

    def standing(self) -> Self:
        """Not reversed."""
        return self.filter(reversed_entry__isnull=True)


class GoodsQuerySet(DonationQuerySet[M]):
    """Donated goods."""

    def standing(self) -> Self:
        return self

    def in_stock(self) -> Self:
        """Some of it is still on the shelf."""
        return self.filter(left__gt=0)


class NamedQuerySet(ScopedQuerySet[M]):
    """Rows that name an elder: grants, cost splits."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=communities_read_by(user, NAMED_READER_ROLES))

    def caused_by(self, kind: str, cause_id: int) -> Self:
        """What one event cost."""
        return self.filter(cause_kind=kind, cause_id=cause_id)


class GrantQuerySet(NamedQuerySet[M]):
    """Grants by state."""

    def waiting(self) -> Self:
        """Asked for and not decided."""
        return self.filter(state="ASKED")

    def to_pay(self) -> Self:
        """Approved and not yet paid."""
        return self.filter(state="APPROVED")


class RuleQuerySet(FundQuerySet[M]):
    """Dated cost-sharing rules."""

    def on(self, day: date) -> Self:
        """In force on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
