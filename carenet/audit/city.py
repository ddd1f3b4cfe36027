"""Street and city officers read across communities: select only, below their own area, each use noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db.models import QuerySet

from carenet.accounts import policies
from carenet.accounts.states import Role
from carenet.audit import actions
from carenet.parties import scope
from carenet.parties.models import Community

if TYPE_CHECKING:
    from carenet.accounts.models import User

Q = TypeVar("Q", bound=QuerySet)  # type: ignore[type-arg]


@dataclass(frozen=True)
class CityView:
    """What an officer may read: the communities below the areas of their grants."""

    areas: tuple[int, ...]
    community_ids: tuple[int, ...]

    def below(self, rows: Q) -> Q:
        """The rows of these communities only."""
        return rows.filter(community_id__in=self.community_ids)


@contextmanager
def reading(user: User, *, page: str, at: datetime) -> Iterator[CityView]:
    """Read as the city role inside the block; evaluate every queryset in it.

    Only a street officer may; a note for each area says which page was opened, visible to the auditors of all
    communities below. Nothing can be written inside. Raises NotAllowed. Source: issue 2 item 3; architecture.md 4a.
    """
    areas = tuple(
        sorted(
            each.area_id
            for each in user.current_grants
            if each.role == Role.STREET_OFFICER and each.area_id is not None
        )
    )
    policies.require(bool(areas))
    for area in areas:
        actions.note(
            community=None, verb="audit.city_read", object_kind="parties.area", object_id=area, by=user, at=at,
            facts={"area": area, "page": page},
        )  # fmt: skip
    below = Community.objects.active().filter(area__path__overlap=list(areas)).order_by("pk")
    view = CityView(areas, tuple(below.values_list("pk", flat=True)))
    with scope.as_city():
        yield view
