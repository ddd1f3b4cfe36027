"""People in a households sheet whom nobody knows yet: kin and carers become members of the home, not elders.

A member is somebody the station knows by name, relation and phone. Nobody enters unseen: each is a question of the
check, since a wrong letter in an elder's name looks the same. Source: issue 3 items 1 and 8.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from carenet.kernel.errors import DomainError
from carenet.parties.actions import people
from carenet.parties.models import Community, Person
from elders.actions.import_rows import Places, SheetRow
from elders.models import HouseholdRole
from elders.reports import ties
from elders.rules import sheet

if TYPE_CHECKING:
    from elders.actions.import_households import RolePlan

# What is wiped when the import is taken back: the same as of an elder whose entry is withdrawn.
BLANK: dict[str, Any] = {
    "name": "—", "pinyin": "", "initials": "", "sex": 0, "born_on": None, "no_id_reason": "", "id_sealed": None,
    "id_index": None, "id_tail_index": None, "phone_sealed": None, "phone_index": None, "phone_tail_index": None,
}  # fmt: skip


class Members:
    """Drafts of the unknown people of a sheet, one for each human being; one statement, however many rows."""

    def __init__(
        self, rows: Sequence[SheetRow], *, community: Community, places: Places, at: datetime
    ) -> None:
        self.community, self.places, self.at = community, places, at
        self.drafts: dict[tuple[str, ...], Person] = {}
        self.here: dict[tuple[int, str, str], dict[int, Person]] = defaultdict(dict)
        running = HouseholdRole.objects.of(community).open().select_related("person", "household")
        wanted = {_plain(row["name"]) for row in rows if not row["number"]}
        for role in running.filter(person__name__in=wanted, person__elder__isnull=True).exclude(
            household__building=None
        ):
            key = (role.household.building_id or 0, role.household.door, role.person.name)
            self.here[key][role.person_id] = role.person

    def of(self, row: SheetRow) -> Person | None:
        """Who of this name is a member behind this door already, else a draft with a question; None and a fault
        when several are, or when the building is not clear (its own fault is told elsewhere).
        """
        building = self.places.named(row["building"])
        if len(building) != 1:
            return None
        name = _plain(row["name"])
        known = list(self.here[(building[0].pk, row["door"], name)].values())
        if len(known) > 1:
            row.fault("name", "ambiguous_person", count=len(known))
            return None
        if known:
            return known[0]
        told = row["id_number"] or row["phone"] or row["born_on"]
        key = (name, told) if told else (name, str(building[0].pk), row["door"])
        if key not in self.drafts:
            try:
                self.drafts[key] = self._draft(row, name)
            except DomainError as refused:
                row.fault("phone" if refused.code == "bad_phone" else "name", refused.code)
                return None
        row.ask("name", "new_member")
        return self.drafts[key]

    def _draft(self, row: SheetRow, name: str) -> Person:
        found = people.draft(
            community=self.community, name=name, born_on=sheet.day(row["born_on"]) if row["born_on"] else None,
            id_number=row["id_number"], phone=row["phone"], no_id_reason=_("relative"), at=self.at,
        )  # fmt: skip
        # Tells the drafts apart until they are saved; no row of the table has such a number.
        found.pk = -1 - len(self.drafts)
        return found


def is_draft(person: Person) -> bool:
    """Not saved yet."""
    return person.pk < 0


def register(plans: Iterable[RolePlan]) -> list[tuple[int, Person]]:
    """Save the drafts of these plans in one statement; gives each with the row that named it first."""
    fresh: dict[int, tuple[int, Person]] = {}
    for plan in plans:
        if is_draft(plan.person):
            fresh.setdefault(plan.person.pk, (plan.row, plan.person))
    for _row, person in fresh.values():
        person.pk = None
    Person.objects.bulk_create([person for _row, person in fresh.values()], batch_size=500)
    return list(fresh.values())


def in_use(ids: Iterable[int], *, roles: Iterable[int]) -> list[Person]:
    """Members that somebody has worked with beyond the roles which the import gave them."""
    chosen = list(Person.objects.filter(pk__in=list(ids)).order_by("pk"))
    others = HouseholdRole.objects.filter(person__in=chosen).exclude(pk__in=list(roles))
    busy = set(others.values_list("person_id", flat=True))
    return [each for each in chosen if each.pk in busy or hasattr(each, "elder") or ties.of(each)]


def forget(ids: Iterable[int]) -> None:
    """The people an import made are unknown again; their rows stay, empty."""
    Person.objects.filter(pk__in=list(ids)).update(**BLANK)


def _plain(name: str) -> str:
    return " ".join(name.split())
