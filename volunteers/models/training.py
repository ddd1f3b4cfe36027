"""Courses, their dates, who learns, who was there, who passed. Passing gives a Qualification."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.months import STATION_ZONE
from carenet.parties.querysets import ScopedQuerySet
from volunteers.models.registry import Volunteer
from volunteers.querysets import (
    CourseQuerySet,
    EnrolmentQuerySet,
    OfEnrolmentQuerySet,
    RunQuerySet,
)
from volunteers.states import CourseGives, EnrolmentState, Level, RunState


@pghistory.track()
class Course(models.Model):
    """What is taught, by whom, how long, how it is tested, and which qualification passing gives for how long.

    `minutes` is the teaching of all modules, `practice_minutes` what must be practised under observation. A course
    without a pass mark has no test. Source: S2-26, S2-52 (hospital trains, tiers), S2-18 (social workers train).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    words = models.CharField(_("description"), max_length=300, blank=True)
    provider = models.ForeignKey(
        "parties.Organisation", verbose_name=pgettext_lazy("course", "provider"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    gives = models.CharField(pgettext_lazy("course", "gives"), max_length=8, choices=CourseGives)
    level = models.PositiveSmallIntegerField(_("training level"), choices=Level, null=True, blank=True)
    service_kind = models.ForeignKey(
        "parties.ServiceKind", verbose_name=_("service kind"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    practice_minutes = models.PositiveIntegerField(_("minutes of practice under observation"), default=0)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (of 100)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    valid_months = models.PositiveSmallIntegerField(
        _("months the qualification holds"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    renew_days = models.PositiveSmallIntegerField(_("days before its end to remind"), default=60)
    is_active = models.BooleanField(_("offered"), default=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "name"],
                name="volunteers_course_one_name",
                violation_error_message=_("A course of this name already exists. Please open it."),
            ),
            models.CheckConstraint(
                name="volunteers_course_gives_what_it_says",
                condition=Q(gives="LEVEL", level__isnull=False, service_kind__isnull=True)
                | Q(gives="SKILL", level__isnull=True, service_kind__isnull=False)
                | Q(gives="NOTHING", level__isnull=True, service_kind__isnull=True),
            ),
            models.CheckConstraint(
                name="volunteers_course_pass_mark",
                condition=Q(pass_mark__isnull=True) | Q(pass_mark__range=(1, 100)),
            ),
            models.CheckConstraint(
                name="volunteers_course_holds_a_while",
                condition=Q(valid_months__isnull=True) | Q(valid_months__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        zh = (translation.get_language() or "zh").startswith("zh")
        return self.name if zh or not self.name_en else self.name_en

    @property
    def minutes(self) -> int:
        """The teaching of all modules."""
        return sum(each.minutes for each in self.modules.all())

    @property
    def practice_share(self) -> int:
        """Practice in percent of the whole course."""
        whole = self.minutes + self.practice_minutes
        return round(100 * self.practice_minutes / whole) if whole else 0


class CourseModule(models.Model):
    """One part of a course in its order."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="modules"
    )
    place = models.PositiveSmallIntegerField(_("place in the order"))
    title = models.CharField(_("title"), max_length=120)
    minutes = models.PositiveIntegerField(_("minutes"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("module of a course")
        verbose_name_plural = _("modules of courses")
        ordering: ClassVar = ["course", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "place"], name="volunteers_coursemodule_one_place"),
            models.CheckConstraint(name="volunteers_coursemodule_lasts", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class CourseRun(models.Model):
    """A course that is held: where, led by which social worker, with how many seats. Source: S2-18, S2-52."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="runs"
    )
    trainer = models.ForeignKey(
        "accounts.User", verbose_name=_("trainer (social worker)"), on_delete=models.PROTECT, related_name="+"
    )
    teacher = models.CharField(_("teacher of the provider"), max_length=80, blank=True)
    place = models.CharField(pgettext_lazy("course run", "place"), max_length=120)
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.OPEN)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("course run")
        verbose_name_plural = _("course runs")
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_courserun_has_seats", condition=Q(seats__gte=1)),
            models.CheckConstraint(
                name="volunteers_courserun_cancelled_with_reason",
                condition=~Q(state="CANCELLED") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.place}"


@pghistory.track()
class Lesson(models.Model):
    """One meeting of a course run."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    run = models.ForeignKey(
        CourseRun, verbose_name=_("course run"), on_delete=models.PROTECT, related_name="lessons"
    )
    module = models.ForeignKey(
        CourseModule, verbose_name=_("module of a course"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    starts_at = models.DateTimeField(_("begins at"))
    minutes = models.PositiveIntegerField(_("minutes"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering: ClassVar = ["starts_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "starts_at"], name="volunteers_lesson_once"),
            models.CheckConstraint(name="volunteers_lesson_lasts", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.module or self.on)

    @property
    def on(self) -> date:
        return self.starts_at.astimezone(STATION_ZONE).date()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@pghistory.track()
class Enrolment(models.Model):
    """A volunteer in a course run, with a seat or waiting for one."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    run = models.ForeignKey(
        CourseRun, verbose_name=_("course run"), on_delete=models.PROTECT, related_name="enrolments"
    )
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="enrolments"
    )
    state = models.CharField(_("state"), max_length=10, choices=EnrolmentState)
    queued_at = models.DateTimeField(_("enrolled at"))
    passed_on = models.DateField(
        _("passed on"),
        null=True,
        blank=True,
        help_text=_("every part done; taken back by reversing a result"),
    )
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "volunteer"], name="volunteers_enrolment_once"),
            models.CheckConstraint(
                name="volunteers_enrolment_passed_with_a_seat",
                condition=Q(passed_on__isnull=True) | Q(state="ENROLLED"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.volunteer)


@pghistory.track()
class LessonAttendance(models.Model):
    """Who was there. Corrected by ticking anew; the row history keeps what stood there."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    lesson = models.ForeignKey(
        Lesson, verbose_name=_("lesson"), on_delete=models.PROTECT, related_name="attendances"
    )
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="attendances"
    )
    present = models.BooleanField(_("present"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance at a lesson")
        verbose_name_plural = _("attendances at lessons")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "enrolment"], name="volunteers_lessonattendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson} {self.enrolment}"


class Reversible(models.Model):
    """A fact that is never changed, only taken back once with a reason."""

    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    reversed_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    reversed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("taken back by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    reversal_reason = models.CharField(_("reason for taking back"), max_length=200, blank=True)

    class Meta:
        abstract = True


def reversed_whole(name: str) -> models.CheckConstraint:
    """Taken back means: when, by whom, why."""
    return models.CheckConstraint(
        name=name,
        condition=Q(reversed_at__isnull=True, reversed_by__isnull=True, reversal_reason="")
        | (Q(reversed_at__isnull=False, reversed_by__isnull=False) & ~Q(reversal_reason="")),
    )


@pghistory.track()
class PracticeHour(Reversible):
    """Practice that somebody observed."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="practice"
    )
    on = models.DateField(_("day"))
    minutes = models.PositiveIntegerField(_("minutes"))
    what = models.CharField(_("what was practised"), max_length=120, blank=True)

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("observed practice")
        verbose_name_plural = _("observed practice")
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_practicehour_lasts", condition=Q(minutes__gt=0)),
            reversed_whole("volunteers_practicehour_reversed_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.minutes}"


@pghistory.track()
class CourseResult(Reversible):
    """The result of a test, with its day and its examiner (`by`). A second try is another row."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="results"
    )
    on = models.DateField(_("day"))
    score = models.PositiveSmallIntegerField(_("score (of 100)"))
    pass_mark = models.PositiveSmallIntegerField(_("pass mark (of 100)"))

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("test result")
        verbose_name_plural = _("test results")
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_courseresult_score", condition=Q(score__lte=100)),
            reversed_whole("volunteers_courseresult_reversed_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.score}"

    @property
    def passed(self) -> bool:
        return self.score >= self.pass_mark
