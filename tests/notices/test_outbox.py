"""What the station tells people: written once, sent once, seen by the right person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import translation

from carenet.channels.sms import MemorySms
from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.notices import actions as notices
from carenet.notices import registry
from carenet.notices.actions import reading, relay
from carenet.notices.actions.outbox import Letter
from carenet.notices.models import Attempt, Outbox
from carenet.notices.registry import NoticeTemplate, UnknownTemplate
from tests import make


@pytest.fixture(autouse=True)
def template():
    registry.register(
        NoticeTemplate(
            code="test.visit",
            title="Seen: %(name)s (test)",
            body="On %(visit_on)s, bring %(what)s.",
            sms="visit",
            sms_text="【${station}】${name}：${visit_on}",
            sms_params=("name", "visit_on"),
        )
    )
    registry.register(
        NoticeTemplate(code="test.alarm", title="Alarm", sms="alarm", sms_text="!", urgent=True)
    )
    MemorySms.sent.clear()
    yield
    registry._templates.pop("test.visit")
    registry._templates.pop("test.alarm")


def write(community, by, at, **fields):
    fields = {
        "template": "test.visit",
        "key": "visit:1",
        "params": {"name": "王奶奶", "visit_on": "2026-11-23"},
        "due_at": at,
        **fields,
    }
    return notices.write(community=community, by=by, at=at, **fields)


def send_all(at):
    """What the sweeper does, within the test's transaction."""
    relay.free_stale(at=at)
    relay.wait_for_morning(at=at)
    relay.show_in_bell(at=at)
    while (notice := relay.claim_next(at=at)) is not None:
        relay.settle(notice=notice, outcome=relay.talk(relay.compose(notice, at=at)), at=at)


def test_the_same_key_is_written_once_per_channel(community, staff, worker, now):
    for _time in range(3):
        write(community, staff, now, to_user=worker, channels=("INAPP", "EMAIL"))

    assert sorted(Outbox.objects.values_list("channel", flat=True)) == ["EMAIL", "INAPP"]


def test_another_community_may_use_the_same_key(community, other_community, staff, worker, now):
    from carenet.parties import scope

    write(community, staff, now, to_user=worker)
    with scope.within([community.pk, other_community.pk]):
        write(other_community, staff, now, to_user=worker)

        assert Outbox.objects.count() == 2


def test_a_template_nobody_registered_is_refused(community, staff, worker, now):
    with pytest.raises(UnknownTemplate):
        write(community, staff, now, to_user=worker, template="test.nothing")


def test_the_database_refuses_a_notice_without_a_recipient(community, staff, now):
    with pytest.raises(IntegrityError, match="one_recipient"), transaction.atomic():
        write(community, staff, now)


def test_an_sql_function_needs_only_the_plain_columns(community, worker, now):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notices_outbox (community_id, key, template, to_user_id, params) VALUES (%s, 'sql:1', 'test.visit', %s, '{}')",
            [community.pk, worker.pk],
        )

    row = Outbox.objects.get()
    assert (row.channel, row.state, row.attempts) == ("INAPP", "WAITING", 0)
    assert row.due_at is not None


def test_the_bell_shows_a_notice_from_its_time_on_even_when_no_worker_runs(community, staff, worker, now):
    write(community, staff, now, to_user=worker, due_at=now + timedelta(hours=1))

    assert not Outbox.objects.bell(worker, at=now).exists()
    assert Outbox.objects.bell(worker, at=now + timedelta(hours=1)).exists()


def test_the_bell_of_a_colleague_stays_silent(community, staff, worker, supervisor, now):
    write(community, staff, now, to_user=worker)

    assert not Outbox.objects.bell(supervisor, at=now).exists()


def test_a_notice_to_a_role_rings_for_everybody_who_holds_it_here(
    community, staff, worker, supervisor, stranger, now
):
    write(community, staff, now, to_role="SOCIAL_WORKER")

    assert Outbox.objects.bell(worker, at=now).exists()
    assert not Outbox.objects.bell(supervisor, at=now).exists()
    assert not Outbox.objects.bell(stranger, at=now).exists()


def test_a_notice_to_a_person_rings_for_that_persons_account(community, staff, now):
    person = make.person(community)
    user = make.user("ELDER", community, person=person)
    write(community, staff, now, to_person=person)

    assert Outbox.objects.bell(user, at=now).exists()


