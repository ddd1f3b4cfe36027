"""Homes and who is what in them; the living situation with its history. Person and household are kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.actions import people
from carenet.parties.models import Area, Community, Person
from elders import policies
from elders.actions import support
from elders.actions.refusals import DateOutOfOrder, OneHead, OneHome
from elders.models import Elder, Household, HouseholdRole, LivingSpell
from elders.states import HouseholdRoleKind, Relation

if TYPE_CHECKING:
    from carenet.accounts.models import User

# One home for every door that has none yet; then everybody without a home moves into the home of their door.
HOMES = """
insert into elders_household (community_id, building_id, door, lon, lat, note, opened_on)
select distinct on (e.building_id, e.door) e.community_id, e.building_id, e.door, e.lon, e.lat, '', e.registered_on
from elders_elder e
where e.id = any(%(elders)s) and e.building_id is not null and e.door <> ''
order by e.building_id, e.door, e.registered_on
on conflict do nothing
"""
RESIDENTS = """
insert into elders_householdrole (community_id, household_id, person_id, kind, relation, since, by_id, at)
select e.community_id, h.id, e.person_id, 'RESIDENT', '', e.registered_on, %(by)s, %(at)s
from elders_elder e
join elders_household h on h.community_id = e.community_id and h.building_id = e.building_id and h.door = e.door
  and h.closed_on is null
