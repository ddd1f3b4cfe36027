"""Who lives in one home, as the registers of elders and volunteers know it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from elders.models import Elder

if TYPE_CHECKING:
    from carenet.parties.models import Community
    from volunteers.models import Volunteer

Home = tuple[int, str]


def homes(community: Community, volunteers: Iterable[Volunteer], served: set[int]) -> dict[int, Home]:
    """Building and door of each person where both are known; the elders' register comes first. One query.

    Source: domain.md §4.3 fraud controls (no crediting inside one household).
    """
    volunteers = list(volunteers)
    people = served | {each.person_id for each in volunteers}
    found: dict[int, Home] = {
        person: (building, _door(door))
        for person, building, door in Elder.objects.of(community)
        .filter(person__in=people, building__isnull=False)
        .exclude(door="")
        .values_list("person", "building", "door")
    }
    for each in volunteers:
        if each.building_id and each.door:
            found.setdefault(each.person_id, (each.building_id, _door(each.door)))
    return found


def _door(door: str) -> str:
    return "".join(door.split()).upper().replace("－", "-")
