"""More is never promised than can be kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from carenet.ledger.check import check_books
from carenet.parties import scope
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, both, give, policy
from volunteers.actions import pool, time_bank
from volunteers.models import Attendance, Reserve, Volunteer
from volunteers.reports import solvency


def pledge(volunteer: Volunteer, minutes: int) -> None:
    Reserve.objects.create(
        community=volunteer.community, kind="PLEDGE", volunteer=volunteer, minutes=minutes, source="承诺书",
        valid_from=TODAY - timedelta(days=30), at=NOW, by=registrar(),
    )  # fmt: skip


def test_new_coins_stop_when_more_is_promised_than_can_be_kept(
    anna: Volunteer, bert: Volunteer, director: Any
) -> None:
    pledge(bert, 660)
    assert make.served(bert, minutes=60, start=NOW - timedelta(hours=3)).coins == 60
    assert solvency.cover(anna.community, on=TODAY).percent == 100
    assert (
        make.served(anna, minutes=60, start=NOW - timedelta(hours=3)).coins == 60
    )  # 660 of 660: not above the limit
    stopped = make.served(bert, minutes=60, start=NOW - timedelta(hours=2))
    assert (stopped.coins, stopped.points, stopped.hour_minutes, stopped.why) == (0, 10, 60, ["NOT_COVERED"])
    with pytest.raises(pool.NotCovered):
        pool.fill(
            community=anna.community,
            coins=60,
            reason="居委会一致决定发放",
            key="f",
            on=TODAY,
            at=NOW,
            by=director,
        )
    policy(anna.community, director, solvency_action=1)
    with pytest.raises(pool.NotCovered):
        pool.fill(community=anna.community, coins=60, reason="决定", key="f", on=TODAY, at=NOW, by=director)
    pool.fill(
        community=anna.community,
        coins=60,
        reason="居委会一致决定先发放后补承诺",
        key="f",
        on=TODAY,
        at=NOW,
        by=director,
    )


def test_the_picture_of_a_day_counts_bands_concentration_and_stress(
    community: Any, django_assert_num_queries: Any
) -> None:
    old = make.volunteer(community, born_on=date(1945, 1, 1))
    young = make.volunteer(community, born_on=date(1964, 1, 1))
    give(old, 900)
    give(young, 100)
    pledge(young, 300)
    with django_assert_num_queries(7):
        found = solvency.solvency(community, on=TODAY)
    bands = {each.name: (each.coins, each.pledged) for each in found.bands}
    assert bands["80+"] == (900, 0) and bands["60-69"] == (100, 300)
    assert (found.stress_need, found.stress_have, found.stress_percent) == (900, 300, 33)
    assert found.top_ten_percent == 100 and found.cover.percent == 334 and found.cover.passes
    for _more in range(20):
        give(make.volunteer(community), 10)
    with django_assert_num_queries(7):
        assert solvency.solvency(community, on=TODAY).dormant == 0
    assert solvency.solvency(community, on=TODAY + timedelta(days=400)).dormant == 1200


def test_of_two_services_at_once_just_below_the_limit_only_one_earns_coins(station_db: Any) -> None:
    """The second waits for the first and counts what it promised; hours and points are booked for both."""
    by = registrar()
    with scope.within([station_db.pk]):
        people = [make.volunteer(station_db) for _ in range(3)]
        pledge(people[0], 60)
        give(people[0], 60)  # 60 of 60: not above the limit, the next one passes it

    def credit(number: int) -> Any:
        def work() -> Any:
            with scope.within([station_db.pk]):
                start = NOW - timedelta(hours=4)
                return time_bank.earn(
                    volunteer=people[number], minutes=60, period=(start, start + timedelta(hours=1)),
                    cause=("test.race", number), on=TODAY, at=NOW, by=by, key=f"race-{number}",
                )  # fmt: skip

        return work

    assert both(*(credit(number) for number in range(3))) == ["done"] * 3
    with scope.within([station_db.pk]):
        rows = Attendance.objects.order_by("coins").values_list("coins", "hour_minutes", "points")
        assert list(rows) == [(0, 60, 10)] * 2 + [(60, 60, 10)]
        assert solvency.cover(station_db, on=TODAY).outstanding == 120 and check_books(station_db) == []
