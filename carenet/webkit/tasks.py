"""What happens by itself."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from carenet.channels import heartbeat
from carenet.webkit.models import Submission


@shared_task(name="webkit.purge")
def purge(**_added_later: Any) -> int:
    """Nightly: forget the keys of forms sent more than thirty days ago. Returns how many.

    Pages with a secret (once_shown) are forgotten the first night.
    """
    now = timezone.now()
    gone, _each = Submission.objects.expired(now).delete()
    Submission.objects.shown_pages(now).update(body_sealed=b"")
    heartbeat.beat(name="webkit.purge", at=timezone.now(), detail=f"{gone} forgotten")
    return gone
