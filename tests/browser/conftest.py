"""A live station in a thread, and signed-in pages in Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Browser, BrowserContext, Page

from tests import clones, make
from tests.browser import chromium
from tests.browser.clean import Watch

# Playwright's own event loop runs in this thread; the ORM calls of the tests are plain synchronous ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
_missing: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything below tests/browser is a browser test; without a browser it fails in CI and is skipped elsewhere."""
    here = os.path.dirname(__file__)
    for item in items:
        if not str(item.path).startswith(here):
            continue
        item.add_marker(pytest.mark.browser)
        if chromium.path() is None and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
            _missing.append(item.name)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was not seen."""
    if _missing:
        terminalreporter.section("NO CHROMIUM: BROWSER TESTS NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{len(_missing)} browser tests were skipped. Install Debian's chromium, or name one in CARENET_CHROMIUM."
        )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium."""
    path = chromium.path()
    if path is None:
        pytest.fail("no Chromium: install Debian's chromium or set CARENET_CHROMIUM")
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.ARGUMENTS}


class StaticFiles(_StaticFilesHandler):
    """Static files that the browser keeps; those of a fresh clone are so new that it would ask again at each page."""

    def serve(self, request: Any) -> Any:
        response = super().serve(request)
        response.headers["Cache-Control"] = "max-age=3600"
        return response


class Live:
    """A running station: its address and its community."""

    def __init__(self, url: str, community: Any) -> None:
        self.url, self.community = url, community
        self.host = urlsplit(url).netloc


@contextmanager
def serving(community: Any) -> Iterator[Live]:
    """Serve the station of the present database on a free port of this machine."""
    thread = LiveServerThread("localhost", StaticFiles, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield Live(f"http://localhost:{thread.port}", community)
    finally:
        thread.terminate()


@pytest.fixture
def live(station_db: Any) -> Iterator[Live]:
    """A station with a fresh committed database, served."""
    with serving(station_db) as found:
        yield found


@pytest.fixture(scope="module")
def module_live(django_db_setup: None, django_db_blocker: Any) -> Iterator[Live]:
    """One served station for all tests of a module that only look."""
    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        name = clones.clone(clones.template(), suffix=f"module_{os.getpid()}_{clones.next_number()}")
        clones.point_to(name)
        try:
            with serving(make.community()) as found:
                yield found
        finally:
            clones.point_to(before)
            clones.drop(name)


def open_page(
    browser: Browser, live: Live, user: Any = None, *, width: int = 390, height: int = 844, language: str = "",
    cookies: dict[str, str] | None = None,
) -> Page:  # fmt: skip
    """A page of its own context, signed in as the user, watched from the start."""
    context = browser.new_context(
        base_url=live.url,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    wanted = dict(cookies or {})
    if language:
        wanted["django_language"] = language
    _give_cookies(context, live, user, wanted)
    page = context.new_page()
    page.carenet_watch = Watch(page, live.host)  # type: ignore[attr-defined]
    return page


def _give_cookies(context: BrowserContext, live: Live, user: Any, wanted: dict[str, str]) -> None:
    if user is not None:
        wanted = wanted | {name: morsel.value for name, morsel in make.client_for(user).cookies.items()}
    context.add_cookies([{"name": name, "value": value, "url": live.url} for name, value in wanted.items()])


def hand_over(page: Page, live: Live, user: Any, *, language: str) -> None:
    """Give an open page to another user: nothing of the last one stays but the files that are the same for all."""
    page.evaluate("try { sessionStorage.clear() } catch {}")
    page.context.clear_cookies()
    devtools = page.context.new_cdp_session(page)
    kinds = "local_storage,indexeddb,cache_storage,service_workers,file_systems,websql"
    devtools.send("Storage.clearDataForOrigin", {"origin": live.url, "storageTypes": kinds})
    devtools.detach()
    _give_cookies(page.context, live, user, {"django_language": language})


@pytest.fixture
def page_for(browser: Browser, live: Live) -> Iterator[Callable[..., Page]]:
    """`page = page_for(user, width=390)`; `page.goto("/desk/")` is on the live station."""
    opened: list[Page] = []

    def made(user: Any = None, **options: Any) -> Page:
        page = open_page(browser, live, user, **options)
        opened.append(page)
        return page

    yield made
    for page in opened:
        page.context.close()


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[..., str]:
    """`screenshot(page, "name")` writes a full-page picture to $CARENET_SHOTS, when that is set."""

    def taken(page: Page, name: str) -> str:
        folder = os.environ.get("CARENET_SHOTS", "")
        if not folder:
            return ""
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"{name}.png")
        page.screenshot(path=path, full_page=True)
        return path

    return taken
