"""The office's page of accounts: opening, slips, roles, blocking; and the nightly cleanup."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carenet.accounts import limiter
from carenet.accounts.actions import cleanup
from carenet.accounts.models import RoleGrant, SmsCode, User
from carenet.webkit import once
from carenet.webkit.models import Submission
from carenet.webkit.tasks import purge
from tests import make


def post(client, name, data=None, **kwargs):
    return client.post(reverse(name, kwargs=kwargs), {**(data or {}), "idempotency_key": once.new_key()})


def password_on(response) -> str:
    return re.search(r'<code class="cn-number cn-nowrap">([^<]+)</code>', response.content.decode())[1]


def test_an_account_is_opened_with_a_role_and_a_slip_that_signs_in_once(community, director, client_for):
    response = post(
        client_for(director), "accounts:open",
        {"username": "liumei", "display_name": "刘梅", "phone": "13800138000", "role": "VOLUNTEER", "community": community.pk},
    )  # fmt: skip
    assert response.status_code == 200, response.content.decode()
    client = Client()
    answer = client.post(
        reverse("accounts:sign-in"), {"name": "13800138000", "password": password_on(response)}
    )
    assert answer["Location"] == reverse("accounts:password"), "the first thing is a password of one's own"
    user = User.objects.get(username="liumei")
    assert user.roles(community.pk) == {"VOLUNTEER"}
    assert user.grants.get().granted_by == director


def test_counter_staff_are_offered_public_roles_only(community, staff, client_for):
    page = client_for(staff).get(reverse("accounts:open")).content.decode()
    assert 'value="ELDER"' in page
    assert 'value="DIRECTOR"' not in page
    response = post(
        client_for(staff), "accounts:open",
        {"username": "x1", "display_name": "甲", "role": "DIRECTOR", "community": community.pk},
    )  # fmt: skip
    assert response.status_code == 422
    assert not User.objects.filter(username="x1").exists()


def test_when_the_role_is_refused_no_account_is_left_behind(community, other_community, director, client_for):
    response = post(
        client_for(director), "accounts:open",
        {"username": "x2", "display_name": "乙", "role": "VOLUNTEER", "community": other_community.pk},
    )  # fmt: skip
    assert response.status_code == 422
    assert not User.objects.filter(username="x2").exists()


def test_an_account_is_opened_for_a_registered_person_once(community, staff, client_for):
    person = make.person(community)
    client, url = client_for(staff), f"{reverse('accounts:open')}?person={person.pk}"
    data = {"username": "guizhen", "display_name": "王桂珍", "role": "ELDER", "community": community.pk}
    client.post(url, {**data, "idempotency_key": once.new_key()})
    assert User.objects.get(username="guizhen").person == person
    assert client.get(url).status_code == 404


def test_roles_are_given_and_ended_on_the_page(community, director, client_for):
    user = make.user("DONOR", community)
    client = client_for(director)
    assert (
        post(
            client, "accounts:account", {"role": "VOLUNTEER", "community": community.pk}, pk=user.pk
        ).status_code
        == 302
    )
    grant = RoleGrant.objects.get(user=user, role="VOLUNTEER")
    post(client, "accounts:role-end", pk=user.pk, grant_pk=grant.pk)
    assert User.objects.get(pk=user.pk).roles(community.pk) == {"DONOR"}


def test_a_slip_is_printed_for_a_forgotten_password(community, staff, client_for):
    user = make.user("ELDER", community)
    response = post(client_for(staff), "accounts:password-reset", pk=user.pk)
    user.refresh_from_db()
    assert user.check_password(password_on(response))


def test_a_double_click_prints_the_same_slip_and_a_late_repeat_none(community, staff, client_for):
    user, client, key = make.user("ELDER", community), client_for(staff), once.new_key()
    url = reverse("accounts:password-reset", args=[user.pk])
    first, second = (client.post(url, {"idempotency_key": key}) for _click in range(2))
    assert password_on(first) == password_on(second)
    user.refresh_from_db()
    assert user.check_password(password_on(second))
    sent = Submission.objects.get(key=key)
    assert password_on(first).encode() not in bytes(sent.body_sealed)
    Submission.objects.filter(key=key).update(created_at=timezone.now() - timedelta(minutes=3))
    late = client.post(url, {"idempotency_key": key})
    assert (late.status_code, "只显示一次" in late.content.decode()) == (409, True)
    Submission.objects.filter(key=key).update(created_at=timezone.now() - timedelta(hours=2))
    purge()
    assert bytes(Submission.objects.get(key=key).body_sealed) == b""
    assert client.post(url, {}).status_code == 400


def test_opening_an_account_by_a_double_click_makes_one_account_and_one_slip(community, director, client_for):
    data = {"username": "liumei", "display_name": "刘梅", "role": "VOLUNTEER", "community": community.pk}
    client, key = client_for(director), once.new_key()
    slips = [client.post(reverse("accounts:open"), {**data, "idempotency_key": key}) for _click in range(2)]
    assert password_on(slips[0]) == password_on(slips[1])
    assert User.objects.get(username="liumei").check_password(password_on(slips[1]))


def test_a_director_is_not_reset_by_counter_staff(community, staff, director, client_for):
    assert post(client_for(staff), "accounts:password-reset", pk=director.pk).status_code == 302
    director.refresh_from_db()
    assert director.check_password("carenet-Test-1")


def test_a_blocked_account_cannot_sign_in_until_it_is_opened_again(community, staff, client_for):
    make.user("ELDER", community, username="wang")
    user = User.objects.get(username="wang")
    for deed, status in (("block", 422), ("unblock", 302)):
        post(client_for(staff), "accounts:change", {"deed": deed}, pk=user.pk)
        answer = Client().post(reverse("accounts:sign-in"), {"name": "wang", "password": "carenet-Test-1"})
        assert answer.status_code == status, deed


def test_the_technical_administrator_makes_the_first_director(community, client_for):
    root = User.objects.create_superuser("root", "carenet-Test-1")
    response = post(
        client_for(root), "accounts:open",
        {"username": "first", "display_name": "站长", "role": "DIRECTOR", "community": community.pk},
    )  # fmt: skip
    assert response.status_code == 200
    assert User.objects.get(username="first").roles(community.pk) == {"DIRECTOR"}


def test_the_list_costs_the_same_however_long_it_is(
    community, director, client_for, django_assert_max_num_queries
):
    client = client_for(director)
    for count in (3, 30):
        for _each in range(count):
            make.user("VOLUNTEER", community)
        with django_assert_max_num_queries(16):
            assert client.get(reverse("accounts:accounts")).status_code == 200


def test_the_list_goes_to_excel(community, director, client_for):
    response = client_for(director).get(reverse("accounts:accounts"), {"format": "xlsx"})
    assert response["Content-Type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_cleanup_forgets_what_is_over_and_keeps_what_is_not(community, now, when):
    SmsCode.objects.create(
        phone_index=b"x", code_hash=b"y", sent_at=now, expires_at=now + timedelta(minutes=5)
    )
    Session.objects.create(session_key="k", session_data="", expire_date=now + timedelta(hours=12))
    limiter.take("t:a", 5, 900, now)
    swept = cleanup.sweep(at=now if when == "before" else now + timedelta(days=2))
    counts = (swept.codes, swept.counters, swept.sessions)
    assert counts == ((0, 0, 0) if when == "before" else (1, 1, 1))
    assert cleanup.sweep(at=now + timedelta(days=2)).codes == (1 if when == "before" else 0)
