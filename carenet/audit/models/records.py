"""The two records that triggers cannot write: looks and notes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from carenet.audit.querysets import AuditQuerySet


class ReadLog(models.Model):
    """One person was looked at by one user on one page.

    Names are copied, so that the record still reads when the account or the file is gone; the person is a plain
    number, so that the record binds nothing. Source: law 7; PIPL Art. 44, 51; proof.md §4 test 11.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        "accounts.User", verbose_name=_("user"), on_delete=models.PROTECT, related_name="+"
    )
    viewer_name = models.CharField(_("who looked"), max_length=60)
    person_id = models.BigIntegerField(_("number of the person"))
    subject_name = models.CharField(_("whose file"), max_length=60)
    fields = ArrayField(models.CharField(max_length=60), verbose_name=_("what was shown"), default=list)
    purpose = models.CharField(_("purpose"), max_length=120, blank=True)
    url = models.CharField(_("page"), max_length=300, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        indexes: ClassVar = [
            models.Index(fields=["community", "-at"], name="audit_readlog_when"),
            models.Index(fields=["community", "person_id", "-at"], name="audit_readlog_whom"),
            models.Index(fields=["user", "-at"], name="audit_readlog_who"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_name} → {self.subject_name}"


class Note(models.Model):
    """Something that was done and is no row change: a sign-in, an export, a use of the city role.

    Without a community it concerns an area or an unknown visitor; such rows are only read through
    `audit_area_notes()`. Source: GB/T 22239-2019 (date, user, event, result).
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), null=True, on_delete=models.PROTECT
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        "accounts.User", verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("who"), max_length=60, blank=True)
    verb = models.CharField(_("deed"), max_length=60)
    object_kind = models.CharField(_("kind of thing"), max_length=60, blank=True)
    object_id = models.CharField(_("number of the thing"), max_length=60, blank=True)
    facts = models.JSONField(_("facts"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes: ClassVar = [
            models.Index(fields=["community", "-at"], name="audit_note_when"),
            models.Index(fields=["community", "object_kind", "object_id"], name="audit_note_what"),
            models.Index(fields=["by", "-at"], name="audit_note_who"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="audit_note_says_what", condition=~models.Q(verb="")),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.verb}"
