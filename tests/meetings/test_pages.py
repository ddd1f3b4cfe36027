"""The pages and the REST of meetings: who gets in, what they do, what they cost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from carenet.webkit import once
from meetings.actions import agenda, calendar, decisions, minutes
from meetings.models import Agenda, AgendaItem, Attendance, Decision, Meeting, Minutes
from tests import make

THREE = ("COMMUNITY", "SOCIAL_WORKER", "CHARITY")


@pytest.fixture(autouse=True)
def quiet_sources(monkeypatch):
    """The other apps' reports are tried in their own tests."""
    monkeypatch.setattr(agenda, "_digest", lambda app, community, month: None)


def key(**more):
    return {"idempotency_key": once.new_key(), **more}


def going_on(community, by, *parties):
    return make.open_meeting(community, by, *parties, at=timezone.now() - timedelta(hours=1))


def test_the_whole_way_of_a_meeting_through_its_pages(community, staff, director, client_for):
    for each in THREE:
        make.party(community, each)
    desk = client_for(staff)

    desk.post(
        "/meetings/call/",
        key(kind="JOINT", month="2026-12", day="2026-12-04", time="9:00", place="二楼", chair="李主任"),
    )
    meeting = Meeting.objects.get()
    desk.post(f"/meetings/{meeting.pk}/agenda/", key(do="draw"))
    desk.post(
        f"/meetings/{meeting.pk}/agenda/", key(do="add", section="4", title="需要一台轮椅", minutes="10")
    )
    desk.post(f"/meetings/{meeting.pk}/agenda/", key(do="publish"))
    desk.post(f"/meetings/{meeting.pk}/step/", key(step="begin"))
    for number, invitation in enumerate(meeting.invitations.order_by("pk")):
        if number == 2:
            locked = desk.get(f"/meetings/{meeting.pk}/decide/").content.decode()
            assert "2 个方面到场" in locked
            assert 'name="text"' not in locked
        desk.post(f"/meetings/{meeting.pk}/sign-in/", key(do="sign-in", row=invitation.pk))
    answer = desk.post(
        f"/meetings/{meeting.pk}/decide/",
        key(
            text="购买轮椅",
            responsible=make.party(community, "CHARITY").pk,
            due_on="2026-12-31",
            evidence="发票",
        ),
    )
    assert answer.status_code == 302, answer.content.decode()
    desk.post(f"/meetings/{meeting.pk}/step/", key(step="end"))
    item = AgendaItem.objects.get()
    desk.post(f"/meetings/{meeting.pk}/minutes/start/", key())
    desk.post(f"/meetings/items/{item.pk}/discuss/", key(words="大家一致同意。"))
    desk.post(f"/meetings/{meeting.pk}/minutes/", key(do="write", body="会议顺利。"))
    desk.post(f"/meetings/{meeting.pk}/minutes/", key(do="circulate"))
    for each in THREE:
        desk.post(
            f"/meetings/{meeting.pk}/minutes/",
            key(do="comment", organisation=make.party(community, each).pk, answer="yes"),
        )
    head = client_for(director)
    head.post(f"/meetings/{meeting.pk}/minutes/", key(do="confirm"))
    head.post(f"/meetings/{meeting.pk}/minutes/", key(do="seal"))

    found = Minutes.objects.get()
    assert found.state == "SEALED"
    page = desk.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert "测试社区联席〔" in page
    assert "购买轮椅" in page
    assert "大家一致同意" in page
    assert desk.get(f"/meetings/{meeting.pk}/minutes.pdf").content.startswith(b"%PDF")


def test_a_form_sent_twice_records_one_decision(community, staff, client_for):
    meeting = going_on(community, staff, *THREE)
    form = key(text="购买轮椅", responsible=make.party(community, "CHARITY").pk, due_on="2026-12-31")
    client = client_for(staff)

    answers = [client.post(f"/meetings/{meeting.pk}/decide/", form) for _time in range(3)]

    assert {each.status_code for each in answers} == {302}
    assert Decision.objects.count() == 1


def test_a_decision_without_quorum_comes_back_with_the_missing_parties(community, staff, client_for):
    meeting = going_on(community, staff, "COMMUNITY", "SOCIAL_WORKER")

    answer = client_for(staff).post(
        f"/meetings/{meeting.pk}/decide/",
        key(text="购买轮椅", responsible=make.party(community, "COMMUNITY").pk, due_on="2026-12-31"),
    )

    assert answer.status_code == 422
    assert "现在不能作决议" in answer.content.decode()


