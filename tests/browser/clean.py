"""What every page must be: `assert_clean(page)` says all that is wrong with it at once."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Words that are Latin in good Chinese too; a run of them is no sentence somebody forgot.
LATIN_ALLOWED = {
    "Excel",
    "Word",
    "PDF",
    "QR",
    "WGS",
    "GB",
    "API",
    "JSON",
    "ID",
    "SOS",
    "AED",
    "Cookie",
    "Idempotency",
    "Key",
    "carenet",
    "kg",
    "km",
    "Wi",
    "Fi",
    "T",
    "OK",
}
_RUN = re.compile(r"[A-Za-z][A-Za-z'’\-]+(?:[ ,/]+[A-Za-z][A-Za-z'’\-]+)+")

VISIBLE_TEXT = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || !parent || parent.closest('script, style, template, [lang=en], [data-latin], .material-symbols-outlined')) continue;
    if (!parent.checkVisibility()) continue;
    found.push(node.textContent.trim());
  }
  for (const each of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
    if (each.closest('[lang=en], [data-latin]')) continue;
    for (const name of ['aria-label', 'placeholder', 'title']) if (each.getAttribute(name)) found.push(each.getAttribute(name));
  }
  return found;
}"""

# One question in place of five: each costs a way through three processes.
AT_A_GLANCE = """() => ({
  headings: document.querySelectorAll('h1').length,
  spoken: document.documentElement.lang,
  failed: document.querySelectorAll('.cn-card--failed').length,
  title: document.title,
})"""

SMALL_TARGETS = """(least) => {
  const found = [];
  for (const each of document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), select, textarea')) {
    if (!each.checkVisibility() || each.closest('.govuk-skip-link, .cn-visually-hidden')) continue;
    const style = getComputedStyle(each);
    if (each.tagName === 'A' && style.display === 'inline') continue;   // links inside sentences
    const box = each.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || box.bottom < 0) continue;
    const wanted = each.closest('header, footer') ? 44 : least;
    if (box.height < wanted - 0.6) found.push(`${each.tagName.toLowerCase()}.${each.className} "${(each.innerText || each.value || '').trim().slice(0, 20)}" ${box.height.toFixed(1)} px`);
  }
  return found;
}"""


class Watch:
    """Listens to a page from its birth: console, exceptions, policy violations, strange hosts."""

    def __init__(self, page: Page, host: str) -> None:
        self.host = host
        self.troubles: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"exception: {error}"))
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if (
            message.type == "error"
            and "Failed to load resource: the server responded with a status of 4" not in message.text
        ):
            self.troubles.append(f"console: {message.text[:400]}")

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.host:
            self.troubles.append(f"left our host: {request.url}")


def english_in_chinese(page: Page, allowed: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Runs of two and more Latin words in a Chinese page that no allow-list explains."""
    found = []
    for text in page.evaluate(VISIBLE_TEXT):
        for run in _RUN.findall(text):
            words = re.split(r"[ ,/]+", run)
            if not all(word in LATIN_ALLOWED or word in allowed for word in words):
                found.append(run)
    return sorted(set(found))


def with_axe(page: Page) -> Page:
    """A page that finds axe in each document: the half megabyte travels to the browser once, not for each address."""
    page.add_init_script(AXE_SCRIPT)
    return page


def violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe finds; all it did not find stays in the browser, for carrying it here costs as much as a rule."""
    if not page.evaluate(
        "typeof axe === 'object'"
    ):  # a page that is opened often brings it along (`with_axe`)
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then(results => results.violations)", options
    )
    return found


def problems(
    page: Page,
    *,
    office: bool = False,
    narrow: int = 320,
    target: int = 44,
    latin: set[str] = frozenset(),  # type: ignore[assignment]
    axe: bool = True,
    language: str = "",
) -> list[str]:
    """All that is wrong with the page as it stands now."""
    wrong: list[str] = []
    seen = page.evaluate(AT_A_GLANCE)
    if seen["headings"] != 1:
        wrong.append(f"{seen['headings']} h1 instead of one")
    spoken = seen["spoken"]
    if spoken not in ({language} if language else {"zh-hans", "en"}):
        wrong.append(f"lang is {spoken!r}")
    if seen["failed"]:
        wrong.append("a card of the desk could not be made")
    if not seen["title"].strip(" –|"):
        wrong.append("no title")
    if office:
        latin = {*latin, "scrollable", "content"}  # the label SimpleBar gives its box
    if spoken == "zh-hans":
        wrong += [f"English in Chinese: {run!r}" for run in english_in_chinese(page, latin)]
    if not office:
        before = page.viewport_size
        if before == {"width": narrow, "height": 700}:  # a page that was opened narrow stays so
            before = None
        else:
            page.set_viewport_size({"width": narrow, "height": 700})
        wide, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if wide > room:
            wrong.append(f"scrolls sideways at {narrow} px: {wide} > {room}")
        wrong += [f"small target: {each}" for each in page.evaluate(SMALL_TARGETS, target)]
        if before:
            page.set_viewport_size(before)
    if axe:
        options: dict[str, Any] = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
        if office:
            # unfold's change list: a list without items and three small icons (libraries.md §2.1).
            options["rules"] = {"list": {"enabled": False}, "target-size": {"enabled": False}}
        for violation in violations(page, options):
            nodes = "; ".join(
                str(node["target"]) + " " + node["html"][:160] for node in violation["nodes"][:3]
            )
            wrong.append(f"axe {violation['id']}: {violation['help']}: {nodes}")
    watch: Watch | None = getattr(page, "carenet_watch", None)
    if watch is not None:
        wrong += watch.troubles
        watch.troubles = []
    return wrong


def assert_clean(page: Page, **options: Any) -> None:
    """Fail with everything that is wrong: axe (WCAG 2.2 AA), policy, hosts, 320 px, h1, language, targets."""
    wrong = problems(page, **options)
    assert not wrong, f"{page.url}:\n" + "\n".join(wrong)
