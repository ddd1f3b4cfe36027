"""The station's round seal as a local SVG, drawn sign by sign so that browsers and papers show the same.

No picture of a real seal is imitated: it is the community's name around a star. The demonstration says so across it.
"""

from __future__ import annotations

import math
from html import escape

RED = "#c4281e"
SIZE = 240
MIDDLE = SIZE / 2


def svg(name: str, *, below: str, mark: str = "", label: str = "") -> str:
    """The seal of `name`, with the words `below` the star and a `mark` across it (the demonstration's)."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}"'
        + (f' role="img" aria-label="{escape(label)}"' if label else "")
        + ">",
        f'<circle cx="{MIDDLE:g}" cy="{MIDDLE:g}" r="114" fill="none" stroke="{RED}" stroke-width="6"/>',
        f'<polygon points="{_star(34)}" fill="{RED}"/>',
        *_around(name),
        _text(below, MIDDLE, 186, 19, RED),
    ]
    if mark:
        parts.append(
            f'<g transform="rotate(-18 {MIDDLE:g} {MIDDLE:g})">'
            f'<rect x="8" y="98" width="224" height="44" rx="6" fill="#ffffff" stroke="{RED}" stroke-width="2.5"/>'
            + _text(mark, MIDDLE, 128, 24, RED)
            + "</g>"
        )
    parts.append("</svg>")
    return "".join(parts)


def _text(words: str, x: float, y: float, size: float, fill: str, turn: float = 0) -> str:
    turned = f' transform="rotate({turn:.2f} {x:.2f} {y:.2f})"' if turn else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{fill}" text-anchor="middle" '
        f'font-family="Noto Sans SC, Noto Sans CJK SC, sans-serif" font-weight="bold"{turned}>{escape(words)}</text>'
    )


def _around(name: str) -> list[str]:
    """The name along the upper arc, each sign turned outwards."""
    signs = list(name)[:24]
    spread = min(250.0, 22.0 * max(len(signs) - 1, 1))
    size = 30 if len(signs) <= 12 else 20
    found = []
    for place, sign in enumerate(signs):
        turn = -spread / 2 + (spread * place / (len(signs) - 1) if len(signs) > 1 else spread / 2)
        angle = math.radians(turn - 90)
        found.append(
            _text(sign, MIDDLE + 82 * math.cos(angle), MIDDLE + 82 * math.sin(angle), size, RED, turn)
        )
    return found


def _star(radius: float) -> str:
    points = []
    for place in range(10):
        angle = math.radians(-90 + 36 * place)
        length = radius if place % 2 == 0 else radius * 0.382
        points.append(f"{MIDDLE + length * math.cos(angle):.2f},{MIDDLE + length * math.sin(angle):.2f}")
    return " ".join(points)
