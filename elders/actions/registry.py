"""The register: enter, move, keep the facts right; every step a dated fact. Standing changes live in `standing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.actions import people
from carenet.parties.models import Area, Community, Person
from elders import policies
from elders.actions import households, life, triage
from elders.actions.categories import CategoryFacts, add_category, end_category
from elders.actions.refusals import (
    AlreadyElder,
    BirthDateMissing,
    DateOutOfOrder,
    IdReasonMissing,
    LooksLikeSomebody,
    ReligionNeedsReason,
    TooYoung,
    UnknownPlace,
)
from elders.actions.standing import (
    begin_due,
    cancel_pause,
    change_return,
    die,
    leave,
    pause,
    resume,
    resume_due,
    undo,
)
from elders.models import Consent, Elder, LivingSpell, NotSamePerson
from elders.reports import intervals, lookalikes
from elders.rules import clocks
from elders.states import Caregiver, LifeEventKind, Literacy, Living

if TYPE_CHECKING:
    from carenet.accounts.models import User

__all__ = [
    "CategoryFacts", "add_category", "assign_owner", "begin_due", "cancel_pause", "change_return", "check_place", "die",
    "draft", "end_category", "keep_facts", "leave", "move", "next_number", "pause", "register", "remember_different",
    "resume", "resume_due", "undo", "update_facts",
]  # fmt: skip

NUMBER_LOCK = 20_311


@transaction.atomic
def register(
    *, community: Community, person: Person | None = None, name: str = "", sex: int = 0, born_on: date | None = None,
    id_number: str = "", no_id_reason: str = "", phone: str = "", ethnicity: str = "", building: Area | None = None,
    grid: Area | None = None, door: str = "", address: str = "", living: str = Living.UNKNOWN,
    caregiver: str = Caregiver.UNKNOWN, lon: float | None = None, lat: float | None = None, owner: User | None = None,
    languages: Iterable[str] = (), dialect: str = "", literacy: str = Literacy.UNKNOWN,
    registered_on: date | None = None, categories: Iterable[CategoryFacts] = (), not_the_same_as: Iterable[Person] = (),
    is_demo: bool = False, by: User, at: datetime,
) -> Elder:  # fmt: skip
    """Put somebody of 60 or over on the register, as a new person or one the station knows already.

    The elder begins grey, with 30 days to the first assessment; a suggestion from what is known already (living
    alone …) is made at once. Look-alikes (same phone, or same name and birth date) are refused until a person
    says they are different (`not_the_same_as`), which is remembered. Raises TooYoung, BirthDateMissing,
    IdReasonMissing, UnknownPlace, AlreadyElder, LooksLikeSomebody, NotAllowed and what people.register raises.
    Source: S0-16; 老年人权益保障法 Art. 2; domain.md §1.13, §2.1.
    """
    accounts.require(policies.may_keep_register(by, community.pk))
    if person is None:
        if not id_number.strip() and not no_id_reason.strip():
            raise IdReasonMissing(field="id_number")
        different = {each.pk for each in not_the_same_as}
        alike = lookalikes.find(
            community=community, name=name, born_on=born_on, id_number=id_number, phone=phone
        )
        asked = [each for each in alike if each.person_id not in different]
        if asked:
            raise LooksLikeSomebody(people=asked)
        person = people.register(
            community=community, name=name, sex=sex, born_on=born_on, id_number=id_number,
            no_id_reason=no_id_reason, phone=phone, ethnicity=ethnicity, is_demo=is_demo, by=by, at=at,
        )  # fmt: skip
        for other in different:
            remember_different(one_id=person.pk, other_id=other, community=community, by=by, at=at)
    building, grid = check_place(community, building, grid)
    elder = draft(
        community=community, person=person, number=next_number(community), building=building, grid=grid, door=door,
        address=address, living=living, caregiver=caregiver, lon=lon, lat=lat, owner=owner,
        registered_on=registered_on or months.day_of(at), is_demo=is_demo or person.is_demo, by=by, at=at,
    )  # fmt: skip
    elder.languages, elder.dialect, elder.literacy = (
        sorted(set(languages)),
        dialect.strip(),
        Literacy(literacy),
    )
    try:
        with transaction.atomic():
            elder.save()
    except IntegrityError as refused:
        if "elders_elder_person" in str(refused):
            raise AlreadyElder from refused
        raise
    life.event(elder=elder, kind=LifeEventKind.REGISTERED, on=elder.registered_on, by=by, at=at)
    LivingSpell.objects.create(
        community=community, elder=elder, living=elder.living, caregiver=elder.caregiver, since=elder.registered_on,
        by=by, at=at,
    )  # fmt: skip
    households.settle(elder=elder, since=elder.registered_on, by=by, at=at)
    for category in categories:
        add_category(elder=elder, category=category, by=by, on=elder.registered_on, at=at)
    triage.suggest(elder=elder, by=by, at=at)
    return elder


def draft(
    *, community: Community, person: Person, number: int, building: Area | None, grid: Area | None, door: str = "",
    address: str = "", living: str = Living.UNKNOWN, caregiver: str = Caregiver.UNKNOWN, lon: float | None = None,
    lat: float | None = None, owner: User | None = None, registered_on: date, is_demo: bool = False,
    days: Mapping[str, int] | None = None, by: User, at: datetime,
) -> Elder:  # fmt: skip
    """A checked, not yet saved elder with running clocks; the import saves thousands of these at once."""
    if person.born_on is None:
        raise BirthDateMissing(field="born_on")
    if (person.age(registered_on) or 0) < life.OLD_ENOUGH:
        raise TooYoung(field="born_on")
    if registered_on > months.day_of(at):
        raise DateOutOfOrder(field="registered_on")
    days = days or intervals.days_on(community.pk, registered_on)
    elder = Elder(
        community=community, person=person, number=number, registered_on=registered_on, status_on=registered_on,
        building=building, grid=grid, door=door.strip(), living=living, caregiver=caregiver,
        lon=lon if lon is not None else (building.lon if building else None),
        lat=lat if lat is not None else (building.lat if building else None),
        owner=owner, is_demo=is_demo, registered_by=by, created_at=at,
        contact_due_at=at + timedelta(days=days[clocks.contact_key("UNASSESSED")]),
        archive_due_on=registered_on + timedelta(days=days["archive"]),
        assessment_due_on=registered_on + timedelta(days=days["assessment:first"]),
    )  # fmt: skip
    elder.seal_address(address.strip())
    return elder


def next_number(community: Community, count: int = 1) -> int:
    """The first of `count` free archive numbers; the community's numbering is locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBER_LOCK, community.pk])
    return (Elder.objects.of(community).aggregate(last=Max("number"))["last"] or 0) + 1


