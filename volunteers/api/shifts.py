"""REST: the shifts one may take, one's word for them, the roster."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.audit import reading
from carenet.kernel import months
from volunteers import policies
from volunteers.actions import busy, fit, promises, rosters
from volunteers.api.base import Writes, body, number, own_or, user_of
from volunteers.api.serializers_shifts import (
    BookedOut,
    CameIn,
    CodeIn,
    LeftIn,
    PromiseFilterIn,
    PromiseIn,
    PromiseOut,
    ReasonIn,
    ShiftOut,
    StandInIn,
)
from volunteers.filters_shifts import ShiftSpanFilter
from volunteers.models import Promise, Slot, Volunteer
from volunteers.reports import shifts as reports
from volunteers.states_shifts import STANDING, PromiseState, Way

WHOLE = ("team__captain__person", "community", "service_kind", "template")


def _mine(request: Request, slots: list[Slot]) -> dict[int, str]:
    """What became of the caller's own word for each shift."""
    person_id = user_of(request).person_id
    if person_id is None:
        return {}
    rows = Promise.objects.filter(slot__in=slots, volunteer__person_id=person_id, state__in=STANDING)
    return dict(rows.values_list("slot_id", "state"))


class ShiftList(generics.ListAPIView[Slot]):
    """Shifts: the office's, a captain's, for volunteers the published ones; filter by state, team, day."""

    serializer_class = ShiftOut
    filterset_class = ShiftSpanFilter

    def get_queryset(self) -> QuerySet[Slot]:
        shown = Slot.objects.visible_to(user_of(self.request)).select_related("team")
        return reports.with_counts(shown.order_by("starts_at", "pk"))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {**self.get_serializer_context(), "mine": _mine(request, list(page))}
        return self.get_paginated_response(ShiftOut(page, many=True, context=context).data)


class OpenShifts(APIView):
    """What I may take in the coming four weeks; `why_not` is empty when nothing stands against it."""

    @extend_schema(
        responses=ShiftOut(many=True),
        parameters=[OpenApiParameter("volunteer", int, description="staff: for whom")],
    )
    def get(self, request: Request) -> Response:
        volunteer = own_or(request, number(request, "volunteer"))
        slots = reports.open_slots(volunteer, timezone.now())
        facts = fit.known_by_day(volunteer=volunteer, days=[months.day_of(each.starts_at) for each in slots])
        elsewhere = busy.known(volunteer=volunteer, slots=slots)
        why_not = {
            each.pk: fit.why_not(volunteer=volunteer, slot=each, facts=facts[months.day_of(each.starts_at)])
            or busy.why_not(slot=each, engagements=elsewhere)
            for each in slots
        }
        return Response(ShiftOut(slots, many=True, context={"why_not": why_not}).data)


def _slot(request: Request, pk: int) -> Slot:
    shown = reports.with_counts(Slot.objects.visible_to(user_of(request)).select_related(*WHOLE))
    found: Slot = get_object_or_404(shown, pk=pk)
    return found


class ShiftOne(APIView):
    """One shift as the caller sees it."""

    @extend_schema(responses=ShiftOut)
    def get(self, request: Request, pk: int) -> Response:
        slot = _slot(request, pk)
        own = (
            Volunteer.objects.of_user(user_of(request)).of(slot.community_id).select_related("person").first()
        )
        mine, why_not = _mine(request, [slot]), ""
        if own is not None and slot.pk not in mine:
            why_not = fit.why_not(volunteer=own, slot=slot) or busy.why_not(
                slot=slot, engagements=busy.known(volunteer=own, slots=[slot])
            )
        return Response(ShiftOut(slot, context={"mine": mine, "why_not": {slot.pk: why_not}}).data)


def _for_whom(request: Request, slot: Slot, pk: int | None) -> Volunteer:
    """The own record; the office names anybody of the community, a captain a member of the team."""
    user = user_of(request)
    if pk is None or policies.may_plan(user, slot.community_id) or not policies.may_roster(user, slot):
        return own_or(request, pk)
    people = Volunteer.objects.of(slot.community_id).present().filter(team_id=slot.team_id)
    return get_object_or_404(people.select_related("person", "community"), pk=pk)


def _answer(request: Request, promise: Promise, code: int = status.HTTP_200_OK) -> Response:
    found = Promise.objects.select_related("slot", "volunteer__person").get(pk=promise.pk)
    if found.volunteer.person_id != user_of(request).person_id:
        reading.record(request._request, [found.volunteer.person], ["name"], "api")
    return Response(PromiseOut(found).data, status=code)


class PromiseShift(Writes):
    """Take a place of a shift, or with `wait` a place on its waiting list."""

    @extend_schema(request=PromiseIn, responses={201: PromiseOut})
    def post(self, request: Request, pk: int) -> Response:
        slot, wanted = _slot(request, pk), body(PromiseIn, request)
        made = promises.promise(
            slot=slot, volunteer=_for_whom(request, slot, wanted.get("volunteer")), by=user_of(request),
            at=timezone.now(), ticked=wanted["ticked"], wait=wanted["wait"],
        )  # fmt: skip
        return _answer(request, made, status.HTTP_201_CREATED)


