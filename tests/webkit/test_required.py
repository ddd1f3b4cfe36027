"""An empty required field says which thing to fill in, in both languages."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from carenet.webkit.forms import DayField, StationForm, StationModelForm, YuanField


class Asked(StationForm):
    name = forms.CharField(label=_("Name"))
    sex = forms.ChoiceField(label="Sex", choices=[("M", "m")])
    number = forms.CharField(label="ID number")
    amount = YuanField(label="Amount (yuan)")
    who = forms.CharField(label="Who came?")
    began = DayField(label="Began at")
    agreed = forms.BooleanField(label="I have looked at the goods")
    mute = forms.CharField(label="")
    own = forms.CharField(label="Own", error_messages={"required": "Own words."})


def test_an_empty_required_field_says_which_thing_to_fill_in() -> None:
    with override("en"):
        told = {name: faults[0] for name, faults in Asked({}).errors.items()}
    assert told == {
        "name": "Enter the name.",
        "sex": "Choose the sex.",
        "number": "Enter the ID number.",
        "amount": "Enter the amount.",
        "who": "Fill in “Who came?”.",
        "began": "Fill in “Began at”.",
        "agreed": "Please tick “I have looked at the goods”.",
        "mute": "Please fill this in.",
        "own": "Own words.",
    }


def test_an_empty_required_field_says_so_in_chinese() -> None:
    form = Asked({})
    for name, label in {
        "sex": "性别",
        "amount": "金额（元）",
        "who": "谁来了？",
        "agreed": "我看过物品",
    }.items():
        form.fields[name].label = label
    with override("zh-hans"):
        told = {name: faults[0] for name, faults in form.errors.items()}
    assert told["name"] == "请填写姓名。"
    assert told["sex"] == "请选择性别。"
    assert told["amount"] == "请填写金额。"
    assert told["who"] == "请填写“谁来了？”。"
    assert told["agreed"] == "请勾选“我看过物品”。"
    assert told["mute"] == "请填写这一项。"


def test_no_form_of_the_station_answers_with_the_bland_sentence() -> None:
    importlib.import_module("carenet.urls")  # loads the forms of all pages
    bland = str(forms.Field.default_error_messages["required"])

    def below(kind: type) -> Iterator[type]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    seen = 0
    for kind in {*below(StationForm), *below(StationModelForm)}:
        try:
            form = kind()  # type: ignore[call-arg]
        except (TypeError, KeyError, AttributeError):
            continue  # needs its page's objects
        form.is_bound, form.data, form.files = True, QueryDict(), MultiValueDict()
        try:
            form.full_clean()
        except (TypeError, KeyError, AttributeError):
            continue  # its own check needs them
        seen += 1
        for name, field in form.fields.items():
            assert str(field.error_messages.get("required", "")) != bland, f"{kind.__qualname__}.{name}"
        assert bland not in [str(each) for faults in form.errors.values() for each in faults]
    assert seen > 10
