"""Homes and who is what in them, by REST. Register staff only, as on the pages; numbers of people are masked."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from carenet.audit import reading
from carenet.webkit.api import OnceAPIMixin
from elders.actions import households
from elders.api.rights import _elder
from elders.api.serializers import NothingIn
from elders.api.views import TAGS, _read, _StaffOnly
from elders.models import Household, HouseholdRole
from elders.states import HouseholdRoleKind, Relation

HOME_READ = ("name", "household")
OPEN_ROLES = Q(roles__until__isnull=True)


class HouseholdSerializer(serializers.ModelSerializer[Household]):
    """A row of the list: the door and how many people live behind it, no names."""

    building_name = serializers.CharField(source="building.name", default="")
    residents = serializers.IntegerField(help_text="how many live here now")

    class Meta:
        model = Household
        fields = ("id", "building", "building_name", "door", "residents", "opened_on", "closed_on")


class HouseholdRoleSerializer(serializers.ModelSerializer[HouseholdRole]):
    """What somebody is in a home; `until` is empty while it lasts."""

    name = serializers.CharField(source="person.name")
    phone = serializers.CharField(source="person.masked_phone")
    elder = serializers.SerializerMethodField()

    class Meta:
        model = HouseholdRole
        fields = ("id", "person", "elder", "name", "phone", "kind", "relation", "since", "until")

    def get_elder(self, row: HouseholdRole) -> int | None:
        """id of the elder's file, when this person has one"""
        found = getattr(row.person, "elder", None)
        return found.pk if found is not None else None


class HouseholdDetailSerializer(HouseholdSerializer):
    """A home with everybody in it, former ones too; `lon` and `lat` are WGS-84."""

    roles = HouseholdRoleSerializer(many=True)

    class Meta(HouseholdSerializer.Meta):
        fields = (*HouseholdSerializer.Meta.fields, "lon", "lat", "note", "roles")  # type: ignore[assignment]


class HouseholdRoleIn(serializers.Serializer[Any]):
    """Somebody becomes something in a home; a captain becomes it in every home of the building."""

    who = serializers.CharField(
        max_length=60, help_text="archive number, phone or ID number of somebody known; otherwise the name"
    )
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=30)
    kind = serializers.ChoiceField(choices=HouseholdRoleKind.choices)
    relation = serializers.ChoiceField(choices=Relation.choices, required=False, allow_blank=True, default="")
    since = serializers.DateField()


class HouseholdRoleEndIn(serializers.Serializer[Any]):
    """The last day of the role; today when it is left out."""

    on = serializers.DateField(required=False, allow_null=True, default=None)


class HouseholdQuery(serializers.Serializer[Any]):
    """Which ones."""

    elder = serializers.IntegerField(required=False, help_text="the home this elder lives in")
    building = serializers.IntegerField(required=False, help_text="id of the building")


class HouseholdViewSet(
    _StaffOnly, OnceAPIMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):
    """Homes: list, one with its people, giving and ending a role."""

    serializer_class = HouseholdSerializer
    filterset_class = None
    queryset = Household.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        rows = Household.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        living = Count("roles", filter=OPEN_ROLES & Q(roles__kind="RESIDENT"))
        return rows.select_related("building", "community").annotate(residents=living).order_by("pk")

    def _shown(self, pk: int, code: int = status.HTTP_200_OK) -> Response:
        people = HouseholdRole.objects.select_related("person__elder").order_by("since", "pk")
        home = self.get_queryset().prefetch_related(Prefetch("roles", people)).get(pk=pk)
        reading.record(self.request._request, [each.person for each in home.roles.all()], HOME_READ, "api")
        return Response(HouseholdDetailSerializer(home).data, status=code)

    @extend_schema(tags=TAGS, parameters=[HouseholdQuery], responses=HouseholdSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The homes; with `elder` the one this elder lives in, which stands in the read log."""
        query = HouseholdQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = self.get_queryset()
        if (building := query.validated_data.get("building")) is not None:
            rows = rows.filter(building=building)
        if (pk := query.validated_data.get("elder")) is not None:
            elder = _elder(request, pk)
            lives = HouseholdRole.objects.open().filter(person=elder.person_id, kind="RESIDENT")
            rows = rows.filter(pk__in=lives.values("household"))
            reading.record(request._request, [elder.person], HOME_READ, "api")
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(tags=TAGS, responses=HouseholdDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Everybody in the home; each of them stands in the read log."""
        return self._shown(self.get_object().pk)

    def _role(self, row: str) -> tuple[Household, HouseholdRole]:
        home = self.get_object()
        return home, get_object_or_404(HouseholdRole, pk=row, household=home)

    @extend_schema(tags=TAGS, request=HouseholdRoleIn, responses={201: HouseholdDetailSerializer})
    @action(detail=True, methods=["post"])
    def roles(self, request: Request, pk: str) -> Response:
        """Give a role. A second head answers 409 `one_head`, who lives elsewhere 409 `one_home`."""
        home = self.get_object()
        data = _read(HouseholdRoleIn, request)
        households.take_in(household=home, **data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return self._shown(home.pk, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=HouseholdRoleEndIn, responses=HouseholdDetailSerializer)
    @action(detail=True, methods=["post"], url_path="roles/(?P<row>[0-9]+)/end")
    def end_role(self, request: Request, pk: str, row: str) -> Response:
        """No longer since a day; it stays in the history."""
        home, role = self._role(row)
        at = timezone.now()
        on = _read(HouseholdRoleEndIn, request)["on"] or timezone.localdate(at)
        households.end_role(role=role, on=on, by=request.user, at=at)  # type: ignore[arg-type]
        return self._shown(home.pk)

    @extend_schema(tags=TAGS, request=NothingIn, responses=HouseholdDetailSerializer)
    @action(detail=True, methods=["post"], url_path="roles/(?P<row>[0-9]+)/reopen")
    def reopen_role(self, request: Request, pk: str, row: str) -> Response:
        """The end was a slip. 409 when somebody else has the place by now."""
        home, role = self._role(row)
        households.undo_end(role=role, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return self._shown(home.pk)
