"""The office registers of the volunteers. Hours, points and gifts are booked on the pages; here they are read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from carenet.webkit.admin import StationModelAdmin
from volunteers.actions import registry
from volunteers.models import (
    Attendance,
    Certificate,
    Course,
    CourseRun,
    Honour,
    Nomination,
    Policy,
    Qualification,
    Redemption,
    Reward,
    StockMove,
    Team,
    Volunteer,
)
from volunteers.policies import OFFICE, READERS


class _Read(StationModelAdmin):
    """Everything read only; what changes is changed by the pages' actions."""

    view_roles = READERS
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [each.name for each in self.model._meta.fields]


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
    """Teams are small: founded and led here; a captain is one of the team."""

    view_roles = READERS
    add_roles = OFFICE
    change_roles = OFFICE
    list_display = ("name", "stage", "captain", "since", "until")
    list_select_related = ("captain__person",)
    search_fields = ("name",)
    menu_icon = "groups"

    def act(self, request: HttpRequest, form: Any, change: bool) -> Any:
        facts, at = form.cleaned_data, timezone.now()
        if not change:
            return registry.found_team(
                community=facts["community"], name=facts["name"], organisation=facts.get("organisation"),
                stage=facts["stage"], since=facts.get("since"), by=request.user, at=at,
            )  # fmt: skip
        if facts.get("captain") != Team.objects.get(pk=form.instance.pk).captain:
            registry.choose_captain(team=form.instance, captain=facts.get("captain"), by=request.user, at=at)
        form.instance.save()
        return form.instance


@admin.register(Qualification)
class QualificationAdmin(_Read):
    list_display = ("volunteer", "kind", "level", "service_kind", "valid_from", "valid_to", "issuer")
    list_filter = ("kind", "level")
    list_select_related = ("volunteer__person", "service_kind")
    menu_icon = "school"
    logs_reads = ("name",)
    person_of = "volunteer.person"


@admin.register(Policy)
class PolicyAdmin(_Read):
    list_display = ("key", "value", "valid_from", "valid_to", "source")
    list_filter = ("key",)
    menu_icon = "tune"


@admin.register(Attendance)
class AttendanceAdmin(_Read):
    list_display = ("served_on", "volunteer", "what", "minutes", "coins", "points", "reversed_by")
    list_select_related = ("volunteer__person", "reversed_by")
    ordering = ("-pk",)
    menu_icon = "schedule"
    logs_reads = ("name",)
    person_of = "volunteer.person"


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
    search_fields = ("code", "name")
    ordering = ("-pk",)
    exclude = ("token_hash", "key", "uid")
    menu_icon = "confirmation_number"
    logs_reads = ("name",)
    person_of = "volunteer.person"


@admin.register(StockMove)
class StockMoveAdmin(_Read):
    list_display = ("at", "reward", "kind", "quantity", "source", "by")
    list_filter = ("kind",)
    list_select_related = ("reward", "by")
    ordering = ("-pk",)
    menu_icon = "inventory_2"


# --- training, honours, certificates: read here, done on the pages ---------------------------------
@admin.register(Course)
class CourseAdmin(_Read):
    list_display = (
        "name",
        "gives",
        "level",
        "service_kind",
        "provider",
        "pass_mark",
        "valid_months",
        "is_active",
    )
    list_filter = ("gives", "is_active")
    list_select_related = ("provider", "service_kind")
    search_fields = ("name",)
    menu_icon = "school"


@admin.register(CourseRun)
class CourseRunAdmin(_Read):
    list_display = ("course", "place", "trainer", "seats", "state")
    list_filter = ("state",)
    list_select_related = ("course", "trainer")
    ordering = ("-pk",)
    menu_icon = "event"


@admin.register(Honour)
class HonourAdmin(_Read):
    list_display = (
        "name",
        "min_hours",
        "min_months",
        "endorsements",
        "notice_days",
        "valid_from",
        "valid_to",
    )
    menu_icon = "military_tech"


@admin.register(Nomination)
class NominationAdmin(_Read):
    list_display = ("person", "honour", "year", "state", "notice_to", "awarded_on")
    list_filter = ("state", "year")
    list_select_related = ("person", "honour")
    ordering = ("-pk",)
    menu_icon = "award_star"
    logs_reads = ("name",)
    person_of = "person"


@admin.register(Certificate)
class CertificateAdmin(_Read):
    list_display = ("number", "volunteer", "kind", "issued_on", "revoked_at")
    list_filter = ("kind", "year")
    list_select_related = ("volunteer__person",)
    search_fields = ("number", "code")
    ordering = ("-pk",)
    exclude = ("facts", "sha256", "uid")
    menu_icon = "verified"
    logs_reads = ("name",)
    person_of = "volunteer.person"
