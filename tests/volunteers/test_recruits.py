"""Points for whoever brought a volunteer that stayed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from carenet.kernel.errors import NotAllowed
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from carenet.webkit import once
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, coins, policy
from volunteers.actions import recruits, registry
from volunteers.models import Recruit, Volunteer
from volunteers.reports import accounts

JOINED = date(2026, 6, 1)
DUE = JOINED + timedelta(days=90)


@pytest.fixture
def new(community: Any) -> Volunteer:
    """Joined in June and served once."""
    volunteer = make.volunteer(community, joined_on=JOINED)
    make.served(volunteer)
    return volunteer


def brought(new: Volunteer, by: Volunteer) -> Recruit:
    return recruits.record(recruited=new, brought_by=by, at=NOW, by=registrar())


def give(new: Volunteer, on: date) -> int:
    return recruits.give_due(community=new.community, on=on, at=NOW, by=registrar())


def test_points_come_once_and_only_after_ninety_days_and_a_service(new: Volunteer, bert: Volunteer) -> None:
    brought(new, bert)
    idle = make.volunteer(new.community, joined_on=JOINED)
    brought(idle, bert)
    assert [give(new, day) for day in (DUE - timedelta(days=1), DUE, DUE, DUE + timedelta(days=50))] == [
        0,
        1,
        0,
        0,
    ]
    assert coins(bert, "POINT") == 20
    letter = Outbox.objects.get(template="volunteers.recruit_stayed", to_person=bert.person)
    assert letter.params == {"name": new.person.name, "points": 20}
    (month,) = accounts.statement(bert, "POINT").months
    assert [each.amount for each in month.lines] == [20]
    assert check_books() == []


@pytest.mark.parametrize(("days", "given"), [(89, 0), (90, 1)])
def test_who_left_before_the_ninety_days_were_over_gives_none(
    new: Volunteer, bert: Volunteer, days: int, given: int
) -> None:
    brought(new, bert)
    registry.leave(volunteer=new, on=JOINED + timedelta(days=days), reason="搬家", by=registrar(), at=NOW)
    assert give(new, TODAY) == given


def test_a_community_decides_the_points_and_may_switch_them_off(
    new: Volunteer, bert: Volunteer, director: Any
) -> None:
    brought(new, bert)
    policy(new.community, director, recruit_points=0)
    assert give(new, TODAY) == 0
    policy(new.community, director, recruit_points=50)
    assert give(new, TODAY) == 1 and coins(bert, "POINT") == 50


def test_two_do_not_bring_each_other_and_nobody_writes_points_for_themselves(
    new: Volunteer, bert: Volunteer, staff: Any
) -> None:
    with pytest.raises(recruits.NotTheOther):
        brought(bert, new)
    staff.person = bert.person
    staff.save(update_fields=["person"])
    with pytest.raises(recruits.NotOnesOwn):
        recruits.record(recruited=new, brought_by=bert, at=NOW, by=staff)
    with pytest.raises(NotAllowed):
        recruits.record(recruited=new, brought_by=bert, at=NOW, by=make.volunteer_user(new))
    brought(new, bert)
    with pytest.raises(recruits.AlreadyKnown):
        brought(new, make.volunteer(new.community))


def test_a_wrong_record_is_taken_back_with_its_points_and_the_right_one_gets_them(
    new: Volunteer, bert: Volunteer, staff: Any
) -> None:
    wrong, right = brought(new, bert), make.volunteer(new.community)
    give(new, TODAY)
    recruits.take_back(recruit=wrong, reason="记错了人", at=NOW, by=staff)
    with pytest.raises(recruits.AlreadyTakenBack):
        recruits.take_back(recruit=wrong, reason="记错了人", at=NOW, by=staff)
    assert coins(bert, "POINT") == 0
    assert Outbox.objects.get(template="volunteers.recruit_taken_back").to_person_id == bert.person_id
    brought(new, right)
    assert give(new, TODAY) == 1 and coins(right, "POINT") == 20
    assert check_books() == []


def test_the_office_writes_it_down_and_takes_it_back_on_one_page(
    new: Volunteer, bert: Volunteer, staff: Any, client_for: Any
) -> None:
    client, page = client_for(staff), reverse("volunteers:brought", args=[new.pk])
    facts = {"number": bert.number, "name": "别人", "idempotency_key": once.new_key()}
    assert client.post(page, facts).status_code == 422
    facts |= {"name": bert.person.name, "idempotency_key": once.new_key()}
    assert client.post(page, facts).status_code == 302
    assert bert.number in client.get(page).content.decode()
    assert client.post(page, {"reason": "记错了", "idempotency_key": once.new_key()}).status_code == 302
    assert not Recruit.objects.standing().exists()
