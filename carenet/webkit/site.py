"""The office's site: what a user may open is asked once per page, not once for the menu and once more for the frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite


class OfficeSite(UnfoldAdminSite):
    """Unfold's site; the registers a request may open are put together once. Source: station rule (speed)."""

    def _build_app_dict(self, request: HttpRequest, label: str | None = None) -> dict[str, Any]:
        kept: dict[tuple[int | None, str | None], dict[str, Any]] = request.__dict__.setdefault(
            "_office_registers", {}
        )
        key = (request.user.pk, label)
        if key not in kept:
            kept[key] = super()._build_app_dict(request, label)
        return {name: {**app, "models": list(app["models"])} for name, app in kept[key].items()}
