"""Doorbells of the volunteers; what is due is decided by SQL, so a missed or doubled beat changes nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from carenet import accounts
from carenet.audit import history
from carenet.channels import heartbeat
from carenet.parties import scope
from carenet.parties.models import Community
from volunteers.actions import slips


@shared_task(name="volunteers.shop")
def shop() -> None:
    """Remind of gifts that wait, and give back what nobody collected. Hourly; the rows know what is due."""
    for community in Community.objects.active():
        with scope.within([community.pk]), history.acting(accounts.station(community), "volunteers.shop"):
            at, by = timezone.now(), accounts.station(community)
            on = timezone.localdate(at)
            slips.remind(community=community, on=on, by=by, at=at)
            slips.lapse(community=community, on=on, by=by, at=at)
    heartbeat.beat(name="volunteers.shop", at=timezone.now())
