"""Behind the one-tap help card: who its token belongs to, pressing it, and taking the press back.

The page and the REST call are two doors to this. Source: ux.md §6.4; S2 (15 minutes).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from carenet import accounts
from carenet.accounts import limiter
from carenet.kernel.errors import DomainError
from carenet.parties import scope
from elders.models import Elder
from services.actions import intake
from services.models import ServiceRequest
from services.states import BEFORE_DONE, Channel

# New alarms of one card in an hour; a repeat joins the open one and costs nothing.
NEW_ALARMS, WITHIN_SECONDS = 12, 3600


class CardUnknown(DomainError):
    """No card has this token, or the card was revoked. Doors answer 404."""

    code = "not_found"


class PressedOften(DomainError):
    """The card was used for too many new calls within an hour."""

    code = "pressed_often"
    default_message = _("This card was used very often within an hour. The telephone always works.")


@dataclass(frozen=True)
class Card:
    """Whom a token belongs to, and their open call."""

    token: str
    elder: Elder
    alarm: ServiceRequest | None


@contextmanager
def opened(*, token: str) -> Iterator[Card]:
    """The card of a token, in the scope of its elder's community. Raises CardUnknown."""
    with connection.cursor() as cursor:
        cursor.execute("select community_id, elder_id from elders_help_token(%s)", [token[:100]])
        row = cursor.fetchone()
    if row is None:
        raise CardUnknown
    with scope.within([row[0]]):
        elder = Elder.objects.select_related("community", "person", "building").get(pk=row[1])
        alarm = (
            ServiceRequest.objects.filter(elder=elder, kind_id="SOS", state__in=BEFORE_DONE)
            .select_related("handler", "helper__person")
            .first()
        )
        yield Card(token, elder, alarm)


def may_press(*, card: Card) -> bool:
    """Whether a press is taken: always while a call is open, otherwise up to twelve new ones an hour.

    Source: station rule (a stolen card must not fill the board; a real call is never one of twelve).
    """
    return card.alarm is not None or limiter.take(f"help:{card.token}", NEW_ALARMS, WITHIN_SECONDS)


def press(*, card: Card, key: str, at: datetime) -> ServiceRequest:
    """The elder's call for help; a further press joins the open one. Acts as the station."""
    return intake.raise_alarm(
        elder=card.elder,
        channel=Channel.ONE_TAP,
        key=f"tap:{key}",
        by=accounts.station(card.elder.community),
        at=at,
    )


def say_fine(*, card: Card, at: datetime) -> ServiceRequest | None:
    """The elder says that all is well; None when no call is open. Acts as the station."""
    if card.alarm is None:
        return None
    return intake.say_fine(request_id=card.alarm.pk, by=accounts.station(card.elder.community), at=at)
