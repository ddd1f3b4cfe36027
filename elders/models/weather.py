"""Weather warnings: entered by hand from the bulletin; while one holds, more people are called or seen each day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from elders.querysets import StaffOnlyQuerySet
from elders.states import WeatherKind, WeatherLevel


class WeatherWarningQuerySet(StaffOnlyQuerySet["WeatherWarning"]):
    """Warnings by day."""

    def in_force(self, on: date) -> Self:
        """Holding on a day, and not called off."""
        return self.filter(from_on__lte=on, until_on__gte=on, called_off_at__isnull=True)


class WeatherWarning(models.Model):
    """An orange or red warning from one day to another. It boosts the calls of its days and changes no colour.

    Only calling off changes a row, once. Source: domain.md §1.13 (re-run events), §8.4 (offline first: by hand).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.CharField(_("weather"), max_length=5, choices=WeatherKind)
    level = models.CharField(_("warning level"), max_length=6, choices=WeatherLevel)
    from_on = models.DateField(pgettext_lazy("weather", "from day"))
    until_on = models.DateField(_("until day"))
    source = models.CharField(_("source"), max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("entered at"))
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("called off by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    objects = WeatherWarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("weather warning")
        verbose_name_plural = _("weather warnings")
        indexes: ClassVar = [models.Index(fields=["community", "-until_on"], name="elders_weather_until")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="elders_weatherwarning_in_order", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="elders_weatherwarning_called_off_by_somebody",
                condition=Q(called_off_at__isnull=True, called_off_by__isnull=True)
                | Q(called_off_at__isnull=False, called_off_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_level_display()}"
