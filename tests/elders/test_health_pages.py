"""The health home's pages and REST: typed by hand, in a line, by devices, from a clinic's FHIR file."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import health, measurements, rounds
from elders.actions.measurements import Reading
from elders.models import Concern, Elder, Measurement, RoundLine
from tests import make
from tests.make.exports import exported


def measured(
    elder: Elder, kind: str, value: Any, second: Any = None, *, by: User, days: int = 0
) -> Measurement:
    at = timezone.now()
    found = Reading(
        elder_id=elder.pk, kind=kind, value=value, second=second, taken_at=at - timedelta(days=days),
        source_key=f"p:{elder.pk}:{kind}:{days}", confirmed=True,
    )  # fmt: skip
    return measurements.record(elder=elder, reading=found, channel="HAND", by=by, at=at)


def post(client: Any, name: str, args: list[Any], data: dict[str, Any], **more: Any) -> Any:
    return client.post(
        reverse(f"elders:{name}", args=args), {**data, "idempotency_key": once.new_key()}, **more
    )


# --- by hand -------------------------------------------------------------------------------------
def test_numbers_are_typed_on_the_elders_page_and_written_to_the_read_log(
    community: Community, staff: User, client_for: Any
) -> None:
    elder, client = make.elder(community), client_for(staff)
    today = timezone.localdate().isoformat()
    answer = post(
        client, "health-measure", [elder.pk],
        {"systolic": "１２８", "diastolic": "76", "glucose": "7.8", "meal": "GLUCOSE_AFTER", "day": today},
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    assert sorted(Measurement.objects.values_list("kind", "value", "second")) == [
        ("BP", 128, 76), ("GLUCOSE_AFTER", 78, None),
    ]  # fmt: skip
    page = client.get(reverse("elders:health-file", args=[elder.pk]))
    assert "128/76 mmHg" in page.content.decode()
    assert ReadLog.objects.filter(user=staff, person_id=elder.person_id, fields__contains=["health"]).exists()


def test_an_unusual_number_keeps_the_whole_form_until_it_is_ticked(
    community: Community, staff: User, client_for: Any
) -> None:
    elder, client = make.elder(community), client_for(staff)
    data = {"temperature": "40.2", "heart_rate": "70", "day": timezone.localdate().isoformat()}
    asked = post(client, "health-measure", [elder.pk], data)
    assert asked.status_code == 422
    assert 'name="confirmed"' in asked.content.decode()
    assert not Measurement.objects.exists()
    assert post(client, "health-measure", [elder.pk], {**data, "confirmed": "on"}).status_code == 302
    assert Measurement.objects.count() == 2


def test_the_tick_is_not_offered_before_it_is_needed_and_impossible_cannot_be_ticked(
    community: Community, staff: User, client_for: Any
) -> None:
    elder, client = make.elder(community), client_for(staff)
    fresh = client.get(reverse("elders:health-measure", args=[elder.pk])).content.decode()
    assert 'name="confirmed"' not in fresh
    data = {"systolic": "400", "diastolic": "76", "day": timezone.localdate().isoformat(), "confirmed": "on"}
    assert post(client, "health-measure", [elder.pk], data).status_code == 422
    assert not Measurement.objects.exists()


def test_the_same_form_sent_twice_is_saved_once(community: Community, staff: User, client_for: Any) -> None:
    elder, client = make.elder(community), client_for(staff)
    data = {"heart_rate": "70", "day": timezone.localdate().isoformat(), "idempotency_key": once.new_key()}
    for _ in range(2):
        assert client.post(reverse("elders:health-measure", args=[elder.pk]), data).status_code == 302
    assert Measurement.objects.count() == 1


def test_a_reading_is_corrected_on_its_page_and_both_numbers_stay_visible(
    community: Community, staff: User, client_for: Any
) -> None:
    elder, client = make.elder(community), client_for(staff)
    wrong = measured(elder, "WEIGHT", "26.0", by=staff)
    without_reason = post(client, "health-correct", [elder.pk, wrong.pk], {"value": "62.0"})
    assert without_reason.status_code == 422
    answer = post(client, "health-correct", [elder.pk, wrong.pk], {"value": "62.0", "reason": "打反了"})
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(reverse("elders:health-file", args=[elder.pk]) + "?tab=readings").content.decode()
    assert "62.0 kg" in page and "26.0 kg" in page and "打反了" in page


@pytest.mark.parametrize(
    ("verb", "tab", "data", "shown"),
    [
        ("condition", "conditions", {"code": "OTHER", "words": "痛风", "source": "TOLD"}, "痛风"),
        ("medicine", "medicines", {"name": "氨氯地平", "dose": "5 mg", "times": "早上", "manager": "SELF"}, "氨氯地平"),
        ("allergy", "trends", {"substance": "青霉素", "severity": "SEVERE"}, "青霉素"),
        ("plan", "plans", {"words": "每月量血压", "since": "2026-01-05", "review_on": "2027-01-05"}, "每月量血压"),
    ],
)  # fmt: skip
def test_the_health_file_is_written_and_shown(
    community: Community, staff: User, client_for: Any, verb: str, tab: str, data: dict[str, str], shown: str
) -> None:
    elder, client = make.elder(community), client_for(staff)
    assert post(client, "health-do", [elder.pk, verb], data).status_code == 302
    assert (
        shown in client.get(reverse("elders:health-file", args=[elder.pk]) + f"?tab={tab}").content.decode()
    )


def test_another_disease_needs_words(community: Community, staff: User, client_for: Any) -> None:
    elder = make.elder(community)
    answer = post(
        client_for(staff), "health-do", [elder.pk, "condition"], {"code": "OTHER", "source": "TOLD"}
    )
    assert answer.status_code == 422


# --- lists ---------------------------------------------------------------------------------------
def test_the_health_home_lists_what_waits_and_what_was_done_closes_it(
    community: Community, staff: User, client_for: Any
) -> None:
    elder, client = make.elder(community), client_for(staff)
    measured(elder, "BP", 186, 112, by=staff)
    home = reverse("elders:health")
    assert "186/112 mmHg" in client.get(home).content.decode()
    concern = Concern.objects.get(kind="HEALTH_LIMIT")
    assert post(client, "health-handle", [concern.pk], {"outcome": ""}).status_code == 422
    assert post(client, "health-handle", [concern.pk], {"outcome": "已陪同就医"}).status_code == 302
    assert "186/112 mmHg" not in client.get(home).content.decode()
    assert post(client, "health-handle", [concern.pk], {"outcome": "再一次"}).status_code == 422


def test_people_with_high_blood_pressure_are_to_be_measured_after_thirty_days(
    community: Community, staff: User, client_for: Any
) -> None:
    never, late, fresh, healthy = (make.elder(community) for _ in range(4))
    for each in (never, late, fresh):
        health.note_condition(elder=each, code="HYPERTENSION", by=staff, at=make.NOW)
    measured(late, "BP", 130, 80, by=staff, days=31)
    measured(fresh, "BP", 130, 80, by=staff, days=29)
    page = client_for(staff).get(reverse("elders:health") + "?tab=measure")
    assert [each.pk for each in page.context["page"].items] == [never.pk, late.pk]
    assert healthy.person.name not in page.content.decode()


@pytest.mark.parametrize("tab", ["past", "measure", "plans", "new"])
def test_the_lists_cost_the_same_queries_for_any_number_and_export(
    community: Community,
    staff: User,
    director: User,
    client_for: Any,
    django_assert_max_num_queries: Any,
    tab: str,
) -> None:
    client = client_for(staff)
    for count in (2, 9):
        for _ in range(count):
            elder = make.elder(community)
            health.note_condition(elder=elder, code="DIABETES", by=staff, at=make.NOW)
            health.note_plan(
                elder=elder,
                words="x",
                since=make.NOW.date(),
                review_on=make.NOW.date(),
                by=staff,
                at=make.NOW,
            )
            measured(elder, "BP", 186, 112, by=staff)
        with django_assert_max_num_queries(34):
            page = client.get(reverse("elders:health") + f"?tab={tab}")
        assert page.status_code == 200
    url = reverse("elders:health") + f"?tab={tab}&format=xlsx"
    if tab == "measure":  # a work list: names and buildings, no health
        content = client.get(url).content
        assert load_workbook(io.BytesIO(content)).active.max_column == 4
        assert load_workbook(io.BytesIO(content)).active.max_row == 12
        url += "&columns=all"
    assert load_workbook(io.BytesIO(exported(staff, url, director))).active.max_row == 14


# --- service day ---------------------------------------------------------------------------------
def test_a_line_is_typed_in_row_by_row_and_a_fault_keeps_only_its_own_number(
    community: Community, staff: User, client_for: Any
) -> None:
    people = [make.elder(community) for _ in range(3)]
    row = rounds.open_round(community=community, on=timezone.localdate(), kinds=["BP", "HEART_RATE"], elders=people, by=staff, at=timezone.now())  # fmt: skip
    first, second, third = RoundLine.objects.order_by("position")
    client = client_for(staff)
    saved = post(client, "round-line", [row.pk, first.pk], {"BP": "128", "BP2": "76", "HEART_RATE": "70"})
    assert saved.url.endswith(f"?at={second.pk}")
    faulty = post(client, "round-line", [row.pk, second.pk], {"BP": "12x", "BP2": "76", "HEART_RATE": "72"})
    assert faulty.url.endswith(f"?at={second.pk}")
    page = client.get(reverse("elders:round", args=[row.pk])).content.decode()
    assert 'value="12x"' in page and "128/76 mmHg" in page
    assert sorted(Measurement.objects.values_list("elder_id", "kind")) == sorted(
        [(people[0].pk, "BP"), (people[0].pk, "HEART_RATE"), (people[1].pk, "HEART_RATE")]
    )
    mended = post(client, "round-line", [row.pk, second.pk], {"BP": "138", "BP2": "76"})
    assert mended.url.endswith(f"?at={third.pk}")
    second.refresh_from_db()
    assert second.typed == {}


def test_a_row_with_an_unusual_number_asks_and_is_saved_with_the_tick(
    community: Community, staff: User, client_for: Any
) -> None:
    row = rounds.open_round(community=community, on=timezone.localdate(), kinds=["OXYGEN"], elders=[make.elder(community)], by=staff, at=timezone.now())  # fmt: skip
    line, client = RoundLine.objects.get(), client_for(staff)
    post(client, "round-line", [row.pk, line.pk], {"OXYGEN": "85"})
    assert not Measurement.objects.exists()
    assert 'name="confirmed"' in client.get(reverse("elders:round", args=[row.pk])).content.decode()
    post(client, "round-line", [row.pk, line.pk], {"OXYGEN": "85", "confirmed": "yes"})
    assert Measurement.objects.get().is_unusual


def test_a_paper_list_is_entered_late_with_its_true_day(
    community: Community, staff: User, client_for: Any
) -> None:
    day = timezone.localdate() - timedelta(days=9)
    client = client_for(staff)
    elder = make.elder(community)
    made = post(
        client,
        "rounds",
        [],
        {"on": day.isoformat(), "kinds": ["BP"], "who": "all", "building": elder.building_id},
    )
    assert made.status_code == 302, made.content.decode()
    line = RoundLine.objects.get()
    post(client, "round-line", [line.round_id, line.pk], {"BP": "196", "BP2": "112", "confirmed": "yes"})
    assert timezone.localdate(Measurement.objects.get().taken_at) == day
    assert not Concern.objects.filter(kind="HEALTH_LIMIT").exists()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert post(client, "rounds", [], {"on": tomorrow, "kinds": ["BP"]}).status_code == 422


def test_people_are_found_by_name_added_and_taken_off(
    community: Community, staff: User, client_for: Any
) -> None:
    elder, client = make.elder(community, name="欧阳秀兰"), client_for(staff)
    row = rounds.open_round(community=community, on=timezone.localdate(), kinds=["BP"], elders=[], by=staff, at=timezone.now())  # fmt: skip
    assert "欧阳秀兰" in client.get(reverse("elders:round", args=[row.pk]) + "?q=欧阳").content.decode()
    for _ in range(2):
        post(client, "round-people", [row.pk], {"elder": elder.pk})
    line = RoundLine.objects.get()
    post(client, "round-people", [row.pk], {"remove": line.pk})
    assert "欧阳秀兰" not in client.get(reverse("elders:round", args=[row.pk])).content.decode()
    post(client, "round-people", [row.pk], {"elder": elder.pk})
    line.refresh_from_db()
    assert line.removed_at is None


def test_the_line_costs_the_same_queries_for_any_length(
    community: Community, staff: User, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(staff)
    for count in (3, 15):
        row = rounds.open_round(community=community, on=timezone.localdate(), kinds=["BP", "WEIGHT"], elders=[make.elder(community) for _ in range(count)], by=staff, at=timezone.now())  # fmt: skip
        with django_assert_max_num_queries(28):
            assert client.get(reverse("elders:round", args=[row.pk])).status_code == 200
