"""The secret address under which a worker's calendar program reads what is due: given, used, taken away."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts import policies as accounts
from elders.models import CalendarFeed
from elders.querysets import communities_read_by

if TYPE_CHECKING:
    from carenet.accounts.models import User


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def issue(*, by: User, at: datetime) -> str:
    """A new address for one's own calendar; the one before stops working. Gives the secret, which is shown once.

    Raises NotAllowed for people who do not work with the register. Source: PIPL Art. 51 (least data, revocable).
    """
    accounts.require(bool(communities_read_by(by)))
    revoke(by=by, at=at)
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=by, token_hash=_hash(secret), created_at=at)
    return secret


@transaction.atomic
def revoke(*, by: User, at: datetime) -> bool:
    """The address stops working at once. Returns whether there was one."""
    return bool(CalendarFeed.objects.filter(user=by, revoked_at__isnull=True).update(revoked_at=at))


@transaction.atomic
def reader(*, secret: str, at: datetime) -> User | None:
    """Whose address this is; None when it was revoked, never existed, or its user may not read any more."""
    feed = (
        CalendarFeed.objects.select_related("user")
        .filter(token_hash=_hash(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if feed is None or not communities_read_by(feed.user):
        return None
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=at)
    return feed.user
