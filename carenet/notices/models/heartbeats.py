"""Signs of life of the background processes; `/health/` shows their ages."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a recurring task last ran and whether it was content. Holds nothing personal: outside the wall."""

    name = models.CharField(_("task"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("last run"))
    ok = models.BooleanField(_("in order"), default=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
