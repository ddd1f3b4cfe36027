"""Where a request comes from, for the limiter."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's address; behind `TRUSTED_PROXIES` reverse proxies the one the outermost of them saw."""
    proxies: int = getattr(settings, "TRUSTED_PROXIES", 0)
    if proxies:
        seen = [
            each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()
        ]
        if len(seen) >= proxies:
            return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
