"""The registers of training, honours and certificates: read here, done on the pages."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from volunteers.admin import SEARCH, _Read
from volunteers.models import (
    Certificate,
    Course,
    CourseResult,
    CourseRun,
    Endorsement,
    Enrolment,
    Honour,
    Nomination,
    Objection,
    PracticeHour,
)

OF_ENROLMENT = (
    "enrolment__volunteer__number", "enrolment__volunteer__person__name", "enrolment__volunteer__person__initials",
    "enrolment__run__course__name",
)  # fmt: skip


@admin.register(Course)
class CourseAdmin(_Read):
    list_display = (
        "name",
        "gives",
        "level",
        "service_kind",
        "provider",
        "pass_mark",
        "valid_months",
        "is_active",
    )
    list_filter = ("gives", "level", "is_active")
    list_select_related = ("provider", "service_kind")
    search_fields = ("name", "provider__name")
    menu_icon = "school"


@admin.register(CourseRun)
class CourseRunAdmin(_Read):
    list_display = ("course", "place", "trainer", "teacher", "seats", "state")
    list_filter = ("state", "course")
    list_select_related = ("course", "trainer")
    search_fields = ("course__name", "place", "teacher")
    ordering = ("-pk",)
    menu_icon = "event"


@admin.register(Enrolment)
class EnrolmentAdmin(_Read):
    list_display = ("volunteer", "run", "state", "queued_at", "passed_on", "by")
    list_filter = ("state", "run__course")
    list_select_related = ("volunteer__person", "run__course", "by")
    search_fields = (*SEARCH, "run__course__name")
    ordering = ("-pk",)
    menu_icon = "event_seat"
    logs_reads = ("name",)
    person_of = "volunteer.person"


class _OfEnrolment(_Read):
    """What was entered about one learner; taken back it stays on record."""

    list_select_related = ("enrolment__volunteer__person", "by", "reversed_by")
    search_fields = OF_ENROLMENT
    ordering = ("-pk",)
    logs_reads = ("name",)
    person_of = "enrolment.volunteer.person"

    @admin.display(description=_("volunteer"))
    def volunteer(self, row: CourseResult | PracticeHour) -> str:
        return str(row.enrolment.volunteer)


@admin.register(CourseResult)
class CourseResultAdmin(_OfEnrolment):
    list_display = ("on", "volunteer", "score", "pass_mark", "by", "reversed_by", "reversal_reason")
    menu_icon = "grading"


@admin.register(PracticeHour)
class PracticeHourAdmin(_OfEnrolment):
    list_display = ("on", "volunteer", "minutes", "what", "by", "reversed_by", "reversal_reason")
    menu_icon = "exercise"


@admin.register(Honour)
class HonourAdmin(_Read):
    list_display = (
        "name", "min_hours", "min_months", "min_level", "endorsements", "notice_days", "valid_from", "valid_to",
    )  # fmt: skip
    search_fields = ("name", "source")
    ordering = ("name", "-valid_from")
    menu_icon = "military_tech"


@admin.register(Nomination)
class NominationAdmin(_Read):
    list_display = ("person", "honour", "year", "state", "notice_to", "awarded_on", "revoked_on")
    list_filter = ("state", "year", "honour")
    list_select_related = ("person", "honour")
    search_fields = ("person__name", "person__initials", "honour__name")
    ordering = ("-pk",)
    menu_icon = "award_star"
    hidden = frozenset({"checked"})
    logs_reads = ("name",)
    person_of = "person"


@admin.register(Endorsement)
class EndorsementAdmin(_Read):
    list_display = ("nomination", "words", "by", "at")
    list_select_related = ("nomination__person", "nomination__honour", "by")
    search_fields = ("nomination__person__name", "words")
    ordering = ("-pk",)
    menu_icon = "thumb_up"
    logs_reads = ("name",)
    person_of = "nomination.person"


@admin.register(Objection)
class ObjectionAdmin(_Read):
    """Objections and their answers; who objected and how to reach them stands on the page only."""

    list_display = ("nomination", "words", "at", "upheld", "answered_by", "answered_at")
    list_filter = ("upheld",)
    list_select_related = ("nomination__person", "nomination__honour", "answered_by")
    search_fields = ("nomination__person__name", "words")
    ordering = ("-pk",)
    menu_icon = "feedback"
    hidden = frozenset({"name", "contact"})
    logs_reads = ("name",)
    person_of = "nomination.person"


@admin.register(Certificate)
class CertificateAdmin(_Read):
    list_display = ("number", "volunteer", "kind", "issued_on", "revoked_at")
    list_filter = ("kind", "year")
    list_select_related = ("volunteer__person",)
    search_fields = ("number", "code", *SEARCH)
    ordering = ("-pk",)
    hidden = frozenset({"facts", "sha256", "uid"})
    menu_icon = "verified"
    logs_reads = ("name",)
    person_of = "volunteer.person"
