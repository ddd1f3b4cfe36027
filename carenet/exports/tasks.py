"""Hourly: close what nobody decided, delete files whose time is over."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from carenet.accounts import station
from carenet.channels import heartbeat
from carenet.exports import actions as exports
from carenet.parties import scope
from carenet.parties.models import Community


@shared_task(name="exports.tidy")
def tidy() -> int:
    """Each community in its own transaction; twice adds nothing."""
    at = timezone.now()
    ended = 0
    for community in Community.objects.active().order_by("pk"):
        with scope.within([community.pk]):
            ended += exports.tidy(community=community, by=station(community), at=at)
    heartbeat.beat(name="exports.tidy", at=at, detail=f"{ended} ended")
    return ended
