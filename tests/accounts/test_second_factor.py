"""Staff show a second factor; nobody is signed in between the two."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken

from carenet.accounts.models import Authenticator
from tests import make

PASSWORD = "carenet-Test-1"


@pytest.fixture(autouse=True)
def two_factors(settings):
    settings.TWO_FACTOR_FOR_STAFF = True


@pytest.fixture
def at(now):
    with time_machine.travel(now, tick=False) as clock:
        yield clock


def first_factor(client, name="zhang"):
    return client.post(reverse("accounts:sign-in"), {"name": name, "password": PASSWORD, "next": "/about/"})


def code_of(user) -> str:
    return f"{totp(Authenticator.objects.get(user=user).bin_key):06d}"


def set_up(client, user) -> list[str]:
    first_factor(client, user.username)
    client.get(reverse("accounts:second-set-up"))
    response = client.post(reverse("accounts:second-set-up"), {"token": code_of(user)})
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", response.content.decode())


def signed_in(client) -> bool:
    return SESSION_KEY in client.session


def test_staff_without_a_second_factor_must_set_one_up_before_they_are_signed_in(at, client, director):
    response = first_factor(client)
    assert response["Location"] == reverse("accounts:second-set-up")
    assert not signed_in(client)
    assert client.get("/me/settings/").status_code == 302
    codes = set_up(client, director)
    assert signed_in(client)
    assert len(codes) == len(set(codes)) == 10


def test_a_wrong_first_code_sets_nothing_up(at, client, director):
    first_factor(client)
    client.get(reverse("accounts:second-set-up"))
    response = client.post(reverse("accounts:second-set-up"), {"token": "000000"})
    assert response.status_code == 422
    assert not signed_in(client)
    assert not Authenticator.objects.filter(confirmed=True).exists()


def test_with_both_factors_the_session_opens_where_the_person_wanted_to_go(at, director, now):
    set_up(Client(), director)
    at.move_to(now + timedelta(minutes=2))
    client = Client()
    assert first_factor(client)["Location"] == reverse("accounts:second")
    assert not signed_in(client)
    before = client.session.session_key
    response = client.post(reverse("accounts:second"), {"token": code_of(director)})
    assert response["Location"] == "/about/"
    assert signed_in(client)
    assert client.session.session_key != before


def test_the_second_press_of_the_button_lands_where_the_first_one_did(at, director, now, settings):
    """A double click without JavaScript: the browser sends the second POST with the old cookie and shows its answer."""
    set_up(Client(), director)
    at.move_to(now + timedelta(minutes=2))
    client = Client()
    first_factor(client)
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    code = code_of(director)
    first = client.post(reverse("accounts:second"), {"token": code})
    late = Client()
    late.cookies[settings.SESSION_COOKIE_NAME] = old
    again = late.post(reverse("accounts:second"), {"token": code})
    assert again["Location"] == first["Location"] == "/about/"
    assert signed_in(late) and late.get("/me/settings/").status_code == 200
    assert late.session.session_key not in (old, client.session.session_key)


def test_only_the_same_code_from_the_same_half_open_session_comes_in_again_and_only_for_a_minute(
    at, director, now, settings
):
    set_up(Client(), director)
    for minutes, code_given, cookie_kept in ((2, "000000", True), (4, None, False), (6, None, True)):
        at.move_to(now + timedelta(minutes=minutes))
        client, late = Client(), Client()
        first_factor(client)
        old = client.cookies[settings.SESSION_COOKIE_NAME].value
        code = code_of(director)
        client.post(reverse("accounts:second"), {"token": code})
        assert signed_in(client)
        if cookie_kept:
            late.cookies[settings.SESSION_COOKIE_NAME] = old
        if minutes == 6:
            at.move_to(now + timedelta(minutes=minutes, seconds=61))
        answer = late.post(reverse("accounts:second"), {"token": code_given or code})
        assert answer["Location"] == reverse("accounts:sign-in") and not signed_in(late)
        # A wrong code has ended it for the right one, too.
        assert late.post(reverse("accounts:second"), {"token": code})["Location"] == reverse(
            "accounts:sign-in"
        )


def test_a_code_of_the_app_works_once(at, director, now):
    set_up(Client(), director)
    at.move_to(now + timedelta(minutes=2))
    code = code_of(director)
    for allowed in (True, False):
        client = Client()
        first_factor(client)
        client.post(reverse("accounts:second"), {"token": code})
        assert signed_in(client) is allowed


def test_a_recovery_code_works_once_and_is_not_kept_readable(at, director, now):
    codes = set_up(Client(), director)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {each.replace("-", "") for each in codes}
    for allowed in (True, False):
        client = Client()
        first_factor(client)
        client.post(reverse("accounts:second"), {"token": codes[0].upper()})
        assert signed_in(client) is allowed
        at.move_to(now + timedelta(minutes=5))


def test_the_secret_of_the_app_is_sealed_at_rest(at, client, director):
    set_up(client, director)
    device = Authenticator.objects.get(user=director)
    assert device.bin_key.hex() not in device.key
    assert device.bin_key not in device.key.encode()
    device.user_id = director.pk + 1
    with pytest.raises(Exception, match="otp_totp"):
        device.bin_key  # noqa: B018


def test_five_wrong_codes_lock_the_second_factor(at, director, now):
    set_up(Client(), director)
    client = Client()
    first_factor(client)
    for minute in range(1, 6):
        at.move_to(now + timedelta(minutes=minute))
        client.post(reverse("accounts:second"), {"token": "000000"})
    at.move_to(now + timedelta(minutes=6))
    client.post(reverse("accounts:second"), {"token": code_of(director)})
    assert not signed_in(client)


def test_the_way_between_the_factors_closes_after_ten_minutes(at, director, now):
    set_up(Client(), director)
    client = Client()
    first_factor(client)
    at.move_to(now + timedelta(minutes=10, seconds=1))
    response = client.post(reverse("accounts:second"), {"token": code_of(director)})
    assert response["Location"] == reverse("accounts:sign-in")
    assert not signed_in(client)


def test_the_second_page_alone_leads_to_the_first(client, director):
    for name in ("accounts:second", "accounts:second-set-up"):
        assert client.get(reverse(name))["Location"] == reverse("accounts:sign-in")


def test_a_session_without_second_factor_ends_when_the_role_needs_one(client, director):
    client.force_login(director)
    assert client.get("/me/settings/").status_code == 302
    assert not signed_in(client)


def test_the_office_door_leads_to_our_sign_in_page(client, director):
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith(reverse("accounts:sign-in"))


def test_elders_and_volunteers_need_no_second_factor(client, community):
    make.user("VOLUNTEER", community, username="liu")
    first_factor(client, "liu")
    assert signed_in(client)


def test_demonstration_staff_may_do_without_where_the_installation_says_so(client, db, settings):
    demo = make.community(slug="demo", name="演示社区", in_scope=True, is_demo=True)
    user = make.user("DIRECTOR", demo, username="demo")
    first_factor(client, "demo")
    assert not signed_in(client), "not without the setting"
    settings.DEMO_WITHOUT_SECOND_FACTOR = True
    assert "演示" in client.get(reverse("accounts:sign-in")).content.decode()
    first_factor(client, "demo")
    assert signed_in(client)
    real = make.community(slug="real", name="真实社区")
    from carenet.accounts.models import RoleGrant

    RoleGrant.objects.create(user=user, role="SOCIAL_WORKER", community=real, since="2024-01-01")
    other = Client()
    first_factor(other, "demo")
    assert not signed_in(other), "one real community is enough to need it"


def test_rest_clients_send_the_second_code_with_the_password(at, director, now):
    set_up(Client(), director)
    at.move_to(now + timedelta(minutes=2))
    client = Client()
    url = reverse("api-accounts:session")
    body = {"name": "zhang", "password": PASSWORD}
    answer = client.post(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_needed")
    answer = client.post(url, {**body, "code": code_of(director)}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["roles"][0]["role"] == "DIRECTOR"
    assert client.get(url).json()["csrf_token"]
    assert (
        client.delete(url, headers={"X-CSRFToken": client.cookies["carenet_csrf"].value}).status_code == 204
    )
    assert client.get(url).status_code == 401
