"""The common account of a team: given by members, given on by agreement, ended with the team. Never spent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from carenet.kernel import months
from carenet.kernel.errors import NotAllowed
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, both, coins, give, policy, within
from volunteers.actions import pool, registry, team_gifts, team_plans, teams
from volunteers.models import Team, TeamGift, TeamProposal, Volunteer
from volunteers.reports import solvency, team_accounts

FACTS = {"on": TODAY, "at": NOW}


class Crew:
    """A team with a captain and members who each have an account to sign in with."""

    def __init__(self, community: Any, size: int, stage: str = "INCUBATION", *, at: datetime = NOW) -> None:
        self.community, self.facts = community, {"on": months.day_of(at), "at": at}
        self.members: list[Volunteer] = []
        captain = make.volunteer(community)
        self.team: Team = registry.found_team(
            community=community,
            name=f"互助{captain.pk}",
            captain=captain,
            stage=stage,
            by=registrar(),
            at=NOW,
        )
        captain.refresh_from_db()
        self.members = [captain, *(make.volunteer(community, team=self.team) for _ in range(size - 1))]
        self.users = [make.volunteer_user(each) for each in self.members]
        for each in self.members:
            give(each, 600)

    def held(self) -> int:
        return team_gifts.account_of(team=self.team).balance

    def offered(self, number: int, minutes: int = 120) -> TeamGift:
        return team_gifts.offer(
            team=self.team, giver=self.members[number], coins=minutes, words="", key=f"{number}-{minutes}",
            by=self.users[number], **self.facts,
        )  # fmt: skip

    def filled(self, minutes: int = 120) -> Crew:
        team_gifts.accept(gift=self.offered(1, minutes), by=self.users[0], **self.facts)
        return self

    def proposed(self, minutes: int = 90, by: Any = None, key: str = "p") -> TeamProposal:
        return team_plans.propose(
            team=self.team,
            coins=minutes,
            words="给高龄独居老人",
            key=key,
            by=by or self.users[0],
            **self.facts,
        )

    def said(self, plan: TeamProposal, number: int, agrees: bool = True) -> TeamProposal:
        return team_plans.answer(
            proposal=plan, member=self.members[number], agrees=agrees, by=self.users[number], **self.facts
        )


def test_a_gift_to_the_team_lies_aside_until_somebody_else_says_yes(community: Any) -> None:
    crew = Crew(community, 3)
    gift = crew.offered(1)
    assert (coins(crew.members[1]), crew.held(), crew.offered(1).pk) == (480, 0, gift.pk)
    with pytest.raises(NotAllowed):
        team_gifts.accept(gift=gift, by=crew.users[2], **FACTS)
    for _twice in range(2):
        team_gifts.accept(gift=gift, by=crew.users[0], **FACTS)
    assert (coins(crew.members[1]), crew.held()) == (480, 120)
    own = crew.offered(0)
    with pytest.raises(team_gifts.AnotherMustAgree):
        team_gifts.accept(gift=own, by=crew.users[0], **FACTS)
    team_gifts.accept(gift=own, by=make.user("DIRECTOR", community), **FACTS)
    assert crew.held() == 240 and check_books() == []


def test_only_members_give_and_a_full_account_takes_no_more(community: Any, director: Any) -> None:
    crew, stranger = Crew(community, 2), make.volunteer(community)
    give(stranger, 600)
    with pytest.raises(team_gifts.NotOfTheTeam):
        team_gifts.offer(team=crew.team, giver=stranger, coins=60, words="", key="s", by=registrar(), **FACTS)
    policy(community, director, balance_cap_minutes=100)
    gift = crew.offered(1)
    with pytest.raises(team_gifts.TeamFull):
        team_gifts.accept(gift=gift, by=crew.users[0], **FACTS)
    team_gifts.withdraw(gift=gift, by=crew.users[1], **FACTS)
    with pytest.raises(team_gifts.NoLongerOpen):
        team_gifts.decline(gift=gift, by=crew.users[0], **FACTS)
    policy(community, director, group_account=0)
    with pytest.raises(team_gifts.NoTeamAccount):
        crew.offered(1, 30)
    assert (coins(crew.members[1]), crew.held()) == (600, 0)


def test_what_nobody_answered_goes_back_once(community: Any) -> None:
    crew = Crew(community, 3).filled()
    crew.offered(2)
    crew.proposed()
    later = TODAY + timedelta(days=15)
    assert team_plans.expire_due(community=community, on=TODAY, at=NOW, by=registrar()) == 0
    assert team_plans.expire_due(community=community, on=later, at=NOW, by=registrar()) == 2
    assert team_plans.expire_due(community=community, on=later, at=NOW, by=registrar()) == 0
    assert (coins(crew.members[2]), crew.held(), pool.common(community=community).balance) == (600, 120, 0)


def test_a_member_who_leaves_gets_offers_back_but_what_was_taken_stays_with_the_team(community: Any) -> None:
    crew = Crew(community, 3).filled()
    crew.offered(1, 60)
    registry.leave(volunteer=crew.members[1], on=TODAY, reason="搬走", by=registrar(), at=NOW)
    assert (coins(crew.members[1]), crew.held()) == (480, 120)
    assert not TeamGift.objects.open().exists() and check_books() == []


def test_a_team_led_by_the_social_worker_needs_the_station(community: Any, director: Any) -> None:
    crew = Crew(community, 3).filled()
    plan = crew.proposed()
    assert crew.held() == 30, "set aside meanwhile"
    with pytest.raises(NotAllowed):
        crew.proposed(by=crew.users[1], key="x")
    assert crew.said(plan, 1).state == "ASKED"
    assert team_plans.station_agrees(proposal=plan, by=director, **FACTS).state == "DONE"
    assert (crew.held(), pool.common(community=community).balance) == (30, 90)
    told = Outbox.objects.filter(template="volunteers.team_plan_done").count()
    assert told == 3 and check_books() == []


def test_who_proposed_for_the_team_never_agrees_for_the_station(community: Any, director: Any) -> None:
    crew = Crew(community, 2).filled()
    plan = crew.proposed(by=director)
    with pytest.raises(team_gifts.AnotherMustAgree):
        team_plans.station_agrees(proposal=plan, by=director, **FACTS)
    refused = team_plans.refuse(
        proposal=plan, reason="本月已有安排", by=make.user("COMMITTEE", community), **FACTS
    )
    assert (refused.state, refused.answer, crew.held()) == ("REFUSED", "本月已有安排", 120)


def test_a_team_led_together_needs_one_more_member_and_the_station(community: Any, director: Any) -> None:
    crew = Crew(community, 4, "TAKEOVER").filled()
    plan = crew.proposed()
    assert team_plans.station_agrees(proposal=plan, by=director, **FACTS).state == "ASKED"
    with pytest.raises(team_gifts.AnotherMustAgree):
        crew.said(plan, 0)
    assert crew.said(plan, 2).state == "DONE"


def test_a_team_that_leads_itself_decides_by_more_than_half_and_without_the_station(
    community: Any, director: Any
) -> None:
    crew = Crew(community, 4, "INDEPENDENT").filled()
    plan = crew.proposed(60)
    assert crew.said(plan, 1).state == "ASKED"
    assert crew.said(plan, 1).state == "ASKED", "pressed twice it is one voice"
    with pytest.raises(NotAllowed):
        team_plans.refuse(proposal=plan, reason="不同意", by=director, **FACTS)
    assert crew.said(plan, 2).state == "DONE"
    other = crew.proposed(30, key="q")
    crew.said(other, 1, agrees=False)
    assert crew.said(other, 2, agrees=False).state == "REFUSED"
    assert crew.held() == 60 and pool.common(community=community).balance == 60


def test_a_captain_without_members_asks_the_station(community: Any) -> None:
    assert team_accounts.wanted("INDEPENDENT", others=0, proposer_is_member=True) == (0, True)
    assert team_accounts.wanted("TAKEOVER", others=0, proposer_is_member=True) == (0, True)
    sizes = [
        team_accounts.wanted("INDEPENDENT", others=n, proposer_is_member=True)[0] for n in (1, 2, 3, 4, 9)
    ]
    assert sizes == [1, 1, 2, 2, 5]


def test_the_stage_of_the_day_decides_also_about_older_proposals(community: Any, director: Any) -> None:
    crew = Crew(community, 3, "INDEPENDENT").filled()
    plan = crew.proposed()
    teams.set_stage(team=crew.team, stage="INCUBATION", reason="换届", by=director, at=NOW)
    assert crew.said(plan, 1).state == "ASKED"
    assert team_plans.station_agrees(proposal=plan, by=director, **FACTS).state == "DONE"


def test_a_team_that_ends_leaves_its_hours_to_the_pool_and_its_members_free(
    community: Any, director: Any
) -> None:
    crew = Crew(community, 3).filled()
    crew.offered(2)
    crew.proposed()
    ended = team_plans.dissolve(team=crew.team, reason="人员变动", by=director, **FACTS)
    assert (ended.until, ended.captain, crew.held()) == (TODAY, None, 0)
    assert pool.common(community=community).balance == 120 and coins(crew.members[2]) == 600
    assert not Volunteer.objects.filter(team=crew.team).exists()
    with pytest.raises(team_plans.TeamHasEnded):
        team_plans.dissolve(team=crew.team, reason="再一次", by=director, **FACTS)
    assert check_books() == []


def test_what_teams_hold_counts_as_promised(community: Any) -> None:
    before = solvency.cover(community, on=TODAY).outstanding
    crew = Crew(community, 2)
    crew.filled()
    crew.proposed(30)
    found = solvency.solvency(community, on=TODAY)
    assert (found.cover.outstanding, found.teams) == (before + 1200, 120)


def test_two_gifts_at_once_do_not_both_fit_into_the_last_room(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        crew = Crew(station_db, 3)
        policy(station_db, registrar(), balance_cap_minutes=180)
        gifts = [crew.offered(1), crew.offered(2)]
    answers = both(*(within(station_db, team_gifts.accept, gift=each, by=crew.users[0]) for each in gifts))
    assert answers == ["done", "team_full"]
    with scope.within([station_db.pk]):
        assert crew.held() == 120 and check_books(station_db) == []
