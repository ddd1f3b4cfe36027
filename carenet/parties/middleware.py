"""One transaction and one scope around the whole response.

Not ATOMIC_REQUESTS alone: a TemplateResponse renders after its view's transaction has ended and would show
empty lists. Source: architecture.md 4a.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from carenet.parties import scope

Handler = Callable[[HttpRequest], HttpResponse]


class ScopeMiddleware:
    """Open a transaction, show the user's communities, render, commit; roll back on errors and 5xx."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        with transaction.atomic():
            communities = user.community_ids if user is not None and user.is_authenticated else ()
            scope.set_for_transaction(communities)
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
            if isinstance(response, StreamingHttpResponse):
                response.carenet_needs_own_scope = True  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Django turns the exception into a response inside us; what was written must still go."""
        transaction.set_rollback(True)
