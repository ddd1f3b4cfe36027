"""Error pages that always come: no database, JSON for machines, and a bare page when even the frame fails."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from carenet.kernel.errors import DomainError

log = logging.getLogger(__name__)


class OldPage(DomainError):
    """The form's secret does not match the browser's cookie."""

    code = "old_page"
    default_message = _lazy(
        "This page is too old to send. Please go back, open it again and send it once more."
    )


def sentence(status: int) -> str:
    """What went wrong, for a person."""
    return {
        400: _("This request could not be understood. Please open the page again."),
        403: _("You may not open this page. If you need it, please ask the station."),
        404: _("This page was not found. It may have moved, or it belongs to another community."),
        409: _("This could not be done."),
        500: _("Something went wrong on our side. Nothing was saved. Please try again in a minute."),
        503: _("The station's computer is busy or being looked after. Please try again in a minute."),
    }[status]


def title(status: int) -> str:
    """The heading of an error page."""
    return {
        400: _("Not understood"),
        403: _("Not allowed"),
        404: _("Page not found"),
        409: _("Not done"),
        500: _("Something went wrong"),
        503: _("One moment, please"),
    }[status]


def wants_json(request: HttpRequest) -> bool:
    """Machines get JSON."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def show(request: HttpRequest, status: int, *, refusal: DomainError | None = None) -> HttpResponse:
    """The error page of a status; a refusal brings its own sentence. Reads nothing from the database."""
    message = refusal.message if refusal is not None else sentence(status)
    if wants_json(request):
        code = refusal.code if refusal is not None else f"http_{status}"
        return JsonResponse({"code": code, "message": message}, status=status)
    if request.headers.get("HX-Request") == "true" and refusal is not None:
        page = loader.render_to_string("components/refusal.html", {"message": message})
        return HttpResponse(page, status=status)
    try:
        page = loader.render_to_string(
            f"{status}.html", {"message": message, "heading": title(status)}, request
        )
    except Exception:
        log.exception("the error page of %s could not be drawn in its frame", status)
        page = (
            f'<!DOCTYPE html><html lang="zh-hans"><head><meta charset="utf-8"><title>{status}</title></head>'
            f'<body><h1>{escape(message)}</h1><p><a href="/">返回首页 / Home</a></p></body></html>'
        )
    return HttpResponse(page, status=status)
