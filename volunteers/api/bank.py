"""REST: the three accounts of a volunteer, and gifts of time coins. Statements stand under /volunteers/<id>/."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.audit import reading
from volunteers.actions import gifts
from volunteers.api.base import Writes, body, key, number, own_or, user_of
from volunteers.api.serializers_bank import AccountOut, GiftIn, GiftOut
from volunteers.api.views import UNITS
from volunteers.models import Gift
from volunteers.reports import purses


class Accounts(APIView):
    """Hours, time coins, points: what is there, what is set aside, whether it rests."""

    @extend_schema(
        responses=AccountOut(many=True),
        parameters=[OpenApiParameter("volunteer", int, description="staff: whose")],
    )
    def get(self, request: Request) -> Response:
        volunteer = own_or(request, number(request, "volunteer"))
        if volunteer.person_id != user_of(request).person_id:
            reading.record(request._request, [volunteer.person], ["name"], "api")
        found = purses.purses(volunteer)
        rows = [
            {
                "unit": name, "balance": found[unit].balance, "aside": found[unit].aside, "overflow": found[unit].overflow,
                "frozen": found[unit].frozen, "statement": reverse("api-volunteers:statement", args=[volunteer.pk, name]),
            }
            for name, unit in UNITS.items()
        ]  # fmt: skip
        return Response(AccountOut(rows, many=True).data)


def _gifts(request: Request) -> QuerySet[Gift]:
    return Gift.objects.visible_to(user_of(request)).select_related("giver__person", "receiver__person")


def _out(request: Request, rows: Any, *, many: bool = False) -> Any:
    own = user_of(request).person_id
    people = [side.person for each in (rows if many else [rows]) for side in (each.giver, each.receiver)]
    reading.record(request._request, [each for each in people if each.pk != own], ["name"], "api")
    return GiftOut(rows, many=many, context={"person_id": own}).data


class Gifts(Writes, generics.ListAPIView[Gift]):
    """Gifts of time coins: one's own on either side, the office's all; offer one."""

    serializer_class = GiftOut

    def get_queryset(self) -> QuerySet[Gift]:
        return _gifts(self.request).order_by("-pk")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(_out(request, page, many=True))

    @extend_schema(request=GiftIn, responses={201: GiftOut})
    def post(self, request: Request) -> Response:
        """Offer coins to a relative: they are set aside until the other says yes."""
        wanted, at = body(GiftIn, request), timezone.now()
        giver = own_or(request, wanted.get("volunteer"))
        receiver = gifts.find_receiver(
            community=giver.community, number=wanted["number"], name=wanted["name"]
        )
        gift = gifts.offer(
            giver=giver, receiver=receiver, coins=wanted["coins"], relation=wanted["relation"], words=wanted["words"],
            key=key(request), on=timezone.localdate(at), at=at, by=user_of(request),
        )  # fmt: skip
        return Response(_out(request, _gifts(request).get(pk=gift.pk)), status=status.HTTP_201_CREATED)


STEPS = {"accept": gifts.accept, "decline": gifts.decline, "withdraw": gifts.withdraw}


class GiftStep(Writes):
    """Answer a gift (accept, decline) or take the offer back (withdraw)."""

    step = ""

    @extend_schema(request=None, responses=GiftOut)
    def post(self, request: Request, pk: int) -> Response:
        gift, at = get_object_or_404(_gifts(request), pk=pk), timezone.now()
        STEPS[self.step](gift=gift, on=timezone.localdate(at), at=at, by=user_of(request))
        return Response(_out(request, _gifts(request).get(pk=pk)))
