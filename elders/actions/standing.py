"""Pause and resume as a paired dated instruction; moving away and death; each taken back by another row."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions import contacts, following, households, life, person_facts, support
from elders.actions.refusals import DateOutOfOrder, NothingToUndo, NotInCare, PauseRunning
from elders.models import Elder, HelpToken, HouseholdRole, LifeEvent, Pause
from elders.reports import story
from elders.states import ELDER_STEPS, ElderStatus, LifeEventKind, PauseReason, RiskKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

STANDING = ["status", "status_on"]
DUES = ["contact_due_at", "archive_due_on", "assessment_due_on"]
# The risk events that a death writes for those left behind: `elders.died:<event>:<elder>`.
LOST = "elders.died:"


@transaction.atomic
def pause(
    *, elder: Elder, reason: str = PauseReason.OTHER, since: date, until: date | None = None, by: User, at: datetime
) -> Pause:  # fmt: skip
    """Services rest from a day until another (hospital, travel); clocks stand still until the elder is back.

    A first day that lies ahead is a plan: the station begins the pause by itself on that day. With a day of return it
    resumes by itself. Recorded late, with both days past, both happen at once with their true dates. Raises
    NotInCare, PauseRunning, DateOutOfOrder. Source: issue 3.
    """
    elder = life.locked(elder=elder, keeper=by)
    today = months.day_of(at)
    if _open_pause(elder) is not None:
        raise PauseRunning
    if elder.status != ElderStatus.ACTIVE:
        raise NotInCare
    if since <= today:
        life.require_past(elder, since, at)
    if until is not None and until < since:
        raise DateOutOfOrder(field="until")
    row = Pause.objects.create(
        community_id=elder.community_id, elder=elder, reason=reason, since=since, until=until, by=by,
        is_planned=since > today,
    )  # fmt: skip
    if not row.is_planned:
        _begin(elder, row, by=by, at=at)
        if until is not None and until <= today:
            resume(elder=elder, on=until, by=by, at=at)
            row.refresh_from_db()
    return row


@transaction.atomic
def cancel_pause(*, pause_row: Pause, by: User, at: datetime) -> Pause:
    """A planned pause is not wanted after all. Raises PauseRunning when it has begun, is over or cancelled."""
    elder = life.locked(elder=pause_row.elder, keeper=by)
    row = _open_pause(elder)
    if row is None or row.pk != pause_row.pk or not row.is_planned:
        raise PauseRunning
    row.cancelled_at = at
    row.save(update_fields=["cancelled_at"])
    return row


@transaction.atomic
def change_return(*, pause_row: Pause, until: date | None, by: User, at: datetime) -> Pause:
    """The day of return moves, or is not known any more. Raises NotInCare, DateOutOfOrder."""
    elder = life.locked(elder=pause_row.elder, keeper=by)
    row = _open_pause(elder)
    if row is None or row.pk != pause_row.pk:
        raise NotInCare
    if until is not None and (until < row.since or until < months.day_of(at)):
        raise DateOutOfOrder(field="until")
    row.until = until
    row.save(update_fields=["until"])
    if not row.is_planned:
        if until is not None:
            following.back(
                elder=elder,
                cause=f"pause:{row.pk}",
                after=months.start_of(until),
                untimed=False,
                by=by,
                at=at,
            )
        _rest(elder, row, by=by, at=at)
    return row


@transaction.atomic
def resume(*, elder: Elder, on: date, by: User, at: datetime) -> Elder:
    """The elder is back; the contact clock starts anew. Raises NotInCare when there is no pause, DateOutOfOrder."""
    elder = life.locked(elder=elder, keeper=by)
    if elder.status != ElderStatus.PAUSED:
        raise NotInCare
    running = _open_pause(elder)
    if on > months.day_of(at) or (running is not None and on < running.since):
        raise DateOutOfOrder(field="on")
    before = life.standing_of(elder)
    _end_pause(elder, on)
    life.take(elder, "resume", on)
    elder.contact_due_at = at + contacts.silence_allowed(elder, on=months.day_of(at))
    elder.save(update_fields=[*STANDING, "contact_due_at"])
    life.event(elder=elder, kind=LifeEventKind.RESUMED, on=on, before=before, by=by, at=at)
    if running is not None:
        following.back(elder=elder, cause=f"pause:{running.pk}", after=at, by=by, at=at)
    return elder


@transaction.atomic
def begin_due(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Begin every planned pause whose day has come; twice, or on two workers at once, is once. Returns how many.

    The elder's row is locked before the plan is looked at again, so whoever comes second finds it begun.
    """
    accounts.require(policies.may_keep_register(by, community.pk))
    waiting = Pause.objects.of(community).filter(
        is_planned=True, cancelled_at__isnull=True, ended_on__isnull=True, since__lte=on
    )
    begun = 0
    for each in waiting.select_related("elder").order_by("elder_id"):
        elder = life.locked(elder=each.elder, keeper=by)
        row = _open_pause(elder)
        if row is None or row.pk != each.pk or not row.is_planned:
            continue
        if elder.status != ElderStatus.ACTIVE:
            row.cancelled_at = at
            row.save(update_fields=["cancelled_at"])
            continue
        row.is_planned = False
        row.save(update_fields=["is_planned"])
        _begin(elder, row, by=by, at=at)
        begun += 1
    return begun


