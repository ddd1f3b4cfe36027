"""The street officer's page: counts of the communities below, no name, each opening noted, nobody else comes in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit import reports
from carenet.parties import scope
from carenet.parties.models import Community
from elders.models import Elder
from tests import make

URL = "portal:street"


def a_street(community: Community, other_community: Community, staff: User) -> None:
    late = timezone.now() - timedelta(days=3)
    elder = make.elder(community, by=staff, name="段玉兰")
    make.elder(community, by=staff, name="李建国")
    make.request(elder, "SHOP")
    make.alarm(elder)
    with scope.within([other_community.pk]):
        make.elder(other_community, name="赵秀英")
    Elder.objects.filter(pk=elder.pk).update(colour="RED", contact_due_at=late)


def test_the_officer_sees_counts_and_no_name_and_each_opening_is_noted(
    community: Community, other_community: Community, staff: User, street_officer: User, client_for: Any
) -> None:
    a_street(community, other_community, staff)
    client = client_for(street_officer)
    assert client.get("/").url == reverse(URL)
    page = client.get(reverse(URL))
    rows = {each.community.pk: each for each in page.context["rows"]}
    mine = rows[community.pk]
    assert (mine.standing.in_care, mine.standing.red, mine.standing.red_silent) == (2, 1, 1)
    assert (mine.work.alarms, mine.work.waiting) == (1, 1)
    assert mine.needs_a_word and rows[other_community.pk].standing.in_care == 1
    text = page.content.decode()
    assert community.name in text and other_community.name in text
    assert not any(name in text for name in ("段玉兰", "李建国", "赵秀英"))
    assert client.get(reverse(URL), {"format": "xlsx"}).headers["Content-Type"].endswith("sheet")
    with scope.within([community.pk]):
        notes = reports.area_notes(community)
    assert [each.facts["page"] for each in notes if each.verb == "audit.city_read"] == [
        "/street/?format=xlsx",
        "/street/",
    ]


@pytest.mark.parametrize("role", ["staff", "director", "auditor"])
def test_whoever_is_no_officer_finds_no_such_page(
    role: str, client_for: Any, request: pytest.FixtureRequest
) -> None:
    assert client_for(request.getfixturevalue(role)).get(reverse(URL)).status_code == 404


def test_the_page_costs_the_same_queries_for_any_number_of_elders(
    community: Community,
    staff: User,
    street_officer: User,
    client_for: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = client_for(street_officer)
    client.get(reverse(URL))
    for count in (1, 5):
        with scope.within([community.pk]):
            for _ in range(count):
                make.elder(community, by=staff)
        with django_assert_max_num_queries(24):
            client.get(reverse(URL))
