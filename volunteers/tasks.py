"""Doorbells of the volunteers; what is due is decided by SQL, so a missed or doubled beat changes nothing."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from carenet.accounts.models import User
from carenet.kernel import months
from carenet.parties.models import Community
from carenet.webkit import rounds
from volunteers.actions import (
    about,
    expiry,
    fair_play,
    gifts,
    passing,
    pool,
    recruits,
    reminders,
    rosters,
    slips,
    team_plans,
    teams,
)


def _slips_that_wait(community: Community, by: User, at: datetime) -> None:
    slips.remind(community=community, on=timezone.localdate(at), by=by, at=at)


def _slips_nobody_collected(community: Community, by: User, at: datetime) -> None:
    slips.lapse(community=community, on=timezone.localdate(at), by=by, at=at)


@shared_task(name="volunteers.shop")
def shop() -> None:
    """Remind of gifts that wait, and give back what nobody collected. Hourly; the rows know what is due."""
    rounds.walk("volunteers.shop", _slips_that_wait, _slips_nobody_collected)


def _unanswered_gifts(community: Community, by: User, at: datetime) -> None:
    gifts.expire_due(community=community, on=timezone.localdate(at), at=at, by=by)


def _unanswered_in_teams(community: Community, by: User, at: datetime) -> None:
    team_plans.expire_due(community=community, on=timezone.localdate(at), at=at, by=by)


def _lapsed_grants(community: Community, by: User, at: datetime) -> None:
    pool.lapse_grants(community=community, on=timezone.localdate(at), at=at, by=by)


def _ending_coins(community: Community, by: User, at: datetime) -> None:
    expiry.run(community=community, on=timezone.localdate(at), at=at, by=by)


def _what_stands_out(community: Community, by: User, at: datetime) -> None:
    on = timezone.localdate(at)
    for month in (months.previous_month(on), on):
        fair_play.ask_politely(community=community, month=month, on=on, at=at, by=by)


def _recruits_who_stayed(community: Community, by: User, at: datetime) -> None:
    recruits.give_due(community=community, on=timezone.localdate(at), at=at, by=by)


@shared_task(name="volunteers.bank")
def bank() -> None:
    """Give unanswered gifts and lapsed pool hours back, tell what ends soon, end what was told, ask what stands out,
    give points for volunteers who were brought and stayed.
    """
    rounds.walk(
        "volunteers.bank",
        _unanswered_gifts,
        _unanswered_in_teams,
        _lapsed_grants,
        _ending_coins,
        _what_stands_out,
        _recruits_who_stayed,
    )


def _reminders(community: Community, by: User, at: datetime) -> None:
    reminders.remind(community=community, by=by, at=at)


def _forgotten_check_outs(community: Community, by: User, at: datetime) -> None:
    rosters.cap_forgotten(community=community, by=by, at=at)


def _elections(community: Community, by: User, at: datetime) -> None:
    teams.close_due(community=community, by=by, at=at)


def _insurances(community: Community, by: User, at: datetime) -> None:
    about.warn_of_insurance(community=community, on=timezone.localdate(at), by=by, at=at)


@shared_task(name="volunteers.shifts")
def shifts() -> None:
    """Remind of shifts, count forgotten check-outs until the end, count elections whose time is over, warn of insurances
    that end. Every quarter of an hour; what is due is decided by the rows."""
    rounds.walk("volunteers.shifts", _reminders, _forgotten_check_outs, _elections, _insurances)


def _renewals(community: Community, by: User, at: datetime) -> None:
    passing.remind(community=community, on=timezone.localdate(at), by=by, at=at)


@shared_task(name="volunteers.training")
def training() -> None:
    """Remind of qualifications that run out. Daily; each is told once, because its notice has its own key."""
    rounds.walk("volunteers.training", _renewals)
