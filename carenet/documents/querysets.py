"""The words of documents."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from carenet.parties.querysets import ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class DocumentQuerySet(ScopedQuerySet[M]):
    """Stored papers; whether somebody may open one is asked of its kind (registry)."""
