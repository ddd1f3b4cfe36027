"""The secret address under which a volunteer's calendar program reads their own shifts: given, used, taken away."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.accounts.states import Role
from volunteers.models import ShiftFeed

if TYPE_CHECKING:
    from carenet.accounts.models import User


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def issue(*, by: User, at: datetime) -> str:
    """A new address for one's own shifts; the one before stops working. Gives the secret, which is shown once.

    Raises NotAllowed for who is no volunteer. Source: PIPL Art. 51 (least data, revocable).
    """
    require(Role.VOLUNTEER in by.all_roles)
    revoke(by=by, at=at)
    secret = secrets.token_urlsafe(32)
    ShiftFeed.objects.create(user=by, token_hash=_hash(secret), created_at=at)
    return secret


@transaction.atomic
def revoke(*, by: User, at: datetime) -> bool:
    """The address stops working at once. Returns whether there was one."""
    return bool(ShiftFeed.objects.filter(user=by, revoked_at__isnull=True).update(revoked_at=at))


@transaction.atomic
def reader(*, secret: str, at: datetime) -> User | None:
    """Whose address this is; None when it was revoked, never existed, or its user is no volunteer any more."""
    feed = (
        ShiftFeed.objects.select_related("user")
        .filter(token_hash=_hash(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if feed is None or Role.VOLUNTEER not in feed.user.all_roles:
        return None
    ShiftFeed.objects.filter(pk=feed.pk).update(read_at=at)
    return feed.user
