"""Accounts, their freezing, and the months that are closed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.ledger.querysets import AccountQuerySet, EntryQuerySet
from carenet.ledger.states import AccountKind, Unit


class Account(models.Model):
    """One holder's, pool's or outside world's account in one unit.

    Written only by the database functions of this app; the application role may read. `balance` is kept beside
    the postings under a row lock, unless the account is a contra account (issued points, donors): such a row would
    make everybody wait for everybody, so its balance is computed when somebody asks. Source: proof.md §1a.

    The rules of a row (not overdrawn, a known unit, frozen facts) stand in the trigger `ledger_account_rules`
    (migration 0003; docs/decisions/0011).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    code = models.CharField(_("code"), max_length=80, help_text=_("for example volunteer:12 or fund:3"))
    kind = models.CharField(_("kind"), max_length=8, choices=AccountKind)
    person = models.ForeignKey(
        "parties.Person",
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger_accounts",
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    may_go_negative = models.BooleanField(_("may go below zero"), default=False)
    keeps_balance = models.BooleanField(_("keeps a balance"), default=True)
    balance = models.BigIntegerField(_("balance"), default=0)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("ledger", "account")
        verbose_name_plural = pgettext_lazy("ledger", "accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "unit", "code"], name="ledger_account_one_code"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class AccountFreeze(models.Model):
    """An account was frozen or thawed, by whom and why. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    account = models.ForeignKey(
        Account,
        verbose_name=pgettext_lazy("ledger", "account"),
        on_delete=models.PROTECT,
        related_name="freezes",
    )
    frozen = models.BooleanField(_("frozen"))
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("freezing of an account")
        verbose_name_plural = _("freezings of accounts")
        constraints: ClassVar = [
            models.CheckConstraint(name="ledger_accountfreeze_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.reason}"


class PeriodLock(models.Model):
    """A month whose books are closed: nothing more is booked into it; corrections go into an open month.

    Closing is for good. The evidence of the month is made above, in `meetings`. Source: architecture.md 4a.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    month = models.DateField(_("month"), help_text=_("its first day"))
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("closed by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "month"], name="ledger_periodlock_once"),
            models.CheckConstraint(name="ledger_periodlock_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
