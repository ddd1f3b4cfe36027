"""The office registers of the health home: read here, written on the elder's health page; the station's limits are set here."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from carenet.webkit.admin import StationModelAdmin
from elders.actions import health
from elders.admin import LEADERS, _Read
from elders.models import (
    Allergy,
    Condition,
    HealthLimit,
    Letter,
    Measurement,
    Medicine,
    TreatmentPlan,
    WeatherWarning,
    WitnessRecord,
)
from elders.rules.health import MEASURES, number

SEARCH = ("elder__person__name", "elder__person__initials")


class _HealthRead(_Read):
    """Whose health stands on the page is in the read log."""

    search_fields = SEARCH
    logs_reads = ("name", "health")
    person_of = "elder.person"


@admin.register(Measurement)
class MeasurementAdmin(_HealthRead):
    list_display = ("elder", "kind", "shown", "taken_at", "channel", "is_unusual", "recorded_by", "reason")
    list_select_related = ("elder__person", "recorded_by")
    list_filter = ("kind", "channel", "is_unusual")
    ordering = ("-taken_at",)
    menu_icon = "monitor_heart"
    hidden = frozenset({"source_key", "value", "second"})

    @admin.display(description=pgettext_lazy("measured value", "value"))
    def shown(self, row: Measurement) -> str:
        return row.text

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shown", *super().get_readonly_fields(request, obj)]


@admin.register(Condition)
class ConditionAdmin(_HealthRead):
    list_display = ("elder", "code", "words", "since", "ended_on", "source", "noted_by")
    list_select_related = ("elder__person", "noted_by")
    list_filter = ("code", "source")
    ordering = ("-noted_at",)
    menu_icon = "diagnosis"


@admin.register(Medicine)
class MedicineAdmin(_HealthRead):
    list_display = ("elder", "name", "dose", "times", "shown_manager", "since", "ended_on")
    list_select_related = ("elder__person",)
    list_filter = ("manager",)
    ordering = ("-noted_at",)
    menu_icon = "pill"

    @admin.display(description=_("Who looks after it"), ordering="manager")
    def shown_manager(self, row: Medicine) -> str:
        return row.get_manager_display()


@admin.register(Allergy)
class AllergyAdmin(_HealthRead):
    list_display = ("elder", "substance", "reaction", "severity", "ended_on")
    list_select_related = ("elder__person",)
    list_filter = ("severity",)
    ordering = ("-noted_at",)
    menu_icon = "allergy"


@admin.register(TreatmentPlan)
class TreatmentPlanAdmin(_HealthRead):
    list_display = ("elder", "words", "treated_by", "since", "review_on", "ended_on", "noted_by")
    list_select_related = ("elder__person", "noted_by")
    ordering = ("review_on",)
    menu_icon = "clinical_notes"


@admin.register(WitnessRecord)
class WitnessRecordAdmin(_Read):
    """Democratic reviews beside the decisions; written and corrected on the page of the colour."""

    list_display = ("elder", "met_on", "people", "opinion", "words", "is_withdrawn", "by")
    list_select_related = ("elder__person", "by")
    list_filter = ("opinion", "is_withdrawn")
    search_fields = SEARCH
    ordering = ("-met_on",)
    logs_reads = ("name", "review")
    person_of = "elder.person"
    menu_icon = "groups"


@admin.register(WeatherWarning)
class WeatherWarningAdmin(_Read):
    """Warnings by hand; entered and called off on the page of the calls."""

    list_display = ("kind", "level", "from_on", "until_on", "source", "by", "called_off_at")
    list_select_related = ("by",)
    list_filter = ("kind", "level")
    ordering = ("-from_on",)
    menu_icon = "thermostat"


@admin.register(Letter)
class LetterAdmin(_HealthRead):
    list_display = ("elder", "month", "document", "shown_page", "by", "at")
    list_select_related = ("elder__person", "document", "by")
    ordering = ("-at",)
    menu_icon = "mail"
    hidden = frozenset({"words"})

    @admin.display(description=_("page number"), ordering="page")
    def shown_page(self, row: Letter) -> int:
        return row.page


class LimitForm(forms.ModelForm):  # type: ignore[type-arg]
    """Typed as on paper: 16.7, 180."""

    low_text = forms.CharField(
        label=_("at or below"), required=False, max_length=8, widget=UnfoldAdminTextInputWidget
    )
    high_text = forms.CharField(
        label=_("at or above"), required=False, max_length=8, widget=UnfoldAdminTextInputWidget
    )

    class Meta:
        model = HealthLimit
        fields = ("kind", "part", "valid_from", "source")
        labels: ClassVar = {"part": _("Which number")}


@admin.register(HealthLimit)
class HealthLimitAdmin(StationModelAdmin):
    """The station's limits: added with a day and a source, never changed afterwards; an elder's own stand beside them."""

    add_roles = LEADERS
    form = LimitForm
    list_display = ("kind", "shown_part", "shown_low", "shown_high", "elder", "valid_from", "source", "by")
    list_select_related = ("elder__person", "by")
    list_filter = ("kind",)
    fields = ("kind", "part", "low_text", "high_text", "valid_from", "source")
    ordering = ("kind", "part", "-valid_from")
    menu_icon = "vital_signs"
    logs_reads = ("name", "health")
    person_of = "elder.person"

    @admin.display(description=_("Which number"), ordering="part")
    def shown_part(self, row: HealthLimit) -> str:
        return row.get_part_display()

    @admin.display(description=_("at or below"))
    def shown_low(self, row: HealthLimit) -> str:
        return "—" if row.low is None else number(row.low, MEASURES[row.kind].decimals)

    @admin.display(description=_("at or above"))
    def shown_high(self, row: HealthLimit) -> str:
        return "—" if row.high is None else number(row.high, MEASURES[row.kind].decimals)

    def act(self, request: HttpRequest, form: Any, change: bool) -> HealthLimit:
        data = form.cleaned_data
        return health.set_station_limit(
            community=request.community,  # type: ignore[attr-defined]
            kind=data["kind"], part=data["part"], low=data["low_text"], high=data["high_text"], source=data["source"],
            on=data["valid_from"], by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
