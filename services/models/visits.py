"""Social work: cases, visits, and what must be looked after again."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties import sealed
from services.querysets import CaseQuerySet, FollowUpQuerySet, VisitQuerySet
from services.states import (
    CaseMethod,
    CaseState,
    Finding,
    FollowUpKind,
    FollowUpState,
    Mood,
    Seen,
    WhyNotSeen,
)


@pghistory.track()
class Case(models.Model):
    """A piece of social work with one elder, from opening to closing. Source: MZ/T 064-2016."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="cases"
    )
    worker = models.ForeignKey(
        "accounts.User", verbose_name=_("social worker"), on_delete=models.PROTECT, related_name="cases"
    )
    method = models.CharField(_("method"), max_length=10, choices=CaseMethod, default=CaseMethod.CASE)
    state = models.CharField(_("state"), max_length=8, choices=CaseState, default=CaseState.OPEN)
    reason = models.CharField(_("why it was opened"), max_length=200)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(pgettext_lazy("case", "closed at"), null=True, blank=True)
    key = models.CharField(_("key"), max_length=120)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="services_case_once"),
            models.UniqueConstraint(
                fields=["elder", "method"],
                condition=Q(state="OPEN"),
                name="services_case_one_open",
                violation_error_message=_("This elder already has an open case of this kind."),
            ),
            models.CheckConstraint(
                name="services_case_closed_has_time_and_outcome",
                condition=Q(state="OPEN", closed_at__isnull=True)
                | (Q(state="CLOSED", closed_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.elder}"


class Visit(models.Model):
    """A social worker went to see an elder, or telephoned, or knocked in vain; append-only.

    Three times are kept: when it truly happened, what the phone's clock said, when the station received it. A
    correction is a new version that names the one it replaces. Source: domain.md §8.3; architecture.md 4a
    (visits are always accepted and flagged).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, db_index=False
    )
    elder = models.ForeignKey(
        "elders.Elder",
        verbose_name=_("elder"),
        on_delete=models.PROTECT,
        related_name="visits",
        db_index=False,
    )
    case = models.ForeignKey(
        Case, verbose_name=_("case"), null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
    worker = models.ForeignKey(
        "accounts.User", verbose_name=_("visited by"), on_delete=models.PROTECT, related_name="visits"
    )
    visited_at = models.DateTimeField(_("visited at"))
    device_at = models.DateTimeField(_("clock of the phone"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("received at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    seen = models.CharField(_("met in person"), max_length=8, choices=Seen)
    why_not_seen = models.CharField(_("why not"), max_length=10, choices=WhyNotSeen, blank=True)
    mood = models.CharField(_("state of mind"), max_length=4, choices=Mood, blank=True)
    findings = ArrayField(
        models.CharField(max_length=10, choices=Finding), verbose_name=_("findings"), default=list, blank=True
    )
    note_sealed = models.BinaryField(null=True, editable=False)
    photo = models.ForeignKey(
        "documents.Document", verbose_name=_("photo"), null=True, blank=True, on_delete=models.PROTECT
    )
    is_late = models.BooleanField(_("entered later"), default=False)
    overlaps = models.BooleanField(
        _("overlaps another visit"), default=False, help_text=_("kept and flagged, never refused")
    )
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    correction_reason = models.CharField(_("why corrected"), max_length=200, blank=True)
    key = models.CharField(_("key"), max_length=120)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = pgettext_lazy("social work", "visits")
        indexes: ClassVar = [
            models.Index(fields=["elder", "-visited_at"], name="services_visit_elder"),
            models.Index(fields=["community", "-visited_at"], name="services_visit_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="services_visit_once"),
            models.CheckConstraint(
                name="services_visit_not_seen_has_a_reason",
                condition=(Q(seen="NOT_SEEN") & ~Q(why_not_seen=""))
                | (~Q(seen="NOT_SEEN") & Q(why_not_seen="")),
            ),
            models.CheckConstraint(
                name="services_visit_correction_has_a_reason",
                condition=Q(replaces__isnull=True) | ~Q(correction_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.elder_id} {self.visited_at:%Y-%m-%d}"

    def seal_note(self, text: str) -> None:
        """Encrypt the note (before the first save)."""
        self.note_sealed = sealed.seal(text, column="services_visit.note", row=self.uid) if text else None

    def note(self) -> str:
        """The note in clear. Every caller that shows it writes the read log."""
        return sealed.unseal(self.note_sealed, column="services_visit.note", row=self.uid)

    def finding_labels(self) -> list[str]:
        """The findings in words."""
        return [str(Finding(each).label) for each in self.findings]


@pghistory.track()
class FollowUp(models.Model):
    """Something a worker must look after again, by when, and whether it was done."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    elder = models.ForeignKey(
        "elders.Elder", verbose_name=_("elder"), on_delete=models.PROTECT, related_name="follow_ups"
    )
    visit = models.ForeignKey(
        Visit,
        verbose_name=_("visit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="follow_ups",
    )
    request = models.ForeignKey(
        "services.ServiceRequest",
        verbose_name=_("request"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="follow_ups",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=FollowUpKind)
    state = models.CharField(_("state"), max_length=8, choices=FollowUpState, default=FollowUpState.OPEN)
    owner = models.ForeignKey(
        "accounts.User", verbose_name=_("who looks after it"), on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField(_("due by"))
    opened_at = models.DateTimeField(_("opened at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    words = models.CharField(_("outcome"), max_length=300, blank=True)
    key = models.CharField(_("key"), max_length=120)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "due_at"], name="services_followup_open", condition=Q(state="OPEN")
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="services_followup_once"),
            models.CheckConstraint(
                name="services_followup_done_by_somebody",
                condition=Q(state="OPEN", done_at__isnull=True, done_by__isnull=True)
                | Q(state="DONE", done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.elder_id} {self.kind}"
