"""What is typed into the pages of the import wizard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carenet.webkit.forms import DayField, StationForm


class ImportForm(StationForm):
    file = forms.FileField(
        label=_("Filled file"), help_text=_(".xlsx, or .csv in UTF-8 or GB18030; up to 12 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip


class LookedAtForm(StationForm):
    """The one tick that lets rows with a question in."""

    looked_at = forms.BooleanField(
        label=_("I have looked at these rows; they are right"),
        help_text=_("Without the tick they stay out, and only the other rows enter."),
        required=False,
    )


class ExportForm(StationForm):
    """What for, and for readings which days."""

    purpose = forms.CharField(
        label=_("What is the file for?"), max_length=120,
        help_text=_("Stands in the read log of everybody in the file, like: yearly check with the street office"),
    )  # fmt: skip
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, has_days: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_days = has_days
        if not has_days:
            del self.fields["since"], self.fields["until"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        today = timezone.localdate()
        data["since"] = data.get("since") or self.initial.get("since") or today
        data["until"] = data.get("until") or self.initial.get("until") or today
        if self.has_days and not self.errors and data["until"] < data["since"]:
            self.add_error("until", _("The last day lies before the first. Please correct one of them."))
        return data
