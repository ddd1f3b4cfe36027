"""Visits of social workers: written down in under a minute, never refused, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.kernel.months import day_of
from elders.actions import contacts
from elders.models import Touch
from services import notices, policies
from services.actions import intake, photos
from services.models import FollowUp, ServiceRequest, Visit
from services.refusals import KeyUsed, WordsMissing
from services.states import (
    FOLLOW_UP_STEPS,
    Channel,
    Finding,
    FollowUpKind,
    FollowUpState,
    Mood,
    Seen,
    Urgency,
    WhyNotSeen,
)

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from elders.models import Elder
    from services.models import Case

# A visit written down this long after it happened is marked as entered later. Source: station rule.
LATE_AFTER = timedelta(hours=12)
# When a follow-up is due. Source: domain.md §8.2 (follow-up within 24 hours), §8.3; station rule.
DUE = {
    FollowUpKind.FALL: timedelta(hours=24),
    FollowUpKind.POOR: timedelta(hours=48),
    FollowUpKind.CALL_BACK: timedelta(minutes=30),
    FollowUpKind.CHECK_NOW: timedelta(hours=1),
    FollowUpKind.AFTER_ALARM: timedelta(hours=24),
    # Whoever wants no visits is asked again once a year. Source: domain.md §8.3.
    FollowUpKind.OFFER_AGAIN: timedelta(days=365),
}
# Reasons that say where the elder is, so the visit was not in vain.
ACCOUNTED_FOR = (WhyNotSeen.HOSPITAL, WhyNotSeen.REFUSED)
# What the visitor chose after knocking in vain.
REMIND, URGENT = "REMIND", "URGENT"


@transaction.atomic
def log(
    *,
    elder: Elder,
    seen: str,
    mood: str = "",
    findings: Sequence[str] = (),
    note: str = "",
    visited_at: datetime,
    key: str,
    by: User,
    at: datetime,
    device_at: datetime | None = None,
    why_not_seen: str = "",
    minutes: int = 0,
    case: Case | None = None,
    next_step: str = "",
    report_now: bool = False,
    photo: bytes = b"",
) -> Visit:
    """Write a visit down. The same key gives the same visit; overlapping and late ones are kept and marked.

    The true time, the phone's and the station's are kept; a time in the future is the station's. Meeting the elder
    (in person or by telephone) starts the contact clock again. A fall or a poor state opens a follow-up; two vain
    attempts in a row raise an alarm; whoever wants no visits is asked again in a year. A photo is encoded anew and
    sealed. Raises NotAllowed, KeyUsed, NotAPhoto, TooBig. Source: domain.md §8.3; architecture.md 4a (never block the worker).
    """
    require(policies.may_visit(by, elder.community_id))
    first = _first_of_key(elder, key)
    if first is not None:
        return first
    visit = Visit(
        community_id=elder.community_id,
        elder=elder,
        case=case or _open_case(elder, by),
        worker=by,
        visited_at=min(visited_at, at),
        device_at=device_at,
        recorded_at=at,
        minutes=minutes,
        seen=seen,
        why_not_seen=(why_not_seen or WhyNotSeen.NO_ANSWER) if seen == Seen.NOT_SEEN else "",
        mood="" if seen == Seen.NOT_SEEN else mood,
        findings=[] if seen == Seen.NOT_SEEN else clean_findings(findings),
        is_late=at - visited_at > LATE_AFTER,
        key=key,
    )
    visit.overlaps = _overlaps(visit)
    visit.seal_note(note.strip())
    picture = photos.encode(photo) if photo else b""
    try:
        with transaction.atomic():
            if picture:
                visit.photo = photos.keep(elder=elder, content=picture, by=by, at=at)
            visit.save()
    except IntegrityError:
        again = _first_of_key(elder, key)
        if again is None:
            raise
        return again
    _tell_elders(visit, by=by, at=at)
    _look_after(visit, next_step=next_step, report_now=report_now, by=by, at=at)
    return visit


@transaction.atomic
def correct(
    *,
    visit: Visit,
    reason: str,
    key: str,
    by: User,
    at: datetime,
    seen: str | None = None,
    mood: str | None = None,
    findings: Sequence[str] | None = None,
    note: str | None = None,
    visited_at: datetime | None = None,
    why_not_seen: str = "",
    minutes: int | None = None,
    photo: bytes = b"",
    drop_photo: bool = False,
) -> Visit:
    """A new version that replaces the visit; the old one stays readable. What is not given stays as it was.

    By whoever reads its note: a correction carries the note along, and the photo unless another one comes or it is
    dropped. Raises NotAllowed, WordsMissing, NotAPhoto, TooBig, KeyUsed (somebody else has corrected it meanwhile).
    """
    require(policies.may_visit(by, visit.community_id) and policies.may_read_note(by, visit))
    if not reason.strip():
        raise WordsMissing(field="reason")
    first = _first_of_key(visit.elder, key)
    if first is not None:
        return first
    new_seen = seen if seen is not None else visit.seen
    missed = new_seen == Seen.NOT_SEEN
    version = Visit(
        community_id=visit.community_id,
        elder=visit.elder,
        case=visit.case,
        worker=visit.worker,
        visited_at=min(visited_at or visit.visited_at, at),
        device_at=visit.device_at,
        recorded_at=at,
        minutes=minutes if minutes is not None else visit.minutes,
        seen=new_seen,
        why_not_seen=(why_not_seen or visit.why_not_seen or WhyNotSeen.NO_ANSWER) if missed else "",
        mood="" if missed else (mood if mood is not None else visit.mood),
        findings=[] if missed else (clean_findings(findings) if findings is not None else visit.findings),
        is_late=visit.is_late,
        overlaps=visit.overlaps,
        replaces=visit,
        correction_reason=reason.strip()[:200],
        key=key,
    )
    version.seal_note(note.strip() if note is not None else visit.note())
    version.photo_id = None if drop_photo else visit.photo_id
    picture = photos.encode(photo) if photo else b""
    try:
        with transaction.atomic():
            if picture:
                version.photo = photos.keep(elder=visit.elder, content=picture, by=by, at=at)
            version.save()
    except IntegrityError as clash:
        raise KeyUsed from clash
    touched = Touch.objects.filter(
        community_id=visit.community_id, source_key=_source(visit), reversed_by__isnull=True
    ).first()
    if touched is not None and (missed or version.visited_at != visit.visited_at):
        contacts.take_back(touch_row=touched, by=by, at=at)
        touched = None
    if touched is None:
        _tell_elders(version, by=by, at=at)
    _look_after(version, next_step="", report_now=False, by=by, at=at)
    return version


@transaction.atomic
def report(*, visit_id: int, by: User, at: datetime) -> None:
    """Tell the supervisor and the director at once about what a visit found; once. Raises NotAllowed."""
    visit = Visit.objects.get(pk=visit_id)
    require(policies.may_visit(by, visit.community_id))
    for row in visit.follow_ups.select_related("elder__person", "community"):
        notices.reported_now(follow_up=row, by=by, at=at)


@transaction.atomic
def log_call(*, elder: Elder, reached: bool, key: str, by: User, at: datetime) -> Visit:
    """A telephone call from the day's list: reached or not; the shortest form of a visit. Raises NotAllowed."""
    return log(
        elder=elder, seen=Seen.PHONE if reached else Seen.NOT_SEEN, visited_at=at, key=key, by=by, at=at,
        why_not_seen="" if reached else WhyNotSeen.NO_ANSWER,
    )  # fmt: skip


