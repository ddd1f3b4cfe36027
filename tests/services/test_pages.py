"""The pages of the services app: who sees what, what a press does, what twice does."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.audit.models import ReadLog
from carenet.ledger.models import Account
from carenet.webkit import once
from elders.actions import contacts
from services.actions import dispatch
from services.models import Feedback, RosterSheet, ServiceRequest, Visit
from tests import make
from tests.make import client_for


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"idempotency_key": once.new_key(), **data})


# --- the office ------------------------------------------------------------------------------------
def test_a_list_of_many_requests_takes_as_many_queries_as_a_list_of_few(
    community: Any, staff: Any, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_for(staff)
    for _ in range(2):
        make.request(make.elder(community))
    client.get(reverse("services:requests"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("services:requests"))
    for _ in range(10):
        make.accepted(make.elder(community), make.helper(community))
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("services:requests"))


def test_the_list_exports_to_excel(community: Any, staff: Any) -> None:
    make.request(make.elder(community, name="赵有礼"))
    response = client_for(staff).get(reverse("services:requests"), {"format": "xlsx"})
    rows = list(
        load_workbook(
            io.BytesIO(b"".join(response) if response.streaming else response.content)
        ).active.values
    )
    assert any("赵有礼" in [str(cell) for cell in row] for row in rows)


def test_a_stranger_finds_nothing(community: Any, stranger: Any) -> None:
    request = make.request(make.elder(community, name="赵有礼"))
    client = client_for(stranger)
    assert client.get(reverse("services:request", args=[request.pk])).status_code == 404
    assert "赵有礼" not in client.get(reverse("services:requests")).content.decode()


def test_a_request_is_taken_once_however_often_the_form_is_sent(community: Any, staff: Any) -> None:
    elder, client = make.elder(community), client_for(staff)
    data = {
        "elder": elder.pk,
        "kind": "COMP",
        "channel": "PHONE",
        "urgency": "P4",
        "idempotency_key": once.new_key(),
    }
    answers = {client.post(reverse("services:request-take"), data)["Location"] for _ in range(3)}
    assert len(answers) == 1
    assert ServiceRequest.objects.count() == 1


def test_the_same_wish_within_two_days_is_asked_about(community: Any, staff: Any) -> None:
    elder, client = make.elder(community), client_for(staff)
    make.request(elder, at=timezone.now())
    data = {"elder": elder.pk, "kind": "COMP", "channel": "PHONE", "urgency": "P4"}
    again = post(client, reverse("services:request-take"), **data)
    assert again.status_code == 422
    assert "已经提过同样的服务" in again.content.decode()
    assert post(client, reverse("services:request-take"), **data, anyway="on").status_code == 302
    assert ServiceRequest.objects.count() == 2


def test_elders_are_found_by_initials_while_typing(community: Any, staff: Any, other_community: Any) -> None:
    make.elder(community, name="王桂珍")
    found = client_for(staff).get(reverse("services:request-take-elders"), {"q": "wgz"}).content.decode()
    assert "王桂珍" in found
    assert "<html" not in found


def test_the_page_of_a_request_explains_who_could_come_and_who_not(community: Any, staff: Any) -> None:
    make.helper(community, "SHOP", name="近帮手")
    make.helper(community, "SHOP", name="未训练", level=1)
    request, client = make.request(make.elder(community), "SHOP"), client_for(staff)
    post(client, reverse("services:request-propose", args=[request.pk]))
    page = client.get(reverse("services:request", args=[request.pk])).content.decode()
    assert "近帮手" in page
    assert "步行约" in page
    assert "未训练" in page
    assert "还没有完成这项服务的培训" in page
    assert ReadLog.objects.filter(person_id=request.elder.person_id, user_id=staff.pk).exists()


def test_the_office_walks_a_request_from_the_proposal_to_the_rating(community: Any, staff: Any) -> None:
    helper = make.helper(community)
    request, client = make.request(make.elder(community)), client_for(staff)
    ask = reverse("services:request-ask", args=[request.pk])
    assert post(client, ask, helper=helper.pk, how="offer").status_code == 302
    offer = request.candidates.get()
    post(client, reverse("services:offer-answer", args=[offer.pk, "accept"]))
    for verb, data in (
        ("finish", {"minutes": 60}),
        ("confirm", {"way": "PHONE", "stars": "5", "words": "好"}),
    ):
        assert (
            post(client, reverse("services:request-step", args=[request.pk, verb]), **data).status_code == 302
        )
    request.refresh_from_db()
    assert request.state == "CONFIRMED"
    assert request.feedback.stars == 5
    assert Account.objects.get(code=helper.volunteer.account_code, unit="POINT").balance == 10


def test_a_step_that_is_over_is_refused_in_a_sentence(community: Any, staff: Any) -> None:
    request, client = make.request(make.elder(community)), client_for(staff)
    url = reverse("services:request-step", args=[request.pk, "close"])
    answer = client.post(url, {"idempotency_key": once.new_key()}, follow=True)
    assert "这一步已经过了" in answer.content.decode()


def test_the_second_dispatcher_reads_who_was_faster(community: Any, staff: Any, director: Any) -> None:
    alarm = make.alarm(make.elder(community), at=timezone.now())
    url = reverse("services:board-claim", args=[alarm.pk])
    post(client_for(director), url)
    answer = client_for(staff).post(url, {"idempotency_key": once.new_key()}, follow=True)
    assert "张站长 已接单" in answer.content.decode()


def test_the_board_is_a_plain_page_with_a_fragment_inside(community: Any, staff: Any) -> None:
    make.alarm(make.elder(community, name="王桂珍"), at=timezone.now())
    client = client_for(staff)
    page = client.get(reverse("services:board")).content.decode()
    assert "王桂珍" in page
    assert 'http-equiv="refresh"' in page
    assert "SOS" in page
    live = client.get(reverse("services:board-live")).content.decode()
    assert "王桂珍" in live
    assert "<html" not in live


# --- the helper ------------------------------------------------------------------------------------
def test_an_offer_shows_the_house_but_neither_name_nor_door(community: Any, staff: Any) -> None:
    helper = make.helper(community)
    elder = make.elder(community, name="赵隐名", door="9-909")
    request = make.request(elder)
    offer = dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=staff, at=timezone.now())
    client = client_for(helper.user)
    page = client.get(reverse("services:tasks")).content.decode()
    assert "陪伴聊天" in page
    assert "赵隐名" not in page
    assert "9-909" not in page
    offer.refresh_from_db()
    assert offer.state == "SEEN"
    post(client, reverse("services:task-accept", args=[offer.pk]))
    assert "赵隐名" in client.get(reverse("services:task", args=[request.pk])).content.decode()


def test_name_and_door_close_a_day_after_the_service(community: Any, staff: Any) -> None:
    helper = make.helper(community)
    before = timezone.now() - timedelta(days=2)
    request = make.accepted(make.elder(community, name="赵隐名"), helper, at=before)
    dispatch.finish(request_id=request.pk, minutes=30, by=helper.user, at=before)
    page = client_for(helper.user).get(reverse("services:task", args=[request.pk])).content.decode()
    assert "赵隐名" not in page


def test_a_helper_does_not_open_somebody_elses_task(community: Any, staff: Any) -> None:
    request = make.accepted(make.elder(community), make.helper(community))
    other = make.helper(community)
    assert client_for(other.user).get(reverse("services:task", args=[request.pk])).status_code == 404


# --- the social worker -----------------------------------------------------------------------------
def test_the_day_shows_the_overdue_first_and_houses_together(community: Any, worker: Any) -> None:
    homes = make.buildings(community)
    now = timezone.now()
    rows = {}
    for name, building, days in (("迟一", 0, 9), ("当日", 1, 0), ("迟二", 0, 3)):
        elder = make.elder(community, name=name, building=homes[building], owner=worker)
        type(elder).objects.filter(pk=elder.pk).update(contact_due_at=now - timedelta(days=days, minutes=1))
        rows[name] = elder
    page = client_for(worker).get(reverse("services:field")).content.decode()
    assert page.index("迟一") < page.index("迟二") < page.index("当日")
    assert "超期 9 天" in page


def test_a_visit_is_written_down_in_one_post_and_only_once(community: Any, worker: Any) -> None:
    elder, client = make.elder(community), client_for(worker)
    data = {"seen": "SEEN", "mood": "GOOD", "findings": ["NOTHING"], "note": "很好", "idempotency_key": once.new_key(),
            "device_at": "2026-11-21T01:02:03Z"}  # fmt: skip
    url = reverse("services:visit-log", args=[elder.pk])
    for _ in range(3):
        assert client.post(url, data).status_code == 302
    visit = Visit.objects.get()
    assert visit.note() == "很好"
    assert visit.device_at is not None


def test_nothing_is_chosen_beforehand_on_the_visit_form(community: Any, worker: Any) -> None:
    page = (
        client_for(worker)
        .get(reverse("services:visit-log", args=[make.elder(community).pk]))
        .content.decode()
    )
    assert "checked" not in page


def test_a_fall_is_saved_before_anything_is_asked_back(community: Any, worker: Any) -> None:
    elder, client = make.elder(community), client_for(worker)
    answer = post(
        client, reverse("services:visit-log", args=[elder.pk]), seen="SEEN", mood="FAIR", findings=["FALL"]
    )
    visit = Visit.objects.get()
    assert answer["Location"] == reverse("services:visit-report", args=[visit.pk])
    assert "要现在上报吗" in client.get(answer["Location"]).content.decode()


def test_an_incomplete_visit_form_comes_back_with_what_was_written(community: Any, worker: Any) -> None:
    elder, client = make.elder(community), client_for(worker)
    answer = post(client, reverse("services:visit-log", args=[elder.pk]), seen="SEEN", note="不要丢")
    assert answer.status_code == 422
    assert "不要丢" in answer.content.decode()
    assert not Visit.objects.exists()


def test_committee_staff_log_visits_but_do_not_read_the_notes_of_others(
    community: Any, worker: Any, staff: Any
) -> None:
    visit = make.visit(make.elder(community), by=worker, note="私密内容")
    assert "私密内容" in client_for(worker).get(reverse("services:visit", args=[visit.pk])).content.decode()
    client = client_for(staff)
    assert "私密内容" not in client.get(reverse("services:visit", args=[visit.pk])).content.decode()
    assert client.get(reverse("services:visit-correct", args=[visit.pk])).status_code == 404


def test_a_call_is_written_down_whether_somebody_answered_or_not(community: Any, worker: Any) -> None:
    elder, client = make.elder(community, phone="13800001234"), client_for(worker)
    url = reverse("services:call", args=[elder.pk])
    assert "tel:13800001234" in client.get(url).content.decode()
    post(client, url, reached="yes")
    post(client, url, reached="no")
    assert sorted(Visit.objects.values_list("seen", flat=True)) == ["NOT_SEEN", "PHONE"]


# --- elders and families ---------------------------------------------------------------------------
def test_the_elder_confirms_and_rates_with_one_tap_and_the_volunteer_is_credited(community: Any) -> None:
    grandma = make.user("ELDER", community, person=make.person(community, name="王桂珍"))
    elder = make.elder(community, person=grandma.person)
    helper = make.helper(community)
    request = make.accepted(elder, helper, at=timezone.now() - timedelta(hours=2))
    dispatch.finish(request_id=request.pk, minutes=60, by=helper.user, at=timezone.now())
    client = client_for(grandma)
    assert "服务好吗" in client.get(reverse("services:home")).content.decode()
    key = once.new_key()
    for _ in range(2):
        client.post(
            reverse("services:home-confirm", args=[request.pk]), {"stars": "5", "idempotency_key": key}
        )
    assert Feedback.objects.get().stars == 5
    assert Account.objects.get(code=helper.volunteer.account_code, unit="MINUTE").balance == 60
    request.refresh_from_db()
    assert (request.state, request.confirm_way) == ("CONFIRMED", "SELF")


def test_the_family_sees_only_whom_a_mandate_opens(community: Any, staff: Any, now: Any) -> None:
    daughter = make.user("FAMILY", community)
    mine, other = make.elder(community), make.elder(community)
    contacts.give_mandate(elder=mine, user=daughter, relation="DAUGHTER", since=now.date(), by=staff, at=now)
    client = client_for(daughter)
    own, foreign = make.request(mine), make.request(other)
    assert client.get(reverse("services:home-cancel", args=[own.pk])).status_code == 200
    assert client.get(reverse("services:home-cancel", args=[foreign.pk])).status_code == 404
    post(client, reverse("services:home-ask"), elder=mine.pk, kind="SHOP")
    assert ServiceRequest.objects.get(kind_id="SHOP").on_behalf_of == mine.person
    client.post(reverse("services:home-alarm"), {"elder": mine.pk})
    assert ServiceRequest.objects.alarms().get().elder == mine


def test_it_was_not_right_brings_the_request_back_to_the_station(community: Any) -> None:
    grandma = make.user("ELDER", community, person=make.person(community))
    elder = make.elder(community, person=grandma.person)
    request = make.accepted(elder, make.helper(community))
    dispatch.finish(request_id=request.pk, minutes=30, by=make.registrar(), at=timezone.now())
    url = reverse("services:home-not-right", args=[request.pk])
    assert post(client_for(grandma), url, words="没来").status_code == 302
    request.refresh_from_db()
    assert request.state == "TRIAGED"


# --- group entry -----------------------------------------------------------------------------------
def test_a_list_is_checked_before_it_is_booked(community: Any, staff: Any) -> None:
    elders = [make.elder(community) for _ in range(3)]
    client = client_for(staff)
    url = reverse("services:roster-record")
    data = {
        "numbers": " ".join(str(each.number) for each in elders), "kind": "MEAL-D", "title": "周五午餐", "minutes": 30,
        "started_at": (timezone.localtime() - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    check = post(client, url, **data)
    assert check.status_code == 200
    assert not RosterSheet.objects.exists()
    assert post(client, url, **data, checked="yes").status_code == 302
    assert RosterSheet.objects.get().services == 3
    assert ServiceRequest.objects.filter(state="CLOSED").count() == 3


def test_an_unknown_archive_number_is_named(community: Any, staff: Any) -> None:
    make.elder(community)
    answer = post(
        client_for(staff), reverse("services:roster-record"), numbers="98765", kind="MEAL-D", title="午餐", minutes=30,
        started_at="2026-11-20T11:30",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "98765" in answer.content.decode()


# --- everywhere ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["requests", "request-take", "board", "field", "visits", "cases", "rosters", "roster-record"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_office_page_opens_empty_in_both_languages(
    community: Any, worker: Any, name: str, language: str
) -> None:
    client = client_for(worker)
    client.cookies["django_language"] = language
    page = client.get(reverse(f"services:{name}"))
    assert page.status_code == 200
    text = page.content.decode()
    assert 'style="' not in text
    assert "<script>" not in text
    assert "onclick" not in text