PAGES = (
    "",
    "agenda/",
    "sign-in/",
    "decide/",
    "minutes/",
    "move/",
    "calendar.ics",
    "agenda.pdf",
    "minutes.docx",
    "quorum/",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_gets_404_on_every_page_of_a_meeting(community, staff, stranger, client_for, page):
    make.prepared_agenda(community, staff)
    meeting = calendar.open_meeting(meeting=Meeting.objects.get(), by=staff, at=timezone.now())

    assert client_for(staff).get(f"/meetings/{meeting.pk}/{page}").status_code == 200
    assert client_for(stranger).get(f"/meetings/{meeting.pk}/{page}").status_code == 404


@pytest.mark.parametrize(
    "role, statuses",
    [
        (
            "REPRESENTATIVE",
            {"": 200, "agenda/": 404, "sign-in/": 200, "decide/": 404, "minutes/": 200, "move/": 404},
        ),
        ("VOLUNTEER", dict.fromkeys(("", "agenda/", "sign-in/", "decide/", "minutes/", "move/"), 404)),
        ("AUDITOR", {"": 200, "agenda/": 404, "decide/": 404, "minutes/": 200}),
    ],
)
def test_each_role_opens_only_its_own_pages(community, staff, client_for, role, statuses):
    meeting = going_on(community, staff, *THREE)
    client = client_for(make.user(role, community))

    assert {page: client.get(f"/meetings/{meeting.pk}/{page}").status_code for page in statuses} == statuses


def test_a_visitor_is_asked_to_sign_in(community, staff, client):
    meeting = make.meeting(community, staff)

    assert "/sign-in/" in client.get(f"/meetings/{meeting.pk}/").url


def test_a_representative_sees_only_their_own_button_and_signs_in(community, staff, client_for):
    meeting = going_on(community, staff, "COMMUNITY")
    sun = make.party(community, "CHARITY").memberships.get().person
    calendar.invite(meeting=meeting, on=date(2026, 11, 21))
    client = client_for(make.user("REPRESENTATIVE", community, person=sun))

    page = client.get(f"/meetings/{meeting.pk}/sign-in/").content.decode()
    assert "孙玉兰" in page
    client.post(
        f"/meetings/{meeting.pk}/sign-in/", key(do="sign-in", row=meeting.invitations.get(person=sun).pk)
    )

    assert Attendance.objects.filter(person=sun).exists()


def test_a_representative_does_not_see_a_draft_agenda(community, staff, client_for, api_for):
    agenda.add_item(
        agenda=make.prepared_agenda(community, staff), section=4, title="秘密草稿", by=staff, at=make.NOW
    )
    meeting = Meeting.objects.get()
    representative = make.user("REPRESENTATIVE", community)

    assert "秘密草稿" not in client_for(representative).get(f"/meetings/{meeting.pk}/").content.decode()
    assert client_for(representative).get(f"/meetings/{meeting.pk}/agenda.pdf").status_code == 404
    assert api_for(representative).get(f"/api/v1/meetings/{meeting.pk}/agenda/").status_code == 404


@pytest.mark.parametrize("url", ["/meetings/", "/meetings/decisions/?show=all"])
def test_the_lists_cost_the_same_however_long_they_are(community, staff, client_for, url):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_for(staff)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    meeting = make.open_meeting(community, staff, *THREE)
    decide(meeting, staff, 1)
    calendar.close(meeting=meeting, by=staff, at=make.NOW + timedelta(hours=1))
    client.get(url)
    before = cost()
    for month in (1, 2, 3, 4):
        meeting = make.open_meeting(community, staff, *THREE, month=date(2026, month, 1))
        decide(meeting, staff, 4)
        calendar.close(meeting=meeting, by=staff, at=make.NOW + timedelta(hours=1))

    assert cost() <= before


def decide(meeting, by, times):
    for number in range(times):
        decisions.record(
            meeting=meeting, text=f"决议{number}", responsible=make.party(meeting.community, "COMMUNITY"),
            due_on=date(2026, 12, 31), by=by, at=make.NOW,
        )  # fmt: skip


@pytest.mark.parametrize("url", ["/meetings/?format=xlsx", "/meetings/decisions/?format=xlsx"])
def test_work_lists_go_to_excel(community, staff, client_for, url):
    meeting = make.open_meeting(community, staff, *THREE)
    decide(meeting, staff, 2)
    calendar.close(meeting=meeting, by=staff, at=make.NOW + timedelta(hours=1))

    assert client_for(staff).get(url).content[:2] == b"PK"


def test_everybody_reads_sealed_minutes_without_names_and_nothing_else(community, staff, now, client):
    meeting = make.open_meeting(community, staff, *THREE, chair="李秀英", recorder="陈静")
    decide(meeting, staff, 1)
    calendar.close(meeting=meeting, by=staff, at=now + timedelta(hours=1))
    found = minutes.draft(meeting=meeting, by=staff, at=now, body="李秀英发言。")
    assert client.get(f"/minutes/{meeting.pk}/?community=test").status_code == 404
    minutes.circulate(minutes=found, by=staff, at=now)
    minutes.confirm(minutes=found, by=staff, at=now + timedelta(days=9))
    minutes.seal(minutes=found, by=staff, at=now + timedelta(days=9))

    page = client.get(f"/minutes/{meeting.pk}/?community=test").content.decode()

    assert "测试社区联席〔2026〕1号" in client.get("/minutes/?community=test").content.decode()
    assert "李**发言" in page
    assert "李秀英" not in page
    assert "陈静" not in page


# --- REST ----------------------------------------------------------------------------------------
def test_the_loop_of_a_meeting_through_rest(community, staff, api_for):
    api = api_for(staff)

    def post(url, data=None):
        answer = api.post(url, data or {}, format="json", headers={"Idempotency-Key": once.new_key()})
        return answer.status_code, answer.json()

    for each in THREE:
        make.party(community, each)
    status, drawn = post("/api/v1/meetings/prepare/", {"month": "2026-12-01"})
    assert (status, drawn["state"]) == (200, "DRAFT")
    base = f"/api/v1/meetings/{drawn['meeting']}"
    assert post(f"{base}/agenda/items/", {"section": 4, "title": "轮椅"})[0] == 201
    assert post(f"{base}/agenda/publish/")[1]["state"] == "PUBLISHED"
    assert post(f"{base}/begin/")[1]["state"] == "OPEN"
    decision = {"text": "买轮椅", "responsible": make.party(community, "CHARITY").pk, "due_on": "2026-12-31"}
    seats = []
    for number, kind in enumerate(THREE):
        assert post(f"{base}/decisions/", decision)[0] == 409
        assert api.get(f"{base}/quorum/").json()["count"] == number
        organisation = make.party(community, kind)
        status, seat = post(
            f"{base}/sign-in/",
            {"person": organisation.memberships.get().person_id, "organisation": organisation.pk},
        )
        assert status == 201
        seats.append(seat["id"])
    status, made = post(f"{base}/decisions/", decision)
    assert (status, made["parties"]) == (201, sorted(THREE))
    assert post(f"{base}/leave/", {"attendance": seats[0]})[1]["left_at"]
    status, refused = post(f"{base}/decisions/", decision)
    assert (status, refused["code"]) == (409, "no_quorum")
    assert post(f"{base}/end/")[1]["state"] == "CLOSED"
    assert post(f"{base}/minutes/", {"step": "draft", "body": "好"})[1]["state"] == "DRAFT"
    assert post(f"{base}/minutes/", {"step": "circulate"})[1]["state"] == "CIRCULATED"
    assert (
        post(f"/api/v1/decisions/{made['id']}/step/", {"step": "submit", "note": "已买"})[1]["state"]
        == "SUBMITTED"
    )
    assert Agenda.objects.count() == 1


def test_a_rest_write_without_a_key_is_refused_and_with_the_same_key_counts_once(community, staff, api_for):
    api = api_for(staff)
    body = {"kind": "JOINT", "month": "2026-12-01"}

    assert api.post("/api/v1/meetings/", body, format="json").status_code == 400
    same = {"Idempotency-Key": once.new_key()}
    answers = [api.post("/api/v1/meetings/", body, format="json", headers=same) for _time in range(2)]

    assert [each.status_code for each in answers] == [201, 201]
    assert Meeting.objects.count() == 1


def test_a_stranger_finds_no_meeting_over_rest(community, staff, stranger, api_for):
    meeting = make.meeting(community, staff)

    assert api_for(stranger).get(f"/api/v1/meetings/{meeting.pk}/").status_code == 404
    assert api_for(stranger).get("/api/v1/meetings/").json()["results"] == []


def test_a_representative_reads_meetings_over_rest_but_calls_none(community, staff, api_for):
    make.meeting(community, staff)
    api = api_for(make.user("REPRESENTATIVE", community))

    assert len(api.get("/api/v1/meetings/").json()["results"]) == 1
    answer = api.post(
        "/api/v1/meetings/prepare/",
        {"month": "2026-12-01"},
        format="json",
        headers={"Idempotency-Key": once.new_key()},
    )
    assert answer.status_code == 404
