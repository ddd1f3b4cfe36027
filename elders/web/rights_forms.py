"""What is typed into the pages about consents, mandates, requests and households."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.coordinates import Datum, stored_from
from carenet.webkit.forms import DayField, StationForm
from elders.states import (
    ConsentPurpose,
    ConsentWay,
    HouseholdRoleKind,
    Language,
    Literacy,
    MandateScope,
    Relation,
    RightKind,
)

OTHERS = [each for each in Relation.choices if each[0] != "SELF"]


class PaperField(forms.FileField):
    """The photo of a signed paper."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Photo of the paper"))
        kwargs.setdefault("help_text", _("JPEG, PNG or PDF, up to 8 MB; it is kept encrypted."))
        kwargs.setdefault(
            "widget", forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"})
        )
        super().__init__(required=False, **kwargs)


class ConsentGivenForm(StationForm):
    """One purpose, agreed to."""

    way = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect,
        choices=[each for each in ConsentWay.choices if each[0] != ConsentWay.ONLINE], initial=ConsentWay.PAPER,
    )  # fmt: skip
    given_by = forms.ChoiceField(label=_("Given by"), choices=Relation.choices, initial=Relation.SELF)
    on = DayField(label=_("Given on"))
    paper = PaperField()


class ConsentTextForm(StationForm):
    """A new wording."""

    purpose = forms.ChoiceField(label=_("For what"), choices=ConsentPurpose.choices)
    version = forms.CharField(label=_("Version of the text"), max_length=20)
    text_zh = forms.CharField(label=_("Text in Chinese"), widget=forms.Textarea(attrs={"rows": 6}))
    text_en = forms.CharField(
        label=_("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    valid_from = DayField(label=_("Valid from"))


class MandateForm(StationForm):
    """Who may act for the elder."""

    holder = forms.CharField(
        label=_("Who may act"),
        max_length=60,
        help_text=_("phone number or user name of this person's account"),
    )
    relation = forms.ChoiceField(label=_("Relation"), choices=OTHERS)
    scopes = forms.MultipleChoiceField(
        label=_("For what"),
        choices=MandateScope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=["READ", "ASK"],
    )
    since = DayField(label=_("Since"))
    until = DayField(label=_("Until"), required=False, help_text=_("empty: until it is ended"))
    evidence = forms.CharField(
        label=_("Evidence"), required=False, max_length=120, help_text=_("document and number")
    )
    paper = PaperField()


class RightForm(StationForm):
    """Somebody asks about the data."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=RightKind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In their words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is wrong, and how should it be?"),
    )  # fmt: skip
    asked_by = forms.ChoiceField(label=_("Who asks"), choices=Relation.choices, initial=Relation.SELF)
    asker_name = forms.CharField(label=_("Name of who asks"), required=False, max_length=60)
    asked_on = DayField(label=_("Asked on"))


class OwnRightForm(StationForm):
    """The elder or the family asks on their own page."""

    kind = forms.ChoiceField(
        label=_("What do you want?"), choices=RightKind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In your words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is wrong, and how should it be?"),
    )  # fmt: skip


class AnswerForm(StationForm):
    """The station's answer."""

    granted = forms.TypedChoiceField(
        label=pgettext_lazy("rights request", "Answer"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("done as asked")), ("no", _("refused, with reasons"))],
    )  # fmt: skip
    words = forms.CharField(
        label=_("What the elder is told"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class FamilyFactsForm(StationForm):
    """What one must know to talk with the elder."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    dialect = forms.CharField(label=_("Dialect"), required=False, max_length=40, help_text=_("in words"))
    literacy = forms.ChoiceField(
        label=pgettext_lazy("literacy", "Reading"), choices=Literacy.choices, widget=forms.RadioSelect
    )
    religion = forms.CharField(
        label=_("Religion"), required=False, max_length=40,
        help_text=_("Sensitive. Leave it empty unless diet or custom needs it."),
    )  # fmt: skip
    religion_why = forms.CharField(label=_("Why the religion is kept"), required=False, max_length=80)


class RoleForm(StationForm):
    """Somebody is something in a household."""

    who = forms.CharField(
        label=_("Who"),
        max_length=60,
        help_text=_("archive number, phone or ID number of somebody the station knows; otherwise the name"),
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=30, help_text=_("for somebody who is not known yet")
    )
    kind = forms.ChoiceField(label=_("Role"), choices=HouseholdRoleKind.choices, widget=forms.RadioSelect)
    relation = forms.ChoiceField(label=_("Relation"), required=False, choices=[("", "—"), *Relation.choices])
    since = DayField(label=_("Since"))


class PlaceForm(StationForm):
    """Where the home stands, and a note for whoever comes; `lon` and `lat` are WGS-84 when the form is clean.

    The numbers of a map are turned back here, at the edge, and nowhere else. Source: domain.md §2.7.
    """

    datum = forms.ChoiceField(
        label=_("Where are the numbers from?"),
        choices=Datum.choices,
        initial=Datum.GCJ02,
        widget=forms.RadioSelect,
    )
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    note = forms.CharField(
        label=_("Note for whoever comes"),
        required=False,
        max_length=200,
        help_text=_("gate code, dog, stairs"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("lon") is None) != (data.get("lat") is None):
            self.add_error("lat", _("Please write both numbers or none."))
        elif data.get("lon") is not None and data.get("lat") is not None and "datum" in data:
            data["lon"], data["lat"] = stored_from(data["datum"], data["lon"], data["lat"])
        data.pop("datum", None)
        return data


class ReturnForm(StationForm):
    """The day of return of a pause."""

    until = DayField(label=_("Expected back on"), required=False, help_text=_("empty: not known yet"))
