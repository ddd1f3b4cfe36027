"""Below /admin/: the offline OpenAPI pages (they need the relaxed policy), and our own sign-in instead of admin's."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView


def sign_in(request: HttpRequest) -> HttpResponse:
    """One sign-in for the whole station, with its second factor and limits."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("portal:home"))
    target = request.GET.get("next") or reverse("admin:index")
    return HttpResponseRedirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': target})}")


def sign_out(request: HttpRequest) -> HttpResponse:
    """The form's POST goes on to the station's own sign-out."""
    response = HttpResponseRedirect(reverse("accounts:sign-out"))
    response.status_code = 307
    return response


def settings_page(request: HttpRequest) -> HttpResponse:
    """Passwords are changed where they are checked."""
    return HttpResponseRedirect(reverse("accounts:settings"))


urlpatterns = [
    path("login/", sign_in),
    path("logout/", sign_out),
    path("password_change/", settings_page),
    path(
        "api/",
        staff_member_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema")),
        name="api-docs",
    ),
    path(
        "api/redoc/",
        staff_member_required(SpectacularRedocView.as_view(url_name="api-schema")),
        name="api-redoc",
    ),
    path("api/schema/", staff_member_required(SpectacularAPIView.as_view()), name="api-schema"),
]
