"""Doorbells of the volunteers; what is due is decided by SQL, so a missed or doubled beat changes nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from carenet import accounts
from carenet.audit import history
from carenet.channels import heartbeat
from carenet.kernel import months
from carenet.parties import scope
from carenet.parties.models import Community
from volunteers.actions import about, expiry, fair_play, gifts, passing, pool, promises, rosters, slips, teams


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


@shared_task(name="volunteers.bank")
def bank() -> None:
    """Give unanswered gifts and lapsed pool hours back, tell what ends soon, end what was told, ask what stands out."""
    for community in Community.objects.active().order_by("pk"):
        with scope.within([community.pk]), history.acting(accounts.station(community), "volunteers.bank"):
            at, by = timezone.now(), accounts.station(community)
            on = timezone.localdate(at)
            gifts.expire_due(community=community, on=on, at=at, by=by)
            pool.lapse_grants(community=community, on=on, at=at, by=by)
            expiry.run(community=community, on=on, at=at, by=by)
            for month in (months.previous_month(on), on):
                fair_play.ask_politely(community=community, month=month, on=on, at=at, by=by)
    heartbeat.beat(name="volunteers.bank", at=timezone.now())


@shared_task(name="volunteers.shifts")
def shifts() -> None:
    """Remind of shifts, count forgotten check-outs until the end, count elections whose time is over, warn of insurances
    that end. Every quarter of an hour; what is due is decided by the rows."""
    for community in Community.objects.active().order_by("pk"):
        with scope.within([community.pk]), history.acting(accounts.station(community), "volunteers.shifts"):
            at, by = timezone.now(), accounts.station(community)
            promises.remind(community=community, by=by, at=at)
            rosters.cap_forgotten(community=community, by=by, at=at)
            teams.close_due(community=community, by=by, at=at)
            about.warn_of_insurance(community=community, on=timezone.localdate(at), by=by, at=at)
    heartbeat.beat(name="volunteers.shifts", at=timezone.now())


@shared_task(name="volunteers.training")
def training() -> None:
    """Remind of qualifications that run out. Daily; each is told once, because its notice has its own key."""
    for community in Community.objects.active().order_by("pk"):
        with scope.within([community.pk]), history.acting(accounts.station(community), "volunteers.training"):
            at, by = timezone.now(), accounts.station(community)
            passing.remind(community=community, on=timezone.localdate(at), by=by, at=at)
    heartbeat.beat(name="volunteers.training", at=timezone.now())
