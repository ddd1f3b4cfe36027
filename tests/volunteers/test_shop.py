"""Around the points shop: photos, proxies, backing, lapsed slips, what callers are asked."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from PIL import Image

from carenet.audit.models import Note
from carenet.ledger.check import check_books
from carenet.ledger.models import Account
from carenet.notices.models import Outbox
from tests import make
from tests.make import NOW
from tests.volunteers.test_shop_refusals import facts, take
from volunteers.actions import backing, photos, rewards, slips
from volunteers.models import PointBacking, Redemption, Reward, SlipNote, Volunteer
from volunteers.reports import shop
from volunteers.reports.backing import backing as backing_report

TODAY = NOW.date()


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    found = make.volunteer(community, name="王秀兰")
    make.points(found, 100)
    return found


def points_of(volunteer: Volunteer) -> int:
    return Account.objects.get(code=volunteer.account_code, unit="POINT").balance


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


def test_a_gift_is_told_in_the_readers_language_and_a_slip_says_where_it_was_promised() -> None:
    reward = Reward(
        name="香皂",
        name_en="Soap",
        words="洗手",
        words_en="For hands.",
        place="一楼",
        place_en="Ground floor",
    )
    slip = Redemption(name=reward.name, place=reward.place, reward=reward)
    with translation.override("en"):
        assert (reward.title, reward.about, reward.where) == ("Soap", "For hands.", "Ground floor")
        assert (slip.title, slip.where) == ("Soap", "Ground floor")
        slip.place = "旧柜台"
        assert slip.where == "旧柜台"
    with translation.override("zh-hans"):
        assert (reward.title, reward.about, reward.where) == (reward.name, reward.words, reward.place)
