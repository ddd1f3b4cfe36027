"""Grass-roots democratic review 基层民主评议: neighbours met over a triage decision; a witness record, nothing more."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from elders.models.triage import TriageDecision
from elders.querysets import StaffOnlyQuerySet
from elders.states import ReviewOpinion


class WitnessRecordQuerySet(StaffOnlyQuerySet["WitnessRecord"]):
    """Records of reviews."""

    def standing(self) -> WitnessRecordQuerySet:
        """As they hold now: not corrected by a later row, not taken back."""
        return self.filter(corrected_by__isnull=True, is_withdrawn=False)


class WitnessRecord(models.Model):
    """Who met over a decided colour, when, how many, and what they thought, in words. Append only.

    It witnesses a decision and never makes one. It holds no health detail: there is no field for one, and words that
    tell of health are refused (elders.rules.witness). A mistake is corrected by a later row that names the one it
    replaces, with its reason; or taken back the same way. Source: domain.md §1.13 audit rule 8 (S4: Shanghai).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="witness_records"
    )
    decision = models.ForeignKey(
        TriageDecision,
        verbose_name=_("triage decision"),
        on_delete=models.PROTECT,
        related_name="witness_records",
    )
    met_on = models.DateField(_("met on"))
    place = models.CharField(_("where they met"), max_length=80, blank=True)
    present = models.CharField(_("who met"), max_length=400, help_text=_("names, and what they are"))
    people = models.PositiveSmallIntegerField(
        _("how many people"), validators=[MinValueValidator(2), MaxValueValidator(500)]
    )
    opinion = models.CharField(_("opinion"), max_length=8, choices=ReviewOpinion)
    words = models.CharField(_("the opinion in words"), max_length=500)
    paper = models.ForeignKey(
        "documents.Document", verbose_name=pgettext_lazy("democratic review", "paper"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # fmt: skip
    corrects = models.OneToOneField(
        "self",
        verbose_name=pgettext_lazy("democratic review", "corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )
    is_withdrawn = models.BooleanField(pgettext_lazy("democratic review", "taken back"), default=False)
    reason = models.CharField(_("why it was corrected"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = WitnessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("democratic review")
        verbose_name_plural = _("democratic reviews")
        indexes: ClassVar = [models.Index(fields=["elder", "-met_on"], name="elders_witness_elder")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="elders_witnessrecord_people_who_meet", condition=Q(people__gte=2, people__lte=500)
            ),
            models.CheckConstraint(
                name="elders_witnessrecord_has_words", condition=~Q(words="") & ~Q(present="")
            ),
            models.CheckConstraint(
                name="elders_witnessrecord_correction_has_reason",
                condition=Q(corrects__isnull=True, reason="", is_withdrawn=False)
                | (Q(corrects__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.met_on} {self.get_opinion_display()}"
