"""Every page that takes a POST counts once by its key, or stands in `once.EXEMPT` with its reason."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from carenet.webkit import once
from carenet.webkit.api import OnceAPIMixin

# REST calls without a remembered answer, and why.
EXEMPT_CALLS = {
    "api-accounts:session": "a repeat signs in again; who is signed out stays signed out",
    "api-services:help": "every press must arrive; with a key it is written down once",
    "api-services:help-fine": "said once by itself",
}


def views(patterns: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """All views by the name of their address, without Django's admin."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            if each.namespace != "admin":
                yield from views(each.url_patterns, (*spaces, each.namespace) if each.namespace else spaces)
        elif each.name:
            yield ":".join((*spaces, each.name)), each.callback


def takes_a_post(view: Any) -> bool:
    """Whether a page reads what was posted, or wants a POST."""
    source = inspect.getsource(inspect.unwrap(view))
    return any(each in source for each in ("require_POST", "request.POST", '"POST"'))


def rest_view(view: Any) -> Any:
    return getattr(view, "cls", None) or getattr(view, "view_class", None)


def pages() -> dict[str, Any]:
    return {name: view for name, view in views() if not name.startswith("api") and rest_view(view) is None}


def test_every_page_that_takes_a_post_counts_once_or_says_why_not() -> None:
    found = pages()
    writing = {name for name, view in found.items() if takes_a_post(view)}
    assert len(writing) > 60, "the test no longer finds the writing pages"
    free = {name for name in writing if not getattr(found[name], "counts_once", False)}
    assert free == set(once.EXEMPT), (
        f"needs @once: {sorted(free - set(once.EXEMPT))}; no longer free: {sorted(set(once.EXEMPT) - free)}"
    )


def test_every_writing_rest_call_counts_once_or_says_why_not() -> None:
    free = set()
    for name, view in views():
        cls = rest_view(view)
        if cls is None or not name.startswith("api"):
            continue
        actions = getattr(view, "actions", None)
        methods = (
            set(actions)
            if actions
            else {each for each in ("post", "put", "patch", "delete") if hasattr(cls, each)}
        )
        if methods & {"post", "put", "patch", "delete"} and not issubclass(cls, OnceAPIMixin):
            free.add(name)
    assert free == set(EXEMPT_CALLS)
