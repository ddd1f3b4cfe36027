"""The common account of a team in the random lives: given, answered, proposed, agreed to, kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from volunteers.actions import team_gifts, team_plans

WEIGHTS = {"team_offer": 5, "team_answer": 5, "team_propose": 4, "team_decide": 4}


class TeamLife:
    """What a life does with the team's account; everybody is a member, and the station decides (first stage)."""

    place: Any
    people: list[Any]
    coins: list[int]
    held: list[int]
    gone: set[int]
    pool: int
    draw: Any
    who: Callable[[], int]
    minutes: Callable[[], int]
    key: Callable[[], str]
    facts: Callable[..., dict[str, Any]]
    one_of: Callable[..., Any]
    tried: Callable[..., Any]
    on: Any
    cap: int

    def begin_team(self) -> None:
        self.team_coins = self.team_held = 0
        self.team_gifts: list[list[Any]] = []
        self.plans: list[list[Any]] = []

    def team_offer(self) -> None:
        who, minutes = self.who(), self.minutes()
        may = who not in self.gone and self.coins[who] >= minutes
        gift = self.tried(
            may, team_gifts.offer, again=True, team=self.place.team, giver=self.people[who], coins=minutes, words="",
            key=self.key(), **self.facts(),
        )  # fmt: skip
        if gift:
            self.coins[who] -= minutes
            self.held[who] += minutes
            self.team_gifts.append([gift, who, True])

    def team_answer(self) -> None:
        row, how = self.one_of(self.team_gifts), self.draw.choice(["accept", "accept", "decline", "withdraw"])
        if row is None:
            return
        gift, who, _open = row
        may = how != "accept" or (self.on <= gift.expires_on and self.team_coins + gift.coins <= self.cap)
        if self.tried(
            may, getattr(team_gifts, how), again=True, gift=gift, **self.facts(by=self.place.second)
        ):
            row[-1] = False
            self.held[who] -= gift.coins
            if how == "accept":
                self.team_coins += gift.coins
            else:
                self.coins[who] += gift.coins

    def team_propose(self) -> None:
        minutes = self.minutes()
        plan = self.tried(
            self.team_coins >= minutes, team_plans.propose, again=True, team=self.place.team, coins=minutes, words="给老人",
            key=self.key(), **self.facts(),
        )  # fmt: skip
        if plan:
            self.team_coins -= minutes
            self.team_held += minutes
            self.plans.append([plan, True])

    def team_decide(self) -> None:
        row, how = (
            self.one_of(self.plans),
            self.draw.choice(["station_agrees", "station_agrees", "take_back"]),
        )
        if row is None:
            return
        plan = row[0]
        may = how == "take_back" or self.on <= plan.expires_on
        action = getattr(team_plans, how)
        if self.tried(may, action, again=True, proposal=plan, **self.facts(by=self.place.second)):
            row[-1] = False
            self.team_held -= plan.coins
            if how == "take_back":
                self.team_coins += plan.coins
            else:
                self.pool += plan.coins

    def team_nights(self) -> None:
        """What nobody answered in time goes back."""
        team_plans.expire_due(community=self.place.community, **self.facts())
        self.team_gifts_come_back(lambda row: row[0].expires_on < self.on)
        for row in self.plans:
            if row[-1] and row[0].expires_on < self.on:
                row[-1] = False
                self.team_held -= row[0].coins
                self.team_coins += row[0].coins

    def team_gifts_come_back(self, which: Callable[[list[Any]], bool]) -> None:
        for row in self.team_gifts:
            if row[-1] and which(row):
                row[-1] = False
                self.held[row[1]] -= row[0].coins
                self.coins[row[1]] += row[0].coins
