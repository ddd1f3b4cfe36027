"""What a service costs here, by whom, from when to when."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from services.querysets import OfferingQuerySet


class _DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


@pghistory.track()
class Offering(models.Model):
    """The price of one kind of service in a community, from one organisation or from the station itself.

    Prices change by a new row; the database refuses two prices for the same day. Source: domain.md §3.3.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.ForeignKey("parties.ServiceKind", verbose_name=_("service"), on_delete=models.PROTECT)
    organisation = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("empty: the station itself"),
    )
    price_fen = models.BigIntegerField(_("price (fen)"))
    minutes = models.PositiveSmallIntegerField(_("usual minutes"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="services_offering_price_not_negative", condition=Q(price_fen__gte=0)
            ),
            models.CheckConstraint(
                name="services_offering_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            ExclusionConstraint(
                name="services_offering_one_price_a_day",
                expressions=[
                    ("community", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (Coalesce("organisation", Value(0)), RangeOperators.EQUAL),
                    (_DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a price for these days. End the old one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}"
