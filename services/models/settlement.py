"""After the service: what the elder thought of it, and what was booked for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.models.requests import ServiceRequest
from services.querysets import StaffQuerySet


class Feedback(models.Model):
    """One rating of one request, by the elder or by somebody for them; append-only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    request = models.OneToOneField(
        ServiceRequest, verbose_name=_("request"), on_delete=models.PROTECT, related_name="feedback"
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    words = models.CharField(_("words"), max_length=500, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "parties.Person",
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("at"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes: ClassVar = [models.Index(fields=["community", "at"], name="services_feedback_at")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="services_feedback_one_to_five", condition=Q(stars__gte=1, stars__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.stars}"


class Settlement(models.Model):
    """What a confirmed request booked: one row a request, so nothing is paid or credited twice; append-only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    request = models.OneToOneField(
        ServiceRequest, verbose_name=_("request"), on_delete=models.PROTECT, related_name="settlement"
    )
    cost_split = models.ForeignKey(
        "charity.CostSplit", verbose_name=_("cost split"), null=True, blank=True, on_delete=models.PROTECT
    )
    attendance = models.ForeignKey(
        "volunteers.Attendance", verbose_name=_("hours"), null=True, blank=True, on_delete=models.PROTECT
    )
    minutes = models.PositiveIntegerField(_("minutes credited"), default=0)
    not_credited = models.CharField(_("why no hours"), max_length=200, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")

    def __str__(self) -> str:
        return f"{self.request_id}"
