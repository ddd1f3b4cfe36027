"""Twice is once, for pages, REST and the office."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import include, path
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.kernel.errors import Conflict, NotAllowed
from carenet.webkit import once
from carenet.webkit.api import OnceAPIMixin, once_api
from carenet.webkit.models import Submission
from tests import make

pytestmark = pytest.mark.urls(__name__)
done: list[str] = []


@once.once
def write(request: HttpRequest) -> HttpResponse:
    what = request.POST.get("what", "")
    if request.method == "GET":
        return HttpResponse("form")
    if what == "refuse":
        raise Conflict
    if what == "invalid":
        return HttpResponse("form with errors", status=422)
    if what == "break":
        raise RuntimeError("broken")
    done.append(what)
    return redirect(f"/done/{len(done)}/")


class Write(OnceAPIMixin, APIView):
    def post(self, request: Request) -> Response:
        if request.data.get("what") == "refuse":
            raise Conflict
        if request.data.get("what") == "forbid":
            raise NotAllowed
        done.append(request.data.get("what", ""))
        return Response({"number": len(done), "name": "王桂珍"}, status=201)


@api_view(["POST"])
@once_api
def write_function(request: Request) -> Response:
    done.append("function")
    return Response({"number": len(done)})


urlpatterns = [
    path("write/", write),
    path("other/", write),
    path("api/write/", Write.as_view()),
    path("api/function/", write_function),
    path("", include("carenet.urls")),
]
handler500 = "carenet.portal.errors.server_error"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    done.clear()


def post(client: Client, key: str | None, what: str = "a", url: str = "/write/", **more: Any) -> Any:
    return client.post(url, {"what": what, **({once.FIELD: key} if key else {}), **more})


def test_a_repeat_gets_the_first_redirect_and_changes_nothing(staff: Any) -> None:
    client, key = make.client_for(staff), once.new_key()
    first, second = post(client, key), post(client, key)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"] == "/done/1/"
    assert done == ["a"]


def test_a_new_key_is_a_new_act(staff: Any) -> None:
    client = make.client_for(staff)
    post(client, once.new_key())
    post(client, once.new_key())
    assert done == ["a", "a"]


def test_the_same_key_with_other_content_is_refused(staff: Any) -> None:
    client, key = make.client_for(staff), once.new_key()
    post(client, key, "a")
    answer = post(client, key, "b")
    assert answer.status_code == 409
    assert done == ["a"]
    assert "重新打开页面" in answer.content.decode()


def test_the_same_key_at_another_address_is_refused(staff: Any) -> None:
    client, key = make.client_for(staff), once.new_key()
    post(client, key)
    assert post(client, key, url="/other/").status_code == 409


def test_a_form_without_a_key_is_refused_in_a_sentence(staff: Any) -> None:
    answer = post(make.client_for(staff), None)
    assert answer.status_code == 400
    assert "打开的时间太久" in answer.content.decode()
    assert done == []


@pytest.mark.parametrize(("what", "status"), [("invalid", 422), ("refuse", 409)])
def test_a_refused_form_may_be_corrected_under_the_same_key(staff: Any, what: str, status: int) -> None:
    client, key = make.client_for(staff), once.new_key()
    assert post(client, key, what).status_code == status
    assert not Submission.objects.exists()
    assert post(client, key, "a").status_code == 302
    assert done == ["a"]


def test_the_csrf_token_is_no_part_of_the_content(staff: Any) -> None:
    client, key = make.client_for(staff), once.new_key()
    post(client, key, csrfmiddlewaretoken="x")
    assert post(client, key, csrfmiddlewaretoken="y").status_code == 302
    assert done == ["a"]


def test_two_people_may_use_the_same_key(staff: Any, worker: Any) -> None:
    key = once.new_key()
    post(make.client_for(staff), key)
    post(make.client_for(worker), key)
    assert len(done) == 2


def test_reading_needs_no_key(staff: Any) -> None:
    assert make.client_for(staff).get("/write/").status_code == 200


def test_a_rest_write_needs_the_header(staff: Any) -> None:
    answer = make.api_for(staff).post("/api/write/", {"what": "a"}, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "key_missing"
    assert done == []


@pytest.mark.parametrize("url", ["/api/write/", "/api/function/"])
def test_a_rest_repeat_gets_the_first_answer(staff: Any, url: str) -> None:
    client, headers = make.api_for(staff), {"Idempotency-Key": once.new_key()}
    first = client.post(url, {"what": "a"}, format="json", headers=headers)
    second = client.post(url, {"what": "a"}, format="json", headers=headers)
    assert first.json() == second.json()
    assert first.status_code == second.status_code
    assert second["Idempotency-Replayed"] == "true"
    assert len(done) == 1


def test_a_rest_key_with_another_body_is_a_conflict(staff: Any) -> None:
    client, headers = make.api_for(staff), {"Idempotency-Key": once.new_key()}
    client.post("/api/write/", {"what": "a"}, format="json", headers=headers)
    answer = client.post("/api/write/", {"what": "b"}, format="json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")


@pytest.mark.parametrize(
    ("what", "status", "code"), [("refuse", 409, "conflict"), ("forbid", 403, "not_allowed")]
)
def test_rest_refusals_have_a_code_and_a_sentence(staff: Any, what: str, status: int, code: str) -> None:
    answer = make.api_for(staff).post(
        "/api/write/", {"what": what}, format="json", headers={"Idempotency-Key": once.new_key()}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    assert not Submission.objects.exists()


def test_the_kept_answer_cannot_be_read_in_the_database(staff: Any) -> None:
    make.api_for(staff).post(
        "/api/write/", {"what": "a"}, format="json", headers={"Idempotency-Key": once.new_key()}
    )
    row = Submission.objects.get()
    assert "王桂珍".encode() not in bytes(row.body_sealed)
    assert "王桂珍" in row.body()


def test_old_submissions_are_purged_after_thirty_days(staff: Any, now: Any) -> None:
    from datetime import timedelta

    from carenet.webkit.tasks import purge

    post(make.client_for(staff), once.new_key())
    Submission.objects.update(created_at=now - timedelta(days=400))
    post(make.client_for(staff), once.new_key())
    assert Submission.objects.expired(now).count() == 1
    assert Submission.objects.count() == 2
    purge()
    assert Submission.objects.count() == 1


@once.once
def count_up(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("update parties_community set residents = residents + 1 returning residents")
        return redirect(f"/done/{cursor.fetchone()[0]}/")


urlpatterns.append(path("count/", count_up))


def test_one_form_posted_two_hundred_times_at_once_counts_once(station_db: Any) -> None:
    user = make.user("COMMITTEE", station_db, username="li")
    key, before = once.new_key(), station_db.residents
    cookies = make.client_for(user).cookies
    answers: list[Any] = []
    gate = threading.Barrier(8)

    def sending() -> None:
        client = Client()
        client.cookies = cookies.copy() if hasattr(cookies, "copy") else cookies
        gate.wait()
        for _turn in range(25):
            answers.append(client.post("/count/", {once.FIELD: key}))
        connections.close_all()

    threads = [threading.Thread(target=sending) for _each in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    station_db.refresh_from_db()
    assert len(answers) == 200
    assert {each.status_code for each in answers} == {302}
    assert len({each["Location"] for each in answers}) == 1
    assert station_db.residents == before + 1


def test_json_is_answered_to_machines_when_a_refusal_escapes(staff: Any) -> None:
    answer = make.client_for(staff).post(
        "/write/", {"what": "refuse", once.FIELD: once.new_key()}, headers={"Accept": "application/json"}
    )
    assert answer.json()["code"] == "conflict"
    assert isinstance(answer, JsonResponse)
