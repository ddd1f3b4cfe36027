"""The root of the REST API: which collections there are, as JSON."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

PREFIX = "api/v1/"


def _collections(patterns: list[Any], before: str = "") -> list[str]:
    """Addresses below the prefix that take no argument."""
    found = []
    for pattern in patterns:
        # A router's addresses are regular expressions with an anchor at each end, ours are plain paths.
        path = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            found += _collections(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and "<" not in path and "(" not in path and path != PREFIX:
            found.append(path)
    return found


class Root(APIView):
    """Where things are. Open to everybody, because it names no rows."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="root", responses=OpenApiTypes.OBJECT, tags=["root"])
    def get(self, request: Request) -> Response:
        """The collections of this version and where the documentation is."""
        paths = [each for each in _collections(get_resolver().url_patterns) if each.startswith(PREFIX)]
        return Response(
            {
                "name": "carenet",
                "version": 1,
                "documentation": request.build_absolute_uri("/admin/api/"),
                "collections": {
                    each.removeprefix(PREFIX).strip("/").replace("/", "."): request.build_absolute_uri(
                        f"/{each}"
                    )
                    for each in sorted(set(paths))
                },
            }
        )
