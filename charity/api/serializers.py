"""What the REST calls of the charity app read and write. Amounts are whole fen."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from carenet.parties.models import Organisation, ServiceKind
from carenet.parties.states import SubsidyMode
from charity.models import CostSplit, Donation, Fund, Grant
from charity.states import DonationWay, FundSource, Publish
from elders.models import Elder


class FundOut(serializers.ModelSerializer[Fund]):
    """A fund and what is in it."""

    balance_fen = serializers.IntegerField(read_only=True)

    class Meta:
        model = Fund
        fields = (
            "id", "name", "name_en", "source", "purpose", "restricted_kinds", "pays_services", "target_fen", "balance_fen",
            "opened_on", "closed_on",
        )  # fmt: skip
        read_only_fields = fields


class FundIn(serializers.Serializer[Any]):
    """A fund to open. Its purpose never changes afterwards: donors give for it."""

    name = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    source = serializers.ChoiceField(choices=FundSource.choices)
    purpose = serializers.CharField(max_length=200)
    restricted_kinds = serializers.PrimaryKeyRelatedField(
        many=True, required=False, default=list,
        queryset=ServiceKind.objects.filter(subsidy=SubsidyMode.SHARED),
        help_text="only for these services; none: for every shared one",
    )  # fmt: skip
    pays_services = serializers.BooleanField(required=False, default=False)
    target_fen = serializers.IntegerField(
        min_value=1, max_value=10**13, required=False, allow_null=True, default=None
    )
    host = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.none(), required=False, allow_null=True, default=None,
        help_text="the charity in whose bank account the money lies",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        community = self.context.get("community")
        if community is not None:
            self.fields["host"].queryset = Organisation.objects.of(community)  # type: ignore[attr-defined]


class LineOut(serializers.Serializer[Any]):
    """One line of a statement: positive came in, negative went out."""

    posting_id = serializers.IntegerField()
    on = serializers.DateField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    title = serializers.CharField()
    amount = serializers.IntegerField()
    balance = serializers.IntegerField(allow_null=True)
    memo = serializers.CharField()


class DonationOut(serializers.ModelSerializer[Donation]):
    """A donation as it stands in the books."""

    class Meta:
        model = Donation
        fields = (
            "id", "receipt_no", "fund", "donor_name", "publish", "way", "amount_fen", "received_on", "official_receipt_no",
            "note", "reversed_on", "reversed_reason", "recorded_at",
        )  # fmt: skip
        read_only_fields = fields


class DonationIn(serializers.Serializer[Any]):
    """Money that was received and is to be booked."""

    fund = serializers.PrimaryKeyRelatedField(queryset=Fund.objects.none())
    amount_fen = serializers.IntegerField(min_value=1, max_value=10**13)
    received_on = serializers.DateField()
    donor_name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    donor_organisation = serializers.PrimaryKeyRelatedField(
        queryset=Organisation.objects.none(), required=False, allow_null=True, default=None
    )
    publish = serializers.ChoiceField(choices=Publish.choices, default=Publish.ANONYMOUS)
    way = serializers.ChoiceField(choices=DonationWay.choices, default=DonationWay.TRANSFER)
    receipt_no = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    official_receipt_no = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            self.fields["fund"].queryset = Fund.objects.visible_to(request.user).open()  # type: ignore[attr-defined]
            self.fields["donor_organisation"].queryset = Organisation.objects.visible_to(  # type: ignore[attr-defined]
                request.user
            )


class ReasonIn(serializers.Serializer[Any]):
    """Why something is taken back."""

    reason = serializers.CharField(max_length=200)


class SplitIn(serializers.Serializer[Any]):
    """A service whose cost is to be shared."""

    elder = serializers.PrimaryKeyRelatedField(queryset=Elder.objects.none())
    kind = serializers.PrimaryKeyRelatedField(queryset=ServiceKind.objects.all())
    price_fen = serializers.IntegerField(min_value=0, max_value=10**10)
    on = serializers.DateField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            self.fields["elder"].queryset = Elder.objects.visible_to(request.user)  # type: ignore[attr-defined]


class SplitOut(serializers.Serializer[Any]):
    """Who would pay what, and the sentence that says why."""

    price_fen = serializers.IntegerField()
    gov_fen = serializers.IntegerField()
    fund_fen = serializers.IntegerField()
    advance_fen = serializers.IntegerField()
    person_fen = serializers.IntegerField()
    elder_class = serializers.CharField()
    reason = serializers.CharField()
    sentence = serializers.CharField()


class CostSplitOut(serializers.ModelSerializer[CostSplit]):
    """A split that was booked."""

    sentence = serializers.CharField(read_only=True)

    class Meta:
        model = CostSplit
        fields = (
            "id", "elder", "kind", "on", "price_fen", "gov_fen", "fund_fen", "advance_fen", "person_fen", "fund",
            "elder_class", "reason", "sentence", "cause_kind", "cause_id",
        )  # fmt: skip
        read_only_fields = fields


class GrantOut(serializers.ModelSerializer[Grant]):
    """A grant and where it stands."""

    class Meta:
        model = Grant
        fields = (
            "id", "fund", "purpose", "elder", "words", "amount_fen", "state", "asked_by", "asked_at", "decided_by",
            "decided_at", "paid_on", "voucher_no",
        )  # fmt: skip
        read_only_fields = fields
