"""What an import found wrong, and what it entered: cells by Excel's own row number, rows by table and id."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet


class ImportFault(models.Model):
    """One faulty cell of an uploaded file. `value` is masked where it is an ID number or a phone.

    A warning is a question: the row enters when a person ticks that they looked at it.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    job = models.ForeignKey("jobs.Job", verbose_name=_("job"), on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(_("row in Excel"))
    column = models.CharField(_("column"), max_length=20)
    value = models.CharField(_("value"), max_length=80, blank=True)
    code = models.CharField(_("what is wrong"), max_length=30)
    facts = models.JSONField(default=dict)
    is_warning = models.BooleanField(_("a question only"), default=False)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("fault of an import")
        verbose_name_plural = _("faults of imports")
        indexes: ClassVar = [models.Index(fields=["job", "row"], name="elders_importfault_job")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"


class ImportChange(models.Model):
    """What one import did to one row of another table; append only. Undoing reads it, so that it need not guess.

    `before` is empty for a row that the import made; `after` is what the import left, so that an undo sees whether
    somebody has worked with the row since. Source: ux.md §6.10.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    job = models.ForeignKey("jobs.Job", verbose_name=_("job"), on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(_("row in Excel"))
    thing = models.CharField(_("table"), max_length=12)
    thing_id = models.BigIntegerField(_("row of the table"))
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("change made by an import")
        verbose_name_plural = _("changes made by imports")
        indexes: ClassVar = [models.Index(fields=["job", "thing"], name="elders_importchange_job")]

    def __str__(self) -> str:
        return f"{self.thing} {self.thing_id}"
