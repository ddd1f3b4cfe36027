"""What an import found wrong: cells by Excel's own row number, without keeping identity numbers in plain text."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet


class ImportFault(models.Model):
    """One faulty cell of an uploaded register. `value` is masked where it is an ID number or a phone."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    job = models.ForeignKey("jobs.Job", verbose_name=_("job"), on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(_("row in Excel"))
    column = models.CharField(_("column"), max_length=20)
    value = models.CharField(_("value"), max_length=80, blank=True)
    code = models.CharField(_("what is wrong"), max_length=30)
    facts = models.JSONField(default=dict)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("fault of an import")
        verbose_name_plural = _("faults of imports")
        indexes: ClassVar = [models.Index(fields=["job", "row"], name="elders_importfault_job")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
