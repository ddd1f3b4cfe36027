"""Signing in by password and by text message: limits, one answer for everybody, safe ways back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from carenet.accounts import phones
from carenet.accounts.models import SmsCode, User
from carenet.channels.sms import MemorySms
from tests import make
from tests.accounts.threads import together

PASSWORD = "carenet-Test-1"
PHONE = "13800138000"


@pytest.fixture
def at(now):
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def elder_user(community):
    return make.user("ELDER", community, username="wang", phone_index=phones.index(PHONE))


@pytest.fixture(autouse=True)
def no_messages():
    MemorySms.sent.clear()


def sign_in(client, name, password=PASSWORD, **more):
    return client.post(reverse("accounts:sign-in"), {"name": name, "password": password, **more})


def signed_in(client) -> bool:
    return SESSION_KEY in client.session


def ask_code(client, phone, capture):
    with capture(execute=True):
        return client.post(reverse("accounts:sign-in-code"), {"phone": phone})


def give_code(client, phone, code):
    return client.post(reverse("accounts:sign-in-code"), {"phone": phone, "code": code})


def test_asking_for_a_code_by_a_double_click_sends_one_and_shows_its_page(
    client, at, elder_user, django_capture_on_commit_callbacks
):
    answers = [ask_code(client, PHONE, django_capture_on_commit_callbacks) for _click in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert all('name="code"' in each.content.decode() for each in answers)
    assert "请等一分钟" in answers[1].content.decode()
    (message,) = MemorySms.sent
    give_code(client, PHONE, message.params["code"])
    assert signed_in(client)


def test_an_unknown_number_sees_the_same_two_pages(client, at, community, django_capture_on_commit_callbacks):
    answers = [ask_code(client, "13911112222", django_capture_on_commit_callbacks) for _click in range(2)]
    assert all('name="code"' in each.content.decode() for each in answers)
    assert MemorySms.sent == []


@pytest.mark.parametrize(
    "name", ["wang", PHONE, "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"]
)
def test_a_name_or_a_phone_number_with_the_password_signs_in(client, elder_user, name):
    assert sign_in(client, name).status_code == 302
    assert signed_in(client)


def test_the_session_gets_a_new_id(client, elder_user):
    client.get(reverse("accounts:sign-in"))
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    sign_in(client, "wang")
    assert client.session.session_key != before


def test_a_wrong_password_an_unknown_name_and_a_blocked_account_get_the_same_answer(client, elder_user):
    make.user("ELDER", elder_user.active_community, username="gone", is_active=False)

    def words(response):
        return re.sub(
            r'name="(csrfmiddlewaretoken|name)" value="[^"]*"|value="(wang|nobody|gone)"|X-CSRFToken[^}]*',
            "",
            response.content.decode(),
        )

    answers = [
        sign_in(Client(), "wang", "wrong"),
        sign_in(Client(), "nobody", "wrong"),
        sign_in(Client(), "gone"),
    ]
    assert {each.status_code for each in answers} == {422}
    assert len({words(each) for each in answers}) == 1


def test_unknown_users_cost_one_hash_as_well(client, elder_user, monkeypatch):
    hashed = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or real(*args))
    counts = []
    for name in ("wang", "nobody", "station"):
        hashed.clear()
        sign_in(Client(), name, "wrong")
        counts.append(len(hashed))
    assert counts[0] == counts[1] == counts[2] > 0


def test_five_failures_lock_the_name_for_fifteen_minutes_even_for_the_right_password(at, elder_user, now):
    for _each in range(5):
        assert sign_in(Client(), "wang", "wrong").status_code == 422
    client = Client()
    sign_in(client, "wang")
    assert not signed_in(client)
    at.move_to(now + timedelta(minutes=14, seconds=59))
    sign_in(client, "wang")
    assert not signed_in(client)
    at.move_to(now + timedelta(minutes=15, seconds=1))
    sign_in(client, "wang")
    assert signed_in(client)


def test_the_lock_holds_for_one_address_only(elder_user):
    for _each in range(6):
        sign_in(Client(REMOTE_ADDR="203.0.113.9"), "wang", "wrong")
    client = Client(REMOTE_ADDR="203.0.113.10")
    sign_in(client, "wang")
    assert signed_in(client)


def test_a_success_forgets_the_failures(elder_user):
    for _round in range(3):
        for _each in range(4):
            sign_in(Client(), "wang", "wrong")
        client = Client()
        sign_in(client, "wang")
        assert signed_in(client)


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/me/settings/", "/me/settings/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_only_addresses_of_this_site_are_followed(client, elder_user, wanted, target):
    assert sign_in(client, "wang", next=wanted)["Location"] == target


def test_the_station_itself_cannot_sign_in(client, community):
    from carenet import accounts

    accounts.station(community)
    for password in ("", "!", PASSWORD):
        sign_in(client, "station", password)
    assert not signed_in(client)


# --- codes by text message -----------------------------------------------------------------------
def test_a_code_by_text_message_signs_in_once(client, elder_user, django_capture_on_commit_callbacks):
    ask_code(client, "138 0013 8000", django_capture_on_commit_callbacks)
    (message,) = MemorySms.sent
    assert (message.phone, message.template) == (PHONE, "sign-in-code")
    code = message.params["code"]
    assert re.fullmatch(r"\d{6}", code)
    give_code(client, PHONE, code)
    assert signed_in(client)
    other = Client()
    give_code(other, PHONE, code)
    assert not signed_in(other), "a code is used once"


def test_code_and_phone_stand_nowhere_in_the_row(client, elder_user, django_capture_on_commit_callbacks):
    ask_code(client, PHONE, django_capture_on_commit_callbacks)
    row = SmsCode.objects.get()
    kept = bytes(row.phone_index) + bytes(row.code_hash)
    assert PHONE.encode() not in kept
    assert MemorySms.sent[0].params["code"].encode() not in kept


def test_a_code_is_valid_for_five_minutes(at, client, elder_user, now, django_capture_on_commit_callbacks):
    ask_code(client, PHONE, django_capture_on_commit_callbacks)
    at.move_to(now + timedelta(minutes=5, seconds=1))
    give_code(client, PHONE, MemorySms.sent[0].params["code"])
    assert not signed_in(client)


def test_after_five_wrong_tries_the_right_code_is_refused(
    client, elder_user, django_capture_on_commit_callbacks
):
    ask_code(client, PHONE, django_capture_on_commit_callbacks)
    code = MemorySms.sent[0].params["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _each in range(5):
        give_code(client, PHONE, wrong)
    give_code(client, PHONE, code)
    assert not signed_in(client)


def test_only_the_newest_code_counts(at, client, elder_user, now, django_capture_on_commit_callbacks):
    ask_code(client, PHONE, django_capture_on_commit_callbacks)
    at.move_to(now + timedelta(seconds=61))
    ask_code(client, PHONE, django_capture_on_commit_callbacks)
    first, second = (each.params["code"] for each in MemorySms.sent)
    give_code(client, PHONE, first if first != second else "x")
    assert not signed_in(client)
    give_code(client, PHONE, second)
    assert signed_in(client)


def test_a_phone_gets_one_code_a_minute_and_five_an_hour(
    at, client, elder_user, now, django_capture_on_commit_callbacks
):
    for minute in range(0, 59, 1):
        at.move_to(now + timedelta(minutes=minute, seconds=minute))
        ask_code(client, PHONE, django_capture_on_commit_callbacks)
        ask_code(client, PHONE, django_capture_on_commit_callbacks)
    assert len(MemorySms.sent) == 5


def test_an_unknown_phone_gets_the_same_page_and_no_message(
    client, elder_user, django_capture_on_commit_callbacks
):
    known = ask_code(Client(), PHONE, django_capture_on_commit_callbacks)
    unknown = ask_code(Client(), "13900139000", django_capture_on_commit_callbacks)
    assert len(MemorySms.sent) == 1
    assert known.status_code == unknown.status_code == 200
    assert SmsCode.objects.count() == 2, "same work for both"
    give_code(client, "13900139000", "000000")
    assert not signed_in(client)


def test_when_the_limiter_fails_no_message_is_sent(client, elder_user, monkeypatch):
    from carenet.accounts import limiter

    def broken(*args, **kwargs):
        raise RuntimeError("no limiter")

    monkeypatch.setattr(limiter, "take", broken)
    client.raise_request_exception = False
    assert client.post(reverse("accounts:sign-in-code"), {"phone": PHONE}).status_code == 500
    assert not MemorySms.sent


def test_signing_out_needs_a_post(client, elder_user):
    sign_in(client, "wang")
    assert client.get(reverse("accounts:sign-out")).status_code == 405
    client.post(reverse("accounts:sign-out"))
    assert not signed_in(client)


# --- fifty at once -------------------------------------------------------------------------------
@pytest.mark.slow
def test_of_fifty_wrong_sign_ins_at_once_exactly_five_are_tried(station_db, monkeypatch):
    make.user("ELDER", station_db, username="wang")
    from carenet.accounts.actions import sign_in as verbs

    tried = []
    real = verbs.NotSignedIn
    monkeypatch.setattr(verbs, "NotSignedIn", lambda: tried.append(1) or real())
    answers = together(50, lambda _number: sign_in(Client(), "wang", "wrong").status_code)
    assert set(answers) == {422}
    assert len(tried) == 5
    client = Client()
    sign_in(client, "wang")
    assert not signed_in(client)
    User.objects.get(username="wang")


@pytest.mark.slow
def test_of_fifty_requests_for_a_code_at_once_exactly_one_message_goes_out(station_db):
    make.user("ELDER", station_db, username="wang", phone_index=phones.index(PHONE))
    together(
        50, lambda _number: Client().post(reverse("accounts:sign-in-code"), {"phone": PHONE}).status_code
    )
    assert len(MemorySms.sent) == 1
