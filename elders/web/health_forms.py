"""The forms of the health home."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Area, Place
from carenet.webkit.forms import DayField, StationForm
from elders.models import Elder
from elders.reports.choices import buildings_of
from elders.states_health import (
    ConditionCode,
    HealthSource,
    MeasureKind,
    MeasurePart,
    MedicineManager,
    Severity,
)

NUMBER = {"inputmode": "decimal", "autocomplete": "off"}
# Field of the form -> (kind, which number of it).
FIELDS = {
    "systolic": ("BP", 0), "diastolic": ("BP", 1), "heart_rate": ("HEART_RATE", 0), "oxygen": ("OXYGEN", 0),
    "temperature": ("TEMPERATURE", 0), "weight": ("WEIGHT", 0),
}  # fmt: skip
FIELD_OF = {
    "BP": "systolic", "HEART_RATE": "heart_rate", "OXYGEN": "oxygen", "TEMPERATURE": "temperature", "WEIGHT": "weight",
    "GLUCOSE_FASTING": "glucose", "GLUCOSE_AFTER": "glucose",
}  # fmt: skip


def _number(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=8, widget=forms.TextInput(attrs=NUMBER))


class MeasureForm(StationForm):
    """Whatever was measured; empty fields were not."""

    systolic = _number(_("Blood pressure, upper (mmHg)"))
    diastolic = _number(_("Blood pressure, lower (mmHg)"))
    heart_rate = _number(_("Heart rate (beats a minute)"))
    glucose = _number(_("Blood glucose (mmol/L)"))
    meal = forms.ChoiceField(
        label=_("Glucose was taken"), required=False, widget=forms.RadioSelect, initial="GLUCOSE_FASTING",
        choices=[("GLUCOSE_FASTING", _("before eating")), ("GLUCOSE_AFTER", _("two hours after a meal"))],
    )  # fmt: skip
    oxygen = _number(_("Blood oxygen (%)"))
    temperature = _number(_("Temperature (°C)"))
    weight = _number(_("Weight (kg)"))
    day = DayField(label=_("Day"))
    clock = forms.TimeField(
        label=_("Time"), required=False, input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    confirmed = forms.BooleanField(label=_("Yes, it is right: I have looked again"), required=False)
    asks = False

    def typed(self) -> dict[str, list[str]]:
        """{kind: [number, second number]} of what was filled in."""
        data = self.cleaned_data
        found: dict[str, list[str]] = {}
        for name, (kind, place) in FIELDS.items():
            if data.get(name):
                found.setdefault(kind, ["", ""] if kind == "BP" else [""])[place] = data[name]
        if data.get("glucose"):
            found[data.get("meal") or "GLUCOSE_FASTING"] = [data["glucose"]]
        return found

    def taken_at(self, at: datetime) -> datetime:
        """The typed moment; today without a time is now, another day without one is noon."""
        day, clock = self.cleaned_data["day"], self.cleaned_data.get("clock")
        if clock is not None:
            moment = datetime.combine(day, clock, STATION_ZONE)
            return at if at < moment <= at + timedelta(minutes=10) else moment
        return at if day == timezone.localdate(at) else datetime.combine(day, datetime.min.time(), STATION_ZONE) + timedelta(hours=12)  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.typed():
            raise forms.ValidationError(_("Please write at least one number."), code="nothing")
        return data


class CorrectForm(StationForm):
    value = _number(_("The right number"))
    second = _number(_("The right lower number"))
    reason = forms.CharField(
        label=_("What was wrong"), max_length=120, help_text=_("like “typed wrong”, “another person’s”")
    )
    confirmed = forms.BooleanField(label=_("Yes, it is right: I have looked again"), required=False)
    asks = False


class ConditionForm(StationForm):
    code = forms.ChoiceField(label=_("Disease"), choices=ConditionCode.choices)
    words = forms.CharField(
        label=_("In words"), required=False, max_length=80, help_text=_("needed for “other disease”")
    )
    since = DayField(label=_("Since"), required=False)
    source = forms.ChoiceField(
        label=_("Known from"),
        choices=HealthSource.choices,
        widget=forms.RadioSelect,
        initial=HealthSource.TOLD,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("code") == ConditionCode.OTHER and not data.get("words"):
            self.add_error("words", _("Please write which disease it is."))
        return data


class MedicineForm(StationForm):
    name = forms.CharField(label=_("Medicine"), max_length=60)
    dose = forms.CharField(
        label=_("Dose"), required=False, max_length=40, help_text=_("like 5 mg, one tablet")
    )
    times = forms.CharField(
        label=_("When"), required=False, max_length=60, help_text=_("like morning and evening")
    )
    manager = forms.ChoiceField(
        label=_("Who looks after it"),
        choices=MedicineManager.choices,
        widget=forms.RadioSelect,
        initial=MedicineManager.SELF,
    )
    since = DayField(label=_("Since"), required=False)


class AllergyForm(StationForm):
    substance = forms.CharField(label=_("Substance"), max_length=60, help_text=_("like penicillin, peanuts"))
    reaction = forms.CharField(label=_("What happens"), required=False, max_length=120)
    severity = forms.ChoiceField(
        label=_("How bad"), choices=Severity.choices, widget=forms.RadioSelect, initial=Severity.MILD
    )


class PlanForm(StationForm):
    words = forms.CharField(
        label=_("What the doctor ordered"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    treated_by = forms.CharField(label=_("Doctor or clinic"), required=False, max_length=60)
    since = DayField(label=_("Since"))
    review_on = DayField(label=_("Look at it again on"))


class ReviewForm(StationForm):
    words = forms.CharField(
        label=_("What the doctor ordered"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    review_on = DayField(label=_("Look at it again on"))


class HealthEndForm(StationForm):
    on = DayField(
        label=_("Ended on"), help_text=_("Entered by mistake? End it today and enter what is right.")
    )


class LimitForm(StationForm):
    kind = forms.ChoiceField(label=pgettext_lazy("measured value", "What"), choices=MeasureKind.choices)
    part = forms.ChoiceField(
        label=_("Which number"), choices=MeasurePart.choices, required=False, initial=MeasurePart.FIRST
    )
    low = _number(_("Follow up at or below"))
    high = _number(_("Follow up at or above"))
    on = DayField(label=pgettext_lazy("limit", "From"))
    source = forms.CharField(label=_("Agreed with"), max_length=160, help_text=_("the doctor or clinic"))


class HandleForm(StationForm):
    outcome = forms.CharField(
        label=_("What was done"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("like “called, measured again: 150/90”, “taken to the clinic”"),
    )


WHO = [
    ("", pgettext_lazy("service day", "nobody yet, I add them one by one")),
    ("due", pgettext_lazy("service day", "who is due to be measured")),
    ("all", pgettext_lazy("service day", "everybody of the grid or building")),
]


class RoundForm(StationForm):
    """A new list for a service day."""

    on = DayField(label=_("Day"), help_text=_("a past day for a list that was kept on paper"))
    place = forms.ModelChoiceField(
        label=_("Place"), queryset=Place.objects.none(), required=False, empty_label="—"
    )
    kinds = forms.MultipleChoiceField(
        label=_("What is measured"), choices=MeasureKind.choices, widget=forms.CheckboxSelectMultiple,
        initial=["BP", "HEART_RATE"],
    )  # fmt: skip
    who = forms.ChoiceField(
        label=_("Who stands in line"), choices=WHO, widget=forms.RadioSelect, required=False, initial="due"
    )
    grid = forms.ModelChoiceField(
        label=_("Grid"), queryset=Area.objects.none(), required=False, empty_label="—"
    )
    building = forms.ModelChoiceField(
        label=_("Building"), queryset=Area.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, community: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = (
            Place.objects.of(community).filter(closed_on__isnull=True).order_by("name")
        )  # type: ignore[attr-defined]
        grids = Area.objects.filter(kind="GRID", path__contains=[community.area_id], valid_to__isnull=True)
        self.fields["grid"].queryset = grids.order_by("path")  # type: ignore[attr-defined]
        self.fields["building"].queryset = buildings_of(community)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("who") == "all" and not data.get("grid") and not data.get("building"):
            self.add_error("grid", _("Please choose a grid or a building."))
        return data

    def narrowed(self, elders: Any) -> Any:
        """The chosen grid or building, in the order of houses and doors."""
        data = self.cleaned_data
        if data.get("building"):
            elders = elders.filter(building=data["building"])
        elif data.get("grid"):
            elders = elders.filter(grid=data["grid"])
        return elders


class FhirForm(StationForm):
    file = forms.FileField(label=_("FHIR file (JSON)"))


def people_found(elders: Any, text: str) -> list[Elder]:
    """A few people by archive number, name, pinyin or initials."""
    from carenet.parties.models import Person

    text = text.strip()
    if not text:
        return []
    if text.isascii() and text.isdigit() and len(text) <= 5:
        elders = elders.filter(number=int(text))
    else:
        people = Person.objects.filter(pk__in=elders.values("person")).search(text)
        elders = elders.filter(person__in=people.values("pk"))
    return list(elders.select_related("person", "building").order_by("number")[:8])
