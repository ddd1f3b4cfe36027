"""Passwords of staff change every ninety days, and the last five do not come back. Source: domain.md §9.2."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from carenet.accounts.actions import people
from carenet.accounts.models import PastPassword
from carenet.webkit import once
from tests import make

FIRST = "carenet-Test-1"
NEWER = [f"carenet-Next-{number}" for number in range(2, 9)]


@pytest.fixture
def at(now):
    with time_machine.travel(now, tick=False) as clock:
        yield clock


def sign_in(name, password=FIRST):
    client = Client()
    return client, client.post(reverse("accounts:sign-in"), {"name": name, "password": password})


def change(client, old, new):
    data = {"old": old, "new": new, "again": new, once.FIELD: once.new_key()}
    return client.post(reverse("accounts:password"), data)


def change_through(user, passwords, now, old=FIRST):
    for day, new in enumerate(passwords):
        people.change_password(user=user, old=old, new=new, by=user, at=now + timedelta(days=day))
        old = new
    return old


def test_the_last_five_passwords_do_not_come_back(community, now):
    user = make.user("COMMITTEE", community, username="someone")
    present = change_through(user, NEWER[:4], now)
    for used in (FIRST, *NEWER[:3]):
        with pytest.raises(people.PasswordUsedBefore):
            people.change_password(user=user, old=present, new=used, by=user, at=now + timedelta(days=9))
    present = change_through(user, NEWER[4:5], now + timedelta(days=10), old=present)
    assert people.change_password(user=user, old=present, new=FIRST, by=user, at=now + timedelta(days=11))


def test_only_five_hashes_are_kept_and_never_a_password(community, now):
    user = make.user("COMMITTEE", community, username="someone")
    change_through(user, NEWER, now)
    kept = list(PastPassword.objects.filter(user=user).values_list("password_hash", flat=True))
    assert len(kept) == 5
    assert all(each.startswith(("argon2", "pbkdf2", "md5$")) for each in kept)
    assert not any(password in each for each in kept for password in (FIRST, *NEWER))


def test_a_slip_does_not_wash_the_last_five_away(community, director, now):
    user = make.user("COMMITTEE", community, username="someone")
    present = change_through(user, NEWER[:4], now)
    slip = people.reset_password(user=user, by=director, at=now + timedelta(days=5))
    for used in (FIRST, *NEWER[:3], present):
        with pytest.raises(people.PasswordUsedBefore):
            people.change_password(user=user, old=slip, new=used, by=user, at=now + timedelta(days=6))
    people.change_password(user=user, old=slip, new=NEWER[5], by=user, at=now + timedelta(days=6))
    assert not any(
        people.check_password(slip, each.password_hash) for each in PastPassword.objects.filter(user=user)
    )


def test_a_used_password_is_refused_on_the_page_in_a_sentence(at, community, client_for):
    user = make.user("COMMITTEE", community, username="someone")
    people.change_password(user=user, old=FIRST, new=NEWER[0], by=user, at=make.NOW)
    answer = change(client_for(user), NEWER[0], FIRST)
    assert (answer.status_code, "用过" in answer.content.decode()) == (422, True)


def test_staff_with_an_old_password_choose_a_new_one_before_they_work(at, community, now):
    user = make.user("COMMITTEE", community, username="someone", password_set_at=now - timedelta(days=91))
    client, answer = sign_in("someone")
    page = reverse("accounts:password")
    assert answer["Location"] == page
    assert client.get(reverse("portal:desk"))["Location"] == page
    refused = client.get("/api/v1/elders/")
    assert (refused.status_code, refused.json()["code"]) == (403, "must_change_password")
    assert client.get("/api/v1/session/").json()["must_change_password"] is True
    assert "超过 90 天" in client.get(page).content.decode()
    assert change(client, FIRST, FIRST).status_code == 422
    assert change(client, FIRST, NEWER[0])["Location"] == reverse("portal:home")
    assert client.get(reverse("portal:desk")).status_code == 200
    user.refresh_from_db()
    assert user.password_set_at == now


@pytest.mark.parametrize(
    ("role", "days", "led"), [("COMMITTEE", 90, False), ("COMMITTEE", 91, True), ("ELDER", 400, False)]
)
def test_only_staff_are_led_there_and_only_after_ninety_days(at, community, now, role, days, led):
    make.user(role, community, username="someone", password_set_at=now - timedelta(days=days))
    assert (sign_in("someone")[1]["Location"] == reverse("accounts:password")) == led


def test_nobody_is_thrown_out_of_a_running_session(at, community, now):
    make.user("COMMITTEE", community, username="someone", password_set_at=now - timedelta(days=90))
    client, _answer = sign_in("someone")
    at.move_to(now + timedelta(minutes=5))
    assert client.get(reverse("accounts:settings")).status_code == 200


def test_a_password_of_unknown_age_counts_from_the_first_sign_in(at, community, now):
    user = make.user("COMMITTEE", community, username="someone")
    sign_in("someone")
    user.refresh_from_db()
    assert user.password_set_at == now
    at.move_to(now + timedelta(days=91))
    assert sign_in("someone")[1]["Location"] == reverse("accounts:password")


def test_demonstration_users_keep_the_printed_password(at, community, now, monkeypatch):
    monkeypatch.setattr(settings, "DEMO_WITHOUT_SECOND_FACTOR", True)
    community.is_demo = True
    community.save()
    make.user("COMMITTEE", community, username="someone", password_set_at=now - timedelta(days=400))
    assert sign_in("someone")[1]["Location"] != reverse("accounts:password")
