"""Open an address again as somebody, without a browser: the same view, the same rights, the same rows.

So an export needs no second program beside the page it belongs to, and whoever lost a role gets nothing.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.urls import resolve
from django.utils import translation
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from django.http import HttpRequest

    from carenet.accounts.models import User
    from carenet.parties.models import Community


class _NoMessages(BaseStorage):
    """Nobody stands at the screen."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return []


def _request(path: str, *, user: User, community: Community, language: str, purpose: str) -> HttpRequest:
    place, _mark, query = path.partition("?")
    host = next(
        (each for each in settings.ALLOWED_HOSTS if each not in ("*", "") and not each.startswith(".")),
        "localhost",
    )
    request: Any = WSGIRequest(
        {
            "REQUEST_METHOD": "GET", "PATH_INFO": unquote(place, "utf-8").encode().decode("latin-1"), "QUERY_STRING": query,
            "SCRIPT_NAME": "", "SERVER_NAME": host, "SERVER_PORT": "443", "wsgi.url_scheme": "https",
            "wsgi.input": BytesIO(b""), "REMOTE_ADDR": "127.0.0.1",
        }
    )  # fmt: skip
    request.user = user
    request.session = SessionStore()
    request.community = user.active_community = community  # type: ignore[attr-defined]
    request.LANGUAGE_CODE = language
    request.htmx = HtmxDetails(request)
    request._messages = _NoMessages(request)
    # Stands in the read log in place of the view's own word (carenet/audit/reading.py).
    request.read_purpose = purpose
    return request  # type: ignore[no-any-return]


def get(path: str, *, user: User, community: Community, language: str, purpose: str = "") -> HttpResponse:
    """The answer of the view behind an address. Raises Http404, NeedsApproval, whatever the view raises."""
    request = _request(path, user=user, community=community, language=language, purpose=purpose)
    with translation.override(language):
        match = resolve(request.path_info)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render") and not getattr(response, "is_rendered", True):
            response = response.render()
        return response
