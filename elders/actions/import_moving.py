"""Enter the roles of a households sheet at once: homes, moves, heads, roles; and take all of it back.

Every touched row is kept with what it was and what it became, so that an undo guesses nothing. Source: ux.md §6.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from carenet.jobs.models import Job
from carenet.kernel import months
from carenet.parties.models import Community
from elders.actions import import_members, import_undo, life
from elders.actions.import_households import LIVES_HERE, OnFile, RolePlan, door_of, on_file
from elders.actions.import_rows import CHANGED, NEW
from elders.models import Elder, Household, HouseholdRole, ImportChange, LifeEvent
from elders.states import HouseholdRoleKind, LifeEventKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

ROLE, HOME, ELDER, PERSON = "role", "household", "elder", "person"
ROLE_FIELDS = ("relation", "since", "until")
PLACE_FIELDS = ("building", "grid", "door", "lon", "lat", "address_sealed")


@dataclass
class _Work:
    """What is written in the end, each in one statement."""

    community: Community
    job: Job
    by: User
    at: datetime
    known: OnFile
    changed: dict[int, tuple[int, HouseholdRole, dict[str, Any]]] = field(default_factory=dict)
    made: list[tuple[int, HouseholdRole]] = field(default_factory=list)
    moved: dict[int, tuple[int, Elder, dict[str, Any], date]] = field(default_factory=dict)

    def change(self, row: int, role: HouseholdRole) -> None:
        """Remember what a role was, the first time it is touched."""
        self.changed.setdefault(role.pk, (row, role, _facts(role)))

    def make(self, row: int, home: Household, plan: RolePlan, kind: str) -> None:
        role = HouseholdRole(
            community=self.community, household=home, person=plan.person, kind=kind, relation=plan.relation,
            since=plan.since, until=plan.until, by=self.by, at=self.at,
        )  # fmt: skip
        self.made.append((row, role))

    def note(self, rows: Sequence[tuple[int, str, int, dict[str, Any], dict[str, Any]]]) -> None:
        """Keep what was done."""
        ImportChange.objects.bulk_create(
            [
                ImportChange(
                    community=self.community, job=self.job, row=row, thing=thing, thing_id=pk, before=before, after=after
                )
                for row, thing, pk, before, after in rows
            ],
            batch_size=500,
        )  # fmt: skip


def _facts(role: HouseholdRole) -> dict[str, Any]:
    return {
        "relation": role.relation,
        "since": role.since.isoformat(),
        "until": role.until.isoformat() if role.until else None,
    }


@transaction.atomic
def enter(*, plans: Sequence[RolePlan], community: Community, job: Job, by: User, at: datetime) -> None:
    """Write what was planned, in a constant number of statements. The caller has asked for the right.

    Who moves leaves the old home on the day the new one begins, and the register gets the new address as a dated
    event; a new head ends the old one's. Who is a head lives here.
    """
    if not plans:
        return
    fresh = import_members.register(plans)
    known = on_file(community, (each.person.pk for each in plans), (each.key for each in plans))
    work = _Work(community, job, by, at, known)
    work.note([(row, PERSON, person.pk, {}, {}) for row, person in fresh])
    _lock(plans)
    _open_homes(work, plans)
    for plan in plans:
        _write(work, plan)
    _imply_residents(work, plans)
    _save(work)


def _lock(plans: Sequence[RolePlan]) -> None:
    ids = sorted({each.person.pk for each in plans})
    list(
        Elder.objects.filter(person_id__in=ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )


def _open_homes(work: _Work, plans: Sequence[RolePlan]) -> None:
    """A home for each door that has none yet, since the first day that is told of it."""
    fresh: dict[tuple[int, str], tuple[int, Household]] = {}
    for plan in plans:
        if plan.key in work.known.homes or plan.state != NEW:
            continue
        _row, home = fresh.setdefault(
            plan.key,
            (
                plan.row,
                Household(
                    community=work.community, building=plan.building, door=plan.door, lon=plan.building.lon,
                    lat=plan.building.lat, opened_on=plan.since,
                ),
            ),
        )  # fmt: skip
        home.opened_on = min(home.opened_on, plan.since)
    Household.objects.bulk_create([home for _row, home in fresh.values()], batch_size=500)
    work.known.homes |= {key: home for key, (_row, home) in fresh.items()}
    work.note([(row, HOME, home.pk, {}, {}) for row, home in fresh.values()])


def _write(work: _Work, plan: RolePlan) -> None:
    if plan.state == CHANGED and plan.held is not None:
        role = next(each for each in work.known.roles if each.pk == plan.held.pk)
        work.change(plan.row, role)
        role.relation, role.since, role.until = plan.relation, plan.since, plan.until
        return
    home = work.known.homes[plan.key]
    if plan.begins_to_live_here:
        left = _leave(work, plan)
        elder = plan.elder
        if elder is not None and plan.is_elsewhere:
            _move(work, plan, elder, left)
        head = work.known.heads.get(plan.key)
        if plan.kind == HouseholdRoleKind.HEAD and head is not None and head.person_id != plan.person.pk:
            _end(work, plan.row, head, plan.since)
    work.make(plan.row, home, plan, plan.kind)


def _leave(work: _Work, plan: RolePlan) -> list[int]:
    """The person lives in another home no more."""
    left = []
    for role in work.known.by_person[plan.person.pk]:
        if role.until is None and role.kind in LIVES_HERE and door_of(role.household) != plan.key:
            _end(work, plan.row, role, plan.since)
            left.append(role.pk)
    return left


def _end(work: _Work, row: int, role: HouseholdRole, on: date) -> None:
    work.change(row, role)
    role.until = max(on, role.since)


def _move(work: _Work, plan: RolePlan, elder: Elder, left: list[int]) -> None:
    if elder.pk in work.moved:
        return
    before = {**life.place_of(elder), "roles": left}
    elder.building = plan.building
    elder.grid = (
        plan.building.parent if plan.building.parent and plan.building.parent.kind == "GRID" else None
    )
    elder.door, elder.lon, elder.lat = plan.door, plan.building.lon, plan.building.lat
    elder.seal_address("")
    work.moved[elder.pk] = (plan.row, elder, before, max(plan.since, elder.registered_on))


def _imply_residents(work: _Work, plans: Sequence[RolePlan]) -> None:
    """A head who is no resident of the home yet becomes one, unless another row says it."""
    said = {(each.key, each.person.pk) for each in plans if each.kind == HouseholdRoleKind.RESIDENT}
    for plan in plans:
        if not plan.begins_to_live_here or plan.kind != HouseholdRoleKind.HEAD:
            continue
        lives = any(
            each.until is None
            and each.kind == HouseholdRoleKind.RESIDENT
            and door_of(each.household) == plan.key
            for each in work.known.by_person[plan.person.pk]
        )
        if not lives and (plan.key, plan.person.pk) not in said:
            work.make(plan.row, work.known.homes[plan.key], plan, HouseholdRoleKind.RESIDENT)


def _save(work: _Work) -> None:
    """Ends first: a place must be free before somebody takes it."""
    HouseholdRole.objects.bulk_update(
        [role for _row, role, _before in work.changed.values()], ROLE_FIELDS, batch_size=500
    )
    HouseholdRole.objects.bulk_create([role for _row, role in work.made], batch_size=500)
    Elder.objects.bulk_update(
        [elder for _row, elder, _before, _on in work.moved.values()], PLACE_FIELDS, batch_size=500
    )
    events = LifeEvent.objects.bulk_create(
        [
            LifeEvent(
                community=work.community, elder=elder, kind=LifeEventKind.MOVED, on=on, detail=elder.place_text[:200],
                before=before, by=work.by, at=work.at,
            )
            for _row, elder, before, on in work.moved.values()
        ],
        batch_size=500,
    )  # fmt: skip
    work.note(
        [
            *((row, ROLE, role.pk, before, _facts(role)) for row, role, before in work.changed.values()),
            *((row, ROLE, role.pk, {}, _facts(role)) for row, role in work.made),
            *(
                (row, ELDER, elder.pk, before, {**life.place_of(elder), "event": event.pk})
                for (row, elder, before, _on), event in zip(work.moved.values(), events, strict=True)
            ),
        ]
    )


@transaction.atomic
def take_back(*, job: Job, by: User, at: datetime) -> int:
    """Everything as before. Refused with names when somebody changed one of the rows since. Raises RowsInUse.

    A role the import made ends on the day it began: it never held. A home it made closes when nobody is left in it.
    Members whom it made known are unknown again.
    """
    changes: dict[str, dict[int, ImportChange]] = {ROLE: {}, HOME: {}, ELDER: {}, PERSON: {}}
    for each in ImportChange.objects.filter(job=job):
        changes[each.thing][each.thing_id] = each
    elders = list(
        Elder.objects.filter(pk__in=changes[ELDER]).order_by("pk").select_for_update(of=("self",)).select_related("person")
    )  # fmt: skip
    roles = list(
        HouseholdRole.objects.filter(pk__in=changes[ROLE])
        .order_by("pk")
        .select_for_update(of=("self",))
        .select_related("person")
    )
    import_undo.require_untouched(
        [
            *(each.person.name for each in elders if not _as_left(each, changes[ELDER][each.pk])),
            *(each.person.name for each in roles if _facts(each) != changes[ROLE][each.pk].after),
            *(each.name for each in import_members.in_use(changes[PERSON], roles=changes[ROLE])),
        ]
    )
    _roles_back(roles, changes[ROLE])
    _places_back(elders, changes[ELDER], by=by, at=at)
    import_members.forget(changes[PERSON])
    lived_in = HouseholdRole.objects.open().filter(household=OuterRef("pk"))
    Household.objects.filter(~Exists(lived_in), pk__in=changes[HOME]).update(closed_on=F("opened_on"))
    return len(roles)


def _as_left(elder: Elder, change: ImportChange) -> bool:
    return life.place_of(elder) == {name: value for name, value in change.after.items() if name != "event"}


def _roles_back(roles: Sequence[HouseholdRole], changes: dict[int, ImportChange]) -> None:
    made = [each for each in roles if not changes[each.pk].before]
    for each in made:
        each.until = each.since
    HouseholdRole.objects.bulk_update(made, ["until"], batch_size=500)
    kept = [each for each in roles if changes[each.pk].before]
    for each in kept:
        before = changes[each.pk].before
        each.relation, each.since = before["relation"], date.fromisoformat(before["since"])
        each.until = date.fromisoformat(before["until"]) if before["until"] else None
    HouseholdRole.objects.bulk_update(kept, ROLE_FIELDS, batch_size=500)


def _places_back(
    elders: Sequence[Elder], changes: dict[int, ImportChange], *, by: User, at: datetime
) -> None:
    for each in elders:
        before = changes[each.pk].before
        each.building_id, each.grid_id, each.door = before["building"], before["grid"], before["door"]
        each.lon, each.lat = before["lon"], before["lat"]
        each.address_sealed = bytes.fromhex(before["address_sealed"]) if before["address_sealed"] else None
    Elder.objects.bulk_update(elders, PLACE_FIELDS, batch_size=500)
    LifeEvent.objects.bulk_create(
        [
            LifeEvent(
                community_id=each.community_id, elder=each, kind=LifeEventKind.UNDONE, on=months.day_of(at),
                undoes_id=changes[each.pk].after["event"], by=by, at=at,
            )
            for each in elders
        ],
        batch_size=500,
    )  # fmt: skip
