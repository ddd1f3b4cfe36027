"""The shapes of the elders' REST calls. Numbers of people are masked; full ones are shown on the page, with a reason."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework import serializers

from elders import policies
from elders.models import Assessment, Elder, Instrument, TriageDecision, TriageResult
from elders.reports import assessed, words
from elders.states import (
    AssessmentReason,
    Caregiver,
    CategoryCode,
    Colour,
    Living,
    OverrideReason,
    Relation,
    Subtier,
)


class NothingIn(serializers.Serializer[Any]):
    """A call without a body."""


class ElderSerializer(serializers.ModelSerializer[Elder]):
    """A row of the list."""

    name = serializers.CharField(source="person.name")
    sex = serializers.CharField(source="person.get_sex_display")
    age = serializers.SerializerMethodField()
    place = serializers.CharField(source="place_text")
    grid = serializers.CharField(source="grid.name", default="")

    class Meta:
        model = Elder
        fields = (
            "id", "number", "name", "sex", "age", "place", "grid", "status", "living", "caregiver", "level", "level_on",
            "colour", "subtier", "provisional_colour", "provisional_subtier", "last_contact_at", "contact_due_at",
            "archive_due_on", "assessment_due_on", "owner",
        )  # fmt: skip

    def get_age(self, elder: Elder) -> int | None:
        return elder.age(timezone.localdate())


class CategorySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    disability_kind = serializers.IntegerField(allow_null=True)
    disability_grade = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField()


class ElderDetailSerializer(ElderSerializer):
    """One elder: masked numbers, categories, contacts without their phones."""

    id_number = serializers.CharField(source="person.masked_id")
    phone = serializers.CharField(source="person.masked_phone")
    born_on = serializers.DateField(source="person.born_on")
    categories = serializers.SerializerMethodField()
    contacts = serializers.SerializerMethodField()
    registered_on = serializers.DateField()

    class Meta(ElderSerializer.Meta):
        fields = (
            *ElderSerializer.Meta.fields,
            "id_number",
            "phone",
            "born_on",
            "categories",
            "contacts",
            "registered_on",
        )

    def get_categories(self, elder: Elder) -> list[dict[str, Any]]:
        holds = Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate())
        rows = elder.categories.filter(holds).order_by("code")
        return list(CategorySerializer(rows, many=True).data)

    def get_contacts(self, elder: Elder) -> list[dict[str, Any]]:
        rows = elder.contacts.filter(ended_on__isnull=True)
        return [
            {
                "name": each.name,
                "relation": each.relation,
                "is_emergency": each.is_emergency,
                "order": each.order,
            }
            for each in rows
        ]


class CategoryIn(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=CategoryCode.choices)
    evidence = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    disability_kind = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=7
    )
    disability_grade = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=4
    )


class RegisterIn(serializers.Serializer[Any]):
    """A new elder. `different_from` are ids of look-alike persons judged to be somebody else."""

    name = serializers.CharField(max_length=60)
    id_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=30)
    no_id_reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)
    sex = serializers.IntegerField(required=False, default=0, min_value=0, max_value=9)
    born_on = serializers.DateField(required=False, allow_null=True, default=None)
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=30)
    ethnicity = serializers.CharField(required=False, allow_blank=True, default="", max_length=2)
    building = serializers.IntegerField()
    door = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    living = serializers.ChoiceField(choices=Living.choices, default=Living.UNKNOWN)
    caregiver = serializers.ChoiceField(choices=Caregiver.choices, default=Caregiver.UNKNOWN)
    categories = CategoryIn(many=True, required=False, default=list)
    different_from = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list, max_length=20
    )


class StartIn(serializers.Serializer[Any]):
    code = serializers.CharField(default="GBT42195", max_length=30)
    reason = serializers.ChoiceField(choices=AssessmentReason.choices, default=AssessmentReason.ROUTINE)


class HelpCardSerializer(serializers.Serializer[Any]):
    """The one-tap card of an elder: its address is the key, so treat it like one."""

    token = serializers.CharField()
    url = serializers.CharField()
    issued_at = serializers.DateTimeField()


class InstrumentSerializer(serializers.ModelSerializer[Instrument]):
    """A questionnaire as it is asked: sections, items, answers."""

    class Meta:
        model = Instrument
        fields = ("code", "version", "name", "name_en", "definition", "sha256", "valid_from", "valid_to")


class AnswerIn(serializers.Serializer[Any]):
    """Some answers by item: a code, a list of codes, or a number; an empty text takes an answer back."""

    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=False)


class SendBackIn(serializers.Serializer[Any]):
    """What the second assessor sees otherwise."""

    reason = serializers.CharField(max_length=160)


class SignIn(serializers.Serializer[Any]):
    """`made_on` is the true day of an assessment that is entered later."""

    made_on = serializers.DateField(required=False, allow_null=True, default=None)
    second_assessor = serializers.IntegerField(required=False, allow_null=True, default=None)
    informant = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    informant_relation = serializers.ChoiceField(
        choices=Relation.choices, required=False, allow_blank=True, default=""
    )
    place = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    instrument = serializers.CharField(source="instrument.code")
    version = serializers.CharField(source="instrument.version")
    answers = serializers.SerializerMethodField()
    suggestion = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        fields = (
            "id", "elder", "instrument", "version", "reason", "state", "answers", "scores", "total", "initial_level",
            "final_level", "raised", "grounds", "assessor", "second_assessor", "second_signature", "returned",
            "started_at", "saved_at", "signed_at", "countersigned_at", "suggestion",
        )  # fmt: skip

    def get_answers(self, row: Assessment) -> dict[str, Any]:
        """The answers by item; those about suicide and abuse only for who heard them or reads C5."""
        if policies.may_read_every_answer(self.context["request"].user, row):
            return dict(row.answers)
        withheld = assessed.restricted_items(row)
        return {item: answer for item, answer in row.answers.items() if item not in withheld}

    def get_suggestion(self, row: Assessment) -> int | None:
        """The triage suggestion made when the result began to count: at the last signature."""
        if row.signed_at is None or row.state in ("DRAFT", "HALF"):
            return None
        since = row.countersigned_at or row.saved_at or row.signed_at
        found = TriageResult.objects.filter(elder_id=row.elder_id, at__gte=since).order_by("pk")
        return found.values_list("pk", flat=True).first()


class TriageResultSerializer(serializers.ModelSerializer[TriageResult]):
    """A suggestion with its reasons in words; decided by a person through `confirm`."""

    rule_set = serializers.CharField()
    fired = serializers.SerializerMethodField()
    because = serializers.SerializerMethodField()
    inputs = serializers.SerializerMethodField()

    class Meta:
        model = TriageResult
        fields = (
            "id", "elder", "rule_set", "colour", "subtier", "previous_colour", "fired", "because", "inputs", "indices",
            "is_crisis", "is_stale", "at",
        )  # fmt: skip

    def get_fired(self, row: TriageResult) -> list[str]:
        return words.fired(row, restricted=self._restricted(row))

    def get_because(self, row: TriageResult) -> list[str]:
        return [each.text for each in words.because(row, restricted=self._restricted(row))]

    def get_inputs(self, row: TriageResult) -> dict[str, Any]:
        return words.known(row, restricted=self._restricted(row))

    def _restricted(self, row: TriageResult) -> bool:
        return policies.may_read_restricted(self.context["request"].user, row.community_id)


class ConfirmIn(serializers.Serializer[Any]):
    """Nothing: as suggested. Otherwise the colour, the kind of reason and the reason in words."""

    colour = serializers.ChoiceField(choices=Colour.choices, required=False, allow_null=True, default=None)
    subtier = serializers.ChoiceField(
        choices=Subtier.choices, required=False, allow_null=True, allow_blank=True, default=None
    )
    override = serializers.ChoiceField(
        choices=OverrideReason.choices, required=False, allow_blank=True, default=""
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class DecisionSerializer(serializers.ModelSerializer[TriageDecision]):
    class Meta:
        model = TriageDecision
        fields = (
            "id",
            "elder",
            "result",
            "from_colour",
            "colour",
            "subtier",
            "is_final",
            "by",
            "proposed_by",
            "at",
            "override",
            "reason",
        )
