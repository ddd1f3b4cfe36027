"""A line over time as inline SVG with its numbers as a table: readings on an elder's page.

Same rules as carenet.webkit.charts: classes and attributes only, prints, needs no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from carenet.webkit.charts import WIDTH, _figure, _table

LEFT, RIGHT, TOP, BASE, HEIGHT = 48, 14, 14, 186, 224
DASHES = ("", "7 5")

Point = tuple[datetime, Sequence[float]]


def line_chart(
    points: Sequence[Point],
    series: Sequence[str],
    title: str = "",
    unit: str = "",
    limits: Sequence[float] = (),
    decimals: int = 0,
) -> SafeString:
    """Lines of one or two series over time, oldest first; `limits` are drawn as thin lines across.

    The second series is dashed, so that the lines differ without colour. The table twin holds every number.
    """
    points = list(points)
    if not points:
        return format_html(
            "<figure class='cn-chart'><figcaption class='cn-chart__title'>{}</figcaption><p class='cn-muted'>{}</p></figure>",
            title,
            _("There are no numbers yet."),
        )
    values = [each for _at, found in points for each in found]
    shown = [each for each in limits if min(values) * 0.7 <= each <= max(values) * 1.3]
    low, high = min([*values, *shown]), max([*values, *shown])
    room = (high - low) * 0.08 or 1.0
    low, high = low - room, high + room
    first, last = points[0][0], points[-1][0]
    span = (last - first).total_seconds() or 1.0
    across = lambda at: LEFT + (at - first).total_seconds() / span * (WIDTH - LEFT - RIGHT)  # noqa: E731
    down = lambda value: BASE - (value - low) / (high - low) * (BASE - TOP)  # noqa: E731
    text = lambda value: f"{value:.{decimals}f}"  # noqa: E731
    parts = [
        format_html(
            "<line class='cn-chart__axis' x1='{}' y1='{}' x2='{}' y2='{}'/>"
            "<text class='cn-chart__soft' x='{}' y='{}' text-anchor='end'>{}</text>",
            LEFT, f"{down(value):.1f}", WIDTH, f"{down(value):.1f}", LEFT - 8, f"{down(value) + 5:.1f}", text(value),
        )
        for value in (low + room, (low + high) / 2, high - room)
    ]  # fmt: skip
    parts += [
        format_html(
            "<line class='cn-chart__limit' x1='{}' y1='{}' x2='{}' y2='{}'><title>{}</title></line>",
            LEFT, f"{down(value):.1f}", WIDTH, f"{down(value):.1f}", _("limit %(value)s") % {"value": text(value)},
        )
        for value in shown
    ]  # fmt: skip
    for index, name in enumerate(series):
        places = [(across(at), down(found[index])) for at, found in points]
        parts.append(
            format_html(
                "<polyline class='cn-chart__line' points='{}'{}><title>{}</title></polyline>",
                " ".join(f"{x:.1f},{y:.1f}" for x, y in places),
                format_html(" stroke-dasharray='{}'", DASHES[index % 2]) if index % 2 else "",
                name,
            )
        )
        parts += [
            format_html(
                "<circle class='cn-chart__dot' cx='{}' cy='{}' r='3.5'><title>{} {}: {}</title></circle>",
                f"{x:.1f}", f"{y:.1f}", _short(at), name, text(found[index]),
            )
            for (x, y), (at, found) in zip(places, points, strict=True)
        ]  # fmt: skip
    ends = [(first, LEFT, "start")] + ([(last, WIDTH, "end")] if len(points) > 1 else [])
    parts += [
        format_html(
            "<text class='cn-chart__soft' x='{}' y='{}' text-anchor='{}'>{}</text>",
            x,
            BASE + 26,
            anchor,
            _short(at),
        )
        for at, x, anchor in ends
    ]
    newest = "/".join(text(each) for each in points[-1][1])
    summary = _("%(count)s readings, the newest %(value)s %(unit)s") % {
        "count": len(points), "value": newest, "unit": unit,
    }  # fmt: skip
    heading = _("%(title)s (%(unit)s)") % {"title": title, "unit": unit} if title and unit else title
    table = _table(
        str(title),
        ["", *series],
        [(_short(at), *(text(each) for each in found)) for at, found in reversed(points)],
    )
    return _figure("line", str(heading), summary, HEIGHT, mark_safe("".join(parts)), table)


def _short(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")
