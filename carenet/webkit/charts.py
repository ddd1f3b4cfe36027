"""Small charts as inline SVG: they print, need no script, and each has its numbers as a table.

Colours come from classes, positions from attributes, so the strict content policy holds. Every function takes
plain rows and returns safe HTML; the template tags of the same names call them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WIDTH = 420


def _number(value: Any) -> str:
    return (
        f"{value:,}"
        if isinstance(value, int)
        else f"{value:,.1f}"
        if isinstance(value, float)
        else str(value)
    )


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> SafeString:
    cells = format_html_join(
        "",
        "<tr><th scope='row'>{}</th>{}</tr>",
        (
            (
                row[0],
                format_html_join("", "<td class='cn-num'>{}</td>", ((_number(cell),) for cell in row[1:])),
            )
            for row in rows
        ),
    )
    heads = format_html_join("", "<th scope='col'>{}</th>", ((each,) for each in head))
    return format_html(
        "<details><summary>{}</summary><div class='cn-table-scroll' tabindex='0' role='region' aria-label='{}'>"
        "<table class='govuk-table'><caption class='cn-visually-hidden'>{}</caption>"
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>",
        _("Show as a table"),
        title,
        title,
        heads,
        cells,
    )


def _figure(
    kind: str, title: str, summary: str, height: int, inside: SafeString, after: SafeString
) -> SafeString:
    return format_html(
        "<figure class='cn-chart cn-chart--{}'><figcaption class='cn-chart__title'>{}</figcaption>"
        "<svg viewBox='0 0 {} {}' role='img' aria-label='{}' preserveAspectRatio='xMinYMin meet'>{}</svg>{}</figure>",
        kind,
        title,
        WIDTH,
        height,
        f"{title}{_(': ')}{summary}" if title else summary,
        inside,
        after,
    )


def _summary(rows: Sequence[tuple[str, Any]], unit: str) -> str:
    shown = _(", ").join(f"{label} {_number(value)} {unit}".strip() for label, value in rows[:12])
    more = len(rows) - 12
    return shown + (ngettext(" and %(n)d more", " and %(n)d more", more) % {"n": more} if more > 0 else "")


def bar_chart(rows: Sequence[Sequence[Any]], title: str = "", unit: str = "", tone: str = "1") -> SafeString:
    """Horizontal bars; a row is (label, value) or (label, value, url).

    Labels and values are text, so they keep the reader's size and need no table twin.
    """
    rows = list(rows)
    if not rows:
        return format_html(
            "<figure class='cn-chart'><figcaption class='cn-chart__title'>{}</figcaption><p class='cn-muted'>{}</p></figure>",
            title,
            _("There are no numbers yet."),
        )
    top = max((float(row[1]) for row in rows), default=0) or 1
    lines = []
    for row in rows:
        label = format_html("<a href='{}'>{}</a>", row[2], row[0]) if len(row) > 2 and row[2] else row[0]
        lines.append(
            format_html(
                "<li class='cn-bars__row'><span class='cn-bars__label'>{}</span>"
                "<svg class='cn-bars__bar' viewBox='0 0 100 10' preserveAspectRatio='none' aria-hidden='true' focusable='false'>"
                "<rect class='cn-chart__track' width='100' height='10'/>"
                "<rect class='cn-chart__{}' width='{}' height='10'/></svg>"
                "<span class='cn-bars__value'>{}<span class='cn-visually-hidden'> {}</span></span></li>",
                label,
                tone,
                f"{max(0.0, float(row[1])) / top * 100:.1f}",
                _number(row[1]),
                unit,
            )
        )
    heading = _("%(title)s (%(unit)s)") % {"title": title, "unit": unit} if title and unit else title
    return format_html(
        "<figure class='cn-chart cn-chart--bars'><figcaption class='cn-chart__title'>{}</figcaption>"
        "<ul class='cn-bars'>{}</ul></figure>",
        heading,
        mark_safe("".join(lines)),
    )


def _label_room(rows: Sequence[tuple[str, Sequence[Any]]]) -> int:
    """The room the longest name under a bar takes with the letters of a phone; a Chinese sign is two wide."""
    return max(
        (6 + sum(18 if ord(sign) > 0x2E7F else 10 for sign in str(label)) for label, _values in rows),
        default=48,
    )


def stacked_bars(
    rows: Sequence[tuple[str, Sequence[Any]]],
    series: Sequence[tuple[str, str]],
    title: str = "",
    unit: str = "",
) -> SafeString:
    """Vertical stacked bars; series are (label, tone) with tone "1" … "6" or "sos"."""
    rows, series = list(rows), list(series)
    if not any(float(each) for _label, values in rows for each in values):
        return format_html(
            "<figure class='cn-chart'><figcaption class='cn-chart__title'>{}</figcaption><p class='cn-muted'>{}</p></figure>",
            title,
            _("There are no numbers yet."),
        )
    height, base, left = 240, 205, 40
    top = max((sum(float(each) for each in values) for _label, values in rows), default=0) or 1
    step = (WIDTH - left) / max(1, len(rows))
    bar = min(44.0, step * 0.7)
    every = max(1, -(-len(rows) * _label_room(rows) // (WIDTH - left)))
    parts = [
        format_html(
            "<line class='cn-chart__axis' x1='{}' y1='{}' x2='{}' y2='{}'/>"
            "<text class='cn-chart__soft' x='{}' y='{}' text-anchor='end'>{}</text>",
            left,
            f"{base - share * 185:.1f}",
            WIDTH,
            f"{base - share * 185:.1f}",
            left - 8,
            f"{base - share * 185 + 5:.1f}",
            _number(round(top * share)),
        )
        for share in ((0.0, 0.5, 1.0) if top >= 4 else (0.0, 1.0))
    ]
    for index, (label, values) in enumerate(rows):
        x, y = left + index * step + (step - bar) / 2, float(base)
        for (name, tone), value in zip(series, values, strict=False):
            tall = float(value) / top * 185
            if tall <= 0:
                continue
            y -= tall
            parts.append(
                format_html(
                    "<rect class='cn-chart__{}' x='{}' y='{}' width='{}' height='{}' rx='2'>"
                    "<title>{} {}: {}</title></rect>",
                    tone,
                    f"{x:.1f}",
                    f"{y:.1f}",
                    f"{bar:.1f}",
                    f"{tall:.1f}",
                    label,
                    name,
                    _number(value),
                )
            )
        if index % every == 0:
            parts.append(
                format_html(
                    "<text class='cn-chart__soft' x='{}' y='{}' text-anchor='middle'>{}</text>",
                    f"{x + bar / 2:.1f}",
                    base + 24,
                    label,
                )
            )
    legend = format_html(
        "<ul class='cn-chart__legend'>{}</ul>",
        format_html_join(
            "",
            "<li><svg viewBox='0 0 16 16' aria-hidden='true'>"
            "<rect class='cn-chart__{}' width='16' height='16' rx='4'/></svg>{}</li>",
            ((tone, name) for name, tone in series),
        ),
    )
    totals = [
        (name, sum(values[index] for _label, values in rows)) for index, (name, _tone) in enumerate(series)
    ]
    table = _table(
        str(title), ["", *(str(name) for name, _tone in series)], [(label, *values) for label, values in rows]
    )
    return _figure(
        "stacked", str(title), _summary(totals, str(unit)), height, mark_safe("".join(parts)), legend + table
    )


def sparkline(values: Sequence[Any], label: str = "") -> SafeString:
    """A tiny line of the last values; the label says the direction in words."""
    points = [float(each) for each in values]
    if not points:
        return mark_safe("")
    low, high = min(points), max(points)
    spread = (high - low) or 1
    step = 120 / max(1, len(points) - 1)
    places = [(5 + index * step, 29 - (each - low) / spread * 24) for index, each in enumerate(points)]
    return format_html(
        "<svg class='cn-sparkline' viewBox='0 0 130 34' role='img' aria-label='{}'>"
        "<polyline class='cn-chart__line' points='{}'/><circle class='cn-chart__dot' cx='{}' cy='{}' r='4.5'/></svg>",
        label or _(", ").join(_number(each) for each in values),
        " ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        f"{places[-1][0]:.1f}",
        f"{places[-1][1]:.1f}",
    )


def ring(part: Any, whole: Any, label: str = "") -> SafeString:
    """A share as a ring with its percentage in the middle."""
    share = min(1.0, max(0.0, float(part) / float(whole))) if whole else 0.0
    around = 2 * 3.14159265 * 52
    percent = f"{share * 100:.0f}%"
    return format_html(
        "<figure class='cn-chart cn-chart--ring'><svg viewBox='0 0 130 130' role='img' aria-label='{}'>"
        "<circle class='cn-chart__ring-track' cx='65' cy='65' r='52'/>"
        "<circle class='cn-chart__ring' cx='65' cy='65' r='52' stroke-dasharray='{} {}' transform='rotate(-90 65 65)'/>"
        "<text class='cn-chart__value' x='65' y='73' text-anchor='middle'>{}</text></svg>"
        "<figcaption class='cn-small'>{}</figcaption></figure>",
        f"{label} {percent} ({_number(part)}/{_number(whole)})".strip(),
        f"{share * around:.1f}",
        f"{around:.1f}",
        percent,
        label,
    )
