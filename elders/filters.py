"""The filters of the elders' list: used by the page, the REST list and the export."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from carenet.parties.models import Area, Person
from carenet.parties.querysets import told_of
from elders.models import Elder
from elders.reports.choices import buildings_of
from elders.states import CategoryCode, Colour, ElderStatus, Level, Living

NO_LEVEL = "none"
FEW = 1000
DUE = [
    ("overdue", _("assessment overdue")),
    ("soon", _("assessment due within 14 days")),
    ("archive", _("archive update due")),
    ("silent", _("not heard from in time")),
    ("decide", _("colour waits for confirmation")),
]
OWNER = [("mine", pgettext_lazy("responsible worker", "mine")), ("none", _("nobody responsible"))]
PRESENT = "PRESENT"
STATUS = [
    (PRESENT, pgettext_lazy("elder", "in care or paused")),
    *[each for each in ElderStatus.choices if each[0] != ElderStatus.WITHDRAWN],
    ("ALL", pgettext_lazy("elder", "all")),
]
ORDER = [
    ("number", _("archive number")),
    ("name", pgettext_lazy("person", "name")),
    ("urgent", _("most urgent first")),
    ("contact", _("contact due first")),
    ("assessment", _("assessment due first")),
]


class ElderFilter(django_filters.FilterSet):
    """Search and narrow; `at` is the moment that decides what is due (the page's own clock)."""

    q = django_filters.CharFilter(label=_("Name, pinyin, phone or ID number"), method="search")
    colour = django_filters.ChoiceFilter(label=_("Colour"), choices=Colour.choices)
    level = django_filters.ChoiceFilter(
        label=_("Ability level"),
        choices=[*((str(value), label) for value, label in Level.choices), (NO_LEVEL, _("not assessed"))],
        method="by_level",
    )
    grid = django_filters.ModelChoiceFilter(label=_("Grid"), queryset=Area.objects.none())
    building = django_filters.ModelChoiceFilter(label=_("Building"), queryset=Area.objects.none())
    category = django_filters.ChoiceFilter(
        label=_("Category"), choices=CategoryCode.choices, method="by_category"
    )
    living = django_filters.ChoiceFilter(label=_("Living with"), choices=Living.choices)
    due = django_filters.ChoiceFilter(label=_("Due"), choices=DUE, method="by_due")
    owner = django_filters.ChoiceFilter(label=_("Responsible"), choices=OWNER, method="by_owner")
    status = django_filters.ChoiceFilter(
        label=_("Standing"), choices=STATUS, method="by_status", empty_label=None
    )
    order = django_filters.ChoiceFilter(label=_("Order"), choices=ORDER, method="in_order", empty_label=None)

    class Meta:
        model = Elder
        fields: list[str] = []

    def __init__(
        self, *args: Any, user: Any = None, community: Any = None, at: datetime | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.at = user, at or timezone.now()
        self.is_short = False  # known once `qs` was read: a search that found a thousand at most
        if community is not None:
            self.filters["grid"].queryset = Area.objects.filter(
                kind="GRID", path__contains=[community.area_id]
            )
            self.filters["building"].queryset = buildings_of(community)
        form = self.form
        for field in form.fields.values():
            field.required = False
        form.fields["q"].widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        form.label_suffix = ""
        # What is shown when nothing was chosen; so that the filter folds until somebody chooses.
        form.fields["status"].initial, form.fields["order"].initial = PRESENT, "number"
        for name in ("colour", "level", "grid", "building", "category", "living", "due", "owner"):
            form.fields[name].empty_label = pgettext("filter", "all")

    @property
    def qs(self) -> QuerySet[Any]:
        """Without a chosen standing or order: those in care, by number."""
        found = super().qs
        chosen = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        if not chosen.get("status"):
            found = found.present()
        if not chosen.get("order"):
            found = found.order_by("community_id", "number")
        return found

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        text = value.strip()
        if text.isascii() and text.isdigit() and len(text) <= 5 and len(text) != 4:
            return queryset.filter(number=int(text))
        people = Person.objects.filter(community_id__in=self.user.community_ids).order_by()
        # A few people are named by their numbers, so that the list's own statements find them at once.
        few = people.few(text, FEW)
        if few is not None:
            self.is_short = True
            wanted = Q(person_id__in=few)
        elif any(each.isdigit() for each in text):
            wanted = Q(person__in=people.search(text).values("pk"))
        else:
            wanted = told_of("person__", text)
        if text.isascii() and text.isdigit() and len(text) == 4:
            wanted |= Q(number=int(text))
        return queryset.filter(wanted)

    def by_level(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(level__isnull=True) if value == NO_LEVEL else queryset.filter(level=int(value))

    def by_category(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        holds = Q(categories__valid_to__isnull=True) | Q(categories__valid_to__gt=timezone.localdate())
        return queryset.filter(holds, categories__code=value).distinct()

    def by_due(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        on = timezone.localdate(self.at)
        if value == "overdue":
            return queryset.overdue_for_assessment(on)
        if value == "soon":
            return queryset.active().filter(assessment_due_on__range=(on, on + timedelta(days=14)))
        if value == "archive":
            return queryset.archive_due(on)
        if value == "silent":
            return queryset.silent(self.at)
        return queryset.exclude(provisional_colour="")

    def by_owner(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(owner=self.user) if value == "mine" else queryset.unowned()

    def by_status(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == PRESENT:
            return queryset.present()
        return queryset if value == "ALL" else queryset.filter(status=value)

    def in_order(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "urgent":
            return queryset.by_urgency()
        fields = {"name": "person__pinyin", "contact": "contact_due_at", "assessment": "assessment_due_on"}
        return queryset.order_by(*(each for each in (fields.get(value), "community_id", "number") if each))


class DueFilter(django_filters.FilterSet):
    """Narrow the lists of what is due: by colour, grid and responsible worker."""

    colour = django_filters.ChoiceFilter(label=_("Colour"), choices=Colour.choices)
    grid = django_filters.ModelChoiceFilter(label=_("Grid"), queryset=Area.objects.none())
    owner = django_filters.ChoiceFilter(label=_("Responsible"), choices=OWNER, method="by_owner")

    class Meta:
        model = Elder
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, community: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.filters["grid"].queryset = Area.objects.filter(kind="GRID", path__contains=[community.area_id])
        self.form.label_suffix = ""
        for name in ("colour", "grid", "owner"):
            self.form.fields[name].required = False
            self.form.fields[name].empty_label = pgettext("filter", "all")

    def by_owner(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(owner=self.user) if value == "mine" else queryset.unowned()
