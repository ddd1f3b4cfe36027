"""What people type about money and goods; the rules stand in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.models import Community, Organisation, ServiceKind
from carenet.parties.states import SubsidyMode
from carenet.webkit.forms import DayField, StationForm, YuanField, plain
from charity.models import Fund, GoodsDonation
from charity.states import DonationWay, FundSource, GoodsKind, GrantPurpose, Publish, Valuation
from elders.models import Elder

CHOOSE = pgettext_lazy("choice", "please choose")
NONE = pgettext_lazy("choice", "none")


def _organisation() -> forms.ModelChoiceField[Organisation]:
    """Which organisation gave; the form fills in those of its community."""
    return forms.ModelChoiceField(
        label=_("donor (organisation)"),
        required=False,
        queryset=Organisation.objects.none(),
        empty_label=NONE,
    )


def _publish() -> forms.ChoiceField:
    """How the donor is named in the open books; not at all unless they say otherwise."""
    return forms.ChoiceField(
        label=_("How does the donor want to be named in public?"),
        choices=Publish.choices,
        widget=forms.RadioSelect,
        initial=Publish.ANONYMOUS,
    )


class FundForm(StationForm):
    """Opening a fund."""

    name = forms.CharField(label=_("name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    source = forms.ChoiceField(label=_("where the money comes from"), choices=FundSource.choices)
    purpose = forms.CharField(
        label=_("purpose"), max_length=200, help_text=_("It cannot be changed later: donors gave for it.")
    )
    restricted_kinds = forms.MultipleChoiceField(
        label=_("only for these services"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none if the fund may pay for every shared service."),
    )
    pays_services = forms.BooleanField(
        label=_("takes part in cost sharing"),
        required=False,
        help_text=_("pays the charity part of shared services"),
    )
    target_fen = YuanField(label=_("goal (yuan)"), required=False)
    host = forms.ModelChoiceField(
        label=_("host charity"),
        required=False,
        queryset=Organisation.objects.none(),
        empty_label=NONE,
        help_text=_("the charity in whose bank account the money lies"),
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = Organisation.objects.of(community).filter(  # type: ignore[attr-defined]
            until__isnull=True
        )
        self.fields["restricted_kinds"].choices = [  # type: ignore[attr-defined]
            (each.code, each.title) for each in ServiceKind.objects.filter(subsidy=SubsidyMode.SHARED)
        ]


class CloseFundForm(StationForm):
    """Closing a fund; what is left goes to a similar one."""

    reason = forms.CharField(label=_("why it is closed"), max_length=200)
    rest_to = forms.ModelChoiceField(
        label=_("fund that takes the rest"), required=False, queryset=Fund.objects.none(), empty_label=NONE
    )

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rest_to"].queryset = (  # type: ignore[attr-defined]
            Fund.objects.of(fund.community_id).open().exclude(pk=fund.pk)
        )


class DonationForm(StationForm):
    """A donation that was received."""

    fund = forms.ModelChoiceField(label=_("fund"), queryset=Fund.objects.none(), empty_label=CHOOSE)
    amount_fen = YuanField(label=_("amount (yuan)"))
    received_on = DayField(label=_("received on"))
    way = forms.ChoiceField(label=_("how it came"), choices=DonationWay.choices, initial=DonationWay.CASH)
    donor_name = forms.CharField(
        label=_("donor"),
        max_length=80,
        required=False,
        help_text=_("Leave it empty when the donor is not known."),
    )
    donor_organisation = _organisation()
    publish = _publish()
    receipt_no = forms.CharField(
        label=_("receipt number"),
        max_length=40,
        required=False,
        help_text=_("Leave it empty for the next number."),
    )
    official_receipt_no = forms.CharField(
        label=_("number of the official receipt"),
        max_length=40,
        required=False,
        help_text=_("only when the host charity issued one"),
    )
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.of(community).open()  # type: ignore[attr-defined]
        self.fields["donor_organisation"].queryset = Organisation.objects.of(community).filter(  # type: ignore[attr-defined]
            until__isnull=True
        )
        self.fields["received_on"].initial = timezone.localdate

    def clean_receipt_no(self) -> str:
        return plain(self.cleaned_data["receipt_no"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        organisation = cleaned.get("donor_organisation")
        if organisation and not cleaned.get("donor_name"):
            cleaned["donor_name"] = organisation.name
        if cleaned.get("publish") != Publish.ANONYMOUS and not cleaned.get("donor_name"):
            self.add_error("donor_name", _("Write the name, or choose “anonymous” below."))
        return cleaned


class ReasonForm(StationForm):
    """Why something is taken back, refused or withdrawn."""

    reason = forms.CharField(label=_("why?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class GoodsForm(StationForm):
    """Donated goods that came in."""

    kind = forms.ChoiceField(label=_("kind"), choices=GoodsKind.choices)
    what = forms.CharField(label=_("what it is"), max_length=100)
    quantity = forms.IntegerField(label=_("quantity"), min_value=1, max_value=1_000_000)
    unit = forms.CharField(label=_("counted in"), max_length=10, help_text=_("books, boxes, pieces …"))
    received_on = DayField(label=_("received on"))
    donor_name = forms.CharField(label=_("donor"), max_length=80, required=False)
    donor_organisation = _organisation()
    publish = _publish()
    valuation = forms.ChoiceField(
        label=_("What does the value rest on?"),
        choices=Valuation.choices,
        widget=forms.RadioSelect,
        initial=Valuation.UNDETERMINED,
        help_text=_("Without proof of the value there is no receipt; the goods are listed all the same."),
    )
    value_fen = YuanField(label=_("value (yuan)"), required=False)
    receipt_no = forms.CharField(label=_("receipt number"), max_length=40, required=False)
    place = forms.CharField(label=_("where it is kept"), max_length=80, required=False)
    usable = forms.BooleanField(
        label=_("I have looked at the goods: they are usable, safe and clean"), required=False
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["donor_organisation"].queryset = Organisation.objects.of(community).filter(  # type: ignore[attr-defined]
            until__isnull=True
        )
        self.fields["received_on"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        organisation = cleaned.get("donor_organisation")
        if organisation and not cleaned.get("donor_name"):
            cleaned["donor_name"] = organisation.name
        if cleaned.get("valuation") not in {None, Valuation.UNDETERMINED} and not cleaned.get("value_fen"):
            self.add_error("value_fen", _("Write the value, or choose “cannot be determined”."))
        return cleaned


class IssueForm(StationForm):
    """Goods that go out."""

    quantity = forms.IntegerField(label=_("quantity"), min_value=1)
    purpose = forms.CharField(label=_("for what"), max_length=120)

    def __init__(self, *args: Any, goods: GoodsDonation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].max_value = goods.left  # type: ignore[attr-defined]


class GrantForm(StationForm):
    """Asking a fund for money."""

    fund = forms.ModelChoiceField(label=_("fund"), queryset=Fund.objects.none(), empty_label=CHOOSE)
    purpose = forms.ChoiceField(label=_("purpose"), choices=GrantPurpose.choices)
    elder_number = forms.CharField(
        label=_("archive number of the elder"),
        required=False,
        max_length=10,
        help_text=_("Leave it empty for a project or activity."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    words = forms.CharField(
        label=_("what for, in words"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    amount_fen = YuanField(label=_("amount (yuan)"))

    def __init__(self, *args: Any, community: Community, elders: QuerySet[Elder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.elders = elders
        self.fields["fund"].queryset = Fund.objects.of(community).open()  # type: ignore[attr-defined]

    def clean_elder_number(self) -> Elder | None:
        text = plain(self.cleaned_data["elder_number"]).lstrip("0")
        if not text:
            return None
        elder = self.elders.filter(number=int(text)).first() if text.isdigit() and text.isascii() else None
        if elder is None:
            raise forms.ValidationError(_("There is no elder with this archive number."), code="no_elder")
        return elder

    def clean(self) -> dict[str, Any]:
        from charity.states import FOR_ONE_ELDER

        cleaned = super().clean() or {}
        purpose, elder = cleaned.get("purpose"), cleaned.get("elder_number")
        if purpose and "elder_number" in cleaned and (purpose in FOR_ONE_ELDER) != (elder is not None):
            self.add_error(
                "elder_number",
                _("This purpose is for everybody; leave the elder out.")
                if elder
                else _("Say which elder this grant is for."),
            )
        return cleaned


class PayForm(StationForm):
    """Paying an approved grant."""

    paid_on = DayField(label=_("paid on"))
    paid_to = forms.CharField(label=_("paid to"), max_length=80)
    voucher_no = forms.CharField(label=_("voucher number"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = timezone.localdate
