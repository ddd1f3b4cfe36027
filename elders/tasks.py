"""What the station does by itself, hourly: resume pauses, remind of what is due, notice silence."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from carenet.accounts import station
from carenet.audit import history
from carenet.parties import scope
from carenet.parties.models import Community
from elders.actions import contacts, reassessment, registry


@shared_task(name="elders.remind_due")
def remind_due() -> int:
    """Each community in its own transaction; running it twice, or on two workers, adds nothing."""
    at = timezone.now()
    on = timezone.localdate(at)
    reminded = 0
    for community in Community.objects.active().order_by("pk"):
        with scope.within([community.pk]):
            by = station(community)
            with history.acting(by, "elders.remind_due"):
                registry.begin_due(community=community, on=on, by=by, at=at)
                registry.resume_due(community=community, on=on, by=by, at=at)
                reminded += reassessment.remind(community=community, on=on, by=by, at=at)
                contacts.raise_silence(community=community, at=at)
    return reminded
