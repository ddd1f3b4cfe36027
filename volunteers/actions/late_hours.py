"""Hours that were served but never ticked: asked for with their true date, approved by somebody else, then booked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from carenet.accounts.policies import require
from carenet.accounts.states import Role
from carenet.kernel import months, steps
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from volunteers import policies
from volunteers.actions import time_bank
from volunteers.actions.shift_refusals import BadTimes, HoursKnown, OwnHours, ReasonMissing
from volunteers.models import Attendance, LateEntry, Volunteer
from volunteers.states_shifts import LATE_STEPS

if TYPE_CHECKING:
    from carenet.accounts.models import User

CAUSE = "volunteers.late"
LONGEST = timedelta(hours=12)


@transaction.atomic
def ask(
    *,
    volunteer: Volunteer,
    what: str,
    why: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    at: datetime,
) -> LateEntry:
    """Ask for hours of the past, however long ago; nothing is booked before somebody else agrees.

    The volunteer, their captain or the office. Raises BadTimes, HoursKnown, ReasonMissing, NotAllowed.
    Source: Order 67 Art. 3, 11 (a volunteer may ask for the record to be completed).
    """
    require(policies.may_act_for(by, volunteer) or policies.leads(by, volunteer.team))
    if not what.strip() or not why.strip():
        raise ReasonMissing(field="why")
    if not starts_at < ends_at <= at or ends_at - starts_at > LONGEST:
        raise BadTimes(field="ends_at")
    if (
        Attendance.objects.filter(volunteer=volunteer, credited__contains=(starts_at, ends_at))
        .standing()
        .exists()
    ):
        raise HoursKnown(field="starts_at")
    try:
        with transaction.atomic():
            entry = LateEntry.objects.create(
                community_id=volunteer.community_id, volunteer=volunteer, team=volunteer.team, what=what.strip()[:120],
                why=why.strip()[:160], starts_at=starts_at, ends_at=ends_at, asked_at=at, asked_by=by,
            )  # fmt: skip
    except IntegrityError as clash:
        raise HoursKnown(field="starts_at") from clash
    params = {"name": volunteer.person.name, "what": entry.what}
    letters = [Letter(key=f"late:{entry.pk}:office", params=params, to_role=str(Role.SOCIAL_WORKER))]
    team = volunteer.team
    if team is not None and team.captain_id not in (None, volunteer.pk) and team.stage != "INCUBATION":
        captain = Volunteer.objects.get(pk=team.captain_id)
        letters.append(Letter(key=f"late:{entry.pk}:captain", params=params, to_person_id=captain.person_id))
    notices.write_many(
        community=volunteer.community,
        template="volunteers.late.asked",
        letters=letters,
        due_at=at,
        by=by,
        at=at,
    )
    return entry


def _locked(entry: LateEntry) -> LateEntry:
    return (
        LateEntry.objects.select_for_update(of=("self",))
        .select_related("volunteer__person", "community", "team__captain")
        .get(pk=entry.pk)
    )


@transaction.atomic
def approve(*, entry: LateEntry, by: User, at: datetime) -> LateEntry:
    """Say yes: the captain of a team that is led together passes it on to the committee; the office, or the captain of
    a team that leads itself, books the hours on their true day.

    Never one's own hours, nor those one asked for. Raises OwnHours, WrongStep, NotAllowed.
    Source: four eyes, domain.md §4.3; stages of autonomy, S2-48.
    """
    found = _locked(entry)
    _check_eyes(found, by)
    require(policies.may_second_late(by, found))
    if not policies.may_decide_late(by, found):
        found.state = steps.take(LATE_STEPS, "captain_ok", found.state)
        found.seconded_by = by
        found.save(update_fields=["state", "seconded_by"])
        return found
    state = steps.take(LATE_STEPS, "approve", found.state)
    (attendance,) = time_bank.earn_many(
        community=found.community,
        services=[
            time_bank.Service(
                volunteer=found.volunteer, minutes=found.minutes, period=(found.starts_at, found.ends_at),
                cause=(CAUSE, found.pk), key=f"late:{found.pk}", what=found.what, on=months.day_of(found.starts_at), at=at,
            )
        ],
        at=at, by=by,
    )  # fmt: skip
    found.state, found.attendance, found.decided_at, found.decided_by = state, attendance, at, by
    found.save(update_fields=["state", "attendance", "decided_at", "decided_by"])
    _answer(found, "volunteers.late.approved", by=by, at=at)
    return found


def _check_eyes(entry: LateEntry, by: User) -> None:
    if by.pk == entry.asked_by_id or (by.person_id and by.person_id == entry.volunteer.person_id):
        raise OwnHours


def _answer(entry: LateEntry, template: str, *, by: User, at: datetime) -> None:
    served_on = months.day_of(entry.starts_at).isoformat()
    notices.write(
        community=entry.community, template=template, key=f"late-answer:{entry.pk}", to_person=entry.volunteer.person,
        params={"served_on": served_on, "what": entry.what, "answer": entry.answer}, due_at=at, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def refuse(*, entry: LateEntry, answer: str, by: User, at: datetime) -> LateEntry:
    """Say no, with a reason the volunteer reads. Raises OwnHours, ReasonMissing, WrongStep, NotAllowed."""
    found = _locked(entry)
    _check_eyes(found, by)
    require(policies.may_second_late(by, found))
    if not answer.strip():
        raise ReasonMissing(field="answer")
    found.state = steps.take(LATE_STEPS, "refuse", found.state)
    found.answer, found.decided_at, found.decided_by = answer.strip()[:160], at, by
    found.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    _answer(found, "volunteers.late.refused", by=by, at=at)
    return found


@transaction.atomic
def withdraw(*, entry: LateEntry, by: User, at: datetime) -> LateEntry:
    """Take the question back before it is answered. Raises WrongStep, NotAllowed."""
    found = _locked(entry)
    require(by.pk == found.asked_by_id or policies.may_act_for(by, found.volunteer))
    found.state = steps.take(LATE_STEPS, "withdraw", found.state)
    found.decided_at, found.decided_by = at, by
    found.save(update_fields=["state", "decided_at", "decided_by"])
    return found
