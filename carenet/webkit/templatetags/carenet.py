"""Filters and tags that every template has without loading them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from carenet.kernel.money import yuan
from carenet.parties.catalogue_words import service_name
from carenet.webkit import charts, icons, line_charts, once, selects

register = template.Library()
register.filter("service", service_name)
register.simple_tag(charts.bar_chart)
register.simple_tag(charts.stacked_bars)
register.simple_tag(charts.sparkline)
register.simple_tag(charts.ring)
register.simple_tag(line_charts.line_chart)


# --- numbers ------------------------------------------------------------------------------------
@register.filter
def fen(value: int | None) -> str:
    """Integer fen as yuan with separators: 128400 -> 1,284.00."""
    return "" if value is None or value == "" else yuan(int(value))


@register.filter
def points(value: Any) -> str:
    """A whole number with separators (Django prints none in zh-hans)."""
    if value is None or value == "":
        return ""
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else str(value)


@register.filter
def hours(minutes: int | None) -> str:
    """Minutes as hours and minutes in words: 150 -> 2 小时 30 分."""
    if minutes is None:
        return ""
    whole, rest = divmod(abs(int(minutes)), 60)
    sign = "−" if minutes < 0 else ""
    if whole and rest:
        text = _("%(hours)s h %(minutes)s min") % {"hours": f"{whole:,}", "minutes": rest}
    elif whole or not rest:
        text = _("%(hours)s h") % {"hours": f"{whole:,}"}
    else:
        text = _("%(minutes)s min") % {"minutes": rest}
    return sign + text


LANDLINE = re.compile(r"(0\d{2,3})-?(\d{3,4})(\d{4})")


@register.filter
def phone(value: str | None) -> str:
    """A phone number in groups that can be read aloud: 138 0013 8000, 0886-362 0000."""
    text = str(value or "")
    if len(text) == 11 and text.isdigit() and text[0] == "1":
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    if landline := LANDLINE.fullmatch(text):
        return "{}-{} {}".format(*landline.groups())
    return text


@register.filter
def groups(value: Any) -> str:
    """A code in groups of four: 12345678 -> 1234 5678."""
    text = str(value or "")
    return " ".join(text[index : index + 4] for index in range(0, len(text), 4))


@register.filter
def listed(values: Iterable[Any]) -> str:
    """Things one after the other: 甲、乙、丙."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(str(each) for each in values)


# --- time ---------------------------------------------------------------------------------------
def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


_WEEKDAYS = "一二三四五六日"


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as people say it: 11月23日（周一）, with the year when it is another one."""
    if not value:
        return ""
    local = _local(value)
    other_year = local.year != timezone.localdate().year
    if (get_language() or "").startswith("zh"):
        year = f"{local.year}年" if other_year else ""
        return f"{year}{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）"
    return f"{local:%a} {local.day} {local:%b}" + (f" {local.year}" if other_year else "")


@register.filter
def clock(value: datetime | None) -> str:
    """A time of day: 9:05."""
    if not value:
        return ""
    local = _local(value)
    return f"{local.hour}:{local.minute:02d}" if isinstance(local, datetime) else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Day and time: 11月23日（周一）9:05."""
    if not value:
        return ""
    joint = "" if (get_language() or "").startswith("zh") else " "
    return f"{day(value)}{joint}{clock(value)}"


@register.filter
def until(start: datetime | None, end: datetime | None) -> SafeString:
    """A day with the hours from and to: 11月23日（周一）9:00–11:00; the hours are never torn apart."""
    joint = "" if (get_language() or "").startswith("zh") else " "
    return format_html(
        '{}{}<span class="cn-nowrap">{}–{}</span>', day(start), joint, clock(start), clock(end)
    )


@register.filter
def month(value: date | None) -> str:
    """A month: 2026年11月."""
    if not value:
        return ""
    if (get_language() or "").startswith("zh"):
        return f"{value.year}年{value.month}月"
    return f"{value:%B} {value.year}"


# --- pictures -----------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A lucide icon as inline SVG: decorative unless it has a label."""
    return icons.drawn(str(name), str(label))


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A QR code as inline SVG."""
    import segno  # only here: few pages show one

    svg = segno.make(str(text), error="m").svg_inline(border=0, svgclass=None, lineclass=None, omitsize=True)
    return mark_safe(
        svg.replace("<svg", f'<svg role="img" aria-label="{conditional_escape(label or _("QR code"))}"', 1)
    )


# --- forms --------------------------------------------------------------------------------------
@register.simple_tag
def idempotency_key(key: str = "") -> SafeString:
    """The hidden field that makes a form count once."""
    return format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, key or once.new_key())


@register.filter
def kind(field: BoundField) -> str:
    """How a form field is drawn: radios, checkboxes, checkbox, select, textarea, file, hidden or input."""
    widget = field.field.widget
    if getattr(widget, "is_hidden", False):
        return "hidden"
    for name, classes in (
        ("checkboxes", (forms.CheckboxSelectMultiple,)),  # a subclass of RadioSelect, so first
        ("radios", (forms.RadioSelect,)),
        ("checkbox", (forms.CheckboxInput,)),
        ("select", (forms.Select, forms.SelectMultiple)),
        ("textarea", (forms.Textarea,)),
        ("file", (forms.FileInput,)),
        ("group", (forms.MultiWidget,)),
    ):
        if isinstance(widget, classes):
            return name
    return "input"


_CLASSES = {"select": "govuk-select", "textarea": "govuk-textarea", "file": "govuk-file-upload"}


@register.simple_tag
def control(field: BoundField, hint: str = "", width: str = "") -> SafeString:
    """The control of a form field with its classes and the ids that describe it."""
    name = kind(field)
    css = _CLASSES.get(name, "govuk-input")
    if field.errors:
        css += f" {css}--error"
    if width:
        css += f" govuk-input--width-{width}"
    described = [f"{field.auto_id}_hint"] if hint or field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
    attrs: dict[str, Any] = {"class": f"{css} {field.field.widget.attrs.get('class', '')}".strip()}
    if name == "textarea" and str(field.field.widget.attrs.get("rows")) == "10":
        attrs["rows"] = "4"  # Django's default is taller than a phone's free room
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(widget=selects.quick(field.field.widget), attrs=attrs)


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether the label should say "(optional)"."""
    return not field.field.required


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A value of a dictionary by a variable key."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def yes_no(value: bool | None) -> str:
    """Yes, no, or not known."""
    if value is None:
        return pgettext("yes or no", "not known")
    return pgettext("yes or no", "yes") if value else pgettext("yes or no", "no")


# --- layout -------------------------------------------------------------------------------------
class CaptureNode(template.Node):
    """Keeps what it encloses in a variable of the whole template, stripped: empty blocks can be tested."""

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())
        return mark_safe("")


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> CaptureNode:
    """`{% capture name %}…{% endcapture %}`."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)
