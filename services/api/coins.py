"""Time coins for a request by REST: whose coins may pay and why not, the choice, and undoing it.

The same verbs, rights and refusals as the pages (`services.actions.coins`). Source: domain.md §4.2–4.3.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from carenet.audit import reading
from services import policies
from services.actions import coins as payments
from services.models import CoinPayment, ServiceRequest
from volunteers.actions import coins


class PurseOut(serializers.Serializer):
    """An account that the caller may choose; coin-minutes (60 to a coin). `why_not` is empty when it can pay."""

    pay = serializers.CharField(help_text="what `pay` takes to choose it")
    kind = serializers.ChoiceField(choices=["OWN", "GRANT", "RELATIVE"])
    name = serializers.CharField(allow_blank=True, help_text="whose account; empty for hours of the pool")
    balance = serializers.IntegerField()
    why_not = serializers.CharField(allow_blank=True)


class PaymentOut(serializers.ModelSerializer):
    """The coins that pay, or have paid, for a request."""

    class Meta:
        model = CoinPayment
        fields = ("purse", "state", "coins", "coins_paid", "chosen_at")


class CoinsOut(serializers.Serializer):
    """What the help needs, what pays now, and what else could."""

    need = serializers.IntegerField(help_text="coin-minutes this help needs by the settings of today")
    chosen = PaymentOut(allow_null=True)
    purses = PurseOut(many=True)


class PayIn(serializers.Serializer):
    """Which coins pay; empty: none."""

    pay = serializers.CharField(max_length=40, allow_blank=True)


class CoinsMixin:
    """The address of the coins of one request: read, choose, undo."""

    def _coins(self, request: Request, row: ServiceRequest) -> Response:
        user: Any = request.user
        on = timezone.localdate()
        found, chosen = payments.purses(elder=row.elder, user=user), payments.standing(request=row)
        present = (chosen.purse, chosen.volunteer_id) if chosen is not None else ("", None)
        others = [row.elder.person, *(each.volunteer.person for each in found if each.volunteer is not None)]
        reading.record(request._request, others, ["name"], "api")
        purses = [
            {
                "pay": each.code, "kind": each.kind, "balance": each.balance,
                "name": each.volunteer.person.name if each.volunteer is not None else "",
                "why_not": ""
                if (each.kind, each.volunteer.pk if each.volunteer is not None else None) == present
                else coins.why_not(purse=each, kind=row.kind, minutes=row.minutes, on=on),
            }
            for each in found
        ]  # fmt: skip
        need = coins.need(community_id=row.community_id, kind=row.kind, minutes=row.minutes, on=on)
        body = {"need": need, "chosen": chosen, "purses": purses}
        return Response(CoinsOut(body).data)

    def _payable(self) -> ServiceRequest:
        """The request, for those who may ask for its elder's help; for anybody else there is no such address."""
        row: ServiceRequest = self.get_object()  # type: ignore[attr-defined]
        if not policies.may_ask(self.request.user, row.elder):  # type: ignore[attr-defined]
            raise Http404
        return row

    @extend_schema(tags=["services"], responses=CoinsOut)
    @action(detail=True, methods=["get"], url_path="coins", url_name="coins")
    def time_coins(self, request: Request, pk: str) -> Response:
        """Whose time coins may pay for this help, what it needs and what is chosen."""
        return self._coins(request, self._payable())

    @extend_schema(tags=["services"], request=PayIn, responses=CoinsOut)
    @time_coins.mapping.post
    def pay_with_coins(self, request: Request, pk: str) -> Response:
        """Choose the coins that pay, or none."""
        row, at = self._payable(), timezone.now()
        sent = PayIn(data=request.data)
        sent.is_valid(raise_exception=True)
        code, user = sent.validated_data["pay"].strip(), request.user
        if code:
            payments.choose(request_id=row.pk, code=code, by=user, at=at)
        else:
            if payments.standing(request=row) is not None:
                payments.undo(request_id=row.pk, words="", by=user, at=at)
        return self._coins(request, row)
