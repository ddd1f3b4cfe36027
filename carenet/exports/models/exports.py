"""One file with personal data, from the question to its deletion."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.accounts.states import FieldClass
from carenet.exports.querysets import ExportQuerySet
from carenet.exports.states import ExportState
from carenet.jobs.states import JobState


class Export(models.Model):
    """Somebody needs a list with personal data as a file and says what for; somebody else approves it.

    `path` is the address that makes the file; it is opened again, with the asker's rights, when it was approved.
    The made bytes are kept sealed and deleted after `fetch_until`; the row stays. Source: domain.md §9.4.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    path = models.CharField(pgettext_lazy("export", "address"), max_length=1000)
    title = models.CharField(pgettext_lazy("export", "list"), max_length=160)
    headings = models.JSONField(_("columns"), default=list, help_text=_("Each column with its class."))
    field_class = models.PositiveSmallIntegerField(_("most sensitive class"), choices=FieldClass)
    rows = models.PositiveIntegerField(_("rows when it was asked for"), null=True, blank=True)
    purpose = models.CharField(pgettext_lazy("export", "what for"), max_length=200)
    language = models.CharField(_("language"), max_length=10, default="zh-hans", choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=9, choices=ExportState, db_default=ExportState.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="exports"
    )
    asked_at = models.DateTimeField(_("asked at"))
    decide_until = models.DateTimeField(_("to be decided until"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("export", "decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason of the refusal"), max_length=200, blank=True, db_default="")
    job = models.ForeignKey(
        "jobs.Job", verbose_name=_("job"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    fetch_until = models.DateTimeField(_("to be fetched until"), null=True, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True, db_default="")
    mime = models.CharField(_("type"), max_length=100, blank=True, db_default="")
    size = models.PositiveBigIntegerField(_("size in bytes"), db_default=0)
    stored_name = models.CharField(_("stored as"), max_length=200, blank=True, db_default="")
    fetched = models.PositiveSmallIntegerField(_("times fetched"), db_default=0)
    fetched_at = models.DateTimeField(_("last fetched at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of personal data")
        verbose_name_plural = _("exports of personal data")
        ordering: ClassVar = ["-asked_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["community", "decide_until"], condition=Q(state__in=["ASKED", "APPROVED"]), name="exports_export_waiting"
            ),
            models.Index(fields=["asked_by", "-asked_at"], name="exports_export_asker"),
            models.Index(fields=["fetch_until"], condition=Q(state="READY"), name="exports_export_files"),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exports_export_four_eyes",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="exports_export_no_file_without_approval",
                condition=~Q(state__in=["APPROVED", "READY", "GONE", "REFUSED"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(name="exports_export_says_what_for", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="exports_export_refused_says_why", condition=~Q(state="REFUSED") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="exports_export_ready_has_a_file",
                condition=~Q(state="READY") | Q(made_at__isnull=False, fetch_until__isnull=False) & ~Q(stored_name=""),
            ),
            models.CheckConstraint(
                name="exports_export_bytes_only_while_ready", condition=Q(state="READY") | Q(stored_name="")
            ),
            models.UniqueConstraint(
                fields=["asked_by", "path"], condition=Q(state="ASKED"), name="exports_export_asked_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("exports:export", args=[self.pk])

    def is_waiting(self, at: datetime) -> bool:
        """Somebody may still decide."""
        return self.state == ExportState.ASKED and at < self.decide_until

    def may_be_fetched(self, at: datetime) -> bool:
        """The file is there and its time is not over."""
        return self.state == ExportState.READY and self.fetch_until is not None and at < self.fetch_until

    @property
    def failed_because(self) -> str:
        """Why the background job made no file; empty while it runs or when it worked."""
        job = self.job
        return (
            job.error
            if self.state == ExportState.APPROVED and job is not None and job.state == JobState.FAILED
            else ""
        )
