"""The health home's pages and REST: typed by hand, in a line, by devices, from a clinic's FHIR file."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.audit.models import Note, ReadLog
from carenet.parties import scope
from carenet.parties.models import Community
from carenet.webkit import once
from elders import reports as stories
from elders.actions import health, measurements, rounds
from elders.actions.measurements import Reading
from elders.models import Concern, Elder, Measurement, RoundLine
from elders.reports import fhir
from tests import make


def measured(elder: Elder, kind: str, value: Any, second: Any = None, *, by: User, days: int = 0) -> Measurement:
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
    assert shown in client.get(reverse("elders:health-file", args=[elder.pk]) + f"?tab={tab}").content.decode()


def test_another_disease_needs_words(community: Community, staff: User, client_for: Any) -> None:
    elder = make.elder(community)
    answer = post(client_for(staff), "health-do", [elder.pk, "condition"], {"code": "OTHER", "source": "TOLD"})
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
    community: Community, staff: User, client_for: Any, django_assert_max_num_queries: Any, tab: str
) -> None:
    client = client_for(staff)
    for count in (2, 9):
        for _ in range(count):
            elder = make.elder(community)
            health.note_condition(elder=elder, code="DIABETES", by=staff, at=make.NOW)
            health.note_plan(elder=elder, words="x", since=make.NOW.date(), review_on=make.NOW.date(), by=staff, at=make.NOW)
            measured(elder, "BP", 186, 112, by=staff)
        with django_assert_max_num_queries(34):
            page = client.get(reverse("elders:health") + f"?tab={tab}")
        assert page.status_code == 200
    answer = client.get(reverse("elders:health") + f"?tab={tab}&format=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).active
    assert sheet.max_row == 12


# --- service day ---------------------------------------------------------------------------------
def test_a_line_is_typed_in_row_by_row_and_a_fault_keeps_only_its_own_number(
    community: Community, staff: User, client_for: Any
) -> None:
    people = [make.elder(community) for _ in range(3)]
    row = rounds.open_round(community=community, on=timezone.localdate(), kinds=["BP", "HEART_RATE"], elders=people, by=staff, at=timezone.now())  # fmt: skip
    first, second, third = RoundLine.objects.order_by("position")
    client = client_for(staff)
    saved = post(client, "round-line", [row.pk, first.pk], {"BP": "128", "BP2": "76", "HEART_RATE": "70"})
    assert saved.url.endswith(f"?at={second.pk}#line-{second.pk}")
    faulty = post(client, "round-line", [row.pk, second.pk], {"BP": "12x", "BP2": "76", "HEART_RATE": "72"})
    assert faulty.url.endswith(f"#line-{second.pk}")
    page = client.get(reverse("elders:round", args=[row.pk])).content.decode()
    assert 'value="12x"' in page and "128/76 mmHg" in page
    assert sorted(Measurement.objects.values_list("elder_id", "kind")) == sorted(
        [(people[0].pk, "BP"), (people[0].pk, "HEART_RATE"), (people[1].pk, "HEART_RATE")]
    )
    mended = post(client, "round-line", [row.pk, second.pk], {"BP": "138", "BP2": "76"})
    assert mended.url.endswith(f"#line-{third.pk}")
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


def test_a_paper_list_is_entered_late_with_its_true_day(community: Community, staff: User, client_for: Any) -> None:
    day = timezone.localdate() - timedelta(days=9)
    client = client_for(staff)
    elder = make.elder(community)
    made = post(client, "rounds", [], {"on": day.isoformat(), "kinds": ["BP"], "who": "all", "building": elder.building_id})
    assert made.status_code == 302, made.content.decode()
    line = RoundLine.objects.get()
    post(client, "round-line", [line.round_id, line.pk], {"BP": "196", "BP2": "112", "confirmed": "yes"})
    assert timezone.localdate(Measurement.objects.get().taken_at) == day
    assert not Concern.objects.filter(kind="HEALTH_LIMIT").exists()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert post(client, "rounds", [], {"on": tomorrow, "kinds": ["BP"]}).status_code == 422


def test_people_are_found_by_name_added_and_taken_off(community: Community, staff: User, client_for: Any) -> None:
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


# --- devices -------------------------------------------------------------------------------------
def rest(api: Any, name: str, args: list[Any], data: Any, key: str = "") -> Any:
    return api.post(
        reverse(f"api-elders:{name}", args=args), data, format="json",
        headers={"Idempotency-Key": key or once.new_key()},
    )  # fmt: skip


def test_a_device_batch_is_answered_row_by_row_and_may_be_sent_again(
    community: Community, staff: User, api_for: Any, other_community: Community
) -> None:
    with scope.within([community.pk, other_community.pk]):
        stranger = make.elder(other_community)
    elder, api, at = make.elder(community), api_for(staff), timezone.now().isoformat()
    body = {
        "device": "gw-1",
        "readings": [
            {"elder": elder.pk, "key": "1", "kind": "OXYGEN", "value": "84", "taken_at": at},
            {"elder": elder.pk, "key": "2", "kind": "BP", "value": "500", "second": "80", "taken_at": at},
            {"elder": stranger.pk, "key": "3", "kind": "OXYGEN", "value": "97", "taken_at": at},
        ],
    }
    for expected in ("saved", "repeated"):
        answer = rest(api, "device-readings", [], body)
        assert answer.status_code == 200, answer.data
        assert [(each["status"], each["code"]) for each in answer.data["results"]] == [
            (expected, ""), ("refused", "impossible_value"), ("refused", "unknown_elder"),
        ]  # fmt: skip
    assert Concern.objects.filter(kind="HEALTH_LIMIT").count() == 1
    without_key = api.post(reverse("api-elders:device-readings"), body, format="json")
    assert without_key.status_code == 400


def test_an_unusual_reading_by_hand_answers_409_until_it_is_confirmed(
    community: Community, staff: User, api_for: Any
) -> None:
    elder, api = make.elder(community), api_for(staff)
    body = {"kind": "TEMPERATURE", "value": "40.2", "taken_at": timezone.now().isoformat()}
    asked = rest(api, "readings", [elder.pk], body)
    assert (asked.status_code, asked.data["code"]) == (409, "unusual_value")
    saved = rest(api, "readings", [elder.pk], {**body, "confirmed": True})
    assert (saved.status_code, saved.data["text"]) == (201, "40.2 °C")
    assert [each["text"] for each in api.get(reverse("api-elders:readings", args=[elder.pk])).data] == ["40.2 °C"]


# --- FHIR ----------------------------------------------------------------------------------------
EVERY = [
    ("BP", 128, 76), ("HEART_RATE", 70, None), ("GLUCOSE_FASTING", "6.1", None), ("GLUCOSE_AFTER", "7.8", None),
    ("OXYGEN", 97, None), ("TEMPERATURE", "36.5", None), ("WEIGHT", "62.4", None),
]  # fmt: skip


def test_a_fhir_bundle_travels_to_another_file_and_back_the_same(
    community: Community, staff: User, client_for: Any
) -> None:
    source, target, client = make.elder(community), make.elder(community), client_for(staff)
    for kind, value, second in EVERY:
        measured(source, kind, value, second, by=staff, days=1)
    answer = client.get(reverse("elders:health-fhir", args=[source.pk]))
    assert answer["Content-Type"].startswith("application/fhir+json")
    assert Note.objects.filter(verb="elders.health_exported").exists()
    upload = SimpleUploadedFile("b.json", answer.content, "application/json")
    taken = post(client, "health-fhir-import", [target.pk], {"file": upload})
    assert taken.status_code == 302, taken.content.decode()
    facts = ("kind", "value", "second", "taken_at__date")
    rows = Measurement.objects.filter(elder=target)
    assert sorted(rows.values_list(*facts)) == sorted(Measurement.objects.filter(elder=source).values_list(*facts))
    again = SimpleUploadedFile("b.json", answer.content, "application/json")
    post(client, "health-fhir-import", [target.pk], {"file": again})
    assert rows.count() == len(EVERY)


def test_every_observation_follows_the_vital_signs_profile(community: Community, staff: User) -> None:
    elder = make.elder(community)
    rows = [measured(elder, kind, value, second, by=staff) for kind, value, second in EVERY]
    found = fhir.bundle(elder, rows, at=make.NOW)
    assert (found["resourceType"], found["type"]) == ("Bundle", "collection")
    assert len({each["fullUrl"] for each in found["entry"]}) == len(EVERY) + 1
    patient, *observations = (each["resource"] for each in found["entry"])
    assert "telecom" not in patient and json.dumps(patient).count("identifier") == 1
    codes = {}
    for each in observations:
        assert each["status"] == "final"
        assert each["subject"]["reference"] == f"Patient/{patient['id']}"
        assert each["effectiveDateTime"].endswith("+08:00")
        assert ("valueQuantity" in each) != ("component" in each)
        for quantity in [each.get("valueQuantity"), *(part["valueQuantity"] for part in each.get("component", []))]:
            assert quantity is None or (quantity["system"] == "http://unitsofmeasure.org" and quantity["code"])
        codes[each["code"]["coding"][0]["code"]] = each
    assert set(codes) == {"85354-9", "8867-4", "76629-5", "14760-3", "59408-5", "8310-5", "29463-7"}
    pressure = codes["85354-9"]["component"]
    assert [(each["code"]["coding"][0]["code"], each["valueQuantity"]["value"]) for each in pressure] == [
        ("8480-6", 128), ("8462-4", 76),
    ]  # fmt: skip
    assert codes["8310-5"]["valueQuantity"] == {
        "value": 36.5, "unit": "°C", "system": "http://unitsofmeasure.org", "code": "Cel",
    }  # fmt: skip


def test_faulty_entries_are_told_by_their_place_and_the_good_ones_kept(
    community: Community, staff: User, api_for: Any
) -> None:
    elder = make.elder(community)
    good = fhir.observation(measured(make.elder(community), "HEART_RATE", 70, by=staff))
    entries = [
        good, {**good, "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}},
        {**good, "valueQuantity": {"value": 70, "unit": "Hz", "code": "Hz"}}, {**good, "status": "entered-in-error"},
        {**good, "valueQuantity": {"value": 900, "code": "/min"}, "id": "x", "identifier": []}, {"resourceType": "Observation"},
        {**good, "effectiveDateTime": "gestern"},
    ]  # fmt: skip
    body = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in entries]}
    answer = rest(api_for(staff), "observations", [elder.pk], body)
    assert [each["status"] for each in answer.data["results"]] == ["saved", *["refused"] * 6]
    assert all(each["message"] for each in answer.data["results"][1:])
    nonsense = rest(api_for(staff), "observations", [elder.pk], {"resourceType": "Patient"})
    assert (nonsense.status_code, nonsense.data["code"]) == (409, "not_a_bundle")


def test_the_story_tells_that_somebody_was_measured_without_the_numbers(community: Community, staff: User) -> None:
    elder = make.elder(community)
    measured(elder, "BP", 128, 76, by=staff)
    lines = stories.timeline(elder, before=timezone.now() + timedelta(minutes=1))
    line = next(each for each in lines if each.kind == "MEASURED")
    assert "128" not in line.title + line.detail


# --- office register -----------------------------------------------------------------------------
def test_the_director_sets_the_stations_limit_in_the_office_and_the_committee_may_not(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    address = reverse("admin:elders_healthlimit_add")
    data = {
        "kind": "GLUCOSE_FASTING", "part": "FIRST", "low_text": "", "high_text": "13.9", "valid_from": "2026-01-01",
        "source": "站内规定", "idempotency_key": once.new_key(),
    }  # fmt: skip
    assert client_for(staff).post(address, data).status_code == 403
    answer = client_for(director).post(address, {**data, "idempotency_key": once.new_key()})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    measured(make.elder(community), "GLUCOSE_FASTING", "14.0", by=staff)
    assert Concern.objects.filter(kind="HEALTH_LIMIT").count() == 1


@pytest.mark.parametrize("name", ["measurement", "condition", "medicine", "allergy", "treatmentplan", "letter", "healthlimit"])
def test_the_office_registers_open_and_log_the_look(
    community: Community, staff: User, client_for: Any, name: str
) -> None:
    elder = make.elder(community)
    measured(elder, "BP", 128, 76, by=staff)
    page = client_for(staff).get(reverse(f"admin:elders_{name}_changelist"))
    assert page.status_code == 200
    if name == "measurement":
        assert "128/76 mmHg" in page.content.decode()
        assert ReadLog.objects.filter(user=staff, person_id=elder.person_id).exists()
