"""Who may come in at the addresses of the time bank."""

from __future__ import annotations

from typing import Any

from carenet.kernel import months
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.security.doors import EVERYBODY, STAFF, Door

TODAY = NOW.date()
READERS = STAFF | {"auditor"}
KEEPERS = {"committee", "director"}
VOLUNTEER = {"volunteer"}


def _coins(volunteer: Any) -> None:
    for number in range(2):
        make.served(volunteer, minutes=240, start=NOW.replace(day=2 + number, hour=1))


def _gift(w: Any, giver: Any, receiver: Any) -> Any:
    from volunteers.actions import gifts

    _coins(giver)
    return gifts.offer(
        giver=giver, receiver=receiver, coins=15, relation="SPOUSE", words="", key=f"door{giver.pk}", on=TODAY, at=NOW,
        by=registrar(),
    )  # fmt: skip


def _dividend(w: Any, volunteer: Any, kind: str) -> Any:
    from volunteers.actions import dividends

    team = volunteer.team
    make.served(volunteer, start=NOW.replace(day=1, hour=1))
    return dividends.propose(
        community=w.community, team=team, kind=kind, year=TODAY.year, words="全年互助", source="合作社", way="EQUAL",
        points=100, fen=0, on=TODAY, at=NOW, by=registrar(),
    )  # fmt: skip


def _inherited(w: Any, heir: Any) -> Any:
    from volunteers.actions import closing

    late = make.volunteer(w.community, name=f"逝者{w.tag}{heir.pk}")
    _coins(late)
    asked = closing.ask(
        volunteer=late,
        why="DIED",
        day=TODAY,
        heir=heir,
        relation="SPOUSE",
        reason="死亡证明",
        at=NOW,
        by=registrar(),
    )
    return closing.approve(closing=asked, on=TODAY, at=NOW, by=w.user("director"))


def _honoured(w: Any) -> Any:
    from volunteers.actions import closing

    return closing.to_honour(closing=_inherited(w, w.the_volunteer), on=TODAY, at=NOW, by=registrar())


def _question(w: Any, volunteer: Any, name: str) -> Any:
    from volunteers.actions import questions

    row = questions.object_to(
        volunteer=volunteer, month=TODAY, attendances=[make.served(volunteer)], words="请问", on=months.next_month(TODAY),
        at=NOW, by=registrar(),
    )  # fmt: skip
    return questions.ask(question=row, on=TODAY, at=NOW, by=registrar())


def _reserve(w: Any) -> Any:
    from volunteers.actions import reserve

    return reserve.record(
        community=w.community,
        kind="GROUP",
        minutes=6000,
        source="大学社团",
        valid_from=TODAY,
        at=NOW,
        by=registrar(),
    )


def _closing(w: Any) -> Any:
    from volunteers.actions import closing

    return closing.ask(
        volunteer=make.volunteer(w.community),
        why="GONE",
        day=TODAY,
        heir=None,
        relation="",
        reason="搬走",
        at=NOW,
        by=registrar(),
    )


def _move(w: Any) -> Any:
    from volunteers.actions import moves

    volunteer = make.volunteer(w.community)
    _coins(volunteer)
    return moves.send(
        volunteer=volunteer, coins=60, reason="搬家", key=f"d{volunteer.pk}", on=TODAY, at=NOW, by=registrar()
    )


def _team_gift(w: Any, giver: Any, team: Any) -> Any:
    """A gift to the team that this volunteer is one of from now on; nobody leads it."""
    from volunteers.actions import team_gifts

    _coins(giver)
    type(giver).objects.filter(pk=giver.pk).update(team=team)
    return team_gifts.offer(
        team=team,
        giver=giver,
        coins=15,
        words="",
        key=f"t{giver.pk}-{team.pk}",
        on=TODAY,
        at=NOW,
        by=registrar(),
    )


def _team_plan(w: Any) -> Any:
    from volunteers.actions import team_gifts, team_plans

    team_gifts.accept(
        gift=_team_gift(w, w.the_volunteer, w.plan_team), on=TODAY, at=NOW, by=w.user("director")
    )
    return team_plans.propose(
        team=w.plan_team, coins=15, words="给独居老人", key="p", on=TODAY, at=NOW, by=registrar()
    )


def _my_team(w: Any) -> Any:
    """The team of the volunteer who knocks."""
    type(w.my_volunteer).objects.filter(pk=w.my_volunteer.pk).update(team=w.the_team)
    return w.the_team


def _published(w: Any) -> Any:
    """A volunteer whose hours stand in last month's list, by the clock of the page."""
    from datetime import timedelta

    from django.utils import timezone

    volunteer = make.volunteer(w.community)
    last = months.start_of(months.first_of_month(timezone.localdate())) - timedelta(days=3)
    make.served(volunteer, start=last - timedelta(hours=3), at=last)
    return volunteer


