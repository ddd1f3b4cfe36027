"""Who brought a volunteer, and the points that gave once the new one had stayed."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers.models.registry import Volunteer
from volunteers.querysets_bank import RecruitQuerySet


@pghistory.track()
class Recruit(models.Model):
    """One volunteer brought another. Points follow once, when the new one has stayed and served; until then and after
    it can be taken back with a reason. Source: domain.md §4.3 points_per_hour (Hailin: extra points for recruiting).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    recruited = models.ForeignKey(
        Volunteer, verbose_name=_("new volunteer"), on_delete=models.PROTECT, related_name="brought"
    )
    brought_by = models.ForeignKey(
        Volunteer, verbose_name=_("brought by"), on_delete=models.PROTECT, related_name="recruits"
    )
    at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    points = models.PositiveIntegerField(_("points"), default=0)
    entry = models.ForeignKey(
        "ledger.Entry", verbose_name=pgettext_lazy("ledger", "entry"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    paid_on = models.DateField(_("points given on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User", verbose_name=_("taken back by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    reason = models.CharField(_("why taken back"), max_length=200, blank=True)

    objects = RecruitQuerySet.as_manager()

    class Meta:
        verbose_name = _("recruited volunteer")
        verbose_name_plural = _("recruited volunteers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recruited"], condition=Q(ended_at__isnull=True), name="volunteers_recruit_once",
                violation_error_message=_("Who brought this volunteer is already on record."),
            ),
            models.CheckConstraint(
                name="volunteers_recruit_of_another", condition=~Q(recruited=F("brought_by"))
            ),
            models.CheckConstraint(
                name="volunteers_recruit_paid_whole",
                condition=Q(points=0, entry__isnull=True, paid_on__isnull=True)
                | Q(points__gt=0, entry__isnull=False, paid_on__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_recruit_ended_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(reason=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.brought_by_id} → {self.recruited_id}"
