"""What a worker keeps for the daily list: a filter under a name."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from elders.querysets import OwnQuerySet


class SavedFilter(models.Model):
    """A filter of the elders' list, kept by one user under a name. It holds no names and no numbers of people."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(pgettext_lazy("filter", "name"), max_length=40)
    query = models.CharField(_("filter"), max_length=400)
    at = models.DateTimeField(_("saved at"))

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "community", "name"], name="elders_savedfilter_one_name"),
            models.CheckConstraint(name="elders_savedfilter_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name
