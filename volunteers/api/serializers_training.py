"""Shapes of courses, dates, seats, qualifications."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from volunteers.models import Course, CourseRun, Enrolment, Qualification


class CourseOut(serializers.ModelSerializer[Course]):
    """A course: what it gives, how long it is, how it is tested."""

    name = serializers.CharField(source="title", read_only=True)
    service_kind = serializers.CharField(source="service_kind_id", read_only=True, allow_null=True)
    provider = serializers.StringRelatedField(read_only=True)  # type: ignore[var-annotated]
    minutes = serializers.IntegerField(read_only=True)

    class Meta:
        model = Course
        fields = (
            "id", "name", "words", "provider", "gives", "level", "service_kind", "minutes", "practice_minutes", "pass_mark",
            "valid_months", "renew_days",
        )  # fmt: skip


class LessonOut(serializers.Serializer[Any]):
    """One meeting of a course."""

    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    module = serializers.SerializerMethodField()

    def get_module(self, lesson: Any) -> str:
        return str(lesson.module or "")


class RunOut(serializers.ModelSerializer[CourseRun]):
    """A course that is held: its lessons, and how many seats are free."""

    name = serializers.CharField(source="course.title", read_only=True)
    free = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(read_only=True)
    lessons = LessonOut(many=True, read_only=True)

    class Meta:
        model = CourseRun
        fields = ("id", "course", "name", "teacher", "place", "seats", "free", "waiting", "state", "lessons")

    def get_free(self, run: Any) -> int:
        return max(run.seats - int(run.sitting), 0)


class EnrolmentOut(serializers.ModelSerializer[Enrolment]):
    """Somebody's seat in a course and what is still missing, in words."""

    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="run.course.title", read_only=True)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = Enrolment
        fields = ("id", "run", "name", "volunteer", "state", "queued_at", "passed_on", "missing")

    def get_missing(self, enrolment: Enrolment) -> list[str]:
        return [str(each) for each in self.context["progress"][enrolment.pk].missing]


class EnrolIn(serializers.Serializer[Any]):
    """`volunteer` only for staff at the counter."""

    volunteer = serializers.IntegerField(required=False, min_value=1)


class QualificationOut(serializers.ModelSerializer[Qualification]):
    """What somebody is trained for, with its days; `holds` says whether it is in force today."""

    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="__str__", read_only=True)
    service_kind = serializers.CharField(source="service_kind_id", read_only=True, allow_null=True)
    holds = serializers.SerializerMethodField()

    class Meta:
        model = Qualification
        fields = (
            "id", "volunteer", "kind", "name", "level", "service_kind", "valid_from", "valid_to", "issuer", "number",
            "revoked_at", "revoked_reason", "holds",
        )  # fmt: skip

    def get_holds(self, row: Qualification) -> bool:
        today = self.context["today"]
        return (
            row.revoked_at is None
            and row.valid_from <= today
            and (row.valid_to is None or row.valid_to > today)
        )
