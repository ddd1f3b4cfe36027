"""What the station does by itself, hourly: resume pauses, remind of what is due, notice silence."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from carenet.accounts import station
from carenet.audit import history
from carenet.channels import heartbeat
from carenet.parties import scope
from carenet.parties.models import Community
from elders.actions import contacts, reassessment, registry, triage


@shared_task(name="elders.remind_due")
def remind_due() -> int:
    """What is due now, and a sign of life."""
    at = timezone.now()
    reminded = walk(at)
    heartbeat.beat(name="elders.remind_due", at=at)
    return reminded


def walk(at: datetime) -> int:
    """Each community in its own transaction; running it twice, on two workers, or after a crash adds nothing."""
    on = timezone.localdate(at)
    reminded = 0
    for community in Community.objects.active().order_by("pk"):
        with scope.within([community.pk]):
            by = station(community)
            with history.acting(by, "elders.remind_due"):
                reassessment.one_at_a_time(community)
                registry.begin_due(community=community, on=on, by=by, at=at)
                registry.resume_due(community=community, on=on, by=by, at=at)
                reminded += reassessment.remind(community=community, on=on, by=by, at=at)
                contacts.raise_silence(community=community, at=at)
                triage.end_overrides(community=community, on=on, by=by, at=at)
    return reminded
