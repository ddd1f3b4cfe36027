"""Weather warnings, and the list of whom to call or see today because of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from carenet.webkit.forms import DayField, StationForm
from elders import policies
from elders.actions import weather
from elders.models import Elder, WeatherWarning
from elders.reports import weather as reports
from elders.reports import words
from elders.states import WeatherKind, WeatherLevel
from elders.web.access import staff_community

SHOWN = ("name", "age", "colour", "address")
LATELY = 10


class WarningForm(StationForm):
    """As the bulletin says."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("weather", "Weather"), choices=WeatherKind.choices, widget=forms.RadioSelect
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Warning level"), choices=WeatherLevel.choices, widget=forms.RadioSelect
    )
    from_on = DayField(label=gettext_lazy("From day"))
    until_on = DayField(label=gettext_lazy("Until day"), help_text=gettext_lazy("at most two weeks"))
    source = forms.CharField(
        label=gettext_lazy("Source"), required=False, max_length=120,
        help_text=gettext_lazy("like: county weather station, bulletin 12"),
    )  # fmt: skip


@login_required
@once.once
def calls(request: HttpRequest) -> HttpResponse:
    """The warnings in force, whom nobody has reached today, and the form for a new warning."""
    community = staff_community(request)
    at = timezone.now()
    on = timezone.localdate(at)
    user: Any = request.user
    form = WarningForm(
        request.POST if request.method == "POST" else None,
        initial={"from_on": on, "until_on": on + timedelta(days=1)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            weather.warn(community=community, **form.cleaned_data, by=user, at=at)
            messages.success(request, _("The warning holds. Who is to be called stands on the list."))
            return redirect("elders:weather")
    warnings = reports.in_force(community, on=on)
    elders = Elder.objects.read_as_staff(user).of(community)
    rows = reports.to_reach(elders, warnings, on=on).select_related("person", "building", "owner")
    if request.GET.get("format") == "xlsx":
        return _export(request, rows, on)
    page = paging.page(request, rows, per_page=50)
    reading.record(request, [each.person for each in page], SHOWN)
    recent = (
        WeatherWarning.objects.of(community).select_related("by", "called_off_by").order_by("-pk")[:LATELY]
    )
    return refusals.form_page(
        request, "elders/weather.html", form,
        {
            "warnings": warnings, "recent": recent, "page": page, "on": on,
            "may_warn": policies.may_warn(user, community.pk),
        },
    )  # fmt: skip


def _export(request: HttpRequest, rows: Any, on: Any) -> HttpResponse:
    chosen = list(rows[: excel.MOST_ROWS])
    reading.record(request, [each.person for each in chosen], SHOWN, purpose="xlsx")
    columns = [
        excel.Column(_("Archive number"), text=True), excel.Column(_("Name")), excel.personal(_("Age")),
        excel.sensitive(_("Colour")), excel.Column(_("Building")), excel.personal(_("Door"), text=True),
        excel.Column(_("Responsible worker")), excel.Column(_("To do")),
    ]  # fmt: skip
    return excel.work_list(
        request,
        _("weather-calls"),
        columns,
        (
            [
                each.number_text, each.person.name, each.age(on), words.short_colour(each.colour, each.subtier),
                each.building.name if each.building else "", each.door, str(each.owner or ""),
                _("go and see") if each.must_see else _("telephone"),
            ]
            for each in chosen
        ),
    )  # fmt: skip


@login_required
@require_POST
@once.once
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """The warning no longer holds."""
    community = staff_community(request)
    row = get_object_or_404(WeatherWarning.objects.of(community), pk=pk)
    with refusals.refusals_told(request):
        weather.call_off(warning=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("The warning is called off."))
    return redirect("elders:weather")
