"""How far somebody is in a course, what they may do, what runs out, how much they learnt in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Community, ServiceKind
from volunteers import policies
from volunteers.models import (
    Course,
    CourseResult,
    Enrolment,
    Lesson,
    LessonAttendance,
    PracticeHour,
    Qualification,
    Volunteer,
)

# How long before its end a qualification entered by hand is reminded of (a course has its own window).
RENEW_DAYS = 60


@dataclass(frozen=True)
class Part:
    """One module or lesson and whether it was attended."""

    title: str
    done: bool


@dataclass(frozen=True)
class Progress:
    """What is done of a course; `last_on` is the day of the last part that counts."""

    parts: list[Part]
    practice_minutes: int
    practice_needed: int
    score: int | None
    pass_mark: int | None
    last_on: date | None = None

    @property
    def lessons_done(self) -> int:
        return sum(each.done for each in self.parts)

    @property
    def tested(self) -> bool:
        return self.pass_mark is None or (self.score is not None and self.score >= self.pass_mark)

    @property
    def complete(self) -> bool:
        """Every part: all modules, the practice, the test."""
        practised = self.practice_minutes >= self.practice_needed
        return bool(self.parts) and all(each.done for each in self.parts) and practised and self.tested

    @property
    def missing(self) -> list[str]:
        """What is still to be done, in short sentences."""
        words = [_("Lesson: %(title)s") % {"title": each.title} for each in self.parts if not each.done]
        short = self.practice_needed - self.practice_minutes
        if short > 0:
            words.append(_("Practice: %(minutes)d more minutes") % {"minutes": short})
        if not self.tested:
            words.append(
                _("Test: %(mark)d points needed") % {"mark": self.pass_mark}
                if self.score is None
                else _("Test: %(score)d points, %(mark)d needed")
                % {"score": self.score, "mark": self.pass_mark}
            )
        return words


def progress(enrolment: Enrolment) -> Progress:
    """One person's progress; see `progress_of`."""
    return progress_of([enrolment])[enrolment.pk]


def progress_of(enrolments: Sequence[Enrolment]) -> dict[int, Progress]:
    """How far each is (all of one run or not), in five queries.

    A module counts wherever the person attended it in a run of the same course that did not already give a
    qualification, so a missed lesson is made up in the next run. Source: station rule.
    """
    people = {each.volunteer_id for each in enrolments}
    courses = {each.run.course_id for each in enrolments}
    lessons: dict[int, list[Lesson]] = defaultdict(list)
    for lesson in Lesson.objects.filter(run__in={each.run_id for each in enrolments}).select_related(
        "module"
    ):
        lessons[lesson.run_id].append(lesson)
    there: dict[tuple[int, int], dict[int, date]] = defaultdict(dict)
    attended: dict[int, dict[int, date]] = defaultdict(dict)
    rows = LessonAttendance.objects.filter(
        Q(enrolment__in=[each.pk for each in enrolments])
        | Q(
            enrolment__passed_on__isnull=True,
            enrolment__volunteer__in=people,
            lesson__run__course__in=courses,
        ),
        present=True,
    ).select_related("lesson__run", "enrolment")
    for row in rows:
        day = row.lesson.starts_at.astimezone(STATION_ZONE).date()
        attended[row.enrolment_id][row.lesson_id] = day
        if row.lesson.module_id is not None:
            known = there[row.enrolment.volunteer_id, row.lesson.run.course_id]
            known[row.lesson.module_id] = min(day, known.get(row.lesson.module_id, day))
    practice: dict[int, list[PracticeHour]] = defaultdict(list)
    for hour in PracticeHour.objects.standing().filter(enrolment__in=[each.pk for each in enrolments]):
        practice[hour.enrolment_id].append(hour)
    results: dict[int, list[CourseResult]] = defaultdict(list)
    for result in CourseResult.objects.standing().filter(enrolment__in=[each.pk for each in enrolments]):
        results[result.enrolment_id].append(result)
    return {
        each.pk: _progress(
            each, lessons[each.run_id], attended[each.pk], there[each.volunteer_id, each.run.course_id],
            practice[each.pk], results[each.pk],
        )
        for each in enrolments
    }  # fmt: skip


def _progress(
    enrolment: Enrolment, lessons: list[Lesson], attended: Mapping[int, date], modules: Mapping[int, date],
    practice: list[PracticeHour], results: list[CourseResult],
) -> Progress:  # fmt: skip
    course = enrolment.run.course
    parts, days, seen = [], [], set()
    for lesson in sorted(lessons, key=lambda each: each.starts_at):
        if lesson.module_id is not None and lesson.module_id in seen:
            continue
        seen.add(lesson.module_id)
        day = modules.get(lesson.module_id) if lesson.module_id is not None else attended.get(lesson.pk)
        title = lesson.module.title if lesson.module else f"{lesson.on:%m-%d}"
        parts.append(Part(title, day is not None))
        days += [day] if day is not None else []
    best = max(results, key=lambda each: each.score, default=None)
    first_pass = min((each.on for each in results if each.passed), default=None)
    days += [each.on for each in practice] if course.practice_minutes else []
    days += [first_pass] if first_pass else []
    mark = course.pass_mark if best is None else best.pass_mark
    return Progress(
        parts, sum(each.minutes for each in practice), course.practice_minutes, best.score if best else None,
        mark if course.pass_mark is not None else None, max(days, default=None),
    )  # fmt: skip


