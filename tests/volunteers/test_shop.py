"""Around the points shop: photos, proxies, services for points, backing, lapsed slips, yardsticks, kept filters."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from PIL import Image

from carenet.audit.models import Note
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from carenet.notices.models import Outbox
from services.actions import dispatch, reward_claims
from services.models import ServiceRequest
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.test_shop_refusals import ask, facts, service, take
from volunteers.actions import backing, photos, rewards, service_rewards, slips
from volunteers.models import PointBacking, Redemption, Reward, ServiceClaim, SlipNote, Volunteer
from volunteers.reports import accounts, kpis, shop
from volunteers.reports.backing import backing as backing_report

TODAY = NOW.date()


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    found = make.volunteer(community, name="王秀兰")
    make.points(found, 100)
    return found


def points_of(volunteer: Volunteer) -> int:
    return Account.objects.get(code=volunteer.account_code, unit="POINT").balance


def pull(volunteer: Volunteer, *, days: int = 0) -> int:
    return reward_claims.pull(community=volunteer.community, by=registrar(), at=NOW + timedelta(days=days))


def test_a_photo_is_encoded_anew_upright_and_without_its_place(volunteer: Volunteer) -> None:
    taken = Image.new("RGB", (900, 1600), "#c96")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 9.0)  # where it was taken
    out = io.BytesIO()
    taken.save(out, "JPEG", exif=exif, comment=b"my home")
    reward = make.reward(volunteer.community)
    photo = photos.put(reward=reward, content=out.getvalue(), alt="一袋大米", **facts())
    with Image.open(io.BytesIO(bytes(photo.image))) as shown:
        assert (shown.format, shown.size) == ("JPEG", (960, 720))
        assert not shown.getexif() and "comment" not in shown.info
    assert len(photo.image) < 400_000


def test_the_shop_shows_the_photo_and_its_words(volunteer: Volunteer, client_for: Any, director: Any) -> None:
    reward = make.reward(volunteer.community, points=30)
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "#369").save(out, "PNG")
    upload = io.BytesIO(out.getvalue())
    upload.name = "rice.png"
    from carenet.webkit import once

    desk = client_for(director)
    url = reverse("volunteers:reward-photo-change", args=[reward.pk])
    done = desk.post(url, {"photo": upload, "alt": "蓝色米袋", "idempotency_key": once.new_key()})
    assert done.status_code == 302
    phone = client_for(make.volunteer_user(volunteer))
    window = phone.get(reverse("volunteers:rewards")).content.decode()
    address = reverse("volunteers:reward-photo", args=[reward.pk, reward.photo.sha256[:12]])
    assert address in window and 'alt="蓝色米袋"' in window
    answer = phone.get(address)
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    bad = io.BytesIO(b"<svg onload=alert(1)>")
    bad.name = "x.jpg"
    refused = desk.post(url, {"photo": bad, "alt": "x", "idempotency_key": once.new_key()})
    assert refused.status_code == 422 and str(photos.NotAPhoto.default_message) in refused.content.decode()


def test_what_is_missing_is_told_in_points_and_services(volunteer: Volunteer) -> None:
    make.served(volunteer, minutes=120)
    have = points_of(volunteer)
    reward = make.reward(volunteer.community, points=have + 30)
    with translation.override("zh-hans"):
        assert shop.card_for(volunteer, reward, TODAY).why_not == "还差 30 分，约 2 次服务"


def test_points_for_a_service_are_set_aside_and_paid_when_it_was_confirmed(volunteer: Volunteer) -> None:
    fund = make.fund(volunteer.community, yuan=100)
    claim = ask(volunteer, fund=fund, backing_fen=2000)
    fund.account.refresh_from_db()
    assert (points_of(volunteer), fund.account.balance) == (70, 8000)
    assert pull(volunteer) == 1 and pull(volunteer) == 0
    request = ServiceRequest.objects.get()
    assert (request.elder.person, request.kind_id, request.minutes) == (volunteer.person, "COMP", 60)

    helper = make.helper(volunteer.community, "COMP")
    by = registrar()
    dispatch.assign(request_id=request.pk, helper_id=helper.pk, by=by, at=NOW)
    dispatch.schedule(request_id=request.pk, scheduled_at=NOW, by=by, at=NOW)
    dispatch.start(request_id=request.pk, by=by, at=NOW)
    dispatch.finish(request_id=request.pk, by=by, at=NOW + timedelta(hours=1))
    assert pull(volunteer) == 0
    with pytest.raises(reward_claims.ServiceBegan):
        reward_claims.withdraw(claim=claim, by=by, at=NOW)
    dispatch.confirm(request_id=request.pk, way="SELF", by=by, at=NOW + timedelta(hours=2))
    assert pull(volunteer, days=1) == 1 and pull(volunteer, days=2) == 0
    claim.refresh_from_db()
    fund.account.refresh_from_db()
    assert (claim.state, points_of(volunteer), fund.account.balance) == ("SETTLED", 70, 8000)
    assert not check_books(volunteer.community)


@pytest.mark.parametrize("way", ["cancelled", "late", "late without a request", "withdrawn"])
def test_a_service_that_does_not_take_place_gives_points_and_money_back_once(
    volunteer: Volunteer, way: str
) -> None:
    fund = make.fund(volunteer.community, yuan=100)
    claim = ask(volunteer, fund=fund, backing_fen=2000)
    if way != "late without a request":
        pull(volunteer)
    if way == "cancelled":
        dispatch.cancel(
            request_id=ServiceRequest.objects.get().pk, reason="ELDER_AWAY", by=registrar(), at=NOW
        )
    if way == "withdrawn":
        reward_claims.withdraw(claim=claim, by=registrar(), at=NOW)
        service_rewards.release(claim=claim, words="不需要了", **facts())
    for _number in range(2):
        pull(volunteer, days=31 if way.startswith("late") else 0)
        service_rewards.release(claim=claim, words="", **facts())
    fund.account.refresh_from_db()
    claim.refresh_from_db()
    assert (claim.state, points_of(volunteer), fund.account.balance) == ("RELEASED", 100, 10_000)
    assert not ServiceRequest.objects.exclude(state="CANCELLED").exists()
    assert Outbox.objects.filter(template="volunteers.service_released").count() == 1
    assert not check_books(volunteer.community)
    statement = accounts.statement(volunteer, Unit.POINT)
    with translation.override("zh-hans"):
        titles = [
            line.title for month in accounts.statement(volunteer, Unit.POINT).months for line in month.lines
        ]
    assert statement.balance == 100 and titles[0].startswith("退回：") and titles[1].startswith("预留：")


def test_a_slip_nobody_collected_lapses_once_and_is_reminded_of_once(volunteer: Volunteer) -> None:
    slip = take(volunteer)
    stock = Reward.objects.get().stock
    soon = slip.pick_up_by - timedelta(days=1)
    told = [slips.remind(community=volunteer.community, on=soon, **facts()) for _number in range(2)]
    assert told == [1, 0]
    assert Outbox.objects.filter(template="volunteers.slip_waiting").count() == 1
    grace = slip.pick_up_by + timedelta(days=14)
    assert slips.lapse(community=volunteer.community, on=grace, **facts()) == 0
    late = [
        slips.lapse(community=volunteer.community, on=grace + timedelta(days=1), **facts())
        for _number in range(2)
    ]
    slip.refresh_from_db()
    assert late == [1, 0] and slip.state == "CANCELLED" and slip.note.lapsed_on == grace + timedelta(days=1)
    assert points_of(volunteer) == 100 and Reward.objects.get().stock == stock + 1
    assert Outbox.objects.filter(template="volunteers.slip_lapsed").count() == 1
    assert not check_books(volunteer.community)


def test_whom_the_owner_named_is_shown_at_the_counter_and_told_back(
    volunteer: Volunteer, worker: Any, client_for: Any
) -> None:
    from carenet.webkit import once

    slip, phone, desk = take(volunteer), client_for(make.volunteer_user(volunteer)), client_for(worker)
    url = reverse("volunteers:slip-proxy", args=[slip.token])
    nobody = phone.post(url, {"name": "李红", "relation": "", "idempotency_key": once.new_key()})
    assert nobody.status_code == 422
    phone.post(url, {"name": "李红", "relation": "NEIGHBOUR", "idempotency_key": once.new_key()})
    page = desk.get(reverse("volunteers:hand-over", args=[slip.code])).content.decode()
    assert "李红 代领" in page and "邻居" in page
    desk.post(
        reverse("volunteers:hand-over", args=[slip.code]),
        {"who": "PROXY", "to_name": "李红", "relation": "NEIGHBOUR", "idempotency_key": once.new_key()},
    )
    slip.refresh_from_db()
    assert (slip.state, slip.collected_by_name, slip.is_proxy) == ("COLLECTED", "李红", True)
    assert Outbox.objects.get(template="volunteers.collected").params["name"] == "李红"
    assert SlipNote.objects.get().events.count() == 1


def test_a_caller_is_asked_back_before_their_points_are_touched(
    volunteer: Volunteer, worker: Any, client_for: Any
) -> None:
    from carenet.webkit import once

    reward, desk = make.reward(volunteer.community, points=30), client_for(worker)
    url = reverse("volunteers:reward-redeem", args=[reward.pk])
    form = {"for": volunteer.pk, "points": 30, "channel": "PHONE"}
    refused = desk.post(url, form | {"asked_back": "", "idempotency_key": once.new_key()})
    assert refused.status_code == 422 and not Redemption.objects.exists() and points_of(volunteer) == 100
    done = desk.post(url, form | {"asked_back": "BORN", "idempotency_key": once.new_key()})
    assert done.status_code == 302 and points_of(volunteer) == 70
    assert (SlipNote.objects.get().channel, SlipNote.objects.get().asked_back) == ("PHONE", "BORN")
    assert Note.objects.get(verb="volunteers.redeemed_for").facts["channel"] == "PHONE"


def test_every_issued_point_names_what_stands_behind_it_and_the_report_adds_up(
    volunteer: Volunteer, director: Any, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    community = volunteer.community
    fund = make.fund(community, name="积分专项", yuan=50)
    report = backing_report(community, TODAY)
    assert [(each.issued, each.is_named) for each in report.rows if not each.is_named] == [(100, False)]

    backing.set_backing(
        community=community, fund=fund, valid_from=TODAY - timedelta(days=30), source="议事会", **facts()
    )
    backing.set_backing(
        community=community,
        goods="粮油店捐赠",
        goods_points=500,
        valid_from=TODAY + timedelta(days=1),
        source="议事会",
        **facts(),
    )
    first, second = PointBacking.objects.order_by("valid_from")
    assert first.valid_to == second.valid_from
    paid = make.reward(community, points=30, fund=fund, backing_fen=1500, backing="")
    given = make.reward(community, points=20, stock=5)
    take(volunteer, reward=paid, key="a")
    take(volunteer, reward=given, key="b")
    with django_assert_max_num_queries(9):
        report = backing_report(community, TODAY)
    rows = {each.fund.pk if each.fund else each.name: each for each in report.rows}
    row = rows[fund.pk]
    assert (row.issued, row.redeemed, row.paid_fen, row.left_fen, row.left_points) == (
        100,
        30,
        1500,
        3500,
        350,
    )
    assert row.backed == 380 and not row.is_short
    goods = next(each for each in report.rows if each.fund is None)
    assert (goods.issued, goods.redeemed, goods.left_points) == (0, 20, 80)
    assert (
        report.outstanding == 50 and report.percent == 860 and sum(each.issued for each in report.rows) == 100
    )
    page = client_for(director).get(reverse("volunteers:backing"))
    assert page.status_code == 200 and "积分专项" in page.content.decode()


def test_a_gift_closes_when_its_fund_runs_out_and_says_so(
    volunteer: Volunteer, director: Any, client_for: Any
) -> None:
    fund = make.fund(volunteer.community, name="小额专项", yuan=10)
    reward = make.reward(volunteer.community, name="雨伞", points=10, fund=fund, backing_fen=600, backing="")
    take(volunteer, reward=reward, key="first")
    with pytest.raises(rewards.NotBacked):
        take(volunteer, reward=reward, key="second")
    card = next(
        each for each in shop.window(volunteer, volunteer.community_id, TODAY) if each.reward == reward
    )
    assert not card.available and card.reward.stock == 4
    with translation.override("zh-hans"):
        window = (
            client_for(make.volunteer_user(volunteer)).get(reverse("volunteers:rewards")).content.decode()
        )
    assert "担保它的基金暂时用完了" in window
    office = client_for(director).get(reverse("volunteers:backing")).content.decode()
    assert "“雨伞”已停止兑换" in office


def test_the_shop_window_asks_the_same_few_questions_for_few_and_many(
    volunteer: Volunteer, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for size in (2, 12):
        for _number in range(size):
            make.reward(volunteer.community)
        with django_assert_max_num_queries(8) as asked:
            shop.window(volunteer, volunteer.community_id, TODAY)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_history_names_services_in_the_readers_language(volunteer: Volunteer) -> None:
    make.served(volunteer, what=_kind().name_en)
    for language, name in (("zh-hans", _kind().name), ("en", _kind().name_en)):
        with translation.override(language):
            lines = accounts.statement(volunteer, Unit.MINUTE).months[0].lines
        assert [each.title for each in lines] == [name]


def _kind() -> Any:
    from carenet.parties.models import ServiceKind

    return ServiceKind.objects.get(code="COMP")


def test_yardsticks_agree_with_counting_by_hand(community: Any, django_assert_max_num_queries: Any) -> None:
    last = months.first_of_month(TODAY)
    people = [
        make.volunteer(
            community, joined_on=TODAY - timedelta(days=60 * number), level=1 + number % 3,
            motive="HABIT" if number % 4 else "TASK", born_on=date(1945 + 3 * number, 5, 1),
        )
        for number in range(14)
    ]  # fmt: skip
    for number, each in enumerate(people):
        start = NOW - timedelta(days=17 * number, hours=3)
        cause = ("services.request" if number % 3 else "volunteers.late", number + 1)
        make.served(each, minutes=45 + number, start=start, on=start.date(), cause=cause)
    from volunteers.actions import registry

    gone = people[9]
    registry.leave(volunteer=gone, on=TODAY - timedelta(days=40), reason="搬走", **facts())
    first = last
    for _number in range(5):
        first = months.previous_month(first)
    with django_assert_max_num_queries(1):
        series = kpis.kpis(community, first, last)
    found = {each.yardstick.code: {month.month: value for month, value in each.values} for each in series}
    month = first
    while month <= last:
        after = months.next_month(month)
        rows = list(Volunteer.objects.of(community).select_related("person"))
        here = [v for v in rows if v.joined_on < after and (v.left_on is None or v.left_on >= after)]
        served = [a for v in rows for a in v.attendances.all()]
        in_month = [a for a in served if month <= a.served_on < after]
        active = {a.volunteer_id for a in served if after - timedelta(days=90) <= a.served_on < after}
        young = [
            v for v in here if 60 <= months.years_between(v.person.born_on, after - timedelta(days=1)) < 70
        ]
        assert found["active"][month] == len(active)
        assert found["hours"][month] == sum(a.hour_minutes for a in in_month) // 60
        assert found["trained"][month] == _share([v for v in here if v.level >= 2], here)
        assert found["young_old"][month] == _share(young, here)
        assert found["own_wish"][month] == _share([v for v in here if v.motive == "HABIT"], here)
        assert found["unasked"][month] == _share(
            [a for a in in_month if a.cause_kind != "services.request"], in_month
        )
        for code, least in (("kept6", 6), ("kept12", 12)):
            cohort = [v for v in rows if _back(after, least + 12) <= v.joined_on < _back(after, least)]
            kept = [v for v in cohort if v.left_on is None or v.left_on >= after]
            assert found[code][month] == _share(kept, cohort), (code, month)
        month = after


def _share(part: list[Any], whole: list[Any]) -> int | None:
    return round(len(part) * 100 / len(whole)) if whole else None


def _back(day: date, count: int) -> date:
    for _number in range(count):
        day = months.previous_month(day)
    return day


def test_yardsticks_are_seen_plotted_explained_and_taken_home(
    volunteer: Volunteer, director: Any, client_for: Any
) -> None:
    make.served(volunteer)
    desk, url = client_for(director), reverse("volunteers:kpis")
    page = desk.get(url, {"first": "2026-01", "last": "2026-11"}).content.decode()
    with translation.override("zh-hans"):
        assert all(str(each.definition) in page and str(each.label) in page for each in kpis.YARDSTICKS)
    assert page.count("<table") >= 2
    sheet = desk.get(url, {"format": "xlsx"})
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")
    wrong = desk.get(url, {"first": "2026-11", "last": "2026-01"})
    assert wrong.status_code == 200 and "结束不能早于开始" in wrong.content.decode()


def test_a_kept_filter_holds_no_names_and_only_its_owner_sees_it(
    volunteer: Volunteer, director: Any, worker: Any, client_for: Any
) -> None:
    from carenet.webkit import once
    from volunteers.models import KeptFilter

    desk = client_for(director)
    url = reverse("volunteers:filter-keep", args=["list"])
    desk.post(url, {"name": "二级", "query": "q=王秀兰&level=2&state=", "idempotency_key": once.new_key()})
    assert KeptFilter.objects.get().query == "level=2"
    assert "二级" in desk.get(reverse("volunteers:list")).content.decode()
    assert 'href="?level=2"' not in client_for(worker).get(reverse("volunteers:list")).content.decode()


def test_a_service_in_the_shop_is_asked_for_on_the_phone_and_taken_back(
    volunteer: Volunteer, client_for: Any
) -> None:
    from carenet.webkit import once

    reward, phone = service(volunteer), client_for(make.volunteer_user(volunteer))
    asked = phone.post(
        reverse("volunteers:reward-redeem", args=[reward.pk]),
        {"points": reward.points, "wish": "周二上午", "idempotency_key": once.new_key()},
    )
    claim = ServiceClaim.objects.get()
    assert (
        asked.headers["Location"] == reverse("volunteers:claim", args=[claim.pk]) and claim.wish == "周二上午"
    )
    assert "服务站正在安排" in phone.get(asked.headers["Location"]).content.decode()
    back = phone.post(
        reverse("volunteers:claim-withdraw", args=[claim.pk]), {"idempotency_key": once.new_key()}
    )
    claim.refresh_from_db()
    assert back.status_code == 302 and claim.state == "RELEASED" and points_of(volunteer) == 100


def test_a_service_cannot_be_taken_like_a_thing(volunteer: Volunteer) -> None:
    with pytest.raises(DomainError):
        take(volunteer, reward=service(volunteer))
    assert points_of(volunteer) == 100
