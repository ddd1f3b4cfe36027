"""Words about submissions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models

KEEP_DAYS = 30


class SubmissionQuerySet(models.QuerySet[Any]):
    """Keys are only needed while a repeat may still come."""

    def expired(self, at: datetime) -> SubmissionQuerySet:
        """Older than 30 days at `at`."""
        return self.filter(created_at__lt=at - timedelta(days=KEEP_DAYS))

    def shown_pages(self, at: datetime) -> SubmissionQuerySet:
        """Pages with a secret that are still kept, older than an hour at `at`."""
        old = self.filter(created_at__lt=at - timedelta(hours=1)).exclude(body_sealed=b"")
        return old.exclude(path__startswith="/api/")
