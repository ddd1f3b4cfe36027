"""REST: the same rules through the other door."""

from __future__ import annotations

from typing import Any

import pytest

from carenet.webkit import once
from tests import make
from volunteers.models import Redemption, Volunteer


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    found = make.volunteer(community)
    make.points(found, 100)
    return found


def post(api: Any, url: str, data: dict[str, Any], key: str = "") -> Any:
    return api.post(url, data, format="json", headers={"Idempotency-Key": key or once.new_key()})


def test_balance_statement_shop_and_redemption(volunteer: Volunteer, api_for: Any) -> None:
    api = api_for(make.volunteer_user(volunteer))
    make.served(volunteer, minutes=60, what="送餐")
    reward = make.reward(volunteer.community, points=30)
    (me,) = api.get("/api/v1/volunteers/").json()["results"]
    assert (me["points"], me["minutes"], me["coins"]) == (110, 60, 60)
    statement = api.get(f"/api/v1/volunteers/{volunteer.pk}/statements/points/").json()
    assert statement["lines"][0] | {"detail": ""} == {
        "on": statement["lines"][0]["on"], "title": "送餐", "detail": "", "amount": 10, "balance": 110, "is_correction": False,
    }  # fmt: skip
    (shown,) = api.get("/api/v1/rewards/").json()
    assert (shown["id"], shown["left"], shown["why_not"]) == (reward.pk, 5, "")
    done = post(api, f"/api/v1/rewards/{reward.pk}/redeem/", {"points": 30}, key="k")
    again = post(api, f"/api/v1/rewards/{reward.pk}/redeem/", {"points": 30}, key="k")
    assert done.status_code == again.status_code == 201 and done.json()["code"] == again.json()["code"]
    assert Redemption.objects.count() == 1
    other_body = post(api, f"/api/v1/rewards/{reward.pk}/redeem/", {"points": 31}, key="k")
    assert other_body.status_code == 409


def test_refusals_have_a_code_and_a_sentence(volunteer: Volunteer, api_for: Any) -> None:
    api = api_for(make.volunteer_user(volunteer))
    dear = make.reward(volunteer.community, points=500)
    answer = post(api, f"/api/v1/rewards/{dear.pk}/redeem/", {})
    assert answer.status_code == 409 and answer.json()["code"] == "overdrawn" and answer.json()["message"]
    assert api.post(f"/api/v1/rewards/{dear.pk}/redeem/", {}, format="json").status_code == 400


def test_staff_redeem_at_the_counter_and_hand_over(volunteer: Volunteer, api_for: Any, worker: Any) -> None:
    api, reward = api_for(worker), make.reward(volunteer.community)
    slip = post(api, f"/api/v1/rewards/{reward.pk}/redeem/", {"volunteer": volunteer.pk}).json()
    assert api.get("/api/v1/redemptions/", {"code": slip["code"]}).json()["results"][0]["id"] == slip["id"]
    done = post(api, f"/api/v1/redemptions/{slip['id']}/hand-over/", {"proxy": True, "to_name": "王小明"})
    assert done.json()["state"] == "COLLECTED" and done.json()["collected_by_name"] == "王小明"
    late = post(api, f"/api/v1/redemptions/{slip['id']}/take-back/", {})
    assert late.status_code == 409 and late.json()["code"] == "already_collected"


def test_a_volunteer_cannot_redeem_for_another_or_hand_over(volunteer: Volunteer, api_for: Any) -> None:
    other = make.volunteer(volunteer.community)
    api, reward = api_for(make.volunteer_user(other)), make.reward(volunteer.community)
    assert post(api, f"/api/v1/rewards/{reward.pk}/redeem/", {"volunteer": volunteer.pk}).status_code == 404
    assert api.get(f"/api/v1/volunteers/{volunteer.pk}/").status_code == 404
    assert api.get(f"/api/v1/volunteers/{volunteer.pk}/statements/points/").status_code == 404
