"""Shapes of the time bank: accounts and gifts. Coins are coin-minutes: 60 are one coin."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from volunteers.models import Gift
from volunteers.states_bank import Relation


class AccountOut(serializers.Serializer[Any]):
    """One of the three accounts; `aside` waits for an answer, `overflow` is above the limit and wants a choice."""

    unit = serializers.ChoiceField(choices=["minutes", "coins", "points"])
    balance = serializers.IntegerField()
    aside = serializers.IntegerField()
    overflow = serializers.IntegerField()
    frozen = serializers.BooleanField()
    statement = serializers.CharField()


class GiftOut(serializers.ModelSerializer[Gift]):
    """Coins one volunteer offers another; `mine` says on which side of it the caller stands."""

    giver = serializers.CharField(source="giver.number", read_only=True)
    giver_name = serializers.CharField(source="giver.person.name", read_only=True)
    receiver = serializers.CharField(source="receiver.number", read_only=True)
    receiver_name = serializers.CharField(source="receiver.person.name", read_only=True)
    mine = serializers.SerializerMethodField()

    class Meta:
        model = Gift
        fields = (
            "id", "giver", "giver_name", "receiver", "receiver_name", "coins", "relation", "words", "state", "offered_at",
            "expires_on", "closed_at", "mine",
        )  # fmt: skip

    def get_mine(self, gift: Gift) -> str:
        person_id = self.context["person_id"]
        if person_id is None:
            return ""
        sides = {gift.giver.person_id: "giver", gift.receiver.person_id: "receiver"}
        return sides.get(person_id, "")


class GiftIn(serializers.Serializer[Any]):
    """To whom (number and name as they read them out) and how many coin-minutes; `volunteer` only at the counter."""

    number = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=60)
    coins = serializers.IntegerField(min_value=1)
    relation = serializers.ChoiceField(choices=Relation)
    words = serializers.CharField(required=False, allow_blank=True, max_length=100, default="")
    volunteer = serializers.IntegerField(required=False, min_value=1)
