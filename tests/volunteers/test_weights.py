"""Hours become coins by the weight of the service and points by the factor of the day, both dated settings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from carenet.kernel.errors import DomainError
from services.actions import coins, dispatch
from tests import make
from tests.make import NOW
from volunteers import rules
from volunteers.actions import settings
from volunteers.states import SETTINGS

RATES = {key: each.default for key, each in SETTINGS.items()}


def set_to(community: Any, key: str, value: int, day: date) -> None:
    settings.set_value(
        community=community,
        key=key,
        value=value,
        valid_from=day,
        source="居委会决定",
        by=make.registrar(),
        at=NOW,
    )


def earned(volunteer: Any, day: date, *, risk: str = "") -> tuple[int, int]:
    start = NOW.replace(year=day.year, month=day.month, day=day.day)
    row = make.served(volunteer, minutes=60, start=start, on=day, risk=risk)
    return row.coins, row.points


def test_without_weights_an_hour_is_a_coin_whatever_the_service() -> None:
    assert {rules.weigh(60, risk=risk, rates=RATES) for risk in ("", "A", "B", "C", "D")} == {60}


def test_a_weighted_service_earns_and_costs_the_same(community: Any) -> None:
    set_to(community, "weight_b", 150, NOW.date())
    elder, own = make.saver(community, minutes=120)
    helper, by, later = make.helper(community, "SHOP"), make.registrar(), NOW + timedelta(hours=3)
    request = make.request(elder, "SHOP", minutes=60)
    assert request.kind.risk == "B"
    coins.choose(request_id=request.pk, code="OWN", by=by, at=NOW)
    asked = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=by, at=NOW)
    dispatch.accept(candidate_id=asked.pk, by=by, at=NOW)
    dispatch.finish(request_id=request.pk, minutes=60, by=by, at=later)
    dispatch.confirm(request_id=request.pk, way="PHONE", by=by, at=later)
    assert (make.coins_of(own), make.coins_of(helper.volunteer)) == (30, 90)
    assert earned(make.volunteer(community), NOW.date(), risk="A")[0] == 60


def test_a_festival_brings_more_points_on_its_days_only_and_never_more_coins(community: Any) -> None:
    first = NOW.date() + timedelta(days=10)
    set_to(community, "points_percent", 150, first)
    set_to(community, "points_percent", 100, first + timedelta(days=3))
    found = [earned(make.volunteer(community), first + timedelta(days=number)) for number in (-1, 0, 2, 3)]
    assert found == [(60, 10), (60, 15), (60, 15), (60, 10)]


def test_a_weighted_hour_says_when_and_by_what_in_both_languages_and_a_later_setting_changes_nothing(
    community: Any,
) -> None:
    day = NOW.date()
    set_to(community, "weight_b", 150, day)
    set_to(community, "points_percent", 150, day)
    row = make.served(make.volunteer(community), minutes=60, start=NOW, on=day, risk="B")
    set_to(community, "weight_b", 120, day + timedelta(days=1))
    row.refresh_from_db()
    assert row.weighed["coins"] == {
        "key": "weight_b", "percent": 150, "since": day.isoformat(), "source": "居委会决定",
    }  # fmt: skip
    with translation.override("en"):
        coins_en, points_en = row.weights
    with translation.override("zh-hans"):
        coins_zh, points_zh = row.weights
    assert (
        coins_en.startswith("Time coins × 150 %") and "居委会决定" in coins_en and f"{day.year}" in coins_en
    )
    assert points_en.startswith("Points × 150 %")
    assert "150" in coins_zh and f"{day.year}年{day.month}月{day.day}日" in coins_zh and "时间币" in coins_zh
    assert coins_zh in row.sentence and points_zh in row.sentences


def test_a_plain_hour_or_one_that_earned_nothing_tells_of_no_weight(community: Any) -> None:
    day = NOW.date()
    assert make.served(make.volunteer(community), start=NOW, on=day, risk="B").weighed == {}
    set_to(community, "weight_b", 150, day)
    short = make.served(make.volunteer(community), minutes=10, start=NOW, on=day, risk="B")
    assert (short.coins, short.weighed) == (0, {})


@pytest.mark.parametrize("value", [0, 49, 301])
def test_a_weight_stays_within_its_limits(community: Any, value: int) -> None:
    with pytest.raises(DomainError):
        set_to(community, "weight_a", value, NOW.date())
