"""The way to a service: noted before its hours are credited, counted where the community says so.

Minutes. They never become hours of service; coins and points count them up to a limit, after the limits of service, day
and month. Source: domain.md §4.3 travel_time_counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.kernel.errors import DomainError
from volunteers import policies_bank
from volunteers.models import Attendance, Policy, TravelNote, Volunteer

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community
    from volunteers.actions.time_bank import Cause, Service

LONGEST = 600


class WaysDoNotCount(DomainError):
    """The community does not count the way."""

    code = "ways_do_not_count"
    default_message = _(
        "The way to a service does not count here at present. There is nothing to write down."
    )


class WayTooLate(DomainError):
    """The hours are on record."""

    code = "way_too_late"
    default_message = _(
        "These hours are credited already. Please ask the station: it can take them back and enter them anew."
    )


class WayTooLong(DomainError):
    """More minutes than a day allows."""

    code = "way_too_long"
    default_message = _("Please write the minutes there and back, from 0 to %(most)s.")


@transaction.atomic
def note(*, volunteer: Volunteer, cause: Cause, minutes: int, on: date, by: User, at: datetime) -> TravelNote:
    """Note the minutes there and back for one service, by whoever served, the captain or the office; the last one holds
    and 0 takes it back. Raises WaysDoNotCount, WayTooLate, WayTooLong, NotAllowed.
    """
    require(policies_bank.may_note_way(by, volunteer))
    if not Policy.objects.values_on(volunteer.community_id, on)["travel_time_counts"]:
        raise WaysDoNotCount
    if not 0 <= minutes <= LONGEST:
        raise WayTooLong(field="minutes", most=LONGEST)
    Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=volunteer.pk)
    kind, number = cause
    if Attendance.objects.standing().of_cause(kind, number).filter(volunteer=volunteer).exists():
        raise WayTooLate
    row, _new = TravelNote.objects.update_or_create(
        volunteer=volunteer, cause_kind=kind, cause_id=number,
        defaults={"community_id": volunteer.community_id, "minutes": minutes, "by": by, "at": at},
    )  # fmt: skip
    return row


def noted(
    *, community: Community, services: Iterable[Service], rows: Iterable[Policy]
) -> dict[tuple[int, str, int], int]:
    """The minutes noted for services, by volunteer and cause; nothing is asked where the way never counts."""
    if not any(each.key == "travel_time_counts" and each.value for each in rows):
        return {}
    wanted = {(each.volunteer.pk, *each.cause) for each in services}
    found = TravelNote.objects.of(community).filter(
        volunteer__in={each[0] for each in wanted}, cause_id__in={each[2] for each in wanted}
    )
    ways = found.values_list("volunteer", "cause_kind", "cause_id", "minutes")
    return {(who, kind, number): minutes for who, kind, number, minutes in ways}
