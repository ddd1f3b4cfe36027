"""Forms around the points shop: channel, proxy, photo, service, backing, months, kept filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from carenet.parties.models import Community, ServiceKind
from carenet.webkit.forms import DayField, MonthField, StationForm
from charity.models import Fund
from elders.states import Relation
from volunteers.reports.kin import Kin
from volunteers.states import CallQuestion, SlipChannel


def _who(kin: Kin) -> str:
    """Who the elder's relative, the volunteer, is."""
    return _("I am: %(relation)s") % {"relation": Relation(kin.relation).label}


RELATIONS = [("", _("please choose")), *[each for each in Relation.choices if each[0] != Relation.SELF]]


class RedeemForm(StationForm):
    """The price agreed to; at the counter the volunteer it is for, and how they asked."""

    points = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10_000_000)
    wish = forms.CharField(
        label=_("When would it suit?"),
        max_length=120,
        required=False,
        help_text=_("for example: Tuesday mornings"),
    )
    channel = forms.ChoiceField(
        label=_("How did they ask?"), choices=[each for each in SlipChannel.choices if each[0] != "WEB"],
        widget=forms.RadioSelect, initial="COUNTER",
    )  # fmt: skip
    asked_back = forms.ChoiceField(
        label=_("On the telephone: which question did you ask back?"),
        choices=[("", _("nothing asked: the person stands here")), *CallQuestion.choices], required=False,
    )  # fmt: skip

    elder = forms.TypedChoiceField(
        label=_("For whom?"),
        choices=(),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, at_counter: bool, is_service: bool, relatives: Sequence[Kin] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        name = (
            pgettext("for whom", "for myself")
            if not at_counter
            else pgettext("for whom", "for the volunteer")
        )
        self.fields["elder"].choices = [  # type: ignore[attr-defined]
            ("", name),
            *((each.elder.pk, f"{each.elder.person.name} ({_who(each)})") for each in relatives),
        ]
        if not (is_service and relatives):
            del self.fields["elder"]
        self.fields["for"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        if not at_counter:
            del self.fields["channel"], self.fields["asked_back"]
        if not is_service:
            del self.fields["wish"]


class ProxyForm(StationForm):
    """Who will collect for me."""

    name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=60, required=False)
    relation = forms.ChoiceField(label=_("Who is it to you?"), choices=RELATIONS, required=False)


class HandOverForm(StationForm):
    """To the person or to somebody they sent."""

    who = forms.ChoiceField(
        label=_("Who collects it?"), choices=[("SELF", _("the volunteer")), ("PROXY", _("somebody else for them"))],
        widget=forms.RadioSelect, error_messages={"required": _("Please choose who collects it.")},
    )  # fmt: skip
    to_name = forms.CharField(
        label=_("Name of the person who collects it"), max_length=60, required=False,
        help_text=_("only when somebody else collects it"),
    )  # fmt: skip
    relation = forms.ChoiceField(label=_("Relation to the volunteer"), choices=RELATIONS, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("who") == "PROXY" and not found.get("to_name"):
            self.add_error("to_name", _("Please write the name of the person who collects it."))
        if found.get("who") == "PROXY" and not found.get("relation"):
            self.add_error(
                "relation",
                _("Please choose who the person is to the volunteer, for example a daughter or a neighbour."),
            )
        return found


class PhotoForm(StationForm):
    photo = forms.FileField(
        label=_("Photo"), help_text=_("a JPG, PNG or WebP picture from the phone, less than 12 megabytes"),
        error_messages={"required": _("Please choose a photo.")},
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    alt = forms.CharField(
        label=_("What is to be seen?"), max_length=80,
        help_text=_("read aloud to people who cannot see it, for example: a white bag of rice of 5 kg"),
    )  # fmt: skip


class ServiceForm(StationForm):
    kind = forms.ModelChoiceField(
        label=_("Kind of service"),
        queryset=ServiceKind.objects.exclude(code="SOS"),
        empty_label=_("please choose"),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=60)
    hold_days = forms.IntegerField(
        label=_("Points are kept for so many days"), min_value=7, max_value=365, initial=60,
        help_text=_("then they go back by themselves"),
    )  # fmt: skip


class BackingForm(StationForm):
    """A fund, or donated goods worth so many points."""

    fund = forms.ModelChoiceField(
        label=_("Backed by the fund"), queryset=Fund.objects.none(), required=False,
        empty_label=_("no fund: donated goods"),
    )  # fmt: skip
    goods = forms.CharField(
        label=_("Backed by donated goods"), max_length=120, required=False, help_text=_("who gave what")
    )
    goods_points = forms.IntegerField(
        label=_("Worth of the goods in points"), min_value=1, max_value=10_000_000, required=False
    )
    valid_from = DayField(label=_("Valid from"))
    source = forms.CharField(
        label=_("Decided by"), max_length=160, help_text=_("decision, meeting or document")
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.of(community).filter(closed_on__isnull=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not found.get("fund") and not found.get("goods"):
            self.add_error("fund", _("Please name the fund, or who donated the goods."))
        if not found.get("fund") and found.get("goods") and not found.get("goods_points"):
            self.add_error("goods_points", _("Please write how many points the goods are worth."))
        if found.get("fund"):
            found["goods"], found["goods_points"] = "", 0
        found["goods_points"] = found.get("goods_points") or 0
        return found


class MonthsForm(StationForm):
    first = MonthField(label=_("From month"), required=False)
    last = MonthField(label=_("Until month"), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("first") and found.get("last") and found["first"] > found["last"]:
            self.add_error("last", _("The end must not be before the beginning."))
        return found
