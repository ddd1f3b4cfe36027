"""The register: enter, move, pause, resume, leave, die; every step a dated fact that can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from carenet.accounts import policies as accounts
from carenet.kernel import months, steps
from carenet.parties.actions import people
from carenet.parties.models import Area, Community, Person
from elders import policies
from elders.actions import contacts, triage
from elders.actions.categories import CategoryFacts, add_category, end_category
from elders.actions.refusals import (
    AlreadyElder,
    BirthDateMissing,
    DateOutOfOrder,
    IdReasonMissing,
    LooksLikeSomebody,
    NothingToUndo,
    NotInCare,
    TooYoung,
    UnknownPlace,
)
from elders.models import Elder, HelpToken, LifeEvent, NotSamePerson, Pause
from elders.reports import intervals, lookalikes
from elders.rules import clocks
from elders.states import ELDER_STEPS, Caregiver, ElderStatus, LifeEventKind, Living, PauseReason

if TYPE_CHECKING:
    from carenet.accounts.models import User

__all__ = [
    "CategoryFacts", "add_category", "assign_owner", "check_place", "die", "draft", "end_category", "leave", "move",
    "next_number", "pause", "register", "remember_different", "resume", "resume_due", "undo", "update_facts",
]  # fmt: skip

OLD_ENOUGH = 60
NUMBER_LOCK = 20_311


@transaction.atomic
def register(
    *, community: Community, person: Person | None = None, name: str = "", sex: int = 0, born_on: date | None = None,
    id_number: str = "", no_id_reason: str = "", phone: str = "", ethnicity: str = "", building: Area | None = None,
    grid: Area | None = None, door: str = "", address: str = "", living: str = Living.UNKNOWN,
    caregiver: str = Caregiver.UNKNOWN, lon: float | None = None, lat: float | None = None, owner: User | None = None,
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
    try:
        with transaction.atomic():
            elder.save()
    except IntegrityError as refused:
        if "elders_elder_person" in str(refused):
            raise AlreadyElder from refused
        raise
    _event(elder, LifeEventKind.REGISTERED, elder.registered_on, by=by, at=at)
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
    if (person.age(registered_on) or 0) < OLD_ENOUGH:
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
    """The elder moved within the community. The old place is kept in the event. Raises UnknownPlace, NotInCare."""
    elder = _locked(elder, by)
    _require_present(elder)
    _require_past(elder, on, at)
    before = _place_of(elder)
    elder.building, elder.grid = check_place(elder.community, building)
    elder.door = door.strip()
    elder.lon = lon if lon is not None else (building.lon if building else None)
    elder.lat = lat if lat is not None else (building.lat if building else None)
    elder.seal_address(address.strip())
    elder.save(update_fields=["building", "grid", "door", "lon", "lat", "address_sealed"])
    _event(elder, LifeEventKind.MOVED, on, detail=elder.place_text, before=before, by=by, at=at)
    return elder


@transaction.atomic
def pause(
    *,
    elder: Elder,
    reason: str = PauseReason.OTHER,
    since: date,
    until: date | None = None,
    by: User,
    at: datetime,
) -> Pause:
    """Services rest (hospital, travel); clocks stand still until the elder is back. Raises NotInCare, DateOutOfOrder.

    With a date of return the station resumes by itself on that day.
    """
    elder = _locked(elder, by)
    if elder.status != ElderStatus.ACTIVE:
        raise NotInCare
    _require_past(elder, since, at)
    if until is not None and until < since:
        raise DateOutOfOrder(field="until")
    before = _standing_of(elder)
    pause_row = Pause.objects.create(
        community_id=elder.community_id, elder=elder, reason=reason, since=since, until=until, by=by
    )
    _take(elder, "pause", since)
    elder.save(update_fields=["status", "status_on"])
    _event(
        elder, LifeEventKind.PAUSED, since, detail=str(PauseReason(reason).name), before=before, by=by, at=at
    )
    return pause_row


@transaction.atomic
def resume(*, elder: Elder, on: date, by: User, at: datetime) -> Elder:
    """The elder is back; the contact clock starts anew. Raises NotInCare when there is no pause."""
    elder = _locked(elder, by)
    if elder.status != ElderStatus.PAUSED:
        raise NotInCare
    before = _standing_of(elder)
    _end_pause(elder, on)
    _take(elder, "resume", on)
    elder.contact_due_at = at + contacts.silence_allowed(elder, on=months.day_of(at))
    elder.save(update_fields=["status", "status_on", "contact_due_at"])
    _event(elder, LifeEventKind.RESUMED, on, before=before, by=by, at=at)
    return elder


@transaction.atomic
def resume_due(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Resume everybody whose day of return has come; twice is once. Returns how many."""
    waiting = Pause.objects.of(community).filter(ended_on__isnull=True, until__lte=on, elder__status="PAUSED")
    found = list(waiting.select_related("elder").order_by("elder_id"))
    for each in found:
        resume(elder=each.elder, on=each.until or on, by=by, at=at)
    return len(found)


