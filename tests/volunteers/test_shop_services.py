"""Services for points: set aside, settled when the service was confirmed, given back once when it was not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from carenet.kernel.errors import DomainError, NotAllowed
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
from volunteers.actions import service_rewards
from volunteers.models import ServiceClaim, Volunteer
from volunteers.reports import accounts

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
    # Through no other door either, and by nobody else.
    owner, other = (make.volunteer_user(each) for each in (volunteer, make.volunteer(volunteer.community)))
    for who, refusal in (
        (owner, reward_claims.ServiceBegan),
        (by, reward_claims.ServiceBegan),
        (other, NotAllowed),
    ):
        with pytest.raises(refusal):
            service_rewards.release(claim=claim, words="", by=who, at=NOW)
    assert points_of(volunteer) == 70
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


def _kind() -> Any:
    from carenet.parties.models import ServiceKind

    return ServiceKind.objects.get(code="COMP")


def test_the_history_names_services_in_the_readers_language(volunteer: Volunteer) -> None:
    make.served(volunteer, what=_kind().name_en)
    for language, name in (("zh-hans", _kind().name), ("en", _kind().name_en)):
        with translation.override(language):
            lines = accounts.statement(volunteer, Unit.MINUTE).months[0].lines
        assert [each.title for each in lines] == [name]


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


def test_points_serve_the_mother_whose_file_names_the_volunteer_and_nobody_else(
    community: Any, client_for: Any
) -> None:
    from carenet.webkit import once

    mother, stranger = make.elder(community, name="李桂兰"), make.elder(community, name="赵秀英")
    user, daughter = make.daughter_of(mother)
    make.points(daughter, 100)
    reward = service(daughter, listed=False)
    with pytest.raises(service_rewards.NotYourElder):
        service_rewards.claim(volunteer=daughter, reward=reward, elder=stranger, key="x", on=TODAY, **facts())
    assert points_of(daughter) == 100
    made = service_rewards.claim(
        volunteer=daughter, reward=reward, elder=mother, key="y", on=TODAY, **facts()
    )
    assert pull(daughter) == 1
    request = ServiceRequest.objects.get()
    assert (made.elder, request.elder, request.on_behalf_of) == (mother, mother, daughter.person)
    phone = client_for(user)
    page = phone.get(reverse("volunteers:reward-check", args=[reward.pk])).content.decode()
    assert "李桂兰" in page and "赵秀英" not in page
    for elder, status in ((stranger, 422), (mother, 302)):
        answer = phone.post(
            reverse("volunteers:reward-redeem", args=[reward.pk]),
            {"points": reward.points, "elder": elder.pk, "idempotency_key": once.new_key()},
        )
        assert answer.status_code == status
    assert ServiceClaim.objects.filter(elder=mother).count() == 2


def test_the_home_file_names_a_close_relative_too(community: Any) -> None:
    from elders.actions import households
    from volunteers.reports import kin

    mother = make.elder(community)
    son, neighbour = make.volunteer(community), make.volunteer(community)
    home = _home(mother)
    for each, relation in ((son, "SON"), (neighbour, "NEIGHBOUR")):
        households.give_role(
            household=home,
            person=each.person,
            kind="KIN",
            relation=relation,
            since=TODAY,
            by=registrar(),
            at=NOW,
        )
    assert [(each.elder, each.relation) for each in kin.elders_of(son, on=NOW.date())] == [(mother, "SON")]
    assert kin.elders_of(neighbour, on=NOW.date()) == []
    assert [each.volunteer for each in kin.relatives_of(mother)] == [son]


def _home(elder: Any) -> Any:
    from elders.models import HouseholdRole

    return HouseholdRole.objects.get(person=elder.person, kind="RESIDENT", until__isnull=True).household


def test_a_service_is_asked_for_by_rest_once_per_key(volunteer: Volunteer, api_for: Any) -> None:
    reward, api = service(volunteer), api_for(make.volunteer_user(volunteer))
    address = f"/api/v1/rewards/{reward.pk}/redeem/"
    stranger = make.elder(volunteer.community)
    refused = api.post(address, {"elder": stranger.pk}, format="json", HTTP_IDEMPOTENCY_KEY="s")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_your_elder")
    answers = [
        api.post(address, {"points": 30, "wish": "周二"}, format="json", HTTP_IDEMPOTENCY_KEY="k")
        for _n in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].json()["state"], answers[0].json()["minutes"], answers[0].json()["wish"]) == (
        "HELD",
        60,
        "周二",
    )
    assert (ServiceClaim.objects.count(), points_of(volunteer)) == (1, 70)
    shown = {each["id"]: each["is_service"] for each in api.get("/api/v1/rewards/").json()}
    assert shown[reward.pk] is True


def test_a_service_cannot_be_taken_like_a_thing(volunteer: Volunteer) -> None:
    with pytest.raises(DomainError):
        take(volunteer, reward=service(volunteer))
    assert points_of(volunteer) == 100
