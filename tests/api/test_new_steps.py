"""Steps of the loop by REST and what they refuse: the help card, opening a fund, answering minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from carenet.parties import scope
from carenet.webkit import once
from charity.models import Fund
from services.actions import one_tap
from services.models import RequestEvent, ServiceRequest
from tests import make
from tests.make import NOW, api_for

ROOT = "/api/v1/"
FUND = {"name": "助餐专项", "source": "DONATION", "purpose": "老年助餐", "pays_services": True}


def send(client: Any, path: str, key: str = "", **data: Any) -> Any:
    headers = {"Idempotency-Key": key or once.new_key()}
    return client.post(ROOT + path, data, format="json", headers=headers)


class Visitor(APIClient):
    """Nobody, on the card's address; afterwards the test sees its community again."""

    def __init__(self, community: Any) -> None:
        super().__init__()
        self.community = community

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().generic(*args, **kwargs)
        scope.set_for_transaction([self.community.pk])
        return answer


# --- the help card ---------------------------------------------------------------------------------------
@pytest.fixture
def card(community: Any, staff: Any) -> Any:
    elder = make.elder(community)
    return send(api_for(staff), f"elders/{elder.pk}/help-card/").json()


def test_printing_the_card_twice_gives_the_same_card_and_a_revoked_one_is_unknown(
    community: Any, staff: Any
) -> None:
    elder, office = make.elder(community), api_for(staff)
    first, second = (send(office, f"elders/{elder.pk}/help-card/").json() for _ in range(2))
    assert first["token"] == second["token"]
    assert first["url"].endswith(f"/help/{first['token']}/")
    assert send(office, f"elders/{elder.pk}/help-card/revoke/").status_code == 204
    assert send(office, f"elders/{elder.pk}/help-card/revoke/").status_code == 404
    path = f"help/{first['token']}/"
    assert Visitor(community).get(ROOT + path).status_code == 404
    assert send(Visitor(community), path).status_code == 404


def test_one_key_of_a_card_is_one_press_and_a_press_without_a_key_is_never_lost(
    community: Any, card: Any
) -> None:
    visitor, path = Visitor(community), f"help/{card['token']}/"
    for _again in range(3):
        assert send(visitor, path, "a").json()["is_open"] is True
    alarm = ServiceRequest.objects.alarms().get()
    assert RequestEvent.objects.filter(request=alarm, key__startswith="press:").count() == 1
    assert visitor.post(ROOT + path).status_code == 201
    assert RequestEvent.objects.filter(request=alarm, key__startswith="press:").count() == 2
    assert ServiceRequest.objects.alarms().count() == 1


def test_saying_fine_by_rest_keeps_the_call_open(community: Any, card: Any) -> None:
    visitor, path = Visitor(community), f"help/{card['token']}/"
    assert send(visitor, path + "fine/").json()["said_fine_at"] is None  # nothing to take back
    send(visitor, path)
    answer = send(visitor, path + "fine/")
    assert answer.json()["said_fine_at"]
    assert answer.json()["is_open"] is True
    assert answer["Cache-Control"] == "no-store"


def test_too_many_new_calls_of_one_card_are_sent_to_the_telephone(
    community: Any, staff: Any, card: Any, monkeypatch: Any
) -> None:
    from django.utils import timezone

    from services.actions import escalation

    monkeypatch.setattr(one_tap, "NEW_ALARMS", 1)
    path = f"help/{card['token']}/"
    assert send(Visitor(community), path).status_code == 201
    assert send(Visitor(community), path).status_code == 201  # joins the open call
    alarm = ServiceRequest.objects.alarms().get()
    escalation.resolve(request_id=alarm.pk, outcome="TEST", words="", by=staff, at=timezone.now())
    refused = send(Visitor(community), path)
    assert (refused.status_code, refused.json()["code"]) == (429, "pressed_often")
    assert refused.json()["phone"] == community.phone


def test_nobody_else_prints_a_card(community: Any, stranger: Any, auditor: Any) -> None:
    elder = make.elder(community)
    for other in (stranger, auditor, make.user("VOLUNTEER", community)):
        assert send(api_for(other), f"elders/{elder.pk}/help-card/").status_code == 404