@transaction.atomic
def follow_up(
    *,
    elder: Elder,
    kind: str,
    owner: User,
    key: str,
    by: User,
    at: datetime,
    visit: Visit | None = None,
    request: ServiceRequest | None = None,
    due_at: datetime | None = None,
    tell: bool = False,
) -> FollowUp:
    """Something to look after again, once per key. `tell` writes a notice to its owner."""
    row, new = FollowUp.objects.get_or_create(
        community_id=elder.community_id,
        key=key,
        defaults={
            "elder": elder, "visit": visit, "request": request, "kind": kind, "owner": owner,
            "due_at": due_at or at + DUE[FollowUpKind(kind)], "opened_at": at,
        },
    )  # fmt: skip
    if new and tell:
        notices.follow_up_opened(follow_up=row, by=by, at=at)
    return row


@transaction.atomic
def finish_follow_up(*, follow_up_id: int, words: str, by: User, at: datetime) -> FollowUp:
    """It was looked after; doing it twice changes nothing. Raises NotAllowed, WordsMissing."""
    row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up_id)
    require(policies.may_visit(by, row.community_id))
    if row.state == FollowUpState.DONE:
        return row
    if not words.strip():
        raise WordsMissing(field="words")
    row.state = FOLLOW_UP_STEPS["finish"].target
    row.done_at, row.done_by, row.words = at, by, words.strip()[:300]
    row.save(update_fields=["state", "done_at", "done_by", "words"])
    return row


def clean_findings(findings: Iterable[str]) -> list[str]:
    """Each once, in the order of the form; "nothing unusual" only when nothing else was found."""
    chosen = {str(Finding(each)) for each in findings}
    if len(chosen) > 1:
        chosen.discard(str(Finding.NOTHING))
    return [str(each) for each in Finding.values if each in chosen]


# --- parts ---------------------------------------------------------------------------------------
def _source(visit: Visit) -> str:
    return f"services.visit:{visit.pk}"


def _first_of_key(elder: Elder, key: str) -> Visit | None:
    first = Visit.objects.of(elder.community_id).filter(key=key).first()
    if first is not None and first.elder_id != elder.pk:
        raise KeyUsed
    return first


