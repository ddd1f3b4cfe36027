"""The monthly letter to an elder: what stood in it, and the frozen paper it was printed on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet


class Letter(models.Model):
    """One elder's letter of one month: its words as they were printed. Append only; a new run makes a new row."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="letters"
    )
    month = models.DateField(_("month"))
    words = models.JSONField(_("words"))
    document = models.ForeignKey(
        "documents.Document", verbose_name=_("document"), on_delete=models.PROTECT, related_name="+"
    )
    page = models.PositiveIntegerField(_("page"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("written at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("elder's letter")
        verbose_name_plural = _("elders' letters")
        indexes: ClassVar = [models.Index(fields=["elder", "-month"], name="elders_letter_elder")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["elder", "document"], name="elders_letter_once_a_paper"),
            models.CheckConstraint(name="elders_letter_first_of_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} #{self.elder_id}"
