"""The help card on the fridge: one page without sign-in, one alarm however often it is pressed."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carenet.parties import scope
from elders.actions import help_cards
from elders.models import HelpToken
from services.actions import dispatch
from services.models import ServiceRequest
from tests import make


class Visitor(Client):
    """Somebody without an account. After each request the test's own scope is set again."""

    def __init__(self, community: Any, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **defaults)
        self.community = community

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        scope.set_for_transaction([self.community.pk])
        return response


def help_url(elder: Any) -> str:
    return reverse("services:help", args=[make.help_token(elder)])


def test_the_help_card_needs_no_sign_in_no_script_and_no_cookie(community: Any) -> None:
    elder = make.elder(community, name="王桂珍")
    url, visitor = help_url(elder), Visitor(community)
    page = visitor.get(url).content.decode()
    assert "按这里求助" in page
    assert 'method="post"' in page
    assert "tel:120" in page
    assert "王*" in page
    assert "王桂珍" not in page
    assert Visitor(community).post(url).status_code == 302
    assert ServiceRequest.objects.alarms().filter(elder=elder, channel="ONE_TAP").count() == 1
    assert "已收到" in visitor.get(url).content.decode()


def test_ten_presses_are_one_alarm(community: Any) -> None:
    url = help_url(make.elder(community))
    for _ in range(10):
        Visitor(community).post(url)
    alarm = ServiceRequest.objects.alarms().get()
    assert alarm.trail.filter(verb="press").count() == 9


def test_an_old_page_on_the_home_screen_still_raises_a_new_alarm(community: Any, staff: Any) -> None:
    from services.actions import escalation

    url, phone = help_url(make.elder(community)), Visitor(community)
    phone.post(url, {"idempotency_key": "old"})
    first = ServiceRequest.objects.alarms().get()
    escalation.resolve(request_id=first.pk, outcome="HELPED", words="", by=staff, at=timezone.now())
    phone.post(url, {"idempotency_key": "old"})
    assert ServiceRequest.objects.alarms().waiting().count() == 1


def test_a_card_that_was_lost_stops_working(community: Any, staff: Any, now: Any) -> None:
    elder = make.elder(community)
    url, visitor = help_url(elder), Visitor(community)
    help_cards.revoke(token=HelpToken.objects.get(elder=elder), by=staff, at=now)
    assert visitor.get(url).status_code == 404
    assert visitor.post(url).status_code == 404
    assert visitor.get(reverse("services:help", args=["guessed-token"])).status_code == 404


def test_i_am_fine_asks_once_and_stays_written_down(community: Any) -> None:
    url, visitor = help_url(make.elder(community)), Visitor(community)
    visitor.post(url)
    fine = url + "fine/"
    assert "真的没事" in visitor.post(fine).content.decode()
    assert ServiceRequest.objects.alarms().get().said_fine_at is None
    visitor.post(fine, {"sure": "yes"})
    alarm = ServiceRequest.objects.alarms().get()
    assert alarm.said_fine_at is not None
    assert alarm.state == "REQUESTED"


def test_too_many_new_alarms_of_one_card_lead_to_the_telephone(
    community: Any, staff: Any, monkeypatch: Any
) -> None:
    from services.actions import escalation, one_tap

    monkeypatch.setattr(one_tap, "NEW_ALARMS", 2)
    url, visitor = help_url(make.elder(community)), Visitor(community)
    for _ in range(2):
        assert visitor.post(url).status_code == 302
        alarm = ServiceRequest.objects.alarms().waiting().get()
        escalation.resolve(request_id=alarm.pk, outcome="TEST", words="", by=staff, at=timezone.now())
    last = visitor.post(url)
    assert last.status_code == 429
    assert "tel:120" in last.content.decode()


def test_the_card_says_who_is_taking_care(community: Any, director: Any) -> None:
    url, visitor = help_url(make.elder(community)), Visitor(community)
    visitor.post(url)
    dispatch.claim(request_id=ServiceRequest.objects.alarms().get().pk, by=director, at=timezone.now())
    assert "张站长 正在处理" in visitor.get(url + "state/").content.decode()
