"""The pages: three screens to a slip, plain refusals, own rows only, constant numbers of queries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from carenet.ledger.models import Account
from carenet.webkit import once
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import rewards
from volunteers.models import Redemption, Volunteer


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    found = make.volunteer(community, name="王秀兰")
    make.points(found, 100)
    return found


@pytest.fixture
def client(volunteer: Volunteer, client_for: Any) -> Any:
    return client_for(make.volunteer_user(volunteer))


def redeem(client: Any, reward: Any, key: str = "", points: int | None = None, **fields: Any) -> Any:
    return client.post(
        reverse("volunteers:reward-redeem", args=[reward.pk]),
        {"points": points or reward.points, "idempotency_key": key or once.new_key(), **fields},
    )


def points_of(volunteer: Volunteer) -> int:
    return Account.objects.get(code=volunteer.account_code, unit="POINT").balance


def test_from_home_to_the_slip_in_four_taps(client: Any, volunteer: Volunteer) -> None:
    reward = make.reward(volunteer.community, name="东北大米", points=30)
    home = client.get("/me/").content.decode()
    assert "100" in home and reverse("volunteers:rewards") in home
    window = client.get(reverse("volunteers:rewards")).content.decode()
    check_url = reverse("volunteers:reward-check", args=[reward.pk])
    assert check_url in window
    check = client.get(check_url).content.decode()
    assert "70" in check and "idempotency_key" in check
    answer = redeem(client, reward)
    slip = Redemption.objects.get()
    assert answer.status_code == 302 and answer.headers["Location"] == f"/slips/{slip.token}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert slip.code_in_groups in page and "<svg" in page and "东北大米" in page


def test_one_form_posted_again_and_again_counts_once(client: Any, volunteer: Volunteer) -> None:
    reward = make.reward(volunteer.community)
    places = {redeem(client, reward, key="same").headers["Location"] for _ in range(20)}
    assert len(places) == 1 and points_of(volunteer) == 70


def test_sold_out_meanwhile_is_the_same_page_with_a_sentence_and_nothing_taken(
    client: Any, volunteer: Volunteer
) -> None:
    reward = make.reward(volunteer.community, stock=1)
    other = make.volunteer(volunteer.community)
    make.points(other, 100)
    rewards.redeem(volunteer=other, reward=reward, key="other", by=registrar(), on=NOW.date(), at=NOW)
    answer = redeem(client, reward)
    assert answer.status_code == 422 and str(rewards.SoldOut.default_message) in answer.content.decode()
    assert points_of(volunteer) == 100


def test_a_changed_price_is_shown_before_it_is_taken(client: Any, volunteer: Volunteer, staff: Any) -> None:
    reward = make.reward(volunteer.community, points=30)
    rewards.change(reward=reward, points=40, by=staff, at=NOW)
    answer = redeem(client, reward, points=30)
    assert answer.status_code == 422 and points_of(volunteer) == 100
    assert re.search(r'name="points" value="40"', answer.content.decode())
    assert redeem(client, reward, points=40).status_code == 302


def test_gifts_out_of_reach_come_last_and_say_what_is_missing(client: Any, volunteer: Volunteer) -> None:
    make.reward(volunteer.community, name="贵的", points=120)
    make.reward(volunteer.community, name="便宜", points=10)
    make.reward(volunteer.community, name="没货", points=5, stock=0)
    page = client.get(reverse("volunteers:rewards")).content.decode()
    assert page.index("便宜") < page.index("没货") and page.index("便宜") < page.index("贵的")
    assert "20" in page


def test_a_volunteer_sees_only_own_slips_and_not_the_office(client: Any, volunteer: Volunteer) -> None:
    other = make.volunteer(volunteer.community)
    make.points(other, 100)
    slip = rewards.redeem(
        volunteer=other,
        reward=make.reward(volunteer.community),
        key="o",
        by=registrar(),
        on=NOW.date(),
        at=NOW,
    )
    for url in (
        reverse("volunteers:my-slip", args=[slip.uid]), reverse("volunteers:hand-over", args=[slip.code]),
        reverse("volunteers:slip-cancel", args=[slip.token]), reverse("volunteers:list"), reverse("volunteers:redemptions"),
        reverse("volunteers:detail", args=[volunteer.pk]), reverse("volunteers:shop"), reverse("volunteers:counter"),
        reverse("volunteers:enrol"), reverse("volunteers:rules"),
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
    assert redeem(client, make.reward(volunteer.community), **{"for": other.pk}).status_code == 404


def test_the_slip_opens_by_its_secret_for_anybody_and_hides_the_name(volunteer: Volunteer) -> None:
    from django.test import Client

    slip = rewards.redeem(
        volunteer=volunteer,
        reward=make.reward(volunteer.community),
        key="s",
        by=registrar(),
        on=NOW.date(),
        at=NOW,
    )
    page = Client().get(f"/slips/{slip.token}/").content.decode()
    assert slip.code_in_groups in page and "王**" in page and "王秀兰" not in page
    assert Client().get("/slips/nothing-like-this/").status_code == 404
    assert Client().get(f"/slips/{slip.token}/cancel/").status_code == 302


def test_staff_hand_over_by_the_code_to_a_named_proxy(
    volunteer: Volunteer, staff: Any, client_for: Any
) -> None:
    slip = rewards.redeem(
        volunteer=volunteer,
        reward=make.reward(volunteer.community),
        key="s",
        by=registrar(),
        on=NOW.date(),
        at=NOW,
    )
    office = client_for(staff)
    found = office.get(reverse("volunteers:slip-find"), {"code": slip.code_in_groups})
    assert found.headers["Location"] == f"/r/{slip.code}/"
    assert office.get(reverse("volunteers:slip-find"), {"code": "12"}).status_code == 422
    assert office.get(reverse("volunteers:slip-find"), {"code": "0000 0000"}).status_code == 422
    assert office.get("/r/00000000/").status_code == 404
    url = f"/r/{slip.code}/"
    assert "王秀兰" in office.get(url).content.decode()
    assert (
        office.post(url, {"who": "PROXY", "to_name": "", "idempotency_key": once.new_key()}).status_code
        == 422
    )
    proxy = {"who": "PROXY", "to_name": "王小明", "relation": "SON"}
    done = office.post(url, proxy | {"idempotency_key": once.new_key()})
    assert done.status_code == 302
    slip.refresh_from_db()
    assert (slip.state, slip.collected_by_name) == ("COLLECTED", "王小明")
    late = office.post(url, {"who": "SELF", "to_name": "", "idempotency_key": once.new_key()})
    assert late.status_code == 422


def test_cancelling_asks_once_and_gives_the_points_back(client: Any, volunteer: Volunteer) -> None:
    reward = make.reward(volunteer.community)
    redeem(client, reward)
    url = reverse("volunteers:slip-cancel", args=[Redemption.objects.get().token])
    assert client.get(url).status_code == 200 and points_of(volunteer) == 70
    assert client.post(url, {"idempotency_key": once.new_key()}).status_code == 302
    assert points_of(volunteer) == 100


def test_staff_redeem_at_the_counter_for_somebody_without_a_phone(
    volunteer: Volunteer, worker: Any, client_for: Any
) -> None:
    reward, desk = make.reward(volunteer.community), client_for(worker)
    assert f"?for={volunteer.pk}" in desk.get(reverse("volunteers:counter"), {"q": "秀兰"}).content.decode()
    assert desk.get(reverse("volunteers:rewards"), {"for": volunteer.pk}).status_code == 200
    assert (
        desk.get(reverse("volunteers:reward-check", args=[reward.pk]), {"for": volunteer.pk}).status_code
        == 200
    )
    answer = redeem(desk, reward, channel="COUNTER", **{"for": volunteer.pk})
    assert desk.get(answer.headers["Location"]).status_code == 200
    assert Redemption.objects.get().by == worker and points_of(volunteer) == 70


def test_statements_show_the_balance_after_each_line_and_why_something_was_corrected(
    client: Any, volunteer: Volunteer, staff: Any
) -> None:
    from volunteers.actions import time_bank

    make.served(volunteer, minutes=90, what="助餐送餐")
    wrong = make.served(volunteer, minutes=60, what="陪伴聊天", start=NOW - timedelta(days=40))
    time_bank.reverse(attendance=wrong, reason="记错了人", by=staff, at=NOW)
    redeem(client, make.reward(volunteer.community, name="肥皂"))
    points = client.get(reverse("volunteers:points")).content.decode()
    for words in ("助餐送餐", "记错了人", "肥皂", "85"):
        assert words in points
    hours = client.get(reverse("volunteers:hours")).content.decode()
    assert "助餐送餐" in hours and "<svg" in hours


def test_a_long_statement_is_read_page_by_page(
    client: Any, volunteer: Volunteer, django_assert_max_num_queries: Any
) -> None:
    for number in range(70):
        make.served(volunteer, minutes=15, start=NOW - timedelta(days=number + 1), what=f"服务{number}")
    with django_assert_max_num_queries(22):
        page = client.get(reverse("volunteers:hours")).content.decode()
    before = re.search(r"\?before=(\d+)", page)
    assert before
    second = client.get(reverse("volunteers:hours"), {"before": before[1]}).content.decode()
    assert "服务0" in page + second and "服务69" in page + second


def test_the_office_list_takes_the_same_number_of_queries_for_any_length(
    community: Any, staff: Any, client_for: Any, django_assert_max_num_queries: Any
) -> None:
    office, url = client_for(staff), reverse("volunteers:list")
    for number in range(3):
        make.served(make.volunteer(community), key=f"a{number}")
    office.get(url)
    with django_assert_max_num_queries(30) as few:
        office.get(url)
    for number in range(25):
        make.served(make.volunteer(community), key=f"b{number}")
    with django_assert_max_num_queries(30) as many:
        page = office.get(url)
    assert len(few) == len(many) and page.content.decode().count("V2025-") >= 28
    assert office.get(url, {"format": "xlsx"}).headers["Content-Type"].startswith("application/vnd.openxml")


def test_the_shop_window_takes_the_same_number_of_queries_for_any_length(
    client: Any, volunteer: Volunteer, django_assert_max_num_queries: Any
) -> None:
    make.reward(volunteer.community)
    url = reverse("volunteers:rewards")
    client.get(url)
    with django_assert_max_num_queries(22) as few:
        client.get(url)
    for _ in range(20):
        make.reward(volunteer.community)
    with django_assert_max_num_queries(22) as many:
        client.get(url)
    assert len(few) == len(many)


def test_the_office_enrols_a_new_person_and_an_elder(community: Any, staff: Any, client_for: Any) -> None:
    office = client_for(staff)
    url = reverse("volunteers:enrol")
    assert office.get(url).status_code == 200
    known = make.person(community, name="周玉珍")
    assert f"?person={known.pk}" in office.get(url, {"q": "玉珍"}).content.decode()
    common = {
        "joined_on": "2026-11-01", "source": "MUTUAL_AID", "channel": "DOOR", "motive": "HABIT", "level": "1",
        "skills": "书法、理发",
    }  # fmt: skip
    done = office.post(f"{url}?person={known.pk}", {**common, "idempotency_key": once.new_key()})
    assert done.status_code == 302 and Volunteer.objects.get(person=known).skills == ["书法", "理发"]
    new = {**common, "name": "何阿姨", "sex": "2", "phone": "13800138000", "idempotency_key": once.new_key()}
    assert office.post(f"{url}?new=1", new).status_code == 422
    done = office.post(
        f"{url}?new=1", {**new, "no_id_reason": "证件补办中", "idempotency_key": once.new_key()}
    )
    assert done.status_code == 302 and Volunteer.objects.filter(person__name="何阿姨").exists()


def test_the_office_keeps_the_shop(community: Any, staff: Any, client_for: Any) -> None:
    from volunteers.models import Reward

    office = client_for(staff)
    facts = {
        "name": "雨伞", "kind": "DAILY", "picture": "umbrella", "points": "50", "per_period": "YEAR", "min_age": "0",
        "backing": "福彩中心捐赠", "place": "服务站", "pick_up_days": "14", "low_stock": "2", "stock": "20", "source": "福彩中心捐赠单",
    }  # fmt: skip
    done = office.post(reverse("volunteers:reward-offer"), {**facts, "idempotency_key": once.new_key()})
    reward = Reward.objects.get(name="雨伞")
    assert done.status_code == 302 and reward.stock == 20
    twin = office.post(reverse("volunteers:reward-offer"), {**facts, "idempotency_key": once.new_key()})
    assert twin.status_code == 422
    stock = reverse("volunteers:reward-stock", args=[reward.pk])
    office.post(
        stock, {"what": "COUNT", "quantity": "18", "source": "盘点", "idempotency_key": once.new_key()}
    )
    reward.refresh_from_db()
    assert reward.stock == 18
    for name in ("reward", "reward-change", "reward-stock"):
        assert office.get(reverse(f"volunteers:{name}", args=[reward.pk])).status_code == 200
    assert office.get(reverse("volunteers:shop")).status_code == 200
    office.post(reverse("volunteers:reward-show", args=[reward.pk]), {"idempotency_key": once.new_key()})
    reward.refresh_from_db()
    assert not reward.is_active


def test_the_office_pages_of_a_volunteer_open(volunteer: Volunteer, staff: Any, client_for: Any) -> None:
    office = client_for(staff)
    attendance = make.served(volunteer)
    for url in (
        reverse("volunteers:detail", args=[volunteer.pk]), reverse("volunteers:change", args=[volunteer.pk]),
        reverse("volunteers:qualify", args=[volunteer.pk]), reverse("volunteers:reverse", args=[attendance.pk]),
        reverse("volunteers:rules"), reverse("volunteers:rule", args=["points_per_hour"]), reverse("volunteers:redemptions"),
        reverse("volunteers:slip-find"), reverse("volunteers:counter"), reverse("volunteers:rewards"),
    ):  # fmt: skip
        assert office.get(url).status_code == 200, url
    step = reverse("volunteers:step", args=[volunteer.pk])
    for name, state in (("pause", "PAUSED"), ("resume", "ACTIVE"), ("leave", "LEFT"), ("return", "ACTIVE")):
        office.post(step, {"step": name, "reason": "x", "idempotency_key": once.new_key()})
        volunteer.refresh_from_db()
        assert volunteer.state == state
    reason = reverse("volunteers:reverse", args=[attendance.pk])
    assert office.post(reason, {"reason": "", "idempotency_key": once.new_key()}).status_code == 422
    assert office.post(reason, {"reason": "没有去", "idempotency_key": once.new_key()}).status_code == 302


def test_a_stranger_finds_nothing(volunteer: Volunteer, stranger: Any, client_for: Any) -> None:
    slip = rewards.redeem(
        volunteer=volunteer,
        reward=make.reward(volunteer.community),
        key="s",
        by=registrar(),
        on=NOW.date(),
        at=NOW,
    )
    client = client_for(stranger)
    for url in (
        reverse("volunteers:detail", args=[volunteer.pk]), reverse("volunteers:my-slip", args=[slip.uid]),
        reverse("volunteers:reward", args=[slip.reward_id]), reverse("volunteers:slip-cancel", args=[slip.token]),
        reverse("volunteers:reward-check", args=[slip.reward_id]),
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
    assert "王秀兰" not in client.get(f"/r/{slip.code}/").content.decode()
    assert "王秀兰" not in client.get(reverse("volunteers:list")).content.decode()


def test_who_may_not_hand_over_sees_no_door_to_it(community: Any, staff: Any, auditor: Any) -> None:
    for user, doors in ((staff, True), (auditor, False)):
        page = make.client_for(user).get(reverse("volunteers:redemptions")).content.decode()
        assert (reverse("volunteers:slip-find") in page) is doors
        assert (reverse("volunteers:counter") in page) is doors
