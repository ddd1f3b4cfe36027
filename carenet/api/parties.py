"""What other calls refer to: places, organisations with their people, colleagues. Read only.

They belong to `parties` and `accounts`, which may not reach up to `webkit`; so their REST doors stand here.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carenet.accounts.models import RoleGrant, User
from carenet.accounts.policies import is_staff_of
from carenet.accounts.states import STAFF_ROLES, Role
from carenet.audit import reading
from carenet.parties.models import Area, Community, Membership, Organisation
from carenet.parties.states import AreaKind, PartnerKind, PartyKind

# Who sees the names of organisations: staff, and who sits in the joint meeting or looks after it.
READERS = (*STAFF_ROLES, Role.REPRESENTATIVE, Role.AUDITOR, Role.DISPATCHER)


class AreaOut(serializers.ModelSerializer[Area]):
    """A grid or a building of the community."""

    class Meta:
        model = Area
        fields = ("id", "kind", "name", "name_en", "parent", "lon", "lat")


class OrganisationOut(serializers.ModelSerializer[Organisation]):
    """A body the station works with."""

    class Meta:
        model = Organisation
        fields = ("id", "name", "name_en", "party_kind", "partner_kind", "domain", "is_key", "since")


class MemberOut(serializers.ModelSerializer[Membership]):
    """A person's place in an organisation."""

    name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Membership
        fields = ("person", "name", "role", "title", "since")


class ColleagueOut(serializers.Serializer[Any]):
    """Somebody who works in the community now."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


def _community(request: Request) -> Community:
    """The active community. Raises Http404 for those who have none."""
    found = getattr(request._request, "community", None)
    if found is None:
        raise Http404
    community: Community = found
    return community


class AreaList(generics.ListAPIView[Area]):
    """Grids and buildings of the active community, in the order of the tree."""

    serializer_class = AreaOut
    queryset = Area.objects.none()

    @extend_schema(parameters=[OpenApiParameter("kind", str, enum=AreaKind.values)], tags=["parties"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Area]:
        rows = Area.objects.filter(path__contains=[_community(self.request).area_id], valid_to__isnull=True)
        kind = self.request.query_params.get("kind", "")
        return (rows.filter(kind=kind) if kind else rows).order_by("path")


class OrganisationList(generics.ListAPIView[Organisation]):
    """Organisations of the active community that are still there; `party` narrows to one party or kind of partner."""

    serializer_class = OrganisationOut
    queryset = Organisation.objects.none()

    @extend_schema(
        parameters=[OpenApiParameter("party", str, enum=[*PartyKind.values, *PartnerKind.values])],
        tags=["parties"],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        community = _community(request)
        if not request.user.has_role(community.pk, *READERS):  # type: ignore[union-attr]
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Organisation]:
        rows = Organisation.objects.of(_community(self.request)).filter(until__isnull=True)
        if party := self.request.query_params.get("party", ""):
            rows = rows.filter(party_kind=party) | rows.filter(partner_kind=party)
        return rows.order_by("name", "pk")


class Members(generics.ListAPIView[Membership]):
    """Who belongs to an organisation, with names: staff only, and written down who looked."""

    serializer_class = MemberOut
    queryset = Membership.objects.none()

    @extend_schema(tags=["parties"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Membership]:
        community = _community(self.request)
        if not is_staff_of(self.request.user, community.pk):  # type: ignore[arg-type]
            raise Http404
        organisation = get_object_or_404(Organisation.objects.of(community), pk=self.kwargs["pk"])
        rows = Membership.objects.filter(organisation=organisation, until__isnull=True)
        return rows.select_related("person").order_by("role", "pk")

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        reading.record(self.request, [each.person for each in rows or []], ["name"], "api")  # type: ignore[arg-type]
        return rows


class Colleagues(generics.ListAPIView[User]):
    """Who works in the active community now: second assessors, responsible workers, recorders. Staff only."""

    serializer_class = ColleagueOut
    queryset = User.objects.none()

    @extend_schema(responses=ColleagueOut(many=True), tags=["parties"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        community = _community(request)
        if not is_staff_of(request.user, community.pk):  # type: ignore[arg-type]
            raise Http404
        works = RoleGrant.objects.current().filter(community=community, role__in=STAFF_ROLES)
        roles: dict[int, list[str]] = {}
        for user_id, role in works.order_by("role").values_list("user_id", "role"):
            roles.setdefault(user_id, []).append(role)
        people = User.objects.filter(pk__in=roles, is_active=True).order_by("display_name", "username")
        page = self.paginate_queryset(people) or []
        shown = [{"id": each.pk, "name": str(each), "roles": roles[each.pk]} for each in page]
        return self.get_paginated_response(ColleagueOut(shown, many=True).data)
