"""Which elders a volunteer belongs to as a close relative, and the other way round: by mandate or by the home's file.

Source: domain.md §4.3 redeem_for (self; spouse, parents, parents-in-law, children's elders); Shaoxing regulation Art. 18
(the volunteer or a direct relative).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from elders.models import Elder, HouseholdRole, Mandate
from elders.states import ElderStatus, HouseholdRoleKind, Relation
from volunteers.models import Volunteer

# What the volunteer is to the elder, so that hours and points may serve that elder.
CLOSE = (Relation.SPOUSE, Relation.SON, Relation.DAUGHTER, Relation.CHILD_IN_LAW, Relation.GRANDCHILD)


@dataclass(frozen=True)
class Kin:
    """A volunteer and an elder, and what the volunteer is to the elder."""

    volunteer: Volunteer
    elder: Elder
    relation: str


def elders_of(volunteer: Volunteer) -> list[Kin]:
    """The elders in care whose close relative a volunteer is; never the volunteer's own record. Two or three queries."""
    person = volunteer.person_id
    found: dict[int, str] = {}
    mandates = (
        Mandate.objects.of(volunteer.community_id).open().filter(user__person_id=person, relation__in=CLOSE)
    )
    for elder_id, relation in mandates.order_by("pk").values_list("elder_id", "relation"):
        found.setdefault(elder_id, relation)
    homes = dict(
        HouseholdRole.objects.of(volunteer.community_id).open().filter(person_id=person, relation__in=CLOSE)
        .order_by("pk").values_list("household_id", "relation")
    )  # fmt: skip
    at_home: dict[int, str] = {}
    if homes:
        residents = HouseholdRole.objects.open().filter(household__in=homes, kind=HouseholdRoleKind.RESIDENT)
        at_home = {pk: homes[home] for pk, home in residents.values_list("person_id", "household_id")}
    rows = (
        Elder.objects.of(volunteer.community_id)
        .filter(Q(pk__in=found) | Q(person__in=at_home), status=ElderStatus.ACTIVE)
        .exclude(person_id=person)
        .select_related("person", "community")
        .order_by("pk")
    )
    return [Kin(volunteer, each, found.get(each.pk) or at_home[each.person_id]) for each in rows]


def relatives_of(elder: Elder) -> list[Kin]:
    """The volunteers who are close relatives of an elder; four queries at most."""
    found: dict[int, str] = {}
    mandates = Mandate.objects.of(elder.community_id).open().filter(elder=elder, relation__in=CLOSE)
    for person, relation in mandates.order_by("pk").values_list("user__person_id", "relation"):
        if person is not None:
            found.setdefault(person, relation)
    home = HouseholdRole.objects.open().filter(person_id=elder.person_id, kind=HouseholdRoleKind.RESIDENT)
    roles = HouseholdRole.objects.open().filter(household__in=home.values("household_id"), relation__in=CLOSE)
    for person, relation in roles.order_by("pk").values_list("person_id", "relation"):
        found.setdefault(person, relation)
    found.pop(elder.person_id, None)
    if not found:
        return []
    rows = (
        Volunteer.objects.of(elder.community_id)
        .present()
        .filter(person__in=found)
        .select_related("person", "community")
    )
    return [Kin(each, elder, found[each.person_id]) for each in rows.order_by("pk")]
