"""Office registers in words: fen as yuan, lists of codes as words, the map of a week as hours, no keys of machines and
no JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin import ChoicesFieldListFilter
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.forms import Field
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from unfold.widgets import UnfoldAdminTextInputWidget

from carenet.kernel.money import yuan
from carenet.webkit.forms import YuanField

# Fingerprints and keys of repeated presses say nothing to a reader; explicit `fields` of a register keep them.
MACHINE = frozenset({"key", "uid", "token_hash"})
# The parts of a day in the map of a week, and where the last one ends. Source: volunteers/states_shifts.py.
PARTS = (0, 7, 10, 13, 16, 19, 24)
ALWAYS = (1 << 42) - 1


def in_fen(field: Any) -> bool:
    """Whether a column holds money in fen."""
    return isinstance(field, models.IntegerField) and (field.name == "fen" or field.name.endswith("_fen"))


def yuan_label(field: Any) -> str:
    """The column's name with the unit that is shown."""
    name = str(field.verbose_name)
    for fen, unit in (("（分）", "（元）"), (" (fen)", " (yuan)")):
        if fen in name:
            return name.replace(fen, unit)
    return _("%(name)s (yuan)") % {"name": name}


def yuan_field(field: Any) -> Field:
    """The form field of a money column: typed in yuan, kept in fen."""
    return YuanField(
        min_fen=0, label=lazystr(yuan_label(field)), required=not (field.null or field.blank or field.has_default()),
        help_text=field.help_text, widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


def week(bits: int | None) -> str:
    """The free hours of a week: Mon 7–13, Tue 16–19."""
    if not bits:
        return pgettext("free hours", "not said yet")
    if bits == ALWAYS:
        return pgettext("free hours", "always")
    days = []
    for day in range(7):
        spans: list[list[int]] = []
        for part in range(6):
            if not bits >> (day * 6 + part) & 1:
                continue
            if spans and spans[-1][1] == PARTS[part]:
                spans[-1][1] = PARTS[part + 1]
            else:
                spans.append([PARTS[part], PARTS[part + 1]])
        if spans:
            days.append(f"{WEEKDAYS_ABBR[day]} " + " ".join(f"{since}–{until}" for since, until in spans))
    return pgettext("between facts", ", ").join(days)


def unit_words(unit: str, words: dict[Any, Any]) -> str:
    """The unit of an account: money is shown in yuan, whatever it is kept in."""
    shown_in_yuan = {"FEN": _("money (yuan)"), "VOUCHER_FEN": _("care vouchers (yuan)")}
    return shown_in_yuan.get(unit) or str(words.get(unit, unit))


class UnitFilter(ChoicesFieldListFilter):
    """The choice of a unit, in the words of the column beside it."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        words = {
            str(label): unit_words(value, {})
            for value, label in self.field.flatchoices
            if value.endswith("FEN")
        }
        for each in super().choices(changelist):
            yield {**each, "display": words.get(str(each["display"]), each["display"])}


def filtered(model: type[models.Model], name: Any) -> Any:
    """What stands for a field in the filters of a list."""
    field = next((each for each in model._meta.concrete_fields if each.name == name), None)
    return (name, UnitFilter) if field is not None and "FEN" in dict(field.flatchoices) else name


def told(model: type[models.Model], name: Any) -> bool:
    """Whether a column may stand on a page as it is: what is kept as JSON is told in words of its own, or not at all."""
    return not any(
        each.name == name and isinstance(each, models.JSONField) for each in model._meta.concrete_fields
    )


def _reader(field: Any) -> tuple[str, Callable[[Any], str]] | None:
    """The label and the words of a column that must not be shown as it is stored."""
    if in_fen(field):
        return yuan_label(field), lambda value: "—" if value is None else yuan(value)
    if field.choices and "FEN" in dict(field.flatchoices):
        return str(field.verbose_name), lambda value: unit_words(value, dict(field.flatchoices))
    if isinstance(field, ArrayField) and field.base_field.choices:
        words = dict(field.base_field.flatchoices)
        join = pgettext("between facts", ", ")
        return str(
            field.verbose_name
        ), lambda value: join.join(str(words.get(each, each)) for each in value or ()) or "—"
    if field.name == "week" and isinstance(field, models.BigIntegerField):
        return str(field.verbose_name), week
    return None


def shown(model: type[models.Model], name: Any) -> Any:
    """What stands for a field on a page that is only read: its name, or a column in words."""
    if not isinstance(name, str):
        return name
    field = next((each for each in model._meta.concrete_fields if each.name == name), None)
    found = _reader(field) if field is not None else None
    if found is None:
        return name
    label, words = found

    def column(row: Any) -> str:
        return words(getattr(row, name))

    column.__name__ = name
    column.short_description = label  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    return column


class WordsMixin:
    """Pages that are only read show words; lists that name a money column show yuan; money is typed in yuan."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if obj is None or self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return found
        hidden = frozenset() if self.fields else MACHINE  # type: ignore[attr-defined]
        return [
            (title, {**options, "fields": [
                shown(self.model, name) for name in options["fields"]  # type: ignore[attr-defined]
                if name not in hidden and told(self.model, name)  # type: ignore[attr-defined]
            ]})
            for title, options in found
        ]  # fmt: skip

    def get_list_display(self, request: HttpRequest) -> Any:
        found = super().get_list_display(request)  # type: ignore[misc]
        return [shown(self.model, name) for name in found]  # type: ignore[attr-defined]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [filtered(self.model, name) for name in super().get_list_filter(request)]  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if in_fen(db_field) and not db_field.choices:
            return yuan_field(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
