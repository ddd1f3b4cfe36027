"""Helpers: admit, say what they can do, where they live, when they have time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.parties.models import ServiceKind
from services import nearest, policies
from services.models import Helper, HelperSkill
from services.states import WEEK_ALWAYS, HelperKind
from volunteers.models import Volunteer
from volunteers.states import VolunteerState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Organisation, Person


@transaction.atomic
def admit(
    *,
    community: Community,
    person: Person,
    kind: str,
    kinds: Iterable[ServiceKind],
    by: User,
    at: datetime,
    volunteer: Volunteer | None = None,
    user: User | None = None,
    organisation: Organisation | None = None,
    lon: float | None = None,
    lat: float | None = None,
    daily_limit: int = 4,
    week: int = WEEK_ALWAYS,
) -> Helper:
    """Admit somebody as a helper with the kinds of service they may give; admitting again updates what is given.

    Without coordinates a volunteer stands at the building they live in, others at the centre. The account of the
    person is used when there is one. Raises NotAllowed. Source: domain.md §3.2.
    """
    require(policies.may_admit(by, community.pk))
    if lon is None and volunteer is not None and volunteer.building is not None:
        lon, lat = volunteer.building.lon, volunteer.building.lat
    x, y = nearest.project(community, lon, lat) if lon is not None and lat is not None else (0.0, 0.0)
    helper, _new = Helper.objects.update_or_create(
        community=community,
        person=person,
        kind=HelperKind(kind),
        defaults={
            "volunteer": volunteer, "user": user or getattr(person, "user", None), "organisation": organisation,
            "daily_limit": daily_limit, "week": week, "x": x, "y": y, "active": True,
        },
    )  # fmt: skip
    set_skills(helper=helper, kinds=kinds, by=by, at=at)
    return helper


@transaction.atomic
def pull_volunteers(*, community: Community, by: User, at: datetime, limit: int = 100) -> int:
    """Volunteers who are not helpers yet become ones, for every kind of service that volunteers may give at all.

    Whether the training suffices is looked at when they are proposed, so a new level counts at once. Returns how many
    are new. Raises NotAllowed. Source: architecture.md 4a (facts are written down, work is pulled up).
    """
    require(policies.may_admit(by, community.pk))
    fresh = (
        Volunteer.objects.of(community)
        .filter(state=VolunteerState.ACTIVE, helper__isnull=True)
        .select_related("person", "building", "community")
        .order_by("pk")[:limit]
    )
    kinds = [each for each in ServiceKind.objects.filter(who__contains=["VO"]) if each.risk in ("A", "B")]
    people = list(fresh)
    for volunteer in people:
        admit(
            community=community, person=volunteer.person, kind=HelperKind.VOLUNTEER, kinds=kinds, volunteer=volunteer,
            by=by, at=at,
        )  # fmt: skip
    return len(people)


@transaction.atomic
def set_skills(*, helper: Helper, kinds: Iterable[ServiceKind], by: User, at: datetime) -> None:
    """Exactly these kinds of service from now on; the index rows follow the helper's place and week.

    Skills that are no longer held are switched off, not deleted. Raises NotAllowed.
    """
    require(policies.may_admit(by, helper.community_id))
    numbers = sorted({each.number for each in kinds})
    helper.skills.exclude(kind_number__in=numbers).update(active=False)
    HelperSkill.objects.bulk_create(
        [
            HelperSkill(
                community_id=helper.community_id, helper=helper, kind_number=number, xy=(helper.x, helper.y),
                week=helper.week, active=helper.active,
            )
            for number in numbers
        ],
        update_conflicts=True,
        unique_fields=["helper", "kind_number"],
        update_fields=["xy", "week", "active"],
    )  # fmt: skip


@transaction.atomic
def set_times(*, helper: Helper, week: int, daily_limit: int, by: User, at: datetime) -> Helper:
    """When the helper usually has time (42 bits), and how often a day at most. The helper themselves or staff."""
    require(helper.user_id == by.pk or policies.may_admit(by, helper.community_id))
    helper.week, helper.daily_limit = week & WEEK_ALWAYS, daily_limit
    helper.save(update_fields=["week", "daily_limit"])
    helper.skills.update(week=helper.week)
    return helper


@transaction.atomic
def place(*, helper: Helper, lon: float, lat: float, by: User, at: datetime) -> Helper:
    """Where the helper starts from. Raises NotAllowed."""
    require(policies.may_admit(by, helper.community_id))
    helper.x, helper.y = nearest.project(helper.community, lon, lat)
    helper.save(update_fields=["x", "y"])
    helper.skills.update(xy=(helper.x, helper.y))
    return helper


@transaction.atomic
def rest(*, helper: Helper, active: bool, by: User, at: datetime) -> Helper:
    """Stop or start being asked. The helper themselves or staff."""
    require(helper.user_id == by.pk or policies.may_admit(by, helper.community_id))
    helper.active = active
    helper.save(update_fields=["active"])
    if not active:
        helper.skills.update(active=False)
    else:
        helper.skills.update(active=True)
    return helper
