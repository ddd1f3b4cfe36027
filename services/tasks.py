"""Doorbells: what must happen by itself; what is due is decided by SQL, so a missed or doubled beat changes nothing."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task

from carenet.accounts.models import User
from carenet.parties.models import Community
from carenet.webkit import rounds
from services.actions import coins, departures, escalation, providers, reward_claims


def _alarms(community: Community, by: User, at: datetime) -> None:
    escalation.escalate(community=community, by=by, at=at)


def _offers(community: Community, by: User, at: datetime) -> None:
    escalation.expire_offers(community=community, by=by, at=at)


def _crises(community: Community, by: User, at: datetime) -> None:
    escalation.open_crisis_cases(community=community, by=by, at=at)


def _undisputed(community: Community, by: User, at: datetime) -> None:
    escalation.close_undisputed(community=community, by=by, at=at)


def _departures(community: Community, by: User, at: datetime) -> None:
    departures.catch_up(community=community, by=by, at=at)


def _helpers(community: Community, by: User, at: datetime) -> None:
    providers.pull_volunteers(community=community, by=by, at=at)


def _claims(community: Community, by: User, at: datetime) -> None:
    reward_claims.pull(community=community, by=by, at=at)


def _coins(community: Community, by: User, at: datetime) -> None:
    coins.tidy(community=community, by=by, at=at)


@shared_task(name="services.sweep")
def sweep() -> None:
    """Alarms climb their ladder (first, and whatever else fails), offers run out, crises get cases, undisputed services
    are closed, departures are followed, new volunteers can be sent, services for points become requests,
    time coins of ended requests are free."""
    rounds.walk(
        "services.sweep", _alarms, _offers, _crises, _undisputed, _departures, _helpers, _claims, _coins
    )
