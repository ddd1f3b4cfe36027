"""The office registers of the elders: searched, filtered and exported here, changed through actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from carenet.accounts.states import Role
from carenet.parties.states import Sex
from carenet.webkit.admin import StationModelAdmin, StationTabularInline
from carenet.webkit.forms import DayField
from elders.actions import contacts, registry
from elders.models import (
    Assessment,
    ClockRule,
    Concern,
    Consent,
    Contact,
    Elder,
    ElderCategory,
    Instrument,
    LifeEvent,
    Mandate,
    Merge,
    Reminder,
    RightsRequest,
    RiskEvent,
    RuleSet,
    Touch,
)
from elders.reports import lookalikes
from elders.reports.choices import buildings_of, staff_of
from elders.reports.words import CLOCKS, long_colour

LEADERS = frozenset({Role.DIRECTOR, Role.SUPERVISOR})
KEEPERS = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR})


class _Read(StationModelAdmin):
    """Everything read only; what changes is changed by the pages' actions."""

    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [each.name for each in self.model._meta.fields if each.name not in self.hidden] + [*self.told]

    # Bytes and snapshots that say nothing to a reader.
    hidden: frozenset[str] = frozenset()
    told: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.get_readonly_fields(request, obj)


class ContactInline(StationTabularInline):
    model = Contact
    fields = readonly_fields = ("name", "relation", "is_emergency", "best_at", "ended_on")


class CategoryInline(StationTabularInline):
    model = ElderCategory
    fields = readonly_fields = ("code", "disability_grade", "evidence", "valid_from", "valid_to")


class EnterForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new elder in the office register: the person's facts stand beside the elder's."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=UnfoldAdminTextInputWidget)
    id_number = forms.CharField(
        label=_("ID number"), required=False, max_length=30, widget=UnfoldAdminTextInputWidget
    )
    no_id_reason = forms.CharField(
        label=_("Why there is no ID number"), required=False, max_length=80, widget=UnfoldAdminTextInputWidget
    )
    born_on = DayField(
        label=_("Date of birth"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "1946-03-05"}),
    )
    sex = forms.TypedChoiceField(
        label=_("Sex"), required=False, coerce=int, empty_value=0, widget=UnfoldAdminSelectWidget,
        choices=[("", "—"), (Sex.FEMALE.value, Sex.FEMALE.label), (Sex.MALE.value, Sex.MALE.label)],
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=30, widget=UnfoldAdminTextInputWidget
    )
    is_somebody_else = forms.BooleanField(
        label=_("I have compared: it is somebody else"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=_("Only when the register says that somebody looks like this person."),
    )  # fmt: skip

    class Meta:
        model = Elder
        fields = ("building", "door", "living", "caregiver", "owner")


PERSON_FIELDS = ("name", "id_number", "no_id_reason", "born_on", "sex", "phone", "is_somebody_else")


@admin.register(Elder)
class ElderAdmin(_Read):
    """Entered here through the same action as on the page; the file itself is kept on the elder's page."""

    add_roles = KEEPERS
    form = EnterForm
    list_display = (
        "number_text",
        "person",
        "shown_colour",
        "level",
        "living",
        "building",
        "status",
        "owner",
        "assessment_due_on",
    )
    list_select_related = ("person", "building", "owner")
    list_filter = ("status", "colour", "level", "living", "grid")
    search_fields = ("person__name", "person__pinyin", "person__initials", "number")
    ordering = ("number",)
    inlines = (ContactInline, CategoryInline)
    logs_reads = ("name", "colour", "level", "address")
    person_of = "person"
    menu_icon = "elderly"
    hidden = frozenset({"address_sealed", "religion_sealed", "religion_why", "import_job", "uid"})

    @admin.display(description=_("Archive number"), ordering="number")
    def number_text(self, elder: Elder) -> str:
        return elder.number_text

    @admin.display(description=_("Colour"), ordering="colour")
    def shown_colour(self, elder: Elder) -> str:
        return long_colour(elder.colour, elder.subtier)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return [*PERSON_FIELDS, "building", "door", "living", "caregiver", "owner"]
        return super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else super().get_readonly_fields(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj is not None else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        community = request.community  # type: ignore[attr-defined]
        if db_field.name == "building":
            kwargs["queryset"] = buildings_of(community)
        if db_field.name == "owner":
            kwargs["queryset"] = staff_of(community)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def act(self, request: HttpRequest, form: Any, change: bool) -> Elder:
        facts, at = form.cleaned_data, timezone.now()
        community = request.community  # type: ignore[attr-defined]
        different = []
        if facts.pop("is_somebody_else"):
            wanted = {name: facts[name] for name in ("name", "born_on", "id_number", "phone")}
            from carenet.parties.models import Person

            found = lookalikes.find(community=community, **wanted)
            different = list(Person.objects.filter(pk__in=[each.person_id for each in found]))
        return registry.register(
            community=community, **facts, not_the_same_as=different, by=request.user, at=at
        )  # type: ignore[arg-type]


@admin.register(Assessment)
class AssessmentAdmin(_Read):
    list_display = ("elder", "instrument", "reason", "state", "total", "final_level", "assessor", "signed_at")
    list_select_related = ("elder__person", "instrument", "assessor")
    list_filter = ("state", "final_level", "reason")
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-started_at",)
    logs_reads = ("name", "health", "assessment")
    person_of = "elder.person"
    menu_icon = "clinical_notes"
    hidden = frozenset({"answers", "scores"})


@admin.register(Concern)
class ConcernAdmin(_Read):
    list_display = ("elder", "kind", "state", "raised_at", "handler", "handled_at", "outcome")
    list_select_related = ("elder__person", "handled_by")
    list_filter = ("state", "kind")
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-raised_at",)
    logs_reads = ("name", "concerns")
    person_of = "elder.person"
    menu_icon = "priority_high"
    hidden = frozenset({"id", "handled_by", "source_key", "detail"})
    told = ("found", "handler")

    @admin.display(description=_("detail"))
    def found(self, concern: Concern) -> str:
        return concern.words

    @admin.display(description=_("looked into by"), ordering="handled_by")
    def handler(self, concern: Concern) -> str:
        return str(concern.handled_by or "")


@admin.register(RiskEvent)
class RiskEventAdmin(_Read):
    list_display = ("elder", "kind", "on", "detail", "by", "at")
    list_select_related = ("elder__person", "by")
    list_filter = ("kind",)
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-on",)
    logs_reads = ("name", "risk events")
    person_of = "elder.person"
    menu_icon = "warning"


@admin.register(Touch)
class TouchAdmin(_Read):
    list_display = ("elder", "kind", "at", "by")
    list_select_related = ("elder__person", "by")
    list_filter = ("kind",)
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-at",)
    logs_reads = ("name", "contacts made")
    person_of = "elder.person"
    menu_icon = "call"


@admin.register(LifeEvent)
class LifeEventAdmin(_Read):
    list_display = ("elder", "kind", "on", "detail", "by", "at")
    list_select_related = ("elder__person", "by")
    list_filter = ("kind",)
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-at",)
    logs_reads = ("name",)
    person_of = "elder.person"
    menu_icon = "history"
    hidden = frozenset({"before"})


@admin.register(Reminder)
class ReminderAdmin(_Read):
    list_display = ("elder", "kind", "due_on", "at")
    list_select_related = ("elder__person",)
    list_filter = ("kind",)
    ordering = ("-at",)
    logs_reads = ("name",)
    person_of = "elder.person"
    menu_icon = "notifications"


@admin.register(Consent)
class ConsentAdmin(_Read):
    list_display = ("elder", "purpose", "version", "given_at", "given_by", "withdrawn_at")
    list_select_related = ("elder__person",)
    list_filter = ("purpose",)
    search_fields = ("elder__person__name", "elder__person__initials")
    ordering = ("-given_at",)
    logs_reads = ("name",)
    person_of = "elder.person"
    menu_icon = "handshake"


@admin.register(Mandate)
class MandateAdmin(StationModelAdmin):
    """Who may act for an elder; given here, ended on a day."""

    add_roles = KEEPERS
    list_display = ("elder", "user", "relation", "since", "until", "granted_by")
    list_select_related = ("elder__person", "user", "granted_by")
    search_fields = ("elder__person__name", "elder__person__initials", "user__display_name")
    autocomplete_fields = ("elder",)
    fields = ("elder", "user", "relation", "evidence", "since", "until")
    ordering = ("-since",)
    logs_reads = ("name",)
    person_of = "elder.person"
    menu_icon = "family_restroom"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            from carenet.accounts.models import User

            kwargs["queryset"] = User.objects.filter(
                grants__community=request.community,  # type: ignore[attr-defined]
                grants__role__in=[Role.FAMILY, Role.VOLUNTEER, Role.ELDER],
            ).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def act(self, request: HttpRequest, form: Any, change: bool) -> Mandate:
        facts = form.cleaned_data
        return contacts.give_mandate(**facts, by=request.user, at=timezone.now())  # type: ignore[arg-type]


@admin.register(Merge)
class MergeAdmin(_Read):
    list_display = ("kept", "gone", "by", "at", "undone_at")
    list_select_related = ("kept", "gone", "by")
    ordering = ("-at",)
    logs_reads = ("name",)
    person_of = "kept"
    menu_icon = "merge"
    hidden = frozenset({"moved", "before"})


@admin.register(RightsRequest)
class RightsRequestAdmin(_Read):
    list_display = ("elder", "kind", "asked_on", "due_on", "state", "answered_by")
    list_select_related = ("elder__person", "answered_by")
    list_filter = ("state", "kind")
    ordering = ("-asked_on",)
    logs_reads = ("name", "requests")
    person_of = "elder.person"
    menu_icon = "contact_mail"


@admin.register(ClockRule)
class ClockRuleAdmin(StationModelAdmin):
    """Intervals that differ from the defaults: added with a day and a source, never changed afterwards."""

    add_roles = LEADERS
    list_display = ("clock", "days", "valid_from", "valid_to", "source")
    fields = ("key", "days", "valid_from", "valid_to", "source")
    ordering = ("key", "valid_from")
    menu_icon = "timer"

    @admin.display(description=_("clock"), ordering="key")
    def clock(self, row: ClockRule) -> str:
        return str(CLOCKS.get(row.key, row.key))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "key":
            return forms.ChoiceField(
                label=db_field.verbose_name, choices=list(CLOCKS.items()), widget=UnfoldAdminSelectWidget
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def act(self, request: HttpRequest, form: Any, change: bool) -> ClockRule:
        row: ClockRule = form.instance
        row.community = request.community  # type: ignore[attr-defined]
        row.save()
        return row


@admin.register(Instrument)
class InstrumentAdmin(_Read):
    list_display = ("code", "version", "name", "valid_from", "valid_to")
    hidden = frozenset({"definition"})
    menu_icon = "quiz"


@admin.register(RuleSet)
class RuleSetAdmin(_Read):
    list_display = ("code", "version", "state")
    menu_icon = "rule"


# The registers of the health home and the letters.
from elders import admin_colours, admin_health  # noqa: E402, F401
