"""Two records of one human being put together, and what that moved, so that it can be taken apart again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet


class Merge(models.Model):
    """`gone` was merged into `kept`. History stays where it was written and is read through the merge; only the
    current small rows move (`moved`: which), and `before` keeps every value that was changed.

    Source: architecture.md 4a (merge with undo).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kept = models.ForeignKey(
        "parties.Person", verbose_name=_("kept record"), on_delete=models.PROTECT, related_name="+"
    )
    gone = models.ForeignKey(
        "parties.Person", verbose_name=_("merged record"), on_delete=models.PROTECT, related_name="+"
    )
    moved = models.JSONField(default=dict, editable=False)
    before = models.JSONField(default=dict, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of records")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at__isnull=True), name="elders_merge_once"
            ),
            models.CheckConstraint(name="elders_merge_of_two", condition=~Q(kept=F("gone"))),
            models.CheckConstraint(
                name="elders_merge_undone_by_somebody",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