def _open_case(elder: Elder, by: User) -> Case | None:
    """A visit to an elder with an open case of this worker belongs to it."""
    from services.models import Case

    return Case.objects.open().filter(elder=elder, worker=by).order_by("opened_at").first()


def _overlaps(visit: Visit) -> bool:
    """Whether the worker was with another elder at that time, by what is written down."""
    begin = visit.visited_at
    end = begin + timedelta(minutes=max(visit.minutes, 1))
    others = (
        Visit.objects.current()
        .filter(worker=visit.worker, visited_at__gte=begin - timedelta(hours=8), visited_at__lt=end)
        .exclude(elder=visit.elder)
        .values_list("visited_at", "minutes")
    )
    return any(start + timedelta(minutes=max(minutes, 1)) > begin for start, minutes in others)


def _tell_elders(visit: Visit, *, by: User, at: datetime) -> None:
    """The contact clock, and a fall as a risk event."""
    if visit.seen != Seen.NOT_SEEN:
        kind = "VISIT" if visit.seen == Seen.SEEN else "CALL"
        contacts.touch(elder=visit.elder, kind=kind, at=visit.visited_at, by=by, source_key=_source(visit))
    if Finding.FALL in visit.findings:
        contacts.note_risk(
            elder=visit.elder,
            kind="FALL",
            on=day_of(visit.visited_at),
            source_key=_source(visit),
            by=by,
            at=at,
        )


def _look_after(visit: Visit, *, next_step: str, report_now: bool, by: User, at: datetime) -> None:
    """The follow-ups of a visit, and what two vain attempts in a row lead to.

    Twice nobody opened or answered: a P2 alarm on the board with its ladder, once for each pair of attempts. Gone out
    at one of them, away from care for a while, or met since (a late entry): a worry. Source: domain.md §8.3 (two
    missed attempts in a row are a P2 event), §8.1.
    """
    if Finding.FALL in visit.findings:
        _open(visit, FollowUpKind.FALL, by=by, at=at, report_now=report_now)
    if visit.mood == Mood.POOR:
        _open(visit, FollowUpKind.POOR, by=by, at=at, report_now=report_now)
    if visit.seen != Seen.NOT_SEEN:
        return
    if visit.why_not_seen == WhyNotSeen.REFUSED:
        waiting = FollowUp.objects.filter(
            elder=visit.elder, kind=FollowUpKind.OFFER_AGAIN, state=FollowUpState.OPEN
        )
        if not waiting.exists():
            _open(visit, FollowUpKind.OFFER_AGAIN, by=by, at=at)
    if next_step == REMIND:
        _open(visit, FollowUpKind.CALL_BACK, by=by, at=at)
    elif next_step == URGENT:
        _open(visit, FollowUpKind.CHECK_NOW, by=by, at=at, report_now=True)
    streak = _vain_attempts(visit)
    if len(streak) < 2:
        return
    key = f"services.not_met:{_first_version(streak[-1])}"
    unanswered = all(each.why_not_seen == WhyNotSeen.NO_ANSWER for each in streak[:2])
    if unanswered and visit.elder.status == "ACTIVE" and not _met_since(visit):
        intake.raise_alarm(
            elder=visit.elder, channel=Channel.VISIT, urgency=Urgency.P2, key=f"{key}:{len(streak) // 2}", by=by, at=at
        )  # fmt: skip
    else:
        contacts.raise_concern(elder=visit.elder, kind="SILENCE", source_key=key, at=at, detail="")


def _open(visit: Visit, kind: FollowUpKind, *, by: User, at: datetime, report_now: bool = False) -> None:
    row = follow_up(
        elder=visit.elder,
        kind=kind,
        owner=visit.worker,
        key=f"visit:{visit.pk}:{kind}",
        visit=visit,
        by=by,
        at=at,
    )
    if report_now:
        notices.reported_now(follow_up=row, by=by, at=at)


def _first_version(visit: Visit) -> int:
    """The number of the visit as it was first written down: a correction makes no new pair of attempts."""
    while visit.replaces is not None:
        visit = visit.replaces
    return visit.pk


def _met_since(visit: Visit) -> bool:
    """Whether somebody met or reached the elder after this attempt."""
    later = Visit.objects.current().filter(elder=visit.elder, visited_at__gt=visit.visited_at)
    return later.exclude(seen=Seen.NOT_SEEN).exists()


def _vain_attempts(visit: Visit) -> list[Visit]:
    """This vain attempt and those right before it, newest first."""
    streak: list[Visit] = []
    rows = Visit.objects.current().filter(elder=visit.elder, visited_at__lte=visit.visited_at)
    for each in rows.order_by("-visited_at", "-pk")[:20]:
        if each.seen != Seen.NOT_SEEN or each.why_not_seen in ACCOUNTED_FOR:
            break
        streak.append(each)
    return streak
