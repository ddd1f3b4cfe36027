"""REST calls of the charity app: list funds, record and reverse donations, preview a cost split."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.accounts.policies import require
from carenet.audit import reading
from carenet.ledger import statements
from carenet.webkit.api import OnceAPIMixin
from carenet.webkit.once import HEADER
from charity import policies
from charity.actions import cost_sharing, donations, funds
from charity.api.serializers import (
    CostSplitOut,
    DonationIn,
    DonationOut,
    FundIn,
    FundOut,
    GrantOut,
    LineOut,
    ReasonIn,
    SplitIn,
    SplitOut,
)
from charity.filters import CostSplitFilter, DonationFilter, FundFilter, GrantFilter
from charity.models import CostSplit, Donation, Fund, Grant


def _look(request: Request, people: list[Any], what: str) -> None:
    reading.record(request, [each for each in people if each is not None], [what])  # type: ignore[arg-type]


class FundList(OnceAPIMixin, generics.ListAPIView[Fund]):
    """The funds of the user's communities with what is in them; POST opens one."""

    serializer_class = FundOut
    filterset_class = FundFilter

    def get_queryset(self) -> QuerySet[Fund]:
        return Fund.objects.visible_to(self.request.user).select_related("account").order_by("pk")

    @extend_schema(request=FundIn, responses={201: FundOut})
    def post(self, request: Request) -> Response:
        """Open a fund in the active community."""
        community = getattr(request._request, "community", None)
        if community is None:
            raise Http404
        require(policies.may_keep_funds(request.user, community.pk))
        asked = FundIn(data=request.data, context={"request": request, "community": community})
        asked.is_valid(raise_exception=True)
        facts = {
            **asked.validated_data,
            "restricted_kinds": [each.pk for each in asked.validated_data["restricted_kinds"]],
        }
        made = funds.open(community=community, **facts, by=request.user, at=timezone.now())
        return Response(FundOut(made).data, status=status.HTTP_201_CREATED)


class FundOne(generics.RetrieveAPIView[Fund]):
    """One fund."""

    serializer_class = FundOut

    def get_queryset(self) -> QuerySet[Fund]:
        return Fund.objects.visible_to(self.request.user).select_related("account")


class FundStatement(APIView):
    """The newest lines of a fund's statement; `before` is the last posting of the page above."""

    @extend_schema(responses=LineOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        fund = get_object_or_404(Fund.objects.visible_to(request.user).select_related("account"), pk=pk)
        before = request.query_params.get("before", "")
        lines = statements.lines(
            fund.account, before=int(before) if before.isdigit() and len(before) < 19 else None
        )
        return Response(LineOut(lines, many=True).data)


class DonationList(OnceAPIMixin, generics.ListAPIView[Donation]):
    """Donations; POST records one that was received."""

    serializer_class = DonationOut
    filterset_class = DonationFilter

    def get_queryset(self) -> QuerySet[Donation]:
        return Donation.objects.visible_to(self.request.user).select_related("donor_person").order_by("-pk")

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        _look(self.request, [each.donor_person for each in rows or []], "donation")
        return rows

    @extend_schema(request=DonationIn, responses={201: DonationOut})
    def post(self, request: Request) -> Response:
        asked = DonationIn(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        made = donations.record(
            by=request.user,
            at=timezone.now(),
            key=f"api:{request.headers[HEADER]}"[:80],
            **asked.validated_data,
        )
        return Response(DonationOut(made).data, status=status.HTTP_201_CREATED)


class DonationOne(generics.RetrieveAPIView[Donation]):
    """One donation."""

    serializer_class = DonationOut

    def get_queryset(self) -> QuerySet[Donation]:
        return Donation.objects.visible_to(self.request.user).select_related("donor_person")

    def get_object(self) -> Donation:
        found = super().get_object()
        _look(self.request, [found.donor_person], "donation")
        return found


class DonationReverse(OnceAPIMixin, APIView):
    """Take a wrongly recorded donation out of the books, with a reason."""

    @extend_schema(request=ReasonIn, responses=DonationOut)
    def post(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(Donation.objects.visible_to(request.user), pk=pk)
        asked = ReasonIn(data=request.data)
        asked.is_valid(raise_exception=True)
        made = donations.reverse(
            donation=found, reason=asked.validated_data["reason"], by=request.user, at=timezone.now()
        )
        return Response(DonationOut(made).data)


class SplitPreview(APIView):
    """Who would pay what for a service. Writes nothing, so it needs no key."""

    @extend_schema(parameters=[SplitIn], responses=SplitOut)
    def get(self, request: Request) -> Response:
        asked = SplitIn(data=request.query_params, context={"request": request})
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        require(policies.may_see_names(request.user, facts["elder"].community_id))
        _look(request, [facts["elder"].person], "cost split")
        return Response(SplitOut(cost_sharing.propose(**facts)).data)


class SplitList(generics.ListAPIView[CostSplit]):
    """Splits that were booked."""

    serializer_class = CostSplitOut
    filterset_class = CostSplitFilter

    def get_queryset(self) -> QuerySet[CostSplit]:
        return CostSplit.objects.visible_to(self.request.user).select_related("elder__person").order_by("-pk")

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        _look(self.request, [each.elder.person for each in rows or []], "cost split")
        return rows


class GrantList(generics.ListAPIView[Grant]):
    """Grants and where they stand."""

    serializer_class = GrantOut
    filterset_class = GrantFilter

    def get_queryset(self) -> QuerySet[Grant]:
        return Grant.objects.visible_to(self.request.user).select_related("elder__person").order_by("-pk")

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        _look(self.request, [each.elder.person for each in rows or [] if each.elder], "grant")
        return rows