THINGS = {
    "the_gift": lambda w: _gift(w, make.volunteer(w.community), w.the_volunteer),
    "my_gift": lambda w: _gift(w, make.volunteer(w.community), w.my_volunteer),
    "the_question": lambda w: _question(w, w.the_volunteer, "the"),
    "my_question": lambda w: _question(w, w.my_volunteer, "my"),
    "the_reserve": _reserve,
    "the_closing": _closing,
    "the_move": _move,
    "the_published": _published,
    "other_team": lambda w: make.team(w.community),
    "the_dividend": lambda w: _dividend(
        w, make.volunteer(w.community, name=f"队员{w.tag}", team=make.team(w.community)), "DIVIDEND"
    ),
    "my_dividend": lambda w: _dividend(w, w.my_volunteer, "UNITY"),
    "the_inherited": lambda w: _inherited(w, w.the_volunteer),
    "my_inherited": lambda w: _inherited(w, w.my_volunteer),
    "the_honoured": _honoured,
    "plan_team": lambda w: make.team(w.community),
    "the_team_gift": lambda w: _team_gift(w, w.the_volunteer, w.other_team),
    "my_team_gift": lambda w: _team_gift(w, w.my_volunteer, w.other_team),
    "the_team_plan": _team_plan,
}
DOORS = [
    Door("volunteers:coins", VOLUNTEER),
    Door("volunteers:coin-give", VOLUNTEER),
    Door("volunteers:coin-donate", VOLUNTEER),
    Door("volunteers:coin-overflow", VOLUNTEER, method="POST", data=lambda w: {"choice": "POOL", "amount": "15"}),
    Door(
        "volunteers:gift", VOLUNTEER, method="POST", args=lambda w: [w.the_gift.pk, "decline"],
        own={"volunteer": lambda w: [w.my_gift.pk, "decline"]},
    ),
    Door("volunteers:my-question", VOLUNTEER, args=lambda w: [w.the_question.pk], own={"volunteer": lambda w: [w.my_question.pk]}),
    Door("volunteers:published", EVERYBODY - {"street"}),
    Door("volunteers:published-ask", EVERYBODY - {"street"}, args=lambda w: [w.the_published.pk]),
    Door("volunteers:team-give", VOLUNTEER, kwargs=lambda w: {} if _my_team(w) else {"none": 1}),
    Door(
        "volunteers:team-account", READERS | VOLUNTEER, args=lambda w: [w.other_team.pk],
        own={"volunteer": lambda w: [_my_team(w).pk]},
    ),
    Door("volunteers:team-propose", STAFF, args=lambda w: [w.the_team.pk]),
    Door("volunteers:team-end", KEEPERS, args=lambda w: [w.the_team.pk]),
    Door(
        "volunteers:team-gift-step", STAFF | VOLUNTEER, method="POST", args=lambda w: [w.the_team_gift.pk, "withdraw"],
        own={"volunteer": lambda w: [w.my_team_gift.pk, "withdraw"]},
    ),
    Door(
        "volunteers:team-plan-step", STAFF, method="POST", args=lambda w: [w.the_team_plan.pk],
        data=lambda w: {"step": "back"},
    ),
    Door("volunteers:bank", READERS),
    Door("volunteers:reserves", READERS),
    Door("volunteers:reserve-end", KEEPERS, method="POST", args=lambda w: [w.the_reserve.pk]),
    Door("volunteers:bank-pool", READERS),
    Door("volunteers:dividends", READERS),
    Door("volunteers:my-dividends", VOLUNTEER, kwargs=lambda w: {} if w.my_volunteer else {"none": 1}),
    Door("volunteers:dividend-new", STAFF),
    Door(
        "volunteers:dividend", READERS | VOLUNTEER, args=lambda w: [w.the_dividend.pk],
        own={"volunteer": lambda w: [w.my_dividend.pk]},
    ),
    Door(
        "volunteers:dividend-step", STAFF, method="POST", args=lambda w: [w.the_dividend.pk],
        data=lambda w: {"step": "withdraw", "words": "重算"},
    ),
    Door("volunteers:way", VOLUNTEER, args=lambda w: ["help", w.my_volunteer and 7], opens_other=VOLUNTEER),
    Door(
        "volunteers:coin-honour", VOLUNTEER, args=lambda w: [w.the_inherited.pk],
        own={"volunteer": lambda w: [w.my_inherited.pk]},
    ),
    Door("volunteers:honour-sheet", READERS, args=lambda w: [w.the_honoured.pk]),
    Door("volunteers:closings", READERS),
    Door("volunteers:closing-decide", KEEPERS, method="POST", args=lambda w: [w.the_closing.pk, "refuse"]),
    Door("volunteers:close", STAFF, args=lambda w: [w.the_volunteer.pk]),
    Door("volunteers:brought", STAFF, args=lambda w: [w.the_volunteer.pk]),
    Door("volunteers:moves", READERS),
    Door("volunteers:move-letter", KEEPERS, args=lambda w: [w.the_move.pk]),
    Door("volunteers:move-call-back", KEEPERS, method="POST", args=lambda w: [w.the_move.pk]),
    Door("volunteers:questions", READERS),
    Door("volunteers:question", READERS, args=lambda w: [w.the_question.pk]),
    Door("volunteers:call-backs", READERS),
    Door("volunteers:call", STAFF, args=lambda w: [w.the_attendance.pk]),
]  # fmt: skip
