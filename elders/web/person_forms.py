"""What is typed to put the personal data of an elder right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carenet.parties.states import Sex
from carenet.webkit.forms import DayField, StationForm
from elders.actions import person_facts
from elders.models import Elder
from elders.rules import sheet
from elders.web.forms import EMPTY, PHONE

READ = ("name", "birth date")


class PersonForm(StationForm):
    """Who the elder is. Full numbers are not shown: an empty field leaves what is kept."""

    name = forms.CharField(
        label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    born_on = DayField(label=_("Date of birth"))
    sex = forms.TypedChoiceField(
        label=_("Sex"), required=False, coerce=int, empty_value=0, widget=forms.RadioSelect,
        choices=[(Sex.FEMALE.value, Sex.FEMALE.label), (Sex.MALE.value, Sex.MALE.label)],
    )  # fmt: skip
    ethnicity = forms.ChoiceField(
        label=_("Ethnic group"),
        required=False,
        choices=[*EMPTY, *((code, name) for name, code in sheet.ETHNIC.items())],
    )
    id_number = forms.CharField(
        label=_("New ID number"), required=False, max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Leave it empty when the one on file is right. Birth date and sex follow it."),
    )  # fmt: skip
    no_id_reason = forms.CharField(
        label=_("Why there is no ID number"), required=False, max_length=80,
        help_text=_("Only when the number on file is to be taken away, like: it belongs to somebody else."),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("New phone"), required=False, max_length=30, widget=PHONE,
        help_text=_("Leave it empty when the one on file is right."),
    )  # fmt: skip
    drops_phone = forms.BooleanField(label=_("There is no phone any more"), required=False)
    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=200,
        help_text=_("Like: new phone card, or a typing error. It stands in the story."),
    )
    on = DayField(label=_("Told on"))


def now_on_file(elder: Elder, on: Any) -> dict[str, Any]:
    """What may stand in the form: everything but the sealed numbers."""
    person = elder.person
    return {
        "name": person.name, "born_on": person.born_on, "sex": person.sex or None, "ethnicity": person.ethnicity, "on": on,
    }  # fmt: skip


def correct(elder: Elder, data: dict[str, Any], row: int | None, **who: Any) -> None:
    """Save the correction."""
    person_facts.correct(elder=elder, **data, **who)
