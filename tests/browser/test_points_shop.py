"""The 70-year-old path: from the home page to a printed slip in four taps, by finger, by keyboard, by names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from carenet.parties import scope
from tests import make
from tests.browser.clean import assert_clean
from tests.browser.conftest import Live
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import rewards
from volunteers.models import Redemption, Reward

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXTRA = {"carenet_text_size": "xl"}
# The four taps by what a screen reader says.
TAPS = (
    ("link", "兑换礼品"),
    ("link", r"我要兑换\s*：\s*米"),
    ("button", "确认兑换，扣 30 分"),
    ("button", "打印"),
)
COUNT_PRINTS = "window.print = () => { document.documentElement.dataset.prints = '1' }"
NAMES = """() => [...document.querySelectorAll('main a.govuk-button, main button, main .cn-tile')]
  .map(each => { const copy = each.cloneNode(true); copy.querySelectorAll('.cn-visually-hidden').forEach(x => x.remove());
    return copy.textContent.trim().replace(/\\s+/g, ' ') })"""


@pytest.fixture
def volunteer(station_db: Any) -> Any:
    """Somebody of 70 with 100 points, and a shop with rice and a gift that is too dear."""
    with scope.within([station_db.pk]):
        found = make.volunteer(station_db, name="王秀兰")
        make.points(found, 100)
        make.reward(station_db, name="米", points=30)
        make.reward(station_db, name="体检", points=220)
        return make.volunteer_user(found)


def named(page: Page, role: Any, name: str) -> Locator:
    """The one thing of this role and name in the main part."""
    return page.get_by_role("main").get_by_role(role, name=re.compile(rf"^{name}$")).first


def short_words(page: Page) -> None:
    """Nothing to press has a text of more than 20 characters."""
    words = page.evaluate(NAMES)
    assert words and not [each for each in words if len(each) > 20], words


def printed(page: Page, live: Live) -> None:
    assert page.locator("html[data-prints]").count() == 1
    with scope.within([live.community.pk]):
        slip = Redemption.objects.get()
    expect(page.get_by_text(slip.code_in_groups).first).to_be_visible()


def test_four_taps_lead_from_home_to_the_printed_slip_at_the_largest_size(
    live: Live, page_for: Callable[..., Page], volunteer: Any, screenshot: Callable[..., str]
) -> None:
    page = page_for(volunteer, width=390, cookies=EXTRA)
    page.add_init_script(COUNT_PRINTS)
    page.goto("/me/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 22
    for number, (role, name) in enumerate(TAPS):
        assert_clean(page, target=60)
        short_words(page)
        screenshot(page, f"shop-{number}")
        if number == 1:
            expect(page.get_by_text("还差 120 分，约 6 次服务")).to_be_visible()
        named(page, role, name).click()
        page.wait_for_load_state()
    screenshot(page, "shop-slip")
    printed(page, live)


def test_the_same_path_goes_by_keyboard_alone(
    live: Live, page_for: Callable[..., Page], volunteer: Any
) -> None:
    page = page_for(volunteer, width=390, cookies=EXTRA)
    page.add_init_script(COUNT_PRINTS)
    page.goto("/me/")
    for role, name in TAPS:
        wanted = named(page, role, name)
        expect(wanted).to_be_visible()
        for _press in range(60):
            page.keyboard.press("Tab")
            if wanted.evaluate("each => each === document.activeElement"):
                break
        else:
            raise AssertionError(f"the Tab key never reaches {name}")
        ring = wanted.evaluate(
            "each => { const s = getComputedStyle(each); return s.outlineStyle + s.boxShadow + s.backgroundColor }"
        )
        assert ring != "nonenonergba(0, 0, 0, 0)", f"nobody sees where the focus is: {name}"
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    printed(page, live)


def test_a_refusal_is_heard_and_the_way_back_has_the_focus(
    live: Live, page_for: Callable[..., Page], volunteer: Any
) -> None:
    page = page_for(volunteer, width=390, cookies=EXTRA)
    page.goto("/rewards/")
    named(page, "link", r"我要兑换\s*：\s*米").click()
    with scope.within([live.community.pk]):
        rewards.change(reward=Reward.objects.get(name="米"), points=40, by=registrar(), at=NOW)
    named(page, "button", "确认兑换，扣 30 分").click()
    with translation.override("zh-hans"):
        sentence = str(rewards.PriceChanged.default_message)
    expect(page.get_by_text(sentence).first).to_be_visible()
    expect(named(page, "button", "确认兑换，扣 40 分")).to_be_visible()
    assert_clean(page, target=60)
    with scope.within([live.community.pk]):
        assert not Redemption.objects.exists()
