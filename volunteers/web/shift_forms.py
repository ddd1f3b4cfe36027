"""What people type about shifts, teams and records of volunteers."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel import months
from carenet.parties.models import Community, Place, ServiceKind
from carenet.webkit.forms import DayField, PhoneField, StationForm, plain
from volunteers.models import ShiftTemplate, Team, Volunteer
from volunteers.states import TeamStage
from volunteers.states_shifts import PART_LABELS, Demand, Language


class ClockField(forms.TimeField):
    """A time of day: 9:00, 0900 or ９：００."""

    default_error_messages = {"invalid": _("Please write the time like 9:30.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(input_formats=["%H:%M", "%H:%M:%S", "%H%M", "%H.%M"], **kwargs)

    def to_python(self, value: Any) -> time | None:
        return super().to_python(plain(value).replace("：", ":") if isinstance(value, str) else value)


def _lines(text: str) -> list[str]:
    return [each.strip() for each in text.splitlines() if each.strip()]


class TemplateForm(StationForm):
    """A kind of shift."""

    title = forms.CharField(label=pgettext_lazy("shift", "Title"), max_length=60)
    title_en = forms.CharField(
        label=_("Title in English"),
        max_length=80,
        required=False,
        help_text=_("for pages in English; without it they show the other one"),
    )
    words = forms.CharField(
        label=_("What is to be done"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("what a newcomer should know: what to bring, whom to ask"),
    )  # fmt: skip
    service_kind = forms.ModelChoiceField(
        label=_("Service kind"), queryset=ServiceKind.objects.none(), required=False, empty_label=_("no special training"),
        help_text=_("its risk class says which training the helper needs"),
    )  # fmt: skip
    place = forms.ModelChoiceField(
        label=_("Place"), queryset=Place.objects.none(), required=False, empty_label=_("another place")
    )
    place_words = forms.CharField(
        label=_("Where to meet"),
        max_length=120,
        required=False,
        help_text=_("when it is no place of the register"),
    )
    people = forms.IntegerField(label=_("People needed"), min_value=1, max_value=200, initial=2)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=15, max_value=720, initial=120)
    warnings = forms.CharField(
        label=_("Warnings to tick"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("one in a line, like “two flights of stairs”, “a cat at home”"),
    )  # fmt: skip
    demands = forms.MultipleChoiceField(
        label=_("What it asks of the body"),
        choices=Demand,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = (
            Place.objects.of(community).filter(closed_on__isnull=True).order_by("name")
        )  # type: ignore[attr-defined]
        self.fields["service_kind"].queryset = ServiceKind.objects.filter(who__contains=["VO"])  # type: ignore[attr-defined]

    def clean_warnings(self) -> list[str]:
        found = _lines(self.cleaned_data["warnings"])
        if len(found) > 6 or any(len(each) > 60 for each in found):
            raise forms.ValidationError(_("Please write at most six warnings of at most 60 characters."))
        return found

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("place") and not found.get("place_words"):
            self.add_error("place_words", _("Please choose a place or write where to meet."))
        return found


class _WhenFields(StationForm):
    template = forms.ModelChoiceField(label=_("Kind of shift"), queryset=ShiftTemplate.objects.none())
    team = forms.ModelChoiceField(
        label=pgettext_lazy("volunteers", "Team"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("open to all"),
    )
    starts = ClockField(label=pgettext_lazy("shift", "Begins at"))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=15,
        max_value=720,
        required=False,
        help_text=_("empty: as the kind of shift says"),
    )
    people = forms.IntegerField(
        label=_("People needed"), min_value=1, max_value=200, required=False,
        help_text=_("empty: as the kind of shift says"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, community: Community, only_team: Team | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = ShiftTemplate.objects.of(community).filter(retired_on__isnull=True)  # type: ignore[attr-defined]
        teams = Team.objects.of(community).filter(until__isnull=True)
        if only_team is not None:
            teams = teams.filter(pk=only_team.pk)
            self.fields["team"].required = True
            self.fields["team"].initial = only_team.pk
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class SlotForm(_WhenFields):
    """One shift."""

    starts_on = DayField(label=_("Day"))
    field_order = ("template", "team", "starts_on", "starts", "minutes", "people")

    @property
    def starts_at(self) -> datetime:
        """The moment in the station's zone."""
        return datetime.combine(
            self.cleaned_data["starts_on"], self.cleaned_data["starts"], tzinfo=months.STATION_ZONE
        )


