"""Volunteers, what they earned, and rewards."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from carenet.accounts.models import User
from carenet.parties.models import Community, Person
from tests.make import NOW
from tests.make.parties import person, registrar, user
from volunteers.actions import registry, rewards, time_bank
from volunteers.models import Attendance, Reward, Team, Volunteer

__all__ = ["points", "reward", "served", "team", "volunteer", "volunteer_user"]

_numbers = itertools.count(1)
_NAMES = ["林秀英", "周建国", "吴美华", "郑志强", "孙丽萍", "何国庆", "罗春梅", "梁永福", "宋玉兰", "唐德明"]


def volunteer(community: Community, *, name: str = "", of: Person | None = None, **fields: Any) -> Volunteer:
    """A volunteer of 66, enrolled through the action."""
    number = next(_numbers)
    of = of or person(
        community, name=name or _NAMES[number % len(_NAMES)], born_on=fields.pop("born_on", date(1960, 5, 1))
    )
    fields.setdefault("joined_on", date(2025, 3, 1))
    fields.setdefault("source", "MUTUAL_AID")
    return registry.enrol(person=of, by=registrar(), at=NOW, **fields)


def volunteer_user(volunteer: Volunteer) -> User:
    """The volunteer's own account."""
    return user("VOLUNTEER", volunteer.community, person=volunteer.person, display_name=volunteer.person.name)


def team(community: Community, *, name: str = "") -> Team:
    return registry.found_team(
        community=community, name=name or f"互助组{next(_numbers)}", by=registrar(), at=NOW
    )


def served(
    volunteer: Volunteer, *, minutes: int = 60, start: datetime | None = None, cause: tuple[str, int] | None = None,
    key: str = "", **fields: Any,
) -> Attendance:  # fmt: skip
    """A service that was credited."""
    number = next(_numbers)
    start = start or NOW - timedelta(days=number % 20 + 1, hours=1)
    return time_bank.earn(
        volunteer=volunteer, minutes=minutes, period=(start, start + timedelta(minutes=minutes)),
        cause=cause or ("test.service", number), on=fields.pop("on", start.date()), at=fields.pop("at", NOW),
        by=registrar(), key=key or f"served-{number}", **fields,
    )  # fmt: skip


def points(volunteer: Volunteer, amount: int) -> None:
    """Give a volunteer points by a plain entry of the books (tests only)."""
    from carenet.ledger import accounts, posting
    from carenet.ledger.models import Account

    posting.post(
        community=volunteer.community, key=f"gift-{next(_numbers)}",
        moves=[
            posting.Move(
                accounts.contra(community=volunteer.community, unit="POINT", code="issued"),
                Account.objects.get(code=volunteer.account_code, unit="POINT"), amount,
            )
        ],
        on=NOW.date(), at=NOW, by=registrar(),
    )  # fmt: skip


def reward(community: Community, **fields: Any) -> Reward:
    """A bag of rice for 30 points, backed by donated goods, five on the shelf."""
    fields.setdefault("name", f"大米{next(_numbers)}")
    fields.setdefault("points", 30)
    fields.setdefault("stock", 5)
    fields.setdefault("place", "和煦服务站")
    fields.setdefault("picture", "rice")
    fields.setdefault("kind", "FOOD")
    if fields.get("fund") is None:
        fields.setdefault("backing", "粮油店捐赠")
    return rewards.offer(community=community, by=registrar(), at=NOW, **fields)
