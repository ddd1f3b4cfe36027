"""What is typed into the register's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.models import Area, Community
from carenet.parties.states import Sex
from carenet.webkit.forms import DayField, StationForm
from elders.reports.choices import buildings_of, staff_of
from elders.reports.words import THRESHOLDS
from elders.rules import gars, sheet
from elders.states import (
    AssessmentReason,
    Caregiver,
    CategoryCode,
    Colour,
    DisabilityKind,
    Language,
    Literacy,
    Living,
    OverrideReason,
    PauseReason,
    Relation,
    RiskKind,
    TouchKind,
)

PHONE = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
EMPTY = [("", "—")]


class BuildingChoice(forms.ModelChoiceField):
    """A building, named with its grid."""

    def label_from_instance(self, area: Any) -> str:
        return (
            f"{area.parent.name} · {area.name}" if area.parent and area.parent.kind == "GRID" else area.name
        )


class RegisterForm(StationForm):
    """A new elder at the counter."""

    name = forms.CharField(
        label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    id_number = forms.CharField(
        label=_("ID number"), required=False, max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("18 characters; sex and date of birth are taken from it."),
    )  # fmt: skip
    no_id_reason = forms.CharField(
        label=_("Why there is no ID number"), required=False, max_length=80,
        help_text=_("Only when there is none, like: lost, being renewed."),
    )  # fmt: skip
    sex = forms.TypedChoiceField(
        label=_("Sex"), required=False, coerce=int, empty_value=0,
        choices=[(Sex.FEMALE.value, Sex.FEMALE.label), (Sex.MALE.value, Sex.MALE.label)], widget=forms.RadioSelect,
    )  # fmt: skip
    born_on = DayField(label=_("Date of birth"), required=False)
    ethnicity = forms.ChoiceField(
        label=_("Ethnic group"),
        required=False,
        choices=[*EMPTY, *((code, name) for name, code in sheet.ETHNIC.items())],
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    dialect = forms.CharField(
        label=_("Dialect"), required=False, max_length=40, help_text=_("like: Sichuan dialect")
    )
    literacy = forms.ChoiceField(
        label=pgettext_lazy("literacy", "Reading"),
        required=False,
        choices=Literacy.choices,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30, widget=PHONE)
    building = BuildingChoice(
        label=_("Building"), queryset=Area.objects.none(), empty_label=_("Please choose")
    )
    door = forms.CharField(
        label=_("Door"), required=False, max_length=40, help_text=_("unit and room, like 2-501")
    )
    living = forms.ChoiceField(label=_("Living with"), choices=Living.choices, widget=forms.RadioSelect)
    caregiver = forms.ChoiceField(label=_("Caregiver"), choices=Caregiver.choices, widget=forms.RadioSelect)
    categories = forms.MultipleChoiceField(
        label=_("Categories"),
        required=False,
        choices=CategoryCode.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    disability_kind = forms.TypedChoiceField(
        label=_("Kind of disability"), required=False, coerce=int, empty_value=None,
        choices=[*EMPTY, *DisabilityKind.choices],
    )  # fmt: skip
    disability_grade = forms.TypedChoiceField(
        label=_("Grade of disability"), required=False, coerce=int, empty_value=None,
        choices=[*EMPTY, *((str(grade), str(grade)) for grade in (1, 2, 3, 4))],
        help_text=_("1 is the heaviest, 4 the lightest"),
    )  # fmt: skip
    contact_name = forms.CharField(label=_("Emergency contact"), required=False, max_length=60)
    contact_relation = forms.ChoiceField(
        label=_("Relation"),
        required=False,
        choices=[*EMPTY, *(each for each in Relation.choices if each[0] != "SELF")],
    )
    contact_phone = forms.CharField(label=_("Contact's phone"), required=False, max_length=30, widget=PHONE)
    consent = forms.BooleanField(
        label=_("The elder (or the family) agrees to the file and to being contacted"), required=False
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = buildings_of(community)  # type: ignore[attr-defined]
        self.initial.setdefault("living", Living.UNKNOWN)
        self.initial.setdefault("caregiver", Caregiver.UNKNOWN)
        self.initial.setdefault("literacy", Literacy.UNKNOWN)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("contact_name") and not data.get("contact_phone"):
            self.add_error("contact_phone", _("Please write the contact's phone."))
        if data.get("contact_phone") and not data.get("contact_name"):
            self.add_error("contact_name", _("Please write the contact's name."))
        return data


class MoveForm(StationForm):
    building = BuildingChoice(
        label=_("New building"), queryset=Area.objects.none(), empty_label=_("Please choose")
    )
    door = forms.CharField(
        label=_("Door"), required=False, max_length=40, help_text=_("unit and room, like 2-501")
    )
    on = DayField(label=_("Moved on"))

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = buildings_of(community)  # type: ignore[attr-defined]


class PauseForm(StationForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=PauseReason.choices, widget=forms.RadioSelect)
    since = DayField(label=_("Since"), help_text=_("A day ahead is a plan: services rest from that day."))
    until = DayField(
        label=_("Expected back on"),
        required=False,
        help_text=_("On this day services begin again by themselves."),
    )


class ResumeForm(StationForm):
    on = DayField(label=_("Back since"))


class DepartForm(StationForm):
    on = DayField(label=_("Day"))
    reason = forms.CharField(label=_("Note"), required=False, max_length=200)


class UndoForm(StationForm):
    reason = forms.CharField(label=_("Why it is taken back"), max_length=200)


class FactsForm(StationForm):
    living = forms.ChoiceField(label=_("Living with"), choices=Living.choices, widget=forms.RadioSelect)
    caregiver = forms.ChoiceField(label=_("Caregiver"), choices=Caregiver.choices, widget=forms.RadioSelect)
    on = DayField(label=_("Looked through on"))


class OwnerForm(StationForm):
    owner = forms.ModelChoiceField(label=_("Responsible worker"), queryset=None, required=False)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = staff_of(community)  # type: ignore[attr-defined]


class CategoryForm(StationForm):
    code = forms.ChoiceField(label=_("Category"), choices=CategoryCode.choices)
    disability_kind = forms.TypedChoiceField(
        label=_("Kind of disability"), required=False, coerce=int, empty_value=None,
        choices=[*EMPTY, *DisabilityKind.choices], help_text=_("Only for certified disabled."),
    )  # fmt: skip
    disability_grade = forms.TypedChoiceField(
        label=_("Grade of disability"), required=False, coerce=int, empty_value=None,
        choices=[*EMPTY, *((str(grade), str(grade)) for grade in (1, 2, 3, 4))],
        help_text=_("1 is the heaviest, 4 the lightest"),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Evidence"), required=False, max_length=120, help_text=_("document and number")
    )
    valid_from = DayField(label=_("Valid from"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("code") != "DISABLED":
            data["disability_kind"] = data["disability_grade"] = None
        return data


class EndForm(StationForm):
    on = DayField(label=_("Day"), help_text=_("Entered by mistake? End it today and enter what is right."))


class ContactForm(StationForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    relation = forms.ChoiceField(
        label=_("Relation"),
        choices=[each for each in Relation.choices if each[0] != "SELF"],
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, widget=PHONE)
    best_at = forms.CharField(label=_("Answers best at"), required=False, max_length=40)
    is_emergency = forms.BooleanField(label=_("Emergency contact"), required=False)
    lives_near = forms.BooleanField(label=_("Lives near"), required=False)


class TouchForm(StationForm):
    kind = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect,
        choices=[(each.value, each.label) for each in (TouchKind.CALL, TouchKind.COUNTER, TouchKind.ACTIVITY)],
    )  # fmt: skip
    on = DayField(label=_("Day"), help_text=_("Change it only when you enter it later."))


class RiskForm(StationForm):
    kind = forms.ChoiceField(label=_("What happened"), choices=RiskKind.choices, widget=forms.RadioSelect)
    on = DayField(label=_("Day"))
    detail = forms.CharField(label=_("Note"), required=False, max_length=200)


class RevealForm(StationForm):
    REASONS = [
        ("call", _("to call the elder or the family")),
        ("procedure", _("for an application or a procedure")),
        ("correct", _("to compare or correct the file")),
        ("emergency", _("an emergency")),
    ]
    purpose = forms.ChoiceField(
        label=_("What do you need it for?"), choices=REASONS, widget=forms.RadioSelect
    )


class StartForm(StationForm):
    code = forms.ChoiceField(
        label=pgettext_lazy("assessment", "Form"), required=False, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=_("Reason of the assessment"), choices=AssessmentReason.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(each.code, each.title) for each in offered]  # type: ignore[attr-defined]
        self.first = offered[0].code

    def clean_code(self) -> str:
        return self.cleaned_data["code"] or self.first


class SignForm(StationForm):
    second_assessor = forms.ModelChoiceField(
        label=_("Second assessor"), queryset=None, required=False,
        help_text=_("Two people assess together; the second one signs with an own sign-in."),
    )  # fmt: skip
    informant = forms.CharField(label=_("Who answered"), required=False, max_length=60)
    informant_relation = forms.ChoiceField(
        label=_("Relation to the elder"), required=False, choices=[*EMPTY, *Relation.choices]
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=80)
    made_on = DayField(
        label=_("Day of the assessment"),
        required=False,
        help_text=_("Change it only when you enter it later."),
    )

    def __init__(self, *args: Any, community: Community, by: Any, takes_two: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["second_assessor"].queryset = staff_of(community).exclude(pk=by.pk)  # type: ignore[attr-defined]
        if not takes_two:
            del self.fields["second_assessor"]


class SendBackForm(StationForm):
    reason = forms.CharField(label=_("What must be looked at again"), max_length=160)


class VoidForm(StationForm):
    reason = forms.CharField(label=_("Why it is declared void"), max_length=200)


TIERS = [
    ("RED:", Colour.RED.label),
    ("YELLOW:A", _("yellow A: alone, or several reasons")),
    ("YELLOW:B", _("yellow B")),
    ("GREEN:STABLE", _("green: stable")),
    ("GREEN:VITAL", _("green: young and active")),
    ("UNASSESSED:", Colour.UNASSESSED.label),
]


class DecideForm(StationForm):
    colour = forms.ChoiceField(label=_("Your decision"), choices=TIERS, widget=forms.RadioSelect)
    override = forms.ChoiceField(
        label=_("Why it differs"), required=False,
        choices=[("", pgettext_lazy("override", "it does not differ")), *(each for each in OverrideReason.choices if each[0])],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason in words"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you decide otherwise, and when somebody leaves red."),
    )  # fmt: skip


class ThresholdsForm(StationForm):
    """One number for each threshold, as in use now."""

    def __init__(self, *args: Any, definition: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in THRESHOLDS.items():
            self.fields[key] = forms.IntegerField(
                label=label, min_value=0, max_value=400, initial=definition.get(key, gars.DEFINITION[key]),
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip
        self.fields["note"] = forms.CharField(label=_("What is different and why"), max_length=200)


class FormSwitchForm(StationForm):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        help_text=_("the licence, the study, or why it is turned off"),
    )
