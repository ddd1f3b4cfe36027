"""What the elders app tells the monthly meeting and the office's home page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from carenet.accounts.models import User
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Community
from elders import doors, reports
from elders.actions import papers, registry, triage
from tests import make


def figures(community: Community, month: date) -> dict[str, Any]:
    return {each.code: each.value for each in reports.monthly(community, month).figures}


def test_the_monthly_figures_count_colours_levels_and_lag(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    red = make.elder(community, registered_on=date(2026, 3, 1), living="WITH_CHILDREN")
    make.coloured(red, by=worker, second=staff, total=50)
    make.elder(community)
    rows = [
        papers.Paper(
            elder=red, answers=make.answers(), assessor=worker, second_assessor=staff,
            signed_at=datetime(2026, 3, 20, 9, tzinfo=STATION_ZONE),
        )
    ]  # fmt: skip
    papers.sign_many(community=community, papers=rows, by=staff, at=now)
    found = figures(community, now.date())
    assert (found["elders.in_care"], found["elders.red"], found["elders.unassessed"]) == (2, 1, 1)
    # Signed on 20 March, due again 180 days later (16 September), done on 21 November: 66 days late.
    assert (found["elders.assessed"], found["elders.assessed_in_time"], found["elders.lag_days"]) == (
        1,
        0,
        66,
    )
    assert figures(community, date(2026, 3, 1))["elders.assessed_in_time"] == 100


def test_a_past_month_keeps_its_colours(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community, registered_on=date(2026, 9, 1), living="ALONE")
    triage.confirm(
        result=elder.triage_results.get(), by=worker, at=datetime(2026, 10, 5, tzinfo=STATION_ZONE)
    )
    assert figures(community, date(2026, 9, 1))["elders.unassessed"] == 1
    assert figures(community, date(2026, 10, 1))["elders.yellow"] == 1
    assert figures(community, date(2026, 8, 1))["elders.in_care"] == 0


def test_who_left_in_a_month_is_not_counted_at_its_end(
    community: Community, staff: User, now: datetime
) -> None:
    elder = make.elder(community, registered_on=date(2026, 9, 1))
    registry.leave(elder=elder, on=date(2026, 10, 10), by=staff, at=now)
    assert figures(community, date(2026, 9, 1))["elders.in_care"] == 1
    assert figures(community, date(2026, 10, 1))["elders.in_care"] == 0


def test_matters_have_keys_that_stay_the_same_when_drawn_again(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    overdue = make.elder(community, at=now - timedelta(days=60))
    red = make.elder(community, living="WITH_CHILDREN")
    make.coloured(red, by=worker, second=staff, total=50, at=now - timedelta(days=5))
    first, second = reports.monthly(community, now.date()), reports.monthly(community, now.date())
    assert [each.source_key for each in first.matters] == [each.source_key for each in second.matters]
    keys = {each.source_key for each in first.matters}
    assert {"elders:2026-11:overdue", "elders:2026-11:silent", "elders:2026-11:unassessed"} <= keys
    assert all(each.url for each in first.matters)
    assert overdue.pk


def test_an_empty_community_has_nothing_to_talk_about(community: Community, now: datetime) -> None:
    digest = reports.monthly(community, now.date())
    assert digest.matters == ()
    assert {each.code: each.value for each in digest.figures}["elders.in_care"] == 0


def test_the_dashboard_cards_count_real_rows_and_link_to_their_lists(
    community: Community, staff: User, worker: User, rf: Any, django_assert_max_num_queries: Any
) -> None:
    make.elder(community, living="ALONE")
    request = rf.get("/")
    request.user, request.community = staff, community
    with django_assert_max_num_queries(12):
        cards = [doors.figures_card(request), doors.todo_card(request), doors.grid_card(request)]
    urls = [figure.url for card in cards if card.kind == "figures" for figure in card.figures]
    assert urls
    assert all(each.startswith("/elders/") for each in urls)
    todos = [todo for card in cards if card.kind == "todos" for todo in card.todos]
    assert [(each.count, each.url) for each in todos] == [(1, "/elders/due/?tab=decide")]
