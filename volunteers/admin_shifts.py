"""The registers of shifts and teams: who planned what, who promised, who came. Everything is done on the pages."""

from __future__ import annotations

from django.contrib import admin
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from volunteers.admin import SEARCH, _Read
from volunteers.models import GuardianConsent, LateEntry, Promise, ShiftSeries, ShiftTemplate, Slot, TeamVote


@admin.register(ShiftTemplate)
class ShiftTemplateAdmin(_Read):
    list_display = ("title", "service_kind", "people", "minutes", "place", "retired_on")
    list_filter = ("service_kind",)
    list_select_related = ("service_kind", "place")
    search_fields = ("title", "words", "place_words")
    ordering = ("title",)
    menu_icon = "view_agenda"


@admin.register(ShiftSeries)
class ShiftSeriesAdmin(_Read):
    list_display = ("template", "team", "days", "starts", "minutes", "people", "from_on", "until_on", "by")
    list_filter = ("team",)
    list_select_related = ("template", "team", "by")
    search_fields = ("template__title",)
    ordering = ("-from_on", "-pk")
    menu_icon = "event_repeat"
    hidden = frozenset({"uid", "weekdays"})

    @admin.display(description=_("weekdays"))
    def days(self, row: ShiftSeries) -> str:
        return ", ".join(str(WEEKDAYS[each]) for each in row.weekdays)

    def get_readonly_fields(self, request: object, obj: object = None) -> list[str]:
        return ["days", *super().get_readonly_fields(request, obj)]  # type: ignore[arg-type]


@admin.register(Slot)
class SlotAdmin(_Read):
    list_display = ("starts_at", "title", "team", "place", "taken", "people", "state", "booked_by")
    list_filter = ("state", "team", "service_kind", "starts_at")
    list_select_related = ("team", "booked_by")
    search_fields = ("title", "place")
    ordering = ("-starts_at", "-pk")
    menu_icon = "calendar_month"
    hidden = frozenset({"uid"})


@admin.register(Promise)
class PromiseAdmin(_Read):
    list_display = (
        "starts_at", "slot", "volunteer", "state", "in_at", "in_way", "out_at", "out_way", "promised_at", "by",
    )  # fmt: skip
    list_filter = ("state", "in_way", "out_way")
    list_select_related = ("slot", "volunteer__person", "by")
    search_fields = (*SEARCH, "slot__title")
    ordering = ("-pk",)
    menu_icon = "how_to_reg"
    hidden = frozenset({"period", "before_cancel"})
    logs_reads = ("name",)
    person_of = "volunteer.person"

    @admin.display(description=_("begins at"), ordering="slot__starts_at")
    def starts_at(self, row: Promise) -> object:
        return row.slot.starts_at


@admin.register(LateEntry)
class LateEntryAdmin(_Read):
    list_display = ("starts_at", "volunteer", "what", "state", "asked_by", "seconded_by", "decided_by")
    list_filter = ("state", "team")
    list_select_related = ("volunteer__person", "asked_by", "seconded_by", "decided_by")
    search_fields = (*SEARCH, "what")
    ordering = ("-asked_at", "-pk")
    menu_icon = "more_time"
    logs_reads = ("name",)
    person_of = "volunteer.person"


@admin.register(TeamVote)
class TeamVoteAdmin(_Read):
    """Elections with their count; for whom somebody voted is nowhere to be read."""

    list_display = ("team", "state", "opened_at", "closes_at", "members", "cast", "chosen")
    list_filter = ("state", "team")
    list_select_related = ("team", "chosen__person")
    search_fields = ("team__name",)
    ordering = ("-opened_at", "-pk")
    menu_icon = "how_to_vote"
    hidden = frozenset({"result"})
    logs_reads = ("name",)
    person_of = "chosen.person"


@admin.register(GuardianConsent)
class GuardianConsentAdmin(_Read):
    list_display = ("volunteer", "guardian", "relation", "given_on", "withdrawn_on", "by")
    list_select_related = ("volunteer__person", "guardian", "by")
    search_fields = SEARCH
    ordering = ("-given_on", "-pk")
    menu_icon = "family_restroom"
    logs_reads = ("name",)
    person_of = "volunteer.person"
