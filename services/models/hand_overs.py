"""A case goes from one social worker to another: who to whom, why, since when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.querysets import StaffQuerySet


class HandOver(models.Model):
    """One hand-over of a case; append-only, a hand-over by mistake is handed back by another row.

    The reason may tell what the case is about, so it is read by whoever reads the case. Source: domain.md §9.4.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    case = models.ForeignKey(
        "services.Case", verbose_name=_("case"), on_delete=models.PROTECT, related_name="hand_overs"
    )
    of = models.ForeignKey(
        "accounts.User", verbose_name=_("handed over from"), on_delete=models.PROTECT, related_name="+"
    )
    to = models.ForeignKey(
        "accounts.User", verbose_name=_("handed over to"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(pgettext_lazy("hand-over", "why"), max_length=200)
    on = models.DateField(
        _("since"), help_text=_("the true day; the row itself says when it was written down")
    )
    by = models.ForeignKey(
        "accounts.User", verbose_name=_("written down by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("written down at"))
    key = models.CharField(_("key"), max_length=120)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over of a case")
        verbose_name_plural = _("hand-overs of cases")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="services_handover_once"),
            models.CheckConstraint(
                name="services_handover_to_somebody_else_with_reason",
                condition=~Q(of=F("to")) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.on}"
