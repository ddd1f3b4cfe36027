"""The whole loop of the five-social linkage by REST alone: one client for each role, every write with its key.

Need → assessment → colour → one-tap help and a telephone request → nearest helper → service → confirmation → hours,
coins and points → a case visit → a gift for points → a donation that pays part of a service → a reminder, once → the
agenda that writes itself → three parties or no decision → minutes. The same through the pages: tests/browser/test_loop.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from rest_framework.test import APIClient

from carenet.accounts.models import User
from carenet.demo import load
from carenet.kernel import months
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from carenet.parties import identity, scope
from carenet.parties.models import Community
from carenet.webkit import once
from elders import tasks as elder_tasks
from elders.models import Elder, Reminder
from meetings import tasks as meeting_tasks
from meetings.models import Decision
from services.models import ServiceRequest
from volunteers.models import Attendance

pytestmark = pytest.mark.slow
ROOT = "/api/v1/"


@pytest.fixture
def community(station_db: Community) -> Community:
    """A small 和煦社区 without past meetings, committed."""
    with translation.override("zh-hans"):
        return load.load(
            number=0, small=True, seed=3, at=timezone.localtime().replace(microsecond=0),
            report=lambda _words, _count: None, with_meetings=False,
        )  # fmt: skip


class Caller:
    """A REST client of one person: every answer is checked, every write is sent twice and must count once."""

    def __init__(self, username: str | None) -> None:
        self.client = APIClient()
        if username is not None:
            self.client.force_login(User.objects.get(username=username))

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(ROOT + path, query)
        assert answer.status_code == 200, (path, answer.content.decode())
        return answer.json()

    def rows(self, path: str, **query: Any) -> list[Any]:
        return list(self.get(path, page_size=200, **query)["results"])

    def post(self, path: str, wanted: int = 200, **data: Any) -> Any:
        key = once.new_key()
        first = self._send(path, key, data)
        assert first.status_code == wanted, (path, first.content.decode())
        again = self._send(path, key, data)
        assert (again.status_code, again.content) == (first.status_code, first.content), path
        assert again.headers.get("Idempotency-Replayed") == "true", path
        return first.json() if first.content else None

    def refused(self, path: str, wanted: int, **data: Any) -> Any:
        answer = self._send(path, once.new_key(), data)
        assert answer.status_code == wanted, (path, answer.content.decode())
        return answer.json()

    def _send(self, path: str, key: str, data: dict[str, Any]) -> Any:
        return self.client.post(ROOT + path, data, format="json", headers={"Idempotency-Key": key})


@contextmanager
def seeing(community: Community) -> Iterator[None]:
    """Look into the database as the application, in the community's scope."""
    with scope.within([community.pk]):
        yield


def test_the_loop_closes_once_by_rest(community: Community) -> None:
    committee, worker, volunteer = Caller("committee"), Caller("worker"), Caller("volunteer")
    elder = _register(committee)
    _assess_and_colour(committee, worker, elder)
    _one_tap_help(committee, elder, community)
    request = _take_offer_and_serve(committee, volunteer, elder)
    _confirm_once(committee, volunteer, request, community)
    _elder_confirms_and_rates(Caller("elder"))
    _log_case_visit(worker, elder, community)
    _redeem(volunteer, committee)
    _donate_and_pay(committee, Caller("director"), elder)
    _reminded_once(community)
    _meet(committee, worker, community)
    with seeing(community):
        assert check_books(community) == []


# --- the committee knows the elder -----------------------------------------------------------------------
def _register(committee: Caller) -> int:
    building = committee.rows("areas/", kind="BUILDING")[1]
    number = identity.demo_id_number(
        born_on=timezone.localdate().replace(year=1944, month=5, day=6), sex=2, sequence=444
    )
    person = {
        "name": "郑秀兰", "id_number": number, "building": building["id"], "door": "1-302", "living": "ALONE",
        "caregiver": "NO",
    }  # fmt: skip
    elder = committee.post("elders/", 201, **person)
    assert elder["colour"] == "UNASSESSED"
    assert number not in str(elder)
    assert committee.refused("elders/", 409, **person)["message"]
    return int(elder["id"])


