"""Time coins pay for help by REST: with the wish or afterwards, undone, and refused in one sentence."""

from __future__ import annotations

from typing import Any

from carenet.audit.models import ReadLog
from services.actions import dispatch
from services.models import CoinPayment, ServiceRequest
from tests import make
from tests.make import NOW, api_for
from tests.services.test_api import send, url


def test_a_wish_names_the_coins_that_pay(community: Any) -> None:
    elder, _own = make.saver(community, minutes=120)
    client = api_for(make.user("ELDER", community, person=elder.person))
    taken = send(client, url("request-list"), elder=elder.pk, kind="COMP", minutes=60, pay="OWN")
    assert taken.status_code == 201
    found = client.get(url("request-coins", taken.json()["id"])).json()
    assert (found["need"], found["chosen"]["purse"], found["chosen"]["state"]) == (60, "OWN", "CHOSEN")
    assert [(each["pay"], each["balance"], each["why_not"]) for each in found["purses"]] == [("OWN", 120, "")]


def test_a_wish_that_cannot_be_paid_is_not_taken_and_says_why(community: Any, staff: Any) -> None:
    elder, _own = make.saver(community, minutes=30)
    answer = send(api_for(staff), url("request-list"), elder=elder.pk, kind="COMP", minutes=60, pay="OWN")
    assert (answer.status_code, answer.json()["code"]) == (409, "coins_short")
    assert "30" in answer.json()["message"] and not ServiceRequest.objects.exists()
    unknown = send(api_for(staff), url("request-list"), elder=elder.pk, kind="COMP", minutes=60, pay="GRANT")
    assert unknown.json()["code"] == "no_such_purse"


def test_the_office_chooses_changes_and_undoes_by_rest(community: Any, staff: Any) -> None:
    elder, own = make.saver(community, minutes=120)
    _user, daughter = make.daughter_of(elder, minutes=90)
    request, office = make.request(elder, minutes=60), api_for(staff)
    page = url("request-coins", request.pk)
    assert office.get(page).json()["chosen"] is None
    relative = f"RELATIVE-{daughter.pk}"
    assert {each["pay"] for each in office.get(page).json()["purses"]} == {"OWN", relative}
    assert ReadLog.objects.filter(person_id=daughter.person_id).exists()
    assert send(office, page, pay=relative).json()["chosen"]["purse"] == "RELATIVE"
    assert send(office, page, pay="OWN").json()["chosen"]["purse"] == "OWN"
    dispatch.offer(request_id=request.pk, helper_id=make.helper(community).pk, by=staff, at=NOW)
    assert make.coins_of(own) == 60
    for _twice in range(2):
        assert send(office, page, pay="").json()["chosen"] is None
    assert (make.coins_of(own), make.coins_of(daughter)) == (120, 90)
    assert CoinPayment.objects.filter(state="DROPPED").count() == CoinPayment.objects.count() == 2


def test_each_purse_says_why_it_cannot_pay_and_nobody_elses_is_shown(community: Any) -> None:
    elder, _own = make.saver(community, minutes=15)
    user, daughter = make.daughter_of(elder, minutes=90)
    request = make.request(elder, minutes=60)
    elders = api_for(make.user("ELDER", community, person=elder.person))
    (row,) = elders.get(url("request-coins", request.pk)).json()["purses"]
    assert row["pay"] == "OWN" and "15" in row["why_not"]
    family = api_for(user).get(url("request-coins", request.pk)).json()["purses"]
    assert {each["pay"] for each in family} == {"OWN", f"RELATIVE-{daughter.pk}"}
    stranger = api_for(make.user("ELDER", community, person=make.elder(community).person))
    assert stranger.get(url("request-coins", request.pk)).status_code == 404
    refused = send(elders, url("request-coins", request.pk), pay=f"RELATIVE-{daughter.pk}")
    assert refused.status_code in (403, 404)
