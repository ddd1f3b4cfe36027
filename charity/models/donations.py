"""Donations of money."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charity.models.funds import Fund
from charity.querysets import DonationQuerySet
from charity.states import DonationWay, Publish


@pghistory.track()
class Donation(models.Model):
    """Money somebody gave, recorded once under its receipt number; a mistake is reversed, never edited.

    The platform prints an acknowledgement. It is not an official donation receipt: that one is printed by the host
    charity under the finance authority (`official_receipt_no`). Source: Charity Law Art. 38, 42, 82.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    fund = models.ForeignKey(Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="donations")
    donor_name = models.CharField(_("donor"), max_length=80, blank=True, help_text=_("empty: not known"))
    donor_person = models.ForeignKey(
        "parties.Person",
        verbose_name=_("donor (registered person)"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="donations",
    )
    donor_organisation = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("donor (organisation)"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="donations",
    )
    publish = models.CharField(_("name in public"), max_length=10, choices=Publish, default=Publish.ANONYMOUS)
    way = models.CharField(_("how it came"), max_length=12, choices=DonationWay, default=DonationWay.CASH)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    received_on = models.DateField(_("received on"))
    receipt_no = models.CharField(_("receipt number"), max_length=40)
    official_receipt_no = models.CharField(
        _("number of the official receipt"),
        max_length=40,
        blank=True,
        help_text=_("only when the host charity issued one"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    key = models.CharField(max_length=80, editable=False)
    entry = models.OneToOneField(
        "ledger.Entry", verbose_name=_("booking"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    reversed_entry = models.OneToOneField(
        "ledger.Entry",
        verbose_name=_("reversal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True, editable=False)
    reversed_reason = models.CharField(_("why it was reversed"), max_length=200, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    objects = DonationQuerySet.as_manager()

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        indexes: ClassVar = [
            models.Index(fields=["community", "-received_on", "-id"], name="charity_donation_list"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "receipt_no"],
                name="charity_donation_one_receipt",
                violation_error_message=_("This receipt number is already in the books."),
            ),
            models.UniqueConstraint(fields=["community", "key"], name="charity_donation_one_key"),
            models.CheckConstraint(name="charity_donation_amount_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="charity_donation_has_a_receipt", condition=~Q(receipt_no="")),
            models.CheckConstraint(
                name="charity_donation_reversal_is_whole",
                condition=(
                    Q(reversed_entry__isnull=True, reversed_on__isnull=True, reversed_reason="")
                    | Q(reversed_entry__isnull=False, reversed_on__isnull=False) & ~Q(reversed_reason="")
                ),
            ),
            models.CheckConstraint(
                name="charity_donation_published_name_is_known",
                condition=Q(publish="ANONYMOUS") | ~Q(donor_name=""),
                violation_error_message=_("Without a name the donation can only be published as anonymous."),
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def is_reversed(self) -> bool:
        """Whether it was taken out of the books again."""
        return self.reversed_entry_id is not None

    @property
    def public_name(self) -> str:
        """The donor as they want to be seen. Source: Charity Law Art. 82."""
        return public_name(self.donor_name, self.publish, organisation=self.donor_organisation_id is not None)


def public_name(name: str, publish: str, *, organisation: bool = False) -> str:
    """A donor's name as the donor chose: in full, the family name, or not at all."""
    if publish == Publish.FULL and name:
        return name
    if publish == Publish.SURNAME and name and not organisation:
        return name[:1] + "*" * max(len(name) - 1, 1)
    return gettext("anonymous")
