"""Offer courses, hold them, take the roll, examine; passing gives the qualification by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.accounts.states import Role
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.notices import actions as notices
from volunteers import policies
from volunteers.actions import passing, registry
from volunteers.models import (
    Course,
    CourseModule,
    CourseResult,
    CourseRun,
    Enrolment,
    Lesson,
    LessonAttendance,
    PracticeHour,
    Volunteer,
)
from volunteers.states import CourseGives, EnrolmentState, RunState, VolunteerState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Organisation, ServiceKind


class CourseExists(DomainError):
    """Two courses may not share a name."""

    code = "course_exists"
    default_message = _("A course of this name already exists. Please open it.")


class NoTrainer(DomainError):
    """Trainers are social workers. Source: S2-18."""

    code = "no_trainer"
    default_message = _("%(name)s is not a social worker here. Please choose a social worker as trainer.")


class NoLessons(DomainError):
    """A run without a lesson cannot be attended."""

    code = "no_lessons"
    default_message = _("Please write at least one day and time.")


class RunOver(DomainError):
    """The run is finished, cancelled or over."""

    code = "run_over"
    default_message = _("This course is over. Please choose another date, or call the station.")


class NotServing(DomainError):
    """Who pauses or has left does not learn here."""

    code = "not_serving"
    default_message = _("You are pausing or have left. Please call the station first.")


class AlreadyPassed(DomainError):
    """Who passed keeps the seat."""

    code = "already_passed"
    default_message = _("This course is already passed. Please call the station if that is wrong.")


class NoSeat(DomainError):
    """Results and practice belong to people with a seat."""

    code = "no_seat"
    default_message = _("%(name)s has no seat in this course. Please give them a seat first.")


class NotYet(DomainError):
    """The future cannot be recorded."""

    code = "not_yet"
    default_message = _("This day has not come yet. Please record it on the day or afterwards.")


class ScoreOutOfRange(DomainError):
    """Scores run from 0 to 100."""

    code = "score_out_of_range"
    default_message = _("A score is between 0 and 100. Please check it.")


class NoTest(DomainError):
    """The course has no test."""

    code = "no_test"
    default_message = _("This course has no test. Ticking the lessons and the practice is enough.")


class TooFewSeats(DomainError):
    """More people sit already."""

    code = "too_few_seats"
    default_message = _("%(sitting)s people already have a seat. Please keep at least that many seats.")


# --- courses ---------------------------------------------------------------------------------------
@transaction.atomic
def offer(
    *, community: Community, name: str, gives: str, modules: Sequence[tuple[str, int]], by: User, at: datetime,
    name_en: str = "", words: str = "", provider: Organisation | None = None, level: int | None = None,
    service_kind: ServiceKind | None = None, practice_minutes: int = 0, pass_mark: int | None = None,
    valid_months: int | None = None, renew_days: int = 60, is_demo: bool = False,
) -> Course:  # fmt: skip
    """Offer a course with its modules (title, minutes). Raises CourseExists, NotAllowed. Source: S2-26, S2-52."""
    require(policies.may_keep_courses(by, community.pk))
    if Course.objects.of(community).filter(name=name).exists():
        raise CourseExists(field="name")
    course = Course.objects.create(
        community=community, name=name, name_en=name_en, words=words, provider=provider, gives=gives,
        level=level if gives == CourseGives.LEVEL else None,
        service_kind=service_kind if gives == CourseGives.SKILL else None, practice_minutes=practice_minutes,
        pass_mark=pass_mark, valid_months=valid_months, renew_days=renew_days, is_demo=is_demo,
    )  # fmt: skip
    CourseModule.objects.bulk_create(
        CourseModule(community=community, course=course, place=place, title=title, minutes=minutes)
        for place, (title, minutes) in enumerate(modules, 1)
    )
    return course


@transaction.atomic
def change(*, course: Course, by: User, at: datetime, **facts: Any) -> Course:
    """Correct a course; who passed before keeps what was given then. What it gives and its modules stay.

    Raises CourseExists, NotAllowed.
    """
    require(policies.may_keep_courses(by, course.community_id))
    allowed = {
        "name", "name_en", "words", "provider", "practice_minutes", "pass_mark", "valid_months", "renew_days", "is_active",
    }  # fmt: skip
    found = Course.objects.select_for_update().get(pk=course.pk)
    if Course.objects.of(found.community_id).filter(name=facts.get("name")).exclude(pk=found.pk).exists():
        raise CourseExists(field="name")
    for name in allowed & set(facts):
        setattr(found, name, facts[name])
    found.save()
    return found


# --- runs ------------------------------------------------------------------------------------------
@transaction.atomic
def plan(
    *, course: Course, trainer: User, place: str, seats: int,
    lessons: Sequence[tuple[datetime, int, CourseModule | None]], by: User, at: datetime, teacher: str = "",
) -> CourseRun:  # fmt: skip
    """Hold a course: lessons are (begin, minutes, module). Past dates are allowed: late work is entered truly.

    Raises NoTrainer, NoLessons, NotAllowed. Source: S2-18 (social workers train), S2-26 (the hospital's teacher).
    """
    require(policies.may_keep_courses(by, course.community_id))
    if not trainer.has_role(course.community_id, Role.SOCIAL_WORKER, Role.SUPERVISOR):
        raise NoTrainer(name=str(trainer), field="trainer")
    if not lessons:
        raise NoLessons(field="lessons")
    run = CourseRun.objects.create(
        community_id=course.community_id, course=course, trainer=trainer, teacher=teacher, place=place, seats=seats,
        by=by, at=at,
    )  # fmt: skip
    Lesson.objects.bulk_create(
        Lesson(community_id=run.community_id, run=run, module=module, starts_at=starts_at, minutes=minutes)
        for starts_at, minutes, module in lessons
    )
    return run


def _locked(run_id: int) -> CourseRun:
    return (
        CourseRun.objects.select_for_update(of=("self",)).select_related("course", "community").get(pk=run_id)
    )


@transaction.atomic
def change_run(*, run: CourseRun, place: str, seats: int, teacher: str, by: User, at: datetime) -> CourseRun:
    """Another place or number of seats; new seats go to who waits longest. Raises TooFewSeats, RunOver, NotAllowed."""
    require(policies.may_keep_courses(by, run.community_id))
    found = _locked(run.pk)
    _still_open(found)
    sitting = found.enrolments.sitting().count()
    if seats < sitting:
        raise TooFewSeats(sitting=sitting, field="seats")
    found.place, found.seats, found.teacher = place, seats, teacher
    found.save(update_fields=["place", "seats", "teacher"])
    _promote(found, by=by, at=at)
    return found


@transaction.atomic
def cancel_run(*, run: CourseRun, reason: str, by: User, at: datetime) -> CourseRun:
    """The course is not held; everybody enrolled reads why. Raises RunOver, NotAllowed."""
    require(policies.may_keep_courses(by, run.community_id))
    found = _locked(run.pk)
    _still_open(found)
    found.state, found.reason = RunState.CANCELLED, reason
    found.save(update_fields=["state", "reason"])
    for each in found.enrolments.present().select_related("volunteer__person"):
        _tell(
            each,
            "volunteers.course_cancelled",
            key=f"course-cancelled:{each.pk}",
            by=by,
            at=at,
            reason=reason,
        )
    return found


@transaction.atomic
def close_run(*, run: CourseRun, by: User, at: datetime) -> CourseRun:
    """Nothing more will be entered; who waited is let go. Raises RunOver, NotAllowed."""
    require(policies.may_keep_courses(by, run.community_id))
    found = _locked(run.pk)
    _still_open(found)
    found.state = RunState.CLOSED
    found.save(update_fields=["state"])
    found.enrolments.filter(state=EnrolmentState.WAITING).update(state=EnrolmentState.WITHDRAWN)
    return found


def _still_open(run: CourseRun) -> None:
    if run.state != RunState.OPEN:
        raise RunOver


# --- who learns ------------------------------------------------------------------------------------
@transaction.atomic
def enrol(*, run: CourseRun, volunteer: Volunteer, by: User, at: datetime) -> Enrolment:
    """Take a seat, or the next place on the waiting list. Twice is once. The office may enrol late, with the true date.

    Raises RunOver, NotServing, NotAllowed. Source: ux.md §6 (one tap).
    """
    require(policies.may_learn(by, volunteer) and run.community_id == volunteer.community_id)
    found = _locked(run.pk)
    _still_open(found)
    if volunteer.state != VolunteerState.ACTIVE:
        raise NotServing
    last = found.lessons.order_by("-starts_at").first()
    if not policies.may_keep_courses(by, run.community_id) and (last is None or last.starts_at <= at):
        raise RunOver
    enrolment = found.enrolments.filter(volunteer=volunteer).first()
    if enrolment is not None and enrolment.state != EnrolmentState.WITHDRAWN:
        return enrolment
    full = found.enrolments.sitting().count() >= found.seats
    state = EnrolmentState.WAITING if full else EnrolmentState.ENROLLED
    if enrolment is None:
        enrolment = Enrolment(community_id=found.community_id, run=found, volunteer=volunteer)
    enrolment.state, enrolment.queued_at, enrolment.by = state, at, by
    enrolment.save()
    return enrolment


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, at: datetime) -> Enrolment:
    """Give the seat back; the first who waits gets it and is told. Raises AlreadyPassed, NotAllowed."""
    require(policies.may_learn(by, enrolment.volunteer))
    run = _locked(enrolment.run_id)
    found = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if found.passed_on is not None:
        raise AlreadyPassed
    if found.state == EnrolmentState.WITHDRAWN:
        return found
    found.state = EnrolmentState.WITHDRAWN
    found.save(update_fields=["state"])
    if run.state == RunState.OPEN:
        _promote(run, by=by, at=at)
    return found


def _promote(run: CourseRun, *, by: User, at: datetime) -> None:
    free = run.seats - run.enrolments.sitting().count()
    for each in run.enrolments.waiting().select_related("volunteer__person")[: max(free, 0)]:
        each.state = EnrolmentState.ENROLLED
        each.save(update_fields=["state"])
        _tell(each, "volunteers.course_seat", key=f"course-seat:{each.pk}:{at:%Y%m%d%H%M%S}", by=by, at=at)


def _tell(enrolment: Enrolment, template: str, *, key: str, by: User, at: datetime, **params: Any) -> None:
    run = enrolment.run
    notices.write(
        community=run.community, template=template, key=key, params={"course": run.course.name, **params}, due_at=at, by=by,
        at=at, to_person=enrolment.volunteer.person,
    )  # fmt: skip


# --- the roll, practice, the test ------------------------------------------------------------------
@transaction.atomic
def take_roll(*, lesson: Lesson, present: Iterable[int], by: User, at: datetime) -> int:
    """Tick who was there (numbers of enrolments); everybody else with a seat was not. Ticking anew corrects.

    Gives the number present. Who has done every part passes at once; who no longer has, loses it. Nobody ticks
    themselves. Raises NotYet, RunOver (cancelled), OwnTraining, NotAllowed.
    """
    require(policies.may_keep_courses(by, lesson.community_id))
    if lesson.on > months.day_of(at):
        raise NotYet
    run = _locked(lesson.run_id)
    if run.state == RunState.CANCELLED:
        raise RunOver
    wanted = set(present)
    sitting = list(run.enrolments.sitting().select_related("volunteer").order_by("pk"))
    old = {each.enrolment_id: each for each in LessonAttendance.objects.filter(lesson=lesson)}
    changed, made = [], []
    for each in sitting:
        row, is_there = old.get(each.pk), each.pk in wanted
        if is_there and (row is None or not row.present) and policies.is_own_record(by, each.volunteer):
            raise registry.OwnTraining
        if row is None:
            row = LessonAttendance(community_id=run.community_id, lesson=lesson, enrolment=each, by=by, at=at)
            row.present = is_there
            made.append(row)
        elif row.present != is_there:
            row.present, row.by, row.at = is_there, by, at
            row.save(update_fields=["present", "by", "at"])
        else:
            continue
        changed.append(each)
    LessonAttendance.objects.bulk_create(made)
    passing.settle_many(enrolments=changed, by=by, at=at, reason=str(_("The attendance was corrected.")))
    return sum(each.pk in wanted for each in sitting)


def _with_a_seat(enrolment: Enrolment, on: date, by: User, at: datetime) -> Enrolment:
    found = passing.locked(enrolment.pk)
    if policies.is_own_record(by, found.volunteer):
        raise registry.OwnTraining
    if found.state != EnrolmentState.ENROLLED:
        raise NoSeat(name=found.volunteer.person.name)
    if on > months.day_of(at):
        raise NotYet(field="on")
    return found


@transaction.atomic
def practise(
    *, enrolment: Enrolment, on: date, minutes: int, by: User, at: datetime, what: str = ""
) -> PracticeHour:
    """Record practice that `by` observed. Raises NoSeat, NotYet, OwnTraining, NotAllowed. Source: S2-52 (practice share)."""
    require(policies.may_keep_courses(by, enrolment.community_id))
    found = _with_a_seat(enrolment, on, by, at)
    row = PracticeHour.objects.create(
        community_id=found.community_id, enrolment=found, on=on, minutes=minutes, what=what, by=by, at=at
    )
    passing.settle(enrolment=found, by=by, at=at)
    return row


@transaction.atomic
def examine(*, enrolment: Enrolment, on: date, score: int, by: User, at: datetime) -> CourseResult:
    """Record a test result with its day; `by` is the examiner. A second try is another result, the best one counts.

    Nobody examines themselves. Raises NoSeat, NotYet, NoTest, ScoreOutOfRange, OwnTraining, NotAllowed.
    """
    require(policies.may_keep_courses(by, enrolment.community_id))
    found = _with_a_seat(enrolment, on, by, at)
    mark = found.run.course.pass_mark
    if mark is None:
        raise NoTest
    if not 0 <= score <= 100:
        raise ScoreOutOfRange(field="score")
    row = CourseResult.objects.create(
        community_id=found.community_id, enrolment=found, on=on, score=score, pass_mark=mark, by=by, at=at
    )
    passing.settle(enrolment=found, by=by, at=at)
    return row


@transaction.atomic
def take_back(*, fact: CourseResult | PracticeHour, reason: str, by: User, at: datetime) -> Enrolment:
    """A result or practice was wrong: it stays on record as taken back, and what hung on it falls with it.

    Raises AlreadyTakenBack, NotAllowed. Source: Order 67 Art. 3 (true records; corrections leave a trace).
    """
    require(policies.may_keep_courses(by, fact.community_id))
    enrolment = passing.locked(fact.enrolment_id)
    found = type(fact).objects.select_for_update(of=("self",)).get(pk=fact.pk)
    if found.reversed_at is not None:
        raise passing.AlreadyTakenBack
    found.reversed_at, found.reversed_by, found.reversal_reason = at, by, reason
    found.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    passing.settle(enrolment=enrolment, by=by, at=at, reason=reason)
    return enrolment