# --- what somebody may do --------------------------------------------------------------------------
@dataclass(frozen=True)
class Held:
    """A qualification with its end in words for the person; `course` renews it."""

    qualification: Qualification
    last_day: date | None
    days_left: int | None
    course: Course | None
    soon: bool


def held(volunteer: Volunteer, on: date) -> list[Held]:
    """What the volunteer holds on a day, soonest end first."""
    rows = (
        Qualification.objects.on(on)
        .filter(volunteer=volunteer)
        .select_related("service_kind", "enrolment__run__course")
    )
    found = []
    for each in rows:
        course = each.enrolment.run.course if each.enrolment else None
        last = each.valid_to - timedelta(days=1) if each.valid_to else None
        left = (last - on).days if last else None
        window = course.renew_days if course else RENEW_DAYS
        found.append(Held(each, last, left, course, left is not None and left <= window))
    return sorted(found, key=lambda each: each.last_day or date.max)


def running_out(community: Community, on: date) -> list[Qualification]:
    """Qualifications inside their renewal window that nothing later of the same kind follows."""
    rows = list(
        Qualification.objects.of(community)
        .on(on)
        .filter(valid_to__isnull=False, valid_to__lte=on + timedelta(days=400))
        .select_related("volunteer__person", "service_kind", "enrolment__run__course")
    )
    later = (
        Qualification.objects.of(community)
        .standing()
        .filter(volunteer__in={each.volunteer_id for each in rows})
    )
    follows: dict[tuple[int, str, object], list[date | None]] = defaultdict(list)
    for each in later:
        follows[each.volunteer_id, each.kind, each.level or each.service_kind_id].append(each.valid_to)
    found = []
    for each in rows:
        course = each.enrolment.run.course if each.enrolment else None
        assert each.valid_to is not None  # filtered above
        if (each.valid_to - timedelta(days=1) - on).days > (course.renew_days if course else RENEW_DAYS):
            continue
        ends = follows[each.volunteer_id, each.kind, each.level or each.service_kind_id]
        if not any(end is None or end > each.valid_to for end in ends):
            found.append(each)
    return found


@dataclass(frozen=True)
class MayDo:
    """A kind of service that is open to the volunteer, or locked until a course is passed."""

    kind: ServiceKind
    open: bool
    course: Course | None = None


@dataclass(frozen=True)
class Abilities:
    """Everything volunteers do here, split into open and locked."""

    open: list[MayDo] = field(default_factory=list)
    locked: list[MayDo] = field(default_factory=list)


def abilities(volunteer: Volunteer, on: date) -> Abilities:
    """What the volunteer may do today, and for the rest the course that opens it. Source: domain.md §3.2."""
    holds, run_out = policies.on_a_day(Qualification.objects.begun(on).filter(volunteer=volunteer), on)
    courses = list(Course.objects.of(volunteer.community_id).offered().order_by("level", "pk"))
    found = Abilities()
    for kind in ServiceKind.objects.filter(who__contains=["VO"]).exclude(risk="D").order_by("number"):
        if policies.opens(volunteer, holds, kind, run_out=run_out):
            found.open.append(MayDo(kind, True))
            continue
        course = policies.course_among(courses, kind)
        found.locked.append(MayDo(kind, False, course))
    return found


# --- continuing education --------------------------------------------------------------------------
def learnt_minutes(volunteers: Iterable[Volunteer], year: int) -> dict[int, int]:
    """Minutes of lessons attended and practice observed in a year, for each volunteer. Source: S2-52."""
    ids = [each.pk for each in volunteers]
    found: dict[int, int] = dict.fromkeys(ids, 0)
    lessons = (
        LessonAttendance.objects.filter(
            enrolment__volunteer__in=ids, present=True, lesson__starts_at__year=year
        )
        .values_list("enrolment__volunteer")
        .annotate(total=Sum("lesson__minutes"))
    )
    practice = (
        PracticeHour.objects.standing()
        .filter(enrolment__volunteer__in=ids, on__year=year)
        .values_list("enrolment__volunteer")
        .annotate(total=Sum("minutes"))
    )
    for number, total in (*lessons, *practice):
        found[number] += total
    return found


@dataclass(frozen=True)
class Overview:
    """Training at a glance."""

    courses: int
    trained: int
    serving: int
    running_out: int

    @property
    def share(self) -> int:
        """Trained share in percent."""
        return round(100 * self.trained / self.serving) if self.serving else 0


def overview(community: Community, on: date) -> Overview:
    """How many who serve hold any qualification today, and how many run out soon. Source: S1-16."""
    serving = Volunteer.objects.of(community).present()
    holding = Qualification.objects.of(community).on(on).values("volunteer")
    return Overview(
        Course.objects.of(community).offered().count(), serving.filter(pk__in=holding).count(), serving.count(),
        len(running_out(community, on)),
    )  # fmt: skip
