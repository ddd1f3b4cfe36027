"""A title in Chinese, and in English for who reads English."""

from __future__ import annotations

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Titled(models.Model):
    """Something with a title that stands on pages of both languages."""

    title = models.CharField(pgettext_lazy("shift", "title"), max_length=60)
    title_en = models.CharField(_("title in English"), max_length=80, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the reader's language; who gave no English one is read in Chinese."""
        is_english = (translation.get_language() or "").startswith("en")
        return self.title_en if is_english and self.title_en else self.title