def test_reading_a_notice_lowers_the_count_once(community, staff, worker, now):
    (notice,) = write(community, staff, now, to_user=worker)

    for _time in range(2):
        reading.mark_read(notice=notice, by=worker, at=now)

    assert Outbox.objects.bell(worker, at=now).unread(worker).count() == 0
    assert notice.reads.count() == 1


def test_nobody_reads_a_notice_for_somebody_else(community, staff, worker, supervisor, now):
    (notice,) = write(community, staff, now, to_user=worker)

    with pytest.raises(NotAllowed):
        reading.mark_read(notice=notice, by=supervisor, at=now)


def test_the_text_speaks_the_readers_language_and_writes_days_in_words(community, staff, worker, now):
    (notice,) = write(
        community,
        staff,
        now,
        to_user=worker,
        params={"name": "王奶奶", "visit_on": "2026-11-23", "what": "药"},
    )

    with translation.override("zh-hans"):
        assert notice.body() == "On 11月23日（周一）, bring 药."
    with translation.override("en"):
        assert notice.body() == "On Monday 23 November, bring 药."


def test_a_missing_parameter_shows_dots_and_breaks_nothing(community, staff, worker, now):
    (notice,) = write(community, staff, now, to_user=worker, params={})

    assert notice.title() == "Seen: … (test)"


def test_a_text_message_goes_out_as_template_and_parameters_to_the_phone_of_now(community, staff, now):
    person = make.person(community, phone="13800138000")
    write(community, staff, now, to_person=person, channels=("SMS",))

    send_all(now)

    (sent,) = MemorySms.sent
    assert (sent.phone, sent.template, sent.params) == (
        "13800138000", "visit", {"name": "王奶奶", "visit_on": "11月23日（周一）"},
    )  # fmt: skip
    assert "13800138000" not in str(Outbox.objects.values())


def test_a_person_without_a_phone_is_a_visible_failure_at_once(community, staff, now):
    write(community, staff, now, to_person=make.person(community), channels=("SMS",))

    send_all(now)

    notice = Outbox.objects.failed().get()
    assert (notice.last_error, notice.attempts) == ("no phone number", 1)


def test_sending_twice_in_a_row_sends_once(community, staff, now):
    write(community, staff, now, to_person=make.person(community, phone="13800138000"), channels=("SMS",))

    send_all(now)
    send_all(now)

    assert len(MemorySms.sent) == 1
    assert Attempt.objects.filter(ok=True).count() == 1


@pytest.mark.parametrize(
    "hour, sent", [(7, 0), (8, 1), (20, 1), (21, 0), (23, 0)], ids=["7:00", "8:00", "20:00", "21:00", "23:00"]
)
def test_at_night_only_what_is_urgent_wakes_people(community, staff, now, hour, sent):
    at = now.replace(hour=hour)
    person = make.person(community, phone="13800138000")
    write(community, staff, at, to_person=person, channels=("SMS",))
    write(
        community,
        staff,
        at,
        to_person=person,
        channels=("SMS",),
        template="test.alarm",
        key="alarm:1",
        params={},
    )

    send_all(at)

    assert len(MemorySms.sent) == sent + 1


def test_what_waited_for_the_morning_goes_out_at_eight(community, staff, now):
    evening = now.replace(hour=22)
    write(community, staff, evening, to_person=make.person(community, phone="13800138000"), channels=("SMS",))

    send_all(evening)
    assert relay.oldest_due(at=evening) is None
    send_all((evening + timedelta(days=1)).replace(hour=8))

    assert len(MemorySms.sent) == 1


def test_trouble_is_tried_again_later_and_later_and_given_up_visibly(community, staff, now, monkeypatch):
    write(community, staff, now, to_role="SOCIAL_WORKER", channels=("BOT",))
    monkeypatch.setattr(
        "carenet.notices.actions.relay.talk", lambda message: relay.Outcome(ok=False, detail="HTTP 503")
    )
    tries, at = 0, now
    for _hour in range(60):
        before = Attempt.objects.count()
        send_all(at)
        tries += Attempt.objects.count() - before
        at += timedelta(hours=6)

    notice = Outbox.objects.get()
    assert (notice.state, notice.last_error, tries) == ("FAILED", "HTTP 503", relay.MOST_ATTEMPTS)


