"""Forms that accept what people type: full-width digits, spaces in phone numbers, dates in any common shape."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import pretty_name
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from carenet.kernel import money
from carenet.kernel.errors import DomainError
from carenet.kernel.months import first_of_month

_FULL_WIDTH = str.maketrans("０１２３４５６７８９－／．　（）＋", "0123456789-/. ()+")


def plain(text: str) -> str:
    """Full-width digits and signs as ASCII, outer blanks gone."""
    return text.translate(_FULL_WIDTH).strip()


# Labels that are no plain noun ("Who came?", "Began at", "谁来取？") are quoted in the sentence about them.
_NO_NOUN = re.compile(
    r"[?？,，、。:：;]|^(a|an|all|and|any|anything|came|did|does|for|has|how|i|in|is|are|may|one|only|please|still|take|takes|this|to|up|"
    r"we|what|when|where|which|who|whom|whose|why|yes|your)\b|\b(about|as|at|by|from|in|near|on|over|since|to|until|with)$|"
    r"[谁哪吗吧]|什么|怎么|多少|为何|几[个时]|^(是否|我|您|从|由|在)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*[（(][^（()）]*[)）]\s*$")


def required_sentence(field: forms.Field, name: str) -> str:
    """What to do about an empty field, naming it: "Enter the name.", "Choose the sex.", "请填写姓名。"."""
    label = str(pretty_name(name) if field.label is None else field.label)
    label = _NOTE.sub("", label).strip().rstrip("：:.。")
    if not label:
        return gettext("Please fill this in.")
    if isinstance(field, forms.BooleanField):
        return gettext("Please tick “%(label)s”.") % {"label": label}
    choosing = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
    if _NO_NOUN.search(label):
        quoted = gettext("Choose an answer to “%(label)s”.") if choosing else gettext("Fill in “%(label)s”.")
        return quoted % {"label": label}
    if not label[1:2].isupper():  # "ID number" keeps its capitals
        label = label[:1].lower() + label[1:]
    label = label.removeprefix("the ")
    return (gettext("Choose the %(label)s.") if choosing else gettext("Enter the %(label)s.")) % {
        "label": label
    }


_required = lazy(required_sentence, str)


class _Quiet:
    """No colon after labels and no browser validation: our own sentences stand at the field."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if getattr(field, "empty_label", None) == "---------":
                field.empty_label = _("Please choose") if field.required else pgettext_lazy("choice", "none")

    def full_clean(self) -> None:
        """Check all fields; an empty required one says which it is."""
        bland = forms.Field.default_error_messages["required"]
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            if field.error_messages.get("required") is bland:
                field.error_messages["required"] = _required(field, name)
        super().full_clean()  # type: ignore[misc]


class StationForm(_Quiet, forms.Form):
    """The base of our forms."""


class StationModelForm(_Quiet, forms.ModelForm):  # type: ignore[type-arg]
    """The base of our model forms; saving still goes through an action."""


class YuanField(forms.CharField):
    """An amount typed in yuan, cleaned to integer fen."""

    def __init__(self, *, min_fen: int = 1, max_fen: int | None = None, **kwargs: Any) -> None:
        self.min_fen, self.max_fen = min_fen, max_fen
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = money.parse_yuan(text)
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message, code="not_money") from refusal
        if fen < self.min_fen:
            raise forms.ValidationError(
                _("The amount must be at least %(yuan)s yuan."),
                code="too_small",
                params={"yuan": money.yuan(self.min_fen)},
            )
        if self.max_fen is not None and fen > self.max_fen:
            raise forms.ValidationError(
                _("The amount can be at most %(yuan)s yuan."),
                code="too_large",
                params={"yuan": money.yuan(self.max_fen)},
            )
        return fen

    def prepare_value(self, value: Any) -> Any:
        """Fen back to yuan for display."""
        return money.yuan(value) if isinstance(value, int) else value


_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
_MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?$")


class DayField(forms.DateField):
    """A day: 2026-11-23, 2026/11/23, 2026年11月23日 or 20261123; phones show their date wheel."""

    default_error_messages = {
        "invalid": _("Please write the date like 2026-11-23."),
    }

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        self.past = past
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        text = plain(str(value))
        found = _DAY.match(text) or re.match(r"^(\d{4})(\d{2})(\d{2})$", text)
        if not found:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError as wrong:
            raise forms.ValidationError(_("This day does not exist."), code="no_such_day") from wrong


class MonthField(forms.CharField):
    """A month, cleaned to its first day: 2026-11 or 2026年11月."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "month"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:  # type: ignore[override]
        if isinstance(value, date):
            return first_of_month(value)
        text = super().clean(value)
        if not text:
            return None
        found = _MONTH.match(plain(text))
        if not found or not 1 <= int(found[2]) <= 12:
            raise forms.ValidationError(_("Please write the month like 2026-11."), code="invalid")
        return date(int(found[1]), int(found[2]), 1)

    def prepare_value(self, value: Any) -> Any:
        """A date as the month its browser widget wants."""
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class PhoneField(forms.CharField):
    """A Chinese mobile or landline number; blanks, dashes and +86 are accepted and dropped."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        digits = re.sub(r"[\s\-()]", "", plain(text))
        digits = digits.removeprefix("+86") if digits.startswith("+") else digits
        if digits.startswith("86") and len(digits) == 13:
            digits = digits[2:]
        if not re.match(r"^(1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}|400\d{7})$", digits):
            raise forms.ValidationError(
                _("This is not a Chinese phone number. A mobile number has 11 digits."), code="invalid"
            )
        return digits
