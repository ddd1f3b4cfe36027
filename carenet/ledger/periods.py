"""Closing the books of a month."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from carenet.kernel import months
from carenet.ledger import errors
from carenet.ledger.models import PeriodLock

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


def close(*, community: Community | int, month: date, by: User, at: datetime) -> PeriodLock:
    """Close a month for good: waits for bookings under way, then nothing more is booked into it."""
    number = getattr(community, "pk", community)
    first = months.first_of_month(month)
    with errors.spoken(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_close_month(%s, %s, %s, %s)", [number, first, at, by.pk])
    return PeriodLock.objects.get(community_id=number, month=first)


def is_closed(*, community: Community | int, day: date) -> bool:
    """Whether nothing more may be booked for this day."""
    return PeriodLock.objects.filter(
        community_id=getattr(community, "pk", community), month=months.first_of_month(day)
    ).exists()
