"""Home, welcome, preferences, about."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carenet.accounts.states import Role
from carenet.webkit import dashboard, menu
from carenet.webkit.context import CONTRAST_COOKIE, TEXT_SIZE_COOKIE, TEXT_SIZES

A_YEAR = 365 * 24 * 3600
# Whose day begins on one page; everybody else begins at the desk. The first role held decides.
ROLE_HOMES: tuple[tuple[str, str], ...] = (
    (Role.COMMITTEE, "portal:desk"),
    (Role.DIRECTOR, "portal:desk"),
    (Role.SUPERVISOR, "portal:desk"),
    (Role.AUDITOR, "portal:desk"),
    (Role.STREET_OFFICER, "portal:street"),
    (Role.SOCIAL_WORKER, "services:field"),
    (Role.DISPATCHER, "services:requests"),
    (Role.CARE_WORKER, "services:tasks"),
    (Role.VOLUNTEER, "volunteers:me"),
    (Role.ELDER, "services:home"),
    (Role.FAMILY, "services:home"),
    (Role.DONOR, "charity:my-gifts"),
)


def home_of(request: HttpRequest) -> str:
    """The address at which this user's day begins."""
    held = request.user.all_roles  # type: ignore[union-attr]
    for role, name in ROLE_HOMES:
        if role in held:
            try:
                return reverse(name)
            except NoReverseMatch:
                continue
    return reverse("portal:desk")


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Visitors are welcomed; others go where their day begins."""
    if request.user.is_authenticated:
        return redirect(home_of(request))
    return render(request, "portal/welcome.html", {"doors": menu.links(request, "front", "both")})


@login_required
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """Everything a person may open, as tiles, under what waits for them."""
    return render(
        request,
        "portal/desk.html",
        {
            "rooms": menu.grouped(each for each in menu.links(request, "front", "both") if not each.current),
            "cards": dashboard.cards(request),
        },
    )


def about(request: HttpRequest) -> HttpResponse:
    """What the station is and what it keeps about people."""
    return render(request, "portal/about.html")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Text size, language, contrast: a cookie for this browser and, when signed in, the account."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("portal:home")
    response = HttpResponseRedirect(target)
    changed: list[str] = []
    user = request.user

    def keep(cookie: str, value: str) -> None:
        response.set_cookie(
            cookie, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )

    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        keep(settings.LANGUAGE_COOKIE_NAME, language)
        if user.is_authenticated:
            user.language = language
            changed.append("language")
    size = request.POST.get("text_size")
    if size in TEXT_SIZES:
        keep(TEXT_SIZE_COOKIE, size)
        if user.is_authenticated:
            user.text_size = size
            changed.append("text_size")
    contrast = request.POST.get("contrast")
    if contrast == "high":
        keep(CONTRAST_COOKIE, contrast)
    elif contrast == "off":
        response.delete_cookie(CONTRAST_COOKIE, samesite="Lax")
    if changed:
        user.save(update_fields=changed)
    return response
