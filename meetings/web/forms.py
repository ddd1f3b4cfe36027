"""What is typed around a meeting; the rules stand in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carenet.parties.models import Membership, Organisation
from carenet.webkit.forms import DayField, MonthField, StationForm
from meetings.models import AgendaItem, Meeting
from meetings.states import MeetingKind, Section


class WhenAndWhere(StationForm):
    """Day, time, place, who chairs and who writes."""

    day = DayField(label=_("Day"))
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Please write the time like 9:00.")},
    )
    place = forms.CharField(label=_("Place"), max_length=120)
    chair = forms.CharField(label=_("Chair"), max_length=60, required=False)
    recorder = forms.CharField(label=_("Recorder"), max_length=60, required=False)

    def scheduled_at(self) -> Any:
        """Day and time as one moment of the station's zone."""
        from datetime import datetime

        found = datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return timezone.make_aware(found)


class CallForm(WhenAndWhere):
    """Call a meeting."""

    kind = forms.ChoiceField(
        label=_("What kind of meeting?"), choices=MeetingKind.choices, widget=forms.RadioSelect
    )
    month = MonthField(label=_("For which month?"))
    extra = forms.BooleanField(label=_("This is an extra meeting beside the regular one"), required=False)
    field_order = ["kind", "month", "extra", "day", "time", "place", "chair", "recorder"]


class ItemForm(StationForm):
    """One point of the agenda."""

    section = forms.TypedChoiceField(label=_("Section"), choices=Section.choices, coerce=int)
    title = forms.CharField(label=_("Topic"), max_length=200)
    body = forms.CharField(
        label=_("What it is about"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    proposer = forms.CharField(label=_("Proposed by"), max_length=80, required=False)
    minutes = forms.IntegerField(
        label=_("Minutes planned"), min_value=0, max_value=240, required=False, initial=0
    )

    @classmethod
    def of(cls, item: AgendaItem, data: Any = None) -> ItemForm:
        """The form of an item that is there already; its section stays."""
        form = cls(
            data,
            initial={
                "section": item.section, "title": item.topic, "body": item.text, "proposer": item.proposed_by,
                "minutes": item.minutes,
            },
        )  # fmt: skip
        del form.fields["section"]
        return form


class DecideForm(StationForm):
    """A decision."""

    text = forms.CharField(
        label=_("What was decided?"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    responsible = forms.ModelChoiceField(
        label=_("Which organisation is responsible?"), queryset=Organisation.objects.none()
    )
    due_on = DayField(label=_("To be done by"))
    evidence = forms.CharField(
        label=_("What will show that it is done?"),
        max_length=200,
        required=False,
        help_text=_("A receipt, a photo, a list: so that it can be verified."),
    )
    item = forms.ModelChoiceField(
        label=_("Which point of the agenda?"), queryset=AgendaItem.objects.none(), required=False,
        empty_label=_("none in particular"),
    )  # fmt: skip

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = parties_of(meeting)  # type: ignore[attr-defined]
        self.fields["item"].queryset = AgendaItem.objects.filter(  # type: ignore[attr-defined]
            agenda__meeting=meeting, dropped=False
        ).order_by("section", "order", "pk")


class DiscussForm(StationForm):
    """What was said about a point."""

    words = forms.CharField(
        label=_("Summary of the discussion"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class StepForm(StationForm):
    """A step in the life of a decision."""

    step = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("In a few words"), max_length=300, required=False)


class RemarksForm(StationForm):
    """The recorder's own words in the minutes."""

    body = forms.CharField(
        label=_("Remarks of the recorder"), required=False, widget=forms.Textarea(attrs={"rows": 8}), max_length=8000,
        help_text=_("Who was there, the quorum, the discussions and the decisions are filled in by themselves."),
    )  # fmt: skip


class CommentForm(StationForm):
    """A party's answer to circulated minutes."""

    organisation = forms.ModelChoiceField(
        label=_("For which organisation?"), queryset=Organisation.objects.none()
    )
    answer = forms.ChoiceField(
        label=_("Are the minutes right?"),
        choices=[("yes", _("No objection")), ("no", _("Something should be different"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What should be different?"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "no" and not cleaned.get("words", "").strip():
            self.add_error("words", _("Please say what should be different."))
        return cleaned


class SupplementForm(StationForm):
    """A correction to sealed minutes."""

    words = forms.CharField(label=_("Supplement"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class WalkInForm(StationForm):
    """Somebody who came without an invitation."""

    member = forms.ModelChoiceField(label=_("Who came?"), queryset=Membership.objects.none())
    online = forms.BooleanField(label=_("Takes part online; I have seen or heard them"), required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invited = meeting.invitations.filter(person__isnull=False).values_list("person_id", flat=True)
        self.fields["member"].queryset = (  # type: ignore[attr-defined]
            Membership.objects.of(meeting.community_id)
            .filter(until__isnull=True, organisation__until__isnull=True)
            .exclude(person_id__in=invited)
            .select_related("person", "organisation")
            .order_by("organisation__name", "person__name")[:500]
        )


def parties_of(meeting: Meeting) -> QuerySet[Organisation]:
    """Organisations that may be made responsible, those at the table first by name."""
    return Organisation.objects.of(meeting.community_id).filter(until__isnull=True).order_by("name")
