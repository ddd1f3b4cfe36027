"""What only a browser shows of the services pages: drafts that survive, a board that says when it is dead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from carenet.parties import scope
from services.models import ServiceRequest, Visit
from tests import make
from tests.browser.conftest import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def people(station_db: Any) -> dict[str, Any]:
    """A social worker, staff and an elder, committed."""
    with scope.within([station_db.pk]):
        worker = make.user("SOCIAL_WORKER", station_db, display_name="陈社工")
        elder = make.elder(station_db, name="王桂珍", owner=worker)
        return {
            "worker": worker,
            "staff": make.user("COMMITTEE", station_db, display_name="李主任"),
            "elder": elder,
            "token": make.help_token(elder),
        }


def test_a_lost_connection_does_not_lose_the_note(
    live: Live, page_for: Callable[..., Page], people: dict[str, Any]
) -> None:
    page = page_for(people["worker"])
    url = live.url + reverse("services:visit-log", args=[people["elder"].pk])
    page.goto(url)
    page.get_by_role("radio", name="见到", exact=True).check()
    page.get_by_label("备注").fill("血压药快吃完了")
    picture = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": make.picture()}
    page.get_by_label("照片").set_input_files(picture)  # type: ignore[arg-type]
    expect(page.get_by_text("已存在手机")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="保存").click()
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto(live.url + reverse("services:field"))
    expect(page.get_by_role("heading", name="还没有发出，存在这部手机上")).to_be_visible()
    page.goto(url)
    expect(page.get_by_label("备注")).to_have_value("血压药快吃完了")
    expect(page.get_by_text("草稿里不存照片")).to_be_visible()
    page.get_by_label("照片").set_input_files(picture)  # type: ignore[arg-type]
    page.get_by_role("radio", name="好", exact=True).check()
    page.get_by_role("checkbox", name="无异常", exact=True).check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/field/?saved=*")
    with scope.within([live.community.pk]):
        assert [(each.note(), each.photo_id is None) for each in Visit.objects.all()] == [
            ("血压药快吃完了", False)
        ]
    page.goto(url)
    expect(page.get_by_label("备注")).to_have_value("")


def test_the_red_button_works_without_scripts_and_one_worker_takes_it_on(
    live: Live, page_for: Callable[..., Page], people: dict[str, Any], browser: Any
) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    phone = plain.new_page()
    phone.goto(live.url + reverse("services:help", args=[people["token"]]))
    button = phone.get_by_role("button", name="按这里求助")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 0.38 * 844
    button.click()
    expect(phone.get_by_text("已收到", exact=False).first).to_be_visible()
    board = page_for(people["staff"])
    board.goto(live.url + reverse("services:board"))
    board.get_by_role("button", name="我来接单").click()
    board.wait_for_url("**/board/*/")
    phone.reload()
    expect(phone.get_by_text("李主任 正在处理")).to_be_visible()
    plain.close()
    with scope.within([live.community.pk]):
        assert ServiceRequest.objects.get().handler == people["staff"]


def test_a_dead_board_says_so(live: Live, page_for: Callable[..., Page], people: dict[str, Any]) -> None:
    page = page_for(people["staff"])
    page.goto(live.url + reverse("services:board"))
    warning = page.get_by_text("连接中断", exact=False)
    expect(warning).to_be_hidden()
    page.route("**/board/live/", lambda route: route.abort())
    expect(warning).to_be_visible(timeout=25_000)