def check_place(
    community: Community, building: Area | None, grid: Area | None = None
) -> tuple[Area | None, Area | None]:
    """Building and grid of this community; the grid follows from the building. Raises UnknownPlace."""
    for area in (building, grid):
        if area is not None and community.area_id not in area.path:
            raise UnknownPlace(field="building")
    if building is not None and building.parent is not None and building.parent.kind == "GRID":
        grid = building.parent
    return building, grid


@transaction.atomic
def move(
    *, elder: Elder, building: Area | None, door: str = "", address: str = "", lon: float | None = None,
    lat: float | None = None, on: date, by: User, at: datetime,
) -> Elder:  # fmt: skip
    """The elder moved within the community; the old place is kept in the event, the colour is suggested anew.

    Raises UnknownPlace, NotInCare. Source: domain.md §1.13 (re-run events).
    """
    elder = life.locked(elder=elder, keeper=by)
    life.require_present(elder)
    life.require_past(elder, on, at)
    before = life.place_of(elder)
    elder.building, elder.grid = check_place(elder.community, building)
    elder.door = door.strip()
    elder.lon = lon if lon is not None else (building.lon if building else None)
    elder.lat = lat if lat is not None else (building.lat if building else None)
    elder.seal_address(address.strip())
    elder.save(update_fields=["building", "grid", "door", "lon", "lat", "address_sealed"])
    before["roles"] = households.leave_home(person=elder.person, on=on)
    households.settle(elder=elder, since=on, by=by, at=at)
    life.event(
        elder=elder, kind=LifeEventKind.MOVED, on=on, detail=elder.place_text, before=before, by=by, at=at
    )
    triage.suggest_after_event(elder=elder, by=by, at=at)
    return elder


@transaction.atomic
def update_facts(
    *, elder: Elder, living: str | None = None, caregiver: str | None = None, on: date, by: User, at: datetime
) -> Elder:
    """Look through the archive with the elder: what changed is written, and the 90-day clock starts again.

    Source: S4 (quarterly archive update), domain.md §1.13.
    """
    elder = life.locked(elder=elder, keeper=by)
    life.require_present(elder)
    life.require_past(elder, on, at)
    households.note_living(
        elder=elder, living=Living(living or elder.living), caregiver=Caregiver(caregiver or elder.caregiver), since=on,
        by=by, at=at,
    )  # fmt: skip
    days = intervals.days_on(elder.community_id, on)
    elder.archive_due_on = on + timedelta(days=days["archive"])
    elder.save(update_fields=["archive_due_on"])
    life.event(elder=elder, kind=LifeEventKind.UPDATED, on=on, by=by, at=at)
    triage.suggest(elder=elder, by=by, at=at)
    return elder


@transaction.atomic
def assign_owner(*, elder: Elder, owner: User | None, by: User, at: datetime) -> Elder:
    """Make a worker responsible for the elder. Raises NotAllowed when the worker is no staff of the community."""
    elder = life.locked(elder=elder, keeper=by)
    accounts.require(owner is None or accounts.is_staff_of(owner, elder.community_id))
    elder.owner = owner
    elder.save(update_fields=["owner"])
    return elder


def remember_different(*, one_id: int, other_id: int, community: Community, by: User, at: datetime) -> None:
    """Two look-alikes are different people: nobody is asked again."""
    low, high = sorted((one_id, other_id))
    NotSamePerson.objects.bulk_create(
        [NotSamePerson(community=community, one_id=low, other_id=high, by=by, at=at)], ignore_conflicts=True
    )


@transaction.atomic
def keep_facts(
    *, elder: Elder, languages: Iterable[str], dialect: str = "", literacy: str = Literacy.UNKNOWN, religion: str = "",
    religion_why: str = "", by: User, at: datetime,
) -> Elder:  # fmt: skip
    """What one must know to talk with the elder. Religion is sensitive by law: only for a named purpose and with its
    own consent. Raises ReligionNeedsReason, NotAllowed. Source: S2-7; PIPL Art. 28, 29; domain.md §2.3.
    """
    elder = life.locked(elder=elder, keeper=by)
    religion, religion_why = religion.strip(), religion_why.strip()
    if religion:
        agreed = Consent.objects.filter(elder=elder, purpose="BELIEF", withdrawn_at__isnull=True).exists()
        if not religion_why or not agreed:
            raise ReligionNeedsReason(field="religion")
    elder.languages, elder.dialect, elder.literacy = (
        sorted(set(languages)),
        dialect.strip(),
        Literacy(literacy),
    )
    elder.seal_religion(religion)
    elder.religion_why = religion_why if religion else ""
    elder.save(update_fields=["languages", "dialect", "literacy", "religion_sealed", "religion_why"])
    return elder