class SeriesForm(_WhenFields):
    """The same shift on some weekdays."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=list(WEEKDAYS.items()), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    from_on = DayField(label=_("First day"))
    until_on = DayField(label=_("Last day"))
    skip = forms.CharField(
        label=_("Days without a shift"),
        required=False,
        max_length=400,
        help_text=_("holidays, like 2027-01-01 2027-02-06"),
    )
    field_order = (
        "template",
        "team",
        "weekdays",
        "starts",
        "minutes",
        "people",
        "from_on",
        "until_on",
        "skip",
    )

    def clean_skip(self) -> list[Any]:
        words = (
            plain(self.cleaned_data["skip"]).replace(",", " ").replace("，", " ").replace("、", " ").split()
        )
        return [DayField().clean(each) for each in words]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("from_on"), found.get("until_on")
        if first and last and (last < first or last - first > timedelta(days=366)):
            self.add_error("until_on", _("The last day comes after the first, within a year."))
        return found


class CancelForm(StationForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=160, help_text=_("everybody who promised will read it")
    )


class PeopleForm(StationForm):
    people = forms.IntegerField(label=_("People needed"), min_value=1, max_value=200)


class PutDownForm(StationForm):
    """Somebody on the phone."""

    q = forms.CharField(label=_("Name, volunteer number or the last four digits of the phone"), max_length=60)


class LateForm(StationForm):
    """Hours that were never ticked."""

    what = forms.CharField(label=_("What did you do?"), max_length=120)
    day = DayField(label=_("On which day?"))
    starts = ClockField(label=_("From when?"))
    ends = ClockField(label=_("Until when?"))
    why = forms.CharField(label=_("Why was it not ticked?"), max_length=160)

    def span(self) -> tuple[datetime, datetime]:
        """From and until in the station's zone; past midnight it ends on the next day."""
        day, starts, ends = (self.cleaned_data[each] for each in ("day", "starts", "ends"))
        first = datetime.combine(day, starts, tzinfo=months.STATION_ZONE)
        last = datetime.combine(day, ends, tzinfo=months.STATION_ZONE)
        return first, last + timedelta(days=1) if last <= first else last


class VoteForm(StationForm):
    closes_on = DayField(label=_("Votes until the evening of"))


class StageForm(StationForm):
    stage = forms.ChoiceField(label=_("Stage"), choices=TeamStage, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=160)


class AboutForm(StationForm):
    """What a volunteer says of themselves; the week is a field of 42 boxes drawn by the template."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language, required=False, widget=forms.CheckboxSelectMultiple
    )
    limits = forms.MultipleChoiceField(
        label=_("What I will not do"), choices=Demand, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("what, never why: no diagnosis is kept"),
    )  # fmt: skip
    skills = forms.CharField(
        label=_("Skills and talents"),
        required=False,
        max_length=200,
        help_text=_("separated by blanks or commas"),
    )
    week = forms.TypedMultipleChoiceField(
        label=_("When I have time"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(day * 6 + part, f"{day} {part}") for day in range(7) for part in range(6)],
    )  # fmt: skip

    def clean_skills(self) -> list[str]:
        text = self.cleaned_data["skills"].replace("，", " ").replace("、", " ").replace(",", " ")
        words: list[str] = text.split()
        if any(len(each) > 20 for each in words):
            raise forms.ValidationError(_("Please write each skill in at most 20 characters."))
        return words

    def clean_week(self) -> int:
        return sum(1 << each for each in set(self.cleaned_data["week"]))

    def week_rows(self) -> list[dict[str, Any]]:
        """The boxes of the week, a row for each part of the day."""
        ticked = {str(each) for each in (self["week"].value() or [])}
        return [
            {
                "label": PART_LABELS[part],
                "boxes": [
                    {"value": day * 6 + part, "day": WEEKDAYS[day], "on": str(day * 6 + part) in ticked}
                    for day in range(7)
                ],
            }
            for part in range(1, 6)
        ]

    @staticmethod
    def initial_of(volunteer: Volunteer) -> dict[str, Any]:
        """The record as form values."""
        return {
            "languages": volunteer.languages, "limits": volunteer.limits, "skills": " ".join(volunteer.skills),
            "week": [str(bit) for bit in range(42) if volunteer.week >> bit & 1],
        }  # fmt: skip


class PapersForm(StationForm):
    """Agreement, confidentiality, insurance."""

    agreed_on = DayField(label=_("Agreement signed on"), required=False)
    agreement_version = forms.CharField(label=_("Version of the agreement"), required=False, max_length=20)
    confidential_on = DayField(label=_("Confidentiality signed on"), required=False)
    confidential_version = forms.CharField(
        label=_("Version of the confidentiality promise"), required=False, max_length=20
    )
    insurer = forms.CharField(label=_("Insurer"), required=False, max_length=60)
    insurance_number = forms.CharField(label=_("Number of the insurance"), required=False, max_length=40)
    insured_until = DayField(label=_("Accident insurance until"), required=False)


class GuardianForm(StationForm):
    name = forms.CharField(label=_("Guardian's name"), max_length=60)
    relation = forms.CharField(
        label=_("Relation"), max_length=20, help_text=_("mother, father, grandmother …")
    )
    phone = PhoneField(label=_("Phone"))
    given_on = DayField(label=_("Consent given on"))
