"""Doorbells: what must happen by itself; what is due is decided by SQL, so a missed or doubled beat changes nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from carenet import accounts
from carenet.audit import history
from carenet.channels import heartbeat
from carenet.parties import scope
from carenet.parties.models import Community
from services.actions import departures, escalation, providers, reward_claims


@shared_task(name="services.sweep")
def sweep() -> None:
    """Offers run out, alarms climb their ladder, crises get cases, undisputed services are closed, new volunteers
    can be sent."""
    for community in Community.objects.active():
        with scope.within([community.pk]), history.acting(accounts.station(community), "services.sweep"):
            at, by = timezone.now(), accounts.station(community)
            escalation.escalate(community=community, by=by, at=at)
            escalation.expire_offers(community=community, by=by, at=at)
            escalation.open_crisis_cases(community=community, by=by, at=at)
            escalation.close_undisputed(community=community, by=by, at=at)
            departures.catch_up(community=community, by=by, at=at)
            providers.pull_volunteers(community=community, by=by, at=at)
            reward_claims.pull(community=community, by=by, at=at)
    heartbeat.beat(name="services.sweep", at=timezone.now())