@transaction.atomic
def leave(*, elder: Elder, on: date, reason: str = "", by: User, at: datetime) -> LifeEvent:
    """The elder moved away: all future work ends with this fact. Raises NotInCare, DateOutOfOrder."""
    return _depart(elder, "leave", LifeEventKind.LEFT, on, reason, by=by, at=at)


@transaction.atomic
def die(*, elder: Elder, on: date, reason: str = "", by: User, at: datetime) -> LifeEvent:
    """The elder died: all future work ends, help cards are revoked. Raises NotInCare, DateOutOfOrder."""
    return _depart(elder, "die", LifeEventKind.DIED, on, reason, by=by, at=at)


def _depart(
    elder: Elder, name: str, kind: str, on: date, reason: str, *, by: User, at: datetime
) -> LifeEvent:
    elder = _locked(elder, by)
    if elder.status not in ELDER_STEPS[name].sources:
        raise NotInCare
    _require_past(elder, on, at)
    before = _standing_of(elder)
    _end_pause(elder, on)
    _take(elder, name, on)
    elder.contact_due_at = elder.archive_due_on = elder.assessment_due_on = None
    elder.save(update_fields=["status", "status_on", "contact_due_at", "archive_due_on", "assessment_due_on"])
    revoked = HelpToken.objects.filter(elder=elder, revoked_at__isnull=True)
    before["help_tokens"] = list(revoked.values_list("pk", flat=True))
    revoked.update(revoked_at=at, revoked_by=by)
    return _event(elder, kind, on, detail=reason, before=before, by=by, at=at)


@transaction.atomic
def undo(*, event: LifeEvent, reason: str, by: User, at: datetime) -> LifeEvent:
    """Take the latest event back (a wrong death, a wrong move) and restore what it changed. Raises NothingToUndo.

    Help cards revoked by a departure become valid again, because the card on the fridge is still there.
    """
    elder = _locked(event.elder, by)
    latest = (
        LifeEvent.objects.filter(elder=elder, undone_by__isnull=True)
        .exclude(kind__in=[LifeEventKind.UNDONE, LifeEventKind.UPDATED])
        .order_by("-pk")
        .first()
    )
    if latest is None or latest.pk != event.pk or event.kind == LifeEventKind.REGISTERED:
        raise NothingToUndo
    _restore(elder, event)
    undone = _event(elder, LifeEventKind.UNDONE, months.day_of(at), detail=reason, undoes=event, by=by, at=at)
    contacts.recompute(elder_ids=[elder.pk], on=months.day_of(at))
    return undone


def _restore(elder: Elder, event: LifeEvent) -> None:
    before = event.before
    if event.kind == LifeEventKind.MOVED:
        elder.building_id, elder.grid_id, elder.door = before["building"], before["grid"], before["door"]
        elder.lon, elder.lat = before["lon"], before["lat"]
        elder.address_sealed = bytes.fromhex(before["address_sealed"]) if before["address_sealed"] else None
        elder.save(update_fields=["building", "grid", "door", "lon", "lat", "address_sealed"])
        return
    elder.status, elder.status_on = before["status"], date.fromisoformat(before["status_on"])
    for name in ("archive_due_on", "assessment_due_on"):
        setattr(elder, name, date.fromisoformat(before[name]) if before[name] else None)
    elder.contact_due_at = (
        datetime.fromisoformat(before["contact_due_at"]) if before["contact_due_at"] else None
    )
    elder.save(update_fields=["status", "status_on", "archive_due_on", "assessment_due_on", "contact_due_at"])
    if before["pause"]:
        Pause.objects.filter(pk=before["pause"]).update(ended_on=None)
    elif event.kind == LifeEventKind.PAUSED:
        Pause.objects.filter(elder=elder, ended_on__isnull=True).update(ended_on=event.on)
    HelpToken.objects.filter(pk__in=before.get("help_tokens", [])).update(revoked_at=None, revoked_by=None)


