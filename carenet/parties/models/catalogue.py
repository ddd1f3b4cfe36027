"""What kinds of service there are: reference data named by every app."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from carenet.parties.states import Risk, ServiceFamily, SubsidyMode


class ServiceKind(models.Model):
    """One code of the service catalogue. Prices, providers and opening hours stay in `services`.

    Source: station rule, domain.md §3.3 (minutes are examples), GB/T 43153-2023 for the families.
    """

    code = models.CharField(_("code"), max_length=10, primary_key=True)
    number = models.PositiveSmallIntegerField(
        _("number"), unique=True, help_text=_("small integer for indexes; never reused")
    )
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    family = models.CharField(_("family"), max_length=10, choices=ServiceFamily)
    unit = models.CharField(_("unit"), max_length=20)
    unit_en = models.CharField(_("English unit"), max_length=20)
    minutes = models.PositiveSmallIntegerField(_("usual minutes"))
    who = ArrayField(
        models.CharField(max_length=3), verbose_name=_("who may do it"), help_text="SW CW VO PRO ORG"
    )
    risk = models.CharField(_("risk class"), max_length=1, choices=Risk)
    subsidy = models.CharField(_("who pays"), max_length=10, choices=SubsidyMode)
    is_development = models.BooleanField(
        _("development service"),
        default=False,
        help_text=_("rehabilitation, dementia, mind, culture (S4-13)"),
    )

    class Meta:
        verbose_name = _("service kind")
        verbose_name_plural = _("service kinds")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.CheckConstraint(name="parties_servicekind_has_minutes", condition=Q(minutes__gte=0)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name if (translation.get_language() or "").startswith("zh") else self.name_en
