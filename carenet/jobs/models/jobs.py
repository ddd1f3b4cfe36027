"""One piece of background work somebody asked for."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from carenet.jobs.querysets import JobQuerySet
from carenet.jobs.states import OPEN, JobState


class Job(models.Model):
    """Work that outlives its page: an import, an export, a recount.

    `done` of `total` is written on its own short transaction, so a page can show it while the work itself is one
    transaction. `result` is a small summary for people (counts, sentences), never personal data.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="jobs"
    )
    state = models.CharField(_("state"), max_length=8, choices=JobState, db_default=JobState.QUEUED)
    total = models.PositiveIntegerField(_("steps in all"), db_default=0)
    done = models.PositiveIntegerField(_("steps done"), db_default=0)
    params = models.JSONField(_("parameters"), default=dict, db_default={})
    result = models.JSONField(_("result"), default=dict, db_default={})
    error = models.CharField(_("what went wrong"), max_length=400, blank=True, db_default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), db_default=0)
    upload = models.ForeignKey(
        "documents.Document", verbose_name=_("uploaded file"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(_("asked at"), db_default=Now())
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    undo_until = models.DateTimeField(_("can be undone until"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["community", "created_at"],
                condition=Q(state__in=["QUEUED", "RUNNING"]),
                name="jobs_job_open",
            ),
            models.Index(fields=["by", "-created_at"], name="jobs_job_by"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="jobs_job_progress_within_total", condition=Q(total=0) | Q(done__lte=F("total"))
            ),
            models.CheckConstraint(
                name="jobs_job_finished_has_a_time",
                condition=Q(state__in=["QUEUED", "RUNNING"], finished_at__isnull=True)
                | Q(state__in=["DONE", "FAILED", "UNDONE"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="jobs_job_failed_says_why", condition=~Q(state="FAILED") | ~Q(error="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Still waiting or running."""
        return self.state in OPEN

    def may_be_undone(self, at: datetime) -> bool:
        """Finished, of a kind that can be taken back, and within its day."""
        return self.state == JobState.DONE and self.undo_until is not None and at < self.undo_until
