"""Money leaving a fund: asked by one, approved by another."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from charity.models.funds import Fund
from charity.querysets import GrantQuerySet
from charity.states import FOR_ONE_ELDER, GrantPurpose, GrantState


@pghistory.track()
class Grant(models.Model):
    """Money leaving a fund, for one elder or for a project. The one who asks never approves.

    Nothing is set aside by asking; approving sets the amount aside in the ledger, so that what is approved can be
    paid; paying settles it with a voucher number. Source: Charity Law Art. 59–61; station rule (four eyes).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    fund = models.ForeignKey(Fund, verbose_name=_("fund"), on_delete=models.PROTECT, related_name="grants")
    purpose = models.CharField(_("purpose"), max_length=12, choices=GrantPurpose)
    elder = models.ForeignKey(
        "elders.Elder",
        verbose_name=_("elder"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants",
        help_text=_("who it is for; empty for projects"),
    )
    words = models.CharField(_("what for, in words"), max_length=200)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    state = models.CharField(
        _("state"), max_length=10, choices=GrantState, default=GrantState.ASKED, editable=False
    )
    asked_by = models.ForeignKey(
        "accounts.User",
        verbose_name=pgettext_lazy("grant", "asked by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name=pgettext_lazy("grant", "decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decision_words = models.CharField(_("reason of the decision"), max_length=200, blank=True, editable=False)
    hold = models.OneToOneField(
        "ledger.Entry",
        verbose_name=_("set aside by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True, editable=False)
    paid_to = models.CharField(_("paid to"), max_length=80, blank=True, editable=False)
    voucher_no = models.CharField(_("voucher number"), max_length=40, blank=True, editable=False)
    paid_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("paid by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    entry = models.OneToOneField(
        "ledger.Entry",
        verbose_name=_("booking"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    key = models.CharField(max_length=80, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        indexes: ClassVar = [
            models.Index(fields=["community", "state", "-id"], name="charity_grant_list"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="charity_grant_one_key"),
            models.CheckConstraint(
                name="charity_grant_four_eyes",
                condition=~Q(state__in=["APPROVED", "PAID", "REFUSED"])
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
                violation_error_message=_("The person who asks for a grant cannot approve it."),
            ),
            models.CheckConstraint(name="charity_grant_amount_positive", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="charity_grant_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="charity_grant_elder_or_project",
                condition=(
                    Q(purpose__in=sorted(FOR_ONE_ELDER), elder__isnull=False)
                    | ~Q(purpose__in=sorted(FOR_ONE_ELDER)) & Q(elder__isnull=True)
                ),
                violation_error_message=_(
                    "Name the elder this grant is for, or choose a purpose for everybody."
                ),
            ),
            models.CheckConstraint(
                name="charity_grant_paid_is_booked",
                condition=(
                    Q(state="PAID", paid_on__isnull=False, entry__isnull=False, paid_by__isnull=False)
                    & ~Q(voucher_no="")
                    | ~Q(state="PAID") & Q(paid_on__isnull=True, entry__isnull=True)
                ),
            ),
            models.UniqueConstraint(
                fields=["community", "voucher_no"],
                condition=~Q(voucher_no=""),
                name="charity_grant_one_voucher",
                violation_error_message=_("This voucher number is already in the books."),
            ),
        ]

    def __str__(self) -> str:
        return self.words
