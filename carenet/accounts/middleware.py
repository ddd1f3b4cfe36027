"""Session rules, language and the active community of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


class _Pass:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class SessionRulesMiddleware(_Pass):
    pass


class LanguageMiddleware(_Pass):
    pass


class CommunityMiddleware(_Pass):
    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.community = None  # type: ignore[attr-defined]
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            grants = [each for each in user.current_grants if each.community_id]
            request.community = grants[0].community if grants else None  # type: ignore[attr-defined]
        return self.get_response(request)
