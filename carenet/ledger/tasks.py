"""Nightly proof of the books."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from carenet.channels import heartbeat
from carenet.ledger import check
from carenet.parties import scope
from carenet.parties.models import Community

log = logging.getLogger(__name__)


@shared_task(name="ledger.check_books")
def check_books(**_added_later: Any) -> int:
    """Prove the books of every community; tell the health page; returns the number of faults."""
    wrong = 0
    for community in Community.objects.active().order_by("pk"):
        with scope.within([community.pk]):
            faults = check.check_books(community)
        for fault in faults:
            log.error("books of community %s: %s", community.slug, fault.sentence)
        wrong += len(faults)
    heartbeat.beat(name="ledger.check_books", at=timezone.now(), ok=wrong == 0, detail=f"{wrong} faults")
    return wrong
