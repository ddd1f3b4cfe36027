"""Elders by REST: the register, assessments, triage. Register staff only; elders and families have their own pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from carenet.accounts.models import User
from carenet.audit import reading
from carenet.parties.models import Area, Person
from carenet.webkit.api import OnceAPIMixin
from elders import policies
from elders.actions import assessments, help_cards, registry, triage
from elders.actions.refusals import UnknownPlace
from elders.api import serializers
from elders.filters import ElderFilter
from elders.models import Assessment, Elder, HelpToken, Instrument, TriageResult
from elders.querysets import communities_read_by

TAGS = ["elders"]


def _read(serializer: type, request: Request) -> dict[str, Any]:
    """The checked body of a call."""
    found = serializer(data=request.data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


class _StaffOnly:
    """Whoever keeps no register finds nothing here."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.user.is_authenticated and not communities_read_by(request.user):  # type: ignore[arg-type]
            raise Http404


class ElderViewSet(
    _StaffOnly, OnceAPIMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """The register: list, one elder, a new one; and what is begun from an elder."""

    serializer_class = serializers.ElderSerializer
    filterset_class = ElderFilter
    queryset = Elder.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = Elder.objects.read_as_staff(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("person", "building", "grid", "community").order_by("pk")

    def filter_queryset(self, queryset: Any) -> Any:
        if self.action != "list":
            return queryset
        data = self.request.query_params
        community = getattr(self.request._request, "community", None)
        return ElderFilter(
            data, queryset=queryset, user=self.request.user, community=community, at=timezone.now()
        ).qs

    @extend_schema(tags=TAGS, responses=serializers.ElderSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        reading.record(
            request._request, [each.person for each in page], ["name", "age", "colour", "level"], "api"
        )
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _detail(self, elder: Elder, code: int = status.HTTP_200_OK) -> Response:
        reading.record(self.request._request, [elder.person], ["name", "age", "health", "categories"], "api")
        return Response(serializers.ElderDetailSerializer(elder).data, status=code)

    @extend_schema(tags=TAGS, responses=serializers.ElderDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._detail(self.get_object())

    @extend_schema(
        tags=TAGS, request=serializers.RegisterIn, responses={201: serializers.ElderDetailSerializer}
    )
    def create(self, request: Request) -> Response:
        """Register an elder in the active community."""
        community = getattr(request._request, "community", None)
        if community is None or not policies.may_read_register(request.user, community.pk):  # type: ignore[arg-type]
            raise Http404
        data = _read(serializers.RegisterIn, request)
        building = (
            Area.objects.filter(pk=data.pop("building"), kind="BUILDING").select_related("parent").first()
        )
        if building is None:
            raise UnknownPlace
        different = list(Person.objects.of(community).filter(pk__in=data.pop("different_from")))
        categories = [registry.CategoryFacts(**each) for each in data.pop("categories")]
        elder = registry.register(
            community=community, building=building, categories=categories, not_the_same_as=different, **data,
            by=request.user, at=timezone.now(),
        )  # fmt: skip
        elder = self.get_queryset().get(pk=elder.pk)
        return self._detail(elder, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=serializers.StartIn, responses={201: serializers.AssessmentSerializer})
    @action(detail=True, methods=["post"])
    def assess(self, request: Request, pk: str) -> Response:
        """Start an assessment, or go on with the open draft."""
        data = _read(serializers.StartIn, request)
        draft = assessments.start(elder=self.get_object(), **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(
            serializers.AssessmentSerializer(draft, context=self.get_serializer_context()).data,
            status=status.HTTP_201_CREATED,
        )

    @extend_schema(
        tags=TAGS, request=serializers.NothingIn, responses={201: serializers.TriageResultSerializer}
    )
    @action(detail=True, methods=["post"])
    def suggest(self, request: Request, pk: str) -> Response:
        """Compute a triage suggestion from what is known now."""
        result = triage.suggest(elder=self.get_object(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(
            serializers.TriageResultSerializer(result, context=self.get_serializer_context()).data,
            status=status.HTTP_201_CREATED,
        )

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses={201: serializers.HelpCardSerializer})
    @action(detail=True, methods=["post"], url_path="help-card")
    def help_card(self, request: Request, pk: str) -> Response:
        """The one-tap card; an open one is given again, so that printing twice harms nothing."""
        elder = self.get_object()
        card = help_cards.issue(elder=elder, by=request.user, at=timezone.now())
        reading.record(request._request, [elder.person], ["help card"], "api")
        token = card.token()
        url = request.build_absolute_uri(f"/help/{token}/")  # the page belongs to the services app above
        shown = {"token": token, "url": url, "issued_at": card.issued_at}
        return Response(serializers.HelpCardSerializer(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses={204: None})
    @action(detail=True, methods=["post"], url_path="help-card/revoke")
    def revoke_card(self, request: Request, pk: str) -> Response:
        """The card was lost or misused: it stops working at once. 404 when none is open."""
        card = get_object_or_404(HelpToken, elder=self.get_object(), revoked_at__isnull=True)
        help_cards.revoke(token=card, by=request.user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class InstrumentViewSet(_StaffOnly, viewsets.ReadOnlyModelViewSet[Instrument]):
    """The questionnaires in force: what is asked, with the codes of the answers."""

    serializer_class = serializers.InstrumentSerializer
    queryset = Instrument.objects.none()
    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9_-]+"

    def get_queryset(self) -> Any:
        today = timezone.localdate()
        rows = Instrument.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today
        )
        return rows.order_by("code", "-valid_from").distinct("code")


class AssessmentViewSet(_StaffOnly, OnceAPIMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """An assessment: its answers, and its signature."""

    serializer_class = serializers.AssessmentSerializer
    queryset = Assessment.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = Assessment.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("instrument", "elder__person")

    @extend_schema(tags=TAGS, responses=serializers.AssessmentSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        reading.record(request._request, [row.elder.person], ["name", "health", "assessment"], "api")
        return Response(self.get_serializer(row).data)

    @extend_schema(tags=TAGS, request=serializers.AnswerIn, responses=serializers.AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Save some answers of a draft; the others stay."""
        data = _read(serializers.AnswerIn, request)
        row = assessments.answer(assessment=self.get_object(), **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(self.get_serializer(row).data)

    @extend_schema(tags=TAGS, request=serializers.SignIn, responses=serializers.AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Sign: the server computes points and levels. Where two assess, the second one countersigns."""
        row = self.get_object()
        data = _read(serializers.SignIn, request)
        chosen = data.pop("second_assessor")
        second = (
            get_object_or_404(
                User.objects.filter(grants__community_id=row.community_id).distinct(), pk=chosen
            )
            if chosen
            else None
        )
        signed = assessments.sign(
            assessment=row, second_assessor=second, **data, by=request.user, at=timezone.now()
        )  # type: ignore[arg-type]
        return Response(self.get_serializer(signed).data)

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses=serializers.AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def countersign(self, request: Request, pk: str) -> Response:
        """The second assessor signs with an own sign-in: now level, clocks and suggestion follow."""
        row = assessments.countersign(assessment=self.get_object(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(self.get_serializer(row).data)

    @extend_schema(tags=TAGS, request=serializers.SendBackIn, responses=serializers.AssessmentSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        """The second assessor does not agree: a draft again, with every answer kept."""
        data = _read(serializers.SendBackIn, request)
        row = assessments.send_back(assessment=self.get_object(), **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(self.get_serializer(row).data)


class TriageViewSet(_StaffOnly, OnceAPIMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A suggestion, and the decision of a person."""

    serializer_class = serializers.TriageResultSerializer
    queryset = TriageResult.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = TriageResult.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("elder__person", "rule_set")

    @extend_schema(tags=TAGS, responses=serializers.TriageResultSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        reading.record(request._request, [row.elder.person], ["name", "health", "colour"], "api")
        return Response(self.get_serializer(row).data)

    @extend_schema(tags=TAGS, request=serializers.ConfirmIn, responses={201: serializers.DecisionSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Decide the colour. Leaving red: the first call is a proposal, a second person's call puts it in force."""
        data = _read(serializers.ConfirmIn, request)
        decision = triage.confirm(result=self.get_object(), **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(serializers.DecisionSerializer(decision).data, status=status.HTTP_201_CREATED)