def _assess_and_colour(committee: Caller, worker: Caller, elder: int) -> None:
    me, other = worker.get("session/")["user"], committee.get("session/")["user"]
    assert {me, other} <= {each["id"] for each in worker.rows("colleagues/")}
    form = worker.get("instruments/GBT42195/")["definition"]
    draft = worker.post(f"elders/{elder}/assess/", 201, reason="FIRST")
    low = {"B1.3": "3", "B1.4": "3", "B1.5": "3", "B2.3": "3", "B2.4": "1", "B1.8": "3"}
    answers = {}
    for item in (item for section in form["sections"] for item in section["items"]):
        options = item.get("options", [])
        options = form["option_sets"][options] if isinstance(options, str) else options
        if item["kind"] == "many":
            answers[item["key"]] = []
        elif item["kind"] == "number":
            answers[item["key"]] = 0
        elif item["kind"] == "score":
            answers[item["key"]] = (
                low.get(item["key"]) or max(options, key=lambda each: each["score"])["code"]
            )
        else:
            answers[item["key"]] = "no" if item["key"] == "A5.coma" else options[0]["code"]
    some = dict(list(answers.items())[:10])
    worker.post(f"assessments/{draft['id']}/answer/", answers=some)
    refusal = worker.refused(f"assessments/{draft['id']}/sign/", 409, second_assessor=other)
    assert refusal["message"]
    worker.post(f"assessments/{draft['id']}/answer/", answers=answers)
    assert worker.refused(f"assessments/{draft['id']}/sign/", 409, second_assessor=me)["message"]
    half = worker.post(f"assessments/{draft['id']}/sign/", second_assessor=other)
    assert (half["state"], half["suggestion"]) == ("HALF", None)
    assert worker.refused(f"assessments/{draft['id']}/countersign/", 409)["message"]
    back = committee.post(f"assessments/{draft['id']}/send-back/", reason="再看一次上下楼梯")
    kept = worker.get(f"assessments/{draft['id']}/")["answers"]
    assert (back["state"], kept) == ("DRAFT", half["answers"])
    assert "A5.self_harm" in kept and "A5.self_harm" not in back["answers"], (
        "a draft is not the committee's to read"
    )
    worker.post(f"assessments/{draft['id']}/sign/", second_assessor=other)
    signed = committee.post(f"assessments/{draft['id']}/countersign/")
    assert (signed["state"], signed["second_signature"]) == ("SIGNED", "OWN")
    assert (signed["total"], signed["final_level"]) == (83, 1)
    suggestion = worker.get(f"triage/{signed['suggestion']}/")
    assert {"Y1", "Y2", "X3"} <= set(suggestion["fired"])
    assert any("独居" in each or "alone" in each for each in suggestion["because"])
    decided = worker.post(f"triage/{suggestion['id']}/confirm/", 201)
    assert (decided["colour"], decided["is_final"]) == ("YELLOW", True)
    known = committee.get(f"elders/{elder}/")
    assert (known["colour"], known["subtier"], known["level"]) == ("YELLOW", "A", 1)


# --- help ------------------------------------------------------------------------------------------------
def _one_tap_help(committee: Caller, elder: int, community: Community) -> None:
    card = committee.post(f"elders/{elder}/help-card/", 201)
    visitor = Caller(None)
    assert visitor.get(f"help/{card['token']}/")["is_open"] is False
    for _press in range(3):  # a press is never answered from memory: it joins the open call
        pressed = visitor._send(f"help/{card['token']}/", once.new_key(), {})
        assert (pressed.status_code, pressed.json()["is_open"]) == (201, True)
        assert "郑秀兰" not in pressed.content.decode()
    alarms = [
        each for each in committee.rows("requests/") if each["elder"] == elder and each["kind"] == "SOS"
    ]
    assert [(each["channel"], each["state"]) for each in alarms] == [("ONE_TAP", "REQUESTED")]
    committee.post(f"requests/{alarms[0]['id']}/claim/")
    assert visitor.get(f"help/{card['token']}/")["answered"] is True
    late = Caller("director").refused(f"requests/{alarms[0]['id']}/claim/", 409)
    assert late["code"] == "already_taken"
    assert "李建华" in late["message"]


def _take_offer_and_serve(committee: Caller, volunteer: Caller, elder: int) -> int:
    kinds = {each["code"]: each for each in committee.get("service-kinds/")}
    assert kinds["COMP"]["minutes"] > 0
    taken = committee.post(
        "requests/", 201, elder=elder, kind="COMP", channel="PHONE", note="想有人陪着说说话"
    )
    pk = int(taken["id"])
    found = committee.post(f"requests/{pk}/propose/")
    assert found["candidates"]
    assert all(each["reasons"] for each in found["candidates"])
    assert all(each["why"] for each in found["skipped"])
    wang = volunteer.rows("volunteers/")[0]
    # 王桂珍 by name, as the telephone would have it: proposed, or asked by hand among the helpers of the community.
    helper = next(each for each in committee.rows("helpers/", kind="COMP") if each["name"] == wang["name"])
    committee.post(f"requests/{pk}/offer/", 201, helper=helper["id"])
    (offer,) = [each for each in volunteer.rows("offers/") if each["request"] == pk]
    assert "郑秀兰" not in str(offer)
    assert volunteer.post(f"offers/{offer['id']}/accept/")["elder_name"] == "郑秀兰"
    assert volunteer.post(f"requests/{pk}/start/")["state"] == "IN_PROGRESS"
    assert volunteer.post(f"requests/{pk}/finish/", minutes=60)["state"] == "DONE"
    assert volunteer.refused(f"requests/{pk}/confirm/", 403, way="PHONE")["message"]
    return pk


