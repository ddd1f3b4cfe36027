"""What people type in on the services pages; whether it may be is the actions' business."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from carenet.parties.models import ServiceKind
from carenet.parties.states import ServiceFamily
from carenet.webkit.forms import StationForm
from services.actions import photos
from services.actions.escalation import AlarmOutcome
from services.models import Helper
from services.states import (
    HAND_REASONS,
    Channel,
    ConfirmWay,
    DeclineReason,
    Finding,
    Mood,
    Seen,
    Urgency,
    WhyNotSeen,
)
from services.web import show
from volunteers.notices_bank import in_words

LONGEST_SERVICE = 24 * 60


class MomentField(forms.DateTimeField):
    """A day and a time; phones show their own wheel. Also 2026-11-23 9:30 and 2026/11/23 9:30."""

    default_error_messages = {"invalid": _("Please write day and time like 2026-11-23 9:30.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )
        kwargs.setdefault(
            "input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"]
        )
        super().__init__(**kwargs)


def _title(kind: ServiceKind, *, timed: bool) -> str:
    """The name of a service; with its usual length where time coins may pay for it."""
    if not timed or not kind.minutes:
        return kind.title
    return gettext("%(kind)s, about %(time)s") % {"kind": kind.title, "time": in_words(kind.minutes)}


def kind_choices(
    *, without: tuple[str, ...] = ("SOS",), timed: bool = False
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The catalogue by family, for a select."""
    families: dict[str, list[tuple[str, str]]] = {}
    for kind in ServiceKind.objects.exclude(pk__in=without):
        families.setdefault(kind.family, []).append((kind.pk, _title(kind, timed=timed)))
    return [(str(ServiceFamily(family).label), rows) for family, rows in families.items()]


def _radios(**kwargs: Any) -> dict[str, Any]:
    return {"widget": forms.RadioSelect, **kwargs}