where e.id = any(%(elders)s) and e.door <> ''
on conflict do nothing
"""


def settle(*, elder: Elder, since: date, by: User, at: datetime) -> Household | None:
    """The elder lives behind their door from a day on: the home of that door is found or begun. Twice is once.

    Without a building and a door there is no home to name. Used by registering and moving, inside their transaction.
    """
    if elder.building_id is None or not elder.door:
        return None
    home = Household.objects.of(elder.community_id).filter(
        building_id=elder.building_id, door=elder.door, closed_on__isnull=True
    ).first()  # fmt: skip
    if home is None:
        home = Household.objects.create(
            community_id=elder.community_id, building_id=elder.building_id, door=elder.door, lon=elder.lon,
            lat=elder.lat, opened_on=since,
        )  # fmt: skip
    if (
        not HouseholdRole.objects.open()
        .filter(household=home, person=elder.person_id, kind="RESIDENT")
        .exists()
    ):
        leave_home(person=elder.person, on=since)
        HouseholdRole.objects.create(
            community_id=elder.community_id, household=home, person_id=elder.person_id,
            kind=HouseholdRoleKind.RESIDENT, since=max(since, home.opened_on), by=by, at=at,
        )  # fmt: skip
    return home


def settle_many(*, elders: Sequence[Elder], by: User, at: datetime) -> None:
    """The same for thousands of fresh entries, in two statements."""
    ids = [each.pk for each in elders]
    with connection.cursor() as cursor:
        cursor.execute(HOMES, {"elders": ids})
        cursor.execute(RESIDENTS, {"elders": ids, "by": by.pk, "at": at})
    LivingSpell.objects.bulk_create(
        [
            LivingSpell(
                community_id=each.community_id, elder=each, living=each.living, caregiver=each.caregiver,
                since=each.registered_on, by=by, at=at,
            )
            for each in elders
        ],
        batch_size=500,
    )  # fmt: skip


def dependants(*, person: Person) -> list[Elder]:
    """The elders in care who live with a person, or in a home where the person is the carer."""
    homes = HouseholdRole.objects.open().filter(
        person=person, kind__in=[HouseholdRoleKind.RESIDENT, HouseholdRoleKind.HEAD, HouseholdRoleKind.CARER]
    )
    rows = HouseholdRole.objects.open().filter(
        household__in=homes.values("household"), kind__in=[HouseholdRoleKind.RESIDENT, HouseholdRoleKind.HEAD]
    )
    return list(
        Elder.objects.present()
        .filter(person__in=rows.exclude(person=person).values("person"))
        .select_related("community")
        .order_by("pk")
    )


def residents(*, household: int) -> list[Elder]:
    """The elders in care who live in a home."""
    rows = HouseholdRole.objects.open().filter(
        household=household, kind__in=[HouseholdRoleKind.RESIDENT, HouseholdRoleKind.HEAD]
    )
    return list(Elder.objects.present().filter(person__in=rows.values("person")).order_by("pk"))


def leave_home(*, person: Person, on: date) -> list[int]:
    """The person lives there no more; gives the ended rows, so that an undo can open them again."""
    rows = HouseholdRole.objects.open().filter(
        person=person, kind__in=[HouseholdRoleKind.RESIDENT, HouseholdRoleKind.HEAD]
    )
    ended = []
    for row in rows:
        row.until = max(on, row.since)
        row.save(update_fields=["until"])
        ended.append(row.pk)
    return ended


@transaction.atomic
def give_role(
    *,
    household: Household,
    person: Person,
    kind: str,
    relation: str = "",
    since: date,
    by: User,
    at: datetime,
) -> HouseholdRole:
    """Somebody is something in a home from a day on. Raises OneHome, OneHead, DateOutOfOrder, NotAllowed.

    A person lives in one home; a home has one head and one building captain at a time. Source: issue 3; S3.
    """
    accounts.require(
        policies.may_keep_register(by, household.community_id)
        and person.community_id == household.community_id
    )
    if since > months.day_of(at):
        raise DateOutOfOrder(field="since")
    try:
        with transaction.atomic():
            return HouseholdRole.objects.create(
                community_id=household.community_id, household=household, person=person,
                kind=HouseholdRoleKind(kind), relation=Relation(relation) if relation else "", since=since, by=by, at=at,
            )  # fmt: skip
    except IntegrityError as refused:
        if "one_head" in str(refused):
            raise OneHead from refused
        if "one_home" in str(refused):
            raise OneHome from refused
        if "householdrole_once" in str(refused):
            raise OneHead from refused
        raise


def person_meant(*, community: Community, who: str, phone: str = "", by: User, at: datetime) -> Person:
    """Somebody the station knows, by archive number, phone or ID number; otherwise a new person of this name.

    Raises what registering a person raises (NameMissing, BadPhone, NotAllowed).
    """
    wanted = who.strip()
    known = Person.objects.of(community).living_records()
    found: Person | None = None
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 5:
        elder = (
            Elder.objects.of(community).entered().filter(number=int(wanted)).select_related("person").first()
        )
        found = elder.person if elder else None
    elif wanted.isascii() and len(wanted) >= 11:
        found = known.search(wanted).first()
    if found is None and phone:
        found = known.filter(name=wanted).search(phone).first()
    if found is not None:
        return found
    return people.register(
        community=community, name=wanted, phone=phone, no_id_reason=_("relative"), by=by, at=at
    )


@transaction.atomic
def take_in(
    *, household: Household, who: str, phone: str = "", kind: str, relation: str = "", since: date, by: User, at: datetime,
) -> HouseholdRole:  # fmt: skip
    """Somebody named by number, phone or name becomes something in a home; a captain becomes it in the whole building.

    Raises what `person_meant`, `give_role` and `name_captain` raise.
    """
    accounts.require(policies.may_keep_register(by, household.community_id))
    person = person_meant(community=household.community, who=who, phone=phone, by=by, at=at)
    building = household.building
    if kind != HouseholdRoleKind.CAPTAIN or building is None or household.closed_on is not None:
        return give_role(
            household=household, person=person, kind=kind, relation=relation, since=since, by=by, at=at
        )
    name_captain(building=building, person=person, since=since, by=by, at=at)
    found: HouseholdRole = HouseholdRole.objects.open().get(household=household, person=person, kind=kind)
    return found


@transaction.atomic
def end_role(*, role: HouseholdRole, on: date, by: User, at: datetime) -> HouseholdRole:
    """No longer since a day; the row stays. Raises DateOutOfOrder, NotAllowed."""
    accounts.require(policies.may_keep_register(by, role.community_id))
    role = HouseholdRole.objects.select_for_update().get(pk=role.pk)
    if on < role.since or on > months.day_of(at):
        raise DateOutOfOrder(field="on")
    role.until = on
    role.save(update_fields=["until"])
    for each in residents(household=role.household_id):
        support.warn_if_thin(elder=each, at=at)
    return role


@transaction.atomic
def undo_end(*, role: HouseholdRole, by: User, at: datetime) -> HouseholdRole:
    """The end was a slip. Raises OneHead, OneHome when somebody else has the place by now."""
    accounts.require(policies.may_keep_register(by, role.community_id))
    role = HouseholdRole.objects.select_for_update().get(pk=role.pk)
    role.until = None
    try:
        with transaction.atomic():
            role.save(update_fields=["until"])
    except IntegrityError as refused:
        raise (OneHome if "one_home" in str(refused) else OneHead) from refused
    return role


@transaction.atomic
def name_captain(*, building: Area, person: Person, since: date, by: User, at: datetime) -> int:
    """The neighbours of a building elected a captain (楼长): every home of the building gets the role, the former
    captain's ends. Returns in how many homes. Source: S3.
    """
    accounts.require(policies.may_keep_register(by, person.community_id))
    if since > months.day_of(at):
        raise DateOutOfOrder(field="since")
    homes = list(
        Household.objects.of(person.community_id)
        .filter(building=building, closed_on__isnull=True)
        .order_by("pk")
    )
    for role in (
        HouseholdRole.objects.open().filter(household__in=homes, kind="CAPTAIN").exclude(person=person)
    ):
        role.until = max(since, role.since)
        role.save(update_fields=["until"])
    HouseholdRole.objects.bulk_create(
        [
            HouseholdRole(
                community_id=home.community_id, household=home, person=person, kind=HouseholdRoleKind.CAPTAIN,
                since=max(since, home.opened_on), by=by, at=at,
            )
            for home in homes
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return len(homes)


@transaction.atomic
def place(
    *, household: Household, lon: float | None, lat: float | None, note: str = "", by: User, at: datetime
) -> Household:
    """Where the home stands (WGS-84) and a note for whoever comes: gate code, dog, stairs.

    Those who live behind this door stand there too, so that the nearest helper is the nearest to them; without numbers
    they stand where their building does. Source: domain.md §2.7; proof.md §1b.
    """
    accounts.require(policies.may_keep_register(by, household.community_id))
    household.lon, household.lat, household.note = lon, lat, note.strip()
    household.save(update_fields=["lon", "lat", "note"])
    if household.building is not None and household.door:
        where = (lon, lat) if lon is not None else (household.building.lon, household.building.lat)
        Elder.objects.of(household.community_id).filter(
            building_id=household.building_id, door=household.door
        ).update(lon=where[0], lat=where[1])
    return household


@transaction.atomic
def note_living(
    *, elder: Elder, living: str, caregiver: str, since: date, by: User, at: datetime
) -> LivingSpell | None:  # fmt: skip
    """A change of the living situation with its true day; the newest by day stands on the elder. None: no change.

    A day before the newest one is history only. Raises DateOutOfOrder.
    """
    accounts.require(policies.may_keep_register(by, elder.community_id))
    if since > months.day_of(at):
        raise DateOutOfOrder(field="since")
    newest = LivingSpell.objects.filter(elder=elder).order_by("-since", "-pk").first()
    is_present = newest is None or since >= newest.since
    if is_present and newest is not None and (newest.living, newest.caregiver) == (living, caregiver):
        return None
    row = LivingSpell.objects.create(
        community_id=elder.community_id,
        elder=elder,
        living=living,
        caregiver=caregiver,
        since=since,
        by=by,
        at=at,
    )
    if is_present:
        elder.living, elder.caregiver = living, caregiver
        elder.save(update_fields=["living", "caregiver"])
    return row
