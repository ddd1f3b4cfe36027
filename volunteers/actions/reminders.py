"""The reminder the day before a shift."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.kernel import months
from carenet.notices import actions as notices
from carenet.notices.actions import Letter
from volunteers.actions.promises import BY_SMS, facts
from volunteers.models import Policy, Promise
from volunteers.states_shifts import PromiseState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community


@transaction.atomic
def remind(*, community: Community, by: User, at: datetime) -> int:
    """Remind of the shifts that begin within `shift_reminder_hours`, once for each promise, by bell and text message.

    Twenty-four hours before, so the reminder comes at the hour of day of the shift itself, never at night. Who
    promised less than three hours ago needs none. Run twice it adds nothing (outbox key and `reminded_at`).
    """
    hours = Policy.objects.values_on(community, months.day_of(at))["shift_reminder_hours"]
    due = list(
        Promise.objects.of(community)
        .to_remind(at, hours)
        .filter(state=PromiseState.PROMISED, promised_at__lte=at - timedelta(hours=3))
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("slot", "volunteer")
        .order_by("pk")[:500]
    )
    letters = [
        Letter(key=f"shift-remind:{each.pk}", params=facts(each.slot), to_person_id=each.volunteer.person_id)
        for each in due
    ]
    notices.write_many(
        community=community, template="volunteers.shift.reminder", letters=letters, due_at=at, by=by, at=at,
        channels=BY_SMS,
    )  # fmt: skip
    Promise.objects.filter(pk__in=[each.pk for each in due]).update(reminded_at=at)
    return len(due)
