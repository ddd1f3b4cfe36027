"""Lucide's icons as inline SVG, each drawn once for a process.

The package opens its archive of 1,500 pictures anew for every icon, which made the first page of a process wait for seconds;
here the archive is opened once.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from threading import Lock
from xml.etree import ElementTree
from zipfile import ZipFile

from django.utils.safestring import SafeString, mark_safe

SPACE = "{http://www.w3.org/2000/svg}"
_turn = Lock()


@lru_cache(maxsize=1)
def _archive() -> ZipFile:
    return ZipFile(str(files("lucide") / "lucide.zip"))


@lru_cache(maxsize=512)
def drawn(name: str, label: str = "") -> SafeString:
    """The icon with our class, read aloud by its label or hidden when it only decorates; a circle for an unknown name."""
    with _turn:
        try:
            source = _archive().read(f"{name}.svg")
        except KeyError:
            source = _archive().read("circle.svg")
    svg = ElementTree.fromstring(source)  # noqa: S314  (lucide's own pictures, not somebody's upload)
    for node in svg.iter():
        node.tag = node.tag.removeprefix(SPACE)
    svg.attrib["class"] = "cn-icon"
    svg.attrib.update(
        {"role": "img", "aria-label": label} if label else {"aria-hidden": "true", "focusable": "false"}
    )
    return mark_safe(ElementTree.tostring(svg, encoding="unicode"))
