"""The hours of a month as they are published: masked names, nobody helped is named.

Every credit stands in exactly one list: that of the month in which it was recorded, so late entries are published too.
Source: domain.md §4.3 dispute window; Volunteer Service Ordinance Art. 20 (no names without consent).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.utils import formats
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.parties.catalogue_words import service_name
from volunteers.models import Attendance, Volunteer

if TYPE_CHECKING:
    from carenet.parties.models import Community


@dataclass(frozen=True)
class Row:
    """One volunteer's line."""

    volunteer_id: int
    masked: str
    minutes: int
    services: int


def month_of(community: Community, month: date) -> list[Row]:
    """Everybody whose hours were recorded in the month, most hours first; two queries."""
    begin, end = months.month_span(month)
    sums = list(
        Attendance.objects.of(community)
        .credited()
        .filter(recorded_at__gte=begin, recorded_at__lt=end)
        .values_list("volunteer")
        .annotate(minutes=Sum("hour_minutes"), services=Count("pk"))
        .order_by("-minutes", "volunteer")
    )
    people = {
        each.pk: each.person.masked_name
        for each in Volunteer.objects.filter(pk__in=[row[0] for row in sums]).select_related("person")
    }
    return [Row(pk, people[pk], minutes, services) for pk, minutes, services in sums]


def services(volunteer: Volunteer, month: date) -> list[Attendance]:
    """The published services of one line."""
    begin, end = months.month_span(month)
    return list(
        Attendance.objects.of(volunteer.community_id)
        .credited()
        .filter(volunteer=volunteer, recorded_at__gte=begin, recorded_at__lt=end)
        .order_by("served_on", "pk")
    )


def choices(rows: Iterable[Attendance]) -> list[tuple[str, str]]:
    """Services to tick: day, what, how long."""
    return [
        (
            str(each.pk),
            _("%(day)s · %(what)s · %(minutes)s minutes")
            % {
                "day": formats.date_format(each.served_on, "MONTH_DAY_FORMAT"), "what": service_name(each.what) or _("Volunteer service"),
                "minutes": each.hour_minutes or each.minutes,
            },
        )
        for each in rows
    ]  # fmt: skip
