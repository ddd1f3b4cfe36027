"""A doctor looked at the station's limits of readings."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet


class LimitReviewQuerySet(StaffOnlyQuerySet["LimitReview"]):
    """Confirmations of limits."""

    def standing(self) -> Self:
        """What was not taken back."""
        return self.filter(reverses__isnull=True, reversed_by__isnull=True)


class LimitReview(models.Model):
    """A named doctor found the station's limits right on a day; `limits` are the numbers the doctor saw. Append only.

    A limit that is set afterwards is not covered: the page says so until a doctor has looked again. Taken back by
    another row. Source: station rule; elders.rules.health (the built-in limits are to be verified by a doctor).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    doctor = models.CharField(_("doctor"), max_length=60)
    clinic = models.CharField(_("clinic or hospital"), max_length=100)
    on = models.DateField(_("confirmed on"))
    limits = models.JSONField(_("limits that were confirmed"), default=list)
    note = models.CharField(_("note"), max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = LimitReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation of limits")
        verbose_name_plural = _("confirmations of limits")
        indexes: ClassVar = [models.Index(fields=["community", "-on"], name="elders_limitreview_on")]
        constraints: ClassVar = [
            models.CheckConstraint(name="elders_limitreview_names_a_doctor", condition=~Q(doctor="")),
            models.CheckConstraint(
                name="elders_limitreview_reversal_has_reason",
                condition=Q(reverses__isnull=True) | ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.doctor} {self.on}"
