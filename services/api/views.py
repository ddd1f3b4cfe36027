"""The whole loop by REST: take, propose, offer, accept, start, finish, confirm, rate; alarms; visits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.audit import reading
from carenet.parties.models import ServiceKind
from carenet.webkit import once
from carenet.webkit.api import OnceAPIMixin
from elders.models import Elder
from services import policies, reasons
from services.actions import dispatch, feedback, intake, visits
from services.api import serializers
from services.api.coins import CoinsMixin
from services.filters import RequestFilter
from services.models import Candidate, Helper, HelperSkill, Offering, ServiceRequest, Visit

TAGS = ["services"]


def _read(serializer: type, request: Request) -> dict[str, Any]:
    """The checked body of a call."""
    found = serializer(data=request.data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


def _key(request: Request) -> str:
    return f"api:{once.key_of(request._request)}"


def _elder(request: Request, pk: int) -> Elder:
    return get_object_or_404(
        Elder.objects.visible_to(request.user).select_related("person", "community"), pk=pk
    )  # type: ignore[arg-type]


class ServiceKinds(APIView):
    """The catalogue: what may be asked for here, how long it takes and what the station asks for it today."""

    @extend_schema(tags=TAGS, responses=serializers.ServiceKindSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All kinds in the order of the catalogue."""
        community = getattr(request._request, "community", None)
        if community is None:
            raise Http404
        today = timezone.localdate()
        prices = Offering.objects.of(community).filter(organisation__isnull=True).on(today)
        priced = {each.kind_id: each for each in prices}
        rows = list(ServiceKind.objects.order_by("number"))
        for row in rows:
            price = priced.get(row.pk)
            row.price_fen = price.price_fen if price is not None else None
            row.minutes = price.minutes if price is not None else row.minutes
        return Response(serializers.ServiceKindSerializer(rows, many=True).data)


