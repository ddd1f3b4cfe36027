"""Who pays for a service: dated rules, and what was split by them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.money import yuan
from carenet.parties.catalogue_words import name_of_code
from carenet.parties.states import ServiceFamily
from charity.models.funds import Fund
from charity.querysets import NamedQuerySet, RuleQuerySet
from charity.states import ElderClass, SplitReason


@pghistory.track()
class CostShareRule(models.Model):
    """What government and fund pay of a shared service for one class of elders, from a day on.

    Government pays `gov_percent` of the price up to its caps; the fund pays `fund_percent` **of what is then left**, up
    to its cap; the person pays the rest. The narrowest rule counts: one service, then its family, then all.
    Source: S1 (government, society and the person each pay a part); domain.md §5.3, numbers are station defaults.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder_class = models.CharField(_("class of elders"), max_length=12, choices=ElderClass)
    applies_to = models.CharField(
        _("service"),
        max_length=10,
        blank=True,
        help_text=_("a service code like BATH-H, a family like LIFE, or empty for every shared service"),
    )
    gov_percent = models.PositiveSmallIntegerField(_("government pays (% of the price)"))
    gov_cap_item_fen = models.BigIntegerField(_("at most for one service (fen)"), null=True, blank=True)
    gov_cap_month_fen = models.BigIntegerField(
        _("at most for one elder in a month (fen)"), null=True, blank=True
    )
    fund_percent = models.PositiveSmallIntegerField(_("fund pays (% of what is left)"))
    fund_cap_item_fen = models.BigIntegerField(_("fund pays at most (fen)"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("first day it no longer holds")
    )
    source = models.CharField(pgettext_lazy("rule", "decided by"), max_length=160)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost-sharing rule")
        verbose_name_plural = _("cost-sharing rules")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="charity_costsharerule_percents",
                condition=Q(
                    gov_percent__gte=0, gov_percent__lte=100, fund_percent__gte=0, fund_percent__lte=100
                ),
            ),
            models.CheckConstraint(
                name="charity_costsharerule_caps",
                condition=(
                    (Q(gov_cap_item_fen__isnull=True) | Q(gov_cap_item_fen__gte=0))
                    & (Q(gov_cap_month_fen__isnull=True) | Q(gov_cap_month_fen__gte=0))
                    & (Q(fund_cap_item_fen__isnull=True) | Q(fund_cap_item_fen__gte=0))
                ),
            ),
            models.CheckConstraint(
                name="charity_costsharerule_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(name="charity_costsharerule_has_a_source", condition=~Q(source="")),
            ExclusionConstraint(
                name="charity_costsharerule_one_a_day",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    ("elder_class", RangeOperators.EQUAL),
                    ("applies_to", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Another rule for this class and service holds on some of these days."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_elder_class_display()} · {self.service}"

    @property
    def service(self) -> str:
        """The service or the family of services it is for, in the reader's language."""
        families = {each.value: str(each.label) for each in ServiceFamily}
        code = self.applies_to
        return families.get(code) or name_of_code(code) or str(_("every shared service"))


class CostSplit(models.Model):
    """How the price of one service was shared, with the numbers the sentence is made from. Append only.

    `advance_fen` is the fund's part that no fund could cover: the station advances it (ledger account `advance`), so
    that neither the person's part grows nor a fund goes below zero. A mistake is reversed in the ledger; a new
    attempt gets the next number. Source: law 8 of architecture.md; domain.md §5.3.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    cause_kind = models.CharField(max_length=40)
    cause_id = models.BigIntegerField()
    attempt = models.PositiveSmallIntegerField(default=1)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="cost_splits"
    )
    kind = models.ForeignKey(
        "parties.ServiceKind",
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    on = models.DateField(_("day of service"))
    reason = models.CharField(_("why"), max_length=10, choices=SplitReason)
    elder_class = models.CharField(_("class of elders"), max_length=12, choices=ElderClass, blank=True)
    rule = models.ForeignKey(
        CostShareRule,
        verbose_name=_("rule"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    fund = models.ForeignKey(
        Fund,
        verbose_name=_("fund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cost_splits",
    )
    price_fen = models.BigIntegerField(_("price (fen)"))
    gov_fen = models.BigIntegerField(_("government (fen)"))
    fund_fen = models.BigIntegerField(_("fund (fen)"))
    advance_fen = models.BigIntegerField(_("advanced by the station (fen)"), default=0)
    person_fen = models.BigIntegerField(_("person (fen)"))
    facts = models.JSONField(_("numbers behind it"), default=dict)
    entry = models.ForeignKey(
        "ledger.Entry",
        verbose_name=_("booking"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    key = models.CharField(max_length=120)
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost split")
        verbose_name_plural = _("cost splits")
        indexes: ClassVar = [
            models.Index(fields=["elder", "on"], name="charity_costsplit_elder"),
            models.Index(fields=["community", "on"], name="charity_costsplit_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="charity_costsplit_one_key"),
            models.UniqueConstraint(
                fields=["community", "cause_kind", "cause_id", "attempt"], name="charity_costsplit_once"
            ),
            models.CheckConstraint(
                name="charity_costsplit_adds_up",
                condition=Q(price_fen=F("gov_fen") + F("fund_fen") + F("advance_fen") + F("person_fen")),
            ),
            models.CheckConstraint(
                name="charity_costsplit_no_part_negative",
                condition=Q(gov_fen__gte=0, fund_fen__gte=0, advance_fen__gte=0, person_fen__gte=0),
            ),
            models.CheckConstraint(
                name="charity_costsplit_fund_is_named", condition=Q(fund_fen=0) | Q(fund__isnull=False)
            ),
            models.CheckConstraint(
                name="charity_costsplit_booked", condition=Q(price_fen=0) | Q(entry__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return yuan(self.price_fen)

    @property
    def sentence(self) -> str:
        """One plain sentence that says who pays what and why, in the reader's language."""
        from charity.sentences import explain

        return explain(self)