@transaction.atomic
def update_facts(
    *, elder: Elder, living: str | None = None, caregiver: str | None = None, on: date, by: User, at: datetime
) -> Elder:
    """Look through the archive with the elder: what changed is written, and the 90-day clock starts again.

    Source: S4 (quarterly archive update), domain.md §1.13.
    """
    elder = _locked(elder, by)
    _require_present(elder)
    _require_past(elder, on, at)
    if living is not None:
        elder.living = Living(living)
    if caregiver is not None:
        elder.caregiver = Caregiver(caregiver)
    days = intervals.days_on(elder.community_id, on)
    elder.archive_due_on = on + timedelta(days=days["archive"])
    elder.save(update_fields=["living", "caregiver", "archive_due_on"])
    _event(elder, LifeEventKind.UPDATED, on, by=by, at=at)
    triage.suggest(elder=elder, by=by, at=at)
    return elder


@transaction.atomic
def assign_owner(*, elder: Elder, owner: User | None, by: User, at: datetime) -> Elder:
    """Make a worker responsible for the elder. Raises NotAllowed when the worker is no staff of the community."""
    elder = _locked(elder, by)
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


# --- small parts -------------------------------------------------------------------------------------
def _locked(elder: Elder, by: User) -> Elder:
    accounts.require(policies.may_keep_register(by, elder.community_id))
    return (
        Elder.objects.select_for_update(of=("self",))
        .select_related("community", "building", "person")
        .get(pk=elder.pk)
    )


def _require_present(elder: Elder) -> None:
    if elder.status not in (ElderStatus.ACTIVE, ElderStatus.PAUSED):
        raise NotInCare


def _require_past(elder: Elder, on: date, at: datetime) -> None:
    """Between the registration and today: late work may be recorded with its true date."""
    if not elder.registered_on <= on <= months.day_of(at):
        raise DateOutOfOrder


def _take(elder: Elder, name: str, on: date) -> None:
    elder.status = steps.take(ELDER_STEPS, name, elder.status)
    elder.status_on = on


def _end_pause(elder: Elder, on: date) -> None:
    for running in Pause.objects.filter(elder=elder, ended_on__isnull=True):
        running.ended_on = max(on, running.since)
        running.save(update_fields=["ended_on"])


def _place_of(elder: Elder) -> dict[str, Any]:
    sealed_address = bytes(elder.address_sealed).hex() if elder.address_sealed else ""
    return {
        "building": elder.building_id, "grid": elder.grid_id, "door": elder.door, "lon": elder.lon, "lat": elder.lat,
        "address_sealed": sealed_address,
    }  # fmt: skip


def _standing_of(elder: Elder) -> dict[str, Any]:
    running = Pause.objects.filter(elder=elder, ended_on__isnull=True).values_list("pk", flat=True).first()
    return {
        "status": elder.status,
        "status_on": elder.status_on.isoformat(),
        "contact_due_at": elder.contact_due_at.isoformat() if elder.contact_due_at else "",
        "archive_due_on": elder.archive_due_on.isoformat() if elder.archive_due_on else "",
        "assessment_due_on": elder.assessment_due_on.isoformat() if elder.assessment_due_on else "",
        "pause": running,
    }


def _event(
    elder: Elder, kind: str, on: date, *, detail: str = "", before: dict[str, Any] | None = None,
    undoes: LifeEvent | None = None, by: User, at: datetime,
) -> LifeEvent:  # fmt: skip
    return LifeEvent.objects.create(
        community_id=elder.community_id, elder=elder, kind=kind, on=on, detail=detail[:200], before=before or {},
        undoes=undoes, by=by, at=at,
    )  # fmt: skip
