"""A file the station keeps: who made it, when, and the fingerprint that proves it is unchanged."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carenet.documents.querysets import DocumentQuerySet


class Document(models.Model):
    """One immutable file. `sequence` counts per community, kind and year without gaps; `number` is how it is cited.

    Append only in the database: a correction is another document.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number in the year"))
    number = models.CharField(_("number"), max_length=80)
    title = models.CharField(_("title"), max_length=160)
    stored_name = models.CharField(_("stored as"), max_length=200)
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    mime = models.CharField(_("type"), max_length=100)
    cause_kind = models.CharField(_("made for"), max_length=40, blank=True)
    cause_id = models.BigIntegerField(_("made for number"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    stored_at = models.DateTimeField(_("stored at"), db_default=Now(), editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["community", "cause_kind", "cause_id"], name="documents_document_cause")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "kind", "year", "sequence"], name="documents_document_one_number"
            ),
            models.CheckConstraint(name="documents_document_sequence_from_one", condition=Q(sequence__gte=1)),
            models.CheckConstraint(
                name="documents_document_has_fingerprint", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.uid])
