"""Whom a weather warning asks to call or see today, and who has not been reached yet. Derived, nothing is stored.

Orange: RED and people who live alone are called. Red: RED are seen (visit, service, meal) or heard from by a device, YELLOW
and people who live alone are called. Source: domain.md §8.4 (default boost [P]; a boost of contact, never of colour).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from carenet.kernel import months
from carenet.parties.models import Community
from elders.models import Elder, Touch, WeatherWarning
from elders.states import Living, TouchKind, WeatherLevel

T = TouchKind
SEEN = (T.VISIT, T.SERVICE, T.MEAL, T.ACTIVITY, T.ASSESSMENT, T.COUNTER, T.DEVICE)
HEARD = (*SEEN, T.CALL, T.ALARM)


def in_force(community: Community, *, on: date) -> list[WeatherWarning]:
    """The warnings that hold today, the heavier first."""
    rows = WeatherWarning.objects.of(community).in_force(on).select_related("by")
    return sorted(rows, key=lambda each: (each.level != WeatherLevel.RED, each.pk))


def to_reach(elders: QuerySet[Elder], warnings: Sequence[WeatherWarning], *, on: date) -> QuerySet[Any]:
    """The elders in care whom the heaviest warning asks for and nobody has reached today; who must be seen first.

    Each has `must_see`: a call is not enough.
    """
    if not warnings:
        return elders.none()
    is_red = any(each.level == WeatherLevel.RED for each in warnings)
    red, yellow = _colour("RED"), _colour("YELLOW")
    wanted = red | Q(living=Living.ALONE) | (yellow if is_red else Q(pk__in=[]))
    must_see = red if is_red else Q(pk__in=[])
    today = Touch.objects.filter(
        elder=OuterRef("pk"), at__gte=months.start_of(on), reverses__isnull=True, reversed_by__isnull=True
    )
    return (
        elders.filter(wanted, status="ACTIVE")
        .annotate(
            must_see=Case(When(must_see, then=Value(True)), default=Value(False), output_field=BooleanField())
        )
        .filter(
            Q(must_see=True) & ~Exists(today.filter(kind__in=SEEN))
            | Q(must_see=False) & ~Exists(today.filter(kind__in=HEARD))
        )
        .order_by("-must_see", "building__name", "door", "pk")
    )


def _colour(colour: str) -> Q:
    """The colour the contact clock follows: the provisional one while it waits for confirmation."""
    return Q(provisional_colour=colour) | Q(provisional_colour="", colour=colour)
