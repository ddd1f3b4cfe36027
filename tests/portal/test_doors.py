"""Home, preferences, error pages, health, headers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from carenet.kernel.errors import Conflict, NotAllowed
from carenet.portal import health
from tests import make


def failing(request: HttpRequest, how: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("update parties_community set residents = 7")
    if how == "lost":
        raise OperationalError("server closed the connection")
    if how == "broken":
        raise RuntimeError("secret detail")
    if how == "denied":
        raise PermissionDenied
    if how == "conflict":
        raise Conflict
    if how == "not-allowed":
        raise NotAllowed
    return HttpResponse("fine")


urlpatterns = [path("fail/<str:how>/", failing), path("", include("carenet.urls"))]
handler400 = "carenet.portal.errors.bad_request"
handler403 = "carenet.portal.errors.forbidden"
handler404 = "carenet.portal.errors.not_found"
handler500 = "carenet.portal.errors.server_error"


# --- home ---------------------------------------------------------------------------------------
def test_a_visitor_is_welcomed_with_the_help_line(community: Any) -> None:
    page = Client().get("/").content.decode()
    assert community.phone in page
    assert "欢迎来到测试社区" in page


def test_staff_begin_at_their_desk(staff: Any) -> None:
    assert make.client_for(staff).get("/")["Location"] == reverse("portal:desk")


def test_a_user_without_any_role_is_told_so(community: Any) -> None:
    user = make.user("COMMITTEE", community, username="past")
    user.grants.update(until=timezone.localdate())
    page = make.client_for(user).get("/desk/").content.decode()
    assert "还没有开通角色" in page


def test_the_desk_wants_a_sign_in(community: Any) -> None:
    assert Client().get("/desk/")["Location"].startswith(reverse("accounts:sign-in"))


# --- preferences --------------------------------------------------------------------------------
def test_a_choice_is_kept_on_the_account_and_in_the_browser(staff: Any) -> None:
    client = make.client_for(staff)
    answer = client.post("/preferences/", {"text_size": "xl", "language": "en", "next": "/about/"})
    assert answer["Location"] == "/about/"
    staff.refresh_from_db()
    assert (staff.text_size, staff.language) == ("xl", "en")
    page = client.get("/about/").content.decode()
    assert 'data-size="xl"' in page
    assert 'lang="en"' in page


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_switch_never_leads_away_from_our_host(community: Any, target: str) -> None:
    assert Client().post("/preferences/", {"language": "en", "next": target})["Location"] == "/"


@pytest.mark.parametrize(
    ("field", "value"), [("text_size", "huge"), ("language", "xx"), ("contrast", "pink")]
)
def test_an_unknown_choice_changes_nothing(community: Any, field: str, value: str) -> None:
    answer = Client().post("/preferences/", {field: value})
    assert not {name for name in answer.cookies if name not in {"carenet_csrf", "carenet_session"}}


def test_the_browser_asks_in_english_but_the_station_speaks_chinese(community: Any) -> None:
    page = Client().get("/about/", headers={"Accept-Language": "en-US,en"}).content.decode()
    assert 'lang="zh-hans"' in page


def test_the_switches_want_the_forms_secret(community: Any) -> None:
    answer = Client(enforce_csrf_checks=True).post("/preferences/", {"language": "en"})
    assert answer.status_code == 403


# --- errors -------------------------------------------------------------------------------------
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("broken", 500, "刚才的内容没有保存"),
        ("lost", 503, "请过一分钟再试"),
        ("denied", 403, "没有权限打开这个页面"),
        ("conflict", 409, "别人刚刚先办了"),
        ("not-allowed", 403, "没有权限做这件事"),
    ],
)
def test_every_failure_has_its_page_and_undoes_what_was_written(
    staff: Any, community: Any, how: str, status: int, words: str
) -> None:
    client = make.client_for(staff)
    client.raise_request_exception = False
    answer = client.get(f"/fail/{how}/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert "secret detail" not in page
    assert "cn-header" in page, "the page lost its frame"
    community.refresh_from_db()
    assert community.residents == 3000


@pytest.mark.urls(__name__)
def test_failures_are_json_for_machines(staff: Any) -> None:
    client = make.client_for(staff)
    client.raise_request_exception = False
    answer = client.get("/fail/conflict/", headers={"Accept": "application/json"})
    assert answer.json() == {"code": "conflict", "message": "别人刚刚先办了这件事，请再看一下。"}
    assert client.get("/api/v1/nothing-here/").json()["code"] == "http_404"


def test_error_pages_come_in_english_too(staff: Any) -> None:
    client = make.client_for(staff)
    client.cookies["django_language"] = "en"
    page = client.get("/nothing-here/").content.decode()
    assert "Page not found" in page


def test_an_error_page_reads_nothing_from_a_broken_transaction(staff: Any) -> None:
    answer = make.client_for(staff).get("/nothing-here/")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()


# --- headers ------------------------------------------------------------------------------------
def test_the_strict_policy_stands_everywhere_but_in_the_office(staff: Any) -> None:
    client = make.client_for(staff)
    strict = client.get("/desk/")["Content-Security-Policy"]
    assert "unsafe" not in strict
    assert "script-src 'self'" in strict
    assert "frame-ancestors 'none'" in strict
    office = client.get("/admin/")["Content-Security-Policy"]
    assert "'unsafe-eval'" in office
    assert "default-src 'none'" in office


def test_pages_of_signed_in_people_are_never_stored(staff: Any) -> None:
    answer = make.client_for(staff).get("/desk/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera" in answer["Permissions-Policy"]


# --- health -------------------------------------------------------------------------------------
def test_ping_needs_no_database(django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/ping/").content == b"ok"


def test_ready_names_the_role_and_missing_migrations(community: Any) -> None:
    answer = Client().get("/ready/")
    assert answer.status_code == 200
    assert answer.json()["role"] == "carenet_app"
    assert answer.json()["missing_migrations"] == []


def test_a_lost_database_is_503_not_an_exception(community: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> dict[str, Any]:
        raise OperationalError

    monkeypatch.setattr(health, "ready", lost)
    answer = Client().get("/ready/")
    assert (answer.status_code, answer.json()["error"]) == (503, "OperationalError")


def test_health_tells_what_stands_still(community: Any, now: Any) -> None:
    from carenet.notices.models import Heartbeat

    Heartbeat.objects.update_or_create(name="notices.sweep", defaults={"at": now - timedelta(seconds=5)})
    Heartbeat.objects.update_or_create(name="ledger.check_books", defaults={"at": now - timedelta(days=3)})
    facts = health.health(now)
    assert facts["ages"]["notices.sweep"] == 5
    assert facts["late"] == ["ledger.check_books"]
    assert facts["ok"] is False


def test_books_that_do_not_balance_are_not_healthy(community: Any, now: Any) -> None:
    from carenet.notices.models import Heartbeat

    Heartbeat.objects.update_or_create(name="ledger.check_books", defaults={"at": now, "ok": False})
    assert health.health(now)["troubled"] == ["ledger.check_books"]
    assert health.health(now)["ok"] is False


def test_health_counts_the_oldest_message_that_was_not_sent(community: Any, staff: Any, now: Any) -> None:
    from carenet.notices.models import Outbox

    facts = health.health(now)
    assert facts["oldest_undone_outbox"] is None
    Outbox.objects.create(
        community=community,
        key="late",
        template="test",
        channel="INAPP",
        to_user=staff,
        due_at=now - timedelta(minutes=20),
        **({"created_at": now} if any(field.name == "created_at" for field in Outbox._meta.fields) else {}),
    )
    facts = health.health(now)
    assert facts["oldest_undone_outbox"] == 1200
    assert "outbox" in facts["late"]
