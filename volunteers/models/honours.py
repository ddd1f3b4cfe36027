"""Honours: dated criteria, nominations with endorsement, public notice, objections. Source: S3-34; Ordinance Art. 20."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from volunteers.querysets import DatedQuerySet, NominationQuerySet, OfNominationQuerySet
from volunteers.states import Level, NominationState


@pghistory.track()
class Honour(models.Model):
    """A title and what somebody must have done for it, from a day until a day (金牌护理员, 最美老年社工).

    Criteria that count hours or months are only asked of people who volunteer here. Source: S3-34.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("title of the honour"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    words = models.CharField(_("what it honours"), max_length=300)
    min_hours = models.PositiveIntegerField(_("hours of service, at least"), default=0)
    min_months = models.PositiveSmallIntegerField(_("months of service, at least"), default=0)
    min_level = models.PositiveSmallIntegerField(
        _("training level, at least"), choices=Level, null=True, blank=True
    )
    endorsements = models.PositiveSmallIntegerField(_("endorsements needed"), default=2)
    notice_days = models.PositiveSmallIntegerField(_("days of public notice"), default=7)
    source = models.CharField(_("decided by"), max_length=160)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        ordering: ClassVar = ["name", "-valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "name", "valid_from"], name="volunteers_honour_one_day"
            ),
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(valid_to__isnull=True),
                name="volunteers_honour_one_now",
            ),
            models.CheckConstraint(
                name="volunteers_honour_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="volunteers_honour_is_published", condition=Q(notice_days__gte=1)),
            models.CheckConstraint(name="volunteers_honour_has_a_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        zh = (translation.get_language() or "zh").startswith("zh")
        return self.name if zh or not self.name_en else self.name_en


@pghistory.track()
class Nomination(models.Model):
    """A person named for an honour, from the proposal to the award or its revocation.

    `checked` keeps what the criteria asked and what was found on the day of the nomination. The person's own consent
    to publication comes before the decision; who decides neither nominated nor endorsed. Nothing is published without
    consent. Source: Ordinance Art. 20 (publish only with consent); domain.md §4.2.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    honour = models.ForeignKey(
        Honour, verbose_name=_("honour"), on_delete=models.PROTECT, related_name="nominations"
    )
    person = models.ForeignKey(
        "parties.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    words = models.CharField(_("why this person"), max_length=500)
    checked = models.JSONField(_("criteria on the day of the nomination"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=NominationState, default=NominationState.NOMINATED
    )
    nominated_by = models.ForeignKey(
        "accounts.User", verbose_name=_("nominated by"), on_delete=models.PROTECT, related_name="+"
    )
    nominated_at = models.DateTimeField(_("nominated at"))
    consented_on = models.DateField(_("agreed to publication on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision = models.CharField(_("reason of the decision"), max_length=200, blank=True)
    notice_from = models.DateField(_("public notice from"), null=True, blank=True)
    notice_to = models.DateField(_("public notice until"), null=True, blank=True)
    awarded_on = models.DateField(_("awarded on"), null=True, blank=True)
    awarded_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("awarded by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    revoked_reason = models.CharField(_("reason of the revocation"), max_length=200, blank=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomination for an honour")
        verbose_name_plural = _("nominations for honours")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["honour", "person", "year"], condition=~Q(state="REFUSED"),
                name="volunteers_nomination_once_a_year",
            ),
            models.CheckConstraint(
                name="volunteers_nomination_four_eyes",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("nominated_by")),
            ),
            models.CheckConstraint(
                name="volunteers_nomination_published_with_consent",
                condition=Q(notice_from__isnull=True) | Q(consented_on__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_nomination_awarded_after_notice",
                condition=Q(awarded_on__isnull=True) | Q(notice_to__isnull=False, awarded_on__gt=F("notice_to")),
            ),
            models.CheckConstraint(
                name="volunteers_nomination_revoked_with_reason",
                condition=~Q(state="REVOKED") | (Q(revoked_on__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.honour} {self.person}"


class Endorsement(models.Model):
    """Somebody else says: yes, this person. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    nomination = models.ForeignKey(
        Nomination,
        verbose_name=_("nomination for an honour"),
        on_delete=models.PROTECT,
        related_name="endorsed",
    )
    words = models.CharField(_("words of endorsement"), max_length=300, blank=True)
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = OfNominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["nomination", "by"], name="volunteers_endorsement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by}"


@pghistory.track()
class Objection(models.Model):
    """What somebody said against an award during the public notice, and how it was answered."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    nomination = models.ForeignKey(
        Nomination,
        verbose_name=_("nomination for an honour"),
        on_delete=models.PROTECT,
        related_name="objections",
    )
    words = models.CharField(_("objection"), max_length=500)
    name = models.CharField(_("name of who objects"), max_length=60, blank=True)
    contact = models.CharField(_("how to reach them"), max_length=60, blank=True)
    at = models.DateTimeField(_("at"))
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    upheld = models.BooleanField(_("the objection is right"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = OfNominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints: ClassVar = [
            models.CheckConstraint(name="volunteers_objection_says_why", condition=~Q(words="")),
            models.CheckConstraint(
                name="volunteers_objection_answered_whole",
                condition=Q(
                    answered_at__isnull=True, answered_by__isnull=True, upheld__isnull=True, answer=""
                )
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, upheld__isnull=False)
                    & ~Q(answer="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.words[:40]