class PurseSelect(forms.RadioSelect):
    """Purses to choose from; one that cannot pay is grey, with the reason in its words."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class PayField(forms.ChoiceField):
    """With whose time coins, if any. `offer` tells it the purses; without any it is not shown."""

    widget = PurseSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Pay with time coins"), required=False, choices=(), **kwargs)

    def offer(self, purses: Iterable[show.PurseWords]) -> None:
        rows = list(purses)
        self.choices = [("", _("No, without time coins"))] + [(each.code, each.label) for each in rows]
        self.widget.closed = frozenset(each.code for each in rows if each.why_not)


class PayForm(StationForm):
    """The time coins of one request."""

    pay = PayField()

    def __init__(self, *args: Any, purses: Iterable[show.PurseWords], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pay"].offer(purses)  # type: ignore[attr-defined]


class TakeForm(StationForm):
    """A request by telephone, at the counter or on paper."""

    kind = forms.ChoiceField(label=_("Which service"), choices=())
    scheduled_at = MomentField(label=_("When"), required=False, help_text=_("Empty: as soon as somebody can"))
    note = forms.CharField(
        label=_("What matters"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: hard of hearing, please knock loudly"),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("How did it come"),
        **_radios(choices=[(each, Channel(each).label) for each in ("PHONE", "COUNTER", "PAPER")]),
        initial="PHONE",
    )
    urgency = forms.ChoiceField(
        label=_("How urgent"), **_radios(choices=[(each, Urgency(each).label) for each in ("P4", "P3", "P2")]),
        initial="P4",
    )  # fmt: skip
    anyway = forms.BooleanField(label=_("Yes, this is another one"), required=False)
    pay = PayField()

    def __init__(self, *args: Any, purses: Iterable[show.PurseWords] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(purses)
        kinds = kind_choices(timed=bool(rows))
        self.fields["kind"].choices = [("", _("Please choose")), *kinds]  # type: ignore[attr-defined]
        self.fields["pay"].offer(rows)  # type: ignore[attr-defined]


class TriageForm(StationForm):
    urgency = forms.ChoiceField(label=_("How urgent"), **_radios(choices=Urgency.choices))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=LONGEST_SERVICE)
    scheduled_at = MomentField(label=_("When"), required=False)
    words = forms.CharField(label=_("Remark"), required=False, max_length=300)


class ScheduleForm(StationForm):
    scheduled_at = MomentField(label=_("Agreed day and time"))


class FinishForm(StationForm):
    minutes = forms.IntegerField(
        label=_("Minutes served"), min_value=1, max_value=LONGEST_SERVICE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Time really given, without the way there"),
    )  # fmt: skip
    words = forms.CharField(
        label=_("How was it"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ConfirmForm(StationForm):
    """Staff confirm for the elder."""

    way = forms.ChoiceField(
        label=_("How did the elder say yes"),
        **_radios(
            choices=[(each, ConfirmWay(each).label) for each in ("PHONE", "PAPER", "COUNTER", "FAMILY")]
        ),
    )
    stars = forms.TypedChoiceField(
        label=_("How was it"), required=False, coerce=int, empty_value=None,
        **_radios(choices=[(str(n), "★" * n) for n in (5, 4, 3, 2, 1)]),
    )  # fmt: skip
    words = forms.CharField(
        label=_("In the elder's words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


STAR_WORDS = [
    ("5", _("Very good")),
    ("4", pgettext_lazy("rating", "Good")),
    ("3", pgettext_lazy("rating", "All right")),
    ("2", _("Not good")),
    ("1", _("Bad")),
]


class RateForm(StationForm):
    """The elder's own page: large, one thing at a time."""

    stars = forms.TypedChoiceField(label=_("How was it"), coerce=int, **_radios(choices=STAR_WORDS))
    words = forms.CharField(
        label=_("Anything you want to say"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You can use the microphone of the keyboard"),
    )  # fmt: skip


class CancelForm(StationForm):
    reason = forms.ChoiceField(label=pgettext_lazy("reason", "Why"), **_radios(choices=HAND_REASONS))
    words = forms.CharField(label=_("In a few words"), required=False, max_length=300)


class WordsForm(StationForm):
    words = forms.CharField(
        label=_("In a few words"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class DeclineForm(StationForm):
    reason = forms.ChoiceField(label=pgettext_lazy("reason", "Why"), **_radios(choices=DeclineReason.choices))


class ResolveForm(StationForm):
    outcome = forms.ChoiceField(label=_("How did it turn out"), **_radios(choices=AlarmOutcome.choices))
    words = forms.CharField(
        label=_("What happened"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AskForm(StationForm):
    """Ask a helper who was not proposed."""

    helper = forms.ModelChoiceField(label=_("Another helper"), queryset=Helper.objects.none())

    def __init__(self, *args: Any, helpers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["helper"].queryset = helpers  # type: ignore[attr-defined]


class AskForServiceForm(StationForm):
    """An elder or the family asks on the page."""

    kind = forms.ChoiceField(label=_("What do you need"), **_radios(choices=()))
    scheduled_at = MomentField(label=_("When"), required=False, help_text=_("Empty: as soon as somebody can"))
    note = forms.CharField(
        label=_("Anything we should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    # What an elder asks for most often; everything else by telephone.
    COMMON = ("MEAL-H", "SHOP", "MED-B", "MED-E", "CLEAN", "HAIR", "COMP", "REPAIR", "DIGI")

    pay = PayField()

    def __init__(self, *args: Any, purses: Iterable[show.PurseWords] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(purses)
        found = ServiceKind.objects.in_bulk(self.COMMON)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (code, _title(found[code], timed=bool(rows))) for code in self.COMMON if code in found
        ]
        self.fields["pay"].offer(rows)  # type: ignore[attr-defined]


class PhotoField(forms.FileField):
    """A picture from the phone's camera; empty bytes when there is none."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Photo"), required=False,
            help_text=_("Only when the elder agrees, and without the face. It is kept encrypted; place and time of the camera are removed. JPG, PNG or WebP, less than 12 megabytes."),
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> bytes:
        upload = super().clean(data, initial)
        if not upload:
            return b""
        if upload.size > photos.MOST_BYTES:
            raise forms.ValidationError(photos.TooBig.default_message, code="too_big")
        content: bytes = upload.read()
        return content


class VisitForm(StationForm):
    """Four taps; nothing is chosen beforehand, because a default becomes a lie. Source: ux.md §6.3."""

    seen = forms.ChoiceField(label=_("Did you meet them"), **_radios(choices=Seen.choices))
    why_not_seen = forms.ChoiceField(
        label=_("What did you find"), required=False, **_radios(choices=WhyNotSeen.choices)
    )
    next_step = forms.ChoiceField(
        label=_("And now"), required=False,
        **_radios(choices=[("REMIND", _("Remind me in 30 minutes")), ("URGENT", _("Make it an urgent check"))]),
    )  # fmt: skip
    mood = forms.ChoiceField(label=_("State of mind"), required=False, **_radios(choices=Mood.choices))
    findings = forms.MultipleChoiceField(
        label=_("What did you notice"),
        required=False,
        choices=Finding.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=pgettext_lazy("visit", "Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("You can use the microphone of the keyboard"),
    )  # fmt: skip
    photo = PhotoField()
    visited_at = MomentField(label=_("When it was"), required=False, help_text=_("Empty: now"))
    minutes = forms.IntegerField(
        label=_("How many minutes"), required=False, min_value=0, max_value=600,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    device_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seen") == Seen.SEEN and not cleaned.get("mood"):
            self.add_error("mood", _("Please choose how they were."))
        if cleaned.get("seen") == Seen.SEEN and not cleaned.get("findings"):
            self.add_error("findings", _("Please choose what you noticed, or “nothing unusual”."))
        if cleaned.get("seen") == Seen.NOT_SEEN and not cleaned.get("why_not_seen"):
            self.add_error("why_not_seen", _("Please choose what you found."))
        return cleaned


class CorrectForm(VisitForm):
    reason = forms.CharField(label=_("Why is it corrected"), max_length=200)
    drop_photo = forms.BooleanField(
        label=_("Take the photo out"), required=False, help_text=_("It stays with the earlier version only.")
    )

    field_order = ("reason",)


class RosterForm(StationForm):
    """A list of delivered services: what, when, by whom; the people stand beside it."""

    kind = forms.ChoiceField(label=_("Which service"), choices=())
    title = forms.CharField(
        label=_("Name of the list"), max_length=80, help_text=_("For example: lunch of 20 November")
    )
    started_at = MomentField(label=_("Began at"))
    minutes = forms.IntegerField(
        label=_("Minutes for each person"), min_value=1, max_value=LONGEST_SERVICE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    one_after_another = forms.BooleanField(
        label=_("One after another (like deliveries)"), required=False,
        help_text=_("Otherwise everybody was there at the same time, like in a class"),
    )  # fmt: skip
    helper = forms.ModelChoiceField(
        label=_("Who gave it"), queryset=Helper.objects.none(), required=False, empty_label=_("The station")
    )
    numbers = forms.CharField(
        label=_("Archive numbers"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("From the signed list, separated by spaces or lines: 12 35 108"),
    )  # fmt: skip

    def __init__(self, *args: Any, helpers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Please choose")), *kind_choices()]  # type: ignore[attr-defined]
        self.fields["helper"].queryset = helpers  # type: ignore[attr-defined]


class CaseForm(StationForm):
    reason = forms.CharField(label=_("Why is a case opened"), max_length=200)
    goal = forms.CharField(
        label=_("Goal"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class OutcomeForm(StationForm):
    outcome = forms.CharField(label=_("Outcome"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
