"""The wall board: no names, no session, nothing to press; it ends when its opener's rights end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carenet.accounts.actions import people
from carenet.audit.models import Note
from carenet.parties import scope
from carenet.webkit import once
from services.web import wall
from tests import make
from tests.make import client_for

NAMES = ("王桂珍", "陈志强", "9-909", "13800138000")


def turned(user: Any) -> str:
    """The address a screen stands at after the user made it a wall board."""
    answer = client_for(user).post(reverse("services:wall-turn"), {"idempotency_key": once.new_key()})
    return str(answer["Location"])


def look(community: Any, address: str) -> Any:
    """What a visitor's browser gets; afterwards the test's own scope is back."""
    answer = Client().get(address)
    scope.set_for_transaction([community.pk])
    return answer


@pytest.fixture
def busy(community: Any) -> None:
    """An open alarm and an accepted service, with names that must not be shown."""
    elder = make.elder(community, name="王桂珍", door="9-909", phone="13800138000")
    make.alarm(elder, at=timezone.now())
    make.accepted(elder, make.helper(community, "COMP", name="陈志强"))


def test_a_wall_shows_alarms_and_requests_but_no_person(community: Any, staff: Any, busy: None) -> None:
    address = turned(staff)
    page = look(community, address)
    assert page.status_code == 200
    shown = page.content.decode()
    assert "SOS" in shown
    assert "陪伴聊天" in shown
    live = look(community, f"{address}live/")
    assert live.status_code == 200
    assert "<html" not in live.content.decode()
    for each in (shown, live.content.decode()):
        assert not [name for name in (*NAMES, staff.display_name) if name in each]
        assert 'method="post" action="/board' not in each


def test_whoever_makes_a_wall_is_signed_out_there_and_it_is_noted(community: Any, staff: Any) -> None:
    client = client_for(staff)
    client.post(reverse("services:wall-turn"), {"idempotency_key": once.new_key()})
    scope.set_for_transaction([community.pk])
    assert "_auth_user_id" not in client.session
    assert Note.objects.get(verb="services.wall").by_id == staff.pk


def test_a_wall_ends_when_its_opener_signs_out_everywhere(community: Any, staff: Any, busy: None) -> None:
    address = turned(staff)
    people.end_sessions(user=staff, by=staff, at=timezone.now())
    answer = look(community, address)
    assert answer.status_code == 410
    assert "SOS" not in answer.content.decode()
    live = look(community, f"{address}live/")
    assert live.status_code == 410
    assert "hx-get" not in live.content.decode()
    assert "请重新登录" in live.content.decode()


def test_a_wall_ends_when_its_opener_loses_the_role(
    community: Any, staff: Any, director: Any, busy: None
) -> None:
    address = turned(staff)
    grant = staff.grants.first()
    people.revoke(grant=grant, by=director, at=timezone.now())
    assert look(community, address).status_code == 410


@pytest.mark.parametrize("age", [timedelta(days=29), timedelta(days=31)])
def test_a_wall_lasts_thirty_days(
    community: Any, staff: Any, busy: None, age: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = timezone.now() - age
    monkeypatch.setattr("django.core.signing.time.time", begun.timestamp)
    word = wall.word_of(staff, community.pk)
    monkeypatch.undo()
    answer = look(community, reverse("services:wall", args=[word]))
    assert answer.status_code == (200 if age < wall.LASTS else 410)


def test_a_made_up_word_opens_nothing(community: Any, staff: Any, busy: None) -> None:
    other = signing.dumps([community.pk, staff.pk, staff.session_epoch], salt="something else")
    for word in ("nonsense", other, turned(staff).rstrip("/").rpartition("/")[2][:-1] + "x"):
        assert look(community, reverse("services:wall", args=[word])).status_code == 410


def test_the_wall_of_one_community_shows_nothing_of_another(
    community: Any, stranger: Any, busy: None
) -> None:
    answer = look(community, turned(stranger))
    assert answer.status_code == 200
    assert "SOS" not in answer.content.decode()
    assert "陪伴聊天" not in answer.content.decode()


def test_a_wall_costs_the_same_however_many_alarms_there_are(
    community: Any, staff: Any, busy: None, django_assert_max_num_queries: Any
) -> None:
    address = turned(staff)
    for size in (0, 6):
        for number in range(size):
            make.alarm(make.elder(community, name=f"李{number}"), at=timezone.now())
        with django_assert_max_num_queries(24):
            look(community, f"{address}live/")
