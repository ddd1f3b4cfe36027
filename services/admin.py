"""The office registers of the services app: reading, and the few rows that are kept here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from carenet.accounts.states import STAFF_ROLES, FieldClass, Role
from carenet.audit import reading
from carenet.parties.models import ServiceKind
from carenet.webkit.admin import StationModelAdmin, StationTabularInline
from services import policies
from services.actions import catalogue, providers
from services.models import (
    Candidate,
    CareLine,
    Case,
    CoinPayment,
    DutyShift,
    Feedback,
    FollowUp,
    Helper,
    Offering,
    RequestEvent,
    RosterSheet,
    ServiceRequest,
    Settlement,
    Visit,
)

READERS = STAFF_ROLES | {Role.AUDITOR}
KEEPERS = frozenset({Role.COMMITTEE, Role.DIRECTOR})


@admin.register(Offering)
class OfferingAdmin(StationModelAdmin):
    """Prices: a new price is a new row, the old one ends by itself."""

    menu_icon = "sell"
    view_roles = READERS
    add_roles = KEEPERS
    list_display = ("kind", "organisation", "price_yuan", "minutes", "valid_from", "valid_to")
    list_select_related = ("kind", "organisation")
    list_filter = ("kind__family",)
    fields = ("community", "kind", "organisation", "price_fen", "minutes", "valid_from")

    @admin.display(description=_("Price (yuan)"), ordering="price_fen")
    def price_yuan(self, row: Offering) -> str:
        from carenet.kernel.money import yuan

        return yuan(row.price_fen)

    def act(self, request: HttpRequest, form: Any, change: bool) -> Model | None:
        data = form.cleaned_data
        return catalogue.set_price(
            community=data["community"], kind=data["kind"], organisation=data["organisation"],
            price_fen=data["price_fen"], minutes=data["minutes"], valid_from=data["valid_from"],
            by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip


class HelperForm(forms.ModelForm):  # type: ignore[type-arg]
    """A helper with the kinds of service they may give."""

    kinds = forms.ModelMultipleChoiceField(
        label=_("May give"),
        queryset=ServiceKind.objects.all(),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
    )

    class Meta:
        model = Helper
        fields = ("community", "person", "kind", "volunteer", "user", "organisation", "daily_limit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            numbers = self.instance.skills.filter(active=True).values_list("kind_number", flat=True)
            self.fields["kinds"].initial = ServiceKind.objects.filter(number__in=list(numbers))


@admin.register(Helper)
class HelperAdmin(StationModelAdmin):
    """Who may be sent, for what, how often a day."""

    menu_icon = "diversity_3"
    form = HelperForm
    view_roles = READERS
    add_roles = STAFF_ROLES
    change_roles = STAFF_ROLES
    logs_reads = ("name",)
    person_of = "person"
    list_display = ("person", "kind", "organisation", "daily_limit", "active")
    list_select_related = ("person", "organisation")
    list_filter = ("kind", "active")
    search_fields = ("person__name", "person__pinyin", "person__initials")
    fields = ("community", "person", "kind", "volunteer", "user", "organisation", "daily_limit", "kinds")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("community", "person", "kind", "volunteer") if obj is not None else ()

    def act(self, request: HttpRequest, form: Any, change: bool) -> Model | None:
        data, by, at = form.cleaned_data, request.user, timezone.now()
        if change:
            helper = form.instance
            helper.user, helper.organisation = data["user"], data["organisation"]
            helper.save(update_fields=["user", "organisation"])
            providers.set_times(
                helper=helper, week=helper.week, daily_limit=data["daily_limit"], by=by, at=at
            )  # type: ignore[arg-type]
            providers.set_skills(helper=helper, kinds=data["kinds"], by=by, at=at)  # type: ignore[arg-type]
            return helper
        return providers.admit(
            community=data["community"], person=data["person"], kind=data["kind"], kinds=data["kinds"],
            volunteer=data["volunteer"], user=data["user"], organisation=data["organisation"],
            daily_limit=data["daily_limit"], by=by, at=at,  # type: ignore[arg-type]
        )  # fmt: skip


class CandidateInline(StationTabularInline):
    model = Candidate
    view_roles = READERS
    fields = ("rank", "helper", "distance_m", "state", "offered_at", "answered_at")
    readonly_fields = fields


class TrailInline(StationTabularInline):
    model = RequestEvent
    view_roles = READERS
    fields = ("at", "verb", "state", "by", "words")
    readonly_fields = fields


@admin.register(ServiceRequest)
class ServiceRequestAdmin(StationModelAdmin):
    """All requests; they are worked on their own pages."""

    menu_icon = "inbox"
    view_roles = READERS
    logs_reads = ("name", "service")
    person_of = "elder.person"
    list_display = (
        "number",
        "elder",
        "kind",
        "state",
        "urgency",
        "channel",
        "requested_at",
        "helper",
        "page",
    )
    list_select_related = ("elder__person", "kind", "helper__person")
    list_filter = ("state", "urgency", "channel", "kind__family")
    search_fields = ("elder__person__name", "elder__person__pinyin", "elder__person__initials")
    date_hierarchy = None
    inlines: ClassVar = [CandidateInline, TrailInline]

    @admin.display(description=pgettext_lazy("of a request", "No."), ordering="pk")
    def number(self, row: ServiceRequest) -> str:
        return str(row.pk)

    @admin.display(description=_("Page"))
    def page(self, row: ServiceRequest) -> str:
        return format_html('<a href="{}">{}</a>', reverse("services:request", args=[row.pk]), _("Open"))


@admin.register(Visit)
class VisitAdmin(StationModelAdmin):
    """Visits without their notes; those stand on the visit's own page."""

    menu_icon = "footprint"
    view_roles = STAFF_ROLES
    logs_reads = ("name", "visits")
    person_of = "elder.person"
    list_display = ("visited_at", "elder", "seen", "mood", "worker", "is_late", "overlaps")
    list_select_related = ("elder__person", "worker")
    list_filter = ("seen", "mood", "is_late", "overlaps")
    search_fields = ("elder__person__name", "elder__person__pinyin", "elder__person__initials")
    exclude = ("note_sealed", "photo", "key")


