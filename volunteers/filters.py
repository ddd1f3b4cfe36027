"""Filters of the office lists, the same for page, export and REST."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers.models import Certificate, Redemption, Reward, Team, Volunteer
from volunteers.states import Level, RewardKind, Source, VolunteerState


def _teams(request: Any) -> QuerySet[Team]:
    return Team.objects.visible_to(request.user) if request is not None else Team.objects.none()


class VolunteerFilter(django_filters.FilterSet):
    """Name, number, phone tail; state, team, background, level."""

    q = django_filters.CharFilter(label=_("Name, number or phone"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=VolunteerState, empty_label=_("all who serve"), method="by_state"
    )
    team = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("volunteers", "Team"), queryset=_teams, empty_label=_("all teams")
    )
    source = django_filters.ChoiceFilter(label=_("Background"), choices=Source, empty_label=_("all"))
    level = django_filters.ChoiceFilter(label=_("Training level"), choices=Level, empty_label=_("all"))

    class Meta:
        model = Volunteer
        fields = ("q", "state", "team", "source", "level")

    def filter_queryset(self, queryset: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
        found: QuerySet[Volunteer] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.exclude(state=VolunteerState.LEFT)

    def by_state(self, queryset: QuerySet[Volunteer], name: str, value: str) -> QuerySet[Volunteer]:
        return queryset.filter(state=value)

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.search(value)


class RedemptionFilter(django_filters.FilterSet):
    """Code, gift or volunteer."""

    q = django_filters.CharFilter(label=_("Code, gift or volunteer"), method="search")
    show = django_filters.CharFilter(method="keep", widget=forms.HiddenInput, required=False)

    class Meta:
        model = Redemption
        fields = ("q",)

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = "".join(value.split())
        return queryset.filter(
            Q(code=text)
            | Q(name__icontains=value.strip())
            | Q(volunteer__in=Volunteer.objects.search(value).values("pk"))
        )

    def keep(self, queryset: Any, name: str, value: str) -> Any:
        return queryset


class RewardFilter(django_filters.FilterSet):
    """Name, shelf, on offer or not."""

    q = django_filters.CharFilter(
        label=pgettext_lazy("goods", "Name"), field_name="name", lookup_expr="icontains"
    )
    kind = django_filters.ChoiceFilter(label=_("Shelf"), choices=RewardKind, empty_label=_("all"))

    class Meta:
        model = Reward
        fields = ("q", "kind")


class CertificateFilter(django_filters.FilterSet):
    """Number, code or volunteer; valid or revoked."""

    q = django_filters.CharFilter(label=_("Number, code or volunteer"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("valid", _("valid")), ("revoked", _("revoked"))],
        empty_label=_("all"),
        method="by_state",
    )

    class Meta:
        model = Certificate
        fields = ("q", "state")

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        code = "".join(each for each in text.upper() if each.isalnum())
        return queryset.filter(
            Q(number__icontains=text)
            | Q(code=code)
            | Q(volunteer__in=Volunteer.objects.search(text).values("pk"))
        )

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(revoked_at__isnull=value == "valid")
