"""REST for every app: one shape of errors, one shape of pages, and every write counts once.

Errors are `{"code", "message"}`, with `fields` when the input was wrong. Source: architecture.md law 4.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as FormInvalid
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_mock_request
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from carenet.kernel.errors import DomainError, NotAllowed
from carenet.webkit import once

OURS = frozenset({"carenet", "elders", "services", "volunteers", "charity", "meetings"})


class KeyHeaderMissing(once.KeyMissing):
    """A REST write came without its header."""

    default_message = _lazy("Every writing call needs the header Idempotency-Key with a new key of its own.")


def _fields(detail: Any) -> Any:
    if isinstance(detail, dict):
        return {name: _fields(each) for name, each in detail.items()}
    if isinstance(detail, list | tuple):
        return [_fields(each) for each in detail]
    return str(detail)


def _first_sentence(detail: Any) -> str:
    while isinstance(detail, dict | list | tuple):
        if not detail:
            return ""
        detail = next(iter(detail.values())) if isinstance(detail, dict) else detail[0]
    return str(detail)


def _answer(code: str, message: str, status_code: int, **more: Any) -> Response:
    return Response({"code": code, "message": message, **more}, status=status_code)


def refusal_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal and error as `{"code", "message"}`; what was written before it is undone."""
    response = _translated(exc)
    if response is not None:
        set_rollback()
    return response


def _translated(exc: Exception) -> Response | None:
    if isinstance(exc, NotAllowed):
        return _answer(exc.code, exc.message, status.HTTP_403_FORBIDDEN)
    if isinstance(exc, once.KeyMissing):
        return _answer(exc.code, exc.message, status.HTTP_400_BAD_REQUEST)
    if isinstance(exc, DomainError):
        return _answer(exc.code, exc.message, status.HTTP_409_CONFLICT)
    if isinstance(exc, Http404):
        return _answer("not_found", _("This was not found."), status.HTTP_404_NOT_FOUND)
    if isinstance(exc, PermissionDenied):
        return _answer("not_allowed", _("You are not allowed to do this."), status.HTTP_403_FORBIDDEN)
    if isinstance(exc, FormInvalid):
        exc = exceptions.ValidationError(
            detail=exc.message_dict if hasattr(exc, "error_dict") else exc.messages
        )
    if isinstance(exc, exceptions.ValidationError):
        fields = _fields(exc.detail)
        if not isinstance(fields, dict):
            fields = {"non_field_errors": fields}
        return _answer("invalid", _first_sentence(exc.detail), exc.status_code, fields=fields)
    if isinstance(exc, exceptions.APIException):
        code = exc.get_codes() if isinstance(exc.detail, str) else exc.default_code
        response = _answer(str(code), _first_sentence(exc.detail), exc.status_code)
        if wait := getattr(exc, "wait", None):
            response["Retry-After"] = str(int(wait))
        if header := getattr(exc, "auth_header", None):
            response["WWW-Authenticate"] = header
        return response
    return None


def _replay(ticket: once.Ticket) -> Response:
    body = ticket.remembered.body()
    response = Response(json.loads(body) if body else None, status=ticket.remembered.status)
    response["Idempotency-Replayed"] = "true"
    return response


def _carried_out(request: Request, work: Callable[[], Response]) -> Response:
    """Run a REST write once for its key; the answer is kept, sealed, for its repeats."""
    key = request.headers.get(once.HEADER, "")
    if not key or len(key) > once.LONGEST_KEY or not key.isprintable():
        raise KeyHeaderMissing
    with transaction.atomic():
        body_hash = once.hash_of_data([request.method, request.query_params.dict(), request.data])
        ticket = once.Ticket(request._request, key, body_hash)
        if not ticket.first:
            return _replay(ticket)
        response = work()
        if response.status_code >= 500:
            transaction.set_rollback(True)
        else:
            data = getattr(response, "data", None)
            ticket.remember(
                status=response.status_code,
                location=response.headers.get("Location", ""),
                body="" if data is None else json.dumps(data, ensure_ascii=False, default=str),
            )
    return response


class OnceAPIMixin:
    """For APIView and view sets: every writing method needs Idempotency-Key and is carried out once."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        name = (request.method or "").lower()
        if request.method not in once.WRITING or getattr(self, "_guarded", None) is not None:
            return
        handler = getattr(self, name, None)
        if handler is None:
            return
        self._guarded = handler

        def guarded(request: Request, *args: Any, **kwargs: Any) -> Response:
            return _carried_out(request, lambda: handler(request, *args, **kwargs))

        # The instance lives for this one request; DRF looks the handler up after `initial`.
        setattr(self, name, guarded)


def once_api(view: Callable[..., Response]) -> Callable[..., Response]:
    """For function views: `@api_view(["POST"])` above, `@once_api` below it."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> Response:
        if request.method not in once.WRITING:
            return view(request, *args, **kwargs)
        return _carried_out(request, lambda: view(request, *args, **kwargs))

    return guarded


def mock_request(method: str, path: str, view: Any, original_request: Any, **options: Any) -> Any:
    """The request with which OpenAPI looks at a view: somebody who belongs nowhere and so sees no row."""
    from carenet.accounts.models import User

    request = build_mock_request(method, path, view, original_request, **options)
    nobody = User(username="openapi")
    nobody.__dict__.update(current_grants=[], community_ids=(), all_roles=frozenset())
    request.user = nobody
    request.community = request._request.community = None
    return request


class Schema(AutoSchema):
    """OpenAPI: writing calls name their header; components carry the name of their app."""

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        name = super().get_serializer_name(serializer, direction)
        parts = type(serializer).__module__.split(".")
        app = (parts[1] if parts[0] == "carenet" else parts[0]).capitalize()
        return name if name.startswith(app) or parts[0] not in OURS else f"{app}{name}"

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        if self.method in once.WRITING:
            found.append(
                OpenApiParameter(
                    name=once.HEADER,
                    location=OpenApiParameter.HEADER,
                    required=True,
                    description="A new key for every intended write; the same key and body is carried out once.",
                )
            )
        return found
