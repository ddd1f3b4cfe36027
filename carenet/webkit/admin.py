"""The base of every office register: scoped, by role, without delete, counted once, refusals as form errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models, transaction
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import action
from unfold.forms import ActionForm
from unfold.paginator import InfinitePaginator

from carenet.accounts.states import FieldClass, Role
from carenet.audit import reading
from carenet.kernel.errors import DomainError
from carenet.parties.models import Area
from carenet.webkit import excel, once
from carenet.webkit.admin_words import WordsMixin

NOBODY: frozenset[str] = frozenset()
OFFICE_ROLES = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR})
MOST_EXPORTED = 50_000
# Words of `logs_reads` below C4; every other one (health, colour, ID number, grant …) is C4. Source: domain.md §9.4.
INTERNAL_FIELDS = frozenset({"name"})
PERSONAL_FIELDS = frozenset({"born_on", "phone", "address", "donation", "contacts made"})


def held_roles(request: HttpRequest, obj: Model | None = None) -> frozenset[str]:
    """The user's roles where the object belongs, or in the active community."""
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    community_id = getattr(obj, "community_id", None)
    if community_id is None:
        community = getattr(request, "community", None)
        community_id = community.pk if community is not None else None
    # A page of the office asks eight hundred times. Roles given or taken within the request count at once.
    grants, kept = user.current_grants, request.__dict__.setdefault("_carenet_held", {})
    found = kept.get(community_id)
    if found is None or found[0] is not grants:
        found = kept[community_id] = (
            grants,
            frozenset(user.roles(community_id)) | frozenset(user.roles(None)),
        )
    return found[1]


