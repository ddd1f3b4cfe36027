"""Security headers, the two content policies, and the page of a refusal nobody caught."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from carenet.exports.gate import NeedsApproval
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.webkit import error_pages
from carenet.webkit.once import KeyMissing

# Measured for unfold 0.91 (libraries.md §2.2): its Alpine needs eval, its theme colours an inline style block.
OFFICE_POLICY = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
PERMISSIONS = (
    "accelerometer=(), camera=(self), geolocation=(self), gyroscope=(), microphone=(), payment=(), usb=()"
)


class HeadersMiddleware:
    """Relaxes the content policy under /admin/ only and adds what Django's own middleware leaves out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = OFFICE_POLICY  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            # Pages with personal data never stay in a shared computer's cache.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """A zero byte is no text anybody types and PostgreSQL keeps none: refused before a page reads it."""
        sent = [*request.GET.lists(), *(request.POST.lists() if request.method == "POST" else ())]
        if any("\0" in each for _name, values in sent for each in values):
            raise BadRequest("zero byte")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no door translated still is a plain sentence, and what was written is undone.

        A file with personal data leads to the page where its approval is asked for (carenet/exports/gate.py).
        """
        if isinstance(exception, NeedsApproval):
            return _to_be_approved(request)
        if not isinstance(exception, DomainError):
            return None
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        status = (
            403 if isinstance(exception, NotAllowed) else 400 if isinstance(exception, KeyMissing) else 409
        )
        return error_pages.show(request, status, refusal=exception)


def _to_be_approved(request: HttpRequest) -> HttpResponse:
    if connection.in_atomic_block:
        transaction.set_rollback(True)
    place = f"{reverse('exports:ask')}?{urlencode({'of': request.get_full_path()})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": place})
    return HttpResponseRedirect(place)
