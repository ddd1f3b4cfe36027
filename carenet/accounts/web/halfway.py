"""Between the first and the second factor: who has shown the first stands in the session, nobody is signed in."""

from __future__ import annotations

import django_otp
from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp.models import Device

from carenet.accounts import middleware, policies
from carenet.accounts.actions import people, second
from carenet.accounts.models import User

HALF = "accounts_half"
HALF_SECONDS = 10 * 60
DONE = "accounts_done"
DONE_SECONDS = 60
BACKEND = "carenet.accounts.backends.NameOrPhoneBackend"


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Where to go after signing in: an address of this site, otherwise home."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else reverse(settings.LOGIN_REDIRECT_URL)


def wanted_next(request: HttpRequest) -> str:
    """The `next` of a form or address, already made safe; empty when there is none."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return safe_next(request, wanted) if wanted else ""


def first_factor_shown(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    """Sign in, or ask for the second factor when the user has one or must have one."""
    has_one = second.device_of(user) is not None
    if not has_one and not policies.needs_second_factor(user):
        return complete(request, user, None, next_url)
    request.session.cycle_key()
    request.session[HALF] = {
        "user": user.pk,
        "at": int(timezone.now().timestamp()),
        "epoch": user.session_epoch,
        "next": next_url,
    }
    return redirect("accounts:second" if has_one else "accounts:second-set-up")


def halfway_user(request: HttpRequest) -> User | None:
    """Who showed the first factor in this session within the last ten minutes."""
    half = request.session.get(HALF)
    if not half or timezone.now().timestamp() - half["at"] > HALF_SECONDS:
        request.session.pop(HALF, None)
        return None
    return User.objects.filter(pk=half["user"], is_active=True, session_epoch=half["epoch"]).first()


def enter(request: HttpRequest, user: User, device: Device | None) -> None:
    """Open the session under a new id; whoever was signed in here before is signed out."""
    if device is not None:
        user.otp_device = device  # type: ignore[attr-defined]
    request.session.pop(HALF, None)
    request.session.pop(DONE, None)
    login(request, user, backend=BACKEND)
    middleware.start_session(request)
    now = timezone.now()
    if user.works_here:
        people.start_password_clock(user=user, by=user, at=now)
    if people.password_is_old(user, now):
        request.session[middleware.AGED] = True


def remember_done(request: HttpRequest, before: str | None, user: User, token: str, next_url: str) -> None:
    """Keep, under the half-open session's old id, that this code has opened a session: for the second press of a button.

    The browser sends a double click with the old cookie and shows the answer to that one. For a minute, the same code in
    the same half-open session is let in again; one other code ends this. Source: issue 2 (pressing twice is pressing once).
    """
    if before is None or before == request.session.session_key:
        return
    old = SessionStore()
    old[DONE] = {
        "user": user.pk, "epoch": user.session_epoch, "at": int(timezone.now().timestamp()),
        "token": salted_hmac(DONE, token).hexdigest(), "next": next_url,
    }  # fmt: skip
    old.set_expiry(DONE_SECONDS)
    old._session_key = before  # a store that is asked for a key that is gone takes a new one
    old.save(must_create=True)


def done_before(request: HttpRequest, token: str) -> tuple[User, str] | None:
    """Who has just been let in by this very code from this very half-open session, and where they wanted to go."""
    key = request.session.session_key
    kept = SessionStore(key).get(DONE) if key else None
    if not kept or timezone.now().timestamp() - kept["at"] > DONE_SECONDS:
        return None
    if not constant_time_compare(kept["token"], salted_hmac(DONE, token).hexdigest()):
        SessionStore(key).delete()
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True, session_epoch=kept["epoch"]).first()
    return (user, kept["next"]) if user is not None else None


def complete(request: HttpRequest, user: User, device: Device | None, next_url: str) -> HttpResponse:
    """Open the session and go where the person wanted to go."""
    enter(request, user, device)
    held = user.must_change_password or request.session.get(middleware.AGED)
    response = redirect("accounts:password" if held else safe_next(request, next_url))
    response.delete_cookie(middleware.ENDED_COOKIE, samesite="Lax")
    return response


def keep_this_session(request: HttpRequest, user: User, device: Device | None = None) -> None:
    """After the user's own change of password or second factor: this session goes on under a new id."""
    update_session_auth_hash(request, user)
    if device is not None:
        django_otp.login(request, device)