@transaction.atomic
def resume_due(*, community: Community, on: date, by: User, at: datetime) -> int:
    """Resume everybody whose day of return has come; twice, or on two workers at once, is once. Returns how many."""
    accounts.require(policies.may_keep_register(by, community.pk))
    waiting = Pause.objects.of(community).filter(
        ended_on__isnull=True,
        cancelled_at__isnull=True,
        is_planned=False,
        until__lte=on,
        elder__status="PAUSED",
    )
    resumed = 0
    for each in waiting.select_related("elder").order_by("elder_id"):
        elder = life.locked(elder=each.elder, keeper=by)
        row = _open_pause(elder)
        if elder.status != ElderStatus.PAUSED or row is None or row.until is None or row.until > on:
            continue
        resume(elder=elder, on=row.until, by=by, at=at)
        resumed += 1
    return resumed


@transaction.atomic
def leave(*, elder: Elder, on: date, reason: str = "", by: User, at: datetime) -> LifeEvent:
    """The elder moved away: all future work ends with this fact. Raises NotInCare, DateOutOfOrder."""
    return _depart(elder, "leave", LifeEventKind.LEFT, on, reason, by=by, at=at)


@transaction.atomic
def die(*, elder: Elder, on: date, reason: str = "", by: User, at: datetime) -> LifeEvent:
    """The elder died: all future work ends, help cards are revoked; whoever lived with them or was cared for by them
    has lost somebody, and their colour is suggested anew. Raises NotInCare, DateOutOfOrder.

    Source: domain.md §1.13 (re-run events: death of spouse or caregiver).
    """
    left_behind = households.dependants(person=elder.person)
    fact = _depart(elder, "die", LifeEventKind.DIED, on, reason, by=by, at=at)
    for each in left_behind:
        contacts.note_risk(
            elder=each, kind=RiskKind.BEREAVEMENT, on=max(on, each.registered_on), detail=elder.person.name,
            source_key=f"{LOST}{fact.pk}:{each.pk}", by=by, at=at,
        )  # fmt: skip
        support.warn_if_thin(elder=each, at=at)
    return fact


def _depart(
    elder: Elder, name: str, kind: str, on: date, reason: str, *, by: User, at: datetime
) -> LifeEvent:
    """One event: pauses end, plans are cancelled, clocks stop, help cards stop, the place at home ends, and what
    other apps had planned for the elder."""
    elder = life.locked(elder=elder, keeper=by)
    if elder.status not in ELDER_STEPS[name].sources:
        raise NotInCare
    life.require_past(elder, on, at)
    before = life.standing_of(elder)
    _end_pause(elder, on)
    Pause.objects.filter(pk=before["planned"]).update(cancelled_at=at)
    life.take(elder, name, on)
    elder.contact_due_at = elder.archive_due_on = elder.assessment_due_on = None
    elder.save(update_fields=[*STANDING, *DUES])
    revoked = HelpToken.objects.filter(elder=elder, revoked_at__isnull=True)
    before["help_tokens"] = list(revoked.values_list("pk", flat=True))
    revoked.update(revoked_at=at, revoked_by=by)
    before["roles"] = households.leave_home(person=elder.person, on=on)
    fact = life.event(elder=elder, kind=kind, on=on, detail=reason, before=before, by=by, at=at)
    following.stop(elder=elder, rest=following.Rest(f"event:{fact.pk}", since=on, gone=True), by=by, at=at)
    return fact


