"""Time coins on the pages: the choice with what is there and what is needed, the list, one's own list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from services.actions import coins, dispatch
from services.models import CoinPayment, ServiceRequest
from tests import make
from tests.make import NOW


def post(client: Any, name: str, *args: Any, **data: Any) -> Any:
    import uuid

    return client.post(reverse(name, args=args), {"idempotency_key": str(uuid.uuid4()), **data})


def paid(community: Any) -> ServiceRequest:
    elder, _own = make.saver(community)
    request, by, later = make.request(elder, minutes=60), make.registrar(), NOW + timedelta(hours=3)
    coins.choose(request_id=request.pk, code="OWN", by=by, at=NOW)
    asked = dispatch.offer(request_id=request.pk, helper_id=make.helper(community).pk, by=by, at=NOW)
    dispatch.accept(candidate_id=asked.pk, by=by, at=NOW)
    dispatch.finish(request_id=request.pk, minutes=60, by=by, at=later)
    return dispatch.confirm(request_id=request.pk, way="PHONE", by=by, at=later)


def test_an_elder_asks_and_pays_with_own_coins_on_one_page(community: Any, client_for: Any) -> None:
    elder, _own = make.saver(community, minutes=120)
    client = client_for(make.user("ELDER", community, person=elder.person))
    page = client.get(reverse("services:home-ask"), {"elder": elder.pk}).content.decode()
    assert "我的时间币：2小时" in page.replace(" ", "")
    answer = post(client, "services:home-ask", elder=elder.pk, kind="COMP", pay="OWN")
    assert answer.status_code == 302
    assert CoinPayment.objects.get().state == "CHOSEN"
    home = client.get(reverse("services:home")).content.decode()
    assert reverse("services:home-coins", args=[ServiceRequest.objects.get().pk]) in home


def test_a_wish_that_the_coins_cannot_pay_is_not_taken_and_says_what_to_do(
    community: Any, client_for: Any
) -> None:
    elder, _own = make.saver(community, minutes=30)
    client = client_for(make.user("ELDER", community, person=elder.person))
    answer = post(client, "services:home-ask", elder=elder.pk, kind="COMP", pay="OWN")
    assert "账户上有30分钟" in answer.content.decode().replace(" ", "")
    assert not ServiceRequest.objects.exists()


def test_the_office_chooses_changes_and_undoes_and_sees_what_is_needed(
    community: Any, client_for: Any, staff: Any
) -> None:
    elder, own = make.saver(community, minutes=120)
    _user, daughter = make.daughter_of(elder, minutes=30)
    request = make.request(elder, minutes=60)
    client, address = client_for(staff), "services:request-coins"
    page = client.get(reverse(address, args=[request.pk])).content.decode()
    assert "disabled" in page  # the daughter's thirty minutes are grey, with the reason
    assert daughter.person.name in page
    assert post(client, address, request.pk, pay="OWN").status_code == 302
    assert "chosen" in CoinPayment.objects.get().request.trail.latest("pk").facts["step"]
    assert post(client, address, request.pk, pay="").status_code == 302
    assert CoinPayment.objects.get().state == "DROPPED"
    assert make.coins_of(own) == 120


def test_the_list_finds_and_marks_what_is_paid_with_coins(
    community: Any, client_for: Any, staff: Any, django_assert_max_num_queries: Any
) -> None:
    paid(community)
    other = make.request(make.elder(community))
    client, page = client_for(staff), reverse("services:requests")
    with_coins = client.get(page, {"stage": "ended", "paid": "coins"}).content.decode()
    assert "时间币" in with_coins
    found = [each["request"].pk for each in client.get(page, {"paid": "money"}).context["rows"]]
    assert other.pk in found
    for _n in range(3):
        paid(community)
    with django_assert_max_num_queries(40):
        assert len(client.get(page, {"stage": "ended", "paid": "coins"}).context["rows"]) == 4
    assert client.get(page, {"stage": "ended", "format": "xlsx"}).status_code == 200


def test_the_station_gives_coins_back_with_a_reason(community: Any, client_for: Any, staff: Any) -> None:
    request = paid(community)
    client = client_for(staff)
    assert (
        reverse("services:request-coins-back", args=[request.pk])
        in client.get(reverse("services:request", args=[request.pk])).content.decode()
    )
    assert post(client, "services:request-coins-back", request.pk, words="").status_code == 422
    assert post(client, "services:request-coins-back", request.pk, words="重复登记").status_code == 302
    assert CoinPayment.objects.get().state == "RETURNED"


def test_a_relative_sees_what_the_coins_pay_for_and_takes_them_back(community: Any, client_for: Any) -> None:
    mother = make.elder(community)
    own = make.daughter_of(mother, minutes=60)[1]
    request = make.request(mother, minutes=60)
    coins.choose(request_id=request.pk, code=f"RELATIVE-{own.pk}", by=make.registrar(), at=timezone.now())
    client = client_for(own.user)
    page = client.get(reverse("services:my-coins")).content.decode()
    assert mother.person.name in page
    assert post(client, "services:my-coins-undo", CoinPayment.objects.get().pk).status_code == 302
    assert CoinPayment.objects.get().state == "DROPPED"
