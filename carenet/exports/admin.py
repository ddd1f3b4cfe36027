"""The register of files with personal data in the office: who asked, who approved, what became of it. Read only."""

from __future__ import annotations

from django.contrib import admin

from carenet.accounts.states import Role
from carenet.exports.models import Export
from carenet.webkit.admin import StationModelAdmin


@admin.register(Export)
class ExportAdmin(StationModelAdmin):
    """Nothing is written here: questions and decisions have their own pages."""

    menu_icon = "lock"
    view_roles = frozenset({Role.DIRECTOR, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR})
    list_display = ("title", "asked_by", "asked_at", "state", "decided_by", "decided_at", "fetched")
    list_filter = ("state", "field_class")
    list_select_related = ("asked_by", "decided_by")
    search_fields = ("title__startswith", "purpose__startswith")
    ordering = ("-asked_at", "-pk")
    fields = (
        "title", "purpose", "field_class", "rows", "path", "state", "asked_by", "asked_at", "decide_until", "decided_by",
        "decided_at", "reason", "made_at", "fetch_until", "file_name", "size", "fetched", "fetched_at", "ended_at",
    )  # fmt: skip
    readonly_fields = fields
