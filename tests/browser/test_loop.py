"""The whole loop of the five-social linkage, once, in Chinese, through the real pages, with a real worker and beat.

Need → assessment → colour → one-tap help and a telephone request → nearest helper → service → confirmation → hours,
coins and points → a case visit → a gift for points → a donation that pays part of a service → a reminder, once → the
agenda that writes itself → three parties or no decision → minutes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from carenet.accounts.models import User
from carenet.channels import doorbell
from carenet.demo import load
from carenet.kernel import months
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from carenet.parties import identity
from carenet.parties.models import Community
from elders.models import Elder, Reminder
from meetings.models import Agenda, Decision
from services.models import Settlement
from tests.browser import loop_help
from tests.browser.clean import assert_clean
from tests.browser.conftest import Live, serving
from tests.browser.loop_help import press, seeing, submit
from tests.celery.conftest import Broker, Station
from volunteers.models import Redemption

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class LoopStation(Station):
    """Worker and beat with the loop's settings."""

    def _start(self, *command: str) -> Any:
        process_settings = "tests.browser.loop_settings"
        return super()._start(*command, settings=process_settings)


@pytest.fixture
def community(station_db: Community) -> Community:
    """A small 和煦社区 without past meetings, committed."""
    with translation.override("zh-hans"):
        return load.load(
            number=0, small=True, seed=3, at=timezone.localtime().replace(microsecond=0),
            report=lambda _words, _count: None, with_meetings=False,
        )  # fmt: skip


@pytest.fixture
def running(community: Community, tmp_path: Path) -> Iterator[LoopStation]:
    """A Valkey, a worker and a beat of the test's own."""
    broker = Broker(tmp_path)
    broker.start()
    found = LoopStation(community, broker, tmp_path)
    before = settings.CELERY_BROKER_URL
    settings.CELERY_BROKER_URL = broker.url
    doorbell.forget_trouble()
    found.worker()
    found.beat()
    try:
        yield found
    finally:
        found.stop()
        broker.stop()
        settings.CELERY_BROKER_URL = before
        doorbell.forget_trouble()


@pytest.fixture
def live(community: Community) -> Iterator[Live]:
    with serving(community) as found:
        yield found


def test_the_loop_closes_once_through_the_real_pages(
    community: Community, running: LoopStation, page_for: Callable[..., Page]
) -> None:
    user = {each.username: each for each in User.objects.all()}
    committee, worker = page_for(user["committee"]), page_for(user["worker"])
    volunteer, elder_page = page_for(user["volunteer"]), page_for(user["elder"])

    elder = _register(committee, community)
    _assess(worker, committee, community, elder)
    _confirm_colour(worker, community, elder)
    loop_help.one_tap_help(page_for, committee, community, elder)
    request = loop_help.take_by_phone(committee, community, elder)
    loop_help.find_helper_and_offer(committee, community, request)
    loop_help.serve(volunteer, community, request)
    loop_help.confirm_for_the_elder(committee, community, request)
    loop_help.elder_confirms_and_rates(elder_page, community)
    loop_help.log_case_visit(worker, community, elder)
    _redeem(volunteer, committee, community)
    _donate(committee, community)
    _pay_with_the_fund(committee, community, elder)
    _reminded_once(running, community)
    _meet(running, committee, community)
    with seeing(community):
        assert check_books(community) == []


# --- the committee knows the elder ---------------------------------------------------------------------
def _register(page: Page, community: Community) -> Elder:
    number = identity.demo_id_number(
        born_on=timezone.localdate().replace(year=1944, month=5, day=6), sex=2, sequence=444
    )
    page.goto("/elders/register/")
    page.fill("[name=name]", "郑秀兰")
    page.fill("[name=id_number]", number)
    page.select_option("[name=building]", index=2)
    page.fill("[name=door]", "1-302")
    page.locator("[name=living][value=ALONE]").check()
    page.locator("[name=caregiver][value=NO]").check()
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_contain_text("郑秀兰")
    assert_clean(page)
    with seeing(community):
        elder = Elder.objects.select_related("person").get(person__name="郑秀兰")
        assert elder.person.id_number() == number
        assert elder.colour == "UNASSESSED"
    return elder


