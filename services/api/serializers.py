"""What comes in and goes out of the REST calls. Rights and rules are the actions' business."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from carenet.parties.models import ServiceKind
from services import reasons
from services.models import Candidate, Feedback, Helper, RequestEvent, ServiceRequest, Settlement, Visit
from services.states import (
    HAND_REASONS,
    Channel,
    ConfirmWay,
    DeclineReason,
    Finding,
    Mood,
    Seen,
    Urgency,
    WhyNotSeen,
)

LONGEST_SERVICE = 24 * 60


# --- out -----------------------------------------------------------------------------------------------
class EventSerializer(serializers.ModelSerializer):
    """One line of a trail."""

    by = serializers.CharField(source="by.__str__", read_only=True)

    class Meta:
        model = RequestEvent
        fields = ("verb", "state", "at", "by", "words")


class CandidateSerializer(serializers.ModelSerializer):
    """A proposed helper with the reasons in the caller's language."""

    helper = serializers.IntegerField(source="helper_id", read_only=True)
    name = serializers.CharField(source="helper.person.name", read_only=True)
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = Candidate
        fields = ("id", "helper", "name", "rank", "distance_m", "reasons", "state", "expires_at")

    def get_reasons(self, row: Candidate) -> list[str]:
        return reasons.sentences(row.reasons)


class SettlementSerializer(serializers.ModelSerializer):
    """What a confirmed request booked; money in fen."""

    sentence = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()

    class Meta:
        model = Settlement
        fields = ("minutes", "points", "sentence", "not_credited")

    def get_sentence(self, row: Settlement) -> str:
        return str(row.cost_split.sentence) if row.cost_split is not None else ""

    def get_points(self, row: Settlement) -> int:
        return int(row.attendance.points) if row.attendance is not None else 0


class RequestSerializer(serializers.ModelSerializer):
    """A request as the lists show it."""

    elder = serializers.IntegerField(source="elder_id", read_only=True)
    elder_name = serializers.CharField(source="elder.person.name", read_only=True)
    kind = serializers.CharField(source="kind_id", read_only=True)
    helper = serializers.IntegerField(source="helper_id", read_only=True, allow_null=True)
    handler = serializers.CharField(source="handler.__str__", read_only=True, default=None)

    class Meta:
        model = ServiceRequest
        fields = (
            "id", "elder", "elder_name", "kind", "channel", "urgency", "state", "note", "minutes", "price_fen",
            "requested_at", "due_at", "scheduled_at", "started_at", "done_at", "confirmed_at", "helper", "handler",
        )  # fmt: skip


class RequestDetailSerializer(RequestSerializer):
    """A request with its candidates, its trail and its settlement."""

    candidates = serializers.SerializerMethodField()
    trail = serializers.SerializerMethodField()
    settlement = serializers.SerializerMethodField()

    class Meta(RequestSerializer.Meta):
        fields = (*RequestSerializer.Meta.fields, "candidates", "trail", "settlement")

    def get_candidates(self, row: ServiceRequest) -> list[dict[str, Any]]:
        if not self.context.get("whole"):
            return []
        rows = row.candidates.select_related("helper__person").order_by("rank", "pk")
        return list(CandidateSerializer(rows, many=True).data)

    def get_trail(self, row: ServiceRequest) -> list[dict[str, Any]]:
        return list(EventSerializer(row.trail.select_related("by").order_by("pk"), many=True).data)

    def get_settlement(self, row: ServiceRequest) -> dict[str, Any] | None:
        settlement = Settlement.objects.filter(request=row).select_related("cost_split", "attendance").first()
        return dict(SettlementSerializer(settlement).data) if settlement is not None else None


class ProposalSerializer(serializers.Serializer):
    """The answer of a search: who could come, and who was passed over and why."""

    looked_at = serializers.IntegerField()
    candidates = CandidateSerializer(many=True)
    skipped = serializers.ListField(child=serializers.DictField())


class OfferSerializer(serializers.ModelSerializer):
    """What a helper is asked; names and doors only after the yes."""

    request = serializers.IntegerField(source="request_id", read_only=True)
    kind = serializers.CharField(source="request.kind_id", read_only=True)
    building = serializers.CharField(source="request.elder.building.name", read_only=True, default="")
    scheduled_at = serializers.DateTimeField(source="request.scheduled_at", read_only=True)
    minutes = serializers.IntegerField(source="request.minutes", read_only=True)

    class Meta:
        model = Candidate
        fields = (
            "id", "request", "kind", "building", "scheduled_at", "minutes", "distance_m", "state", "expires_at",
        )  # fmt: skip


class FeedbackSerializer(serializers.ModelSerializer):
    class Meta:
        model = Feedback
        fields = ("stars", "words", "at")


