"""A year's dividend or award: proposed, shown, objected to, booked by a second person, taken back; with its pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, coins, policy
from volunteers.actions import channels, dividend_refusals, dividends, registry, rewards
from volunteers.models import DividendList, DividendShare, Team, Volunteer

LATER = TODAY + timedelta(days=8)


@pytest.fixture
def team(community: Any) -> Team:
    return make.team(community)


@pytest.fixture
def members(team: Team) -> list[Volunteer]:
    """Three of a team; the first served three hours, the second one, the third nothing."""
    found = [make.volunteer(team.community, team=team) for _each in range(3)]
    make.served(found[0], minutes=180, start=NOW - timedelta(hours=9))
    make.served(found[1], minutes=60, start=NOW - timedelta(hours=9))
    return found


def proposed(team: Team | None, by: User, **more: Any) -> DividendList:
    facts = {
        "kind": "DIVIDEND", "year": TODAY.year, "words": "全年互助，独居老人天天有人看", "source": "村集体经济合作社",
        "way": "POINTS", "points": 101, "fen": 0, "on": TODAY, "at": NOW, "by": by,
    } | more  # fmt: skip
    community = facts.pop("community", team.community if team else None)
    return dividends.propose(community=community, team=team, **facts)


def shares(found: DividendList) -> dict[int, tuple[int, int]]:
    rows = DividendShare.objects.filter(dividend=found)
    return {each.volunteer_id: (each.points, each.fen) for each in rows}


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), max_size=60))
def test_parts_add_up_and_lie_within_one_of_the_exact_share(total: int, weights: list[int]) -> None:
    found = dividends.parts(total, weights)
    whole = sum(weights)
    assert sum(found) == (total if whole else 0)
    for part, weight in zip(found, weights, strict=True):
        assert part == 0 if not whole or not weight else abs(part * whole - total * weight) < whole


def test_a_list_is_shown_and_booked_after_its_last_day_by_somebody_else_in_one_entry(
    members: list[Volunteer], team: Team, director: User, supervisor: User
) -> None:
    found = proposed(team, registrar(), fen=1001)
    assert shares(found) == {members[0].pk: (76, 751), members[1].pk: (25, 250)}
    assert Outbox.objects.filter(template="volunteers.dividend_proposed").count() == 2
    before = [coins(each, "POINT") for each in members]
    with pytest.raises(dividend_refusals.StillOnShow):
        dividends.post(dividend=found, on=TODAY + timedelta(days=7), at=NOW, by=director)
    with pytest.raises(dividend_refusals.AnotherMustDecide):
        dividends.post(dividend=found, on=LATER, at=NOW, by=registrar())
    for _twice in range(2):
        done = dividends.post(dividend=found, on=LATER, at=NOW, by=director)
    assert done.state == "POSTED"
    assert [coins(each, "POINT") - was for each, was in zip(members, before, strict=True)] == [76, 25, 0]
    assert Outbox.objects.filter(template="volunteers.dividend_posted").count() == 2 and check_books() == []


def test_a_booked_list_is_taken_back_whole_or_not_at_all_and_may_be_proposed_again(
    members: list[Volunteer], team: Team, director: User
) -> None:
    found = proposed(team, registrar())
    with pytest.raises(dividend_refusals.ListExists):
        proposed(team, registrar())
    dividends.post(dividend=found, on=LATER, at=NOW, by=director)
    points = coins(members[0], "POINT")
    reward = make.reward(team.community, points=points, stock=1)
    slip = rewards.redeem(volunteer=members[0], reward=reward, key="s", by=registrar(), on=TODAY, at=NOW)
    with pytest.raises(dividend_refusals.SpentMeanwhile):
        dividends.reverse(dividend=found, reason="算错了", at=NOW, by=director)
    rewards.take_back(redemption=slip, by=registrar(), at=NOW)
    with pytest.raises(dividend_refusals.WordsNeeded):
        dividends.reverse(dividend=found, reason=" ", at=NOW, by=director)
    dividends.reverse(dividend=found, reason="算错了", at=NOW, by=director)
    assert coins(members[0], "POINT") == points - 76 and check_books() == []
    again = proposed(team, registrar(), way="EQUAL", points=11)
    assert shares(again) == {members[0].pk: (6, 0), members[1].pk: (5, 0)}


def test_an_objection_is_answered_before_a_list_is_booked_and_only_until_its_last_day(
    members: list[Volunteer], team: Team, director: User
) -> None:
    found = proposed(team, registrar())
    own = make.volunteer_user(members[2])  # of the team, without a share
    facts = {"dividend": found, "words": "我也服务了", "at": NOW}
    with pytest.raises(dividend_refusals.ListIsClosed):
        dividends.object_to(volunteer=members[2], on=LATER, by=own, **facts)
    stranger = make.volunteer(team.community)
    with pytest.raises(dividend_refusals.NotOnTheList):
        dividends.object_to(volunteer=stranger, on=TODAY, by=make.volunteer_user(stranger), **facts)
    row = dividends.object_to(volunteer=members[2], on=TODAY, by=own, **facts)
    with pytest.raises(dividend_refusals.ObjectionsOpen):
        dividends.post(dividend=found, on=LATER, at=NOW, by=director)
    dividends.answer(objection=row, words="核对过，本年无记录。", at=NOW, by=director)
    assert dividends.post(dividend=found, on=LATER, at=NOW, by=director).state == "POSTED"


def test_the_captain_proposes_for_the_own_team_only_and_nobody_books_the_own_share(
    members: list[Volunteer], team: Team, director: User
) -> None:
    captain = make.volunteer_user(members[0])
    with pytest.raises(NotAllowed):
        proposed(team, captain)
    Team.objects.filter(pk=team.pk).update(captain=members[0])
    team.refresh_from_db()
    found = proposed(team, captain)
    with pytest.raises(NotAllowed):
        proposed(None, captain, community=team.community)
    with pytest.raises(NotAllowed):
        dividends.post(dividend=found, on=LATER, at=NOW, by=captain)
    User.objects.filter(pk=director.pk).update(person=members[1].person)
    with pytest.raises(dividend_refusals.AnotherMustDecide):
        dividends.post(dividend=found, on=LATER, at=NOW, by=User.objects.get(pk=director.pk))
    assert dividends.withdraw(dividend=found, reason="改分法", at=NOW, by=captain).state == "WITHDRAWN"


def test_lists_need_the_switch_words_and_somebody_who_served_and_nobody_who_left(
    members: list[Volunteer], team: Team, director: User
) -> None:
    with pytest.raises(dividend_refusals.NothingToShare):
        proposed(team, registrar(), year=TODAY.year - 5)
    with pytest.raises(dividend_refusals.NothingToShare):
        proposed(team, registrar(), points=0)
    with pytest.raises(dividend_refusals.YearNotOver):
        proposed(team, registrar(), year=TODAY.year + 1)
    with pytest.raises(dividend_refusals.SaysWhatAndWho):
        proposed(team, registrar(), source=" ")
    found = proposed(None, registrar(), community=team.community, kind="UNITY", way="HOURS")
    registry.leave(volunteer=members[1], on=TODAY, reason="搬家", by=registrar(), at=NOW)
    with pytest.raises(dividend_refusals.SomebodyLeft):
        dividends.post(dividend=found, on=LATER, at=NOW, by=director)
    assert dividends.refuse(dividend=found, reason="有人离开", at=NOW, by=director).state == "REFUSED"
    policy(team.community, director, channel_dividend=0)
    with pytest.raises(channels.NoDividends):
        proposed(team, registrar())


def test_the_way_from_the_proposal_to_the_booked_list_on_the_pages(
    client_for: Any, members: list[Volunteer], team: Team, director: User, supervisor: User
) -> None:
    office = client_for(supervisor)
    form = {
        "team": team.pk, "kind": "DIVIDEND", "year": TODAY.year, "words": "全年互助", "source": "合作社", "way": "POINTS",
        "points": 100, "fen": "12.34", "idempotency_key": "a" * 32,
    }  # fmt: skip
    answer = office.post(reverse("volunteers:dividend-new"), form)
    found = DividendList.objects.get()
    assert answer.status_code == 302 and found.fen == 1234
    member = client_for(make.volunteer_user(members[0]))
    page = reverse("volunteers:dividend", args=[found.pk])
    assert page in member.get(reverse("volunteers:my-dividends")).text
    assert members[1].person.name in member.get(page).text, "one knows one's own team"
    step = reverse("volunteers:dividend-step", args=[found.pk])
    member.post(step, {"step": "object", "words": "少了", "idempotency_key": "b" * 32})
    assert found.objections.get().volunteer == members[0]
    keeper = client_for(director)
    keeper.post(
        step,
        {
            "step": "answer",
            "objection": found.objections.get().pk,
            "words": "已核对",
            "idempotency_key": "c" * 32,
        },
    )
    early = keeper.post(step, {"step": "post", "idempotency_key": "d" * 32}, follow=True)
    assert early.status_code == 200 and DividendList.objects.get().state == "PROPOSED"
    assert timezone.localdate() <= found.objections_until
    assert office.get(page + "?format=xlsx")["Content-Type"].startswith("application/vnd.openxml")
    assert member.get(page + "?format=xlsx").status_code == 404
    stranger = client_for(make.volunteer_user(make.volunteer(team.community)))
    assert stranger.get(page).status_code == 404
    keeper.post(step, {"step": "refuse", "words": "重算", "idempotency_key": "e" * 32})
    assert DividendList.objects.get().state == "REFUSED"


def test_a_long_list_asks_no_more_than_a_short_one(
    client_for: Any, members: list[Volunteer], team: Team, director: User, django_assert_max_num_queries: Any
) -> None:
    client = client_for(director)
    found = proposed(team, registrar())
    page = reverse("volunteers:dividend", args=[found.pk])
    client.get(page)
    with CaptureQueriesContext(connection) as short:
        client.get(page)
    for _each in range(6):
        make.served(make.volunteer(team.community), minutes=60, start=NOW - timedelta(hours=3))
    longer = proposed(None, registrar(), community=team.community)
    with django_assert_max_num_queries(len(short)):
        client.get(reverse("volunteers:dividend", args=[longer.pk]))
    text = (
        client_for(make.volunteer_user(members[0])).get(reverse("volunteers:dividend", args=[longer.pk])).text
    )
    assert members[0].person.name in text and members[1].person.name not in text, (
        "others of a wide list are masked"
    )
