"""Homes and who is what in them from a sheet. Who lives elsewhere by the register is a question, never a crash.

Source: issue 3 items 1 and 8; domain.md §2.4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from carenet.kernel import months
from carenet.parties.models import Area, Community, Person
from elders.actions import import_rows
from elders.actions.import_members import Members
from elders.actions.import_people import PRESENT, Finder, elder_of, number_of
from elders.actions.import_rows import CHANGED, NEW, SAME, Checked, Places, SheetRow
from elders.models import Elder, Household, HouseholdRole
from elders.rules import sheet_kinds
from elders.states import HouseholdRoleKind, Relation

if TYPE_CHECKING:
    from carenet.webkit.excel import Row

LIVES_HERE = frozenset({HouseholdRoleKind.HEAD, HouseholdRoleKind.RESIDENT})
Door = tuple[int, str]


@dataclass
class RolePlan:
    """One row: somebody is something behind a door. `held` is the role on file that the row means."""

    row: int
    state: str
    person: Person
    building: Area
    door: str
    kind: str
    relation: str
    since: date
    until: date | None
    held: HouseholdRole | None = None

    @property
    def key(self) -> Door:
        return (self.building.pk, self.door)

    @property
    def begins_to_live_here(self) -> bool:
        """A new, running role of somebody who lives behind this door."""
        return self.state == NEW and self.until is None and self.kind in LIVES_HERE

    @property
    def elder(self) -> Elder | None:
        """The person's entry, when they are in the register and in care."""
        found = elder_of(self.person)
        return found if found is not None and found.status in PRESENT else None

    @property
    def is_elsewhere(self) -> bool:
        """The register says another building or another door."""
        elder = self.elder
        return elder is not None and (elder.building_id, elder.door) != self.key


@dataclass
class OnFile:
    """The roles that may matter: of the people named, and in the homes named."""

    homes: dict[Door, Household] = field(default_factory=dict)
    roles: list[HouseholdRole] = field(default_factory=list)
    by_person: dict[int, list[HouseholdRole]] = field(default_factory=lambda: defaultdict(list))
    heads: dict[Door, HouseholdRole] = field(default_factory=dict)


def door_of(home: Household) -> Door:
    """Building and door of a household, as the lines of a file name it; 0 where it has no building."""
    return (home.building_id or 0, home.door)


def on_file(community: Community, people: Iterable[int], doors: Iterable[Door]) -> OnFile:
    """Read once: open homes behind these doors, their heads, and all roles of these people."""
    found = OnFile()
    wanted = set(doors)
    homes = Household.objects.of(community).filter(
        closed_on__isnull=True,
        building_id__in={each[0] for each in wanted},
        door__in={each[1] for each in wanted},
    )
    found.homes = {door_of(each): each for each in homes if door_of(each) in wanted}
    found.roles = list(
        HouseholdRole.objects.of(community)
        .filter(
            Q(person_id__in=set(people))
            | Q(household__in=[each.pk for each in found.homes.values()], kind="HEAD", until__isnull=True)
        )
        .select_related("household__building", "person")
        .order_by("pk")
    )
    for role in found.roles:
        found.by_person[role.person_id].append(role)
        if role.kind == HouseholdRoleKind.HEAD and role.until is None:
            found.heads[door_of(role.household)] = role
    return found


def check(rows: Iterable[Row], *, community: Community, at: datetime) -> Checked:
    """Check every row. Raises ColumnsMissing. Eight statements, however many rows.

    Whom nobody knows becomes a member of the home when somebody says that it is right (import_members).
    """
    on = months.day_of(at)
    found = list(import_rows.rows_of(rows, sheet_kinds.HOUSEHOLDS))
    finder = Finder(found, community=community, on=on, elders_only=False)
    places = import_rows.places_of(community)
    members = Members(found, community=community, places=places, at=at)
    plans = []
    for row in found:
        person = finder.person(row, members.of)
        building = _building(row, places)
        plan = _plan(row, person, building, on)
        if plan is not None and not row.is_faulty:
            plans.append(plan)
    known = on_file(community, (each.person.pk for each in plans), (each.key for each in plans))
    _compare(plans, {each.number: each for each in found}, known, on)
    return import_rows.outcome(found, plans)


def _building(row: SheetRow, places: Places) -> Area | None:
    if not row["building"]:
        row.fault("building", "building_missing")
        return None
    same = places.named(row["building"])
    if len(same) != 1:
        row.fault("building", "building_twice" if same else "unknown_building")
        return None
    return same[0]


