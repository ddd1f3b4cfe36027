"""What each volunteer brought to a year, and the lists by which a dividend of it is shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Sum

from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from volunteers.models import Attendance, Team, Volunteer

if TYPE_CHECKING:
    from carenet.parties.models import Community


@dataclass(frozen=True)
class Year:
    """Points earned and minutes served of one volunteer in a year, corrections left out."""

    volunteer: int
    points: int
    minutes: int


def year_of(community: Community, team: Team | None, year: int) -> list[Year]:
    """Who of a team, or of all volunteers, served in a year, by number; whoever left has no share. One query."""
    people = Volunteer.objects.of(community).present()
    if team is not None:
        people = people.filter(team=team)
    rows = (
        Attendance.objects.of(community)
        .credited()
        .filter(volunteer__in=people, served_on__gte=date(year, 1, 1), served_on__lt=date(year + 1, 1, 1))
        .values_list("volunteer")
        .annotate(earned=Sum("points"), served=Sum("hour_minutes"))
        .order_by("volunteer")
    )
    return [Year(*row) for row in rows]


def point_accounts(community_id: int, volunteers: Iterable[Volunteer]) -> dict[int, Account]:
    """The accounts of points of volunteers, by number; one query."""
    codes = {each.account_code: each.pk for each in volunteers}
    rows = Account.objects.of(community_id).filter(unit=Unit.POINT, code__in=codes)
    return {codes[each.code]: each for each in rows}
