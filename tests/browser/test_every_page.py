"""Every page, for every role that may open it, in both languages: clean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser

from tests.browser import conftest as kit
from tests.browser.clean import problems, with_axe
from tests.browser.pages import PAGES, Page
from tests.browser.world import World


@pytest.fixture(scope="module")
def world(module_live: kit.Live) -> World:
    """One of everything, and a user of each role."""
    return World(module_live.community)


@pytest.fixture(scope="module")
def tab(browser: Browser, module_live: kit.Live, world: World) -> Iterator[Callable[[str, str], Any]]:
    """`tab(role, language)`: one page for each language, kept open and handed from role to role.

    A page of a browser context of its own costs a process, and all styles, scripts and letters anew.
    """
    opened: dict[str, Any] = {}
    shows: dict[str, str] = {}

    def given(role: str, language: str) -> Any:
        user = world.users[role] if role else None
        if language not in opened:
            # axe looks at a phone of 390 px; the English page is only looked at on the narrowest one.
            size = {} if language == "zh-hans" else {"width": 320, "height": 700}
            page = kit.open_page(browser, module_live, user, language=language, **size)
            opened[language] = with_axe(page) if language == "zh-hans" else page
        elif shows[language] != role:
            kit.hand_over(opened[language], module_live, user, language=language)
        shows[language] = role
        return opened[language]

    yield given
    for page in opened.values():
        page.context.close()


# Role by role: two workers who share them need not both sign everybody in.
CASES = [
    pytest.param(page, role, id=f"{page.key}-{role or 'visitor'}")
    for role, page in sorted(
        ((role, page) for page in PAGES for role in page.roles), key=lambda case: case[0]
    )
]


@pytest.mark.parametrize(("page", "role"), CASES)
def test_page_is_clean_in_both_languages(
    page: Page,
    role: str,
    tab: Callable[[str, str], Any],
    world: World,
) -> None:
    url = reverse(page.url_name, args=page.args(world) if page.args else ()) + page.query
    wrong: list[str] = []
    for language in ("zh-hans", "en"):
        shown = tab(role, language)
        answer = shown.goto(url)
        assert answer is not None
        if answer.status != page.status:
            wrong.append(f"{language}: {url} answered {answer.status}")
        wrong += [
            f"{language}: {each}"
            for each in problems(
                shown,
                office=page.office,
                target=page.target,
                latin=set(page.latin),
                axe=language == "zh-hans",
                language=language,
            )
        ]
        if folder := os.environ.get("CARENET_SHOTS"):
            for width in (1280, 390):
                shown.set_viewport_size({"width": width, "height": 844})
                name = f"{page.url_name.replace(':', '_')}_{role or 'visitor'}_{language}_{width}.png"
                shown.screenshot(path=os.path.join(folder, name), full_page=True)
    assert not wrong, "\n".join(wrong)


def test_every_named_page_exists() -> None:
    lost = []
    for page in PAGES:
        if page.args is None:
            try:
                reverse(page.url_name)
            except NoReverseMatch:
                lost.append(page.url_name)
    assert not lost


# Addresses that are no pages: they only take posts, answer fragments or files, or belong to one step of a form.
NO_PAGES = {
    "portal:preferences", "accounts:sign-out", "accounts:community-switch", "accounts:second",
    "accounts:sessions-end", "accounts:recovery-codes", "elders:register-check",
    "elders:import-template", "elders:confirm-many", "elders:assessment-worker", "elders:calendar-issue",
    "elders:calendar-revoke", "elders:filter-save", "services:request-take-elders", "services:board-live",
    "services:board-duty", "services:wall-turn", "charity:donation-book", "volunteers:coin-overflow",
    "volunteers:my-calendar-step", "volunteers:slots-publish",
}  # fmt: skip


def test_every_page_without_arguments_is_crawled() -> None:
    def walk(patterns: list[Any], space: str = "") -> Iterator[str]:
        for each in patterns:
            if isinstance(each, URLResolver):
                if not str(each.pattern).startswith(("api/", "admin/")):
                    yield from walk(each.url_patterns, each.namespace or space)
            elif each.name and space and not each.pattern.regex.groupindex:
                yield f"{space}:{each.name}"

    forgotten = set(walk(get_resolver().url_patterns)) - {page.url_name for page in PAGES} - NO_PAGES
    assert not forgotten
