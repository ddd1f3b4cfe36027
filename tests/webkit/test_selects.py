"""The quick drop-down is Django's own, letter for letter."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html

from carenet.webkit import selects

GROUPED = [
    ("", "all"),
    ("Green <&>", [("A", "quiet"), ("B", 'said "loud"')]),
    (None, "none"),
    (3, "three"),
    ("3", "again"),
]


@pytest.mark.parametrize("value", ["", None, "A", "B", 3, "3", "nobody", ["A", "3"]])
@pytest.mark.parametrize(
    "attrs", [{}, {"class": "govuk-select", "required": True, "aria-invalid": "true", "disabled": False}]
)
def test_a_quick_drop_down_is_the_same_as_djangos(value: Any, attrs: dict[str, Any]) -> None:
    plain = forms.Select(attrs={"data-x": "<1>"}, choices=GROUPED)
    ours = selects.quick(plain).render("colour", value, attrs)
    assert parse_html(ours) == parse_html(plain.render("colour", value, attrs))
    assert "<&>" not in ours


def test_a_field_of_a_form_is_drawn_with_its_own_label_words_and_id() -> None:
    class Form(forms.Form):
        colour = forms.ChoiceField(choices=GROUPED)

    field = Form({"colour": "3"})["colour"]
    ours = field.as_widget(widget=selects.quick(field.field.widget))
    assert parse_html(ours) == parse_html(str(field))
    assert 'id="id_colour"' in ours


def test_other_widgets_stay_as_they_are() -> None:
    several = forms.SelectMultiple(choices=GROUPED)
    assert selects.quick(several) is several
