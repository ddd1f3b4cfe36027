"""A drop-down drawn without a template for each of its options.

Django renders every `<option>` from two templates; the filter of a work list has eight drop-downs with hundreds of buildings,
and they were a third of the page's time (benchmarks/search.py). The words and attributes are the same to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECTED = SafeString(" selected")


class QuickSelect(forms.Select):
    """`forms.Select`, drawn in one go."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """The control as HTML, escaped; the same as Django's own."""
        wanted = set(self.format_value(value))

        def options(choices: Iterable[tuple[Any, Any]]) -> SafeString:
            drawn = []
            for key, label in choices:
                text = "" if key is None else str(key)
                drawn.append((text, SELECTED if text in wanted else "", label))
                if text in wanted:  # Django, too, marks the first that fits
                    wanted.clear()
            return format_html_join("", '<option value="{}"{}>{}</option>', drawn)

        parts = []
        for key, label in self.choices:
            if isinstance(label, (list, tuple)):
                parts.append(format_html('<optgroup label="{}">{}</optgroup>', key or "", options(label)))
            else:
                parts.append(options([(key, label)]))
        own = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", own, SafeString("".join(parts)))


def quick(widget: forms.Widget) -> forms.Widget:
    """The widget itself, or its quick twin when it is Django's plain drop-down."""
    if type(widget) is not forms.Select:
        return widget
    twin = QuickSelect.__new__(QuickSelect)
    twin.__dict__ = widget.__dict__
    return twin
