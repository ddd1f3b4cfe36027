"""How the auditor narrows the lists: by day, by who, by whom."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from carenet.audit import verbs
from carenet.audit.models import Note, ReadLog

_DAY = forms.DateInput(attrs={"type": "date"})


class _Days(django_filters.FilterSet):
    since = django_filters.DateFilter(
        label=_("from day"), field_name="at", lookup_expr="date__gte", widget=_DAY
    )
    until = django_filters.DateFilter(
        label=_("to day"), field_name="at", lookup_expr="date__lte", widget=_DAY
    )


class ReadLogFilter(_Days):
    subject = django_filters.CharFilter(
        label=_("whose file"), field_name="subject_name", lookup_expr="startswith"
    )
    viewer = django_filters.CharFilter(
        label=_("who looked"), field_name="viewer_name", lookup_expr="startswith"
    )
    person = django_filters.NumberFilter(label=_("number of the person"), field_name="person_id")

    class Meta:
        model = ReadLog
        fields: tuple[str, ...] = ()


class NoteFilter(_Days):
    who = django_filters.CharFilter(label=_("who"), field_name="by_name", lookup_expr="startswith")
    verb = django_filters.ChoiceFilter(label=_("deed"), choices=lambda: verbs.known())

    class Meta:
        model = Note
        fields: tuple[str, ...] = ()


class RowForm(forms.Form):
    """Which row's history."""

    kind = forms.ChoiceField(label=_("kind of thing"))
    number = forms.IntegerField(label=_("number"), min_value=1)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
