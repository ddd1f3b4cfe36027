"""Funds: money with a source and a purpose."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from charity.querysets import FundQuerySet
from charity.states import FundSource


@pghistory.track()
class Fund(models.Model):
    """Money from one kind of source for one purpose; its balance is the balance of its ledger account.

    A fund of donations for a purpose pays for that purpose only; a change needs the donors' consent, so purpose and
    restriction are frozen by the database. `host` is the charity in whose bank account the money lies: a
    community fund has no account of its own. Source: Charity Law Art. 53–58; domain.md §5.2, §5.3.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    source = models.CharField(_("where the money comes from"), max_length=20, choices=FundSource)
    purpose = models.CharField(_("purpose"), max_length=200)
    purpose_en = models.CharField(_("purpose in English"), max_length=200, blank=True)
    restricted_kinds = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("only for these services"),
        default=list,
        blank=True,
        help_text=_("codes of the service catalogue; empty: every shared service"),
    )
    pays_services = models.BooleanField(
        _("takes part in cost sharing"),
        default=False,
        help_text=_("pays the charity part of shared services"),
    )
    target_fen = models.BigIntegerField(_("goal (fen)"), null=True, blank=True)
    host = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("host charity"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("the charity in whose bank account the money lies"),
    )
    account = models.OneToOneField(
        "ledger.Account",
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        related_name="fund",
        editable=False,
    )
    opened_on = models.DateField(pgettext_lazy("fund", "opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    close_reason = models.CharField(_("why it was closed"), max_length=200, blank=True, editable=False)
    is_demo = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(closed_on__isnull=True),
                name="charity_fund_one_name",
                violation_error_message=_("A fund of this name is already open."),
            ),
            models.CheckConstraint(
                name="charity_fund_goal_positive", condition=Q(target_fen__isnull=True) | Q(target_fen__gt=0)
            ),
            models.CheckConstraint(name="charity_fund_has_a_purpose", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="charity_fund_closes_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        chinese = (translation.get_language() or "").startswith("zh")
        return self.name if chinese or not self.name_en else self.name_en

    @property
    def purpose_text(self) -> str:
        """The purpose in the reader's language."""
        chinese = (translation.get_language() or "").startswith("zh")
        return self.purpose if chinese or not self.purpose_en else self.purpose_en

    @property
    def is_restricted(self) -> bool:
        """Whether the money may only be used for its purpose."""
        return self.source == FundSource.DONATION_RESTRICTED or bool(self.restricted_kinds)

    @property
    def balance_fen(self) -> int:
        """What is in the fund now."""
        return self.account.balance
