"""The office's registers of the core: places, organisations, persons, reference data.

They stand here because `parties` lies below `webkit` and may not reach up to it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import display
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from carenet.accounts.states import Role
from carenet.kernel.money import yuan
from carenet.parties import identity
from carenet.parties.actions import organisations, people
from carenet.parties.models import (
    Area,
    Community,
    Membership,
    Organisation,
    Person,
    Place,
    Room,
    ServiceKind,
)
from carenet.webkit.admin import NOBODY, OFFICE_ROLES, StationModelAdmin, StationTabularInline

# Second factors are managed on the person's own settings page; these registers would show their secrets.
# Django's groups are not used: rights come from role grants.
for _stock in (TOTPDevice, StaticDevice, Group):
    if admin.site.is_registered(_stock):
        admin.site.unregister(_stock)

READERS = OFFICE_ROLES | {Role.AUDITOR}
KEEPERS = frozenset({Role.COMMITTEE, Role.DIRECTOR})


class RoomInline(StationTabularInline):
    """The rooms of a place."""

    model = Room
    view_roles = READERS
    fields = ("name", "use", "capacity", "fitted_on")


@admin.register(Place)
class PlaceAdmin(StationModelAdmin):
    """Facilities of the station."""

    menu_icon = "location_home"
    view_roles = READERS
    add_roles = change_roles = KEEPERS
    list_display = ("name", "kind", "address", "phone", "hours")
    list_filter = ("kind",)
    search_fields = ("name__startswith",)
    ordering = ("name",)
    inlines = (RoomInline,)


@admin.register(Room)
class RoomAdmin(StationModelAdmin):
    """Rooms and what fitting them out cost."""

    menu_icon = "meeting_room"
    view_roles = READERS
    add_roles = change_roles = KEEPERS
    list_display = ("name", "place", "use", "capacity", "cost", "fitted_on")
    list_select_related = ("place",)
    search_fields = ("name__startswith",)
    ordering = ("place__name", "name")

    @display(description=_("cost of fitting out (yuan)"), ordering="cost_fen")
    def cost(self, room: Room) -> str:
        return yuan(room.cost_fen)


class MembershipInline(StationTabularInline):
    """Who belongs to an organisation."""

    model = Membership
    view_roles = READERS
    fields = ("person", "role", "position", "since", "until")
    readonly_fields = ("position",)

    @display(description=pgettext_lazy("membership", "title"))
    def position(self, membership: Membership) -> str:
        return membership.title

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("person")


class OrganisationForm(forms.ModelForm):
    """An organisation's facts; the credit code's check is a warning that staff may confirm."""

    class Meta:
        model = Organisation
        fields = (
            "community", "name", "name_en", "party_kind", "partner_kind", "domain", "stage", "credit_code",
            "credit_code_confirmed", "filing_no", "contact_name", "phone", "is_key", "since", "until",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Also a code that is changed later is compared with its checks."""
        data = super().clean() or {}
        try:
            data["credit_code"] = organisations.checked_code(
                code=data.get("credit_code") or "", confirmed=bool(data.get("credit_code_confirmed"))
            )
        except organisations.UnusualCreditCode as unusual:
            self.add_error("credit_code", unusual.message)
        return data


@admin.register(Organisation)
class OrganisationAdmin(StationModelAdmin):
    """The five parties and their partners."""

    menu_icon = "diversity_3"
    form = OrganisationForm
    view_roles = READERS
    add_roles = change_roles = KEEPERS
    list_display = ("name", "kind_words", "code_words", "domain", "stage", "contact_name", "phone", "since")
    list_filter = ("party_kind", "partner_kind", "domain", "stage", "is_key")
    search_fields = ("name__startswith", "credit_code__startswith")
    ordering = ("name",)
    inlines = (MembershipInline,)

    @display(description=_("party or partner"))
    def kind_words(self, organisation: Organisation) -> str:
        return str(organisation.kind_label)

    @display(description=_("unified social credit code"))
    def code_words(self, organisation: Organisation) -> str:
        """The code with what its first characters say; community organisations are mostly filed and have none."""
        code = organisation.credit_code
        words = identity.credit_code_kind(code)
        return f"{code} · {words}" if words else code or organisation.filing_no

    def act(self, request: HttpRequest, form: Any, change: bool) -> Model | None:
        if change:
            form.instance.credit_code = form.cleaned_data["credit_code"]
            form.instance.save()
            return form.instance
        return organisations.register(**form.cleaned_data, by=request.user, at=timezone.now())