@transaction.atomic
def undo(*, event: LifeEvent, reason: str, by: User, at: datetime) -> LifeEvent:
    """Take the latest event (a wrong death, a wrong move) or the latest correction back and restore what it changed.

    Raises NothingToUndo.

    Help cards revoked by a departure become valid again, because the card on the fridge is still there.
    """
    elder = life.locked(elder=event.elder, keeper=by)
    if event.pk not in {each.pk for each in story.may_be_undone(elder)}:
        raise NothingToUndo
    paused = _open_pause(elder)
    if event.kind == LifeEventKind.CORRECTED:
        person_facts.restore(elder=elder, event=event, by=by, at=at)
    else:
        _restore(elder, event)
    _follow_back(elder, event, paused, by=by, at=at)
    undone = life.event(
        elder=elder,
        kind=LifeEventKind.UNDONE,
        on=months.day_of(at),
        detail=reason,
        undoes=event,
        by=by,
        at=at,
    )
    contacts.recompute(elder_ids=[elder.pk], on=months.day_of(at))
    return undone


# --- small parts -------------------------------------------------------------------------------------
def _open_pause(elder: Elder) -> Pause | None:
    return Pause.objects.filter(elder=elder, ended_on__isnull=True, cancelled_at__isnull=True).first()


def _begin(elder: Elder, row: Pause, *, by: User, at: datetime) -> None:
    before = {**life.standing_of(elder), "pause": None, "planned": None}
    life.take(elder, "pause", row.since)
    elder.save(update_fields=STANDING)
    life.event(
        elder=elder, kind=LifeEventKind.PAUSED, on=row.since, detail=str(PauseReason(row.reason).name), before=before, by=by, at=at
    )  # fmt: skip
    _rest(elder, row, by=by, at=at)


def _rest(elder: Elder, row: Pause, *, by: User, at: datetime) -> None:
    following.stop(
        elder=elder,
        rest=following.Rest(f"pause:{row.pk}", since=row.since, until=row.until),
        by=by,
        at=at,
    )


def _follow_back(elder: Elder, event: LifeEvent, paused: Pause | None, *, by: User, at: datetime) -> None:
    """What stopped with the event comes back; a pause that runs again stops its work again."""
    if event.kind == LifeEventKind.DIED:
        contacts.take_back_risks(community=elder.community, source=f"{LOST}{event.pk}:", by=by, at=at)
    if event.kind in (LifeEventKind.LEFT, LifeEventKind.DIED):
        following.back(elder=elder, cause=f"event:{event.pk}", by=by, at=at)
    elif event.kind == LifeEventKind.PAUSED and paused is not None:
        following.back(elder=elder, cause=f"pause:{paused.pk}", by=by, at=at)
    elif event.kind == LifeEventKind.RESUMED:
        running = _open_pause(elder)
        if running is not None and not running.is_planned:
            _rest(elder, running, by=by, at=at)


def _end_pause(elder: Elder, on: date) -> None:
    running = _open_pause(elder)
    if running is not None and not running.is_planned:
        running.ended_on = max(on, running.since)
        running.save(update_fields=["ended_on"])


def _restore(elder: Elder, event: LifeEvent) -> None:
    before = event.before
    if event.kind == LifeEventKind.MOVED:
        elder.building_id, elder.grid_id, elder.door = before["building"], before["grid"], before["door"]
        elder.lon, elder.lat = before["lon"], before["lat"]
        elder.address_sealed = bytes.fromhex(before["address_sealed"]) if before["address_sealed"] else None
        elder.save(update_fields=["building", "grid", "door", "lon", "lat", "address_sealed"])
        HouseholdRole.objects.open().filter(person=elder.person_id, kind="RESIDENT").update(until=event.on)
        HouseholdRole.objects.filter(pk__in=before.get("roles", [])).update(until=None)
        return
    elder.status, elder.status_on = before["status"], date.fromisoformat(before["status_on"])
    for name in ("archive_due_on", "assessment_due_on"):
        setattr(elder, name, date.fromisoformat(before[name]) if before[name] else None)
    elder.contact_due_at = (
        datetime.fromisoformat(before["contact_due_at"]) if before["contact_due_at"] else None
    )
    elder.save(update_fields=[*STANDING, *DUES])
    if before["pause"]:
        Pause.objects.filter(pk=before["pause"]).update(ended_on=None)
    elif event.kind == LifeEventKind.PAUSED:
        Pause.objects.filter(elder=elder, ended_on__isnull=True, is_planned=False).update(ended_on=event.on)
    if before.get("planned"):
        Pause.objects.filter(pk=before["planned"]).update(cancelled_at=None)
    HelpToken.objects.filter(pk__in=before.get("help_tokens", [])).update(revoked_at=None, revoked_by=None)
    HouseholdRole.objects.filter(pk__in=before.get("roles", [])).update(until=None)
