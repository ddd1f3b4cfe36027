"""Readings of devices by REST, a clinic's FHIR file, and the office registers of the health home."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.models import User
from carenet.audit.models import Note, ReadLog
from carenet.exports.models import Export
from carenet.parties import scope
from carenet.parties.models import Community
from carenet.webkit import once
from elders import reports as stories
from elders.actions import measurements
from elders.actions.measurements import Reading
from elders.models import Concern, Elder, Measurement
from elders.reports import fhir
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
    assert [each["text"] for each in api.get(reverse("api-elders:readings", args=[elder.pk])).data] == [
        "40.2 °C"
    ]


# --- FHIR ----------------------------------------------------------------------------------------
EVERY = [
    ("BP", 128, 76), ("HEART_RATE", 70, None), ("GLUCOSE_FASTING", "6.1", None), ("GLUCOSE_AFTER", "7.8", None),
    ("OXYGEN", 97, None), ("TEMPERATURE", "36.5", None), ("WEIGHT", "62.4", None),
]  # fmt: skip


def test_a_fhir_bundle_travels_to_another_file_and_back_the_same(
    community: Community, staff: User, director: User, client_for: Any
) -> None:
    source, target, client = make.elder(community), make.elder(community), client_for(staff)
    for kind, value, second in EVERY:
        measured(source, kind, value, second, by=staff, days=1)
    bundle = exported(staff, reverse("elders:health-fhir", args=[source.pk]), director)
    assert Export.objects.get().mime.startswith("application/fhir+json")
    assert Note.objects.filter(verb="elders.health_exported").exists()
    upload = SimpleUploadedFile("b.json", bundle, "application/json")
    taken = post(client, "health-fhir-import", [target.pk], {"file": upload})
    assert taken.status_code == 302, taken.content.decode()
    facts = ("kind", "value", "second", "taken_at__date")
    rows = Measurement.objects.filter(elder=target)
    assert sorted(rows.values_list(*facts)) == sorted(
        Measurement.objects.filter(elder=source).values_list(*facts)
    )
    again = SimpleUploadedFile("b.json", bundle, "application/json")
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
        for quantity in [
            each.get("valueQuantity"),
            *(part["valueQuantity"] for part in each.get("component", [])),
        ]:
            assert quantity is None or (
                quantity["system"] == "http://unitsofmeasure.org" and quantity["code"]
            )
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


def test_the_story_tells_that_somebody_was_measured_without_the_numbers(
    community: Community, staff: User
) -> None:
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


@pytest.mark.parametrize(
    "name", ["measurement", "condition", "medicine", "allergy", "treatmentplan", "letter", "healthlimit"]
)
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
