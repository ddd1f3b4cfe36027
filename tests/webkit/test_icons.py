"""Icons are lucide's, drawn without its archive being opened each time."""

from __future__ import annotations

import pytest
from django.test.html import parse_html
from lucide import _render_icon

from carenet.webkit import icons


@pytest.mark.parametrize("name", ["circle", "house", "coins", "calendar-days", "hand-heart"])
def test_an_icon_is_the_same_as_lucides_own(name: str) -> None:
    theirs = _render_icon(name, None, **{"class": "cn-icon", "aria-hidden": "true", "focusable": "false"})
    assert parse_html(icons.drawn(name)) == parse_html(theirs)


def test_an_icon_with_a_label_is_read_aloud_and_escaped() -> None:
    assert 'aria-label="a &lt;b&gt;"' in icons.drawn("house", "a <b>")
    assert 'role="img"' in icons.drawn("house", "a <b>")


def test_an_unknown_icon_is_a_circle() -> None:
    assert icons.drawn("no-such-icon") == icons.drawn("circle")
