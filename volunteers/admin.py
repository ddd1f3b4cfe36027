"""The office registers of the volunteers. Hours, points and gifts are booked on the pages; here they are read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carenet.webkit.admin import StationModelAdmin
from carenet.webkit.templatetags.carenet import until
from volunteers.actions import registry
from volunteers.models import (
    Attendance,
    Policy,
    Qualification,
    Redemption,
    Reward,
    StockMove,
    Team,
    Volunteer,
)
from volunteers.policies import OFFICE, READERS
from volunteers.states import SETTINGS

SEARCH = ("volunteer__number", "volunteer__person__name", "volunteer__person__initials")


class _Read(StationModelAdmin):
    """Everything read only; what changes is changed by the pages' actions."""

    view_roles = READERS
    actions = None
    hidden: frozenset[str] = frozenset()  # keys, fingerprints and codes say nothing to a reader

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.get_readonly_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [each.name for each in self.model._meta.fields if each.name not in self.hidden]


@admin.register(Volunteer)
class VolunteerAdmin(_Read):
    list_display = ("number", "person", "team", "source", "level", "state", "joined_on", "insured_until")
    list_filter = ("state", "source", "level", "team")
    list_select_related = ("person", "team")
    search_fields = ("number", "person__name", "person__initials")
    ordering = ("number",)
    menu_icon = "volunteer_activism"
    logs_reads = ("name",)
    person_of = "person"


@admin.register(Team)
class TeamAdmin(StationModelAdmin):
    """Teams are small: founded and led here; a captain is one of the team. How far a team leads itself and when it ends is
    decided on its page, with a reason."""

    view_roles = READERS
    add_roles = OFFICE
    change_roles = OFFICE
    list_display = ("name", "stage", "captain", "since", "until")
    list_filter = ("stage",)
    list_select_related = ("captain__person",)
    search_fields = ("name",)
    readonly_fields = ("stage", "until")
    menu_icon = "groups"
    logs_reads = ("name",)
    person_of = "captain.person"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["stage", "until", "community"] if obj else ["stage", "until"]

    def act(self, request: HttpRequest, form: Any, change: bool) -> Any:
        facts, at = form.cleaned_data, timezone.now()
        if not change:
            return registry.found_team(
                community=facts["community"], name=facts["name"], organisation=facts.get("organisation"),
                captain=facts.get("captain"), since=facts.get("since"), by=request.user, at=at,
            )  # fmt: skip
        team, captain = form.instance, facts.get("captain")
        before = Team.objects.filter(pk=team.pk).values_list("captain", flat=True).first()
        if before != (captain.pk if captain is not None else None):
            registry.choose_captain(team=team, captain=captain, by=request.user, at=at)
        team.save(update_fields=["name", "organisation", "since"])
        return team


@admin.register(Qualification)
class QualificationAdmin(_Read):
    list_display = ("volunteer", "kind", "level", "service_kind", "valid_from", "valid_to", "issuer")
    list_filter = ("kind", "level", "service_kind")
    list_select_related = ("volunteer__person", "service_kind")
    search_fields = SEARCH
    ordering = ("-valid_from", "-pk")
    menu_icon = "school"
    logs_reads = ("name",)
    person_of = "volunteer.person"


@admin.register(Policy)
class PolicyAdmin(_Read):
    list_display = ("setting", "value", "unit", "valid_from", "valid_to", "source")
    search_fields = ("key", "source")
    ordering = ("key", "-valid_from")
    menu_icon = "tune"

    @admin.display(description=_("setting"), ordering="key")
    def setting(self, row: Policy) -> str:
        found = SETTINGS.get(row.key)
        return str(found.label) if found else row.key

    @admin.display(description=_("unit"))
    def unit(self, row: Policy) -> str:
        found = SETTINGS.get(row.key)
        return found.unit_label if found else ""


@admin.register(Attendance)
class AttendanceAdmin(_Read):
    list_display = ("served_on", "volunteer", "what", "minutes", "coins", "points", "reversed_by")
    list_filter = ("served_on",)
    list_select_related = ("volunteer__person", "reversed_by")
    search_fields = (*SEARCH, "what")
    ordering = ("-pk",)
    hidden = frozenset({"id", "key", "cause_kind", "cause_id", "period", "credited"})
    menu_icon = "schedule"
    logs_reads = ("name",)
    person_of = "volunteer.person"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["took_place", "counted", "weighted_by", *super().get_readonly_fields(request, obj)]

    @admin.display(description=Attendance._meta.get_field("weighed").verbose_name)
    def weighted_by(self, row: Attendance) -> str:
        return " ".join(row.weights) or "—"

    @admin.display(description=_("time"))
    def took_place(self, row: Attendance) -> str:
        return until(row.period.lower, row.period.upper)

    @admin.display(description=_("credited time"))
    def counted(self, row: Attendance) -> str:
        return until(row.credited.lower, row.credited.upper) if row.credited else "—"


@admin.register(Reward)
class RewardAdmin(_Read):
    list_display = ("name", "kind", "points", "stock", "fund", "backing", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("fund",)
    search_fields = ("name",)
    ordering = ("name",)
    menu_icon = "redeem"


@admin.register(Redemption)
class RedemptionAdmin(_Read):
    list_display = (
        "code",
        "name",
        "volunteer",
        "points",
        "state",
        "redeemed_on",
        "pick_up_by",
        "collected_by_name",
    )
    list_filter = ("state",)
    list_select_related = ("volunteer__person",)
    search_fields = ("code", "name", *SEARCH)
    ordering = ("-pk",)
    hidden = frozenset({"token_hash", "key", "uid"})
    menu_icon = "confirmation_number"
    logs_reads = ("name",)
    person_of = "volunteer.person"


@admin.register(StockMove)
class StockMoveAdmin(_Read):
    list_display = ("at", "reward", "kind", "quantity", "source", "by")
    list_filter = ("kind",)
    search_fields = ("reward__name", "source")
    list_select_related = ("reward", "by")
    ordering = ("-pk",)
    menu_icon = "inventory_2"


# The registers of shifts, of the bank, and of training and honours.
from volunteers import admin_bank, admin_shifts, admin_training  # noqa: E402, F401
