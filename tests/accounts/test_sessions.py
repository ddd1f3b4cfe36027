"""How long a session lives, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from carenet.accounts.actions import people
from carenet.webkit import once
from tests import make

PASSWORD = "carenet-Test-1"


@pytest.fixture
def at(now):
    with time_machine.travel(now, tick=False) as clock:
        yield clock


def opened(name) -> Client:
    client = Client()
    client.post(reverse("accounts:sign-in"), {"name": name, "password": PASSWORD})
    assert SESSION_KEY in client.session
    return client


def alive(client) -> bool:
    return client.get(reverse("accounts:settings")).status_code == 200


@pytest.mark.parametrize(("role", "minutes"), [("COMMITTEE", 15), ("VOLUNTEER", 30), ("ELDER", 30)])
def test_a_session_ends_when_nothing_happens(at, community, now, role, minutes):
    make.user(role, community, username="someone")
    client = opened("someone")
    at.move_to(now + timedelta(minutes=minutes - 1))
    assert alive(client)
    at.move_to(now + timedelta(minutes=2 * minutes - 2))
    assert alive(client), "a visit starts the clock again"
    at.move_to(now + timedelta(minutes=3 * minutes - 2))
    assert not alive(client)
    assert "登" in client.get(reverse("accounts:sign-in")).content.decode()


def test_a_page_that_fetches_by_itself_keeps_nobody_signed_in(at, community, now):
    make.user("COMMITTEE", community, username="someone")
    client = opened("someone")
    for minute in range(1, 15):
        at.move_to(now + timedelta(minutes=minute))
        client.get(reverse("accounts:settings"), headers={"HX-Request": "true"})
    at.move_to(now + timedelta(minutes=15))
    assert not alive(client)


def test_no_session_lives_longer_than_twelve_hours(at, community, now):
    make.user("ELDER", community, username="someone")
    client = opened("someone")
    for minute in range(20, 12 * 60, 20):
        at.move_to(now + timedelta(minutes=minute))
        assert alive(client), minute
    at.move_to(now + timedelta(hours=12))
    assert not alive(client)


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(staff):
    here, there = opened("li"), opened("li")
    response = here.post(
        reverse("accounts:password"),
        {
            "old": PASSWORD,
            "new": "Neu-und-gut-7",
            "again": "Neu-und-gut-7",
            "idempotency_key": once.new_key(),
        },
    )
    assert response.status_code == 302, response.content.decode()
    assert alive(here)
    assert not alive(there)


@pytest.mark.parametrize("change", ["grant", "revoke", "block", "end", "reset"])
def test_a_change_of_rights_ends_the_sessions_at_once(community, staff, director, now, change):
    client = opened("li")
    if change == "grant":
        people.grant(user=staff, role="DONOR", community=community, by=director, at=now)
    elif change == "revoke":
        people.revoke(grant=staff.grants.get(), by=director, at=now)
    elif change == "block":
        people.block(user=staff, by=director, at=now)
    elif change == "reset":
        people.reset_password(user=staff, by=director, at=now)
    else:
        people.end_sessions(user=staff, by=director, at=now)
    assert not alive(client)


def test_signing_out_everywhere_else_keeps_this_session(staff):
    here, there = opened("li"), opened("li")
    here.post(reverse("accounts:sessions-end"), {"idempotency_key": once.new_key()})
    assert alive(here)
    assert not alive(there)


def test_who_must_change_the_password_can_do_nothing_else_first(community, staff, director, now):
    password = people.reset_password(user=staff, by=director, at=now)
    client = Client()
    response = client.post(reverse("accounts:sign-in"), {"name": "li", "password": password})
    assert response["Location"] == reverse("accounts:password")
    assert client.get("/")["Location"] == reverse("accounts:password")
    assert client.get("/api/v1/").status_code == 403
    client.post(
        reverse("accounts:password"),
        {
            "old": password,
            "new": "Neu-und-gut-7",
            "again": "Neu-und-gut-7",
            "idempotency_key": once.new_key(),
        },
    )
    assert alive(client)
    assert client.get("/", follow=True).status_code == 200


def test_the_language_is_the_browsers_choice_then_the_accounts_then_chinese(client, staff):
    url = reverse("accounts:sign-in")
    assert client.get(url, headers={"Accept-Language": "en"})["Content-Language"] == "zh-hans"
    staff.language = "en"
    staff.save()
    client.force_login(staff)
    assert client.get("/me/settings/")["Content-Language"] == "en"
    client.cookies["django_language"] = "zh-hans"
    assert client.get("/me/settings/")["Content-Language"] == "zh-hans"
    client.cookies["django_language"] = "xx"
    assert client.get("/me/settings/")["Content-Language"] == "en"


def test_choices_are_kept_in_the_account(client, staff):
    client.force_login(staff)
    client.post(
        reverse("accounts:settings"), {"language": "en", "text_size": "xl", "idempotency_key": once.new_key()}
    )
    staff.refresh_from_db()
    assert (staff.language, staff.text_size) == ("en", "xl")


def test_people_of_several_communities_choose_where_they_work_and_only_among_theirs(
    client, community, other_community, director, stranger, now
):
    from carenet.accounts.models import RoleGrant

    third = make.community(slug="third", name="第三社区")
    RoleGrant.objects.create(user=director, role="SUPERVISOR", community=other_community, since="2024-01-01")
    client.force_login(director)
    url = reverse("accounts:community-switch")
    for wanted, active in (
        (other_community, other_community),
        (third, other_community),
        (community, community),
    ):
        client.post(url, {"community": wanted.pk})
        assert client.get(reverse("accounts:settings")).context["community"] == active
