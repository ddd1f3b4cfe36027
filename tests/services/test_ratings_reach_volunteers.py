"""What the people served said reaches the volunteer's own page, the record, the certificate's figures and the yardsticks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from services.actions import dispatch, feedback
from services.models import ServiceRequest
from services.reports import ratings
from tests import make
from tests.make import NOW
from volunteers import portal
from volunteers.reports import kpis, records


def rated(helper: Any, stars: int, at: Any = NOW) -> ServiceRequest:
    by = make.registrar()
    request = make.accepted(make.elder(helper.community), helper, at=at - timedelta(hours=2))
    dispatch.finish(request_id=request.pk, minutes=60, by=by, at=at)
    feedback.rate(request_id=request.pk, stars=stars, words="说明", by=by, at=at)
    return request


def test_the_average_counts_only_the_volunteers_own_helps_of_the_days_asked_for(community: Any) -> None:
    helper, other = make.helper(community), make.helper(community)
    for stars in (5, 4, 4):
        rated(helper, stars)
    rated(other, 1)
    rated(helper, 1, at=NOW - timedelta(days=400))
    found = portal.ratings(helper.volunteer, NOW.date() - timedelta(days=365), NOW.date())
    assert (found.count, found.average, found.stars) == (3, 43, "4.3")
    assert ratings.of_volunteer(make.volunteer(community), NOW.date(), NOW.date()).count == 0
    evaluation = records._evaluation(helper.volunteer, NOW.date() - timedelta(days=30), NOW.date())
    assert (evaluation["ratings"], evaluation["average"]) == (3, 43)


def test_the_yardsticks_show_the_share_of_good_ratings_of_each_month(community: Any) -> None:
    helper = make.helper(community)
    for stars in (5, 4, 3, 1):
        rated(helper, stars)
    (series,) = [
        each for each in kpis.kpis(community, NOW.date(), NOW.date()) if each.yardstick.code == "satisfied"
    ]
    assert series.newest == 50


def test_the_volunteer_and_the_office_read_the_ratings(community: Any, client_for: Any, staff: Any) -> None:
    helper = make.helper(community)
    rated(helper, 5, at=timezone.now())
    assert "5.0" in client_for(helper.user).get(reverse("volunteers:hours")).content.decode()
    record = client_for(staff).get(reverse("volunteers:detail", args=[helper.volunteer_id]))
    assert "5.0" in record.content.decode()
