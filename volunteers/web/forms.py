"""What people type on the volunteers' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.models import Area, Community, ServiceKind
from carenet.parties.states import Sex
from carenet.webkit.forms import DayField, PhoneField, StationForm, YuanField, plain
from charity.models import Fund
from volunteers.models import Reward, Team, Volunteer
from volunteers.states import Channel, Level, LimitPeriod, Motive, Picture, RewardKind, Source


class CodeForm(StationForm):
    """The eight digits of a slip, with or without the gap."""

    code = forms.CharField(
        label=_("Code of the slip"), max_length=30, help_text=_("eight digits, for example 1234 5678"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        digits = "".join(plain(self.cleaned_data["code"]).split())
        if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
            raise forms.ValidationError(_("A code has eight digits. Please read it again."))
        return digits


class CounterForm(StationForm):
    q = forms.CharField(
        label=_("Name, volunteer number or the last four digits of the phone"), max_length=60,
        error_messages={"required": _("Please write a name, a number or four digits.")},
    )  # fmt: skip


class _VolunteerFields(StationForm):
    """The volunteer's part of enrolment and change."""

    source = forms.ChoiceField(label=_("Background"), choices=Source, initial=Source.MUTUAL_AID)
    channel = forms.ChoiceField(label=_("How they came"), choices=Channel, initial=Channel.PUBLICITY)
    motive = forms.ChoiceField(
        label=_("Motive"), choices=Motive, initial=Motive.HABIT, widget=forms.RadioSelect
    )
    team = forms.ModelChoiceField(
        label=pgettext_lazy("volunteers", "Team"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("no team"),
    )
    level = forms.TypedChoiceField(label=_("Training level"), choices=Level, coerce=int, initial=Level.L1)
    skills = forms.CharField(
        label=_("Skills and talents"),
        required=False,
        max_length=200,
        help_text=_("separated by blanks or commas"),
    )
    agreed_on = DayField(label=_("Agreement and confidentiality signed on"), required=False)
    insured_until = DayField(label=_("Accident insurance until"), required=False)
    building = forms.ModelChoiceField(
        label=_("Building"), queryset=Area.objects.none(), required=False, empty_label=_("not known"),
        help_text=_("only to see that nobody is credited for helping at home"),
    )  # fmt: skip
    door = forms.CharField(
        label=_("Door"), required=False, max_length=40, help_text=_("unit and room, like 2-501")
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.of(community).filter(until__isnull=True)  # type: ignore[attr-defined]
        self.fields["building"].queryset = Area.objects.filter(  # type: ignore[attr-defined]
            kind="BUILDING", path__contains=[community.area_id]
        ).order_by("pk")

    def clean_skills(self) -> list[str]:
        text = self.cleaned_data["skills"].replace("，", " ").replace("、", " ").replace(",", " ")
        words = text.split()
        if any(len(each) > 20 for each in words):
            raise forms.ValidationError(_("Please write each skill in at most 20 characters."))
        return words


class EnrolForm(_VolunteerFields):
    """Enrol somebody who is already known as a person."""

    joined_on = DayField(label=_("Joined on"))
    field_order = ("joined_on",)


class EnrolNewForm(EnrolForm):
    """Enrol somebody new: real name first."""

    name = forms.CharField(label=_("Name"), max_length=60)
    sex = forms.TypedChoiceField(label=_("Sex"), choices=Sex, coerce=int, initial=Sex.UNKNOWN)
    born_on = DayField(label=_("Date of birth"), required=False)
    id_number = forms.CharField(
        label=_("ID number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    no_id_reason = forms.CharField(label=_("Why there is no ID number"), required=False, max_length=80)
    phone = PhoneField(label=_("Phone"), required=False)
    field_order = ("name", "sex", "born_on", "id_number", "no_id_reason", "phone", "joined_on")
    PERSON = ("name", "sex", "born_on", "id_number", "no_id_reason", "phone")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not found.get("id_number") and not found.get("no_id_reason"):
            self.add_error(
                "id_number", _("Real-name registration: please write the ID number, or why there is none.")
            )
        return found


class ChangeForm(_VolunteerFields):
    """Correct or complete a volunteer's record."""

    @classmethod
    def of(cls, volunteer: Volunteer, data: Any = None) -> ChangeForm:
        names = (
            "source",
            "channel",
            "motive",
            "team",
            "level",
            "agreed_on",
            "insured_until",
            "building",
            "door",
        )
        initial = {name: getattr(volunteer, name) for name in names} | {"skills": " ".join(volunteer.skills)}
        return cls(data, initial=initial, community=volunteer.community)


class StepForm(StationForm):
    """Pause, resume, leave, come back."""

    step = forms.ChoiceField(
        choices=[(each, each) for each in ("pause", "resume", "leave", "return", "account")]
    )
    until = DayField(required=False)
    reason = forms.CharField(required=False, max_length=200)


class QualifyForm(StationForm):
    level = forms.TypedChoiceField(
        label=_("Training level"), choices=[("", _("no level, one kind of service")), *list(Level.choices)], required=False,
        coerce=int, empty_value=None,
    )  # fmt: skip
    service_kind = forms.ModelChoiceField(
        label=_("Kind of service"),
        queryset=ServiceKind.objects.all(),
        required=False,
        empty_label=_("all of the level"),
    )
    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(label=_("Valid until"), required=False)
    issuer = forms.CharField(label=_("Issued by"), max_length=120)
    number = forms.CharField(label=_("Certificate number"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if bool(found.get("level")) == bool(found.get("service_kind")):
            self.add_error("level", _("Please choose either a training level or one kind of service."))
        if found.get("valid_from") and found.get("valid_to") and found["valid_to"] <= found["valid_from"]:
            self.add_error("valid_to", _("The end must be after the beginning."))
        return found


class ReasonForm(StationForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("the volunteer reads it"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RewardForm(StationForm):
    """A reward and what stands behind it."""

    name = forms.CharField(label=pgettext_lazy("goods", "Name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    words = forms.CharField(
        label=_("Description"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("size, brand, what it is good for"),
    )  # fmt: skip
    words_en = forms.CharField(label=_("Description in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Shelf"), choices=RewardKind)
    picture = forms.ChoiceField(label=_("Picture"), choices=Picture)
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=100_000)
    per_person = forms.IntegerField(
        label=_("Limit for one person"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=_("empty: no limit"),
    )
    per_period = forms.ChoiceField(label=_("The limit counts over"), choices=LimitPeriod)
    min_age = forms.IntegerField(label=_("Minimum age"), min_value=0, max_value=120, initial=0)
    fund = forms.ModelChoiceField(
        label=_("Backed by the fund"),
        queryset=Fund.objects.none(),
        required=False,
        empty_label=_("no fund: donated goods"),
    )
    backing_fen = YuanField(label=_("What one piece costs the fund (yuan)"), required=False)
    backing = forms.CharField(
        label=_("Backed by donated goods"), max_length=120, required=False, help_text=_("who gave what")
    )
    place = forms.CharField(label=_("Where to collect"), max_length=120)
    place_en = forms.CharField(label=_("Where to collect, in English"), max_length=120, required=False)
    pick_up_days = forms.IntegerField(label=_("Days to collect"), min_value=1, max_value=365, initial=14)
    low_stock = forms.IntegerField(
        label=_("Restock when only this many are left"), min_value=0, max_value=10_000, initial=3
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.of(community).filter(closed_on__isnull=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        found["backing_fen"] = found.get("backing_fen") or 0
        if found.get("fund") and not found["backing_fen"] and "backing_fen" not in self.errors:
            self.add_error("backing_fen", _("Please write what one piece costs the fund."))
        if not found.get("fund"):
            found["backing_fen"] = 0
            if not found.get("backing"):
                self.add_error("backing", _("Please name the fund, or who donated the goods."))
        return found


class OfferForm(RewardForm):
    stock = forms.IntegerField(label=_("Pieces on the shelf now"), min_value=0, max_value=100_000, initial=0)
    source = forms.CharField(
        label=_("Where they came from"),
        max_length=160,
        required=False,
        help_text=_("delivery note, donor or count"),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("stock") and not found.get("source"):
            self.add_error(
                "source", _("Please write where the goods came from: delivery note, donor or count.")
            )
        return found


class StockForm(StationForm):
    what = forms.ChoiceField(
        label=_("What happened?"), choices=[("RESTOCK", _("pieces came in")), ("COUNT", _("the shelf was counted"))],
        widget=forms.RadioSelect, initial="RESTOCK",
    )  # fmt: skip
    quantity = forms.IntegerField(
        label=_("Pieces"),
        min_value=0,
        max_value=100_000,
        help_text=_("how many came in, or how many are on the shelf now"),
    )
    source = forms.CharField(label=_("Where they came from, or who counted"), max_length=160)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("what") == "RESTOCK" and found.get("quantity") == 0:
            self.add_error("quantity", _("Please write how many pieces came in."))
        return found


def reward_initial(reward: Reward) -> dict[str, Any]:
    """The present facts of a reward for its form."""
    return {name: getattr(reward, name) for name in RewardForm.base_fields}
