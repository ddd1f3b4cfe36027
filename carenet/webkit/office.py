"""What the office theme asks at each request: header, badge, sidebar, dashboard."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from carenet.webkit import dashboard, menu


def _name(request: HttpRequest) -> str:
    community = getattr(request, "community", None)
    if community is None:
        return _("Office")
    return ((get_language() or "").startswith("en") and community.name_en) or community.name


def title(request: HttpRequest) -> str:
    """The end of the browser's title."""
    return (
        _("%(name)s office") % {"name": _name(request)}
        if getattr(request, "community", None)
        else _("Office")
    )


def header(request: HttpRequest) -> str:
    """The community's name above the sidebar."""
    return _name(request)


def subheader(request: HttpRequest) -> str:
    """The line below it."""
    return _("Elderly-care service station")


def environment(request: HttpRequest) -> list[str] | None:
    """The badge that marks a demonstration."""
    community = getattr(request, "community", None)
    return [_("Demonstration"), "warning"] if community is not None and community.is_demo else None


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Where the language switch returns to."""
    return {"redirect_to": request.get_full_path() if request.method == "GET" else reverse("admin:index")}


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """The links under the user's name."""
    links = [{"title": _("My desk"), "link": reverse("portal:desk")}]
    with suppress(NoReverseMatch):
        links.append({"title": _("Settings"), "link": reverse("accounts:settings")})
    return links


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Doors registered for the office first, then the registers each role may open, app by app."""
    groups: dict[str, list[dict[str, Any]]] = {
        "": [{"title": _("Overview"), "icon": "dashboard", "link": reverse("admin:index")}]
    }
    for link in menu.links(request, "admin", "both"):
        entry: dict[str, Any] = {
            "title": link.label,
            "icon": link.admin_icon or "chevron_right",
            "link": link.url,
        }
        if link.badge:
            entry["badge"] = str(link.badge)
        groups.setdefault(link.section or _("Work"), []).append(entry)
    listed = {entry["link"] for entries in groups.values() for entry in entries}
    for app in admin.site.get_app_list(request):
        for model in app["models"]:
            owner = admin.site._registry.get(model["model"])
            url = model["admin_url"]
            if not url or url in listed or not getattr(owner, "in_menu", False):
                continue
            icon = getattr(owner, "menu_icon", "folder")
            groups.setdefault(str(app["name"]), []).append(
                {"title": model["name"], "icon": icon, "link": url}
            )
    return [
        {"title": name, "items": entries, "separator": bool(name), "collapsible": False}
        for name, entries in groups.items()
    ]


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The cards of the office's home page."""
    cards = dashboard.cards(request)
    context.update(
        figure_cards=[each for each in cards if each.kind == "figures"],
        todo_cards=[each for each in cards if each.kind == "todos"],
        chart_cards=[each for each in cards if each.kind in {"chart", "failed"}],
        rooms=menu.grouped(menu.links(request, "front", "both")),
        as_of=timezone.now(),
        title=_("Overview"),
    )
    return context