def test_a_claim_left_by_a_dead_worker_is_repeated_by_mail_but_never_by_text_message(
    community, staff, worker, now
):
    person = make.person(community, phone="13800138000")
    write(community, staff, now, to_person=person, channels=("SMS", "EMAIL"))
    relay.claim_next(at=now)
    relay.claim_next(at=now)

    relay.free_stale(at=now + timedelta(seconds=relay.CLAIM_SECONDS + 1))

    states = dict(Outbox.objects.values_list("channel", "state"))
    assert states == {"SMS": "FAILED", "EMAIL": "WAITING"}
    assert "Please phone" in Outbox.objects.get(channel="SMS").last_error


def test_an_urgent_text_message_of_a_dead_worker_is_repeated(community, staff, now):
    write(
        community,
        staff,
        now,
        template="test.alarm",
        to_person=make.person(community),
        channels=("SMS",),
        params={},
    )
    relay.claim_next(at=now)

    relay.free_stale(at=now + timedelta(seconds=relay.CLAIM_SECONDS + 1))

    assert Outbox.objects.get().state == "WAITING"


def test_a_worker_that_lost_its_claim_writes_nothing_down(community, staff, worker, now):
    write(community, staff, now, to_user=worker, channels=("CONSOLE",))
    slow = relay.claim_next(at=now)
    relay.free_stale(at=now + timedelta(minutes=3))
    quick = relay.claim_next(at=now + timedelta(minutes=10))
    relay.settle(notice=quick, outcome=relay.Outcome(ok=True), at=now + timedelta(minutes=10))

    assert relay.settle(notice=slow, outcome=relay.Outcome(ok=True), at=now + timedelta(minutes=10)) is None
    assert Attempt.objects.filter(ok=True).count() == 1


def test_a_mail_carries_an_identity_made_from_its_key(community, staff, worker, now, monkeypatch):
    monkeypatch.setattr(type(worker), "email", "chen@example.org", raising=False)
    write(community, staff, now, to_user=worker, channels=("EMAIL",))

    send_all(now)

    assert mail.outbox[0].to == ["chen@example.org"]
    assert mail.outbox[0].extra_headers["Message-ID"].endswith("@carenet>")


def test_the_content_of_a_notice_is_frozen_by_the_database(community, staff, worker, now):
    write(community, staff, now, to_user=worker)

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Outbox.objects.update(params={"name": "other"})


def test_a_sent_notice_never_waits_again(community, staff, worker, now):
    write(community, staff, now, to_user=worker)
    send_all(now)

    with pytest.raises(IntegrityError, match="cannot follow"), transaction.atomic():
        Outbox.objects.update(state="WAITING", sent_at=None)


def test_nobody_deletes_notices_or_edits_what_was_read(community, staff, worker, now):
    (notice,) = write(community, staff, now, to_user=worker)
    reading.mark_read(notice=notice, by=worker, at=now)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("delete from notices_outbox")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("update notices_noticeread set at = now()")


def test_a_notice_that_is_no_longer_true_can_be_withdrawn_before_its_time(community, staff, worker, now):
    write(community, staff, now, to_user=worker, due_at=now + timedelta(days=1))

    assert notices.cancel(community=community, key="visit:1", by=staff, at=now) == 1
    send_all(now + timedelta(days=2))

    assert not Outbox.objects.bell(worker, at=now + timedelta(days=2)).exists()


def test_staff_can_send_a_failed_notice_again_or_settle_it_by_phone(community, staff, now):
    person = make.person(community)
    write(community, staff, now, to_person=person, channels=("SMS",))
    send_all(now)
    failed = Outbox.objects.failed().get()

    again = reading.retry(notice=failed, by=staff, at=now)
    assert again.state == "WAITING"
    send_all(now)
    reading.settled_by_hand(notice=failed, by=staff, at=now)

    assert Outbox.objects.get().state == "CANCELLED"
    with pytest.raises(WrongStep):
        reading.retry(notice=failed, by=staff, at=now)


def test_a_volunteer_may_not_settle_failed_notices(community, staff, now):
    write(community, staff, now, to_person=make.person(community), channels=("SMS",))
    send_all(now)

    with pytest.raises(NotAllowed):
        reading.retry(notice=Outbox.objects.failed().get(), by=make.user("VOLUNTEER", community), at=now)


def test_a_thousand_notices_are_written_in_few_statements(
    community, staff, worker, now, django_assert_max_num_queries
):
    letters = [
        Letter(key=f"k:{each}", params={"name": str(each)}, to_user_id=worker.pk) for each in range(1000)
    ]

    with django_assert_max_num_queries(4):
        notices.write_many(
            community=community, template="test.visit", letters=letters, due_at=now, by=staff, at=now
        )

    assert Outbox.objects.count() == 1000
