"""Small coloured words beside a name: drawn once for each word, tone and icon, then remembered.

A work list shows a hundred of them; a template of its own for each is a third of the page's time (benchmarks/search.py).
"""

from __future__ import annotations

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@lru_cache(maxsize=4096)
def _drawn(label: str, tone: str, icon: str) -> SafeString:
    return render_to_string("components/status_badge.html", {"label": label, "tone": tone, "icon": icon})


def badge(label: object, tone: str = "neutral", icon: str = "") -> SafeString:
    """`components/status_badge.html` for a word in the language of now; the label is escaped, tone and icon are ours."""
    return _drawn(str(label), tone, icon)
