"""The office registers of the charity app. Money and goods are booked on the pages; here they are read and exported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from carenet.accounts.states import Role
from carenet.kernel.money import yuan
from carenet.parties.models import ServiceKind
from carenet.parties.states import ServiceFamily
from carenet.webkit.admin import StationModelAdmin, StationTabularInline
from charity.actions import rules
from charity.arithmetic import Rates
from charity.models import CostShareRule, CostSplit, Donation, Fund, GoodsDonation, GoodsIssue, Grant

READERS = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.AUDITOR})


class _Read(StationModelAdmin):
    """Everything read only; what is booked is booked by the pages' actions."""

    view_roles = READERS
    actions = None
    hidden: frozenset[str] = frozenset()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # The number in fen stands beside as yuan; keys say nothing to a reader.
        names = [
            each.name for each in self.model._meta.fields if each.name not in {"id", "key", *self.hidden}
        ]
        return [*names, *self.readonly_fields]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return list(self.fields or self.get_readonly_fields(request, obj))


@admin.register(Fund)
class FundAdmin(_Read):
    list_display = ("name", "source", "purpose", "balance", "pays_services", "opened_on", "closed_on")
    list_filter = ("source", "pays_services")
    list_select_related = ("account",)
    search_fields = ("name", "purpose")
    ordering = ("name",)
    menu_icon = "savings"
    readonly_fields = ("balance",)

    @admin.display(description=_("balance"), ordering="account__balance")
    def balance(self, fund: Fund) -> str:
        return yuan(fund.balance_fen)


@admin.register(Donation)
class DonationAdmin(_Read):
    list_display = (
        "receipt_no",
        "received_on",
        "donor_name",
        "amount",
        "fund",
        "way",
        "publish",
        "reversed_on",
    )
    list_filter = ("way", "publish")
    list_select_related = ("fund", "donor_person")
    search_fields = ("receipt_no", "donor_name")
    ordering = ("-received_on", "-pk")
    menu_icon = "volunteer_activism"
    logs_reads = ("donation",)
    person_of = "donor_person"
    readonly_fields = ("amount",)
    hidden = frozenset({"amount_fen"})
    exclude = ("key",)

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, donation: Donation) -> str:
        return yuan(donation.amount_fen)


class IssueInline(StationTabularInline):
    """Where the goods went."""

    model = GoodsIssue
    view_roles = READERS
    fields = ("given_on", "quantity", "purpose", "by")
    readonly_fields = fields
    ordering = ("-given_on",)


@admin.register(GoodsDonation)
class GoodsAdmin(_Read):
    list_display = ("what", "kind", "quantity", "left", "unit", "received_on", "donor_name", "place")
    list_filter = ("kind", "valuation")
    list_select_related = ("donor_person",)
    search_fields = ("what", "donor_name", "receipt_no")
    ordering = ("-received_on", "-pk")
    inlines = (IssueInline,)
    menu_icon = "inventory_2"
    logs_reads = ("donation",)
    person_of = "donor_person"
    exclude = ("key",)


@admin.register(Grant)
class GrantAdmin(_Read):
    list_display = (
        "words",
        "purpose",
        "elder",
        "amount",
        "fund",
        "state",
        "asked_by",
        "decided_by",
        "paid_on",
    )
    list_filter = ("state", "purpose")
    list_select_related = ("elder__person", "fund", "asked_by", "decided_by")
    search_fields = ("words", "voucher_no")
    ordering = ("-pk",)
    menu_icon = "request_quote"
    logs_reads = ("grant",)
    person_of = "elder.person"
    readonly_fields = ("amount",)
    hidden = frozenset({"amount_fen"})

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, grant: Grant) -> str:
        return yuan(grant.amount_fen)


@admin.register(CostSplit)
class CostSplitAdmin(_Read):
    list_display = ("on", "kind", "elder", "price", "gov", "fund_part", "advance", "person", "fund")
    list_filter = ("reason", "elder_class")
    list_select_related = ("elder__person", "kind", "fund")
    ordering = ("-on", "-pk")
    menu_icon = "pie_chart"
    logs_reads = ("cost split",)
    person_of = "elder.person"
    fields = (
        "on",
        "kind",
        "elder",
        "explained",
        "price",
        "gov",
        "fund_part",
        "advance",
        "person",
        "fund",
        "rule",
        "entry",
        "by",
        "at",
    )
    readonly_fields = ("explained", "price", "gov", "fund_part", "advance", "person")

    @admin.display(description=_("who pays what, and why"))
    def explained(self, split: CostSplit) -> str:
        return split.sentence

    @admin.display(description=_("price (yuan)"), ordering="price_fen")
    def price(self, split: CostSplit) -> str:
        return yuan(split.price_fen)

    @admin.display(description=_("government (yuan)"))
    def gov(self, split: CostSplit) -> str:
        return yuan(split.gov_fen)

    @admin.display(description=_("fund (yuan)"))
    def fund_part(self, split: CostSplit) -> str:
        return yuan(split.fund_fen)

    @admin.display(description=_("advanced (yuan)"))
    def advance(self, split: CostSplit) -> str:
        return yuan(split.advance_fen)

    @admin.display(description=_("person (yuan)"))
    def person(self, split: CostSplit) -> str:
        return yuan(split.person_fen)


@admin.register(CostShareRule)
class CostShareRuleAdmin(StationModelAdmin):
    """Dated rules: adding one ends the one before; nothing is edited, splits already made stay."""

    list_display = (
        "elder_class",
        "service",
        "gov_percent",
        "fund_percent",
        "valid_from",
        "valid_to",
        "source",
    )
    list_filter = ("elder_class",)
    ordering = ("elder_class", "applies_to", "-valid_from")
    view_roles = READERS
    add_roles = frozenset({Role.DIRECTOR})
    menu_icon = "percent"
    fields = (
        "community", "elder_class", "applies_to", "gov_percent", "gov_cap_item_fen", "gov_cap_month_fen", "fund_percent",
        "fund_cap_item_fen", "valid_from", "source",
    )  # fmt: skip

    @admin.display(
        description=CostShareRule._meta.get_field("applies_to").verbose_name, ordering="applies_to"
    )
    def service(self, rule: CostShareRule) -> str:
        return rule.service

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        if obj is None:
            return found
        return [
            (title, {**options, "fields": [self._worded(each) for each in options["fields"]]})
            for title, options in found
        ]

    def _worded(self, name: Any) -> Any:
        return self.service if name == "applies_to" else name

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "applies_to":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(
            label=db_field.verbose_name, required=False, widget=UnfoldAdminSelectWidget,
            choices=lambda: [
                ("", _("every shared service")),
                (_("families of services"), [(each.value, each.label) for each in ServiceFamily]),
                (_("single services"), [(each.code, each.title) for each in ServiceKind.objects.filter(subsidy="SHARED")]),
            ],
        )  # fmt: skip

    def act(self, request: HttpRequest, form: Any, change: bool) -> CostShareRule:
        facts = form.cleaned_data
        return rules.change(
            community=facts["community"],
            elder_class=facts["elder_class"],
            applies_to=facts["applies_to"],
            rates=Rates(
                gov_percent=facts["gov_percent"],
                fund_percent=facts["fund_percent"],
                gov_cap_item_fen=facts["gov_cap_item_fen"],
                gov_cap_month_fen=facts["gov_cap_month_fen"],
                fund_cap_item_fen=facts["fund_cap_item_fen"],
            ),
            valid_from=facts["valid_from"],
            source=facts["source"],
            by=request.user,
            at=timezone.now(),
        )