class PersonForm(forms.ModelForm):
    """Name and phone; the phone is sealed, so it is typed anew and never shown whole."""

    new_phone = forms.CharField(label=_("new phone number"), required=False, max_length=20)

    class Meta:
        model = Person
        fields = ("name",)
        labels = {"name": pgettext_lazy("person", "name")}


@admin.register(Person)
class PersonAdmin(StationModelAdmin):
    """Everybody the station knows, once."""

    menu_icon = "person_search"
    form = PersonForm
    view_roles = READERS
    change_roles = OFFICE_ROLES
    logs_reads = ("name", "born_on", "phone", "id_number")
    person_of = "self"
    list_display = ("person_name", "sex", "born_on", "phone_words")
    fields = ("name", "new_phone", "sex", "born_on", "ethnicity", "phone_words", "id_words", "no_id_reason")
    readonly_fields = ("sex", "born_on", "ethnicity", "phone_words", "id_words", "no_id_reason")
    search_fields = ("name",)
    search_help_text = _("Name, pinyin, initials, or the end of a phone or ID number")
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(merged_into__isnull=True)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.search(search_term) if search_term else queryset), False

    @display(description=pgettext_lazy("person", "name"), ordering="name")
    def person_name(self, person: Person) -> str:
        return person.name

    @display(description=_("phone"))
    def phone_words(self, person: Person) -> str:
        return person.masked_phone() or "—"

    @display(description=_("ID number"))
    def id_words(self, person: Person) -> str:
        return person.masked_id() or "—"

    def act(self, request: HttpRequest, form: Any, change: bool) -> Model | None:
        person = Person.objects.visible_to(request.user).get(pk=form.instance.pk)
        now = timezone.now()
        if "name" in form.changed_data:
            person = people.rename(person=person, name=form.cleaned_data["name"], by=request.user, at=now)
        if form.cleaned_data.get("new_phone"):
            person = people.change_phone(
                person=person, phone=form.cleaned_data["new_phone"], by=request.user, at=now
            )
        return person


@admin.register(ServiceKind)
class ServiceKindAdmin(StationModelAdmin):
    """The services of the catalogue."""

    menu_icon = "category"
    view_roles = READERS
    list_display = ("title", "code", "family", "measure", "minutes", "risk", "subsidy")
    list_filter = ("family", "risk", "subsidy")
    fields = (
        "name", "name_en", "code", "family", "measure", "minutes", "helpers", "risk", "subsidy", "is_development",
    )  # fmt: skip
    readonly_fields = ("measure", "helpers")
    search_fields = ("code__istartswith", "name__startswith")
    ordering = ("number",)

    @display(description=_("name"), ordering="name")
    def title(self, kind: ServiceKind) -> str:
        return kind.title

    @display(description=ServiceKind._meta.get_field("unit").verbose_name)
    def measure(self, kind: ServiceKind) -> str:
        return kind.unit if (get_language() or "").startswith("zh") else kind.unit_en

    @display(description=ServiceKind._meta.get_field("who").verbose_name)
    def helpers(self, kind: ServiceKind) -> str:
        """The codes of domain.md §3.3 in words."""
        words = {
            "SW": Role.SOCIAL_WORKER.label, "CW": _("community worker"), "VO": Role.VOLUNTEER.label,
            "PRO": _("trained professional"), "ORG": _("care provider"),
        }  # fmt: skip
        return pgettext("between facts", ", ").join(str(words.get(each, each)) for each in kind.who)


@admin.register(Area)
class AreaAdmin(StationModelAdmin):
    """The area tree, from the province down to buildings."""

    menu_icon = "account_tree"
    view_roles = READERS
    list_display = ("name", "kind", "code", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name__startswith", "code__startswith")
    ordering = ("pk",)


@admin.register(Community)
class CommunityAdmin(StationModelAdmin):
    """The station itself: its help line and hours stand in every footer."""

    menu_icon = "home_health"
    view_roles = READERS
    change_roles = frozenset({Role.DIRECTOR})
    add_roles = NOBODY
    may_export = False
    list_display = ("name", "phone", "hours", "address")
    fields = ("name", "name_en", "phone", "hours", "address", "residents")
