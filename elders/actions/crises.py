"""A sign of self-harm, abuse or neglect: a crisis task and a word to the supervisor, at once and exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from carenet.accounts.states import Role
from carenet.notices import actions as notices
from elders.actions import contacts
from elders.models import Elder
from elders.states import ConcernKind

if TYPE_CHECKING:
    from carenet.accounts.models import User


def report(*, elder: Elder, source: str, by: User, at: datetime) -> bool:
    """Write the crisis down by its cause ("assessment:12", "risk:5") and tell the supervisors and the owner.

    Services opens the case from it. The same cause twice is once, also when it is first found in a draft and again
    by triage after the signature. The notice holds no word of what was answered. Returns whether it is new.
    Source: domain.md §1.11 (PHQ-9 item 9), §1.13 R4 (review within 7 days); architecture.md 4a.
    """
    key = f"crisis:{source.removeprefix('risk:')}"
    new = contacts.raise_concern(elder=elder, kind=ConcernKind.CRISIS, source_key=key, at=at)
    told: dict[str, Any] = {
        "community": elder.community, "template": "elders.crisis", "due_at": at, "by": by, "at": at,
        "params": {"name": elder.person.name, "elder": elder.pk},
    }  # fmt: skip
    notices.write(key=f"elders.{key}:supervisor", to_role=Role.SUPERVISOR, **told)
    if elder.owner is not None and not elder.owner.has_role(elder.community_id, Role.SUPERVISOR):
        notices.write(key=f"elders.{key}:owner", to_user=elder.owner, **told)
    return new
