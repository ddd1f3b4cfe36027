"""Time coins that pay for a help: who gives them, how many are set aside, how many were paid."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from elders.states import Relation
from services.models.requests import ServiceRequest
from services.querysets import CoinPaymentQuerySet
from services.states import COINS_STAND, CoinState, PurseKind


@pghistory.track()
class CoinPayment(models.Model):
    """The time coins of one request. Chosen with the wish, set aside when a helper is asked, paid for what was really
    served when the elder confirms, given back whenever it comes to nothing. They never go to the helper: paid coins
    leave circulation, the helper's are new ones. Amounts in coin-minutes (60 = one coin).
    Source: domain.md §4.2 (the person helped pays nobody), §4.3 (redeem_for, issue_to_key_elders).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    request = models.ForeignKey(
        ServiceRequest, verbose_name=_("request"), on_delete=models.PROTECT, related_name="coin_payments"
    )
    purse = models.CharField(_("whose time coins"), max_length=8, choices=PurseKind)
    volunteer = models.ForeignKey(
        "volunteers.Volunteer",
        verbose_name=_("volunteer whose coins they are"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("nobody: hours of the common pool"),
    )
    relation = models.CharField(_("relation to the elder"), max_length=12, choices=Relation, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CoinState, default=CoinState.CHOSEN)
    coins = models.PositiveIntegerField(_("coin-minutes foreseen or set aside"))
    coins_paid = models.PositiveIntegerField(_("coin-minutes paid"), default=0)
    hold = models.ForeignKey(
        "ledger.Entry", verbose_name=_("entry of setting aside"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    holds = models.PositiveSmallIntegerField(_("times set aside"), default=0)
    entry = models.ForeignKey(
        "ledger.Entry", verbose_name=_("entry of the payment"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    words = models.CharField(pgettext_lazy("reason", "why"), max_length=200, blank=True)
    chosen_at = models.DateTimeField(_("chosen at"))
    chosen_by = models.ForeignKey(
        "accounts.User", verbose_name=_("chosen by"), on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("closed by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip

    objects = CoinPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment with time coins")
        verbose_name_plural = _("payments with time coins")
        indexes: ClassVar = [
            models.Index(fields=["community", "state"], name="services_coinpayment_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=COINS_STAND), name="services_coinpayment_one_stands"
            ),
            models.CheckConstraint(
                name="services_coinpayment_purse_has_its_owner",
                condition=Q(purse="GRANT", volunteer__isnull=True) | ~Q(purse="GRANT") & Q(volunteer__isnull=False),
            ),
            models.CheckConstraint(
                name="services_coinpayment_relative_is_named", condition=~Q(purse="RELATIVE") | ~Q(relation="")
            ),
            models.CheckConstraint(name="services_coinpayment_of_something", condition=Q(coins__gt=0)),
            models.CheckConstraint(
                name="services_coinpayment_held_in_the_books",
                condition=~Q(state__in=["HELD", "PAID", "RETURNED"]) | Q(hold__isnull=False, holds__gt=0),
            ),
            models.CheckConstraint(
                name="services_coinpayment_never_more_than_held", condition=Q(coins_paid__lte=F("coins"))
            ),
            models.CheckConstraint(
                name="services_coinpayment_paid_in_the_books",
                condition=Q(state__in=["PAID", "RETURNED"], entry__isnull=False)
                | ~Q(state__in=["PAID", "RETURNED"]) & Q(entry__isnull=True, coins_paid=0),
            ),
            models.CheckConstraint(
                name="services_coinpayment_closed_with_its_moment",
                condition=Q(state__in=["CHOSEN", "HELD"], closed_at__isnull=True, closed_by__isnull=True)
                | ~Q(state__in=["CHOSEN", "HELD"]) & Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.request_id}: {self.state} {self.coins}"

    @property
    def stands(self) -> bool:
        """Whether these coins still pay, or have paid, for the request."""
        return self.state in COINS_STAND
