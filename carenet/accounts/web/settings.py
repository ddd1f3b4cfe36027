"""One's own account: language, text size, password, second factor, roles, sessions."""

from __future__ import annotations

from typing import Any

from django.conf import settings as station_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from carenet.accounts import middleware, policies
from carenet.accounts.actions import people, second
from carenet.accounts.web import forms, halfway
from carenet.webkit import once, refusals
from carenet.webkit.context import TEXT_SIZE_COOKIE


@login_required
@never_cache
@once.once
def settings(request: HttpRequest) -> HttpResponse:
    """Everything about one's account on one page."""
    user: Any = request.user
    initial = {"language": request.LANGUAGE_CODE, "text_size": user.text_size}  # type: ignore[attr-defined]
    form = forms.ChoicesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        people.choose(user=user, **chosen, by=user, at=timezone.now())
        response = redirect("accounts:settings")
        for cookie, value in (
            (middleware.LANGUAGE_COOKIE, chosen["language"]),
            (TEXT_SIZE_COOKIE, chosen["text_size"]),
        ):
            response.set_cookie(
                cookie,
                value,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure(),
            )
        return response
    grants = sorted(user.current_grants, key=lambda each: (each.since, each.pk))
    context = {
        "grants": grants,
        "device": second.device_of(user),
        "codes_left": second.recovery_codes_left(user),
        "second_needed": policies.needs_second_factor(user),
        "second_waived": station_settings.TWO_FACTOR_FOR_STAFF
        and user.works_here
        and policies.second_factor_waived(user),
        "password_is_old": people.password_is_old(user, timezone.now()),
    }
    return refusals.form_page(request, "accounts/settings.html", form, context)


@login_required
@never_cache
@sensitive_post_parameters()
@once.once
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; the other sessions end, this one goes on."""
    user: Any = request.user
    aged = bool(request.session.get(middleware.AGED))
    form = forms.PasswordForm(request.POST or None)
    if not user.has_usable_password():
        del form.fields["old"]
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            held = user.must_change_password or aged
            changed = people.change_password(
                user=user,
                old=form.cleaned_data.get("old", ""),
                new=form.cleaned_data["new"],
                by=user,
                at=timezone.now(),
            )
            request.session.pop(middleware.AGED, None)
            halfway.keep_this_session(request, changed)
            messages.success(request, _("Your password is changed. All other devices were signed out."))
            return redirect("portal:home" if held else "accounts:settings")
    return refusals.form_page(
        request, "accounts/password.html", form, {"must": user.must_change_password, "aged": aged}
    )


@login_required
@require_POST
@once.once
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out on all other devices."""
    user: Any = request.user
    people.end_sessions(user=user, by=user, at=timezone.now())
    halfway.keep_this_session(request, user)
    messages.success(request, _("All other devices were signed out."))
    return redirect("accounts:settings")


@login_required
@never_cache
@require_POST
@once.once_shown
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown once; the second click of a double click shows the same ten."""
    user: Any = request.user
    if second.device_of(user) is None:
        return redirect("accounts:second-set-up")
    codes = second.renew_recovery_codes(user=user, by=user, at=timezone.now())
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "next": "", "renewed": True})
