"""Instruments as versioned data packs, and the assessments made with them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from elders.querysets import StaffOnlyQuerySet
from elders.states import AssessmentReason, AssessmentState, Level, Relation, SecondSignature


class Instrument(models.Model):
    """A questionnaire: items, answers, scores and rules as one JSON pack that never changes.

    Reference data outside the wall, written by migrations only. Source: domain.md §1.0.
    """

    code = models.CharField(_("code"), max_length=30)
    version = models.CharField(_("version"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    definition = models.JSONField(_("definition"))
    sha256 = models.CharField(max_length=64, editable=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="elders_instrument_one_version"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name if (translation.get_language() or "").startswith("zh") else self.name_en


class Assessment(models.Model):
    """One elder's answers to one instrument: a draft from the first tap, never changed once signed.

    The server computes scores and levels from the answers at signing. Where the instrument asks for two assessors
    the first one's signature only freezes the answers (HALF); the result counts when the second one has signed
    with an own sign-in. A signed assessment may only be declared void, with a reason.
    `marks` says of each answer who gave it when, and whether it was taken over from last time.
    Source: GB/T 42195-2022 A.1, C.1–C.5; domain.md §1.1.2, §1.1.3.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="assessments"
    )
    instrument = models.ForeignKey(Instrument, verbose_name=_("instrument"), on_delete=models.PROTECT)
    reason = models.CharField(
        _("reason"), max_length=8, choices=AssessmentReason, default=AssessmentReason.ROUTINE
    )
    state = models.CharField(
        _("state"), max_length=6, choices=AssessmentState, default=AssessmentState.DRAFT, editable=False
    )
    answers = models.JSONField(_("answers"), default=dict)
    marks = models.JSONField(_("who answered when"), default=dict, editable=False)
    scores = models.JSONField(_("scores"), default=dict, editable=False)
    total = models.PositiveSmallIntegerField(_("total"), null=True, blank=True, editable=False)
    initial_level = models.PositiveSmallIntegerField(
        _("initial level"), choices=Level, null=True, blank=True, editable=False
    )
    final_level = models.PositiveSmallIntegerField(
        _("final level"), choices=Level, null=True, blank=True, editable=False
    )
    raised = models.BooleanField(_("raised by C.4"), default=False, editable=False)
    grounds = models.JSONField(_("grounds for the change"), default=list, editable=False)
    band = models.CharField(_("band"), max_length=20, blank=True, default="", editable=False)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assessor"), on_delete=models.PROTECT, related_name="+"
    )
    second_assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second assessor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    informant = models.CharField(_("informant"), max_length=60, blank=True)
    informant_relation = models.CharField(
        _("informant's relation"), max_length=12, choices=Relation, blank=True
    )
    place = models.CharField(_("place"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("started at"))
    saved_at = models.DateTimeField(_("saved at"))
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    second_signature = models.CharField(
        _("second signature"), max_length=5, choices=SecondSignature, blank=True, default="", editable=False
    )
    countersigned_at = models.DateTimeField(_("second signature at"), null=True, blank=True, editable=False)
    returned = models.CharField(
        _("why the second assessor sent it back"), max_length=200, blank=True, default="", editable=False
    )
    void_reason = models.CharField(_("why it is void"), max_length=200, blank=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes: ClassVar = [
            models.Index(fields=["elder", "instrument", "-signed_at"], name="elders_assessment_elder"),
            models.Index(fields=["community", "-signed_at"], name="elders_assessment_signed"),
            models.Index(
                fields=["community", "second_assessor"],
                condition=Q(state="HALF"),
                name="elders_assessment_half",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["elder", "instrument"],
                condition=Q(state__in=["DRAFT", "HALF"]),
                name="elders_assessment_one_draft",
                violation_error_message=_("There is already a draft. Please go on with that one."),
            ),
            models.CheckConstraint(
                name="elders_assessment_signed_is_complete",
                condition=~Q(state__in=["HALF", "SIGNED"]) | Q(signed_at__isnull=False, total__isnull=False),
            ),
            models.CheckConstraint(
                name="elders_assessment_second_one_signs",
                condition=~Q(state="SIGNED")
                | Q(second_assessor__isnull=True)
                | Q(second_signature__in=["PAPER", "NAMED"])
                | Q(second_signature="OWN", countersigned_at__isnull=False),
            ),
            models.CheckConstraint(
                name="elders_assessment_half_names_the_second",
                condition=~Q(state="HALF") | Q(second_assessor__isnull=False),
            ),
            models.CheckConstraint(
                name="elders_assessment_two_different_assessors",
                condition=Q(second_assessor__isnull=True) | ~Q(second_assessor=F("assessor")),
            ),
            models.CheckConstraint(
                name="elders_assessment_never_lowered",
                condition=Q(final_level__isnull=True)
                | Q(final_level__gte=F("initial_level"), final_level__lte=4),
            ),
            models.CheckConstraint(
                name="elders_assessment_void_has_reason", condition=~Q(state="VOID") | ~Q(void_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} #{self.pk}"

    @property
    def facts(self) -> dict[str, Any]:
        """Scores as stored at signing: sub-scores, core loss and the raised flag."""
        return self.scores


class InstrumentSwitch(models.Model):
    """A station turned a form on or off. Append only; the newest row counts, else the pack's own default.

    Forms whose licence must be asked for first are off by default. Source: domain.md §1.0.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    code = models.CharField(_("code"), max_length=30)
    is_on = models.BooleanField(_("in use"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("form turned on or off")
        verbose_name_plural = _("forms turned on or off")
        indexes: ClassVar = [
            models.Index(fields=["community", "code", "-id"], name="elders_instrumentswitch_newest")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.is_on}"
