"""The bell on the page, and the list of what did not arrive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from carenet.notices import actions as notices
from carenet.notices import registry
from carenet.notices.actions import relay
from carenet.notices.models import NoticeRead, Outbox
from carenet.notices.registry import NoticeTemplate
from carenet.webkit import once
from tests import make


@pytest.fixture(autouse=True)
def template():
    registry.register(
        NoticeTemplate(code="test.page", title="Hello %(name)s", body="Please look.", url_name="jobs:jobs")
    )
    yield
    registry._templates.pop("test.page")


def write(community, by, number=1, **fields):
    at = timezone.now() - timedelta(minutes=1)
    fields.setdefault("to_user", by)
    return notices.write(
        community=community,
        template="test.page",
        key=f"p:{number}",
        params={"name": f"王{number}"},
        due_at=at,
        by=by,
        at=at,
        **fields,
    )[0]


def key(**more):
    return {"idempotency_key": once.new_key(), **more}


def test_the_bell_lists_what_is_mine_and_opening_it_leads_on_and_marks_it_read(
    community, worker, supervisor, client_for
):
    notice = write(community, worker)
    client = client_for(worker)

    assert "Hello 王1" in client.get("/notices/").content.decode()
    assert "Hello 王1" not in client_for(supervisor).get("/notices/").content.decode()
    answer = client.post(f"/notices/{notice.pk}/open/", key())

    assert answer.url == "/jobs/"
    assert NoticeRead.objects.get().user == worker


def test_somebody_elses_notice_cannot_be_opened(community, worker, supervisor, stranger, client_for):
    notice = write(community, worker)

    for user in (supervisor, stranger):
        assert client_for(user).post(f"/notices/{notice.pk}/open/", key()).status_code == 404
    assert not NoticeRead.objects.exists()


def test_all_can_be_marked_as_read_at_once(community, worker, client_for):
    for number in range(3):
        write(community, worker, number)

    client_for(worker).post("/notices/", key())

    assert Outbox.objects.unread_by(worker).count() == 0


def failed_notice(community, by):
    notice = write(community, by, to_user=None, to_person=make.person(community), channels=("SMS",))
    noon_of_tomorrow = (timezone.localtime() + timedelta(days=1)).replace(hour=12)
    claimed = relay.claim_next(at=noon_of_tomorrow)
    relay.settle(
        notice=claimed,
        outcome=relay.Outcome(ok=False, detail="no phone number", for_good=True),
        at=timezone.now(),
    )
    return notice


def test_staff_see_what_did_not_arrive_and_note_that_they_phoned(community, staff, client_for):
    failed_notice(community, staff)
    client = client_for(staff)

    page = client.get("/notices/failed/").content.decode()
    assert "没有电话号码" in page
    client.post("/notices/failed/", key(row=Outbox.objects.get().pk, do="told"))

    assert Outbox.objects.get().state == "CANCELLED"


def test_a_volunteer_has_no_list_of_failed_notices(community, staff, client_for):
    assert client_for(make.user("VOLUNTEER", community)).get("/notices/failed/").status_code == 404


@pytest.mark.parametrize("count", [2, 25])
def test_the_bell_costs_the_same_however_much_there_is(
    community, worker, client_for, django_assert_max_num_queries, count
):
    for number in range(count):
        write(community, worker, number)
    client = client_for(worker)

    with django_assert_max_num_queries(27):
        assert client.get("/notices/").status_code == 200