def _assess(page: Page, committee: Page, community: Community, elder: Elder) -> None:
    page.goto(f"/elders/{elder.pk}/assess/")
    page.locator("[name=reason][value=FIRST]").check()
    press(page, re.compile("^开始"))
    answers = {
        "B1.3": "3",
        "B1.4": "3",
        "B1.5": "3",
        "B2.3": "3",
        "B2.4": "1",
        "B1.8": "3",
        "A5.coma": "no",
        "A5.abuse": "no",
    }
    forward, answered = page.get_by_role("button", name="下一题"), 0
    for _question in range(60):  # one question a screen, as on a phone
        here = page.locator("[data-item].el-here")
        radios = here.locator("input[type=radio]")
        if radios.count():
            name = radios.first.get_attribute("name") or ""
            value = answers.get(name, "0" if name.startswith("A5") else "")
            here.locator(f"input[name='{name}']" + (f"[value='{value}']" if value else "")).first.check()
            answered += 1
        if not forward.is_visible():
            break
        forward.click()
    assert answered == 33
    second = page.locator("[name=second_assessor] option", has_text="李建华").get_attribute("value")
    page.select_option("[name=second_assessor]", second)
    press(page, "签字完成评估")
    # The page signs once its last answer has been sent; on a busy machine that takes a while.
    expect(page.locator("main")).to_contain_text("暂定：还差第二位签字", timeout=30_000)
    with seeing(community):
        waiting = elder.assessments.get(state="HALF")
    committee.goto(f"/assessments/{waiting.pk}/")
    submit(committee, "/countersign/")
    page.goto(f"/assessments/{waiting.pk}/")
    expect(page.locator("main")).to_contain_text("1 级 轻度失能")
    expect(page.locator("main")).to_contain_text("非诊断")
    with seeing(community):
        elder.refresh_from_db()
        assert elder.level == 1
        signed = elder.assessments.get(state="SIGNED")
        assert signed.scores["total"] == 83


def _confirm_colour(page: Page, community: Community, elder: Elder) -> None:
    with seeing(community):
        result = elder.triage_results.order_by("-pk").first()
        assert result is not None
        assert {each["rule"] if isinstance(each, dict) else each for each in result.fired} >= {
            "Y1",
            "Y2",
            "X3",
        }
    page.goto(f"/triage/{result.pk}/")
    expect(page.locator("main")).to_contain_text("居住情况：独居")
    assert_clean(page)
    press(page, "确认颜色")
    with seeing(community):
        elder.refresh_from_db()
        assert (elder.colour, elder.subtier) == ("YELLOW", "A")


# --- points ----------------------------------------------------------------------------------------------
def _redeem(volunteer: Page, committee: Page, community: Community) -> None:
    volunteer.goto("/me/")
    assert_clean(volunteer)
    volunteer.goto("/rewards/")
    assert_clean(volunteer)
    volunteer.get_by_role("link", name=re.compile("香皂")).first.click()
    volunteer.wait_for_load_state()
    expect(volunteer.locator("main")).to_contain_text("兑换后")
    press(volunteer, re.compile("^确认兑换，扣 60 分"))
    with seeing(community):
        slip = Redemption.objects.filter(volunteer__person__name="王桂珍").latest("pk")
    expect(volunteer.locator("main")).to_contain_text(f"{slip.code[:4]} {slip.code[4:]}")
    assert volunteer.locator("main svg").count() >= 1
    assert_clean(volunteer)
    committee.goto(f"/r/{slip.code}/")
    committee.locator("[name=who][value=SELF]").check()
    committee.locator("main form[method=post] button[type=submit]").first.click()
    committee.wait_for_load_state()
    with seeing(community):
        slip.refresh_from_db()
        assert slip.state == "COLLECTED"


# --- money -----------------------------------------------------------------------------------------------
def _donate(page: Page, community: Community) -> None:
    page.goto("/donations/record/")
    fund = page.locator("select[name=fund] option", has_text="和煦社区慈善基金").get_attribute("value")
    page.select_option("[name=fund]", fund)
    page.fill("[name=amount_fen]", "2,000")
    page.fill("[name=donor_name]", "热心居民赵女士")
    page.locator("[name=publish][value=SURNAME]").check()
    press(page, "下一步：核对")
    expect(page.locator("main")).to_contain_text("2,000.00")
    page.locator("main form[action$='/donations/book/'] button").first.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("热心居民赵女士")


