"""The station's limits of readings: what holds, where it comes from, and which doctor has confirmed it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carenet.parties.models import Community
from carenet.webkit import excel, once, refusals
from carenet.webkit.forms import DayField, StationForm
from elders import policies
from elders.actions import health, limits
from elders.models import LimitReview
from elders.reports import limits as reports
from elders.web.forms import UndoForm
from elders.web.health import health_community
from elders.web.health_forms import LimitForm


class ConfirmForm(StationForm):
    """Who looked, and when."""

    doctor = forms.CharField(label=gettext_lazy("Doctor's name"), max_length=60)
    clinic = forms.CharField(
        label=gettext_lazy("Clinic or hospital"),
        max_length=100,
        help_text=gettext_lazy("like: community health service centre"),
    )
    on = DayField(label=gettext_lazy("Confirmed on"))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200)


class StationLimitForm(LimitForm):
    """A limit for everybody without an own one."""

    source = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=160,
        help_text=gettext_lazy("the doctor, the clinic or the guideline that says so"),
    )


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Each limit with its origin; on top whether a doctor has confirmed exactly these numbers."""
    community = health_community(request)
    lines = reports.of_station(community.pk, on=timezone.localdate())
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(_("What is measured"), width=30), excel.Column(_("Follow up at or below"), text=True),
            excel.Column(_("Follow up at or above"), text=True), excel.Column(_("Unit")),
            excel.Column(_("Where it comes from"), width=50), excel.Column(_("valid from")), excel.Column(_("set by")),
        ]  # fmt: skip
        cells = (
            [
                each.name, each.low_text, each.high_text, each.unit, each.origin,
                each.row.valid_from if each.row else "", str(each.row.by) if each.row else "",
            ]
            for each in lines
        )  # fmt: skip
        return excel.xlsx_response(_("limits-of-readings"), columns, cells)
    return render(
        request, "elders/limits.html",
        {
            "lines": lines, "confirmed": reports.confirmed(community.pk, lines),
            "may_set": policies.may_set_limits(request.user, community.pk),  # type: ignore[arg-type]
            "reviews": LimitReview.objects.of(community).filter(reverses__isnull=True)
            .select_related("by", "reversed_by__by").order_by("-on", "-pk")[:20],
        },
    )  # fmt: skip


def _leaders(request: HttpRequest) -> Community:
    community = health_community(request)
    if not policies.may_set_limits(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


@login_required
@once.once
def confirm(request: HttpRequest) -> HttpResponse:
    """A doctor has looked: the name, the place and the day."""
    community = _leaders(request)
    at = timezone.now()
    form = ConfirmForm(
        request.POST if request.method == "POST" else None, initial={"on": timezone.localdate(at)}
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            limits.confirm(community=community, **form.cleaned_data, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("Written down: a doctor has confirmed the limits."))
            return redirect("elders:limits")
    title = _("A doctor has confirmed the limits")
    return _small(request, form, title, about=_("The numbers that hold on that day are kept with the name."))


@login_required
@once.once
def change(request: HttpRequest) -> HttpResponse:
    """Set one limit of the station from a day on; the old one stays on record."""
    community = _leaders(request)
    at = timezone.now()
    kind, __, part = request.GET.get("of", "").partition(":")
    form = StationLimitForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": kind, "part": part or "FIRST", "on": timezone.localdate(at)},
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            health.set_station_limit(community=community, **form.cleaned_data, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("The limit is set. A doctor should confirm it."))
            return redirect("elders:limits")
    return _small(
        request,
        form,
        _("Set a limit of the station"),
        about=_("Leave both numbers empty to follow up nothing."),
    )


@login_required
@once.once
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """A confirmation that was not so."""
    community = _leaders(request)
    review = get_object_or_404(LimitReview.objects.of(community).standing(), pk=pk)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            limits.take_back(review=review, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("The confirmation was taken back."))
            return redirect("elders:limits")
    return _small(request, form, _("Take back a confirmation"), about=f"{review.doctor} · {review.clinic}")


def _small(request: HttpRequest, form: Any, title: str, *, about: str) -> HttpResponse:
    return refusals.form_page(request, "elders/limits_form.html", form, {"title": title, "about": about})
