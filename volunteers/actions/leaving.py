"""What a volunteer who leaves had promised: the places go to those who wait."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from carenet.kernel import steps
from carenet.notices import actions as notices
from volunteers.actions import promises
from volunteers.models import Promise, Volunteer
from volunteers.states_shifts import PROMISE_STEPS, PromiseState

if TYPE_CHECKING:
    from carenet.accounts.models import User

AHEAD = (PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.WAITING)


def give_up_shifts(*, volunteer: Volunteer, reason: str, by: User, at: datetime) -> int:
    """Free every place and waiting place of a shift that has not begun; reminders stop, the waiting list moves up.

    Called within the transaction that ends the service; coming back later does not bring the promises back. Gives the
    number. Source: issue 4 build 2; S4-42.
    """
    ahead = Promise.objects.filter(volunteer=volunteer, state__in=AHEAD, slot__starts_at__gt=at)
    given_up = 0
    for each in ahead.select_related("slot").order_by("slot_id", "pk"):
        slot, found = promises.locked_promise(each)
        if found.state not in AHEAD:
            continue
        verb = "excuse" if found.state == PromiseState.SEEKING else "release"
        found.state = steps.take(PROMISE_STEPS, verb, found.state)
        found.told_at = found.told_at or at
        found.reason = found.reason or reason.strip()[:160]
        found.save(update_fields=["state", "told_at", "reason"])
        notices.cancel(community=slot.community, key=f"shift-remind:{found.pk}", by=by, at=at)
        promises.promote(slot=slot, by=by, at=at)
        given_up += 1
    return given_up
