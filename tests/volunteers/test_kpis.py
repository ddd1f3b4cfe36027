"""The yardsticks of volunteering agree with counting by hand; kept filters hold no names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from carenet.kernel import months
from tests import make
from tests.make import NOW
from tests.volunteers.test_shop_refusals import facts
from volunteers.models import Volunteer
from volunteers.reports import kpis

TODAY = NOW.date()


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    found = make.volunteer(community, name="王秀兰")
    make.points(found, 100)
    return found


def test_yardsticks_agree_with_counting_by_hand(community: Any, django_assert_max_num_queries: Any) -> None:
    last = months.first_of_month(TODAY)
    people = [
        make.volunteer(
            community, joined_on=TODAY - timedelta(days=60 * number), level=1 + number % 3,
            motive="HABIT" if number % 4 else "TASK", born_on=date(1945 + 3 * number, 5, 1),
        )
        for number in range(14)
    ]  # fmt: skip
    for number, each in enumerate(people):
        start = NOW - timedelta(days=17 * number, hours=3)
        cause = ("services.request" if number % 3 else "volunteers.late", number + 1)
        make.served(each, minutes=45 + number, start=start, on=start.date(), cause=cause)
    from volunteers.actions import registry

    gone = people[9]
    registry.leave(volunteer=gone, on=TODAY - timedelta(days=40), reason="搬走", **facts())
    first = last
    for _number in range(5):
        first = months.previous_month(first)
    with django_assert_max_num_queries(2):
        series = kpis.kpis(community, first, last)
    found = {each.yardstick.code: {month.month: value for month, value in each.values} for each in series}
    month = first
    while month <= last:
        after = months.next_month(month)
        rows = list(Volunteer.objects.of(community).select_related("person"))
        here = [v for v in rows if v.joined_on < after and (v.left_on is None or v.left_on >= after)]
        served = [a for v in rows for a in v.attendances.all()]
        in_month = [a for a in served if month <= a.served_on < after]
        active = {a.volunteer_id for a in served if after - timedelta(days=90) <= a.served_on < after}
        young = [
            v for v in here if 60 <= months.years_between(v.person.born_on, after - timedelta(days=1)) < 70
        ]
        assert found["active"][month] == len(active)
        assert found["hours"][month] == sum(a.hour_minutes for a in in_month) // 60
        assert found["trained"][month] == _share([v for v in here if v.level >= 2], here)
        assert found["young_old"][month] == _share(young, here)
        assert found["own_wish"][month] == _share([v for v in here if v.motive == "HABIT"], here)
        assert found["unasked"][month] == _share(
            [a for a in in_month if a.cause_kind != "services.request"], in_month
        )
        for code, least in (("kept6", 6), ("kept12", 12)):
            cohort = [v for v in rows if _back(after, least + 12) <= v.joined_on < _back(after, least)]
            kept = [v for v in cohort if v.left_on is None or v.left_on >= after]
            assert found[code][month] == _share(kept, cohort), (code, month)
        month = after


def _share(part: list[Any], whole: list[Any]) -> int | None:
    return round(len(part) * 100 / len(whole)) if whole else None


def _back(day: date, count: int) -> date:
    for _number in range(count):
        day = months.previous_month(day)
    return day


def test_yardsticks_are_seen_plotted_explained_and_taken_home(
    volunteer: Volunteer, director: Any, client_for: Any
) -> None:
    make.served(volunteer)
    desk, url = client_for(director), reverse("volunteers:kpis")
    page = desk.get(url, {"first": "2026-01", "last": "2026-11"}).content.decode()
    with translation.override("zh-hans"):
        assert all(str(each.definition) in page and str(each.label) in page for each in kpis.YARDSTICKS)
    assert page.count("<table") >= 2
    sheet = desk.get(url, {"format": "xlsx"})
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")
    wrong = desk.get(url, {"first": "2026-11", "last": "2026-01"})
    assert wrong.status_code == 200 and "结束不能早于开始" in wrong.content.decode()


def test_a_kept_filter_holds_no_names_and_only_its_owner_sees_it(
    volunteer: Volunteer, director: Any, worker: Any, client_for: Any
) -> None:
    from carenet.webkit import once
    from volunteers.models import KeptFilter

    desk = client_for(director)
    url = reverse("volunteers:filter-keep", args=["list"])
    desk.post(url, {"name": "二级", "query": "q=王秀兰&level=2&state=", "idempotency_key": once.new_key()})
    assert KeptFilter.objects.get().query == "level=2"
    assert "二级" in desk.get(reverse("volunteers:list")).content.decode()
    assert 'href="?level=2"' not in client_for(worker).get(reverse("volunteers:list")).content.decode()
