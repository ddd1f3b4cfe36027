"""Entries, their postings, and amounts set aside."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.ledger.models.accounts import Account
from carenet.ledger.querysets import EntryQuerySet, HoldQuerySet
from carenet.ledger.states import EntryKind, Unit


class Entry(models.Model):
    """One event in the books: who booked what, when, because of what. Its postings carry the amounts.

    `key` makes a retry find the first entry; `body_hash` notices a key that is used again for something else
    (kind, cause and moves; not the clock, the actor or the memo, which a retry may bring anew). A posted entry never
    changes; it may be reversed once (`reverses`), an amount set aside is resolved once (`resolves`).
    `posted_on` is the day it counts for, `posted_at` the moment it was booked. The rules of a row (a key, a whole cause,
    a reason for a reversal …) stand in the trigger `ledger_entry_rules` (migration 0003; docs/decisions/0011).
    """

    community = models.ForeignKey(
        "parties.Community",
        verbose_name=_("community"),
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
    )
    key = models.CharField(_("key"), max_length=120)
    body_hash = models.BinaryField(editable=False, max_length=32)
    kind = models.CharField(_("kind"), max_length=8, choices=EntryKind)
    posted_on = models.DateField(_("counts for the day"))
    posted_at = models.DateTimeField(_("booked at"))
    by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    cause_kind = models.CharField(
        _("cause"), max_length=40, blank=True, help_text=_("for example services.request")
    )
    cause_id = models.BigIntegerField(_("number of the cause"), null=True, blank=True)
    memo = models.CharField(_("memo"), max_length=200, blank=True)
    reverses = models.ForeignKey(
        "self",
        verbose_name=_("reverses"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversals",
        db_index=False,
    )
    resolves = models.ForeignKey(
        "self",
        verbose_name=_("resolves"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resolutions",
        db_index=False,
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("ledger", "entry")
        verbose_name_plural = pgettext_lazy("ledger", "entries")
        indexes: ClassVar = [
            models.Index(
                fields=["cause_kind", "cause_id"],
                name="ledger_entry_cause",
                condition=Q(cause_id__isnull=False),
            ),
            models.Index(fields=["community", "posted_on"], name="ledger_entry_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="ledger_entry_one_key"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_entry_reversed_once"
            ),
            models.UniqueConstraint(
                fields=["resolves"], condition=Q(resolves__isnull=False), name="ledger_entry_resolved_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{date_format(self.posted_on)} · {self.pk}"


class Posting(models.Model):
    """An amount moved from one account (source) to another (target): balanced by its shape.

    Both balances after the move stand beside it (none for accounts that keep none), so a page of a statement
    reads only its own lines. Within an account that keeps a balance, ids grow in the order of booking, because they are
    drawn under the account's lock. That the amount is above zero and that entry and accounts exist, in this unit and
    community, is the trigger `ledger_posting_rules` (migration 0003; docs/decisions/0011). Source: docs.tigerbeetle.com/reference/transfer; proof.md §1a.
    """

    community = models.ForeignKey(
        "parties.Community",
        verbose_name=_("community"),
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
    )
    entry = models.ForeignKey(
        Entry,
        verbose_name=pgettext_lazy("ledger", "entry"),
        on_delete=models.PROTECT,
        related_name="postings",
        db_constraint=False,
    )
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    source = models.ForeignKey(
        Account,
        verbose_name=_("from account"),
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    target = models.ForeignKey(
        Account,
        verbose_name=_("to account"),
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    amount = models.BigIntegerField(_("amount"))
    posted_on = models.DateField(_("counts for the day"))
    source_balance = models.BigIntegerField(_("balance of the source afterwards"), null=True, blank=True)
    target_balance = models.BigIntegerField(_("balance of the target afterwards"), null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("ledger", "posting")
        verbose_name_plural = pgettext_lazy("ledger", "postings")
        indexes: ClassVar = [
            models.Index(fields=["source", "id"], name="ledger_posting_source"),
            models.Index(fields=["target", "id"], name="ledger_posting_target"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}: {self.amount} {self.unit}"


class Hold(models.Model):
    """An amount set aside for something that may still fail; settled or given back exactly once.

    The amount lies on the holder's own HOLD account (`hold:<code>`), so the free balance is what is on the main
    account. Whether it is resolved is an entry with `resolves`, never a change here.
    """

    entry = models.OneToOneField(
        Entry,
        verbose_name=pgettext_lazy("ledger", "entry"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="hold",
    )
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    source = models.ForeignKey(
        Account, verbose_name=_("from account"), on_delete=models.PROTECT, related_name="holds"
    )
    held_in = models.ForeignKey(
        Account, verbose_name=_("set aside on"), on_delete=models.PROTECT, related_name="+"
    )
    amount = models.BigIntegerField(_("amount"))

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("ledger", "amount set aside")
        verbose_name_plural = pgettext_lazy("ledger", "amounts set aside")
        constraints: ClassVar = [
            models.CheckConstraint(name="ledger_hold_amount_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.amount} {self.unit}"
