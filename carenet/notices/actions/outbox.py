"""Write notices in the transaction of what they tell about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from carenet.accounts.models import User
from carenet.notices import doorbell, registry
from carenet.notices.models import Outbox
from carenet.notices.states import OutboxState
from carenet.parties.models import Community, Person

INAPP_ONLY = ("INAPP",)


@dataclass(frozen=True)
class Letter:
    """One notice of a batch: its key, its recipient (account, person or everybody with a role) and parameters."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    to_user_id: int | None = None
    to_person_id: int | None = None
    to_role: str = ""


def write(
    *,
    community: Community,
    template: str,
    key: str,
    params: Mapping[str, Any],
    due_at: datetime,
    by: User,
    at: datetime,
    to_user: User | None = None,
    to_person: Person | None = None,
    to_role: str = "",
    channels: Sequence[str] = INAPP_ONLY,
) -> list[Outbox]:
    """Write one notice on each channel; the same key on the same channel is written once, repeats are ignored.

    `params` must hold no phone, address or ID number; dates as ISO text. Raises UnknownTemplate. Rings the workers
    when something is due now. Source: architecture.md law 5; proof.md §3 (outbox with unique key).
    """
    letter = Letter(
        key=key,
        params=params,
        to_user_id=to_user.pk if to_user else None,
        to_person_id=to_person.pk if to_person else None,
        to_role=to_role,
    )
    write_many(
        community=community,
        template=template,
        letters=[letter],
        due_at=due_at,
        by=by,
        at=at,
        channels=channels,
    )
    return list(Outbox.objects.of(community).filter(key=key, channel__in=channels).order_by("pk"))


@transaction.atomic
def write_many(
    *,
    community: Community,
    template: str,
    letters: Iterable[Letter],
    due_at: datetime,
    by: User,
    at: datetime,
    channels: Sequence[str] = INAPP_ONLY,
) -> None:
    """Write a batch of notices of one template in few statements; known keys are ignored. Raises UnknownTemplate."""
    found = registry.require(template)
    rows = [
        Outbox(
            community=community,
            key=letter.key,
            template=template,
            channel=channel,
            to_user_id=letter.to_user_id,
            to_person_id=letter.to_person_id,
            to_role=letter.to_role,
            params=dict(letter.params),
            urgent=found.urgent,
            due_at=due_at,
            by=by,
            created_at=at,
        )
        for letter in letters
        for channel in channels
    ]
    Outbox.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if rows and due_at <= at:
        doorbell.ring("notices.sweep")


@transaction.atomic
def cancel(*, community: Community, key: str, by: User, at: datetime) -> int:
    """Withdraw a notice that is no longer true (a cancelled visit); what was sent stays sent. Gives the number."""
    return (
        Outbox.objects.of(community)
        .filter(key=key, state=OutboxState.WAITING)
        .update(
            state=OutboxState.CANCELLED,
            failed_at=at,
            last_error=f"by {by.pk} at {at.isoformat(timespec='minutes')}",
        )
    )
