"""The e-mail address of an account: confirmed by its owner, sealed, masked, and used for notices."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from carenet.accounts import emails
from carenet.accounts.actions import cleanup, mail
from carenet.accounts.models import EmailCode, User
from carenet.kernel.errors import NotAllowed
from carenet.notices import actions as notices
from carenet.notices import tasks
from carenet.notices.actions import by_mail, relay
from carenet.notices.models import Outbox
from carenet.webkit import once
from tests import make

ADDRESS = "chen@example.org"


@pytest.fixture
def at(now):
    with time_machine.travel(now, tick=False) as clock:
        yield clock


def post(client, capture=None, **data):
    data = {once.FIELD: once.new_key(), **data}
    if capture is None:
        return client.post(reverse("accounts:email"), data)
    with capture(execute=True):
        return client.post(reverse("accounts:email"), data)


def code_in(message) -> str:
    return re.search(r"\d{6}", message.body)[0]


def confirmed(user, at, address=ADDRESS) -> User:
    user.email_sealed, user.email_verified_at = emails.sealed_for(address, user.pk), at
    user.save()
    return user


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Chen@Example.ORG ", "Chen@example.org"),
        ("chen", ""),
        ("a@b", ""),
        ("x" * 120 + "@example.org", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_form_or_is_none(typed, kept):
    assert emails.normalised(typed) == kept


def test_an_address_counts_once_its_code_was_typed(
    at, worker, client_for, django_capture_on_commit_callbacks
):
    client = client_for(worker)
    assert post(client, django_capture_on_commit_callbacks, do="send", address=ADDRESS).status_code == 302
    (message,) = outbox.outbox
    assert message.to == [ADDRESS]
    page = client.get(reverse("accounts:email")).content.decode()
    assert ADDRESS in page
    assert code_in(message) not in page
    worker.refresh_from_db()
    assert worker.email == ""
    assert (
        post(client, do="confirm", code=f" {code_in(message)[:3]} {code_in(message)[3:]}").status_code == 302
    )
    worker.refresh_from_db()
    assert worker.email == ADDRESS
    assert ADDRESS.encode() not in bytes(worker.email_sealed)


def test_a_double_click_sends_one_letter(at, worker, client_for, django_capture_on_commit_callbacks):
    client, key = client_for(worker), once.new_key()
    data = {once.FIELD: key, "do": "send", "address": ADDRESS}
    answers = []
    for _click in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            answers.append(client.post(reverse("accounts:email"), data))
    assert [each.status_code for each in answers] == [302, 302]
    assert len(outbox.outbox) == 1


def test_a_code_is_asked_for_once_a_minute_and_five_times_an_hour(at, now, worker):
    def ask(minute, address=ADDRESS, user=worker):
        when = now + timedelta(minutes=minute)
        return mail.send_code(user=user, address=address, station="和煦", by=user, at=when)

    assert ask(0) is None
    assert ask(0.5).code == "wait_for_mail"
    assert [ask(minute) for minute in (1, 2, 3, 4)] == [None] * 4
    assert ask(5).code == "too_many_mails"
    assert ask(70) is None


def test_nobody_fills_a_strangers_mailbox_from_many_accounts(community, now):
    users = [make.user("ELDER", community) for _each in range(6)]
    answers = [mail.send_code(user=each, address=ADDRESS, station="和煦", by=each, at=now) for each in users]
    assert answers[:5] == [None] * 5
    assert answers[5].code == "too_many_mails"


@pytest.mark.parametrize(("minutes", "tries", "works"), [(14, 4, True), (15, 0, False), (1, 5, False)])
def test_a_code_lives_fifteen_minutes_and_five_tries(
    worker, now, minutes, tries, works, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        mail.send_code(user=worker, address=ADDRESS, station="和煦", by=worker, at=now)
    code = code_in(outbox.outbox[0])
    later = now + timedelta(minutes=minutes)
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(tries):
        assert mail.confirm(user=worker, code=wrong, by=worker, at=later).code == "wrong_mail_code"
    refusal = mail.confirm(user=worker, code=code, by=worker, at=later)
    assert (refusal is None) == works
    assert (User.objects.get(pk=worker.pk).email == ADDRESS) == works
    if works:
        assert mail.confirm(user=worker, code=code, by=worker, at=later).code == "wrong_mail_code"


def test_a_code_of_one_user_confirms_nothing_for_another(
    worker, staff, now, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        mail.send_code(user=worker, address=ADDRESS, station="和煦", by=worker, at=now)
        mail.send_code(user=staff, address=ADDRESS, station="和煦", by=staff, at=now)
    theirs = code_in(outbox.outbox[0])
    if theirs != code_in(outbox.outbox[1]):
        assert mail.confirm(user=staff, code=theirs, by=staff, at=now) is not None
    with pytest.raises(NotAllowed):
        mail.send_code(user=worker, address=ADDRESS, station="和煦", by=staff, at=now)


def test_wrong_words_come_back_with_a_sentence(at, worker, client_for):
    client = client_for(worker)
    wrong = post(client, do="send", address="chen")
    assert (wrong.status_code, "name@example.com" in wrong.content.decode()) == (422, True)
    missing = post(client, do="confirm", code="123456")
    assert (missing.status_code, "验证码不对" in missing.content.decode()) == (422, True)
    confirmed(worker, at=make.NOW)
    same = post(client, do="send", address=ADDRESS)
    assert "已经确认" in same.content.decode()


def test_colleagues_see_the_address_masked_and_can_take_it_out(worker, director, now, client_for):
    confirmed(worker, now)
    client, url = client_for(director), reverse("accounts:account", args=[worker.pk])
    page = client.get(url).content.decode()
    assert "c***@example.org" in page
    assert ADDRESS not in page
    client.post(reverse("accounts:change", args=[worker.pk]), {"deed": "email", once.FIELD: once.new_key()})
    worker.refresh_from_db()
    assert worker.email == ""


def test_the_owner_takes_the_address_out(worker, now, client_for):
    confirmed(worker, now)
    assert post(client_for(worker), do="remove").status_code == 302
    worker.refresh_from_db()
    assert (worker.email, worker.email_verified_at) == ("", None)


def test_the_database_keeps_no_address_that_nobody_confirmed(worker):
    worker.email_sealed = emails.sealed_for(ADDRESS, worker.pk)
    with pytest.raises(IntegrityError, match="email_is_confirmed"), transaction.atomic():
        worker.save()


def test_the_sealed_address_stays_out_of_the_history(worker, now):
    confirmed(worker, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = 'accounts_userevent'"
        )
        columns = {row[0] for row in cursor.fetchall()}
    assert "email_verified_at" in columns
    assert "email_sealed" not in columns


def test_codes_are_forgotten_after_a_day(worker, now):
    mail.send_code(user=worker, address=ADDRESS, station="和煦", by=worker, at=now)
    assert cleanup.sweep(at=now + timedelta(hours=23)).codes == 0
    assert cleanup.sweep(at=now + timedelta(days=2)).codes == 1
    assert not EmailCode.objects.exists()


# --- notices ---------------------------------------------------------------------------------------------
@pytest.fixture
def told(community, staff, now):
    def tell(key, at=now, **to):
        return notices.write(
            community=community, template="elders.reassessments_due", key=key, due_at=at, by=staff, at=at,
            params={"count": 3, "due_on": "2026-11-23"}, **to,
        )  # fmt: skip

    return tell


def test_what_the_bell_shows_goes_by_mail_to_who_confirmed_an_address(community, worker, told, now):
    other = make.user("COMMITTEE", community)
    person = make.person(community)
    family = confirmed(make.user("FAMILY", community, person=person), now, "li@example.org")
    told("before", to_user=worker)
    relay.show_in_bell(at=now)
    confirmed(worker, now + timedelta(minutes=1))
    later = now + timedelta(minutes=2)
    told("mine", at=later, to_user=worker)
    told("theirs", at=later, to_user=other)
    told("person", at=later, to_person=person)
    told("role", at=later, to_role="COMMITTEE")  # nobody with this role has confirmed an address
    assert by_mail.copy_due(at=later) == 2
    assert by_mail.copy_due(at=later) == 2  # looked at again, nothing added
    mails = Outbox.objects.filter(channel="EMAIL")
    assert sorted(mails.values_list("key", flat=True)) == ["mine", "person"]
    relay.show_in_bell(at=later)
    assert by_mail.copy_due(at=later) == 0
    while (notice := relay.claim_next(at=later)) is not None:
        relay.settle(notice=notice, outcome=relay.talk(relay.compose(notice, at=later)), at=later)
    assert sorted(each.to[0] for each in outbox.outbox) == [ADDRESS, family.email]
    assert set(mails.values_list("state", flat=True)) == {"SENT"}


def test_the_sweeper_sends_the_mail_in_the_same_turn(community, worker, told, at, now):
    confirmed(worker, now)
    told("mine", to_user=worker)
    tasks.sweep_community(community.pk)
    assert [each.to for each in outbox.outbox] == [[ADDRESS]]
    tasks.sweep_community(community.pk)
    assert len(outbox.outbox) == 1


def test_what_goes_to_a_role_goes_once_to_each_member_who_confirmed_an_address(
    community, other_community, worker, told, now
):
    confirmed(worker, now)
    second = confirmed(make.user("SOCIAL_WORKER", community), now, "li@example.org")
    confirmed(make.user("SOCIAL_WORKER", other_community), now, "elsewhere@example.org")
    confirmed(make.user("COMMITTEE", community), now, "other@example.org")
    gone = confirmed(make.user("SOCIAL_WORKER", community), now, "gone@example.org")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    make.user("SOCIAL_WORKER", community)  # no address: the bell is the choice
    key = "long:" + "x" * 110
    later = now + timedelta(minutes=1)
    told(key, at=later, to_role="SOCIAL_WORKER")
    for _ in range(2):
        by_mail.copy_due(at=later)
    relay.show_in_bell(at=later)
    by_mail.copy_due(at=later)
    mails = Outbox.objects.filter(channel="EMAIL")
    assert sorted(mails.values_list("to_user", flat=True)) == sorted([worker.pk, second.pk])
    while (notice := relay.claim_next(at=later)) is not None:
        relay.settle(notice=notice, outcome=relay.talk(relay.compose(notice, at=later)), at=later)
    assert sorted(each.to[0] for each in outbox.outbox) == [ADDRESS, second.email]
