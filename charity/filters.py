"""One filter set per list: the page, the REST list and the Excel export share it."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.webkit.forms import DayField, StationForm
from charity.models import CostSplit, Donation, Fund, GoodsDonation, Grant
from charity.states import FundSource, GoodsKind, GrantPurpose, GrantState

ALL = pgettext_lazy("filter", "all")


class DayFilter(django_filters.DateFilter):
    """A day in any common way of writing it."""

    field_class = DayField


def _funds(request: object) -> QuerySet[Fund]:
    user = getattr(request, "user", None)
    return (
        Fund.objects.visible_to(user) if user is not None and user.is_authenticated else Fund.objects.none()
    )


class FundFilter(django_filters.FilterSet):
    """Funds by source; closed ones only when asked for."""

    source = django_filters.ChoiceFilter(
        empty_label=ALL, label=_("where the money comes from"), choices=FundSource.choices
    )
    closed = django_filters.ChoiceFilter(
        label=pgettext_lazy("fund", "standing"),
        empty_label=pgettext_lazy("funds", "open ones"),
        choices=(("yes", pgettext_lazy("funds", "closed ones")), ("all", ALL)),
        method="standing",
    )

    class Meta:
        model = Fund
        form = StationForm
        fields = ["source", "closed"]

    def standing(self, queryset: QuerySet[Fund], name: str, value: str) -> QuerySet[Fund]:
        return queryset.filter(closed_on__isnull=False) if value == "yes" else queryset


class DonationFilter(django_filters.FilterSet):
    """Donations by receipt number or donor, fund and day."""

    q = django_filters.CharFilter(label=_("receipt number or donor"), method="search")
    fund = django_filters.ModelChoiceFilter(empty_label=ALL, label=_("fund"), queryset=_funds)
    since = DayFilter(label=pgettext_lazy("day", "from"), field_name="received_on", lookup_expr="gte")
    until = DayFilter(label=pgettext_lazy("day", "until"), field_name="received_on", lookup_expr="lte")

    class Meta:
        model = Donation
        form = StationForm
        fields = ["q", "fund", "since", "until"]

    def search(self, queryset: QuerySet[Donation], name: str, value: str) -> QuerySet[Donation]:
        text = value.strip()
        return queryset.filter(Q(receipt_no__icontains=text) | Q(donor_name__icontains=text))


class GrantFilter(django_filters.FilterSet):
    """Grants by state, purpose and fund."""

    state = django_filters.ChoiceFilter(empty_label=ALL, label=_("state"), choices=GrantState.choices)
    purpose = django_filters.ChoiceFilter(empty_label=ALL, label=_("purpose"), choices=GrantPurpose.choices)
    fund = django_filters.ModelChoiceFilter(empty_label=ALL, label=_("fund"), queryset=_funds)

    class Meta:
        model = Grant
        form = StationForm
        fields = ["state", "purpose", "fund"]


class GoodsFilter(django_filters.FilterSet):
    """Donated goods by kind; by default all, or only what is still there."""

    kind = django_filters.ChoiceFilter(empty_label=ALL, label=_("kind"), choices=GoodsKind.choices)
    in_stock = django_filters.ChoiceFilter(
        label=_("still there"),
        empty_label=ALL,
        choices=(("yes", pgettext_lazy("goods", "some left")), ("no", pgettext_lazy("goods", "none left"))),
        method="still_there",
    )

    class Meta:
        model = GoodsDonation
        form = StationForm
        fields = ["kind", "in_stock"]

    def still_there(
        self, queryset: QuerySet[GoodsDonation], name: str, value: str
    ) -> QuerySet[GoodsDonation]:
        return queryset.filter(left__gt=0) if value == "yes" else queryset.filter(left=0)


class CostSplitFilter(django_filters.FilterSet):
    """Cost splits by day and fund."""

    since = DayFilter(label=pgettext_lazy("day", "from"), field_name="on", lookup_expr="gte")
    until = DayFilter(label=pgettext_lazy("day", "until"), field_name="on", lookup_expr="lte")

    class Meta:
        model = CostSplit
        form = StationForm
        fields = ["since", "until"]