@admin.register(Case)
class CaseAdmin(StationModelAdmin):
    """Cases; their words row by row, for the owner and the supervisor only."""

    menu_icon = "folder_shared"
    view_roles = policies.SOCIAL_WORK
    logs_reads = ("name", "case")
    person_of = "elder.person"
    list_display = ("elder", "worker", "method", "state", "why", "opened_at", "closed_at")
    list_select_related = ("elder__person", "worker")
    list_filter = ("state", "method")
    fields = (
        "community", "elder", "worker", "method", "state", "why", "aim", "result", "opened_at", "closed_at",
    )  # fmt: skip
    readonly_fields = ("why", "aim", "result")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_reader(request.user)

    def _log(self, request: HttpRequest, rows: Iterable[Any], purpose: str = "") -> None:
        found = list(rows)
        for reads, fields in ((True, ["name", "case"]), (False, ["name"])):
            people = [each.elder.person for each in found if each.may_read is reads]
            reading.record(request, people, fields, purpose)

    def exported_class(self) -> FieldClass:
        """The words of a case may tell of abuse or of the wish to die."""
        return FieldClass.RESTRICTED

    @admin.display(description=_("Why it was opened"))
    def why(self, row: Any) -> str:
        return _words(row, row.reason)

    @admin.display(description=_("Goal"))
    def aim(self, row: Any) -> str:
        return _words(row, row.goal)

    @admin.display(description=_("Outcome"))
    def result(self, row: Any) -> str:
        return _words(row, row.outcome)


def _words(row: Any, words: str) -> str:
    if row.may_read:
        return words or "—"
    return gettext("read by %(owner)s and the supervisor only") % {"owner": row.worker}


@admin.register(FollowUp)
class FollowUpAdmin(StationModelAdmin):
    menu_icon = "flag"
    view_roles = STAFF_ROLES
    logs_reads = ("name",)
    person_of = "elder.person"
    list_display = ("elder", "kind", "state", "owner", "due_at", "done_at")
    list_select_related = ("elder__person", "owner")
    list_filter = ("state", "kind")
    exclude = ("key",)


@admin.register(Feedback)
class FeedbackAdmin(StationModelAdmin):
    menu_icon = "star"
    view_roles = READERS
    list_display = ("request", "stars", "words", "by", "at")
    list_select_related = ("request__kind", "by")
    list_filter = ("stars",)


@admin.register(Settlement)
class SettlementAdmin(StationModelAdmin):
    menu_icon = "receipt_long"
    view_roles = READERS
    list_display = ("request", "minutes", "cost_split", "not_credited", "by", "at")
    list_select_related = ("request__kind", "cost_split", "by")


@admin.register(CoinPayment)
class CoinPaymentAdmin(StationModelAdmin):
    """Time coins that pay for requests; changed by the request's own steps only."""

    menu_icon = "toll"
    view_roles = READERS
    list_display = ("request", "purse", "volunteer", "state", "coins", "coins_paid", "chosen_at", "words")
    list_select_related = ("request__kind", "volunteer__person")
    list_filter = ("state", "purse")


@admin.register(CareLine)
class CareLineAdmin(StationModelAdmin):
    """Which case or service carries out a treatment plan; tied and loosened on the plan's own page."""

    menu_icon = "link"
    view_roles = STAFF_ROLES
    list_display = ("elder", "plan", "case", "kind", "words", "since", "review_on", "ended_on")
    list_select_related = ("elder__person", "plan", "case__elder__person", "kind")
    ordering = ("review_on",)
    logs_reads = ("name", "health")
    person_of = "elder.person"


@admin.register(RosterSheet)
class RosterSheetAdmin(StationModelAdmin):
    menu_icon = "checklist"
    view_roles = READERS
    list_display = ("title", "kind", "services", "by", "at")
    list_select_related = ("kind", "by")
    exclude = ("key",)


@admin.register(DutyShift)
class DutyShiftAdmin(StationModelAdmin):
    menu_icon = "schedule"
    view_roles = READERS
    list_display = ("user", "since", "until")
    list_select_related = ("user",)
