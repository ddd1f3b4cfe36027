"""Care plans by REST: which case or service carries out a treatment plan; tie, look again, loosen.

The same verbs, rights and refusals as the pages (`services.actions.care_plans`). Source: S4-23; domain.md §9.4 (C4).
"""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from carenet.accounts.policies import require
from carenet.audit import reading
from carenet.parties.models import ServiceKind
from carenet.webkit.api import OnceAPIMixin
from elders.models import TreatmentPlan
from services import policies
from services.actions import care_plans
from services.models import CareLine, Case
from services.reports import care_plans as reports

TAGS = ["services"]


class CareLineOut(serializers.ModelSerializer):
    """A line of the care plan: what the doctor ordered, who carries it out, when it is looked at again."""

    elder = serializers.IntegerField(source="elder_id", read_only=True)
    plan = serializers.IntegerField(source="plan_id", read_only=True)
    plan_words = serializers.CharField(source="plan.words", read_only=True)
    case = serializers.IntegerField(source="case_id", read_only=True, allow_null=True)
    kind = serializers.CharField(source="kind_id", read_only=True, allow_null=True)
    carrier = serializers.SerializerMethodField(help_text="in the caller's language")

    class Meta:
        model = CareLine
        fields = (
            "id", "elder", "plan", "plan_words", "case", "kind", "carrier", "words", "since", "review_on", "ended_on",
            "ended_why",
        )  # fmt: skip

    def get_carrier(self, row: CareLine) -> str:
        return reports.title_of(row)


class TieIn(serializers.Serializer):
    """Exactly one of `case` and `kind`."""

    plan = serializers.IntegerField()
    case = serializers.IntegerField(required=False, allow_null=True, default=None)
    kind = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="code of the catalogue"
    )
    words = serializers.CharField(max_length=200)
    since = serializers.DateField(help_text="may lie in the past")
    review_on = serializers.DateField()


class LookIn(serializers.Serializer):
    words = serializers.CharField(max_length=200)
    review_on = serializers.DateField()


class LoosenIn(serializers.Serializer):
    why = serializers.CharField(max_length=200)
    on = serializers.DateField(help_text="today, or the true day in the past")


def _read(serializer: type, request: Request) -> dict[str, Any]:
    found = serializer(data=request.data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


class CareLineViewSet(
    OnceAPIMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CareLine]
):
    """Lines of care plans, for whoever reads health (C4)."""

    serializer_class = CareLineOut
    queryset = CareLine.objects.none()

    def get_queryset(self) -> Any:
        user: Any = self.request.user
        reads = [each for each in user.community_ids if policies.may_read_care_plan(user, each)]
        rows = CareLine.objects.visible_to(user).filter(community_id__in=reads)
        for name in ("elder", "plan"):
            chosen = self.request.query_params.get(name, "")
            if self.action == "list" and chosen.isdigit():
                rows = rows.filter(**{f"{name}_id": int(chosen)})
        return rows.select_related("plan", "case__worker", "kind", "elder__person").order_by(
            "review_on", "pk"
        )

    def _shown(self, row: CareLine, code: int = status.HTTP_200_OK) -> Response:
        reading.record(self.request._request, [row.elder.person], ["name", "health"], "api")
        return Response(CareLineOut(row).data, status=code)

    @extend_schema(
        tags=TAGS,
        parameters=[OpenApiParameter("elder", int), OpenApiParameter("plan", int)],
        responses=CareLineOut(many=True),
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The lines, those to look at first in front; of one elder or one treatment plan when asked."""
        page = self.paginate_queryset(self.get_queryset())
        rows = page if page is not None else []
        reading.record(request._request, {each.elder.person for each in rows}, ["name", "health"], "api")
        return self.get_paginated_response(CareLineOut(rows, many=True).data)

    @extend_schema(tags=TAGS, responses=CareLineOut)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One line."""
        return self._shown(self.get_object())

    @extend_schema(tags=TAGS, request=TieIn, responses={201: CareLineOut})
    def create(self, request: Request) -> Response:
        """Say who carries out a treatment plan."""
        data, user = _read(TieIn, request), request.user
        plan = get_object_or_404(TreatmentPlan.objects.visible_to(user), pk=data["plan"])  # type: ignore[arg-type]
        require(policies.may_keep_care_plan(user, plan.community_id))  # type: ignore[arg-type]
        cases = Case.objects.visible_to(user).open().filter(elder_id=plan.elder_id)  # type: ignore[arg-type]
        made = care_plans.tie(
            plan=plan, case=cases.filter(pk=data["case"]).first(), kind=ServiceKind.objects.filter(pk=data["kind"]).first(),
            words=data["words"], since=data["since"], review_on=data["review_on"], by=user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return self._shown(made, status.HTTP_201_CREATED)

    @extend_schema(tags=TAGS, request=LookIn, responses=CareLineOut)
    @action(detail=True, methods=["post"])
    def look(self, request: Request, pk: str) -> Response:
        """After a look: what is done now, and the day of the next look."""
        row = self.get_object()
        return self._shown(
            care_plans.look_again(line=row, **_read(LookIn, request), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        )

    @extend_schema(tags=TAGS, request=LoosenIn, responses=CareLineOut)
    @action(detail=True, methods=["post"])
    def loosen(self, request: Request, pk: str) -> Response:
        """The case or service no longer carries out the plan."""
        row = self.get_object()
        return self._shown(
            care_plans.loosen(line=row, **_read(LoosenIn, request), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        )
