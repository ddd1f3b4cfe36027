"""Shifts, promises and elections of teams."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from carenet.accounts.models import User
from carenet.parties.models import Community
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import promises, shifts
from volunteers.models import Promise, ShiftTemplate, Slot, Team, Volunteer

__all__ = ["captain_of", "promised", "shift_template", "slot"]

_numbers = itertools.count(1)


def shift_template(community: Community, **fields: Any) -> ShiftTemplate:
    """Meals carried to the door: two people, two hours, at the station."""
    fields.setdefault("title", f"助餐送餐{next(_numbers)}")
    fields.setdefault("people", 2)
    fields.setdefault("minutes", 120)
    fields.setdefault("place_words", "和煦服务站")
    return shifts.describe(community=community, by=registrar(), at=NOW, **fields)


def slot(
    community: Community, *, starts_at: datetime | None = None, people: int = 2, minutes: int = 120,
    team: Team | None = None, published: bool = True, template: ShiftTemplate | None = None, **fields: Any,
) -> Slot:  # fmt: skip
    """A shift in three days at ten, published ten days before."""
    starts_at = starts_at or NOW + timedelta(days=3)
    at = starts_at - timedelta(days=10)
    found = shifts.add(
        template=template or shift_template(community, **fields), starts_at=starts_at, people=people, minutes=minutes,
        team=team, by=registrar(), at=at,
    )  # fmt: skip
    if published:
        shifts.publish(slots=[found], by=registrar(), at=at)
        found.refresh_from_db()
    return found


def promised(slot: Slot, volunteer: Volunteer, *, at: datetime | None = None, wait: bool = False) -> Promise:
    """The volunteer's word, put down by the station five days before the shift."""
    return promises.promise(
        slot=slot, volunteer=volunteer, by=registrar(), at=at or slot.starts_at - timedelta(days=5), wait=wait,
        ticked=slot.warnings,
    )  # fmt: skip


def captain_of(team: Team, *, stage: str = "INCUBATION") -> tuple[Volunteer, User]:
    """A captain with an account, and the team's stage."""
    from tests import make
    from volunteers.actions import registry

    captain = make.volunteer(team.community, team=team)
    registry.choose_captain(team=team, captain=captain, by=registrar(), at=NOW)
    team.stage = stage
    team.save()
    team.refresh_from_db()
    return captain, make.volunteer_user(captain)
