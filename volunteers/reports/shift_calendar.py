"""A volunteer's own shifts for their calendar program. Source: RFC 5545."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from carenet.kernel import months
from elders.reports.calendars import Entry
from volunteers.models import Promise
from volunteers.states_shifts import PromiseState

if TYPE_CHECKING:
    from carenet.accounts.models import User


def entries(user: User, on: date) -> list[Entry]:
    """Shifts from a week ago to half a year ahead; a called-off one stays, marked as cancelled."""
    if user.person_id is None:
        return []
    rows = (
        Promise.objects.filter(
            volunteer__person_id=user.person_id, slot__starts_at__gte=months.start_of(on - timedelta(days=7)),
            slot__starts_at__lt=months.start_of(on + timedelta(days=183)),
            state__in=(
                PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.HERE, PromiseState.DONE, PromiseState.WAITING,
                PromiseState.CANCELLED,
            ),
        )
        .select_related("slot")
        .order_by("slot__starts_at", "pk")  # the newest word for a shift counts
    )  # fmt: skip
    found = {
        each.slot_id: Entry(
            uid=f"shift-{each.slot_id}-{each.volunteer_id}@carenet", on=months.day_of(each.slot.starts_at),
            title=_title(each), place=each.slot.place, starts_at=each.slot.starts_at, ends_at=each.slot.ends_at,
            cancelled=each.state == PromiseState.CANCELLED,
        )
        for each in rows
    }  # fmt: skip
    return list(found.values())


def _title(promise: Promise) -> str:
    if promise.state == PromiseState.WAITING:
        return _("%(title)s (waiting list)") % {"title": promise.slot.name}
    if promise.state == PromiseState.SEEKING:
        return _("%(title)s (a stand-in is wanted)") % {"title": promise.slot.name}
    return promise.slot.name