class VisitSerializer(serializers.ModelSerializer):
    """A visit without its note."""

    elder = serializers.IntegerField(source="elder_id", read_only=True)
    worker = serializers.CharField(source="worker.__str__", read_only=True)
    follow_ups = serializers.SerializerMethodField()

    class Meta:
        model = Visit
        fields = (
            "id", "elder", "worker", "visited_at", "device_at", "recorded_at", "minutes", "seen", "why_not_seen",
            "mood", "findings", "is_late", "overlaps", "follow_ups",
        )  # fmt: skip

    def get_follow_ups(self, row: Visit) -> list[str]:
        return [str(each) for each in row.follow_ups.order_by("pk").values_list("kind", flat=True)]


class HelperSerializer(serializers.ModelSerializer):
    """Somebody the station may send, and for what."""

    name = serializers.CharField(source="person.name", read_only=True)
    kinds = serializers.SerializerMethodField()

    class Meta:
        model = Helper
        fields = ("id", "name", "kind", "organisation", "daily_limit", "active", "kinds")

    def get_kinds(self, row: Helper) -> list[str]:
        """Codes of the service catalogue."""
        codes = self.context["codes"]
        return [codes[each.kind_number] for each in row.skills.all() if each.active]


class HelpSerializer(serializers.Serializer):
    """What the one-tap page shows: whose card it is, and how the open call stands."""

    who = serializers.CharField(help_text="masked name of the elder")
    station_phone = serializers.CharField()
    is_open = serializers.BooleanField(help_text="a call is open")
    called_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="somebody gets in touch until then")
    answered = serializers.BooleanField()
    answered_by = serializers.CharField(allow_blank=True)
    on_duty = serializers.CharField(allow_blank=True)
    said_fine_at = serializers.DateTimeField(allow_null=True)


class ServiceKindSerializer(serializers.Serializer):
    """A kind of service as this community offers it today; `price_fen` is empty while no price is set."""

    code = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField(source="title")
    family = serializers.CharField()
    risk = serializers.CharField()
    who = serializers.ListField(child=serializers.CharField())
    subsidy = serializers.CharField()
    minutes = serializers.IntegerField()
    price_fen = serializers.IntegerField(allow_null=True)


# --- in ------------------------------------------------------------------------------------------------
class TakeIn(serializers.Serializer):
    elder = serializers.IntegerField()
    kind = serializers.PrimaryKeyRelatedField(queryset=ServiceKind.objects.all())
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    urgency = serializers.ChoiceField(choices=Urgency.choices, default=Urgency.P4)
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    minutes = serializers.IntegerField(
        min_value=1, max_value=LONGEST_SERVICE, required=False, allow_null=True, default=None
    )
    scheduled_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    pay = serializers.CharField(
        max_length=40, required=False, default="", allow_blank=True,
        help_text="time coins that pay for it: OWN, GRANT or RELATIVE-number; see the request's coins",
    )  # fmt: skip


class HelperIn(serializers.Serializer):
    helper = serializers.IntegerField(help_text="id of the helper, as the proposal names it")


class NothingIn(serializers.Serializer):
    """No fields."""


class TriageIn(serializers.Serializer):
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_SERVICE, required=False)
    scheduled_at = serializers.DateTimeField(required=False)
    words = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ScheduleIn(serializers.Serializer):
    scheduled_at = serializers.DateTimeField()


class StartIn(serializers.Serializer):
    started_at = serializers.DateTimeField(
        required=False, help_text="the true time when it is written down later"
    )


class FinishIn(serializers.Serializer):
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_SERVICE, required=False)
    done_at = serializers.DateTimeField(required=False)
    words = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ConfirmIn(serializers.Serializer):
    way = serializers.ChoiceField(choices=[each for each in ConfirmWay.choices if each[0] != "ROSTER"])


class RateIn(serializers.Serializer):
    stars = serializers.IntegerField(min_value=1, max_value=5)
    words = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class CancelIn(serializers.Serializer):
    reason = serializers.ChoiceField(choices=HAND_REASONS)
    words = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class WordsIn(serializers.Serializer):
    words = serializers.CharField(max_length=300)


class DeclineIn(serializers.Serializer):
    reason = serializers.ChoiceField(choices=DeclineReason.choices, default=DeclineReason.OTHER)


class AlarmIn(serializers.Serializer):
    elder = serializers.IntegerField()
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class VisitIn(serializers.Serializer):
    elder = serializers.IntegerField()
    seen = serializers.ChoiceField(choices=Seen.choices)
    mood = serializers.ChoiceField(choices=Mood.choices, required=False, default="", allow_blank=True)
    findings = serializers.ListField(
        child=serializers.ChoiceField(choices=Finding.choices), required=False, default=list
    )
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    visited_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    device_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    why_not_seen = serializers.ChoiceField(
        choices=WhyNotSeen.choices, required=False, default="", allow_blank=True
    )
    minutes = serializers.IntegerField(min_value=0, max_value=600, required=False, default=0)
    report_now = serializers.BooleanField(required=False, default=False)
