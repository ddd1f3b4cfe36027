"""The middle of the loop: help is asked for in two ways, given, confirmed, rated; a social worker visits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from carenet.parties import scope
from carenet.parties.models import Community
from elders.models import Elder, HelpToken
from services.models import ServiceRequest
from tests.browser.clean import assert_clean
from volunteers.models import Attendance, Volunteer


@contextmanager
def seeing(community: Community) -> Iterator[None]:
    """Look into the database as the application, in the community's scope."""
    with scope.within([community.pk]):
        yield


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button or link that says this, and wait for the next page."""
    target = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    target.click()
    page.wait_for_load_state()


def submit(page: Page, action: str) -> None:
    """Send the form that goes to an address (its end), for buttons whose words depend on the row."""
    page.locator(f"main form[action$='{action}'] button").first.click()
    page.wait_for_load_state()


# --- help ------------------------------------------------------------------------------------------------
def one_tap_help(page_for: Callable[..., Page], committee: Page, community: Community, elder: Elder) -> None:
    committee.goto(f"/elders/{elder.pk}/help-card/")
    if committee.locator("main form[method=post] button").count():
        committee.locator("main form[method=post] button").first.click()
        committee.wait_for_load_state()
    with seeing(community):
        token = HelpToken.objects.get(elder=elder, revoked_at__isnull=True).token()
    visitor = page_for(None)
    visitor.goto(f"/help/{token}/")
    expect(visitor.locator("main")).to_contain_text("15")
    assert_clean(visitor)
    for _press in range(2):
        visitor.goto(f"/help/{token}/")
        button = visitor.locator("main form[method=post] button").first
        button.click()
        visitor.wait_for_load_state()
    with seeing(community):
        alarm = ServiceRequest.objects.get(elder=elder, kind_id="SOS")
        assert alarm.channel == "ONE_TAP"
    committee.goto("/board/")
    expect(committee.locator("main")).to_contain_text("郑秀兰")


def take_by_phone(page: Page, community: Community, elder: Elder) -> ServiceRequest:
    page.goto("/requests/take/")
    page.fill("[name=q]", "zxl")
    page.locator("main form[method=get] button").first.click()
    page.wait_for_load_state()
    page.locator(f"main a[href='/requests/take/?elder={elder.pk}']").first.click()
    page.wait_for_load_state()
    page.select_option("[name=kind]", "COMP")
    page.fill("[name=note]", "想有人陪着说说话")
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()
    with seeing(community):
        request = ServiceRequest.objects.get(elder=elder, kind_id="COMP")
    assert page.url.endswith(f"/requests/{request.pk}/")
    return request


def find_helper_and_offer(page: Page, community: Community, request: ServiceRequest) -> None:
    submit(page, f"/requests/{request.pk}/propose/")
    with seeing(community):
        candidates = list(request.candidates.select_related("helper").order_by("rank"))
        assert candidates
        assert all(each.reasons for each in candidates)
    assert_clean(page)
    page.locator("details:has(select[name=helper]) > summary").click()
    option = page.locator("select[name=helper] option", has_text="王桂珍")
    value = option.get_attribute("value")
    assert value
    page.select_option("select[name=helper]", value)
    page.locator("main form[action$='/ask/'] button[value=offer]").click()
    page.wait_for_load_state()
    with seeing(community):
        request.refresh_from_db()
        assert request.state == "OFFERED"


def serve(page: Page, community: Community, request: ServiceRequest) -> None:
    page.goto("/tasks/")
    assert_clean(page)
    with seeing(community):
        offer = request.candidates.filter(state__in=["OFFERED", "SEEN"]).get()
    submit(page, f"/tasks/offers/{offer.pk}/accept/")
    page.goto(f"/tasks/{request.pk}/")
    submit(page, f"/tasks/{request.pk}/start/")
    page.goto(f"/tasks/{request.pk}/finish/")
    minutes = page.locator("main [name=minutes]")
    if minutes.count():
        minutes.first.fill("60")
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()
    with seeing(community):
        request.refresh_from_db()
        assert request.state == "DONE"


def confirm_for_the_elder(page: Page, community: Community, request: ServiceRequest) -> None:
    with seeing(community):
        wang = Volunteer.objects.get(person__name="王桂珍")
        before = Attendance.objects.filter(volunteer=wang).count()
    page.goto(f"/requests/{request.pk}/confirm/")
    way = page.locator("main [name=way][value=PHONE]")
    if way.count():
        way.check()
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()
    with seeing(community):
        request.refresh_from_db()
        assert request.state in {"CONFIRMED", "CLOSED"}
        credited = Attendance.objects.filter(
            volunteer=wang, cause_kind="services.request", cause_id=request.pk
        )
        assert [(each.minutes, each.coins, each.points) for each in credited] == [(60, 60, 10)]
        assert Attendance.objects.filter(volunteer=wang).count() == before + 1


def elder_confirms_and_rates(page: Page, community: Community) -> None:
    page.goto("/home/")
    assert_clean(page)
    page.locator("main a[href$='/confirm/']").first.click()
    page.wait_for_load_state()
    pk = int(page.url.rstrip("/").split("/")[-2])
    page.locator("[name=stars][value='5']").check()
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()
    with seeing(community):
        request = ServiceRequest.objects.get(pk=pk)
        assert request.state in {"CONFIRMED", "CLOSED"}
        assert request.feedback.stars == 5


def log_case_visit(page: Page, community: Community, elder: Elder) -> None:
    page.goto(f"/field/visits/log/{elder.pk}/")
    assert_clean(page)
    page.locator("[name=seen][value=SEEN]").check()
    page.locator("[name=mood][value=GOOD]").check()
    page.locator("[name=findings][value=NOTHING]").check()
    page.fill("[name=note]", "精神很好，约好周四再来。")
    press(page, "保存")
    with seeing(community):
        visit = elder.visits.get()
        assert visit.note() == "精神很好，约好周四再来。"
        assert elder.touches.filter(kind="VISIT").count() == 1
