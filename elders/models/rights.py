"""The rights of the person in the file: texts of consents, requests with their clock, runs of the retention rules."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from elders.models.kin import Mandate
from elders.models.register import Elder
from elders.querysets import RightsRequestQuerySet, StaffOnlyQuerySet
from elders.states import ConsentPurpose, MandateScope, Relation, RetentionState, RightKind, RightState


class ConsentText(models.Model):
    """The wording people agree to, one version of one purpose; never changed, followed by a newer one.

    Source: PIPL Art. 14, 17 (again when the purpose changes).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    purpose = models.CharField(_("purpose"), max_length=10, choices=ConsentPurpose)
    version = models.CharField(_("version of the text"), max_length=20)
    text_zh = models.TextField(_("text in Chinese"))
    text_en = models.TextField(_("text in English"), blank=True)
    valid_from = models.DateField(_("valid from"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("recorded at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a consent")
        verbose_name_plural = _("texts of consents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "purpose", "version"], name="elders_consenttext_one_version"
            ),
            models.CheckConstraint(name="elders_consenttext_has_words", condition=~Q(text_zh="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.version}"

    @property
    def text(self) -> str:
        """In the reader's language; Chinese is the one that binds."""
        is_chinese = (translation.get_language() or "").startswith("zh")
        return self.text_zh if is_chinese or not self.text_en else self.text_en


class MandateUse(models.Model):
    """Somebody acted for an elder under a mandate; one row each time, append only. Source: S2; PIPL Art. 44."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("mandate"), on_delete=models.PROTECT, related_name="uses"
    )
    scope = models.CharField(_("for what"), max_length=10, choices=MandateScope)
    verb = models.CharField(pgettext_lazy("mandate", "what was done"), max_length=60)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(_("at"))

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a mandate")
        verbose_name_plural = _("uses of mandates")
        indexes: ClassVar = [models.Index(fields=["mandate", "-at"], name="elders_mandateuse_mandate")]

    def __str__(self) -> str:
        return self.verb


class RightsRequest(models.Model):
    """The elder or the family asks: a copy, a correction, deletion, an explanation. It has a day to be answered by.

    Source: PIPL Art. 44–48; domain.md §9.1 (15 working days).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        Elder, verbose_name=_("elder"), on_delete=models.PROTECT, related_name="rights_requests"
    )
    kind = models.CharField(_("what is asked"), max_length=10, choices=RightKind)
    words = models.CharField(_("in their words"), max_length=500)
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("answer due on"))
    asked_by = models.CharField(
        pgettext_lazy("rights request", "asked by"), max_length=12, choices=Relation, default=Relation.SELF
    )
    asker_name = models.CharField(_("name of who asked"), max_length=60, blank=True)
    paper = models.ForeignKey(
        "documents.Document",
        verbose_name=pgettext_lazy("signed", "paper"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    state = models.CharField(_("state"), max_length=8, choices=RightState, default=RightState.OPEN)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about one's data")
        verbose_name_plural = _("requests about one's data")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "due_on"], condition=Q(state="OPEN"), name="elders_rightsrequest_open"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="elders_rightsrequest_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="elders_rightsrequest_due_after_asked", condition=Q(due_on__gte=F("asked_on"))
            ),
            models.CheckConstraint(
                name="elders_rightsrequest_answered_by_somebody",
                condition=Q(state="OPEN", answered_at__isnull=True, answered_by__isnull=True)
                | (
                    Q(state__in=["DONE", "REFUSED"], answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RetentionRun(models.Model):
    """What the retention rules would do on a day (the plan), and who had it done. Source: domain.md §9.3; PIPL Art. 19."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    on = models.DateField(_("as of"))
    plan = models.JSONField(default=dict, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=RetentionState, default=RetentionState.PLANNED)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("planned by"), on_delete=models.PROTECT, related_name="+"
    )
    planned_at = models.DateTimeField(_("planned at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("retention", "decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    result = models.JSONField(default=dict, editable=False)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of the retention rules")
        verbose_name_plural = _("runs of the retention rules")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="elders_retentionrun_decided_by_somebody",
                condition=Q(state="PLANNED", decided_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=["DONE", "DROPPED"], decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_state_display()}"
