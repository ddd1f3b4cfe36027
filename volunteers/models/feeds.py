"""The secret address of a volunteer's calendar."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ShiftFeed(models.Model):
    """A secret address under which a volunteer's calendar program reads their own shifts.

    Only the hash of the secret is kept; one address a user, revoked at any time. Outside the wall like sessions:
    whose shifts it shows is decided at each reading. Source: RFC 5545; PIPL Art. 51.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="shift_feeds"
    )
    token_hash = models.BinaryField(unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    read_at = models.DateTimeField(_("last read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="volunteers_shiftfeed_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
