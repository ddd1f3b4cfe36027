"""The office opens accounts for people, gives and takes roles, prints one-time passwords, blocks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carenet.accounts import policies
from carenet.accounts.actions import mail, people, second
from carenet.accounts.filters import UserFilter
from carenet.accounts.models import RoleGrant, User
from carenet.accounts.passwords import one_time_password
from carenet.accounts.states import Role
from carenet.parties.models import Area, Community, Organisation, Person
from carenet.webkit import excel, once, paging, refusals
from carenet.webkit.forms import PhoneField, StationForm


def office_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Staff of the active community, and the technical administrator; for others the page does not exist."""

    @wraps(view)
    @login_required
    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        community = request.community  # type: ignore[attr-defined]
        if not user.is_superuser and (community is None or not policies.is_staff_of(user, community.pk)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _communities(user: User) -> Any:
    return Community.objects.active() if user.is_superuser else Community.objects.active().visible_to(user)


class GrantForm(StationForm):
    """A role and where it holds; only what the person at the desk may give."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    community = forms.ModelChoiceField(
        label=gettext_lazy("Community"), queryset=Community.objects.none(), required=False
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=gettext_lazy("Only for dispatchers and care workers: the provider they serve"),
    )
    area = forms.ModelChoiceField(
        label=gettext_lazy("Area"),
        queryset=Area.objects.none(),
        required=False,
        help_text=gettext_lazy("Only for street officers: all communities below it"),
    )

    def __init__(
        self, *args: Any, by: User, user: User | None, community: Community | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        target = user or User()
        allowed = [
            (value, label)
            for value, label in Role.choices
            if policies.may_grant(by, target, value, community.pk if community else None)
        ]
        fields: Any = self.fields
        fields["role"].choices = [("", "—"), *allowed]
        fields["community"].queryset = _communities(by)
        fields["community"].initial = community
        fields["community"].required = not by.is_superuser
        if by.is_superuser:
            fields["area"].queryset = Area.objects.filter(kind__in=["STREET", "COUNTY", "PREFECTURE"])
        else:
            del fields["area"]
        if community is not None and any(
            value in {Role.DISPATCHER, Role.CARE_WORKER} for value, _label in allowed
        ):
            fields["organisation"].queryset = Organisation.objects.visible_to(by).of(community)
        else:
            del fields["organisation"]
        if len(fields["community"].queryset[:2]) == 1 and not by.is_superuser:
            fields["community"].widget = forms.HiddenInput()

    def place(self) -> dict[str, Any]:
        """What `people.grant` wants to know about the role."""
        data = self.cleaned_data
        street = data["role"] == Role.STREET_OFFICER
        return {
            "role": data["role"],
            "community": None if street else data.get("community"),
            "area": data.get("area") if street else None,
            "organisation": data.get("organisation"),
        }


class OpenForm(GrantForm):
    """A new account with its first role."""

    field_order = ("display_name", "username", "phone", "role", "organisation", "community", "area")
    display_name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        help_text=gettext_lazy("Letters or characters without blanks, for example wangguizhen"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    phone = PhoneField(
        label=gettext_lazy("Mobile phone number"),
        required=False,
        help_text=gettext_lazy("With it the person can sign in by text message, without a password"),
    )


@office_only
def accounts(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in here."""
    community = request.community  # type: ignore[attr-defined]
    user: Any = request.user
    grants = RoleGrant.objects.current().select_related("community", "area")
    if not user.is_superuser:
        grants = grants.filter(community__in=user.community_ids)
    queryset = User.objects.visible_to(user).order_by("display_name", "pk")
    if community is not None and not user.is_superuser:
        queryset = queryset.filter(pk__in=RoleGrant.objects.filter(community=community).values("user_id"))
    queryset = queryset.prefetch_related(Prefetch("grants", queryset=grants, to_attr="shown_grants"))
    filters = UserFilter(request.GET, queryset=queryset)
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(each)
            for each in (_("Name"), _("User name"), _("Roles"), _("may sign in"), _("last sign-in"))
        ]
        rows = (
            (
                str(each), each.username, "、".join(str(grant.get_role_display()) for grant in each.shown_grants),
                each.is_active, timezone.localtime(each.last_login) if each.last_login else None,
            )
            for each in filters.qs[:5000]
        )  # fmt: skip
        return excel.xlsx_response("accounts", columns, rows)
    page = paging.page(request, filters.qs)
    return render(request, "accounts/office_list.html", {"page": page, "filter_form": filters.form})


