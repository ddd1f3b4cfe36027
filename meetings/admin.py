"""The office's register of meetings; everything that changes goes through the pages and their actions."""

from __future__ import annotations

from django.contrib import admin

from carenet.accounts.states import Role
from carenet.webkit.admin import StationModelAdmin, StationTabularInline
from meetings.models import Agenda, AgendaItem, Attendance, Decision, Meeting, Minutes

READERS = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.AUDITOR})


class AttendanceInline(StationTabularInline):
    """Who was in the room."""

    model = Attendance
    view_roles = READERS
    fields = ("person", "organisation", "party_kind", "online", "signed_in_at", "left_at")


class DecisionInline(StationTabularInline):
    """What was decided."""

    model = Decision
    view_roles = READERS
    fields = ("number", "text", "responsible", "due_on", "state")


class AgendaItemInline(StationTabularInline):
    """The points of an agenda."""

    model = AgendaItem
    view_roles = READERS
    fields = ("section", "order", "title", "proposer", "generated", "dropped")


@admin.register(Meeting)
class MeetingAdmin(StationModelAdmin):
    """Meetings with attendance and decisions."""

    menu_icon = "groups"
    view_roles = READERS
    list_display = ("__str__", "kind", "month", "number", "scheduled_at", "place", "state")
    list_filter = ("kind", "state")
    ordering = ("-scheduled_at",)
    inlines = (AttendanceInline, DecisionInline)


@admin.register(Agenda)
class AgendaAdmin(StationModelAdmin):
    """Agendas with their points."""

    menu_icon = "list_alt"
    view_roles = READERS
    list_display = ("meeting", "state", "results_month", "prepared_at", "published_at")
    list_select_related = ("meeting",)
    list_filter = ("state",)
    ordering = ("-prepared_at",)
    inlines = (AgendaItemInline,)


@admin.register(Decision)
class DecisionAdmin(StationModelAdmin):
    """Decisions and what became of them."""

    menu_icon = "gavel"
    view_roles = READERS
    list_display = ("meeting", "number", "text", "responsible", "due_on", "state")
    list_select_related = ("meeting", "responsible")
    list_filter = ("state",)
    search_fields = ("text",)
    ordering = ("due_on",)


@admin.register(Minutes)
class MinutesAdmin(StationModelAdmin):
    """Minutes."""

    menu_icon = "description"
    view_roles = READERS
    list_display = ("meeting", "state", "version", "circulated_at", "confirmed_at", "sealed_at", "document")
    list_select_related = ("meeting", "document")
    list_filter = ("state",)
    ordering = ("-drafted_at",)
