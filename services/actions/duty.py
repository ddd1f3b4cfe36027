"""Who answers alarms now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.parties.models import Community
from services import policies
from services.models import DutyShift

if TYPE_CHECKING:
    from carenet.accounts.models import User


@transaction.atomic
def take_over(*, community: Community, by: User, at: datetime) -> DutyShift:
    """Take over the duty; the one before ends. Taking it again changes nothing. Raises NotAllowed.

    Source: domain.md §8.2 (the roster has no gap).
    """
    require(policies.may_watch(by, community.pk))
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    shift = on_duty(community_id=community.pk)
    if shift is not None:
        if shift.user_id == by.pk:
            return shift
        shift.until = at
        shift.save(update_fields=["until"])
    return DutyShift.objects.create(community=community, user=by, since=at)


def on_duty(*, community_id: int) -> DutyShift | None:
    """The shift that runs now; None when nobody has taken it."""
    return DutyShift.objects.of(community_id).current().select_related("user").first()
