"""The roster: check in and out, excused and missed, hours of all in one press, late hours with four eyes, elections."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers import policies
from volunteers.actions import late_hours, promises, registry, rosters, shift_refusals, teams
from volunteers.models import Attendance, Ballot, LateEntry, Promise, Slot, TeamCandidate
from volunteers.states_shifts import LateState, PromiseState, SlotState, VoteState, Way


@pytest.fixture
def slot(community: Any) -> Slot:
    """Today from 10 to 12, a team of three."""
    return make.slot(community, starts_at=NOW, people=4, team=make.team(community))


def tick(promise: Promise, *, by: Any = None, at: Any = None, **fields: Any) -> Promise:
    return rosters.check_in(promise=promise, way=Way.OFFICE, by=by or registrar(), at=at or NOW, **fields)


def test_one_press_books_the_whole_roster_once_and_tells_missed_from_excused(
    community: Any, slot: Slot
) -> None:
    came, left_early, late_word, silent = (make.volunteer(community) for _each in range(4))
    rows = [make.promised(slot, each) for each in (came, left_early, late_word, silent)]
    promises.step_back(promise=rows[2], by=registrar(), at=NOW - timedelta(hours=1), reason="发烧")
    tick(rows[0])
    tick(rows[1])
    rosters.check_out(promise=rows[1], way=Way.OFFICE, by=registrar(), at=NOW + timedelta(minutes=60))
    with pytest.raises(shift_refusals.NotOverYet):
        rosters.book(slot=slot, by=registrar(), at=NOW + timedelta(minutes=119))
    after = NOW + timedelta(hours=3)
    booked = rosters.book(slot=slot, by=registrar(), at=after)
    assert (booked.credited, booked.missed, booked.excused, booked.minutes) == (2, 1, 1, 180)
    again = rosters.book(slot=slot, by=registrar(), at=after)
    assert (again.credited, Attendance.objects.count()) == (0, 2)
    assert [each.state for each in Promise.objects.order_by("pk")] == ["DONE", "DONE", "EXCUSED", "MISSED"]
    assert sorted(Attendance.objects.values_list("minutes", "points")) == [(60, 10), (120, 20)]
    assert Outbox.objects.filter(template="volunteers.credited").count() == 2
    slot.refresh_from_db()
    assert slot.state == SlotState.CLOSED
    assert check_books(community=community) == []


def test_who_was_ticked_late_is_booked_by_pressing_again(community: Any, slot: Slot) -> None:
    first, second = make.volunteer(community), make.volunteer(community)
    rows = [make.promised(slot, first), make.promised(slot, second)]
    tick(rows[0])
    after = NOW + timedelta(days=1)
    rosters.book(slot=slot, by=registrar(), at=after)
    assert Promise.objects.get(pk=rows[1].pk).state == PromiseState.MISSED
    with pytest.raises(shift_refusals.BadTimes):
        tick(rows[1], at=after, came_at=NOW + timedelta(hours=5))
    tick(rows[1], at=after, came_at=NOW + timedelta(minutes=30))
    assert rosters.book(slot=slot, by=registrar(), at=after).minutes == 90
    assert Attendance.objects.get(volunteer=second).served_on == NOW.date()


def test_the_code_at_the_place_checks_in_only_its_own_volunteer_and_only_in_time(
    community: Any, slot: Slot
) -> None:
    volunteer = make.volunteer(community)
    user, other = make.volunteer_user(volunteer), make.volunteer_user(make.volunteer(community))
    row = make.promised(slot, volunteer)
    with pytest.raises(NotAllowed):
        rosters.check_in(promise=row, way=Way.QR, by=other, at=NOW)
    with pytest.raises(shift_refusals.TooEarly):
        rosters.check_in(promise=row, way=Way.QR, by=user, at=NOW - timedelta(minutes=31))
    found = rosters.check_in(promise=row, way=Way.QR, by=user, at=NOW - timedelta(minutes=20))
    assert rosters.check_in(promise=row, way=Way.QR, by=user, at=NOW).in_at == found.in_at
    rosters.check_out(promise=row, way=Way.SELF, by=user, at=NOW + timedelta(hours=4))
    found.refresh_from_db()
    assert found.served_minutes == 120  # neither the early nor the late minutes count


def test_nobody_ticks_themselves_on_the_roster(community: Any) -> None:
    team = make.team(community)
    captain, user = make.captain_of(team, stage="INDEPENDENT")
    slot = make.slot(community, starts_at=NOW, team=team)
    own, other = make.promised(slot, captain), make.promised(slot, make.volunteer(community, team=team))
    with pytest.raises(shift_refusals.OwnTick):
        rosters.check_in(promise=own, way=Way.CAPTAIN, by=user, at=NOW)
    assert rosters.check_in(promise=other, way=Way.CAPTAIN, by=user, at=NOW).state == PromiseState.HERE
    assert rosters.undo_check_in(promise=other, by=user, at=NOW).in_at is None


def test_a_forgotten_check_out_is_counted_until_the_end_asked_and_can_be_made_shorter(
    community: Any, slot: Slot
) -> None:
    volunteer = make.volunteer(community)
    user = make.volunteer_user(volunteer)
    row = make.promised(slot, volunteer)
    rosters.check_in(promise=row, way=Way.QR, by=user, at=NOW)
    after = slot.ends_at + timedelta(minutes=30)
    assert rosters.cap_forgotten(community=community, by=registrar(), at=slot.ends_at) == 0
    assert rosters.cap_forgotten(community=community, by=registrar(), at=after) == 1
    assert rosters.cap_forgotten(community=community, by=registrar(), at=after) == 0
    row.refresh_from_db()
    assert (row.out_at, row.out_way) == (slot.ends_at, Way.CAPPED)
    assert Outbox.objects.filter(template="volunteers.shift.forgot_check_out").count() == 1
    left = NOW + timedelta(minutes=75)
    rosters.check_out(promise=row, way=Way.SELF, by=user, at=after, left_at=left)
    assert rosters.book(slot=slot, by=registrar(), at=after).minutes == 75
    with pytest.raises(WrongStep):
        rosters.check_out(promise=row, way=Way.SELF, by=user, at=after, left_at=left)


@pytest.mark.parametrize("stage", ["INCUBATION", "TAKEOVER", "INDEPENDENT"])
def test_late_hours_need_four_eyes_and_the_stage_says_whose(community: Any, staff: Any, stage: str) -> None:
    team = make.team(community)
    captain, user = make.captain_of(team, stage=stage)
    member = make.volunteer(community, team=team)
    fields = {"what": "陪李奶奶看病", "why": "忘了签到", "at": NOW}
    day = NOW - timedelta(days=3)

    def ask(volunteer: Any, by: Any, start: Any) -> LateEntry:
        return late_hours.ask(
            volunteer=volunteer, starts_at=start, ends_at=start + timedelta(hours=2), by=by, **fields
        )

    own = ask(captain, user, day)
    for_member = ask(member, user, day)
    for entry in (own, for_member):
        with pytest.raises(shift_refusals.OwnHours):
            late_hours.approve(entry=entry, by=user, at=NOW)
    asked = ask(member, make.volunteer_user(member), day + timedelta(hours=4))
    if stage == "INCUBATION":
        with pytest.raises(NotAllowed):
            late_hours.approve(entry=asked, by=user, at=NOW)
    elif stage == "TAKEOVER":
        assert late_hours.approve(entry=asked, by=user, at=NOW).state == LateState.CAPTAIN_OK
        assert Attendance.objects.count() == 0
    if stage == "INDEPENDENT":
        done = late_hours.approve(entry=asked, by=user, at=NOW)
    else:
        done = late_hours.approve(entry=asked, by=staff, at=NOW)
    assert done.state == LateState.APPROVED and done.attendance is not None
    assert (done.attendance.served_on, done.attendance.minutes) == (day.date(), 120)
    with pytest.raises(shift_refusals.HoursKnown):
        ask(member, staff, day + timedelta(hours=4))
    with pytest.raises(DatabaseError), transaction.atomic():
        LateEntry.objects.filter(pk=for_member.pk).update(
            state="REFUSED", answer="x", decided_by_id=for_member.asked_by_id, decided_at=NOW
        )


def test_a_team_chooses_its_captain_with_one_vote_a_member_and_the_result_is_a_row(
    community: Any, staff: Any
) -> None:
    team = make.team(community)
    members = [make.volunteer(community, team=team) for _each in range(3)]
    outsider = make.volunteer(community)
    users = [make.volunteer_user(each) for each in members]
    vote = teams.open_vote(team=team, closes_at=NOW + timedelta(days=7), by=staff, at=NOW)
    first = teams.nominate(vote=vote, volunteer=members[0], by=users[2], at=NOW)
    second = teams.nominate(vote=vote, volunteer=members[1], by=staff, at=NOW)
    with pytest.raises(shift_refusals.NotAMember):
        teams.nominate(vote=vote, volunteer=outsider, by=staff, at=NOW)
    teams.cast(candidate=first, voter=members[0], by=users[0], at=NOW)
    teams.cast(candidate=second, voter=members[1], by=users[1], at=NOW)
    with pytest.raises(shift_refusals.VotedAlready):
        teams.cast(candidate=first, voter=members[1], by=users[1], at=NOW)
    with pytest.raises(NotAllowed):
        teams.cast(candidate=first, voter=members[2], by=users[1], at=NOW)
    teams.cast(candidate=second, voter=members[2], by=users[2], at=NOW)
    assert not Ballot.objects.visible_to(staff).exists(), "nobody reads for whom somebody voted"
    assert teams.close_due(community=community, by=registrar(), at=NOW) == 0
    assert teams.close_due(community=community, by=registrar(), at=NOW + timedelta(days=7)) == 1
    vote.refresh_from_db()
    team.refresh_from_db()
    assert (vote.state, vote.cast, vote.chosen_id, team.captain_id) == (
        VoteState.DECIDED, 3, members[1].pk, members[1].pk,
    )  # fmt: skip
    assert vote.result == {str(members[1].pk): 2, str(members[0].pk): 1}
    with pytest.raises(shift_refusals.NoVote):
        teams.cast(candidate=first, voter=members[2], by=users[2], at=NOW + timedelta(days=7))
    assert TeamCandidate.objects.filter(vote=vote).count() == 2


def test_votes_for_somebody_who_left_the_team_choose_nobody_and_stop_no_count(
    community: Any, staff: Any
) -> None:
    team = make.team(community)
    gone, stays = (make.volunteer(community, team=team) for _each in range(2))
    vote = teams.open_vote(team=team, closes_at=NOW + timedelta(days=1), by=staff, at=NOW)
    candidate = teams.nominate(vote=vote, volunteer=gone, by=staff, at=NOW)
    for each in (gone, stays):
        teams.cast(candidate=candidate, voter=each, by=staff, at=NOW)
    registry.leave(volunteer=gone, on=NOW.date(), reason="搬家", by=staff, at=NOW)
    assert teams.close_due(community=community, by=registrar(), at=NOW + timedelta(days=1)) == 1
    vote.refresh_from_db()
    team.refresh_from_db()
    assert (vote.state, vote.cast, team.captain_id) == (VoteState.STOPPED, 2, None)


def test_a_captain_who_left_leads_nobody(community: Any, staff: Any) -> None:
    team = make.team(community)
    captain, user = make.captain_of(team, stage="INDEPENDENT")
    slot = make.slot(community, team=team)
    assert policies.may_roster(user, slot)
    registry.leave(volunteer=captain, on=NOW.date(), reason="搬家", by=staff, at=NOW)
    slot = type(slot).objects.get(pk=slot.pk)
    assert not policies.may_roster(user, slot) and not policies.may_book(user, slot)


def test_a_tie_chooses_nobody(community: Any, staff: Any) -> None:
    team = make.team(community)
    members = [make.volunteer(community, team=team) for _each in range(2)]
    vote = teams.open_vote(team=team, closes_at=NOW + timedelta(days=1), by=staff, at=NOW)
    for each in members:
        candidate = teams.nominate(vote=vote, volunteer=each, by=staff, at=NOW)
        teams.cast(candidate=candidate, voter=each, by=staff, at=NOW)
    closed = teams.close(vote=vote, by=staff, at=NOW)
    team.refresh_from_db()
    assert (closed.state, team.captain_id) == (VoteState.TIED, None)


def test_nobody_books_their_own_hours_whoever_ticked_them(community: Any, staff: Any) -> None:
    team = make.team(community)
    captain, user = make.captain_of(team, stage="INDEPENDENT")
    slot = make.slot(community, starts_at=NOW, people=3, team=team)
    own = make.promised(slot, captain)
    rosters.check_in(promise=own, way=Way.QR, by=user, at=NOW)
    after = NOW + timedelta(hours=3)
    with pytest.raises(shift_refusals.OtherEyes):
        rosters.book(slot=slot, by=user, at=after)
    with pytest.raises(shift_refusals.OwnTick):
        rosters.miss(promise=own, by=user, at=after)
    other = make.promised(slot, make.volunteer(community, team=team))
    rosters.check_in(promise=other, way=Way.CAPTAIN, by=user, at=after, came_at=NOW)
    first = rosters.book(slot=slot, by=user, at=after)
    assert (first.credited, first.left) == (1, 1)
    assert list(Slot.objects.to_book(after)) == [slot], "it stays on the station's list"
    second = rosters.book(slot=slot, by=staff, at=after)
    assert (second.credited, second.left, Slot.objects.get().state) == (1, 0, SlotState.CLOSED)
    assert not Slot.objects.to_book(after).exists()


def test_while_a_team_is_led_together_hours_only_its_captain_saw_wait_for_the_station(
    community: Any, staff: Any
) -> None:
    team = make.team(community)
    _captain, user = make.captain_of(team, stage="TAKEOVER")
    slot = make.slot(community, starts_at=NOW, people=3, team=team)
    ticked, scanned = (make.volunteer(community, team=team) for _each in range(2))
    rows = [make.promised(slot, each) for each in (ticked, scanned)]
    # The door may say what it likes: whose eyes they were is read from who pressed.
    assert rosters.check_in(promise=rows[0], way=Way.OFFICE, by=user, at=NOW).in_way == Way.CAPTAIN
    rosters.check_in(promise=rows[1], way=Way.QR, by=make.volunteer_user(scanned), at=NOW)
    after = NOW + timedelta(hours=3)
    booked = rosters.book(slot=slot, by=user, at=after)
    assert (booked.credited, booked.left) == (1, 1)
    assert Attendance.objects.get().volunteer == scanned
    assert rosters.book(slot=slot, by=staff, at=after).credited == 1


def test_a_captain_who_goes_to_another_team_leads_neither(community: Any, staff: Any) -> None:
    team, other = make.team(community), make.team(community)
    captain, user = make.captain_of(team, stage="INDEPENDENT")
    slot = make.slot(community, team=team, published=False)
    assert list(Slot.objects.visible_to(user)) == [slot]
    kept = {
        name: getattr(captain, name)
        for name in ("source", "channel", "motive", "level", "skills", "agreed_on", "insured_until", "building", "door")
    }  # fmt: skip
    registry.change(volunteer=captain, team=other, by=staff, at=NOW, **kept)
    team.refresh_from_db()
    assert team.captain is None
    # A row of earlier days that still names them gives no rights either.
    type(team).objects.filter(pk=team.pk).update(captain=captain)
    slot = Slot.objects.select_related("team__captain").get()
    assert not policies.may_roster(user, slot) and not policies.may_book(user, slot)
    assert not Slot.objects.visible_to(user).exists()
