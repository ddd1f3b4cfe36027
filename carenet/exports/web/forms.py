"""What is typed into the pages of exports."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.webkit.forms import StationForm


class AskForm(StationForm):
    """What for."""

    purpose = forms.CharField(
        label=_("What is the file for?"), max_length=120,
        help_text=_("Stands in the read log of everybody in the file, like: yearly check with the street office"),
    )  # fmt: skip


class RefuseForm(StationForm):
    """Why not."""

    reason = forms.CharField(
        label=pgettext_lazy("export", "Why not?"),
        max_length=200,
        help_text=_("The asker reads this sentence."),
    )
