"""Shapes of shifts and promises."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from volunteers.models import Promise, Slot
from volunteers.states_shifts import PromiseState


class ShiftOut(serializers.ModelSerializer[Slot]):
    """A shift. `mine` is what became of the caller's own word; `why_not` says why the caller may not take it."""

    team = serializers.StringRelatedField(read_only=True)  # type: ignore[var-annotated]
    service_kind = serializers.CharField(source="service_kind_id", read_only=True, allow_null=True)
    free = serializers.IntegerField(read_only=True)
    waiting = serializers.IntegerField(source="waiting_count", read_only=True)
    seeking = serializers.IntegerField(source="seeking_count", read_only=True)
    mine = serializers.SerializerMethodField()
    why_not = serializers.SerializerMethodField()

    class Meta:
        model = Slot
        fields = (
            "id", "title", "title_en", "words", "place", "team", "service_kind", "starts_at", "ends_at", "people", "taken", "free",
            "waiting", "seeking", "state", "warnings", "demands", "cancel_reason", "mine", "why_not",
        )  # fmt: skip

    def get_mine(self, slot: Slot) -> str:
        return str(self.context.get("mine", {}).get(slot.pk, ""))

    def get_why_not(self, slot: Slot) -> str:
        return str(self.context.get("why_not", {}).get(slot.pk, ""))


class PromiseOut(serializers.ModelSerializer[Promise]):
    """Somebody's word for a shift, and what became of it."""

    shift = serializers.IntegerField(source="slot_id", read_only=True)
    title = serializers.CharField(source="slot.title", read_only=True)
    place = serializers.CharField(source="slot.place", read_only=True)
    starts_at = serializers.DateTimeField(source="slot.starts_at", read_only=True)
    ends_at = serializers.DateTimeField(source="slot.ends_at", read_only=True)
    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    name = serializers.CharField(source="volunteer.person.name", read_only=True)
    served_minutes = serializers.IntegerField(read_only=True)

    class Meta:
        model = Promise
        fields = (
            "id", "shift", "title", "place", "starts_at", "ends_at", "volunteer", "name", "state", "promised_at", "ticked",
            "told_at", "reason", "in_at", "in_way", "out_at", "out_way", "served_minutes", "replaces",
        )  # fmt: skip


class StandInIn(serializers.Serializer[Any]):
    """`ticked` repeats every warning of the shift; `volunteer` only for the office and the captain."""

    ticked = serializers.ListField(child=serializers.CharField(max_length=60), required=False, default=list)
    volunteer = serializers.IntegerField(required=False, min_value=1)


class PromiseIn(StandInIn):
    """With `wait` a place on the waiting list is taken when all places are gone."""

    wait = serializers.BooleanField(default=False)


class ReasonIn(serializers.Serializer[Any]):
    """Why, in one sentence; may be empty."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=160, default="")


class CodeIn(serializers.Serializer[Any]):
    """The code on the poster at the place."""

    code = serializers.UUIDField()


class CameIn(serializers.Serializer[Any]):
    """The true moment somebody came; now when empty."""

    came_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class LeftIn(serializers.Serializer[Any]):
    """The true moment somebody left; now when empty."""

    left_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class PromiseFilterIn(serializers.Serializer[Any]):
    """What a list of promises is narrowed to."""

    shift = serializers.IntegerField(required=False, min_value=1)
    state = serializers.ChoiceField(required=False, choices=PromiseState)


class BookedOut(serializers.Serializer[Any]):
    """What one press booked; `left` wait for somebody else's eyes."""

    credited = serializers.IntegerField()
    missed = serializers.IntegerField()
    excused = serializers.IntegerField()
    minutes = serializers.IntegerField()
    left = serializers.IntegerField()