def _confirm_once(committee: Caller, volunteer: Caller, pk: int, community: Community) -> None:
    before = volunteer.rows("volunteers/")[0]
    done = committee.post(f"requests/{pk}/confirm/", way="PHONE")
    assert done["settlement"]["points"] == 10
    assert committee.refused(f"requests/{pk}/confirm/", 409, way="PHONE")["message"]
    committee.post(f"requests/{pk}/rate/", 201, stars=5, words="聊得很开心")
    after = volunteer.rows("volunteers/")[0]
    gained = {unit: after[unit] - before[unit] for unit in ("minutes", "coins", "points")}
    assert gained == {"minutes": 60, "coins": 60, "points": 10}
    for unit, amount in gained.items():
        page = volunteer.get(f"volunteers/{after['id']}/statements/{unit}/")
        assert (page["balance"], page["lines"][0]["amount"]) == (after[unit], amount)
    with seeing(community):
        credited = Attendance.objects.filter(cause_kind="services.request", cause_id=pk)
        assert [(each.minutes, each.coins, each.points) for each in credited] == [(60, 60, 10)]


def _elder_confirms_and_rates(elder: Caller) -> None:
    mine = next(each for each in elder.rows("requests/") if each["state"] == "DONE")
    assert elder.post(f"requests/{mine['id']}/confirm/", way="SELF")["state"] in {"CONFIRMED", "CLOSED"}
    assert elder.post(f"requests/{mine['id']}/rate/", 201, stars=5)["stars"] == 5
    assert elder.refused(f"requests/{mine['id']}/rate/", 409, stars=1)["message"]


def _log_case_visit(worker: Caller, elder: int, community: Community) -> None:
    visit = worker.post(
        "visits/", 201, elder=elder, seen="SEEN", mood="GOOD", findings=["NOTHING"],
        note="精神很好，约好周四再来。", visited_at=(timezone.now() - timedelta(hours=2)).isoformat(),
    )  # fmt: skip
    assert "精神" not in str(visit)
    with seeing(community):
        one = Elder.objects.get(pk=elder)
        assert one.visits.get().note() == "精神很好，约好周四再来。"
        assert one.touches.filter(kind="VISIT").count() == 1


# --- points ----------------------------------------------------------------------------------------------
def _redeem(volunteer: Caller, committee: Caller) -> None:
    balance = volunteer.rows("volunteers/")[0]["points"]
    soap = next(each for each in volunteer.get("rewards/") if "香皂" in each["name"])
    assert soap["why_not"] == ""
    slip = volunteer.post(f"rewards/{soap['id']}/redeem/", 201, points=soap["points"])
    assert volunteer.rows("volunteers/")[0]["points"] == balance - soap["points"]
    (shown,) = committee.rows("redemptions/", code=slip["code"])
    assert volunteer.refused(f"redemptions/{shown['id']}/hand-over/", 403)["message"]
    given = committee.post(f"redemptions/{shown['id']}/hand-over/")
    assert given["state"] == "COLLECTED"
    assert committee.refused(f"redemptions/{shown['id']}/hand-over/", 409)["message"]


# --- money -----------------------------------------------------------------------------------------------
def _donate_and_pay(committee: Caller, director: Caller, elder: int) -> None:
    opened = director.post(
        "funds/", 201, name="郑秀兰邻里助洁基金", source="DONATION", purpose="居家助洁", pays_services=True,
        restricted_kinds=["CLEAN"],
    )  # fmt: skip
    assert committee.refused("funds/", 403, name="x", source="DONATION", purpose="x")["message"]
    gift = committee.post(
        "donations/", 201, fund=opened["id"], amount_fen=200000, received_on=str(timezone.localdate()),
        donor_name="热心居民赵女士", publish="SURNAME",
    )  # fmt: skip
    assert gift["receipt_no"]
    assert committee.get(f"funds/{opened['id']}/")["balance_fen"] == 200000
    taken = committee.post("requests/", 201, elder=elder, kind="CLEAN", channel="COUNTER")
    pk, price = taken["id"], taken["price_fen"]
    assert price > 0
    preview = committee.get(
        "cost-splits/preview/", elder=elder, kind="CLEAN", price_fen=price, on=str(timezone.localdate())
    )
    found = committee.post(f"requests/{pk}/propose/")
    assert found["candidates"]
    committee.post(f"requests/{pk}/assign/", helper=found["candidates"][0]["helper"])
    committee.post(f"requests/{pk}/start/")
    committee.post(f"requests/{pk}/finish/", minutes=60)
    done = committee.post(f"requests/{pk}/confirm/", way="PAPER")
    (split,) = [each for each in committee.rows("cost-splits/") if each["cause_id"] == pk]
    parts = [split[each] for each in ("gov_fen", "fund_fen", "person_fen")]
    assert sum(parts) == price
    assert min(parts) > 0
    assert done["settlement"]["sentence"] == split["sentence"] != ""
    assert parts == [preview[each] for each in ("gov_fen", "fund_fen", "person_fen")]
    assert split["fund"] == opened["id"]
    assert committee.get(f"funds/{opened['id']}/")["balance_fen"] == 200000 - split["fund_fen"]


