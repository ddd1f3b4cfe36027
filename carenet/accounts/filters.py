"""How the office narrows its list of accounts."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from carenet.accounts.models import User
from carenet.accounts.states import Role


class UserFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(label=_("name or user name"), method="by_name")
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=[each for each in Role.choices if each[0] != Role.STATION], method="by_role"
    )
    is_active = django_filters.ChoiceFilter(
        label=_("may sign in"), choices=[("1", _("yes")), ("0", _("no"))], method="by_active"
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def by_name(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(Q(display_name__contains=value.strip()) | Q(username__istartswith=value.strip()))

    def by_role(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(grants__role=value, grants__until__isnull=True).distinct()

    def by_active(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(is_active=value == "1")