class StandIn(Writes):
    """Take the place of a colleague who cannot come."""

    @extend_schema(request=StandInIn, responses={201: PromiseOut})
    def post(self, request: Request, pk: int) -> Response:
        slot, wanted = _slot(request, pk), body(StandInIn, request)
        volunteer = _for_whom(request, slot, wanted.get("volunteer"))
        sought = slot.promises.filter(state=PromiseState.SEEKING).order_by("told_at").first()
        if sought is None:
            raise promises.NotWanted
        made = promises.stand_in(
            promise=sought,
            volunteer=volunteer,
            by=user_of(request),
            at=timezone.now(),
            ticked=wanted["ticked"],
        )
        return _answer(request, made, status.HTTP_201_CREATED)


class BookShift(Writes):
    """Book the hours of everybody who is ticked; one's own and those nobody else saw are left."""

    @extend_schema(request=None, responses=BookedOut)
    def post(self, request: Request, pk: int) -> Response:
        slot = _slot(request, pk)
        if not policies.may_roster(user_of(request), slot):
            raise Http404
        return Response(BookedOut(rosters.book(slot=slot, by=user_of(request), at=timezone.now())).data)


class CheckInByCode(Writes):
    """At the place, with the code of the poster: who promised is there."""

    @extend_schema(request=CodeIn, responses=PromiseOut)
    def post(self, request: Request) -> Response:
        at, code = timezone.now(), body(CodeIn, request)["code"]
        slot = reports.at_the_place(Slot.objects.visible_to(user_of(request)), code, at)
        if slot is None:
            raise Http404
        volunteer = own_or(request, None)
        promise = Promise.objects.filter(slot=slot, volunteer=volunteer, state__in=STANDING).first()
        if promise is None:
            raise Http404
        return _answer(request, rosters.check_in(promise=promise, way=Way.QR, by=user_of(request), at=at))


class PromiseList(generics.ListAPIView[Promise]):
    """Promises, the latest shift first: one's own, a captain's team's, the office's; `shift` and `state` narrow."""

    serializer_class = PromiseOut

    def get_queryset(self) -> QuerySet[Promise]:
        wanted = PromiseFilterIn(data=self.request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        rows = Promise.objects.visible_to(user_of(self.request)).select_related("slot", "volunteer__person")
        names = {"shift": "slot_id", "state": "state"}
        rows = rows.filter(**{names[name]: value for name, value in wanted.validated_data.items()})
        return rows.order_by("-slot__starts_at", "-pk")

    @extend_schema(parameters=[PromiseFilterIn])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        own = user_of(request).person_id
        people = [each.volunteer.person for each in page if each.volunteer.person_id != own]
        reading.record(request._request, people, ["name"], "api")
        return self.get_paginated_response(PromiseOut(page, many=True).data)


def _promise(request: Request, pk: int) -> Promise:
    rows = Promise.objects.visible_to(user_of(request)).select_related(
        "slot__team__captain__person", "slot__community", "volunteer__person"
    )
    return get_object_or_404(rows, pk=pk)


class _Step(Writes):
    """One press on a word for a shift."""

    def _may_roster(self, request: Request, promise: Promise) -> bool:
        return policies.may_roster(user_of(request), promise.slot)


class StepBack(_Step):
    """“I cannot come”: the place comes free, or colleagues are asked to stand in."""

    @extend_schema(request=ReasonIn, responses=PromiseOut)
    def post(self, request: Request, pk: int) -> Response:
        found, reason = _promise(request, pk), body(ReasonIn, request)["reason"]
        return _answer(
            request,
            promises.step_back(promise=found, by=user_of(request), at=timezone.now(), reason=reason),
        )


class ComeAfterAll(_Step):
    """Undo “I cannot come” as long as nobody stands in."""

    @extend_schema(request=None, responses=PromiseOut)
    def post(self, request: Request, pk: int) -> Response:
        found = _promise(request, pk)
        return _answer(
            request, promises.come_after_all(promise=found, by=user_of(request), at=timezone.now())
        )


class TickIn(_Step):
    """The captain or the office saw somebody come; also days later, with the true time."""

    @extend_schema(request=CameIn, responses=PromiseOut)
    def post(self, request: Request, pk: int) -> Response:
        found, came_at = _promise(request, pk), body(CameIn, request)["came_at"]
        if not self._may_roster(request, found):
            raise Http404
        done = rosters.check_in(
            promise=found, way=Way.OFFICE, by=user_of(request), at=timezone.now(), came_at=came_at
        )
        return _answer(request, done)


class CheckOut(_Step):
    """Somebody leaves: oneself, the captain or the office."""

    @extend_schema(request=LeftIn, responses=PromiseOut)
    def post(self, request: Request, pk: int) -> Response:
        found, left_at = _promise(request, pk), body(LeftIn, request)["left_at"]
        done = rosters.check_out(
            promise=found, way=Way.SELF, by=user_of(request), at=timezone.now(), left_at=left_at
        )
        return _answer(request, done)
