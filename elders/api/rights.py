"""Who may act for an elder (代办), and requests about one's own data, by REST. Register staff only, as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Max
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.audit import reading
from carenet.webkit.api import OnceAPIMixin
from elders.actions import mandates, rights
from elders.api.serializers import NothingIn
from elders.api.views import TAGS, _read, _StaffOnly
from elders.models import Elder, Mandate, RightsRequest
from elders.states import MandateScope, Relation, RightKind, RightState

OTHERS = [each for each in Relation.choices if each[0] != Relation.SELF]
MANDATE_READ = ("name", "mandates")
REQUEST_READ = ("name", "requests")


def _elder(request: Request, pk: int) -> Elder:
    rows = Elder.objects.read_as_staff(request.user).select_related("person", "community")  # type: ignore[arg-type]
    found: Elder = get_object_or_404(rows, pk=pk)
    return found


# --- mandates ---------------------------------------------------------------------------------------------
class MandateSerializer(serializers.ModelSerializer[Mandate]):
    """A mandate: who, for what, from when until when, and how often it was used. The paper itself opens on the page."""

    holder = serializers.CharField(source="user")
    is_in_force = serializers.SerializerMethodField()
    has_paper = serializers.SerializerMethodField()
    uses = serializers.IntegerField(source="used", help_text="how often somebody acted under it")
    last_used_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = Mandate
        fields = (
            "id", "elder", "holder", "relation", "scopes", "evidence", "has_paper", "since", "until", "is_in_force",
            "granted_by", "uses", "last_used_at",
        )  # fmt: skip

    def get_is_in_force(self, row: Mandate) -> bool:
        return row.since <= timezone.localdate() and (row.until is None or row.until >= timezone.localdate())

    def get_has_paper(self, row: Mandate) -> bool:
        return row.paper_id is not None


class MandateIn(serializers.Serializer[Any]):
    """Who may act for the elder. `holder` is the phone number or user name of an account of the community."""

    holder = serializers.CharField(max_length=60)
    relation = serializers.ChoiceField(choices=OTHERS)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=MandateScope.choices), allow_empty=False, max_length=4
    )
    since = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True, default=None)
    evidence = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)


class MandateEndIn(serializers.Serializer[Any]):
    """The last day of the mandate; without one it ended yesterday, so that from now on it opens nothing."""

    on = serializers.DateField(required=False, allow_null=True, default=None)


def _mandates(elder: Elder) -> Any:
    rows = Mandate.objects.filter(elder=elder).select_related("user")
    return rows.annotate(used=Count("uses"), last_used_at=Max("uses__at")).order_by("-since", "-pk")


class MandatesView(_StaffOnly, OnceAPIMixin, APIView):
    """The mandates of one elder."""

    @extend_schema(tags=TAGS, responses=MandateSerializer(many=True), operation_id="elders_mandates_list")
    def get(self, request: Request, pk: int) -> Response:
        """All of them, the newest first; ended ones stay."""
        elder = _elder(request, pk)
        reading.record(request._request, [elder.person], MANDATE_READ, "api")
        return Response(MandateSerializer(_mandates(elder), many=True).data)

    @extend_schema(tags=TAGS, request=MandateIn, responses={201: MandateSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Somebody may act for the elder. A second one for the same person answers 409 `mandate_already`."""
        elder = _elder(request, pk)
        data = _read(MandateIn, request)
        holder = mandates.holder_of(community=elder.community, text=data.pop("holder"))
        row = mandates.give(elder=elder, user=holder, **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        reading.record(request._request, [elder.person], MANDATE_READ, "api")
        shown = MandateSerializer(_mandates(elder).get(pk=row.pk)).data
        return Response(shown, status=status.HTTP_201_CREATED)


class MandateEndView(_StaffOnly, OnceAPIMixin, APIView):
    """The end of a mandate."""

    @extend_schema(tags=TAGS, request=MandateEndIn, responses=MandateSerializer)
    def post(self, request: Request, pk: int, row: int) -> Response:
        """It opens nothing any more; what was done under it stays on record. An end is never moved to a later day."""
        elder = _elder(request, pk)
        found: Mandate = get_object_or_404(Mandate, pk=row, elder=elder)
        at = timezone.now()
        on = _read(MandateEndIn, request)["on"]
        on = on or max(found.since, timezone.localdate(at) - timedelta(days=1))
        mandates.end(mandate=found, on=on, by=request.user, at=at)  # type: ignore[arg-type]
        reading.record(request._request, [elder.person], MANDATE_READ, "api")
        return Response(MandateSerializer(_mandates(elder).get(pk=found.pk)).data)


# --- requests about one's own data ------------------------------------------------------------------------
class DataRequestSerializer(serializers.ModelSerializer[RightsRequest]):
    """What was asked, by when it must be answered, and the answer."""

    elder_name = serializers.CharField(source="elder.person.name")
    is_overdue = serializers.SerializerMethodField()
    has_paper = serializers.SerializerMethodField()

    class Meta:
        model = RightsRequest
        fields = (
            "id", "elder", "elder_name", "kind", "words", "asked_on", "due_on", "is_overdue", "asked_by", "asker_name",
            "has_paper", "state", "answer", "answered_by", "answered_at",
        )  # fmt: skip

    def get_is_overdue(self, row: RightsRequest) -> bool:
        return row.state == RightState.OPEN and row.due_on < timezone.localdate()

    def get_has_paper(self, row: RightsRequest) -> bool:
        return row.paper_id is not None


class DataRequestIn(serializers.Serializer[Any]):
    """A request taken at the counter; `asked_on` is its true day when it is entered later."""

    elder = serializers.IntegerField(help_text="id of the elder")
    kind = serializers.ChoiceField(choices=RightKind.choices)
    words = serializers.CharField(max_length=500)
    asked_by = serializers.ChoiceField(choices=Relation.choices, default=Relation.SELF)
    asker_name = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    asked_on = serializers.DateField(required=False, allow_null=True, default=None)


class DataAnswerIn(serializers.Serializer[Any]):
    """The answer as the elder is told it; a refusal with its reasons."""

    granted = serializers.BooleanField()
    words = serializers.CharField(max_length=500)


class DataRequestQuery(serializers.Serializer[Any]):
    """Which ones."""

    state = serializers.ChoiceField(choices=RightState.choices, required=False)
    elder = serializers.IntegerField(required=False, help_text="id of the elder")


class DataRequestViewSet(
    _StaffOnly, OnceAPIMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """Requests about one's own data (PIPL Art. 44-48): a copy, a correction, deletion, an explanation."""

    serializer_class = DataRequestSerializer
    filterset_class = None
    queryset = RightsRequest.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = RightsRequest.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("elder__person").order_by("due_on", "pk")

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        row = self.get_queryset().get(pk=pk)
        reading.record(self.request._request, [row.elder.person], REQUEST_READ, "api")
        return Response(self.get_serializer(row).data, status=code)

    @extend_schema(tags=TAGS, parameters=[DataRequestQuery], responses=DataRequestSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Whose answer is due first stands first."""
        query = DataRequestQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(self.get_queryset().filter(**query.validated_data)) or []
        reading.record(request._request, [each.elder.person for each in page], REQUEST_READ, "api")
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(tags=TAGS, responses=DataRequestSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._shown(self.get_object().pk)

    @extend_schema(tags=TAGS, request=DataRequestIn, responses={201: DataRequestSerializer})
    def create(self, request: Request) -> Response:
        """Somebody asks; the answer is due after fifteen working days."""
        data = _read(DataRequestIn, request)
        elder = _elder(request, data.pop("elder"))
        row = rights.ask(elder=elder, **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return self._shown(row.pk, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=DataAnswerIn, responses=DataRequestSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Done as asked, or refused with reasons."""
        row = self.get_object()
        data = _read(DataAnswerIn, request)
        rights.answer(request=row, **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return self._shown(row.pk)

    @extend_schema(tags=TAGS, request=NothingIn, responses=DataRequestSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """The answer was wrong or the asker does not agree: it waits again, with its first day."""
        row = self.get_object()
        rights.reopen(request=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return self._shown(row.pk)
