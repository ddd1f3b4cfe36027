"""What other apps have planned for an elder follows the elder's standing: departure, pause, return, taking back.

Apps above register a follower at start; it is called inside the transaction of the one event, so the event and
the end of the work are one. Source: issue 3 item 1 (one event that ends all future work, undoable).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from elders.models import Elder


@dataclass(frozen=True)
class Rest:
    """Why work stops and for which time: `cause` names the fact ("event:7", "pause:3"), `until` is the first day back.

    A departure has no end: `gone` is true and `until` is None.
    """

    cause: str
    since: date
    until: date | None = None
    gone: bool = False


class Follower(Protocol):
    """An app that plans work for elders."""

    def stop(self, *, elder: Elder, rest: Rest, by: User, at: datetime) -> int:
        """End the work that falls into the rest; returns how many."""

    def back(
        self, *, elder: Elder, cause: str, after: datetime | None, untimed: bool, by: User, at: datetime
    ) -> int:
        """Bring back exactly what this cause had stopped, from an instant on (None: all); returns how many."""


followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Add a follower; registering it again changes nothing."""
    if follower not in followers:
        followers.append(follower)


def stop(*, elder: Elder, rest: Rest, by: User, at: datetime) -> int:
    """Everybody ends what falls into the rest; returns how many pieces of work."""
    return sum(each.stop(elder=elder, rest=rest, by=by, at=at) for each in followers)


def back(
    *, elder: Elder, cause: str, after: datetime | None = None, untimed: bool = True, by: User, at: datetime
) -> int:
    """Everybody brings back what the cause had stopped; returns how many pieces of work."""
    return sum(
        each.back(elder=elder, cause=cause, after=after, untimed=untimed, by=by, at=at) for each in followers
    )
