"""Signing in and out. A refused try is an answer, not an exception, so that the limiter's count is kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp.models import Device

from carenet.accounts import middleware, policies
from carenet.accounts.actions import second, sign_in
from carenet.accounts.addresses import address_of
from carenet.accounts.models import User
from carenet.accounts.web import forms, halfway
from carenet.kernel.errors import DomainError
from carenet.parties.models import Community
from carenet.webkit import refusals


def _refuse(form: Form, refusal: DomainError) -> None:
    field = refusal.facts.get("field")
    form.add_error(field if field in form.fields else None, refusal.message)


def _why(request: HttpRequest) -> str:
    """Why the last session ended, for the sign-in page."""
    return {
        "idle": _("You were signed out because nothing happened for a while. Please sign in again."),
        "long": _("You were signed out after a long day. Please sign in again."),
        "second": _("Please sign in again: your work now needs a second factor."),
    }.get(request.COOKIES.get(middleware.ENDED_COOKIE, ""), "")


def _frame(request: HttpRequest) -> dict[str, Any]:
    waived = getattr(settings, "DEMO_WITHOUT_SECOND_FACTOR", False)
    return {
        "next": halfway.wanted_next(request),
        "why": _why(request),
        "demonstration": waived and Community.objects.active().filter(is_demo=True).exists(),
    }


@never_cache
@sensitive_post_parameters("password")
def by_password(request: HttpRequest) -> HttpResponse:
    """Sign in by user name or phone, and password."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(halfway.safe_next(request, request.GET.get("next", "")))
    form = forms.SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt = sign_in.by_password(
            **form.cleaned_data, address=address_of(request), request=request, at=timezone.now()
        )
        if attempt.user is not None:
            return halfway.first_factor_shown(request, attempt.user, halfway.wanted_next(request))
        if attempt.refusal is not None:
            _refuse(form, attempt.refusal)
    return refusals.form_page(request, "accounts/sign_in.html", form, _frame(request))


@never_cache
@sensitive_post_parameters("code")
def by_code(request: HttpRequest) -> HttpResponse:
    """Sign in by a code sent to the phone: first the number, then the code, on one address."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(halfway.safe_next(request, request.GET.get("next", "")))
    if request.method == "POST" and "code" in request.POST:
        return _check_code(request)
    form = forms.PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        community = getattr(request, "community", None) or Community.objects.active().first()
        refusal = sign_in.send_code(
            phone=phone, address=address_of(request), station=str(community or "carenet"), at=timezone.now()
        )
        if refusal is None:
            code_form = forms.CodeForm(initial={"phone": phone})
            return render(
                request, "accounts/sign_in_code.html", {"form": code_form, "phone": phone, **_frame(request)}
            )
        if isinstance(refusal, sign_in.WaitForCode):
            # Sent twice, or asked again too early: the message on its way is the one to type.
            code_form = forms.CodeForm(initial={"phone": phone})
            context = {"form": code_form, "phone": phone, "wait": refusal.message, **_frame(request)}
            return render(request, "accounts/sign_in_code.html", context)
        _refuse(form, refusal)
    return refusals.form_page(request, "accounts/sign_in_phone.html", form, _frame(request))


def _check_code(request: HttpRequest) -> HttpResponse:
    form = forms.CodeForm(request.POST)
    if form.is_valid():
        attempt = sign_in.by_code(**form.cleaned_data, address=address_of(request), at=timezone.now())
        if attempt.user is not None:
            return halfway.first_factor_shown(request, attempt.user, halfway.wanted_next(request))
        if attempt.refusal is not None:
            _refuse(form, attempt.refusal)
    context = {"phone": form.data.get("phone", ""), **_frame(request)}
    return refusals.form_page(request, "accounts/sign_in_code.html", form, context)


@never_cache
@sensitive_post_parameters("token")
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator app, or a recovery code."""
    form = forms.SecondForm(request.POST or None)
    user = halfway.halfway_user(request)
    if user is None:
        token = form.cleaned_data["token"] if request.method == "POST" and form.is_valid() else ""
        again = halfway.done_before(request, token) if token else None
        if again is not None:
            return _let_in(request, again[0], second.device_of(again[0]), token, again[1])
        return redirect("portal:home" if request.user.is_authenticated else "accounts:sign-in")
    if request.method == "POST" and form.is_valid():
        token = form.cleaned_data["token"]
        found = second.verify(user=user, token=token, at=timezone.now())
        if not isinstance(found, DomainError):
            return _let_in(request, user, found, token, request.session.get(halfway.HALF, {}).get("next", ""))
        # Two presses at once: this one waited for the other, which has used the code up.
        again = halfway.done_before(request, token)
        if again is not None:
            return _let_in(request, again[0], second.device_of(again[0]), token, again[1])
        _refuse(form, found)
    return refusals.form_page(request, "accounts/second.html", form)


def _let_in(
    request: HttpRequest, user: User, device: Device | None, token: str, next_url: str
) -> HttpResponse:
    before = request.session.session_key
    answer = halfway.complete(request, user, device, next_url)
    halfway.remember_done(request, before, user, token, next_url)
    return answer


def _who_sets_up(request: HttpRequest) -> User | None:
    user: Any = request.user
    return user if user.is_authenticated else halfway.halfway_user(request)


@never_cache
@sensitive_post_parameters("token")
def second_factor_set_up(request: HttpRequest) -> HttpResponse:
    """Set up the authenticator app: scan, type its first code, write down the recovery codes."""
    user = _who_sets_up(request)
    if user is None:
        return redirect("accounts:sign-in")
    if second.device_of(user) is not None:
        return redirect("accounts:settings" if request.user.is_authenticated else "accounts:second")
    now = timezone.now()
    form = forms.FirstTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = second.confirm(user=user, token=form.cleaned_data["token"], by=user, at=now)
        if not isinstance(done, DomainError):
            next_url = request.session.get(halfway.HALF, {}).get("next", "")
            device = second.device_of(user)
            if request.user.is_authenticated:
                halfway.keep_this_session(request, user, device)
            else:
                halfway.enter(request, user, device)
            next_url = halfway.safe_next(request, next_url)
            return render(request, "accounts/recovery_codes.html", {"codes": done, "next": next_url})
        _refuse(form, done)
    device = second.begin(user=user, by=user, at=now)
    context = {
        "picture": mark_safe(second.picture(device)),  # segno's own SVG
        "secret": second.secret_text(device),
        "must": policies.needs_second_factor(user),
    }
    return refusals.form_page(request, "accounts/second_set_up.html", form, context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@login_required
@require_POST
def switch_community(request: HttpRequest) -> HttpResponse:
    """Work in another of one's communities. An unknown one changes nothing."""
    wanted = request.POST.get("community", "")
    user: Any = request.user
    if wanted.isdigit() and int(wanted) in user.community_ids:
        request.session[middleware.CHOSEN] = int(wanted)
    return redirect(halfway.safe_next(request, request.POST.get("next", "")))
