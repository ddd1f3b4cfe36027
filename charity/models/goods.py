"""Donated goods and where they went."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from charity.models.donations import public_name
from charity.querysets import GoodsQuerySet, NamedQuerySet
from charity.states import GoodsKind, Publish, Valuation


@pghistory.track()
class GoodsDonation(models.Model):
    """Goods somebody gave: usable, safe and clean, looked at on receipt, with a value only when it can be proved.

    `left` is what is still on the shelf; it never goes below zero and never above what came.
    Source: Charity Law Art. 36, 58; accounting rules for non-profit bodies quoted in domain.md §5.2.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=10, choices=GoodsKind)
    what = models.CharField(_("what it is"), max_length=100)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit = models.CharField(
        pgettext_lazy("goods", "counted in"), max_length=10, help_text=_("books, boxes, pieces …")
    )
    left = models.IntegerField(_("still there"), editable=False)
    valuation = models.CharField(_("value rests on"), max_length=12, choices=Valuation)
    value_fen = models.BigIntegerField(_("value (fen)"), null=True, blank=True)
    donor_name = models.CharField(_("donor"), max_length=80, blank=True, help_text=_("empty: not known"))
    donor_person = models.ForeignKey(
        "parties.Person",
        verbose_name=_("donor (registered person)"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="goods_donations",
    )
    donor_organisation = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("donor (organisation)"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="goods_donations",
    )
    publish = models.CharField(_("name in public"), max_length=10, choices=Publish, default=Publish.ANONYMOUS)
    received_on = models.DateField(_("received on"))
    receipt_no = models.CharField(_("receipt number"), max_length=40, blank=True)
    place = models.CharField(_("where it is kept"), max_length=80, blank=True)
    key = models.CharField(max_length=80, editable=False)
    recorded_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    objects = GoodsQuerySet.as_manager()

    class Meta:
        verbose_name = _("donated goods")
        verbose_name_plural = _("donated goods")
        indexes: ClassVar = [
            models.Index(fields=["community", "-received_on", "-id"], name="charity_goods_list"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="charity_goodsdonation_one_key"),
            models.UniqueConstraint(
                fields=["community", "receipt_no"],
                condition=~Q(receipt_no=""),
                name="charity_goodsdonation_one_receipt",
                violation_error_message=_("This receipt number is already in the books."),
            ),
            models.CheckConstraint(name="charity_goodsdonation_some", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="charity_goodsdonation_stock", condition=Q(left__gte=0, left__lte=F("quantity"))
            ),
            models.CheckConstraint(
                name="charity_goodsdonation_value_is_proved",
                condition=(
                    Q(valuation="UNDETERMINED", value_fen__isnull=True, receipt_no="")
                    | ~Q(valuation="UNDETERMINED") & Q(value_fen__gt=0)
                ),
                violation_error_message=_(
                    "Goods whose value cannot be determined have no value and no receipt number."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def public_name(self) -> str:
        """The donor as they want to be seen."""
        return public_name(self.donor_name, self.publish, organisation=self.donor_organisation_id is not None)

    @property
    def given(self) -> int:
        """How many have gone out."""
        return self.quantity - self.left


class GoodsIssue(models.Model):
    """Some of the goods went out: to whom or what, when, by whom. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    goods = models.ForeignKey(
        GoodsDonation, verbose_name=_("donated goods"), on_delete=models.PROTECT, related_name="issues"
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    given_on = models.DateField(_("given out on"))
    purpose = models.CharField(_("for what"), max_length=120)
    elder = models.ForeignKey(
        "elders.Elder",
        verbose_name=_("elder"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    key = models.CharField(max_length=80)
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = NamedQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods given out")
        verbose_name_plural = _("goods given out")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="charity_goodsissue_one_key"),
            models.CheckConstraint(name="charity_goodsissue_some", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.goods}: {self.quantity}"
