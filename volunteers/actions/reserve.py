"""What stands behind the coins: hours promised by volunteers and organisations, money set apart.

Source: domain.md §4.3 reserve; product.md §4 ideas 9-10.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel.errors import DomainError
from volunteers import policies
from volunteers.models import Reserve
from volunteers.states import VolunteerState
from volunteers.states_bank import ReserveKind

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community
    from charity.models import Fund
    from volunteers.models import Volunteer


class NoPromise(DomainError):
    """A promise needs somebody and something."""

    code = "no_promise"
    default_message = _("Please name the volunteer who serves here, or the fund, and how much they promise.")


class AlreadyEnded(DomainError):
    """Ended once."""

    code = "already_ended"
    default_message = _("This promise has already ended. Please record a new one.")


@transaction.atomic
def record(
    *, community: Community, kind: str, source: str, valid_from: date, at: datetime, by: User,
    volunteer: Volunteer | None = None, fund: Fund | None = None, minutes: int | None = None, fen: int | None = None,
    valid_to: date | None = None,
) -> Reserve:  # fmt: skip
    """Write down what somebody promises from a day on. Raises NoPromise, NotAllowed."""
    require(policies.may_set_rules(by, community.pk))
    whole = {
        ReserveKind.PLEDGE: volunteer is not None
        and volunteer.state != VolunteerState.LEFT
        and bool(minutes),
        ReserveKind.GROUP: bool(minutes),
        ReserveKind.FUND: fund is not None and bool(fen),
    }[ReserveKind(kind)]
    if not whole or not source.strip():
        raise NoPromise(field="kind")
    return Reserve.objects.create(
        community=community, kind=kind, source=source.strip(), valid_from=valid_from, valid_to=valid_to, at=at, by=by,
        volunteer=volunteer if kind == ReserveKind.PLEDGE else None, fund=fund if kind == ReserveKind.FUND else None,
        minutes=(minutes or 0) if kind != ReserveKind.FUND else 0, fen=(fen or 0) if kind == ReserveKind.FUND else 0,
    )  # fmt: skip


@transaction.atomic
def end(*, reserve: Reserve, on: date, at: datetime, by: User) -> Reserve:
    """From the day on it no longer counts; a promise of the same day counts that day. Raises AlreadyEnded, NotAllowed."""
    require(policies.may_set_rules(by, reserve.community_id))
    found = Reserve.objects.select_for_update(of=("self",)).get(pk=reserve.pk)
    if found.valid_to is not None and found.valid_to <= on:
        raise AlreadyEnded
    found.valid_to = max(on, date.fromordinal(found.valid_from.toordinal() + 1))
    found.save(update_fields=["valid_to"])
    return found
