"""The rules of the time bank: what holds today, what is planned, a new value from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse as url
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carenet.webkit import once, refusals
from carenet.webkit.forms import DayField, StationForm
from volunteers import policies
from volunteers.actions import settings
from volunteers.models import Policy
from volunteers.states import SETTINGS, Setting
from volunteers.web.access import allowed, community_of


class FlagsField(forms.TypedMultipleChoiceField):
    """A list with ticks, kept as one number; nothing ticked is nobody."""

    def __init__(self, *, flags: Mapping[int, Any], **more: Any) -> None:
        super().__init__(
            coerce=int, choices=[(bit, str(words)) for bit, words in flags.items()], required=False,
            widget=forms.CheckboxSelectMultiple, **more,
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        return [bit for bit, _words in self.choices if value & bit] if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return sum(set(super().clean(value)))


class RuleForm(StationForm):
    """A new value: one of the words of a choice, or a number within the limits of the setting."""

    value = forms.IntegerField(label=gettext_lazy("New value"))
    valid_from = DayField(label=gettext_lazy("Valid from"))
    source = forms.CharField(
        label=gettext_lazy("Decided by"),
        max_length=160,
        help_text=gettext_lazy("decision, meeting or document"),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Replace the value that is planned from that very day"), required=False
    )

    def __init__(self, *args: Any, setting: Setting, planned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if setting.flags:
            self.fields["value"] = FlagsField(label=setting.label, flags=setting.flags)
        elif setting.choices:
            self.fields["value"] = forms.TypedChoiceField(
                label=_("New value"), coerce=int, widget=forms.RadioSelect,
                choices=[(number, str(words)) for number, words in setting.choices.items()],
            )  # fmt: skip
        else:
            self.fields["value"] = forms.IntegerField(
                label=_("New value"), min_value=setting.low, max_value=setting.high,
                help_text=_("%(unit)s, from %(low)s to %(high)s")
                % {"unit": setting.unit_label, "low": setting.low, "high": setting.high},
            )  # fmt: skip
        if not planned:
            del self.fields["replace"]


@allowed(policies.may_see_list)
def rules(request: HttpRequest) -> HttpResponse:
    """Every setting of the time bank with its value of today and who decided it."""
    community, today = community_of(request), timezone.localdate()
    rows = list(Policy.objects.of(community).order_by("valid_from"))
    present = {
        row.key: row
        for row in rows
        if row.valid_from <= today and (row.valid_to is None or row.valid_to > today)
    }
    coming: dict[str, list[Policy]] = {}
    for row in rows:
        if row.valid_from > today:
            coming.setdefault(row.key, []).append(row)
    settings_list = [
        {
            "setting": each, "words": each.words(present[key].value if key in present else each.default),
            "row": present.get(key), "url": url("volunteers:rule", args=[key]),
            "coming": [{"words": each.words(row.value), "row": row} for row in coming.get(key, [])],
        }
        for key, each in SETTINGS.items()
    ]  # fmt: skip
    return render(
        request, "volunteers/rules.html",
        {"settings_list": settings_list, "may_set": policies.may_set_rules(request.user, community.pk)},
    )  # fmt: skip


@allowed(policies.may_set_rules)
@once.once
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """A new value from a day on; what was credited before keeps the old one. A planned value can be taken back."""
    if key not in SETTINGS:
        raise Http404
    community, at = community_of(request), timezone.now()
    setting, today = SETTINGS[key], timezone.localdate(at)
    planned = list(Policy.objects.of(community).filter(key=key, valid_from__gt=today).order_by("valid_from"))
    if "withdraw" in request.POST:
        row = get_object_or_404(
            Policy.objects.of(community).filter(key=key), pk=_number(request.POST["withdraw"])
        )
        with refusals.refusals_told(request):
            settings.withdraw(policy=row, by=request.user, at=at)
            messages.success(request, _("The planned value was taken back."))
        return redirect("volunteers:rule", key=key)
    value = Policy.objects.values_on(community, today)[key]
    form = RuleForm(
        request.POST or None,
        setting=setting,
        planned=bool(planned),
        initial={"value": value, "valid_from": today},
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            row = settings.set_value(
                community=community, key=key, by=request.user, at=at, **form.cleaned_data
            )
            if row.valid_to is not None:
                words = _("The new value holds from that day on, until the value planned for %(day)s.")
                messages.success(request, words % {"day": formats.date_format(row.valid_to)})
            else:
                messages.success(request, _("The new value holds from that day on."))
            return redirect("volunteers:rules")
    return refusals.form_page(
        request, "volunteers/rule.html", form,
        {"setting": setting, "words": setting.words(value), "planned": [{"words": setting.words(each.value), "row": each} for each in planned]},
    )  # fmt: skip


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
