"""The memory behind "twice is once"."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from carenet.parties import sealed
from carenet.webkit.querysets import SubmissionQuerySet

COLUMN = "webkit_submission.body"


class Submission(models.Model):
    """One writing request that was carried out, by its sender's key, with the answer it got.

    Stands outside row security and therefore holds nothing personal in the clear: a page keeps its redirect, a
    REST call its JSON answer, sealed, both purged after 30 days. Source: architecture.md law 4.
    """

    sender = models.CharField(_("sender"), max_length=60, help_text=_("user:<id>, session:<hash> or anyone"))
    key = models.CharField(_("key"), max_length=100)
    path = models.CharField(_("path"), max_length=300)
    body_hash = models.CharField(_("hash of the content"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    location = models.CharField(_("redirect"), max_length=1000, blank=True)
    body_sealed = models.BinaryField(_("JSON answer, sealed"), default=b"", blank=True)
    created_at = models.DateTimeField(_("received at"), db_index=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "key"], name="webkit_submission_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.key}"

    @staticmethod
    def seal(sender: str, key: str, body: str) -> bytes:
        """Seal a JSON answer for the row of this sender and key."""
        return sealed.seal(body, column=COLUMN, row=uuid.uuid5(uuid.NAMESPACE_URL, f"{sender} {key}"))

    def body(self) -> str:
        """The JSON answer."""
        row = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.sender} {self.key}")
        return sealed.unseal(self.body_sealed, column=COLUMN, row=row)
