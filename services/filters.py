"""One filter set for each list, used by the page, the export and the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.months import start_of
from carenet.parties.models import Person, ServiceKind
from services.models import CoinPayment, ServiceRequest
from services.states import BEFORE_DONE, ENDED, UNDER_WAY, WAITING, Channel, RequestState, Urgency

STAGES = {
    "open": (_("All open"), [*BEFORE_DONE, RequestState.DONE]),
    "waiting": (pgettext_lazy("requests", "Waiting"), list(WAITING)),
    "under_way": (pgettext_lazy("requests", "Under way"), list(UNDER_WAY)),
    "to_confirm": (_("To confirm"), [RequestState.DONE]),
    "ended": (pgettext_lazy("requests", "Ended"), [RequestState.CONFIRMED, *ENDED]),
}


def _kinds() -> list[tuple[str, str]]:
    return [(each.pk, each.title) for each in ServiceKind.objects.all()]


class RequestFilter(django_filters.FilterSet):
    """Requests by elder, service, state, channel, urgency and day."""

    q = django_filters.CharFilter(
        method="by_elder",
        label=_("Elder"),
        help_text=_("Name, pinyin, initials or the last four digits of the phone"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    stage = django_filters.ChoiceFilter(
        method="by_stage",
        label=_("Stage"),
        choices=[(code, label) for code, (label, _states) in STAGES.items()],
    )
    state = django_filters.ChoiceFilter(choices=RequestState.choices, label=_("State"))
    kind = django_filters.ChoiceFilter(choices=_kinds, label=_("Service"))
    channel = django_filters.ChoiceFilter(choices=Channel.choices, label=_("Came by"))
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices, label=_("Urgency"))
    paid = django_filters.ChoiceFilter(
        method="by_coins",
        label=_("Paid with"),
        choices=[("coins", _("time coins")), ("money", _("without time coins"))],
    )
    since = django_filters.DateFilter(
        method="by_since", label=_("From"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        method="by_until", label=_("Up to"), widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = ServiceRequest
        fields: list[str] = []

    def by_elder(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(elder__person__in=Person.objects.search(value)) if value.strip() else queryset

    def by_stage(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(state__in=STAGES[value][1])

    def by_coins(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        paying = Exists(CoinPayment.objects.standing().filter(request=OuterRef("pk")))
        return queryset.filter(paying) if value == "coins" else queryset.exclude(paying)

    def by_since(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(requested_at__gte=start_of(value))

    def by_until(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        from datetime import timedelta

        return queryset.filter(requested_at__lt=start_of(value) + timedelta(days=1))
