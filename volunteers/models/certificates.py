"""Certificates of service records. Source: Order 67 (2021), S1-36, domain.md §4.4."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from typing import Any, ClassVar

import pghistory
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers.models.registry import Volunteer
from volunteers.querysets import CertificateQuerySet
from volunteers.states import AskedBy, CertificateKind

# No 0 O 1 I L: read aloud and typed from paper. 12 signs of 31 are 59 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def new_code() -> str:
    """A verification code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _each in range(CODE_LENGTH))


def fingerprint(facts: dict[str, Any]) -> str:
    """SHA-256 of the facts in one fixed spelling."""
    text = json.dumps(facts, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@pghistory.track()
class Certificate(models.Model):
    """A numbered paper about a volunteer's own records, frozen as issued.

    `facts` is the whole content (person, service, training, awards, evaluation), `sha256` its fingerprint; numbers
    count without gaps per community and year. Only `revoked_*` may be written afterwards, once. A correction is a
    revocation and a new certificate. Source: Order 67 Art. 3, 4; domain.md §4.4.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="certificates"
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=CertificateKind, default=CertificateKind.CERTIFICATE
    )
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number in the year"))
    number = models.CharField(_("number"), max_length=80)
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("until"), help_text=_("last day"))
    minutes = models.PositiveIntegerField(_("minutes served"))
    facts = models.JSONField(_("content as issued"), encoder=DjangoJSONEncoder)
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    document = models.OneToOneField(
        "documents.Document", verbose_name=_("document"), on_delete=models.PROTECT, related_name="+"
    )
    asked = models.CharField(_("asked"), max_length=6, choices=AskedBy)
    asked_reason = models.CharField(_("request on paper"), max_length=200, blank=True)
    issued_on = models.DateField(_("issued on"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        "accounts.User", verbose_name=pgettext_lazy("certificate", "issued by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    revoked_reason = models.CharField(_("reason of the revocation"), max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("volunteers", "certificate")
        verbose_name_plural = pgettext_lazy("volunteers", "certificates")
        ordering: ClassVar = ["-issued_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "year", "sequence"], name="volunteers_certificate_one_number"
            ),
            models.CheckConstraint(name="volunteers_certificate_from_one", condition=Q(sequence__gte=1)),
            models.CheckConstraint(
                name="volunteers_certificate_period", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="volunteers_certificate_paper_with_reason",
                condition=~Q(asked="PAPER") | ~Q(asked_reason=""),
            ),
            models.CheckConstraint(
                name="volunteers_certificate_revoked_whole",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def code_in_groups(self) -> str:
        """ABCD-EFGH-JKMN: read aloud in three breaths."""
        return "-".join(self.code[place : place + 4] for place in range(0, len(self.code), 4))

    @property
    def is_untouched(self) -> bool:
        """Whether the content still has the fingerprint it was issued with."""
        return fingerprint(self.facts) == self.sha256
