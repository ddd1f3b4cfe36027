"""The office registers of the colours: suggestions with their reasons, decisions; both read only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from elders import policies
from elders.admin import _Read
from elders.models import TriageDecision, TriageResult
from elders.reports import words


@admin.register(TriageDecision)
class TriageDecisionAdmin(_Read):
    list_display = (
        "elder",
        "from_colour",
        "colour",
        "subtier",
        "is_final",
        "by",
        "proposed_by",
        "at",
        "override",
    )
    list_select_related = ("elder__person", "by", "proposed_by")
    list_filter = ("colour", "is_final", "override")
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-at",)
    logs_reads = ("name", "colour")
    person_of = "elder.person"
    menu_icon = "traffic"


@admin.register(TriageResult)
class TriageResultAdmin(_Read):
    list_display = ("elder", "colour", "subtier", "previous_colour", "is_crisis", "rule_set", "at")
    list_select_related = ("elder__person", "rule_set")
    list_filter = ("colour", "is_crisis")
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-at",)
    logs_reads = ("name", "colour")
    person_of = "elder.person"
    menu_icon = "lightbulb"
    hidden = frozenset({"id", "fired", "inputs", "indices"})
    told = ("reasons", "inputs_told", "indices_told")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.restricted = policies.may_read_restricted(request.user, row.community_id)  # type: ignore[arg-type]
        return row

    @admin.display(description=_("why"))
    def reasons(self, result: TriageResult) -> str:
        told = words.because(result, restricted=getattr(result, "restricted", False))
        return format_html_join("", "<p>{} <small>{}</small></p>", ((each.text, each.rule) for each in told))

    @admin.display(description=_("what it was computed from"))
    def inputs_told(self, result: TriageResult) -> str:
        told = words.inputs(result, restricted=getattr(result, "restricted", False))
        return format_html_join(
            "", "<p>{}: {} <small>{}</small></p>", ((each.name, each.value, each.on) for each in told)
        )

    @admin.display(description=_("indices, 0 to 100"))
    def indices_told(self, result: TriageResult) -> str:
        rows = words.indices(result)
        return format_html_join(
            "", "<p>{}: {}</p>", ((name, "—" if value is None else value) for name, value in rows)
        )
