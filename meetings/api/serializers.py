"""The shapes of meetings on the wire."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from carenet.parties.models import Organisation, Person
from meetings.models import AgendaItem, Attendance, Decision, Invitation, Meeting, Minutes, MinutesComment
from meetings.states import MeetingKind, Section


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting in the list."""

    class Meta:
        model = Meeting
        fields = (
            "id", "kind", "regular", "month", "number", "name", "scheduled_at", "place", "chair", "recorder", "state",
            "opened_at", "closed_at",
        )  # fmt: skip
        read_only_fields = fields


class AgendaItemSerializer(serializers.ModelSerializer[AgendaItem]):
    """One point of an agenda, in the language of the request."""

    title = serializers.CharField(source="topic", read_only=True)
    body = serializers.CharField(source="text", read_only=True)
    figures = serializers.JSONField(source="shown_figures", read_only=True)

    class Meta:
        model = AgendaItem
        fields = (
            "id",
            "section",
            "order",
            "title",
            "body",
            "figures",
            "proposer",
            "minutes",
            "generated",
            "late",
        )
        read_only_fields = fields


class AgendaSerializer(serializers.Serializer[Any]):
    """The agenda of a meeting."""

    meeting = serializers.IntegerField(source="meeting_id")
    state = serializers.CharField()
    results_month = serializers.DateField()
    prepared_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    items = serializers.SerializerMethodField()

    def get_items(self, agenda: Any) -> list[dict[str, Any]]:
        """Items that were not left out, in order."""
        return AgendaItemSerializer(agenda.items.filter(dropped=False), many=True).data  # type: ignore[return-value]


class CallSerializer(serializers.Serializer[Any]):
    """Call a meeting."""

    kind = serializers.ChoiceField(choices=MeetingKind.choices)
    month = serializers.DateField(help_text="any day of the month")
    scheduled_at = serializers.DateTimeField(required=False)
    place = serializers.CharField(max_length=120, required=False, default="")
    regular = serializers.BooleanField(required=False, default=True)


class PrepareSerializer(serializers.Serializer[Any]):
    """Which month's agenda to draw."""

    month = serializers.DateField(help_text="any day of the meeting's month")


class ItemSerializer(serializers.Serializer[Any]):
    """A topic added by hand."""

    section = serializers.ChoiceField(choices=Section.choices)
    title = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=4000, required=False, default="")
    proposer = serializers.CharField(max_length=80, required=False, default="")


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """Who was asked to come, for which organisation and party; with the regrets, if there are any."""

    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    person_name = serializers.CharField(source="person.name", read_only=True, default="")

    class Meta:
        model = Invitation
        fields = (
            "id", "organisation", "organisation_name", "party_kind", "person", "person_name", "excused_at", "excuse",
        )  # fmt: skip
        read_only_fields = fields


class CommentSerializer(serializers.Serializer[Any]):
    """A party's answer to circulated minutes: `agrees`, or what should be different."""

    organisation = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.all())
    agrees = serializers.BooleanField()
    words = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An objection says what should be different."""
        if not attrs["agrees"] and not attrs["words"].strip():
            raise serializers.ValidationError({"words": _("Please say what should be different.")})
        return {**attrs, "words": "" if attrs["agrees"] else attrs["words"].strip()}


class CommentedSerializer(serializers.ModelSerializer[MinutesComment]):
    """An answer as it is kept."""

    class Meta:
        model = MinutesComment
        fields = ("id", "version", "party_kind", "organisation", "agrees", "words", "at")
        read_only_fields = fields


class SignInSerializer(serializers.Serializer[Any]):
    """Who came, for which organisation."""

    person = serializers.PrimaryKeyRelatedField(queryset=Person.objects.all())
    organisation = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.all())
    online = serializers.BooleanField(required=False, default=False)


class LeaveSerializer(serializers.Serializer[Any]):
    """Whose attendance ends."""

    attendance = serializers.IntegerField()


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    """Somebody in the room."""

    class Meta:
        model = Attendance
        fields = ("id", "person", "organisation", "party_kind", "online", "signed_in_at", "left_at")
        read_only_fields = fields


class QuorumSerializer(serializers.Serializer[Any]):
    """Whether the meeting may decide now."""

    ok = serializers.BooleanField()
    parties = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()
    sentence = serializers.CharField()


class DecideSerializer(serializers.Serializer[Any]):
    """A decision to record."""

    text = serializers.CharField(max_length=400)
    responsible = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.all())
    due_on = serializers.DateField()
    evidence = serializers.CharField(max_length=200, required=False, default="")
    item = serializers.PrimaryKeyRelatedField(
        queryset=AgendaItem.objects.all(), required=False, default=None, allow_null=True
    )


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """A decision and what became of it."""

    class Meta:
        model = Decision
        fields = (
            "id", "meeting", "number", "item", "text", "responsible", "due_on", "evidence", "decided_at", "parties", "state",
            "state_note",
        )  # fmt: skip
        read_only_fields = fields


class StepSerializer(serializers.Serializer[Any]):
    """A step of a decision: begin, block, submit, send_back, verify or waive."""

    step = serializers.ChoiceField(choices=["begin", "block", "submit", "send_back", "verify", "waive"])
    note = serializers.CharField(max_length=300, required=False, default="")


class MinutesSerializer(serializers.ModelSerializer[Minutes]):
    """The minutes; the number and fingerprint once they are sealed."""

    number = serializers.CharField(source="document.number", read_only=True, default="")
    sha256 = serializers.CharField(source="document.sha256", read_only=True, default="")

    class Meta:
        model = Minutes
        fields = (
            "meeting", "state", "body", "version", "circulated_at", "comment_until", "confirmed_at", "sealed_at", "number",
            "sha256",
        )  # fmt: skip
        read_only_fields = fields


class MinutesStepSerializer(serializers.Serializer[Any]):
    """draft (with body), circulate, revise, confirm or seal."""

    step = serializers.ChoiceField(choices=["draft", "circulate", "revise", "confirm", "seal"])
    body = serializers.CharField(max_length=8000, required=False, allow_blank=True)
