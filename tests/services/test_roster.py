"""A list of delivered services is written down once, with everything a single service would have had."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from carenet.kernel.errors import NotAllowed
from carenet.ledger import check
from carenet.ledger.models import Account
from charity.models import CostSplit
from elders.models import Touch
from services.actions import roster
from services.models import Feedback, RosterSheet, ServiceRequest, Settlement
from services.refusals import NotEligible, NothingToRecord, TimesWrong
from services.states import REQUEST_STEPS
from tests import make


def sheet(
    community: Any, lines: list[roster.Line], code: str, by: Any, at: Any, key: str = "sheet-1"
) -> RosterSheet:
    return roster.record_many(
        community=community, kind=make.kind(code), title="十一月助餐", lines=lines, key=key, by=by, at=at
    )


def test_every_line_becomes_a_closed_request_with_a_lawful_trail(
    community: Any, staff: Any, now: Any
) -> None:
    helper = make.helper(community, "COMP")
    lines = [
        roster.Line(make.elder(community).pk, now - timedelta(days=day), 60, helper.pk) for day in (1, 2, 3)
    ]
    found = sheet(community, lines, "COMP", staff, now)
    requests = list(found.requests.prefetch_related("trail"))
    assert [each.state for each in requests] == ["CLOSED"] * 3
    for request in requests:
        trail = sorted(request.trail.all(), key=lambda each: each.pk)
        for before, after in itertools.pairwise(trail):
            assert before.state in REQUEST_STEPS[after.verb].sources
            assert REQUEST_STEPS[after.verb].target == after.state
            assert before.at <= after.at
        assert (trail[0].verb, trail[-1].state) == ("take", "CLOSED")


def test_hours_costs_contacts_and_ratings_are_booked_as_for_single_services(
    community: Any, staff: Any, now: Any
) -> None:
    helper = make.helper(community, "MEAL-H")
    elders = [make.elder(community) for _ in range(3)]
    lines = [
        roster.Line(
            elder.pk, now - timedelta(days=1, minutes=30 * number), 20, helper.pk, price_fen=1_500, stars=5
        )
        for number, elder in enumerate(elders)
    ]
    sheet(community, lines, "MEAL-H", staff, now)
    assert Account.objects.get(code=helper.volunteer.account_code, unit="MINUTE").balance == 60
    assert sum(each.price_fen for each in CostSplit.objects.all()) == 4_500
    assert Settlement.objects.filter(attendance__isnull=False, cost_split__isnull=False).count() == 3
    assert Touch.objects.filter(elder__in=elders, kind="MEAL").count() == 3
    assert Feedback.objects.filter(stars=5).count() == 3
    assert check.check_books(community) == []


def test_the_same_list_sent_twice_counts_once(community: Any, staff: Any, now: Any) -> None:
    helper = make.helper(community, "COMP")
    lines = [roster.Line(make.elder(community).pk, now - timedelta(days=1), 60, helper.pk)]
    assert sheet(community, lines, "COMP", staff, now) == sheet(community, lines, "COMP", staff, now)
    assert ServiceRequest.objects.count() == 1
    assert Account.objects.get(code=helper.volunteer.account_code, unit="MINUTE").balance == 60


def test_a_service_of_tomorrow_was_not_given(community: Any, staff: Any, now: Any) -> None:
    with pytest.raises(TimesWrong):
        sheet(community, [roster.Line(make.elder(community).pk, now, 60)], "COMP", staff, now)


def test_an_elder_of_another_community_is_refused(
    community: Any, other_community: Any, staff: Any, now: Any
) -> None:
    from carenet.parties import scope

    scope.set_for_transaction([community.pk, other_community.pk])
    stranger = make.elder(other_community)
    with pytest.raises(NotEligible):
        sheet(community, [roster.Line(stranger.pk, now - timedelta(days=1), 60)], "COMP", staff, now)


def test_an_empty_list_and_a_volunteer_are_refused(community: Any, staff: Any, now: Any) -> None:
    with pytest.raises(NothingToRecord):
        sheet(community, [], "COMP", staff, now)
    with pytest.raises(NotAllowed):
        sheet(
            community,
            [roster.Line(make.elder(community).pk, now, 1)],
            "COMP",
            make.helper(community).user,
            now,
        )


def test_a_thousand_services_take_few_statements(
    community: Any, staff: Any, now: Any, django_assert_max_num_queries: Any
) -> None:
    helpers = [make.helper(community, "COMP") for _ in range(2)]
    elders = [make.elder(community) for _ in range(4)]
    lines = [
        roster.Line(
            elders[number % 4].pk,
            now - timedelta(days=1 + number // 8, hours=number % 8),
            30,
            helpers[number % 2].pk,
        )
        for number in range(1000)
    ]
    with django_assert_max_num_queries(60):
        sheet(community, lines, "COMP", staff, now)
    assert ServiceRequest.objects.count() == 1000
