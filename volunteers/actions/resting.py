"""Accounts that rest because their volunteer left: what was set aside before must still find its way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.ledger import accounts
from carenet.ledger.models import Account

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from volunteers.models import Volunteer


@contextmanager
def woken(*, volunteer: Volunteer, unit: str, by: User, at: datetime) -> Iterator[None]:
    """Open the volunteer's account of a unit for one booking that gives back; it rests again in the same transaction.

    An account that does not rest is left as it is. Without this a gift, a slip or a letter of somebody who left would
    refuse to come back, and the nightly work of the station would stop at it. Source: domain.md §4.3 move out / exit.
    """
    with transaction.atomic():
        account = (
            Account.objects.of(volunteer.community_id)
            .filter(code=volunteer.account_code, unit=unit, frozen_at__isnull=False)
            .first()
        )
        if account is not None:
            accounts.thaw(account=account, reason="given back", by=by, at=at)
        yield
        if account is not None:
            accounts.freeze(account=account, reason="rests again", by=by, at=at)
