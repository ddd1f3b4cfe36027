"""The care plan: which case or service carries out what the doctor ordered."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services.models.visits import Case
from services.querysets import CareLineQuerySet


@pghistory.track()
class CareLine(models.Model):
    """One line of an elder's care plan: a treatment plan, and the case or the service that carries it out.

    Closes the loop health record – treatment plan – care plan. Field class C4, like the plan itself. A line is tied
    and loosened with a reason, never deleted; a loosened line does not change any more (database trigger), and plan,
    case and line are always of one elder (database trigger). Source: S4-23; domain.md §9.4.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="care_lines"
    )
    plan = models.ForeignKey(
        "elders.TreatmentPlan",
        verbose_name=_("treatment plan"),
        on_delete=models.PROTECT,
        related_name="care_lines",
    )
    case = models.ForeignKey(
        Case, verbose_name=_("case"), null=True, blank=True, on_delete=models.PROTECT, related_name="care_lines"
    )  # fmt: skip
    kind = models.ForeignKey(
        "parties.ServiceKind",
        verbose_name=_("service"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    words = models.CharField(
        _("what is done, and how often"),
        max_length=200,
        help_text=_("like: every Tuesday and Friday at home"),
    )
    since = models.DateField(_("since"))
    review_on = models.DateField(_("look at it again on"))
    tied_by = models.ForeignKey(
        "accounts.User", verbose_name=_("tied by"), on_delete=models.PROTECT, related_name="+"
    )
    tied_at = models.DateTimeField(_("tied at"))
    ended_on = models.DateField(_("loosened on"), null=True, blank=True)
    ended_why = models.CharField(_("why it was loosened"), max_length=200, blank=True)
    ended_by = models.ForeignKey(
        "accounts.User", verbose_name=_("loosened by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    ended_at = models.DateTimeField(_("loosened at"), null=True, blank=True)

    objects = CareLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a care plan")
        verbose_name_plural = _("care plans")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "review_on"],
                condition=Q(ended_on__isnull=True),
                name="services_careline_due",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="services_careline_case_or_service",
                condition=Q(case__isnull=False, kind__isnull=True) | Q(case__isnull=True, kind__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["plan", "case"],
                condition=Q(ended_on__isnull=True, case__isnull=False),
                name="services_careline_one_case",
            ),
            models.UniqueConstraint(
                fields=["plan", "kind"],
                condition=Q(ended_on__isnull=True, kind__isnull=False),
                name="services_careline_one_service",
            ),
            models.CheckConstraint(name="services_careline_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="services_careline_review_after_start", condition=Q(review_on__gte=F("since"))
            ),
            models.CheckConstraint(
                name="services_careline_loosened_with_reason",
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, ended_at__isnull=True, ended_why="")
                | (
                    Q(ended_on__gte=F("since"), ended_by__isnull=False, ended_at__isnull=False)
                    & ~Q(ended_why="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.words