@office_only
@once.once_shown
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account with its first role; the answer is a slip with a one-time password."""
    user: Any = request.user
    wanted = request.GET.get("person", "")
    person = (
        get_object_or_404(Person.objects.visible_to(user), pk=int(wanted), user__isnull=True)
        if wanted.isdigit()
        else None
    )
    initial = {"display_name": person.name} if person is not None else None
    community = request.community  # type: ignore[attr-defined]
    form = OpenForm(request.POST or None, by=user, user=None, community=community, initial=initial)
    if request.method == "POST" and form.is_valid():
        now, data, password = timezone.now(), form.cleaned_data, one_time_password()
        with refusals.refusals_on(form):
            made = people.open_account(
                username=data["username"], display_name=data["display_name"], phone=data["phone"], person=person,
                password=password, must_change_password=True, by=user, at=now,
            )  # fmt: skip
            people.grant(user=made, **form.place(), by=user, at=now)
            return _slip(request, made, password)
    return refusals.form_page(request, "accounts/office_open.html", form, {"person": person})


def _slip(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """The one-time password, to be printed: it is kept nowhere and a repeat of the form does not show it again."""
    return render(request, "accounts/office_slip.html", {"account": user, "password": password})


def _account(request: HttpRequest, pk: int) -> User:
    user: Any = request.user
    return get_object_or_404(User.objects.visible_to(user), pk=pk)


@office_only
@once.once
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its roles, and what can be done with it. POST gives a role."""
    user: Any = request.user
    shown = _account(request, pk)
    community = request.community  # type: ignore[attr-defined]
    form = GrantForm(request.POST or None, by=user, user=shown, community=community)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            people.grant(user=shown, **form.place(), by=user, at=timezone.now())
            messages.success(request, _("The role is given. It counts from now on."))
            return redirect("accounts:account", pk=pk)
    found = [
        {"grant": each, "may_end": policies.may_end(user, shown, each.role, each.community_id)}
        for each in shown.current_grants
        if user.is_superuser or each.community_id in user.community_ids
    ]
    context = {
        "account": shown,
        "grants": found,
        "may_reset": policies.may_reset(user, shown),
        "may_give": len(form.fields["role"].choices) > 1,  # type: ignore[attr-defined]
        "device": second.device_of(shown),
    }
    return refusals.form_page(request, "accounts/office_account.html", form, context)


@office_only
@require_POST
@once.once
def end_role(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    """End a role at once."""
    user: Any = request.user
    shown = _account(request, pk)
    places = RoleGrant.objects.filter(user=shown)
    if not user.is_superuser:
        places = places.filter(community_id__in=user.community_ids)
    grant = get_object_or_404(places, pk=grant_pk)
    with refusals.refusals_told(request):
        people.revoke(grant=grant, by=user, at=timezone.now())
        messages.success(request, _("The role has ended. The person was signed out everywhere."))
    return redirect("accounts:account", pk=pk)


@office_only
@require_POST
@once.once_shown
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password on a slip; the second click of a double click shows the same slip."""
    user: Any = request.user
    shown = _account(request, pk)
    with refusals.refusals_told(request):
        return _slip(request, shown, people.reset_password(user=shown, by=user, at=timezone.now()))
    return redirect("accounts:account", pk=pk)


_DEEDS: dict[str, tuple[Callable[..., Any], Any]] = {
    "block": (people.block, gettext_lazy("The account is blocked.")),
    "unblock": (people.unblock, gettext_lazy("The account is open again.")),
    "second": (people.remove_second_factor, gettext_lazy("The second factor is removed. The next sign-in sets up a new one.")),
    "email": (mail.remove, gettext_lazy("The address is taken out. Nothing more is sent there.")),
    "sessions": (people.end_sessions, gettext_lazy("The person was signed out everywhere.")),
}  # fmt: skip


@office_only
@require_POST
@once.once
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Block, unblock, remove the second factor, sign out."""
    user: Any = request.user
    shown = _account(request, pk)
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    with refusals.refusals_told(request):
        deed[0](user=shown, by=user, at=timezone.now())
        messages.success(request, deed[1])
    return redirect("accounts:account", pk=pk)
