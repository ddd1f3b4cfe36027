"""Readings by REST: one by hand, many from devices or a gateway, and as FHIR R4. Register staff only (C4)."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.audit import reading
from carenet.webkit.api import OnceAPIMixin
from elders import policies
from elders.actions import measurements
from elders.actions.measurements import Outcome
from elders.api.views import TAGS, _read, _StaffOnly
from elders.models import Elder, Measurement
from elders.reports import fhir
from elders.reports.incoming import Reading
from elders.states_health import MeasureKind

MOST = 500


class ReadingIn(serializers.Serializer[Any]):
    """One reading in clinical units: 7.8 mmol/L, 128/76 mmHg, 36.5 °C."""

    kind = serializers.ChoiceField(choices=MeasureKind.choices)
    value = serializers.CharField(max_length=8)
    second = serializers.CharField(max_length=8, required=False, allow_blank=True, default="")
    taken_at = serializers.DateTimeField()
    confirmed = serializers.BooleanField(
        required=False, default=False, help_text="A person looked again at an unusual value."
    )


class DeviceReadingIn(serializers.Serializer[Any]):
    """A reading of a device: whose, and a key of its own so that it may be sent again.

    Faults are answered for each reading, so that one bad number never holds back the others.
    """

    elder = serializers.IntegerField(help_text="id of the elder")
    key = serializers.CharField(max_length=60, help_text="the device's own key of this reading")
    kind = serializers.CharField(max_length=16)
    value = serializers.CharField(max_length=16)
    second = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")
    taken_at = serializers.DateTimeField()


class BatchIn(serializers.Serializer[Any]):
    device = serializers.CharField(max_length=40, help_text="name or number of the device or gateway")
    readings = DeviceReadingIn(many=True, max_length=MOST)


class ReadingOutcomeSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    status = serializers.ChoiceField(choices=["saved", "repeated", "refused"])
    id = serializers.IntegerField(allow_null=True)
    follow_up = serializers.BooleanField()
    code = serializers.CharField()
    message = serializers.CharField()


class BatchOutcomeSerializer(serializers.Serializer[Any]):
    results = ReadingOutcomeSerializer(many=True)


class ReadingSerializer(serializers.ModelSerializer[Measurement]):
    """A reading that stands; `text` is as it is written on paper."""

    text = serializers.CharField()

    class Meta:
        model = Measurement
        fields = ("id", "kind", "value", "second", "text", "taken_at", "channel", "is_unusual")


def _elder(request: Request, pk: int) -> Elder:
    rows = Elder.objects.read_as_staff(request.user).select_related("person", "community")  # type: ignore[arg-type]
    found: Elder = get_object_or_404(rows, pk=pk)
    if not policies.may_read_health(request.user, found.community_id):  # type: ignore[arg-type]
        raise Http404
    return found


def _told(key: str, outcome: Outcome) -> dict[str, Any]:
    refusal = outcome.refusal
    return {
        "key": key, "status": "refused" if refusal else "saved" if outcome.is_new else "repeated",
        "id": outcome.measurement_id, "follow_up": bool(outcome.past), "code": refusal.code if refusal else "",
        "message": refusal.message if refusal else "",
    }  # fmt: skip


class ReadingsView(_StaffOnly, OnceAPIMixin, APIView):
    """The readings of one elder."""

    @extend_schema(tags=TAGS, responses=ReadingSerializer(many=True), operation_id="elders_readings_list")
    def get(self, request: Request, pk: int) -> Response:
        """The newest 200 readings that stand."""
        elder = _elder(request, pk)
        reading.record(request._request, [elder.person], ["name", "health"], "api")
        rows = Measurement.objects.standing().filter(elder=elder).order_by("-taken_at", "-pk")[:200]
        return Response(ReadingSerializer(rows, many=True).data)

    @extend_schema(tags=TAGS, request=ReadingIn, responses={201: ReadingSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """One reading by hand. An unusual value answers 409 `unusual_value` until it comes with `confirmed`."""
        elder = _elder(request, pk)
        data = _read(ReadingIn, request)
        key = f"api:{request.user.pk}:{request.headers['Idempotency-Key'][:60]}"
        row = measurements.record(
            elder=elder,
            reading=Reading(
                elder_id=elder.pk, kind=data["kind"], value=data["value"], second=data["second"] or None,
                taken_at=data["taken_at"], source_key=key, confirmed=data["confirmed"],
            ),
            channel="HAND", by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(ReadingSerializer(row).data, status=status.HTTP_201_CREATED)


class DeviceReadingsView(_StaffOnly, OnceAPIMixin, APIView):
    """What devices have measured."""

    @extend_schema(tags=TAGS, request=BatchIn, responses=BatchOutcomeSerializer)
    def post(self, request: Request) -> Response:
        """Up to 500 readings of the active community; each is answered by itself, sending them again changes nothing.

        A device cannot be asked: unusual readings are kept and marked, impossible ones are refused.
        """
        community = getattr(request._request, "community", None)
        if community is None or not policies.may_measure(request.user, community.pk):  # type: ignore[arg-type]
            raise Http404
        data = _read(BatchIn, request)
        rows = data["readings"]
        outcomes = measurements.record_many(
            community=community,
            readings=[
                Reading(
                    elder_id=each["elder"], kind=each["kind"], value=each["value"], second=each["second"] or None,
                    taken_at=each["taken_at"], source_key=f"device:{data['device']}:{each['key']}",
                )
                for each in rows
            ],
            channel="DEVICE", by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        return Response(
            {"results": [_told(row["key"], each) for row, each in zip(rows, outcomes, strict=True)]}
        )


class ObservationsView(_StaffOnly, OnceAPIMixin, APIView):
    """The readings of one elder as FHIR R4."""

    @extend_schema(tags=TAGS, responses=OpenApiTypes.OBJECT, operation_id="elders_observations_bundle")
    def get(self, request: Request, pk: int) -> Response:
        """A collection Bundle: the Patient without ID number and phone, and the Observations."""
        elder = _elder(request, pk)
        reading.record(request._request, [elder.person], ["name", "born_on", "health"], "FHIR")
        rows = list(
            Measurement.objects.standing().filter(elder=elder).order_by("taken_at", "pk")[: fhir.MOST]
        )
        return Response(fhir.bundle(elder, rows, at=timezone.now()))

    @extend_schema(tags=TAGS, request=OpenApiTypes.OBJECT, responses=BatchOutcomeSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Take over a Bundle (or one Observation); every entry is answered by its place in the Bundle."""
        elder = _elder(request, pk)
        entries = fhir.read(json.dumps(request.data, default=str).encode(), elder_id=elder.pk)
        good = [each for each in entries if each.reading is not None]
        outcomes = iter(
            measurements.record_many(
                community=elder.community, readings=[each.reading for each in good if each.reading], channel="IMPORT",
                by=request.user, at=timezone.now(),  # type: ignore[arg-type]
            )
        )  # fmt: skip
        results = []
        for each in entries:
            if each.reading is not None:
                results.append(_told(str(each.place), next(outcomes)))
            else:
                results.append(
                    {
                        "key": str(each.place), "status": "refused", "id": None, "follow_up": False,
                        "code": "unreadable_entry", "message": each.fault,
                    }
                )  # fmt: skip
        return Response({"results": results})
