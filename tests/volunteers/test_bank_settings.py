"""A setting of the bank: within limits, from a day on; what is planned stays; the page speaks in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from carenet.webkit import once
from tests.make import NOW
from tests.volunteers.purse import TODAY
from volunteers.actions import settings
from volunteers.models import Policy
from volunteers.states import SETTINGS
from volunteers.states_bank import ASK, STOP, TO_POOL


def put(community: Any, by: Any, key: str, value: int, on: date = TODAY, **more: Any) -> Policy:
    return settings.set_value(
        community=community, key=key, value=value, valid_from=on, source="居民会议", by=by, at=NOW, **more
    )


def holds(community: Any, key: str, *days: int) -> list[int]:
    return [Policy.objects.values_on(community, TODAY + timedelta(days=each))[key] for each in days]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("points_per_hour", -1),
        ("balance_cap_minutes", 0),
        ("call_back_percent", 101),
        ("balance_overflow", 3),
    ],
)
def test_a_value_outside_its_limits_is_refused_by_the_action_and_by_the_database(
    community: Any, director: Any, key: str, value: int
) -> None:
    with pytest.raises(settings.OutOfRange, match=str(SETTINGS[key].high)):
        put(community, director, key, value)
    with pytest.raises(IntegrityError, match="volunteers_policy"), transaction.atomic():
        Policy.objects.create(community=community, key=key, value=value, valid_from=TODAY, source="x")


def test_every_default_lies_within_its_own_limits_and_order() -> None:
    assert [key for key, each in SETTINGS.items() if not each.low <= each.default <= each.high] == []
    assert [pair for pair in settings.IN_ORDER if SETTINGS[pair[0]].default > SETTINGS[pair[1]].default] == []


def test_the_last_warning_cannot_come_before_the_first(community: Any, director: Any) -> None:
    with pytest.raises(settings.NotInOrder, match="60"):
        put(community, director, "expiry_last_warning", 61)
    put(community, director, "expiry_first_warning", 90)
    put(community, director, "expiry_last_warning", 61)


def test_a_new_value_leaves_a_planned_one_where_it_is(community: Any, director: Any) -> None:
    put(community, director, "points_per_hour", 12)
    put(community, director, "points_per_hour", 20, TODAY + timedelta(days=30))
    put(community, director, "points_per_hour", 15, TODAY + timedelta(days=10))
    assert holds(community, "points_per_hour", 0, 9, 10, 29, 30, 400) == [12, 12, 15, 15, 20, 20]


def test_a_planned_value_is_replaced_only_by_who_says_so_and_can_be_taken_back(
    community: Any, director: Any
) -> None:
    later = TODAY + timedelta(days=30)
    put(community, director, "points_per_hour", 12)
    put(community, director, "points_per_hour", 20, later)
    with pytest.raises(settings.AlreadyPlanned, match="20"):
        put(community, director, "points_per_hour", 25, later)
    planned = put(community, director, "points_per_hour", 25, later, replace=True)
    assert holds(community, "points_per_hour", 29, 30) == [12, 25]
    settings.withdraw(policy=planned, by=director, at=NOW)
    settings.withdraw(policy=planned, by=director, at=NOW)
    assert holds(community, "points_per_hour", 29, 30) == [12, 12]
    with pytest.raises(settings.AlreadyBegun):
        settings.withdraw(policy=Policy.objects.get(key="points_per_hour"), by=director, at=NOW)


def test_a_wrong_value_of_today_is_corrected_and_the_history_keeps_it(community: Any, director: Any) -> None:
    put(community, director, "points_per_hour", 120)
    put(community, director, "points_per_hour", 12)
    assert Policy.objects.get(key="points_per_hour").value == 12
    kept = Policy.pgh_event_model.objects.filter(key="points_per_hour").order_by("pgh_id")  # type: ignore[attr-defined]
    assert list(kept.values_list("value", flat=True)) == [120, 12]


def test_the_rules_page_says_what_a_choice_means_and_asks_before_a_planned_value_goes(
    client_for: Any, community: Any, director: Any
) -> None:
    client, key = client_for(director), "balance_overflow"
    page = reverse("volunteers:rule", args=[key])
    later = timezone.localdate() + timedelta(days=30)

    def fill(**fields: Any) -> int:
        facts = {"source": "居民会议", "valid_from": later.isoformat(), "idempotency_key": once.new_key()}
        return client.post(page, facts | fields).status_code

    def shown(address: str, value: int) -> bool:
        with translation.override("zh-hans"):
            return SETTINGS[key].words(value) in client.get(address).content.decode()

    assert shown(reverse("volunteers:rules"), ASK) and not shown(reverse("volunteers:rules"), TO_POOL)
    assert fill(value=9) == 422 and not Policy.objects.exists()
    assert fill(value=TO_POOL) == 302
    assert fill(value=STOP) == 422 and Policy.objects.get().value == TO_POOL
    assert fill(value=STOP, replace="on") == 302 and Policy.objects.get().value == STOP
    assert shown(reverse("volunteers:rules"), STOP)
    assert fill(withdraw=Policy.objects.get().pk) == 302
    assert not Policy.objects.exists()
