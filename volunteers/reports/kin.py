"""Which elders a volunteer belongs to as a close relative, and the other way round: by mandate or by the home's file.

Source: domain.md §4.3 redeem_for (self; spouse, parents, parents-in-law, children's elders); Shaoxing regulation Art. 18
(the volunteer or a direct relative).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from elders.models import Elder, HouseholdRole, Mandate
from elders.states import ElderStatus, HouseholdRoleKind, Relation
from volunteers.models import Policy, Volunteer
from volunteers.states import SETTINGS
from volunteers.states_bank import KIN_BITS

# What the volunteer is to the elder, so that hours and points may serve that elder: as a community lists it
# (`redeem_for`), and these are always shown, with the sentence that says why their coins do not serve.
CLOSE = (Relation.SPOUSE, Relation.SON, Relation.DAUGHTER, Relation.CHILD_IN_LAW, Relation.GRANDCHILD)


@dataclass(frozen=True)
class Kin:
    """A volunteer and an elder, and what the volunteer is to the elder."""

    volunteer: Volunteer
    elder: Elder
    relation: str


def listed(value: int) -> Collection[str]:
    """The relations that a value of `redeem_for` lists."""
    return [relation for relation, bit in KIN_BITS.items() if value & bit]


def elders_of(volunteer: Volunteer, *, on: date) -> list[Kin]:
    """The elders in care whose listed relative a volunteer is on a day; never the volunteer's own record. Four queries
    at most."""
    person = volunteer.person_id
    relations = listed(Policy.objects.values_on(volunteer.community_id, on)["redeem_for"])
    found: dict[int, str] = {}
    mandates = (
        Mandate.objects.of(volunteer.community_id)
        .open()
        .filter(user__person_id=person, relation__in=relations)
    )
    for elder_id, relation in mandates.order_by("pk").values_list("elder_id", "relation"):
        found.setdefault(elder_id, relation)
    homes = dict(
        HouseholdRole.objects.of(volunteer.community_id).open().filter(person_id=person, relation__in=relations)
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
    """The volunteers who are close or listed relatives of an elder; five queries at most."""
    found: dict[int, str] = {}
    now = Policy.objects.of(elder.community_id).now().filter(key="redeem_for").values_list("value", flat=True)
    relations = {*CLOSE, *listed(next(iter(now), SETTINGS["redeem_for"].default))}
    mandates = Mandate.objects.of(elder.community_id).open().filter(elder=elder, relation__in=relations)
    for person, relation in mandates.order_by("pk").values_list("user__person_id", "relation"):
        if person is not None:
            found.setdefault(person, relation)
    home = HouseholdRole.objects.open().filter(person_id=elder.person_id, kind=HouseholdRoleKind.RESIDENT)
    roles = HouseholdRole.objects.open().filter(
        household__in=home.values("household_id"), relation__in=relations
    )
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
