"""What people type in about a democratic review. There is no field for health, and words about it are refused."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from carenet.webkit.forms import DayField, StationForm
from elders.states import ReviewOpinion
from elders.web.rights_forms import PaperField


class ReviewForm(StationForm):
    """Who met, when, how many, and what they thought."""

    met_on = DayField(label=_("Day of the meeting"), help_text=_("today, or the true day in the past"))
    place = forms.CharField(label=_("Place"), required=False, max_length=80)
    present = forms.CharField(
        label=_("Who met"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("like: Ms Li (committee), the building captain, three neighbours"),
    )  # fmt: skip
    people = forms.IntegerField(
        label=_("How many people"), min_value=2, max_value=500, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )  # fmt: skip
    opinion = forms.ChoiceField(
        label=_("Opinion of the meeting"), choices=ReviewOpinion.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("The opinion in words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How the household lives and what help it needs; no word about health, ability or medicine."),
    )  # fmt: skip
    paper = PaperField()


class CorrectReviewForm(ReviewForm):
    """The same, and why."""

    reason = forms.CharField(
        label=_("Why it is corrected"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class TakeBackForm(StationForm):
    """Why the record does not count."""

    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("like: written down for the wrong person"),
    )  # fmt: skip
