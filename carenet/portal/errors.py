"""Django's error handlers: our pages, in the reader's language, without a database."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from carenet.webkit import error_pages


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return error_pages.show(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_pages.show(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when the form's secret does not match: usually cookies are off or the page is old."""
    return error_pages.show(request, 403, refusal=error_pages.OldPage())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_pages.show(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database does not answer."""
    wrong = sys.exc_info()[1]
    down = isinstance(wrong, OperationalError | InterfaceError)
    response = error_pages.show(request, 503 if down else 500)
    if down:
        response["Retry-After"] = "30"
    return response
