"""REST: balances and statements, the shop, redeem, hand over, take back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.accounts import limiter
from carenet.audit import reading
from carenet.ledger.states import Unit
from carenet.webkit.api import OnceAPIMixin
from volunteers import policies
from volunteers.actions import rewards, service_rewards, slips
from volunteers.api.base import body, community_id, key, number, own_or
from volunteers.api.serializers import (
    ClaimOut,
    HandOverIn,
    RedeemIn,
    RewardOut,
    SlipOut,
    StatementOut,
    VolunteerOut,
)
from volunteers.filters import VolunteerFilter
from volunteers.models import Redemption, Reward, ServiceClaim, Volunteer
from volunteers.reports import accounts, kin, shop

UNITS = {"points": Unit.POINT, "minutes": Unit.MINUTE, "coins": Unit.COIN}


class VolunteerList(generics.ListAPIView[Volunteer]):
    """The volunteers the caller may see, with balances."""

    serializer_class = VolunteerOut
    filterset_class = VolunteerFilter

    def get_queryset(self) -> QuerySet[Volunteer]:
        return Volunteer.objects.visible_to(self.request.user).select_related("person", "team").order_by("pk")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        reading.record(request, [each.person for each in page], ["name"])  # type: ignore[arg-type]
        context = {**self.get_serializer_context(), "balances": accounts.balances_of(page)}
        return self.get_paginated_response(VolunteerOut(page, many=True, context=context).data)


class VolunteerOne(APIView):
    """One volunteer with balances; a volunteer only themselves."""

    @extend_schema(responses=VolunteerOut)
    def get(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(
            Volunteer.objects.visible_to(request.user).select_related("person", "team"), pk=pk
        )
        reading.record(request, [found.person], ["name"])  # type: ignore[arg-type]
        return Response(VolunteerOut(found, context={"balances": {found.pk: accounts.balances(found)}}).data)


class Statement(APIView):
    """A page of a statement, newest first: `points`, `minutes` or `coins`."""

    @extend_schema(
        responses=StatementOut,
        parameters=[OpenApiParameter("before", int, description="from the page before")],
    )
    def get(self, request: Request, pk: int, unit: str) -> Response:
        found = get_object_or_404(Volunteer.objects.visible_to(request.user), pk=pk)
        if unit not in UNITS:
            raise Http404
        page = accounts.statement(found, UNITS[unit], before=number(request, "before"))
        lines = page.lines
        return Response(
            StatementOut({"unit": unit, "balance": page.balance, "lines": lines, "before": page.before}).data
        )


class Rewards(APIView):
    """The shop window: what can be redeemed now first."""

    @extend_schema(
        responses=RewardOut(many=True),
        parameters=[OpenApiParameter("volunteer", int, description="staff: for whom")],
    )
    def get(self, request: Request) -> Response:
        asked, here = number(request, "volunteer"), community_id(request)
        if asked is not None:
            volunteer: Volunteer | None = own_or(request, asked)
        else:
            volunteer = Volunteer.objects.of_user(request.user).of(here).select_related("person").first()  # type: ignore[arg-type]
        if volunteer is None and not policies.may_see_list(request.user, here):  # type: ignore[arg-type]
            raise Http404
        return Response(RewardOut(shop.window(volunteer, here, timezone.localdate()), many=True).data)


class Redeem(OnceAPIMixin, APIView):
    """Take a reward for points, once per Idempotency-Key: a thing gives a slip, a service a claim."""

    @extend_schema(
        request=RedeemIn,
        responses={
            201: PolymorphicProxySerializer(
                component_name="Redeemed", serializers=[SlipOut, ClaimOut], resource_type_field_name=None
            )
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        wanted = body(RedeemIn, request)
        volunteer = own_or(request, wanted.get("volunteer"))
        reward = get_object_or_404(Reward.objects.visible_to(request.user).of(volunteer.community_id), pk=pk)
        if not limiter.take(f"redeem:{request.user.pk}", 30, 60):
            raise rewards.TooOften
        at = timezone.now()
        if shop.service_of(reward) is not None:
            return Response(
                ClaimOut(self._claim(request, reward, volunteer, wanted, at)).data,
                status=status.HTTP_201_CREATED,
            )
        slip = slips.take(
            volunteer=volunteer, reward=reward, key=key(request),
            by=request.user, on=timezone.localdate(at), at=at, points=wanted.get("points"),
        )  # fmt: skip
        return Response(SlipOut(slip).data, status=status.HTTP_201_CREATED)

    @staticmethod
    def _claim(
        request: Request, reward: Reward, volunteer: Volunteer, wanted: dict[str, Any], at: datetime
    ) -> ServiceClaim:
        elder = None
        if wanted.get("elder"):
            elder = next(
                (
                    each.elder
                    for each in kin.elders_of(volunteer, on=timezone.localdate(at))
                    if each.elder.pk == wanted["elder"]
                ),
                None,
            )
            if elder is None:
                raise service_rewards.NotYourElder
        return service_rewards.claim(
            volunteer=volunteer, reward=reward, elder=elder, key=key(request), by=request.user, on=timezone.localdate(at), at=at,
            points=wanted.get("points"), wish=wanted.get("wish", ""),
        )  # fmt: skip


def _slip(request: Request, pk: int) -> Redemption:
    return get_object_or_404(
        Redemption.objects.visible_to(request.user).select_related("volunteer__person"), pk=pk
    )


class SlipList(generics.ListAPIView[Redemption]):
    """Redemptions: the office's, or one's own."""

    serializer_class = SlipOut

    def get_queryset(self) -> QuerySet[Redemption]:
        rows = Redemption.objects.visible_to(self.request.user).select_related("volunteer").order_by("-pk")
        code = self.request.query_params.get("code", "")
        return rows.filter(code="".join(code.split())) if code else rows


class SlipOne(APIView):
    """One redemption."""

    @extend_schema(responses=SlipOut)
    def get(self, request: Request, pk: int) -> Response:
        return Response(SlipOut(_slip(request, pk)).data)


class HandOver(OnceAPIMixin, APIView):
    """Give a reward out against its slip (staff)."""

    @extend_schema(request=HandOverIn, responses=SlipOut)
    def post(self, request: Request, pk: int) -> Response:
        slip = rewards.hand_over(
            redemption=_slip(request, pk), by=request.user, at=timezone.now(), **body(HandOverIn, request)
        )
        return Response(SlipOut(slip).data)


class TakeBack(OnceAPIMixin, APIView):
    """Cancel a redemption until it is collected."""

    @extend_schema(request=None, responses=SlipOut)
    def post(self, request: Request, pk: int) -> Response:
        slip = rewards.take_back(redemption=_slip(request, pk), by=request.user, at=timezone.now())
        return Response(SlipOut(slip).data)
