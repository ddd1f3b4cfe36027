"""The pages the crawl opens. Add yours: `add(Page("elders:list", roles=("COMMITTEE", "SOCIAL_WORKER")))`.

`args` gets the community and makes what the page needs (committed, in scope), returning the URL's arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """One address, opened by each of the roles ("" is a visitor)."""

    url_name: str
    roles: tuple[str, ...]
    args: Callable[[Any], tuple[Any, ...]] | None = None
    query: str = ""
    office: bool = False
    target: int = 44
    status: int = 200
    latin: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return f"{self.url_name}{self.query}"


PAGES: list[Page] = []
EVERYBODY = ("COMMITTEE", "SOCIAL_WORKER", "VOLUNTEER", "ELDER", "AUDITOR")


def add(*pages: Page) -> None:
    """Add pages to the crawl."""
    PAGES.extend(pages)


add(
    Page("portal:home", ("",)),
    Page("portal:about", ("", "VOLUNTEER")),
    Page("portal:desk", EVERYBODY),
    Page("admin:index", ("COMMITTEE", "AUDITOR"), office=True),
    Page("admin:parties_place_changelist", ("COMMITTEE",), office=True),
    Page("admin:parties_place_add", ("COMMITTEE",), office=True),
    Page("admin:parties_organisation_changelist", ("COMMITTEE",), office=True),
    Page("admin:parties_organisation_add", ("COMMITTEE",), office=True),
    Page("admin:parties_person_changelist", ("COMMITTEE",), office=True),
    Page("admin:parties_servicekind_changelist", ("COMMITTEE",), office=True),
    Page("admin:parties_community_changelist", ("COMMITTEE",), office=True),
)
