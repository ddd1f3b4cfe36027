"""Every page, for every role that may open it, in both languages: clean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser

from carenet.parties import scope
from tests import make
from tests.browser import conftest as kit
from tests.browser.clean import problems
from tests.browser.pages import PAGES, Page


@pytest.fixture(scope="module")
def people() -> dict[str, Any]:
    """One user for each role, made when first wanted."""
    return {}


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[Any, ...]]:
    """The arguments of the pages' addresses, made once."""
    return {}


def address(page: Page, live: kit.Live, made: dict[str, tuple[Any, ...]]) -> str:
    if page.key not in made:
        with scope.within([live.community.pk]):
            made[page.key] = page.args(live.community) if page.args else ()
    return reverse(page.url_name, args=made[page.key]) + page.query


def user_of(role: str, live: kit.Live, people: dict[str, Any]) -> Any:
    if role and role not in people:
        people[role] = make.user(
            role, live.community, username=f"crawl-{role.lower()}", display_name="测试员"
        )
    return people.get(role)


@pytest.fixture(scope="module")
def tabs(browser: Browser, module_live: kit.Live) -> Iterator[dict[tuple[str, str], Any]]:
    """One signed-in page for each role and language, kept open: signing in anew for each would double the time."""
    opened: dict[tuple[str, str], Any] = {}
    yield opened
    for page in opened.values():
        page.context.close()


CASES = [
    pytest.param(page, role, id=f"{page.key}-{role or 'visitor'}") for page in PAGES for role in page.roles
]


@pytest.mark.parametrize(("page", "role"), CASES)
def test_page_is_clean_in_both_languages(
    page: Page,
    role: str,
    module_live: kit.Live,
    browser: Browser,
    tabs: dict[tuple[str, str], Any],
    people: dict[str, Any],
    made: dict[str, Any],
) -> None:
    url = address(page, module_live, made)
    wrong: list[str] = []
    for language in ("zh-hans", "en"):
        if (role, language) not in tabs:
            user = user_of(role, module_live, people)
            tabs[role, language] = kit.open_page(browser, module_live, user, language=language)
        shown = tabs[role, language]
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
