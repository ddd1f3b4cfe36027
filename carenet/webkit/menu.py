"""The menu: each app registers its doors, each person sees those of their roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

# roles=None: everybody who is signed in; roles=PUBLIC: visitors too.
PUBLIC: frozenset[str] = frozenset({"*"})


@dataclass(frozen=True)
class MenuItem:
    """A door. `place`: "front" (header menu and home tiles), "admin" (sidebar of the office), "both", "bell"."""

    label: str | Promise
    url_name: str
    roles: Iterable[str] | None = None
    icon: str = "circle"
    order: int = 100
    hint: str | Promise = ""
    place: str = "front"
    section: str | Promise = ""
    section_order: int = 100
    badge: Callable[[HttpRequest], int | None] | None = None
    admin_icon: str = ""
    may_see: Callable[[HttpRequest], bool] | None = None
    url_args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class MenuLink:
    """A door as one request sees it."""

    label: str
    url: str
    icon: str
    hint: str = ""
    current: bool = False
    badge: int = 0
    section: str = ""
    admin_icon: str = ""
    item: MenuItem | None = field(default=None, repr=False, compare=False)


_items: dict[tuple[str, str], MenuItem] = {}


def register(item: MenuItem) -> None:
    """Add a door; the same url and place registered again replaces the first."""
    _items[item.place, f"{item.url_name}{item.url_args}"] = item


def items(*places: str) -> list[MenuItem]:
    """All registered doors of the places, in order."""
    chosen = (each for each in _items.values() if each.place in places)
    return sorted(chosen, key=lambda each: (each.section_order, each.order, str(each.url_name)))


def held_roles(request: HttpRequest) -> frozenset[str]:
    """The roles of the request's user in the active community and everywhere; none for a visitor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frozenset()
    community = getattr(request, "community", None)
    here: frozenset[str] = user.roles(community.pk) if community else frozenset()
    everywhere: frozenset[str] = user.roles(None)
    return here | everywhere


def may_see(item: MenuItem, request: HttpRequest, held: frozenset[str] | None = None) -> bool:
    """Whether the request's user sees the door: by a role held in the active community, or over an area.

    Who asks for many doors reads the roles once (`held_roles`).
    """
    user = getattr(request, "user", None)
    if item.roles is not None and set(item.roles) == PUBLIC:
        return True
    if user is None or not user.is_authenticated:
        return False
    if item.roles is not None:
        roles = held_roles(request) if held is None else held
        if not roles & set(item.roles):
            return False
    return item.may_see is None or item.may_see(request)


def grouped(found: Iterable[MenuLink]) -> list[tuple[str, list[MenuLink]]]:
    """Doors by the room they lead to: the five apps in their order, then the station's own."""
    rooms = ("elders", "services", "volunteers", "charity", "meetings")
    groups: dict[str, list[MenuLink]] = {room: [] for room in (*rooms, "")}
    for link in found:
        room = link.item.url_name.partition(":")[0] if link.item else ""
        groups[room if room in rooms else ""].append(link)
    titles = {room: str(apps.get_app_config(room).verbose_name) for room in rooms} | {
        "": gettext("The station")
    }
    return [(titles[room], links) for room, links in groups.items() if links]


def may_query() -> bool:
    """False inside a transaction that is already lost (error pages): then nothing may be read."""
    return not (connection.in_atomic_block and connection.needs_rollback)


def links(request: HttpRequest, *places: str) -> list[MenuLink]:
    """The doors the request's user sees in the places, with badges."""
    found = []
    held = held_roles(request)
    for item in items(*(places or ("front", "both"))):
        if not may_see(item, request, held):
            continue
        try:
            url = reverse(item.url_name, args=item.url_args)
        except NoReverseMatch:
            continue
        badge = item.badge(request) if item.badge is not None and may_query() else 0
        current = request.path == url or (url.count("/") > 1 and request.path.startswith(url))
        found.append(
            MenuLink(
                label=str(item.label),
                url=url,
                icon=item.icon,
                hint=str(item.hint),
                current=current,
                badge=badge or 0,
                section=str(item.section),
                admin_icon=item.admin_icon,
                item=item,
            )
        )
    # Only the longest matching address is the current one (/elders/ and /elders/import/).
    longest = max((each.url for each in found if each.current), key=len, default="")
    return [
        each if each.current == (each.url == longest) else MenuLink(**{**each.__dict__, "current": False})
        for each in found
    ]
