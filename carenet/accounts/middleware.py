"""Session rules, language and the active community of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from carenet.accounts import policies

Handler = Callable[[HttpRequest], HttpResponse]

STARTED, SEEN, CHOSEN = "accounts_started", "accounts_seen", "accounts_community"
# Set at sign-in when the password is older than 90 days; gone with the new password.
AGED = "accounts_password_aged"
ENDED_COOKIE = "carenet_ended"
LANGUAGE_COOKIE = "django_language"
API = "/api/"
# A session is written at most once a minute for being alive.
_GRAIN = 60


def start_session(request: HttpRequest) -> None:
    """Begin the clocks of a fresh session; called right after sign-in."""
    moment = int(timezone.now().timestamp())
    request.session[STARTED] = request.session[SEEN] = moment


def language_of(request: HttpRequest) -> str:
    """The reader's language: the browser's own choice, then the account's, then (REST only) Accept-Language."""
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    user = getattr(request, "user", None)
    if chosen not in known and user is not None and user.is_authenticated:
        chosen = user.language
    if chosen not in known and request.path.startswith(API) and request.headers.get("Accept-Language"):
        chosen = translation.get_language_from_request(request)
    return chosen if chosen in known else settings.LANGUAGE_CODE


def _is_activity(request: HttpRequest) -> bool:
    """A fragment that a page fetches by itself keeps nobody signed in; whatever a hand does, does."""
    fetched = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return not (fetched and request.method == "GET")


class SessionRulesMiddleware:
    """Ends sessions that stood idle or are too old; holds back who must change the password or show a second factor.

    Idle 15 minutes for the office, 30 for the public, 12 hours at most. The session that ends becomes a visitor's
    request, and a short cookie lets the sign-in page say why. Source: domain.md §9.2; architecture.md 4a.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        why = self._why_ended(request, user)
        if why:
            logout(request)
            response = self.get_response(request)
            response.set_cookie(ENDED_COOKIE, why, max_age=120, httponly=True, samesite="Lax")
            return response
        held = self._held_back(request, user)
        return held if held is not None else self.get_response(request)

    def _why_ended(self, request: HttpRequest, user: Any) -> str:
        moment = int(timezone.now().timestamp())
        started = request.session.get(STARTED)
        if started is None:
            start_session(request)
            started = moment
        seen = request.session.get(SEEN, started)
        idle = settings.IDLE_SECONDS_STAFF if user.works_here else settings.IDLE_SECONDS_PUBLIC
        if moment - started >= settings.ABSOLUTE_SESSION_SECONDS:
            return "long"
        if moment - seen >= idle:
            return "idle"
        if policies.needs_second_factor(user) and not user.is_verified():
            return "second"
        if moment - seen >= _GRAIN and _is_activity(request):
            request.session[SEEN] = moment
        return ""

    def _held_back(self, request: HttpRequest, user: Any) -> HttpResponse | None:
        if not user.must_change_password and not request.session.get(AGED):
            return None
        page = reverse("accounts:password")
        free = (page, reverse("accounts:sign-out"), reverse("api-accounts:session"), "/preferences/")
        if request.path.startswith((*free, settings.STATIC_URL)):
            return None
        if request.path.startswith(API):
            with translation.override(language_of(request)):
                message = _("Please change your password on the website first.")
            return JsonResponse({"code": "must_change_password", "message": message}, status=403)
        return HttpResponseRedirect(page)


class LanguageMiddleware:
    """Speaks the reader's language; never guesses it from the browser on pages (an elder's phone may be set to English)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class CommunityMiddleware:
    """Sets `request.community`: the session's choice among the user's communities, else the first."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.community = None  # type: ignore[attr-defined]
        user: Any = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            found = user.communities
            chosen = request.session.get(CHOSEN)
            request.community = next(  # type: ignore[attr-defined]
                (each for each in found if each.pk == chosen), found[0] if found else None
            )
            user.active_community = request.community  # type: ignore[attr-defined]
        return self.get_response(request)
