"""The whole loop by REST, every write once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from carenet.ledger.models import Account
from carenet.webkit import once
from services.actions import dispatch
from services.models import ServiceRequest, Visit
from tests import make
from tests.make import api_for


def send(client: Any, url: str, key: str = "", **data: Any) -> Any:
    return client.post(url, data, format="json", headers={"Idempotency-Key": key or once.new_key()})


def url(name: str, *args: Any) -> str:
    return reverse(f"api-services:{name}", args=args)


def test_the_loop_closes_by_rest(community: Any, staff: Any) -> None:
    helper = make.helper(community, name="周帮手")
    elder = make.elder(community)
    office, volunteer = api_for(staff), api_for(helper.user)
    taken = send(office, url("request-list"), elder=elder.pk, kind="COMP", note="请敲门")
    assert taken.status_code == 201
    pk = taken.json()["id"]
    found = send(office, url("request-propose", pk)).json()
    assert [each["name"] for each in found["candidates"]] == ["周帮手"]
    assert any("米" in reason for reason in found["candidates"][0]["reasons"])
    send(office, url("request-offer", pk), helper=found["candidates"][0]["helper"])
    offers = volunteer.get(url("offer-list")).json()["results"]
    assert len(offers) == 1
    assert elder.person.name not in str(offers)
    accepted = send(volunteer, url("offer-accept", offers[0]["id"]))
    assert accepted.json()["state"] == "ACCEPTED"
    assert accepted.json()["elder_name"] == elder.person.name
    assert send(volunteer, url("request-start", pk)).json()["state"] == "IN_PROGRESS"
    assert send(volunteer, url("request-finish", pk), minutes=60).json()["state"] == "DONE"
    confirmed = send(office, url("request-confirm", pk), way="PHONE").json()
    assert confirmed["state"] == "CONFIRMED"
    assert confirmed["settlement"]["points"] == 10
    assert send(office, url("request-rate", pk), stars=5).status_code == 201
    assert Account.objects.get(code=helper.volunteer.account_code, unit="MINUTE").balance == 60
    verbs = [each["verb"] for each in office.get(url("request-detail", pk)).json()["trail"]]
    assert verbs[0] == "take"
    assert {"accept", "finish", "confirm", "settle", "rate"} <= set(verbs)


def test_a_write_without_a_key_is_refused_and_with_the_same_key_counts_once(
    community: Any, staff: Any
) -> None:
    elder, office = make.elder(community), api_for(staff)
    assert (
        office.post(url("request-list"), {"elder": elder.pk, "kind": "COMP"}, format="json").status_code
        == 400
    )
    first = send(office, url("request-list"), key="k1", elder=elder.pk, kind="COMP")
    again = send(office, url("request-list"), key="k1", elder=elder.pk, kind="COMP")
    assert first.json() == again.json()
    assert ServiceRequest.objects.count() == 1
    assert send(office, url("request-list"), key="k1", elder=elder.pk, kind="SHOP").status_code == 409


def test_a_lost_race_is_a_409_with_the_name(community: Any, staff: Any, director: Any) -> None:
    alarm = make.alarm(make.elder(community))
    dispatch.claim(request_id=alarm.pk, by=director, at=timezone.now())
    answer = send(api_for(staff), url("request-claim", alarm.pk))
    assert answer.status_code == 409
    assert answer.json()["code"] == "already_taken"
    assert "张站长" in answer.json()["message"]


def test_alarms_from_another_system_join_the_open_one(community: Any, staff: Any) -> None:
    elder, office = make.elder(community), api_for(staff)
    ids = {send(office, url("alarm-list"), elder=elder.pk, channel="DEVICE").json()["id"] for _ in range(3)}
    assert len(ids) == 1


def test_a_visit_by_rest_keeps_its_three_times_and_hides_its_note(community: Any, worker: Any) -> None:
    elder, phone = make.elder(community), api_for(worker)
    at = (timezone.now() - timedelta(days=2)).isoformat()
    answer = send(
        phone, url("visit-list"), key="phone-uuid", elder=elder.pk, seen="SEEN", mood="POOR", findings=["FALL"],
        note="私密", visited_at=at, device_at=at,
    )  # fmt: skip
    assert answer.status_code == 201
    body = answer.json()
    assert body["is_late"]
    assert body["follow_ups"] == ["FALL", "POOR"]
    assert "私密" not in str(body)
    assert Visit.objects.get().note() == "私密"


def test_rest_shows_a_stranger_nothing(community: Any, stranger: Any) -> None:
    request = make.request(make.elder(community))
    outside = api_for(stranger)
    assert outside.get(url("request-detail", request.pk)).status_code == 404
    assert outside.get(url("request-list")).json()["results"] == []
    assert send(outside, url("request-list"), elder=request.elder_id, kind="COMP").status_code == 404


def test_a_volunteer_sees_by_rest_only_what_was_offered(community: Any, staff: Any) -> None:
    helper = make.helper(community)
    make.request(make.elder(community))
    mine = make.request(make.elder(community))
    dispatch.offer(request_id=mine.pk, helper_id=helper.pk, by=staff, at=timezone.now())
    rows = api_for(helper.user).get(url("request-list")).json()["results"]
    assert [each["id"] for each in rows] == [mine.pk]
