"""Where higher apps tell a volunteer's home page what comes next. Arrows go down: services fills this in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from volunteers.models import ServiceClaim, Volunteer


@dataclass(frozen=True)
class NextTask:
    """Something the volunteer has promised or is asked to do, with the one button that matters now."""

    title: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str = ""
    url: str = ""
    label: str = ""


# The page of the volunteer's own services, by URL name; `services` owns the first.
SERVICE_PAGES = ("services:tasks",)

NextFunction = Callable[["Volunteer", datetime], list[NextTask]]
WaitingFunction = Callable[["Volunteer"], int]
_next: dict[str, NextFunction] = {}
_waiting: dict[str, WaitingFunction] = {}


def register_next(function: NextFunction) -> None:
    """Add a source of next services; the same function registered again replaces itself."""
    _next[f"{function.__module__}.{function.__qualname__}"] = function


def register_waiting(function: WaitingFunction) -> None:
    """Add a source of "served, but not confirmed yet": how many services of the volunteer wait."""
    _waiting[f"{function.__module__}.{function.__qualname__}"] = function


def next_tasks(volunteer: Volunteer, at: datetime) -> list[NextTask]:
    """What comes next, the earliest first; things without a time come last."""
    found = [task for function in _next.values() for task in function(volunteer, at)]
    return sorted(found, key=lambda task: (task.starts_at is None, task.starts_at or at))


def waiting(volunteer: Volunteer) -> int:
    """How many services wait for their confirmation."""
    return sum(function(volunteer) for function in _waiting.values())


@dataclass(frozen=True)
class Engagement:
    """An hour that a volunteer has promised to somebody in another room of the house."""

    what: str
    starts_at: datetime
    ends_at: datetime


EngagedFunction = Callable[[Collection[int], datetime, datetime], Mapping[int, list[Engagement]]]
_engaged: dict[str, EngagedFunction] = {}


def register_engaged(function: EngagedFunction) -> None:
    """Add a source of hours promised elsewhere (services): of many volunteers, what touches a span of time; the same
    function registered again replaces itself."""
    _engaged[f"{function.__module__}.{function.__qualname__}"] = function


def engaged(
    volunteer_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> dict[int, list[Engagement]]:
    """What these volunteers have promised elsewhere in a span of time, in as many statements as there are sources."""
    found: dict[int, list[Engagement]] = {}
    for function in _engaged.values() if volunteer_ids else ():
        for volunteer_id, rows in function(volunteer_ids, starts_at, ends_at).items():
            found.setdefault(volunteer_id, []).extend(rows)
    return found


@dataclass(frozen=True)
class Ratings:
    """What the people served thought of it: how many said so, and the average in tenths of a star."""

    count: int = 0
    average: int = 0

    @property
    def stars(self) -> str:
        """The average as people write it: 4.8."""
        return f"{self.average // 10}.{self.average % 10}"


RatingsFunction = Callable[["Volunteer", date, date], Ratings]
_ratings: dict[str, RatingsFunction] = {}


def register_ratings(function: RatingsFunction) -> None:
    """Where ratings by the people served come from (services); the same function replaces itself."""
    _ratings[f"{function.__module__}.{function.__qualname__}"] = function


def ratings(volunteer: Volunteer, since: date, until: date) -> Ratings:
    """The ratings of a period; nothing when nobody rates."""
    for function in _ratings.values():
        return function(volunteer, since, until)
    return Ratings()


SatisfactionFunction = Callable[[int, date, date], dict[date, tuple[int, int]]]
_satisfaction: dict[str, SatisfactionFunction] = {}


def register_satisfaction(function: SatisfactionFunction) -> None:
    """Where the months' good and all ratings of volunteers' helps come from; the same function replaces itself."""
    _satisfaction[f"{function.__module__}.{function.__qualname__}"] = function


def satisfaction(community_id: int, first: date, until: date) -> dict[date, tuple[int, int]]:
    """Good and all ratings of each month from one day until before another; empty when nobody rates."""
    for function in _satisfaction.values():
        return function(community_id, first, until)
    return {}


_withdraw: dict[str, Callable[..., None]] = {}
_standing: dict[str, Callable[..., str]] = {}


def register_claims(*, withdraw: Callable[..., None], standing: Callable[..., str]) -> None:
    """Who arranges services asked for with points: how to withdraw one (refuses what began), and how it stands."""
    _withdraw["services"], _standing["services"] = withdraw, standing


def withdraw_claim(claim: ServiceClaim, *, by: User, at: datetime) -> None:
    """Take the wish back from whoever arranges it; its refusal goes through."""
    for function in _withdraw.values():
        function(claim=claim, by=by, at=at)


def claim_standing(claim: ServiceClaim) -> str:
    """Where the arrangement stands, in words."""
    return next((function(claim=claim) for function in _standing.values()), "")
