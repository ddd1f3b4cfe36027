"""The registers that the law on personal information asks for: impact assessments, handing to others, breaches."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from elders.querysets import PrivacyQuerySet
from elders.states_privacy import HandedAs, LegalBasis, PrivacyKind, PrivacyStepKind, Risk

# The law says "at once"; the station counts the hours. Source: PIPL Art. 57; 24 hours: station rule.
TELL_WITHIN = timedelta(hours=24)
# Kept at least three years by law, five here; nothing is ever deleted. Source: PIPL Art. 56; domain.md §9.3.
KEEP_YEARS = 5


class PrivacyRecord(models.Model):
    """What is done with people's data (or went wrong), why it may be, and how people are protected. Append only.

    What comes later (told whom and when, a correction, the end) are steps. No names of persons stand here.
    Source: PIPL Art. 21, 23, 55–57; 网络数据安全管理条例 Art. 12; domain.md §9.1.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.CharField(_("register"), max_length=8, choices=PrivacyKind)
    on = models.DateField(_("day"), help_text=_("the day of the assessment, of handing over, or of the leak"))
    known_at = models.DateTimeField(_("noticed at"), null=True, blank=True)
    what = models.CharField(_("what is done, or what happened"), max_length=300)
    whose = models.CharField(_("whose data, and which"), max_length=200)
    people = models.PositiveIntegerField(_("how many people"), null=True, blank=True)
    is_sensitive = models.BooleanField(_("sensitive data are among them"), default=False)
    basis = models.CharField(_("why it is allowed"), max_length=10, choices=LegalBasis)
    recipient = models.CharField(_("who gets the data"), max_length=120, blank=True)
    handed_as = models.CharField(_("as what"), max_length=10, choices=HandedAs, blank=True, default="")
    risk = models.CharField(_("risk to people"), max_length=6, choices=Risk, blank=True, default="")
    measures = models.CharField(_("how people are protected"), max_length=600)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = PrivacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("record about personal data")
        verbose_name_plural = _("records about personal data")
        indexes: ClassVar = [models.Index(fields=["community", "kind", "-on"], name="elders_privacy_kind")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="elders_privacyrecord_breach_was_noticed",
                condition=Q(kind="BREACH", known_at__isnull=False)
                | (~Q(kind="BREACH") & Q(known_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="elders_privacyrecord_sharing_names_whom",
                condition=~Q(kind="SHARING") | (~Q(recipient="") & ~Q(handed_as="")),
            ),
            models.CheckConstraint(
                name="elders_privacyrecord_impact_has_a_risk", condition=~Q(kind="IMPACT") | ~Q(risk="")
            ),
            models.CheckConstraint(
                name="elders_privacyrecord_has_words",
                condition=~Q(what="") & ~Q(whose="") & ~Q(measures=""),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        """The record with its steps."""
        return reverse("elders:privacy-record", args=[self.pk])


class PrivacyStep(models.Model):
    """What was done afterwards about a record, with its true day. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    record = models.ForeignKey(
        PrivacyRecord, verbose_name=_("record"), on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField(_("what"), max_length=9, choices=PrivacyStepKind)
    when = models.DateTimeField(_("when"))
    words = models.CharField(_("in words"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = PrivacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("step about personal data")
        verbose_name_plural = _("steps about personal data")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(kind__in=["CLOSED", "MISTAKEN"]),
                name="elders_privacystep_one_end",
            ),
            models.CheckConstraint(name="elders_privacystep_has_words", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
