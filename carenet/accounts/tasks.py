"""What happens by itself."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from carenet.accounts.actions import cleanup as cleaning


@shared_task(name="accounts.cleanup")
def cleanup(**_added_later: Any) -> None:
    """Nightly: forget expired codes, counters and sessions."""
    cleaning.sweep(at=timezone.now())
