"""Nobody promises one hour twice: shifts here, help for an elder in the app above, which is asked through the portal.

Promises of shifts exclude each other in the database. Between a shift and a help both sides lock the volunteer's row
before they look, so of two promises at the same moment the second one sees the first.
Source: domain.md §4.3 (no overlapping sessions); issue 4 build 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from carenet.kernel import months
from volunteers import portal
from volunteers.actions.shift_refusals import Helping
from volunteers.models import Slot, Volunteer
from volunteers.portal import Engagement
from volunteers.reports.engaged import promised


def hold_still(*, volunteer_id: int) -> None:
    """Whoever promises an hour of this volunteer waits for whoever is just doing so."""
    Volunteer.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=volunteer_id)


def check(*, volunteer: Volunteer, slot: Slot) -> None:
    """Whether the volunteer has promised no help at the time of the shift. Raises Helping."""
    hold_still(volunteer_id=volunteer.pk)
    rows = portal.engaged([volunteer.pk], slot.starts_at, slot.ends_at).get(volunteer.pk)
    if rows:
        raise _refusal(rows[0])


def promised_shift(*, volunteer_id: int, starts_at: datetime, ends_at: datetime) -> Engagement | None:
    """The shift that holds the volunteer in a span of time, or nothing; for the app above, before it promises help."""
    hold_still(volunteer_id=volunteer_id)
    return next(iter(promised([volunteer_id], starts_at, ends_at).get(volunteer_id, [])), None)


def free(*, slot: Slot, people: Sequence[Volunteer]) -> list[Volunteer]:
    """Those of many who have promised no help at the time of the shift."""
    taken = portal.engaged([each.pk for each in people], slot.starts_at, slot.ends_at)
    return [each for each in people if each.pk not in taken]


def known(*, volunteer: Volunteer, slots: Sequence[Slot]) -> list[Engagement]:
    """What one volunteer has promised elsewhere while any of these shifts runs, fetched at once."""
    if not slots:
        return []
    first, last = min(each.starts_at for each in slots), max(each.ends_at for each in slots)
    return portal.engaged([volunteer.pk], first, last).get(volunteer.pk, [])


def why_not(*, slot: Slot, engagements: Iterable[Engagement]) -> str:
    """The sentence of the refusal, or nothing when the hour is free."""
    for each in engagements:
        if each.starts_at < slot.ends_at and slot.starts_at < each.ends_at:
            return _refusal(each).message
    return ""


def in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Day and hours at the station's clock, the same in both languages: 11-24 10:00–12:00."""
    start, end = starts_at.astimezone(months.STATION_ZONE), ends_at.astimezone(months.STATION_ZONE)
    return f"{start:%m-%d %H:%M}–{end:%H:%M}"


def _refusal(found: Engagement) -> Helping:
    return Helping(what=found.what, when=in_words(found.starts_at, found.ends_at))
