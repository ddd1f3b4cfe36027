"""The filter of the week of shifts, the same for page and export."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel import months
from volunteers.filters import _teams
from volunteers.models import Slot
from volunteers.states_shifts import SlotState


class SlotFilter(django_filters.FilterSet):
    """Title or place; team, state, only those with free places."""

    q = django_filters.CharFilter(label=_("Shift or place"), method="search")
    team = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("volunteers", "Team"), queryset=_teams, empty_label=_("all teams")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=SlotState, empty_label=_("all"))
    show = django_filters.ChoiceFilter(
        label=_("Show"), method="by_show", empty_label=_("all"),
        choices=[("free", _("with free places")), ("seeking", _("a stand-in is wanted")), ("book", _("hours not booked yet"))],
    )  # fmt: skip

    class Meta:
        model = Slot
        fields = ("q", "team", "state", "show")

    def search(self, queryset: QuerySet[Slot], name: str, value: str) -> QuerySet[Slot]:
        return queryset.filter(Q(title__icontains=value.strip()) | Q(place__icontains=value.strip()))

    def by_show(self, queryset: Any, name: str, value: str) -> Any:
        if value == "free":
            return queryset.filter(state=SlotState.PUBLISHED, taken__lt=F("people"))
        if value == "seeking":
            return queryset.filter(seeking_count__gt=0)
        return queryset.to_book(timezone.now())


class ShiftSpanFilter(SlotFilter):
    """The same between two days, the last one included; for REST."""

    since = django_filters.DateFilter(label=_("First day"), method="by_since")
    until = django_filters.DateFilter(label=_("Last day"), method="by_until")

    class Meta(SlotFilter.Meta):
        fields = (*SlotFilter.Meta.fields, "since", "until")

    def by_since(self, queryset: Any, name: str, value: date) -> Any:
        return queryset.filter(starts_at__gte=months.start_of(value))

    def by_until(self, queryset: Any, name: str, value: date) -> Any:
        return queryset.filter(starts_at__lt=months.start_of(value + timedelta(days=1)))
