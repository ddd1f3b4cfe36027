"""What people type on the pages of the time bank. Hours are typed as hours, kept as minutes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.models import Community
from carenet.webkit.forms import DayField, StationForm, YuanField
from charity.models import Fund
from elders.models import Elder
from volunteers.models import Volunteer
from volunteers.states_bank import POOL_BITS, CallResult, ClosingWhy, Relation, ReserveKind


class HoursField(forms.DecimalField):
    """Hours in quarters: 1.5 is an hour and a half; gives minutes."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("help_text", _("in hours: half an hour is 0.5, a quarter 0.25"))
        super().__init__(
            min_value=Decimal("0.25"), max_value=Decimal("100000"), decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **more,
        )  # fmt: skip

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        found = super().clean(value)
        if found is None:
            return None
        minutes = found * 60
        if minutes % 15:
            raise forms.ValidationError(_("Please write whole quarters of an hour, for example 1.25 or 2."))
        return int(minutes)


class GiveForm(StationForm):
    number = forms.CharField(
        label=_("Volunteer number of the other person"),
        max_length=20,
        help_text=_("stands on their page and card"),
    )
    name = forms.CharField(label=_("Name of the other person"), max_length=60)
    relation = forms.ChoiceField(label=_("Who is it for you?"), choices=Relation, widget=forms.RadioSelect)
    coins = HoursField(label=_("How many hours?"))
    words = forms.CharField(label=_("A word to go with it"), max_length=100, required=False)


class DonateForm(StationForm):
    coins = HoursField(label=_("How many hours?"))


class FillForm(StationForm):
    coins = HoursField(label=_("New hours for the pool"))
    reason = forms.CharField(label=_("Decision and reason"), max_length=200)


def pool_colours(listed: int) -> Q:
    """Elders of the colours that the common pool serves."""
    found = Q(pk__in=[])
    for name, bit in POOL_BITS.items():
        if listed & bit:
            colour, tier = (
                ("YELLOW", name.removeprefix("YELLOW")) if name.startswith("YELLOW") else (name, "")
            )
            found |= Q(colour=colour, subtier=tier) if tier else Q(colour=colour)
    return found


class GrantForm(StationForm):
    elder = forms.ModelChoiceField(
        label=_("Elder"), queryset=Elder.objects.none(), empty_label=_("please choose")
    )
    coins = HoursField(label=_("Hours for this month"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, community: Community, listed: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["elder"].queryset = (  # type: ignore[attr-defined]
            Elder.objects.of(community)
            .filter(pool_colours(listed), status__in=["ACTIVE", "PAUSED"])
            .select_related("person")
            .order_by("colour", "person__pinyin", "pk")[:500]  # RED before YELLOW
        )
        self.fields["elder"].label_from_instance = lambda each: f"{each} · {each.get_colour_display()}"  # type: ignore[attr-defined]


class VolunteerNumber(StationForm):
    """A volunteer of this community by number."""

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community

    def volunteer(self, field: str) -> Volunteer | None:
        number = "".join(self.cleaned_data.get(field, "").split())
        if not number:
            return None
        found = (
            Volunteer.objects.of(self.community)
            .select_related("person", "community")
            .filter(number__iexact=number)
            .first()
        )
        if found is None:
            raise forms.ValidationError(
                _("Nobody here has this volunteer number. Please look it up in the list.")
            )
        return found


class CloseForm(VolunteerNumber):
    why = forms.ChoiceField(label=_("Why"), choices=ClosingWhy, widget=forms.RadioSelect)
    day = DayField(label=pgettext_lazy("event", "Day"))
    heir = forms.CharField(
        label=_("Volunteer number of the heir"), max_length=20, required=False,
        help_text=_("empty: what is left goes to the common pool"),
    )  # fmt: skip
    relation = forms.ChoiceField(
        label=_("The heir was the volunteer's"), choices=[("", "—"), *[c for c in Relation.choices if c[0] != "NEIGHBOUR"]],
        required=False,
    )  # fmt: skip
    as_honour = forms.BooleanField(
        label=_("No heir: what is left becomes an honour in the volunteer's name"), required=False,
        help_text=_("Nobody receives the coins and points; the hours stay on record."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What was shown"), max_length=200, help_text=_("papers, wishes, who said so")
    )

    def clean_heir(self) -> Volunteer | None:
        return self.volunteer("heir")


class SendForm(VolunteerNumber):
    number = forms.CharField(label=_("Volunteer number"), max_length=20)
    coins = HoursField(label=_("Hours to move"))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("where the volunteer moves to"))

    def clean_number(self) -> Volunteer | None:
        return self.volunteer("number")


class ReceiveForm(VolunteerNumber):
    code = forms.CharField(
        label=_("Code of the letter"), max_length=20, help_text=_("twelve signs in groups of four")
    )
    number = forms.CharField(label=_("Volunteer number here"), max_length=20)
    card_seen = forms.BooleanField(
        label=_("I compared the identity card: it is the person of the letter"), required=False,
        help_text=_("only needed when a birth date is missing in one of the two records"),
    )  # fmt: skip

    def clean_number(self) -> Volunteer | None:
        return self.volunteer("number")


class ReserveForm(VolunteerNumber):
    kind = forms.ChoiceField(
        label=_("What stands behind the coins"), choices=ReserveKind, widget=forms.RadioSelect
    )
    number = forms.CharField(label=_("Volunteer number, for a promise"), max_length=20, required=False)
    fund = forms.ModelChoiceField(
        label=_("Fund, for money"), queryset=Fund.objects.none(), required=False, empty_label=_("no fund")
    )
    minutes = HoursField(label=_("Hours within a year"), required=False)
    fen = YuanField(label=_("Money set apart (yuan)"), required=False)
    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(label=_("Valid until"), required=False)
    source = forms.CharField(label=_("Promised by, or decision"), max_length=160)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, community=community, **kwargs)
        self.fields["fund"].queryset = Fund.objects.of(community).filter(closed_on__isnull=True)  # type: ignore[attr-defined]

    def clean_number(self) -> Volunteer | None:
        return self.volunteer("number")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind = found.get("kind")
        needed = {"PLEDGE": ("number", "minutes"), "GROUP": ("minutes",), "FUND": ("fund", "fen")}.get(
            kind or "", ()
        )
        for name in needed:
            if not found.get(name) and name not in self.errors:
                self.add_error(name, _("Please fill this in for the kind you chose."))
        for name in ("number", "fund", "minutes", "fen"):
            if name not in needed:
                found[name] = None
        until, since = found.get("valid_to"), found.get("valid_from")
        if until and since and until <= since:
            self.add_error("valid_to", _("The end must lie after the beginning."))
        return found


class WordsForm(StationForm):
    words = forms.CharField(
        label=_("Your answer"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A few words are enough: what you did, when and where."),
    )  # fmt: skip


class PickForm(StationForm):
    """Some of the services of a question or a published line."""

    attendances = forms.MultipleChoiceField(
        label=_("Which services?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attendances"].choices = choices  # type: ignore[attr-defined]


class ObjectForm(PickForm):
    words = forms.CharField(
        label=_("What would you like to ask?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The volunteer does not learn who asked."),
    )  # fmt: skip


class DecideForm(PickForm):
    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("keep", _("the hours stay")), ("take_back", _("take the chosen services back"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason, as the volunteer will read it"), max_length=200)
    field_order = ("decision", "attendances", "reason")


class CallForm(StationForm):
    result = forms.ChoiceField(
        label=_("What did the person helped say?"), choices=CallResult, widget=forms.RadioSelect
    )
    words = forms.CharField(label=_("In their words"), max_length=200, required=False)
