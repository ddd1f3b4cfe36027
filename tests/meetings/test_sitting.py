"""Who is in the room decides what can be decided; the minutes say so for good."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from carenet.kernel.errors import NotAllowed
from carenet.parties import scope
from meetings import reports
from meetings.actions import attendance, calendar, decisions
from meetings.models import Attendance, Decision
from meetings.refusals import (
    NoQuorum,
    NotGoingOn,
    OnePartyOnly,
)
from tests import make

THREE = ("COMMUNITY", "SOCIAL_WORKER", "CHARITY")


def decide(meeting, by, at, **fields):
    return decisions.record(
        meeting=meeting, text=fields.pop("text", "购买一台助浴车"), responsible=make.party(meeting.community, "COMMUNITY"),
        due_on=date(2026, 12, 31), by=by, at=at, **fields,
    )  # fmt: skip


def test_with_three_parties_a_decision_is_taken_and_remembers_who_was_there(community, staff, now):
    meeting = make.open_meeting(community, staff, *THREE)

    found = decide(meeting, staff, now)

    assert found.parties == ["CHARITY", "COMMUNITY", "SOCIAL_WORKER"]
    assert found.steps_taken.get().state == "OPEN"


def test_with_two_parties_the_decision_is_refused_and_the_missing_ones_are_named(community, staff, now):
    meeting = make.open_meeting(community, staff, "COMMUNITY", "SOCIAL_WORKER")

    missing = reports.joined(
        reports.party_name(each) for each in ("SOCIAL_ORGANISATION", "VOLUNTEER", "CHARITY")
    )
    with pytest.raises(NoQuorum, match=f"2 个方面到场.*{missing}"):
        decide(meeting, staff, now)


def test_two_heads_of_one_party_are_one_party(community, staff, now):
    meeting = make.open_meeting(community, staff, "COMMUNITY", "SOCIAL_WORKER")
    second = make.person(community, name="马秀兰")
    attendance.sign_in(
        meeting=meeting, person=second, organisation=make.party(community, "COMMUNITY"), by=staff, at=now
    )

    with pytest.raises(NoQuorum):
        decide(meeting, staff, now)


def test_the_database_itself_refuses_a_decision_with_two_parties(community, staff, now):
    meeting = make.open_meeting(community, staff, "COMMUNITY", "SOCIAL_WORKER")

    with pytest.raises(IntegrityError, match="no quorum"), transaction.atomic():
        Decision.objects.create(
            community=community, meeting=meeting, number=1, text="?", due_on=date(2026, 12, 31), decided_at=now,
            responsible=make.party(community, "COMMUNITY"), recorded_by=staff, parties=list(THREE),
        )  # fmt: skip


def test_the_database_writes_the_parties_itself_whatever_it_is_told(community, staff, now):
    meeting = make.open_meeting(community, staff, *THREE)
    found = Decision.objects.create(
        community=community, meeting=meeting, number=1, text="?", due_on=date(2026, 12, 31), decided_at=now,
        responsible=make.party(community, "COMMUNITY"), recorded_by=staff, parties=["VOLUNTEER"],
    )  # fmt: skip
    found.refresh_from_db()

    assert found.parties == sorted(THREE)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Decision.objects.update(text="anders")


def test_when_a_party_leaves_the_quorum_is_gone_and_when_it_comes_back_it_is_there_again(
    community, staff, now
):
    meeting = make.open_meeting(community, staff, *THREE)
    fund = Attendance.objects.get(meeting=meeting, party_kind="CHARITY")
    later = now + timedelta(minutes=30)

    attendance.leave(attendance=fund, by=staff, at=later)
    assert not reports.quorum(meeting, at=later).ok
    with pytest.raises(NoQuorum):
        decide(meeting, staff, later)
    make.present(meeting, "CHARITY", by=staff, at=later + timedelta(minutes=5))
    decide(meeting, staff, later + timedelta(minutes=6))

    assert [each.ok for each in reports.quorum_timeline(meeting)] == [True, False, True]


def test_who_leaves_while_a_decision_is_written_down_still_was_there(community, staff, now):
    meeting = make.open_meeting(community, staff, *THREE)
    decide(meeting, staff, now + timedelta(minutes=10))
    fund = Attendance.objects.get(meeting=meeting, party_kind="CHARITY")

    left = attendance.leave(attendance=fund, by=staff, at=now + timedelta(minutes=9))

    assert left.left_at > now + timedelta(minutes=10)


def test_the_database_refuses_to_take_a_party_away_from_a_decision_afterwards(community, staff, now):
    meeting = make.open_meeting(community, staff, *THREE)
    decide(meeting, staff, now + timedelta(minutes=10))

    with pytest.raises(IntegrityError, match="decision was taken after"), transaction.atomic():
        Attendance.objects.filter(party_kind="CHARITY").update(left_at=now + timedelta(minutes=5))
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Attendance.objects.filter(party_kind="CHARITY").update(party_kind="VOLUNTEER")


def test_signing_in_twice_is_once(community, staff, now):
    meeting = make.open_meeting(community, staff, "COMMUNITY")
    make.present(meeting, "COMMUNITY", by=staff, at=now + timedelta(minutes=1))

    assert meeting.attendances.count() == 1


def test_a_person_speaks_for_one_party_only(community, staff, now):
    meeting = make.open_meeting(community, staff, "COMMUNITY")
    li = make.party(community, "COMMUNITY").memberships.get().person

    with pytest.raises(OnePartyOnly, match="李秀英"):
        attendance.sign_in(
            meeting=meeting, person=li, organisation=make.party(community, "VOLUNTEER"), by=staff, at=now
        )
    with pytest.raises(IntegrityError, match="one_party_a_person"), transaction.atomic():
        Attendance.objects.create(
            community=community, meeting=meeting, person=li, organisation=make.party(community, "VOLUNTEER"),
            party_kind="VOLUNTEER", signed_in_at=now, left_at=now, by=staff,
        )  # fmt: skip


def test_nobody_signs_in_or_decides_before_the_meeting_begins_or_after_it_ended(community, staff, now):
    planned = make.meeting(community, staff)
    with pytest.raises(NotGoingOn):
        make.present(planned, "COMMUNITY", by=staff)
    calendar.open_meeting(meeting=planned, by=staff, at=now)
    for each in THREE:
        make.present(planned, each, by=staff)
    calendar.close(meeting=planned, by=staff, at=now + timedelta(hours=1))

    with pytest.raises(NotGoingOn):
        decide(planned, staff, now + timedelta(hours=2))


def test_a_representative_signs_in_only_themselves(community, staff, now):
    meeting = make.open_meeting(community, staff)
    organisation = make.party(community, "CHARITY")
    sun = organisation.memberships.get().person
    other = make.person(community, name="马秀兰")
    user = make.user("REPRESENTATIVE", community, person=sun)

    assert attendance.sign_in(meeting=meeting, person=sun, organisation=organisation, by=user, at=now).pk
    with pytest.raises(NotAllowed):
        attendance.sign_in(meeting=meeting, person=other, organisation=organisation, by=user, at=now)


def test_leaving_and_deciding_at_once_never_leaves_a_decision_without_quorum(station_db):
    community = station_db
    with scope.within([community.pk]):
        staff = make.user("COMMITTEE", community, username="li")
        meeting = make.open_meeting(community, staff, *THREE)
        fund = Attendance.objects.get(party_kind="CHARITY")
    start = threading.Barrier(2)

    def work(action):
        try:
            with scope.within([community.pk]):
                start.wait(10)
                action()
        except NoQuorum:
            pass
        finally:
            connection.close()

    moment = make.NOW + timedelta(minutes=10)
    threads = [
        threading.Thread(target=work, args=(lambda: decide(meeting, staff, moment),)),
        threading.Thread(target=work, args=(lambda: attendance.leave(attendance=fund, by=staff, at=moment),)),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)

    with scope.within([community.pk]):
        for each in Decision.objects.all():
            here = set(Attendance.objects.present(each.decided_at).values_list("party_kind", flat=True))
            assert here == set(THREE)
        assert Attendance.objects.get(pk=fund.pk).left_at is not None