def _plan(row: SheetRow, person: Person | None, building: Area | None, on: date) -> RolePlan | None:
    kind = sheet_kinds.role(row["role"]) if row["role"] else None
    if kind is None:
        row.fault("role", "unknown_role" if row["role"] else "role_missing")
    elif kind == HouseholdRoleKind.CAPTAIN:
        row.fault("role", "captain_by_hand")
    relation: str | None = sheet_kinds.relation(row["relation"]) if row["relation"] else ""
    if relation is None:
        row.fault("relation", "unknown_word")
    if not row["door"]:
        row.fault("door", "door_missing")
    elif len(row["door"]) > 40:
        row.fault("door", "too_long", most=40)
    since, until = row.day("since", today=on), row.day("until", today=on)
    if until is not None and since is None and not row.is_faulty:
        row.fault("since", "since_missing")
    if until is not None and since is not None and until < since:
        row.fault("until", "bad_order")
    if person is None or building is None or kind is None or relation is None:
        return None
    return RolePlan(row.number, NEW, person, building, row["door"], kind, relation, since or on, until)


def _compare(plans: Sequence[RolePlan], rows: dict[int, SheetRow], known: OnFile, on: date) -> None:
    """What is on file already, what stands twice in the sheet, and what somebody must look at."""
    homes_in_file: dict[int, RolePlan] = {}
    heads_in_file: dict[Door, RolePlan] = {}
    seen: dict[tuple[Door, int, str, date | None], RolePlan] = {}
    for plan in plans:
        row = rows[plan.row]
        once = (*(plan.key,), plan.person.pk, plan.kind, plan.until and plan.since)
        if once in seen:
            row.fault("name", "twice_in_file", other=seen[once].row)
            continue
        seen[once] = plan
        _hold(plan, row, known)
        if row.is_faulty or plan.until is not None:
            continue
        if plan.kind in LIVES_HERE:
            other = homes_in_file.setdefault(plan.person.pk, plan)
            if other.key != plan.key:
                row.fault("door", "two_homes_in_file", other=other.row)
                continue
        if plan.kind == HouseholdRoleKind.HEAD:
            head = heads_in_file.setdefault(plan.key, plan)
            if head is not plan:
                row.fault("role", "two_heads_in_file", other=head.row)
                continue
        if plan.begins_to_live_here:
            _ask(plan, row, known)


def _hold(plan: RolePlan, row: SheetRow, known: OnFile) -> None:
    """The role on file that the row means: the open one of this kind here, or an ended one of the same days."""
    here = [
        each
        for each in known.by_person[plan.person.pk]
        if each.kind == plan.kind and door_of(each.household) == plan.key
    ]
    running = next((each for each in here if each.until is None), None)
    ended = next((each for each in here if each.until == plan.until and each.since == plan.since), None)
    if plan.until is not None and ended is not None:
        plan.held, plan.state = ended, SAME
        return
    if running is None:
        return
    if not row["since"]:
        plan.since = running.since
    if plan.until is not None and plan.since != running.since:
        return  # an earlier time behind the same door
    plan.held = running
    plan.relation = plan.relation or running.relation
    is_same = (plan.relation, plan.since, plan.until) == (running.relation, running.since, running.until)
    plan.state = SAME if is_same else CHANGED


def _ask(plan: RolePlan, row: SheetRow, known: OnFile) -> None:
    """Lives elsewhere, the register says another address, or somebody else is the head."""
    elsewhere = next(
        (
            each
            for each in known.by_person[plan.person.pk]
            if each.until is None
            and each.kind == HouseholdRoleKind.RESIDENT
            and door_of(each.household) != plan.key
        ),
        None,
    )
    elder = plan.elder
    about = {"person": plan.person.pk}
    if elsewhere is not None:
        row.ask("door", "lives_elsewhere", place=str(elsewhere.household), **about)
    elif elder is not None and plan.is_elsewhere and elder.door:
        row.ask("door", "lives_elsewhere", place=elder.place_text, **about)
    head = known.heads.get(plan.key)
    if plan.kind == HouseholdRoleKind.HEAD and head is not None and head.person_id != plan.person.pk:
        row.ask("role", "other_head", name=head.person.name, person=head.person_id)


def export(*, community: Community) -> tuple[list[list[str]], list[Any]]:
    """Every running role behind a door, without building captains (they are elected by building), and whose it is."""
    rows = [
        role
        for role in HouseholdRole.objects.of(community)
        .open()
        .filter(
            household__closed_on__isnull=True,
            household__building__isnull=False,
            person__merged_into__isnull=True,
        )
        .exclude(household__door="")
        .exclude(kind=HouseholdRoleKind.CAPTAIN)
        .select_related("household__building", "person__elder")
        .order_by("household__building__path", "household__door", "kind", "pk")
        if (elder := elder_of(role.person)) is None or elder.status in PRESENT
    ]
    lines = [
        [
            role.household.building.name if role.household.building else "", role.household.door,
            number_of(role.person), role.person.name, "",
            role.person.born_on.isoformat() if role.person.born_on else "", "",
            sheet_kinds.ROLE_OUT[HouseholdRoleKind(role.kind)],
            sheet_kinds.RELATION_OUT[Relation(role.relation)] if role.relation else "", role.since.isoformat(), "",
        ]
        for role in rows
    ]  # fmt: skip
    return lines, [role.person for role in rows]
