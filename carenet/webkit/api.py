"""REST: paging and refusals."""

from __future__ import annotations

from typing import Any

from rest_framework import status
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler

from carenet.kernel.errors import DomainError


class Pages(LimitOffsetPagination):
    default_limit = 50
    max_limit = 200


def refusal_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """A refusal is 409 with a code and a sentence."""
    if isinstance(exc, DomainError):
        return Response({"code": exc.code, "message": exc.message}, status=status.HTTP_409_CONFLICT)
    return exception_handler(exc, context)