def _pay_with_the_fund(page: Page, community: Community, elder: Elder) -> None:
    """A priced service, recorded by roster: government, fund and person each pay their part, in one sentence."""
    from services.actions import dispatch, intake

    committee = User.objects.get(username="committee")
    at = timezone.now()
    with seeing(community):
        from carenet.parties.models import ServiceKind
        from services.models import Helper

        request = intake.take(
            elder=elder,
            kind=ServiceKind.objects.get(pk="CLEAN"),
            channel="COUNTER",
            key="loop:clean",
            by=committee,
            at=at,
        )
        dispatch.triage(request_id=request.pk, by=committee, at=at)
        helper = Helper.objects.filter(skills__kind_number=6, skills__active=True, kind="CARE_WORKER").first()
        assert helper is not None
        dispatch.assign(request_id=request.pk, helper_id=helper.pk, by=committee, at=at)
        dispatch.start(request_id=request.pk, by=committee, at=at)
        dispatch.finish(request_id=request.pk, by=committee, at=at, minutes=60)
    page.goto(f"/requests/{request.pk}/confirm/")
    way = page.locator("main [name=way][value=PAPER]")
    if way.count():
        way.check()
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()
    with seeing(community):
        split = Settlement.objects.get(request=request).cost_split
        assert split is not None
        assert split.gov_fen + split.fund_fen + split.person_fen == split.price_fen
        assert min(split.gov_fen, split.fund_fen, split.person_fen) > 0
        with translation.override("zh-hans"):
            sentence = str(split.sentence)
    page.goto(f"/requests/{request.pk}/")
    expect(page.locator("main")).to_contain_text(sentence)


# --- what happens by itself ------------------------------------------------------------------------------
def _reminded_once(running: LoopStation, community: Community) -> None:
    def count() -> int:
        with seeing(community):
            return Reminder.objects.count()

    running.wait_until(lambda: count() > 0, 40)
    with seeing(community):
        first = set(Reminder.objects.values_list("elder_id", "kind", "due_on"))
        due = Elder.objects.active().due_for_assessment(timezone.localdate()).count()
        assert sum(kind == "ASSESSMENT" for _elder, kind, _on in first) == due
        told = Outbox.objects.filter(template__startswith="elders.reassess").count()
    running.beat()  # a second beat, as if somebody had started it by mistake
    time.sleep(7)
    with seeing(community):
        assert set(Reminder.objects.values_list("elder_id", "kind", "due_on")) == first
        assert Outbox.objects.filter(template__startswith="elders.reassess").count() == told


def _meet(running: LoopStation, page: Page, community: Community) -> None:
    month = months.first_of_month(timezone.localdate())

    def agendas() -> list[Agenda]:
        with seeing(community):
            return list(Agenda.objects.select_related("meeting"))

    running.wait_until(agendas, 40)
    (drawn,) = agendas()
    meeting = drawn.meeting
    with seeing(community):
        assert meeting.month in {month, months.next_month(month)}
        sections = set(drawn.items.filter(generated=True).values_list("section", flat=True))
        assert {1, 2} <= sections
    page.goto(f"/meetings/{meeting.pk}/agenda/")
    assert_clean(page)
    page.locator("main button[value=publish]").first.click()
    page.wait_for_load_state()
    page.goto(f"/meetings/{meeting.pk}/sign-in/")
    page.locator("main button[value=begin]").click()
    page.wait_for_load_state()
    for parties in (1, 2):
        page.goto(f"/meetings/{meeting.pk}/sign-in/")
        page.locator("main button[value=sign-in]").first.click()
        page.wait_for_load_state()
        with seeing(community):
            assert meeting.attendances.values("party_kind").distinct().count() == parties
    _decide(page, meeting.pk, "为 3 号楼加装感应灯")
    with seeing(community):
        assert not Decision.objects.filter(meeting=meeting).exists()
    for _more in range(3):
        page.goto(f"/meetings/{meeting.pk}/sign-in/")
        page.locator("main button[value=sign-in]").first.click()
        page.wait_for_load_state()
    _decide(page, meeting.pk, "为 3 号楼加装感应灯")
    with seeing(community):
        assert Decision.objects.get(meeting=meeting).text == "为 3 号楼加装感应灯"
    page.goto(f"/meetings/{meeting.pk}/sign-in/")
    page.goto(f"/meetings/{meeting.pk}/")
    page.locator("main button[value=end], main button[value=close]").first.click()
    page.wait_for_load_state()
    page.goto(f"/meetings/{meeting.pk}/minutes/")
    if page.locator("main form[action$='/minutes/start/'] button").count():
        page.locator("main form[action$='/minutes/start/'] button").first.click()
        page.wait_for_load_state()
        page.goto(f"/meetings/{meeting.pk}/minutes/")
    expect(page.locator("main")).to_contain_text("为 3 号楼加装感应灯")


def _decide(page: Page, meeting: int, text: str) -> None:
    """Write a decision down where the page lets one."""
    page.goto(f"/meetings/{meeting}/decide/")
    if not page.locator("main [name=text]").count():
        return
    page.fill("main [name=text]", text)
    page.select_option("main [name=responsible]", index=1)
    if page.locator("main [name=due_on]").count():
        due = timezone.localdate() + timedelta(days=20)
        page.fill("main [name=due_on]", due.isoformat())
    page.locator("main form[method=post] button[type=submit], main form[method=post] button").last.click()
    page.wait_for_load_state()
