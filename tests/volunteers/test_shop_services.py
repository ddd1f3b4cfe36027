"""Services for points: set aside, settled when the service was confirmed, given back once when it was not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from carenet.kernel.errors import DomainError
from carenet.kernel.errors import NotAllowed
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
    for who, refusal in ((owner, reward_claims.ServiceBegan), (by, reward_claims.ServiceBegan), (other, NotAllowed)):
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


def test_a_service_cannot_be_taken_like_a_thing(volunteer: Volunteer) -> None:
    with pytest.raises(DomainError):
        take(volunteer, reward=service(volunteer))
    assert points_of(volunteer) == 100
