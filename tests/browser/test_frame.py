"""The frame itself: sizes, languages, contrast, without JavaScript, strict policy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import make
from tests.browser.clean import assert_clean
from tests.browser.conftest import Live


@pytest.mark.urls("tests.webkit.styleguide")
@pytest.mark.parametrize("size", ["m", "l", "xl"])
def test_every_part_is_clean_at_every_size(page_for: Callable[..., Page], live: Live, size: str) -> None:
    user = make.user("COMMITTEE", live.community, username="li", display_name="李主任")
    page = page_for(user, cookies={"carenet_text_size": size})
    page.goto("/styleguide/")
    assert_clean(page, latin={"No", "file", "chosen", "Choose", "File"})


@pytest.mark.urls("tests.webkit.styleguide")
def test_high_contrast_is_clean(page_for: Callable[..., Page], live: Live) -> None:
    page = page_for(cookies={"carenet_contrast": "high"})
    page.goto("/styleguide/")
    assert_clean(page)


def test_text_size_and_language_work_without_javascript(browser: Browser, live: Live) -> None:
    context = browser.new_context(
        base_url=live.url, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto("/about/")
    page.get_by_role("button", name="特大", exact=True).click()
    expect(page).to_have_url(f"{live.url}/about/")
    expect(page.locator("html")).to_have_attribute("data-size", "xl")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("About and privacy")
    page.get_by_role("button", name="High contrast").click()
    expect(page.locator("html")).to_have_attribute("data-contrast", "high")
    context.close()


def test_the_chosen_size_follows_the_account_to_another_browser(
    page_for: Callable[..., Page], live: Live
) -> None:
    user = make.user("VOLUNTEER", live.community, username="wang", display_name="王桂珍")
    page = page_for(user)
    page.goto("/about/")
    page.get_by_role("button", name="大", exact=True).click()
    elsewhere = page_for(user)
    elsewhere.goto("/about/")
    expect(elsewhere.locator("html")).to_have_attribute("data-size", "l")


def test_the_menu_folds_on_a_phone_and_stands_open_on_a_pc(page_for: Callable[..., Page], live: Live) -> None:
    user = make.user("COMMITTEE", live.community, username="li", display_name="李主任")
    phone = page_for(user, width=390)
    phone.goto("/desk/")
    expect(phone.locator(".cn-menu--fold").get_by_role("link", name="办公后台")).to_be_hidden()
    phone.locator("summary", has_text="菜单").click()
    expect(phone.locator(".cn-menu--fold").get_by_role("link", name="办公后台")).to_be_visible()
    pc = page_for(user, width=1280)
    pc.goto("/desk/")
    expect(pc.locator(".cn-menu--fold")).to_be_hidden()
    more = pc.locator(".cn-menu--wide details")
    more.locator("summary").click()
    expect(more.get_by_role("link", name="办公后台")).to_be_visible()
    pc.keyboard.press("Escape")
    expect(more.get_by_role("link", name="办公后台")).to_be_hidden()


@pytest.mark.urls("tests.webkit.styleguide")
def test_an_inline_script_or_style_would_be_noticed(page_for: Callable[..., Page]) -> None:
    page = page_for()
    page.goto("/styleguide/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        assert_clean(page, axe=False)


@pytest.mark.urls("tests.webkit.styleguide")
def test_an_unlabelled_field_and_english_would_be_noticed(page_for: Callable[..., Page]) -> None:
    page = page_for()
    page.goto("/styleguide/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><p>Please sign here</p>')"
    )
    with pytest.raises(AssertionError, match="label") as told:
        assert_clean(page)
    assert "Please sign here" in str(told.value)


@pytest.mark.urls("tests.webkit.styleguide")
def test_htmx_posts_with_the_forms_secret_and_shows_refusals(page_for: Callable[..., Page]) -> None:
    page = page_for()
    page.goto("/styleguide/")
    page.get_by_role("button", name="戳一下").click()
    expect(page.locator("#poked")).to_have_text("收到了")
    page.get_by_role("button", name="不行").click()
    expect(page.locator("#poked")).to_contain_text("别人刚刚先办了")
    assert_clean(page, axe=False)


@pytest.mark.urls("tests.webkit.styleguide")
def test_a_form_is_not_sent_twice_by_a_double_click_and_errors_get_the_focus(
    page_for: Callable[..., Page],
) -> None:
    page = page_for()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/styleguide/")
    page.get_by_role("button", name="确认兑换，扣 300 分").dblclick()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert len(sent) == 1
    assert "错误" in page.title()


@pytest.mark.parametrize("size", ["m", "l", "xl"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_header_of_a_phone_has_two_rows_at_most(
    page_for: Callable[..., Page], live: Live, language: str, size: str
) -> None:
    live.community.is_demo = True
    live.community.save()
    user = make.user("COMMITTEE", live.community, username="li", display_name="李主任")
    for width in (320, 390):
        page = page_for(user, width=width, language=language, cookies={"carenet_text_size": size})
        page.goto("/about/")
        boxes = [
            each.bounding_box()
            for each in page.locator(".cn-header__row").locator("a, summary, button").all()
            if each.is_visible()
        ]
        assert len(boxes) >= 7  # name, bell, menu, three sizes, language
        assert all(box is not None and box["height"] >= 43.5 and box["width"] >= 43.5 for box in boxes)
        middles = sorted(box["y"] + box["height"] / 2 for box in boxes if box is not None)
        rows = 1 + sum(1 for above, below in pairwise(middles) if below - above > 20)
        assert rows <= 2, f"{rows} rows at {width} px"
        assert all(
            box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5 for box in boxes if box is not None
        )
        for first, second in combinations([box for box in boxes if box is not None], 2):
            over_x = min(first["x"] + first["width"], second["x"] + second["width"]) - max(
                first["x"], second["x"]
            )
            over_y = min(first["y"] + first["height"], second["y"] + second["height"]) - max(
                first["y"], second["y"]
            )
            assert over_x <= 1 or over_y <= 1, "two targets of the header overlap"
