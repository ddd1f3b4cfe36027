"""What people type in on the pages of the care plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carenet.webkit.forms import DayField, StationForm
from services.web.forms import kind_choices

CASE, KIND = "case:", "kind:"


class TieForm(StationForm):
    """Who carries out the plan: an open case, or a service of the catalogue; since when, and the next look."""

    carrier = forms.ChoiceField(label=_("Who carries it out"))
    words = forms.CharField(
        label=_("What is done, and how often"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("like: every Tuesday and Friday at home"),
    )  # fmt: skip
    since = DayField(label=_("Since"), help_text=_("a past day when it began earlier"))
    review_on = DayField(label=_("Look at it again on"))

    def __init__(self, *args: Any, cases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_cases = [(f"{CASE}{each.pk}", _case_words(each)) for each in cases]
        families = [
            (family, [(f"{KIND}{code}", title) for code, title in rows]) for family, rows in kind_choices()
        ]
        groups: list[Any] = [("", "—")]
        if open_cases:
            groups.append((_("Open cases"), open_cases))
        self.fields["carrier"].choices = [*groups, *families]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = data.get("carrier", "")
        data["case"] = chosen.removeprefix(CASE) if chosen.startswith(CASE) else ""
        data["kind"] = chosen.removeprefix(KIND) if chosen.startswith(KIND) else ""
        return data


def _case_words(case: Any) -> str:
    """The case with its goal for whoever reads it (`with_reader`)."""
    words = f"{case.get_method_display()} · {case.worker}"
    return f"{words} · {case.goal}" if case.goal and case.may_read else words


class LookForm(StationForm):
    """After a look: what is done now, and the day of the next look."""

    words = forms.CharField(
        label=_("What is done, and how often"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    review_on = DayField(label=_("Look at it again on"))


class LoosenForm(StationForm):
    """Since when it is over, and why."""

    why = forms.CharField(
        label=_("Why it is loosened"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("like: another service does it now, tied by mistake"),
    )  # fmt: skip
    on = DayField(label=_("Loosened on"), help_text=_("today, or the true day in the past"))
