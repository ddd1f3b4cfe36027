"""What every page's frame shows: community, menu, bell, language, text size."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from carenet.webkit import menu

TEXT_SIZE_COOKIE = "carenet_text_size"
CONTRAST_COOKIE = "carenet_contrast"
TEXT_SIZES = ("m", "l", "xl")
# Doors in the header of a PC before the rest is folded, and how many of them one room may take.
SHOWN, PER_ROOM = 7, 3
# What the row of doors has on a screen of 1280 pixels, without the word "More".
ROW = 1060
# How large its letters are by text size, in English and in Chinese (sass/_frame.scss).
HEAD = {False: {}, True: {"l": 21.25, "xl": 22.0}}


def text_size(request: HttpRequest) -> str:
    """The reader's size: the browser's own choice first, then the account's, then standard."""
    chosen = request.COOKIES.get(TEXT_SIZE_COOKIE, "")
    user = getattr(request, "user", None)
    if chosen not in TEXT_SIZES and user is not None and user.is_authenticated:
        chosen = user.text_size
    return chosen if chosen in TEXT_SIZES else "m"


class Frame:
    """The frame of one page; each part is made when the template asks for it, so fragments pay nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def text_size(self) -> str:
        return text_size(self._request)

    @cached_property
    def contrast(self) -> str:
        return "high" if self._request.COOKIES.get(CONTRAST_COOKIE) == "high" else ""

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def signed_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return user is not None and user.is_authenticated

    @cached_property
    def community(self) -> Any:
        """The active community; for visitors the only one there is, if there is only one."""
        community = getattr(self._request, "community", None)
        if community is not None or not menu.may_query():
            return community
        from carenet.parties.models import Community

        found = list(Community.objects.active()[:2])
        return found[0] if len(found) == 1 else None

    @cached_property
    def community_name(self) -> str:
        """The community's name in the reader's language."""
        community = self.community
        if community is None:
            return ""
        return (self.language.startswith("en") and community.name_en) or community.name

    @cached_property
    def seal(self) -> str:
        """The one sign in the seal: the community's first."""
        return self.community.name[:1] if self.community else "和"

    @cached_property
    def menu(self) -> list[menu.MenuLink]:
        return menu.links(self._request, "front", "both")

    @cached_property
    def first_doors(self) -> list[menu.MenuLink]:
        """What fits into one row of the header on a PC; the current door is always among them."""
        first: list[menu.MenuLink] = []
        taken: dict[str, int] = {}
        for link in self.menu:
            room = link.item.url_name.partition(":")[0] if link.item else ""
            taken[room] = taken.get(room, 0) + 1
            if taken[room] <= PER_ROOM and len(first) < SHOWN:
                first.append(link)
        current = [each for each in self.menu if each.current and each not in first]
        room_left = ROW - sum(self._width(each) for each in current)
        kept: list[menu.MenuLink] = []
        for link in first[: SHOWN - 1] if current else first:
            room_left -= self._width(link)
            if room_left < 0:
                break
            kept.append(link)
        return kept + current

    def _width(self, link: menu.MenuLink) -> float:
        """About how many pixels a door takes in the row: letters, icon, badge and padding."""
        size = HEAD[self.language.startswith("zh")].get(self.text_size, 17.0)
        letters = sum(1.0 if ord(sign) > 0x2E7F else 0.54 for sign in str(link.label))
        return (
            letters * size
            + 1.2 * size
            + (34 if self.language.startswith("zh") else 28)
            + (38 if link.badge else 0)
        )

    @cached_property
    def more_doors(self) -> list[menu.MenuLink]:
        """The other doors, folded."""
        return [each for each in self.menu if each not in self.first_doors]

    @cached_property
    def communities(self) -> list[Any]:
        """The user's communities, when there is a choice."""
        user = getattr(self._request, "user", None)
        if not self.signed_in or user is None or len(user.community_ids) < 2 or not menu.may_query():
            return []
        from carenet.parties.models import Community

        return list(Community.objects.visible_to(user).order_by("name")[:50])

    @cached_property
    def bells(self) -> list[menu.MenuLink]:
        return menu.links(self._request, "bell") if self.signed_in else []

    @cached_property
    def today(self) -> date:
        """The station's calendar day."""
        return timezone.localdate()

    @cached_property
    def next(self) -> str:
        """Where the size and language switches return to; a page that only answers POST returns home."""
        return self._request.get_full_path() if self._request.method == "GET" else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    made = Frame(request)
    return {"frame": made, "community": getattr(request, "community", None)}