# --- what happens by itself ------------------------------------------------------------------------------
def _reminded_once(community: Community) -> None:
    elder_tasks.remind_due()
    with seeing(community):
        first = set(Reminder.objects.values_list("elder_id", "kind", "due_on"))
        due = Elder.objects.active().due_for_assessment(timezone.localdate()).count()
        assert due > 0
        assert sum(kind == "ASSESSMENT" for _elder, kind, _on in first) == due
        told = Outbox.objects.filter(template__startswith="elders.reassess").count()
        assert told > 0
    elder_tasks.remind_due()  # a second beat, as if somebody had started it by mistake
    with seeing(community):
        assert set(Reminder.objects.values_list("elder_id", "kind", "due_on")) == first
        assert Outbox.objects.filter(template__startswith="elders.reassess").count() == told


def _meet(committee: Caller, worker: Caller, community: Community) -> None:
    month = months.first_of_month(timezone.localdate())
    for _beat in range(2):
        meeting_tasks.prepare_monthly_agendas(month=str(month))
    (meeting,) = committee.rows("meetings/")
    here = f"meetings/{meeting['id']}/"
    agenda = committee.get(here + "agenda/")
    assert {1, 2} <= {each["section"] for each in agenda["items"] if each["generated"]}
    assert all(each["title"] for each in agenda["items"])
    committee.post(here + "agenda/items/", 201, section=4, title="3 号楼加装感应灯")
    committee.post(here + "agenda/publish/")
    committee.post(here + "begin/")
    parties: dict[str, dict[str, Any]] = {}
    for each in committee.get(here + "invitations/"):
        if each["person"] is not None and each["excused_at"] is None:
            parties.setdefault(each["party_kind"], each)
    assert len(parties) >= 3
    responsible = next(iter(parties.values()))["organisation"]
    wish = {
        "text": "为 3 号楼加装感应灯",
        "responsible": responsible,
        "due_on": str(timezone.localdate() + timedelta(days=20)),
        "evidence": "照片",
    }
    there = []
    for count, seat in enumerate(list(parties.values())[:3], start=1):
        no = committee.refused(here + "decisions/", 409, **wish)
        assert no["code"] == "no_quorum"
        assert no["message"]
        committee.post(here + "sign-in/", 201, person=seat["person"], organisation=seat["organisation"])
        there.append(seat["organisation"])
        assert committee.get(here + "quorum/")["count"] == count
    with seeing(community):
        assert not Decision.objects.exists()
    decided = committee.post(here + "decisions/", 201, **wish)
    assert sorted(decided["parties"]) == sorted(list(parties)[:3])
    committee.post(here + "end/")
    assert committee.refused(here + "decisions/", 409, **wish)["message"]
    committee.post(here + "minutes/", step="draft", body="会议气氛热烈。")
    committee.post(here + "minutes/", step="circulate")
    assert committee.refused(here + "minutes/", 409, step="confirm")["message"]  # nobody has answered yet
    assert committee.refused(here + "minutes/comments/", 400, organisation=there[0], agrees=False)["fields"]
    for organisation in there:
        committee.post(here + "minutes/comments/", 201, organisation=organisation, agrees=True)
    assert worker.refused(here + "minutes/", 403, step="confirm")["message"]
    committee.post(here + "minutes/", step="confirm")
    sealed = committee.post(here + "minutes/", step="seal")
    assert (sealed["state"], len(sealed["sha256"])) == ("SEALED", 64)
    assert str(timezone.localdate().year) in sealed["number"]
    with seeing(community):
        assert Decision.objects.get().text == wish["text"]
        assert ServiceRequest.objects.filter(kind_id="CLEAN", state="CONFIRMED").exists()