class RequestViewSet(
    OnceAPIMixin, CoinsMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """Requests for services: what the caller may see, and every step of the loop."""

    serializer_class = serializers.RequestSerializer
    filterset_class = RequestFilter
    queryset = ServiceRequest.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = ServiceRequest.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return rows.select_related(
            "elder__person", "elder__building", "elder__community", "kind", "helper__person", "handler"
        ).order_by("-pk")

    def _detail(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:  # the step ended the caller's view of it (an offer passed on)
            return Response(status=status.HTTP_204_NO_CONTENT)
        reading.record(self.request._request, [row.elder.person], ["name", "service"], "api")
        whole = policies.may_dispatch(self.request.user, row) or policies.is_office(
            self.request.user, row.community_id
        )  # type: ignore[arg-type]
        return Response(serializers.RequestDetailSerializer(row, context={"whole": whole}).data, status=code)

    @extend_schema(tags=TAGS, responses=serializers.RequestSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(tags=TAGS, responses=serializers.RequestDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._detail(self.get_object().pk)

    @extend_schema(
        tags=TAGS, request=serializers.TakeIn, responses={201: serializers.RequestDetailSerializer}
    )
    def create(self, request: Request) -> Response:
        """Take a request."""
        data = _read(serializers.TakeIn, request)
        elder = _elder(request, data.pop("elder"))
        taken = intake.take(elder=elder, key=_key(request), by=request.user, at=timezone.now(), **data)  # type: ignore[arg-type]
        return self._detail(taken.pk, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses=serializers.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: str) -> Response:
        """Look for the nearest helpers; gives them with their reasons, and who was passed over and why."""
        proposal = dispatch.propose(request_id=self.get_object().pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        rows = proposal.candidates.select_related("helper__person").order_by("rank")
        return Response(
            {
                "looked_at": proposal.looked_at,
                "candidates": serializers.CandidateSerializer(rows, many=True).data,
                "skipped": [{"name": each["name"], "metres": each["metres"], "why": reasons.sentence(each)} for each in proposal.skipped],
            }
        )  # fmt: skip

    @extend_schema(tags=TAGS, request=serializers.HelperIn, responses=serializers.CandidateSerializer)
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: str) -> Response:
        """Ask a helper."""
        helper = self._helper(request)
        offered = dispatch.offer(
            request_id=self.get_object().pk, helper_id=helper.pk, by=request.user, at=timezone.now()
        )  # type: ignore[arg-type]
        return Response(serializers.CandidateSerializer(offered).data, status=status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=serializers.HelperIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Send a helper who agreed by telephone."""
        helper = self._helper(request)
        row = self.get_object()
        dispatch.assign(request_id=row.pk, helper_id=helper.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return self._detail(row.pk)

    @extend_schema(tags=TAGS, request=serializers.HelperIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"], url_path="hand-on")
    def hand_on(self, request: Request, pk: str) -> Response:
        """Another helper goes instead."""
        helper = self._helper(request)
        row = self.get_object()
        dispatch.hand_on(request_id=row.pk, helper_id=helper.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return self._detail(row.pk)

    def _helper(self, request: Request) -> Helper:
        data = _read(serializers.HelperIn, request)
        row = self.get_object()
        return get_object_or_404(Helper.objects.of(row.community_id), pk=data["helper"])

    def _step(self, request: Request, run: Callable[..., object], serializer: type) -> Response:
        row = self.get_object()
        run(request_id=row.pk, by=request.user, at=timezone.now(), **_read(serializer, request))
        return self._detail(row.pk)

    @extend_schema(tags=TAGS, request=serializers.TriageIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def triage(self, request: Request, pk: str) -> Response:
        """Check and complete."""
        return self._step(request, dispatch.triage, serializers.TriageIn)

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """Take it in hand (alarms first of all)."""
        return self._step(request, dispatch.claim, serializers.NothingIn)

    @extend_schema(tags=TAGS, request=serializers.ScheduleIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def schedule(self, request: Request, pk: str) -> Response:
        """Agree on the time."""
        return self._step(request, dispatch.schedule, serializers.ScheduleIn)

    @extend_schema(tags=TAGS, request=serializers.StartIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """The service begins."""
        return self._step(request, dispatch.start, serializers.StartIn)

    @extend_schema(tags=TAGS, request=serializers.FinishIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """The service is done."""
        return self._step(request, dispatch.finish, serializers.FinishIn)

    @extend_schema(tags=TAGS, request=serializers.ConfirmIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """The elder (or somebody for them) confirms; hours and costs are booked."""
        return self._step(request, dispatch.confirm, serializers.ConfirmIn)

    @extend_schema(tags=TAGS, request=serializers.RateIn, responses={201: serializers.FeedbackSerializer})
    @action(detail=True, methods=["post"])
    def rate(self, request: Request, pk: str) -> Response:
        """Rate it once."""
        row = self.get_object()
        made = feedback.rate(
            request_id=row.pk, by=request.user, at=timezone.now(), **_read(serializers.RateIn, request)
        )  # type: ignore[arg-type]
        return Response(serializers.FeedbackSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=serializers.CancelIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """No longer wanted."""
        return self._step(request, dispatch.cancel, serializers.CancelIn)

    @extend_schema(tags=TAGS, request=serializers.WordsIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def fail(self, request: Request, pk: str) -> Response:
        """Nobody could come."""
        return self._step(request, dispatch.fail, serializers.WordsIn)

    @extend_schema(tags=TAGS, request=serializers.WordsIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """It was not right."""
        return self._step(request, dispatch.reopen, serializers.WordsIn)

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses=serializers.RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close the file."""
        return self._step(request, dispatch.close, serializers.NothingIn)


class HelperViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """Who may be sent: for the office all, for a dispatcher the own organisation, for a helper themselves."""

    serializer_class = serializers.HelperSerializer
    queryset = Helper.objects.none()

    def get_queryset(self) -> Any:
        rows = Helper.objects.visible_to(self.request.user).active()  # type: ignore[arg-type]
        if code := self.request.query_params.get("kind", ""):
            kind = get_object_or_404(ServiceKind, pk=code)
            skilled = HelperSkill.objects.filter(helper=OuterRef("pk"), kind_number=kind.number, active=True)
            rows = rows.filter(Exists(skilled))
        return rows.select_related("person").prefetch_related("skills").order_by("person__pinyin", "pk")

    def get_serializer_context(self) -> dict[str, Any]:
        codes = dict(ServiceKind.objects.values_list("number", "code"))
        return {**super().get_serializer_context(), "codes": codes}

    @extend_schema(
        tags=TAGS,
        responses=serializers.HelperSerializer(many=True),
        parameters=[OpenApiParameter("kind", str, description="only who can do this service")],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        reading.record(request._request, [each.person for each in page], ["name"], "api")
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OfferViewSet(OnceAPIMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """What the caller is asked, and the answers."""

    serializer_class = serializers.OfferSerializer
    queryset = Candidate.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = Candidate.objects.visible_to(self.request.user).exclude(state="PROPOSED")  # type: ignore[arg-type]
        if self.action == "list":
            rows = rows.open_offers()
        return rows.select_related("request__elder__building", "helper__person").order_by("pk")

    @extend_schema(tags=TAGS, responses=serializers.OfferSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses=serializers.RequestSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Yes, I come."""
        row = dispatch.accept(candidate_id=self.get_object().pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        reading.record(request._request, [row.elder.person], ["name"], "api")
        return Response(serializers.RequestSerializer(row).data)

    @extend_schema(tags=TAGS, request=serializers.DeclineIn, responses=serializers.OfferSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """I cannot."""
        data = _read(serializers.DeclineIn, request)
        offer = dispatch.decline(
            candidate_id=self.get_object().pk, by=request.user, at=timezone.now(), **data
        )  # type: ignore[arg-type]
        return Response(serializers.OfferSerializer(offer).data)


class AlarmViewSet(OnceAPIMixin, viewsets.GenericViewSet):
    """Emergency calls from other systems and devices."""

    serializer_class = serializers.RequestSerializer
    queryset = ServiceRequest.objects.none()

    @extend_schema(tags=TAGS, request=serializers.AlarmIn, responses={201: serializers.RequestSerializer})
    def create(self, request: Request) -> Response:
        """Raise an alarm; repeats join the open one."""
        data = _read(serializers.AlarmIn, request)
        elder = _elder(request, data.pop("elder"))
        alarm = intake.raise_alarm(elder=elder, key=_key(request), by=request.user, at=timezone.now(), **data)  # type: ignore[arg-type]
        return Response(serializers.RequestSerializer(alarm).data, status=status.HTTP_201_CREATED)


class VisitViewSet(OnceAPIMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Visits of social workers."""

    serializer_class = serializers.VisitSerializer
    queryset = Visit.objects.none()

    def get_queryset(self) -> Any:
        return (
            Visit.objects.visible_to(self.request.user)
            .current()
            .select_related("worker", "elder__person")
            .order_by("-visited_at", "-pk")
        )  # type: ignore[arg-type]

    @extend_schema(tags=TAGS, responses=serializers.VisitSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(tags=TAGS, request=serializers.VisitIn, responses={201: serializers.VisitSerializer})
    def create(self, request: Request) -> Response:
        """Write a visit down; the header's key is the phone's own."""
        data, now = _read(serializers.VisitIn, request), timezone.now()
        elder = _elder(request, data.pop("elder"))
        data["visited_at"] = data["visited_at"] or now
        visit = visits.log(elder=elder, key=_key(request), by=request.user, at=now, **data)  # type: ignore[arg-type]
        return Response(serializers.VisitSerializer(visit).data, status=status.HTTP_201_CREATED)
