"""What happens by itself: the agenda from the 25th on, reminders of overdue decisions."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from celery import shared_task
from django.utils import timezone

from carenet.accounts import station
from carenet.channels import heartbeat
from carenet.kernel.months import STATION_ZONE, day_of, first_of_month, next_month
from carenet.parties import scope
from carenet.parties.models import Community
from meetings.actions import agenda, decisions

log = logging.getLogger("carenet.meetings")
DRAW_DAY, DRAW_TIME = 25, time(2, 0)
"""Source: station rule (examples.md §3, job 5)."""


def month_due(at: datetime) -> date:
    """The month whose agenda should exist by now: from the 25th at 2:00 on, the coming month's.

    Looks at what has passed, not at “today is the 25th”, so a station that was off for days catches up.
    """
    this_month = first_of_month(day_of(at))
    drawn_at = datetime.combine(this_month.replace(day=DRAW_DAY), DRAW_TIME, tzinfo=STATION_ZONE)
    return next_month(this_month) if at >= drawn_at else this_month


@shared_task(name="meetings.prepare_monthly_agendas")
def prepare_monthly_agendas(*, month: str = "", **_added_later: Any) -> int:
    """Draw every community's agenda, again and again until it is published. Gives the number of agendas.

    Beat rings daily; running it twice, or on two workers at once, leaves one agenda. `month` (ISO day) names another.
    """
    at = timezone.now()
    wanted = first_of_month(date.fromisoformat(month)) if month else month_due(at)

    def one(community: Community) -> int:
        return int(bool(agenda.prepare(community=community, month=wanted, by=station(community), at=at).pk))

    return _for_each_community("meetings.prepare_monthly_agendas", one, f"{wanted:%Y-%m}")


@shared_task(name="meetings.remind_decisions")
def remind_decisions(**_added_later: Any) -> int:
    """Remind of decisions three and seven days over, once each. Gives the number of overdue decisions."""
    at = timezone.now()

    def one(community: Community) -> int:
        return decisions.remind_overdue(community=community, on=day_of(at), by=station(community), at=at)

    return _for_each_community("meetings.remind_decisions", one)


def _for_each_community(name: str, one: Callable[[Community], int], detail: str = "") -> int:
    """Each community in its own transaction; one's trouble does not stop the others."""
    done, troubled = 0, 0
    for community in Community.objects.active():
        try:
            with scope.within([community.pk]):
                scope.require()
                done += one(community)
        except Exception:
            troubled += 1
            log.exception("%s in community %s", name, community.pk)
    heartbeat.beat(name=name, at=timezone.now(), ok=not troubled, detail=f"{detail} {done}".strip())
    return done
