"""Accounts that rest because their volunteer left: what was set aside before must still find its way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.ledger import accounts
from carenet.ledger.models import Account

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.ledger.querysets import AccountQuerySet
    from volunteers.models import Volunteer


@contextmanager
def woken(*, volunteer: Volunteer, unit: str, by: User, at: datetime) -> Iterator[None]:
    """Open the volunteer's account of a unit for one booking that gives back; it rests again in the same transaction.

    An account that does not rest is left as it is. Without this a gift, a slip or a letter of somebody who left would
    refuse to come back, and the nightly work of the station would stop at it. Source: domain.md §4.3 move out / exit.
    """
    accounts_of = Account.objects.of(volunteer.community_id).filter(code=volunteer.account_code, unit=unit)
    with _open(accounts_of, reason="given back", by=by, at=at):
        yield


@contextmanager
def woken_all(*, volunteers: Sequence[Volunteer], by: User, at: datetime) -> Iterator[None]:
    """Open every account of some volunteers of one community for one booking of hours served before they left.

    Source: domain.md §4.3 (hours are evidence); Order 67 Art. 3 (records are true and complete).
    """
    if not volunteers:
        yield
        return
    accounts_of = Account.objects.of(volunteers[0].community_id).filter(
        code__in=[each.account_code for each in volunteers]
    )
    with _open(accounts_of, reason="served before leaving", by=by, at=at):
        yield


@contextmanager
def _open(found: AccountQuerySet[Account], *, reason: str, by: User, at: datetime) -> Iterator[None]:
    with transaction.atomic():
        resting = list(found.filter(frozen_at__isnull=False).order_by("pk"))
        for account in resting:
            accounts.thaw(account=account, reason=reason, by=by, at=at)
        yield
        for account in resting:
            accounts.freeze(account=account, reason="rests again", by=by, at=at)
