"""What only a browser shows of the assessment: a phone without network loses no answer, and overwrites nobody's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from carenet.parties import scope
from elders.actions import assessments
from elders.models import Assessment
from elders.rules import scoring
from tests import make
from tests.browser.clean import assert_clean
from tests.browser.conftest import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def made(station_db: Any) -> dict[str, Any]:
    """Two assessors and an elder with an open draft, committed."""
    at = timezone.now()
    with scope.within([station_db.pk]):
        worker = make.user("SOCIAL_WORKER", station_db, display_name="陈社工")
        second = make.user("SUPERVISOR", station_db, display_name="周督导")
        elder = make.elder(station_db, name="王桂珍", owner=worker, at=at)
        draft = assessments.start(elder=elder, by=worker, at=at)
    return {"worker": worker, "second": second, "elder": elder, "draft": draft}


def stored(live: Live, draft: Assessment) -> Assessment:
    with scope.within([live.community.pk]):
        return Assessment.objects.select_related("instrument").get(pk=draft.pk)


def kept_on_phone(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((each) => each.startsWith('carenet-unsent:'))")


def cached(page: Page) -> str:
    """Every word that the phone keeps for pages without a network."""
    return page.evaluate(
        "caches.open('carenet-assessment').then(async (c) => (await Promise.all((await c.keys()).map("
        "async (each) => each.url + await (await c.match(each)).text()))).join(' '))"
    )


def test_the_ability_assessment_is_made_on_a_phone_while_the_network_is_cut_and_nothing_is_lost(
    live: Live, page_for: Callable[..., Page], made: dict[str, Any], screenshot: Callable[..., str]
) -> None:
    draft = made["draft"]
    url = live.url + reverse("elders:assessment", args=[draft.pk])
    page = page_for(made["worker"], width=390)
    page.goto(url)
    assert_clean(page)
    wanted = make.answers(total=70, A5_falls="1")
    items = [item for _section, item in scoring.items(draft.instrument.definition)]
    cut_at, back_at = len(items) // 3, 2 * len(items) // 3
    state = page.locator("[data-state]")
    for number, item in enumerate(items):
        if number == cut_at:
            expect(state).to_contain_text("已保存")
            expect(page.locator("[data-assessment]")).to_have_attribute("data-kept", "yes")
            page.context.set_offline(True)
        if number == cut_at + 3:
            # Opened anew without a network: the questions and all answers are there, the name is not on this phone.
            page.reload()
            expect(page.get_by_role("heading", name="没有网络")).to_be_visible()
            expect(state).to_contain_text("3 项未发送")
            assert "王桂珍" not in page.content() and "王桂珍" not in cached(page)
            assert page.locator("fieldset[data-key]:has(.cn-chip__input:checked)").count() > 3
            screenshot(page, "assessment-reloaded-offline")
            while not page.locator(f"#q-{item['key'].replace('.', '-')}").is_visible():
                page.get_by_role("button", name="下一题").click()
        if number == back_at:
            expect(state).to_contain_text(f"{back_at - cut_at} 项未发送")
            screenshot(page, "assessment-offline")
            assert len(stored(live, draft).answers) < cut_at + 1
            # The phone gives up, the tab is opened anew once there is a network again: the answers are still there.
            page.context.set_offline(False)
            page.goto(url)
            expect(state).to_contain_text("已保存", timeout=30_000)
            assert len(stored(live, draft).answers) >= back_at - 3
            while not page.locator(f"#q-{item['key'].replace('.', '-')}").is_visible():
                page.get_by_role("button", name="下一题").click()
        identity = f"#q-{item['key'].replace('.', '-')}"
        box = page.locator(identity)
        expect(box).to_be_visible()
        answer = wanted.get(item["key"])
        if item["kind"] == "number":
            box.get_by_role("textbox").fill(str(answer))
            box.get_by_role("textbox").blur()
        elif isinstance(answer, str):
            page.locator(f"{identity}-{answer}").check()
        page.get_by_role("button", name="下一题").click()
    expect(state).to_contain_text("已保存", timeout=30_000)
    assert kept_on_phone(page) == []
    page.get_by_label("第二位评估员").select_option(label="周督导")
    # The network is cut once more just at the signature: the page says so and signs nothing.
    page.context.set_offline(True)
    page.get_by_role("button", name="签字完成评估").click()
    page.wait_for_timeout(300)
    assert stored(live, draft).state == "DRAFT"
    page.context.set_offline(False)
    page.get_by_role("button", name="签字完成评估").click()
    expect(page.get_by_role("heading", name="暂定", exact=False)).to_be_visible(timeout=20_000)
    row = stored(live, draft)
    given = {key: value for key, value in wanted.items() if value not in ([], None)}
    assert {key: row.answers[key] for key in given} == given
    assert (row.state, row.total, row.final_level) == ("HALF", 70, 1)
    with scope.within([live.community.pk]):
        made["elder"].refresh_from_db()
    assert made["elder"].level is None

    other = page_for(made["second"], width=390)
    other.goto(url)
    other.get_by_role("button", name="以第二评估员身份签字").click()
    expect(other.get_by_text("两位都已签字", exact=False)).to_be_visible()
    with scope.within([live.community.pk]):
        made["elder"].refresh_from_db()
    assert (stored(live, draft).state, made["elder"].level) == ("SIGNED", 1)


def test_an_answer_given_elsewhere_meanwhile_is_shown_and_not_overwritten(
    live: Live, page_for: Callable[..., Page], made: dict[str, Any], screenshot: Callable[..., str]
) -> None:
    draft = made["draft"]
    page = page_for(made["worker"], width=390)
    page.goto(live.url + reverse("elders:assessment", args=[draft.pk]))
    page.get_by_role("button", name="显示全部题目").click()
    page.context.set_offline(True)
    page.locator("#q-B1-1-3").check()
    page.locator("#q-B1-2-2").check()
    expect(page.locator("[data-state]")).to_contain_text("2 项未发送")
    with scope.within([live.community.pk]):
        assessments.answer(assessment=draft, answers={"B1.1": "1"}, by=made["second"], at=timezone.now())
    page.context.set_offline(False)
    clash = page.locator("#q-B1-1 [data-clash]")
    expect(clash).to_contain_text("周督导", timeout=15_000)
    expect(page.locator("[data-waiting]")).to_have_count(1, timeout=15_000)
    screenshot(page, "assessment-clash")
    assert stored(live, draft).answers == {"B1.1": "1", "B1.2": "2"}
    clash.get_by_role("button", name="用我的答案").click()
    expect(clash).to_be_hidden()
    expect(page.locator("[data-waiting]")).to_have_count(0, timeout=15_000)
    assert stored(live, draft).answers == {"B1.1": "3", "B1.2": "2"}


def test_signing_out_says_what_is_unsent_and_wipes_the_phone(
    live: Live, page_for: Callable[..., Page], made: dict[str, Any]
) -> None:
    draft = made["draft"]
    page = page_for(made["worker"], width=1280)
    page.goto(live.url + reverse("elders:assessment", args=[draft.pk]))
    page.route("**/answer/", lambda route: route.abort())
    page.locator("#q-B1-1-3").check()
    expect(page.locator("[data-state]")).to_contain_text("1 项未发送")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("button", name="退出").first.click()
    assert "还没有发送" in asked[0]
    assert len(kept_on_phone(page)) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出").first.click()
    page.wait_for_url(lambda url: "/assessments/" not in url)
    assert kept_on_phone(page) == []
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_an_answer_is_taken_over_from_last_time_one_by_one(
    live: Live, page_for: Callable[..., Page], made: dict[str, Any]
) -> None:
    at = timezone.now()
    with scope.within([live.community.pk]):
        other = make.elder(live.community, name="李建国", at=at)
        make.assessed(other, by=made["worker"], second=made["second"], at=at, B1_1="2", B1_2="1")
        draft = assessments.start(elder=other, by=made["worker"], at=at)
    page = page_for(made["worker"], width=1280)
    page.goto(live.url + reverse("elders:assessment", args=[draft.pk]))
    page.locator("#q-B1-1").get_by_role("button", name="和上次一样").click()
    expect(page.locator("[data-state]")).to_contain_text("已保存")
    expect(page.locator("#q-B1-1-2")).to_be_checked()
    expect(page.locator("[data-waiting]")).to_have_count(0)
    row = stored(live, draft)
    assert row.answers == {"B1.1": "2"}
    assert row.marks["B1.1"]["same"] is True