# --- funds -----------------------------------------------------------------------------------------------
def test_the_director_opens_a_fund_once(community: Any, director: Any) -> None:
    office = api_for(director)
    made = [send(office, "funds/", "k", **FUND, restricted_kinds=["CLEAN"]) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201]
    assert made[0].json() == made[1].json()
    fund = Fund.objects.get(name="助餐专项")
    assert (fund.purpose, fund.restricted_kinds, fund.pays_services) == ("老年助餐", ["CLEAN"], True)
    assert made[0].json()["balance_fen"] == 0


def test_a_fund_needs_a_purpose_a_right_and_kinds_that_exist(
    community: Any, director: Any, staff: Any, stranger: Any
) -> None:
    assert send(api_for(staff), "funds/", **FUND).status_code == 403
    assert send(api_for(director), "funds/", **{**FUND, "purpose": ""}).json()["fields"].keys() == {"purpose"}
    wrong = send(api_for(director), "funds/", **FUND, restricted_kinds=["SOS"])
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["restricted_kinds"])
    assert api_for(director).post(ROOT + "funds/", FUND, format="json").status_code == 400  # no key
    assert not Fund.objects.filter(name="助餐专项").exists()


# --- minutes ---------------------------------------------------------------------------------------------
def circulated(community: Any, by: Any) -> Any:
    from meetings.actions import calendar, minutes

    meeting = make.open_meeting(community, by, "COMMUNITY", "SOCIAL_WORKER", "CHARITY")
    drafted = minutes.draft(meeting=meeting, by=by, at=NOW)
    calendar.close(meeting=meeting, by=by, at=NOW)
    minutes.circulate(minutes=drafted, by=by, at=NOW)
    return meeting


def test_minutes_are_answered_by_the_parties_and_an_objection_says_what(
    community: Any, staff: Any, stranger: Any
) -> None:
    meeting, office = circulated(community, staff), api_for(staff)
    path = f"meetings/{meeting.pk}/minutes/comments/"
    there = meeting.attendances.first().organisation_id
    empty = send(office, path, organisation=there, agrees=False, words=" ")
    assert (empty.status_code, list(empty.json()["fields"])) == (400, ["words"])
    made = send(office, path, organisation=there, agrees=False, words="第 2 条的日期不对")
    assert (made.status_code, made.json()["words"]) == (201, "第 2 条的日期不对")
    refused = send(office, f"meetings/{meeting.pk}/minutes/", step="confirm")
    assert refused.status_code == 409
    draft_only = make.open_meeting(community, staff, "COMMUNITY", month=(NOW + timedelta(days=70)).date())
    none_yet = send(office, f"meetings/{draft_only.pk}/minutes/comments/", organisation=there, agrees=True)
    assert none_yet.status_code == 404
    assert send(api_for(stranger), path, organisation=there, agrees=True).status_code == 404


def test_a_representative_answers_for_the_own_organisation_only(community: Any, staff: Any) -> None:
    meeting = circulated(community, staff)
    own, other = list(meeting.attendances.order_by("pk"))[:2]
    user = make.user("REPRESENTATIVE", community, person=own.person)
    path = f"meetings/{meeting.pk}/minutes/comments/"
    assert send(api_for(user), path, organisation=own.organisation_id, agrees=True).status_code == 201
    assert send(api_for(user), path, organisation=other.organisation_id, agrees=True).status_code == 403


def test_a_representative_sees_only_the_own_invitation(community: Any, staff: Any) -> None:
    for kind in ("COMMUNITY", "CHARITY"):
        make.party(community, kind)
    meeting = make.meeting(community, staff)
    path = f"{ROOT}meetings/{meeting.pk}/invitations/"
    rows = api_for(staff).get(path).json()
    assert {each["party_kind"] for each in rows} >= {"COMMUNITY", "CHARITY"}
    mine = meeting.invitations.get(party_kind="CHARITY")
    user = make.user("REPRESENTATIVE", community, person=mine.person)
    assert [each["id"] for each in api_for(user).get(path).json()] == [mine.pk]