def visible(queryset: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """The rows a user may see: by the queryset's own word, if it has one."""
    return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset


class _Narrowed:
    """Foreign keys offer only what the user may see, and the active community first."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        target = db_field.remote_field.model
        if "queryset" not in kwargs:
            choices = visible(target._default_manager.all(), request)
            if target is Area:
                # The tree of the whole country is outside the wall; here only our own part of it.
                community = getattr(request, "community", None)
                choices = choices.filter(path__contains=[community.area_id if community else 0])
            kwargs["queryset"] = choices
        if db_field.name == "community" and getattr(request, "community", None) is not None:
            kwargs.setdefault("initial", request.community.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        found = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if found is not None and isinstance(found.widget, RelatedFieldWidgetWrapper):
            # Related rows are made in their own registers, by their own actions.
            found.widget.can_add_related = found.widget.can_change_related = False
            found.widget.can_delete_related = found.widget.can_view_related = False
        return found


class OnceActionForm(ActionForm):
    """List actions carry a key like every other form."""

    idempotency_key = forms.CharField(required=False, initial=once.new_key, widget=forms.HiddenInput)


class OnceAdminMixin:
    """Each POST of the office is carried out once; a repeat gets the first one's redirect."""

    change_form_before_template = "admin/once.html"
    action_form = OnceActionForm

    def _once(self, request: HttpRequest, work: Any) -> HttpResponse:
        if request.method not in once.WRITING:
            return work()
        try:
            with transaction.atomic():
                ticket = once.Ticket(request, once.key_of(request), once.hash_of_form(request))
                if not ticket.first:
                    return HttpResponseRedirect(ticket.remembered.location or request.get_full_path())
                response = work()
                location = response.headers.get("Location", "")
                # An office form with errors comes back with status 200 and must stay sendable.
                done = bool(location) or (
                    isinstance(response, HttpResponse)
                    and "attachment" in response.headers.get("Content-Disposition", "")
                )
                ticket.remember(status=response.status_code if done else 422, location=location)
                return response
        except (once.KeyMissing, once.KeyReused) as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(request.get_full_path())

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        view = super().changeform_view  # type: ignore[misc]
        return self._once(request, lambda: view(request, object_id, form_url, extra_context))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        view = super().changelist_view  # type: ignore[misc]
        return self._once(request, lambda: view(request, extra_context))


class _Refusals:
    """A DomainError of the action comes back as an error of the form that was sent."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        view = super().changeform_view  # type: ignore[misc]
        try:
            with transaction.atomic():
                return view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            if request.method != "POST":
                raise
            # Drawn a second time with the same input; the form's clean() now tells the refusal.
            request._station_refusal = refusal  # type: ignore[attr-defined]
            for uploads in request.FILES.lists():
                for upload in uploads[1]:
                    upload.seek(0)
            return view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        refusal = getattr(request, "_station_refusal", None)
        if refusal is None:
            return form

        class Refused(form):  # type: ignore[misc,valid-type]
            def clean(self) -> Any:
                cleaned = super().clean()
                field = refusal.facts.get("field")
                self.add_error(field if field in self.fields else None, refusal.message)
                return cleaned

        return Refused


class _Inline(_Narrowed):
    """Rows inside another register: seen and changed by the roles of the inline."""

    view_roles: Iterable[str] = OFFICE_ROLES
    add_roles: Iterable[str] = NOBODY
    change_roles: Iterable[str] = NOBODY
    extra = 0
    hide_title = True
    can_delete = False
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(super().get_queryset(request), request)  # type: ignore[misc]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(held_roles(request, obj) & (set(self.view_roles) | set(self.change_roles)))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(held_roles(request, obj) & set(self.add_roles))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(held_roles(request, obj) & set(self.change_roles))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StationTabularInline(_Inline, TabularInline):
    """Rows as a table."""


class StationStackedInline(_Inline, StackedInline):
    """Rows as small forms."""


class StationModelAdmin(WordsMixin, _Narrowed, _Refusals, OnceAdminMixin, ModelAdmin):
    """A register of the office. Set the roles; write through `act`; nothing is ever deleted here."""

    view_roles: Iterable[str] = OFFICE_ROLES
    add_roles: Iterable[str] = NOBODY
    change_roles: Iterable[str] = NOBODY
    # Personal fields this register shows; with `person_of` (dotted path to the Person, "self" for Person rows).
    logs_reads: Sequence[str] = ()
    person_of = ""
    in_menu = True
    menu_icon = "folder"
    may_export = True

    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = None  # type: ignore[assignment]
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    warn_unsaved_form = True
    compressed_fields = True
    actions_list = ("export_xlsx",)

    def __init__(self, model: type[Model], admin_site: Any) -> None:
        from django.contrib.admin import ShowFacets

        self.show_facets = ShowFacets.NEVER
        super().__init__(model, admin_site)

    # --- what is seen ---------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(super().get_queryset(request), request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(held_roles(request, obj) & (set(self.view_roles) | set(self.change_roles)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(held_roles(request) & set(self.add_roles))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(held_roles(request, obj) & set(self.change_roles))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def _person(self, row: Any) -> Any:
        for name in self.person_of.split("."):
            if name and name != "self":
                row = getattr(row, name, None)
        return row

    def _log(self, request: HttpRequest, rows: Iterable[Any], purpose: str = "") -> None:
        if self.logs_reads and self.person_of:
            people = [person for row in rows if (person := self._person(row)) is not None]
            reading.record(request, people, list(self.logs_reads), purpose)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if (
            isinstance(response, TemplateResponse)
            and (cl := (response.context_data or {}).get("cl")) is not None
        ):
            self._log(request, cl.result_list)
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and (
            shown := (response.context_data or {}).get("original")
        ):
            self._log(request, [shown])
        return response

    # --- what is done ---------------------------------------------------------------------------
    def act(self, request: HttpRequest, form: Any, change: bool) -> Model | None:
        """Write what the form says: override it to call one action. The default suits plain reference rows."""
        form.instance.save()
        return form.instance

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        made = self.act(request, form, change)
        if made is not None and made is not obj:
            obj.__dict__.update(made.__dict__)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Django's own admin log stands outside the wall and would hold names; row history keeps the change."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """See log_addition."""

    # --- Excel ----------------------------------------------------------------------------------
    def get_actions_list(self, request: HttpRequest) -> Any:
        found = super().get_actions_list(request)
        return found if self.may_export else [each for each in found if "export_xlsx" not in each.action_name]

    def _export_cell(self, name: Any, row: Any) -> Any:
        field, _attribute, value = lookup_field(name, row, self)
        if field is None:
            text = display_for_value(value, "") if isinstance(value, bool) else value
            return strip_tags(str(text)) if isinstance(text, str | Promise) else text
        if (
            isinstance(field, models.IntegerField | models.DateField | models.DateTimeField)
            and not field.flatchoices
        ):
            return value
        if isinstance(field, Field) and field.flatchoices:
            return str(dict(field.flatchoices).get(value, value or ""))
        return (
            ""
            if value is None
            else str(value)
            if not isinstance(value, bool)
            else display_for_field(value, field, "")
        )

    @action(description=gettext_lazy("Export to Excel"), url_path="export-xlsx", icon="download")
    def export_xlsx(self, request: HttpRequest) -> HttpResponse:
        """The list as it is filtered, its columns as they are shown; written down in the read log."""
        if not self.has_view_permission(request):
            return HttpResponse(status=404)
        listing = self.get_changelist_instance(request)
        names = [name for name in self.get_list_display(request) if name != "action_checkbox"]
        field_class = self.exported_class()
        columns = [
            excel.Column(label_for_field(name, self.model, self), text=False, field_class=field_class)
            for name in names
        ]
        title = str(self.model._meta.verbose_name_plural)
        excel.check(title, columns, listing.queryset.order_by().count)
        rows = list(listing.queryset[:MOST_EXPORTED])
        self._log(request, rows, purpose=_("export"))
        cells = ([self._export_cell(name, row) for name in names] for row in rows)
        return excel.xlsx_response(title, columns, cells)

    def exported_class(self) -> FieldClass:
        """How sensitive a file of this register is: by the personal fields that it writes into the read log."""
        shown = set(self.logs_reads) - INTERNAL_FIELDS
        if not shown:
            return FieldClass.INTERNAL
        return FieldClass.PERSONAL if shown <= PERSONAL_FIELDS else FieldClass.SENSITIVE
