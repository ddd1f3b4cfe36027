"""Shapes of the volunteers' REST calls."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from volunteers.models import Redemption, ServiceClaim, Volunteer
from volunteers.states import RewardKind


class VolunteerOut(serializers.ModelSerializer[Volunteer]):
    """A volunteer with the three balances (minutes, coin-minutes, points)."""

    name = serializers.CharField(source="person.name", read_only=True)
    team = serializers.StringRelatedField(read_only=True)  # type: ignore[var-annotated]
    minutes = serializers.SerializerMethodField()
    coins = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()

    class Meta:
        model = Volunteer
        fields = (
            "id",
            "number",
            "name",
            "state",
            "level",
            "source",
            "team",
            "joined_on",
            "minutes",
            "coins",
            "points",
        )

    def _balances(self, volunteer: Volunteer) -> Any:
        return self.context["balances"][volunteer.pk]

    def get_minutes(self, volunteer: Volunteer) -> int:
        return int(self._balances(volunteer).minutes)

    def get_coins(self, volunteer: Volunteer) -> int:
        return int(self._balances(volunteer).coins)

    def get_points(self, volunteer: Volunteer) -> int:
        return int(self._balances(volunteer).points)


class LineOut(serializers.Serializer[Any]):
    """One line of a statement."""

    on = serializers.DateField()
    title = serializers.CharField()
    detail = serializers.CharField()
    amount = serializers.IntegerField()
    balance = serializers.IntegerField()
    is_correction = serializers.BooleanField()


class StatementOut(serializers.Serializer[Any]):
    """A page of a statement; `before` opens the next one, 0 when there is none."""

    unit = serializers.CharField()
    balance = serializers.IntegerField()
    lines = LineOut(many=True)
    before = serializers.IntegerField()


class RewardOut(serializers.Serializer[Any]):
    """A reward as the caller sees it; `why_not` is empty when it can be redeemed now."""

    id = serializers.IntegerField(source="reward.pk")
    name = serializers.CharField(source="reward.title")
    words = serializers.CharField(source="reward.about")
    kind = serializers.ChoiceField(source="reward.kind", choices=RewardKind)
    points = serializers.IntegerField(source="reward.points")
    left = serializers.IntegerField()
    missing = serializers.IntegerField()
    why_not = serializers.CharField()
    place = serializers.CharField(source="reward.where")
    is_service = serializers.SerializerMethodField(help_text="somebody comes; nothing is collected")

    def get_is_service(self, card: Any) -> bool:
        return card.service is not None


class RedeemIn(serializers.Serializer[Any]):
    """`points` is the price agreed to; `volunteer` only for staff at the counter."""

    points = serializers.IntegerField(required=False, min_value=1)
    volunteer = serializers.IntegerField(required=False, min_value=1)
    elder = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="a service: for which relative in care; without it for the volunteer",
    )
    wish = serializers.CharField(required=False, allow_blank=True, max_length=120, default="")


class ClaimOut(serializers.ModelSerializer[ServiceClaim]):
    """A service asked for with points: set aside until it was given, or they come back."""

    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    service = serializers.CharField(source="kind.title", read_only=True)
    elder = serializers.IntegerField(source="elder_id", read_only=True)

    class Meta:
        model = ServiceClaim
        fields = (
            "id", "name", "service", "minutes", "points", "state", "volunteer", "elder", "wish", "asked_on", "expires_on",
        )  # fmt: skip


class HandOverIn(serializers.Serializer[Any]):
    """To the volunteer, or to a named proxy."""

    proxy = serializers.BooleanField(default=False)
    to_name = serializers.CharField(required=False, allow_blank=True, max_length=60, default="")


class SlipOut(serializers.ModelSerializer[Redemption]):
    """A redemption with its code."""

    volunteer = serializers.CharField(source="volunteer.number", read_only=True)
    slip = serializers.SerializerMethodField()

    class Meta:
        model = Redemption
        fields = (
            "id", "code", "name", "points", "state", "volunteer", "place", "pick_up_by", "redeemed_on", "collected_by_name",
            "is_proxy", "closed_at", "slip",
        )  # fmt: skip

    def get_slip(self, redemption: Redemption) -> str:
        return f"/slips/{redemption.token}/"
