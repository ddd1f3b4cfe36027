"""REST: courses and their dates, one's seat, one's qualifications."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from carenet.audit import reading
from volunteers.actions import training
from volunteers.api.base import Writes, body, number, own_or, user_of
from volunteers.api.serializers_training import (
    CourseOut,
    EnrolIn,
    EnrolmentOut,
    QualificationOut,
    RunOut,
)
from volunteers.models import Course, CourseRun, Enrolment, Qualification
from volunteers.reports import learning

WHOSE = OpenApiParameter("volunteer", int, description="only of this volunteer")


class Courses(generics.ListAPIView[Course]):
    """The courses that are offered."""

    serializer_class = CourseOut

    def get_queryset(self) -> QuerySet[Course]:
        rows = Course.objects.visible_to(user_of(self.request)).offered()
        return rows.select_related("provider").prefetch_related("modules").order_by("name", "pk")


class Runs(generics.ListAPIView[CourseRun]):
    """Dates of courses with a lesson to come, the next first."""

    serializer_class = RunOut

    def get_queryset(self) -> QuerySet[CourseRun]:
        rows = CourseRun.objects.visible_to(user_of(self.request)).open().with_seats()
        return (
            rows.filter(last_at__gt=timezone.now())
            .select_related("course")
            .prefetch_related("lessons__module")
            .order_by("first_at", "pk")
        )


def _seat(request: Request, enrolment: Enrolment, code: int = status.HTTP_200_OK) -> Response:
    found = Enrolment.objects.select_related("run__course", "volunteer__person").get(pk=enrolment.pk)
    context = {"progress": learning.progress_of([found])}
    return Response(EnrolmentOut(found, context=context).data, status=code)


class Enrol(Writes):
    """Take a seat, or the next place on the waiting list."""

    @extend_schema(request=EnrolIn, responses={201: EnrolmentOut})
    def post(self, request: Request, pk: int) -> Response:
        volunteer = own_or(request, body(EnrolIn, request).get("volunteer"))
        rows = CourseRun.objects.visible_to(user_of(request)).of(volunteer.community_id)
        made = training.enrol(
            run=get_object_or_404(rows, pk=pk), volunteer=volunteer, by=user_of(request), at=timezone.now()
        )
        return _seat(request, made, status.HTTP_201_CREATED)


class Enrolments(generics.ListAPIView[Enrolment]):
    """Seats: one's own, for the office everybody's."""

    serializer_class = EnrolmentOut

    def get_queryset(self) -> QuerySet[Enrolment]:
        rows = Enrolment.objects.visible_to(user_of(self.request)).present()
        whose = number(self.request, "volunteer")
        rows = rows if whose is None else rows.filter(volunteer_id=whose)
        return rows.select_related("run__course", "volunteer__person").order_by("-pk")

    @extend_schema(parameters=[WHOSE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        _note(request, page)
        context = {**self.get_serializer_context(), "progress": learning.progress_of(page)}
        return self.get_paginated_response(EnrolmentOut(page, many=True, context=context).data)


def _note(request: Request, rows: Any) -> None:
    """Who looked at the training of others."""
    own = user_of(request).person_id
    people = [each.volunteer.person for each in rows if each.volunteer.person_id != own]
    reading.record(request._request, people, ["name"], "api")


class Withdraw(Writes):
    """Give the seat back."""

    @extend_schema(request=None, responses=EnrolmentOut)
    def post(self, request: Request, pk: int) -> Response:
        rows = Enrolment.objects.visible_to(user_of(request)).select_related("volunteer")
        found = get_object_or_404(rows, pk=pk)
        return _seat(request, training.withdraw(enrolment=found, by=user_of(request), at=timezone.now()))


class Qualifications(generics.ListAPIView[Qualification]):
    """Qualifications: one's own, for the office everybody's; revoked and ended ones too, with `holds`."""

    serializer_class = QualificationOut

    def get_queryset(self) -> QuerySet[Qualification]:
        rows = Qualification.objects.visible_to(user_of(self.request))
        whose = number(self.request, "volunteer")
        rows = rows if whose is None else rows.filter(volunteer_id=whose)
        return rows.select_related("volunteer__person", "service_kind").order_by("-valid_from", "-pk")

    @extend_schema(parameters=[WHOSE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        _note(request, page)
        context = {**self.get_serializer_context(), "today": timezone.localdate()}
        return self.get_paginated_response(QualificationOut(page, many=True, context=context).data)
