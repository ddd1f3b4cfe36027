"""A volunteer's word: places, waiting list, “I cannot come”, stand-ins, reminder; each refusal a plain sentence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from carenet.kernel.errors import NotAllowed
from carenet.notices.models import Outbox
from carenet.parties.models import ServiceKind
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import about, promises, registry, reminders, shift_refusals, shifts
from volunteers.models import Promise, Slot, Volunteer
from volunteers.states_shifts import PromiseState, SlotState

EARLY = timedelta(days=2)


@pytest.fixture
def people(community: Any) -> list[Volunteer]:
    return [make.volunteer(community) for _each in range(5)]


def word(volunteer: Volunteer, slot: Slot) -> str:
    return Promise.objects.filter(volunteer=volunteer, slot=slot).latest("pk").state


def letters(template: str) -> int:
    return Outbox.objects.filter(template=template, channel="INAPP").exclude(state="CANCELLED").count()


def sql_refused(sql: str, params: list[Any]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except DatabaseError:
        return True
    return False


def test_a_series_makes_one_draft_for_each_date_at_the_stations_wall_clock(
    community: Any, staff: Any
) -> None:
    template = make.shift_template(community, people=3)
    series = shifts.plan(
        template=template, weekdays=[1, 3], starts=time(9, 30), from_on=date(2026, 11, 23), until_on=date(2026, 12, 6),
        skip=[date(2026, 12, 1)], by=staff, at=NOW,
    )  # fmt: skip
    slots = list(series.slots.order_by("starts_at"))
    assert [str(each.starts_at.astimezone(NOW.tzinfo)) for each in slots] == [
        "2026-11-24 09:30:00+08:00", "2026-11-26 09:30:00+08:00", "2026-12-03 09:30:00+08:00",
    ]  # fmt: skip
    assert {(each.state, each.people, each.minutes) for each in slots} == {("DRAFT", 3, 120)}
    assert shifts.publish(slots=slots, by=staff, at=NOW) == 3
    assert shifts.publish(slots=slots, by=staff, at=NOW) == 0


def test_a_place_is_promised_once_and_the_next_one_waits(community: Any, people: list[Volunteer]) -> None:
    slot = make.slot(community, people=1)
    mine = make.promised(slot, people[0])
    assert make.promised(slot, people[0]).pk == mine.pk
    with pytest.raises(shift_refusals.Full):
        make.promised(slot, people[1])
    assert make.promised(slot, people[1], wait=True).state == PromiseState.WAITING
    slot.refresh_from_db()
    assert (slot.taken, slot.free) == (1, 0)


def test_the_database_itself_refuses_one_too_many_and_a_count_by_hand(
    community: Any, people: list[Volunteer]
) -> None:
    slot = make.slot(community, people=1)
    make.promised(slot, people[0])
    insert = """insert into volunteers_promise (community_id, slot_id, volunteer_id, state, before_cancel, promised_at,
        ticked, reason, in_way, out_way, by_id) values (%s, %s, %s, 'PROMISED', '', now(), '{}', '', '', '', %s)"""
    assert sql_refused(insert, [community.pk, slot.pk, people[1].pk, registrar().pk])
    assert sql_refused("update volunteers_slot set taken = 0 where id = %s", [slot.pk])
    assert sql_refused(
        "update volunteers_slot set starts_at = starts_at - interval '1 hour' where id = %s", [slot.pk]
    )
    draft = make.slot(community, published=False)
    assert sql_refused(insert, [community.pk, draft.pk, people[1].pk, registrar().pk])


def test_nobody_promises_two_shifts_at_one_time_but_one_right_after_the_other(
    community: Any, people: list[Volunteer]
) -> None:
    first = make.slot(community)
    overlapping = make.slot(community, starts_at=first.starts_at + timedelta(minutes=60))
    following = make.slot(community, starts_at=first.ends_at)
    make.promised(first, people[0])
    with pytest.raises(shift_refusals.Elsewhere):
        make.promised(overlapping, people[0])
    assert make.promised(following, people[0]).state == PromiseState.PROMISED


def test_early_stepping_back_frees_the_place_for_the_oldest_on_the_waiting_list(
    community: Any, people: list[Volunteer]
) -> None:
    slot = make.slot(community, people=1)
    mine = make.promised(slot, people[0])
    for number, each in enumerate(people[1:4]):
        make.promised(slot, each, wait=True, at=slot.starts_at - timedelta(days=4) + timedelta(hours=number))
    # The oldest has promised something else meanwhile, so the second of the list moves up.
    make.promised(make.slot(community, starts_at=slot.starts_at), people[1])
    promises.step_back(promise=mine, by=registrar(), at=slot.starts_at - EARLY, reason="孙子来了")
    assert [word(each, slot) for each in people[:4]] == ["RELEASED", "WAITING", "PROMISED", "WAITING"]
    assert letters("volunteers.shift.promoted") == 1
    again = make.promised(slot, people[0], wait=True)  # a changed mind queues up again
    assert again.state == PromiseState.WAITING


def test_late_stepping_back_keeps_the_place_and_asks_the_team_for_a_stand_in(
    community: Any, people: list[Volunteer]
) -> None:
    team = make.team(community)
    captain, _user = make.captain_of(team)
    members = [make.volunteer(community, team=team) for _each in range(3)]
    slot = make.slot(community, people=1, team=team)
    mine = make.promised(slot, members[0])
    busy = make.slot(community, starts_at=slot.starts_at)
    make.promised(busy, members[1])
    late = slot.starts_at - timedelta(hours=5)
    kept = promises.step_back(promise=mine, by=registrar(), at=late)
    slot.refresh_from_db()
    assert (kept.state, slot.taken) == (PromiseState.SEEKING, 1)
    asked = Outbox.objects.filter(template="volunteers.shift.stand_in_wanted").values_list(
        "to_person_id", flat=True
    )
    assert set(asked) == {captain.person_id, members[2].person_id}  # free and of the team
    assert letters("volunteers.shift.somebody_cannot") == 2  # the office and the captain
    stand = promises.stand_in(promise=kept, volunteer=members[2], by=registrar(), at=late)
    with pytest.raises(shift_refusals.NotWanted):
        promises.stand_in(promise=kept, volunteer=captain, by=registrar(), at=late)
    slot.refresh_from_db()
    assert (stand.state, stand.replaces_id, word(members[0], slot), slot.taken) == (
        "PROMISED",
        kept.pk,
        "REPLACED",
        1,
    )
    assert letters("volunteers.shift.replaced") == 1


def test_late_stepping_back_lets_the_waiting_list_stand_in_at_once(
    community: Any, people: list[Volunteer]
) -> None:
    slot = make.slot(community, people=1)
    mine = make.promised(slot, people[0])
    make.promised(slot, people[1], wait=True)
    promises.step_back(promise=mine, by=registrar(), at=slot.starts_at - timedelta(hours=2))
    assert (word(people[0], slot), word(people[1], slot)) == ("REPLACED", "PROMISED")
    assert letters("volunteers.shift.stand_in_wanted") == 0


def test_who_leaves_frees_the_places_ahead_and_the_waiting_list_moves_up(
    community: Any, staff: Any, people: list[Volunteer]
) -> None:
    first, second = people[:2]
    slot, other = (
        make.slot(community, people=1),
        make.slot(community, people=1, starts_at=NOW + timedelta(days=9)),
    )
    make.promised(slot, first)
    make.promised(slot, second, wait=True)
    make.promised(other, second)
    make.promised(other, first, wait=True)

    registry.leave(volunteer=first, on=NOW.date(), reason="搬家", by=staff, at=NOW)

    assert (word(first, slot), word(first, other)) == ("RELEASED", "RELEASED")
    assert (word(second, slot), word(second, other)) == ("PROMISED", "PROMISED")
    assert letters("volunteers.shift.promoted") == 1


def test_who_can_come_after_all_takes_the_word_back_until_somebody_stands_in(
    community: Any, people: list[Volunteer]
) -> None:
    slot = make.slot(community, people=1)
    late = slot.starts_at - timedelta(hours=2)
    kept = promises.step_back(promise=make.promised(slot, people[0]), by=registrar(), at=late)
    assert promises.come_after_all(promise=kept, by=registrar(), at=late).state == PromiseState.PROMISED
    kept = promises.step_back(promise=kept, by=registrar(), at=late)
    promises.stand_in(promise=kept, volunteer=people[1], by=registrar(), at=late)
    with pytest.raises(shift_refusals.NotWanted):
        promises.come_after_all(promise=kept, by=registrar(), at=late)


def test_after_the_beginning_the_captain_is_called_instead(community: Any, people: list[Volunteer]) -> None:
    slot = make.slot(community)
    mine = make.promised(slot, people[0])
    with pytest.raises(shift_refusals.TooLateToStepBack):
        promises.step_back(promise=mine, by=registrar(), at=slot.starts_at)


def test_the_reminder_comes_once_a_day_before_and_not_after_stepping_back(
    community: Any, people: list[Volunteer]
) -> None:
    slot = make.slot(community)
    make.promised(slot, people[0])
    gone = make.promised(slot, people[1])
    assert reminders.remind(community=community, by=registrar(), at=slot.starts_at - timedelta(hours=25)) == 0
    promises.step_back(promise=gone, by=registrar(), at=slot.starts_at - timedelta(hours=25))
    at = slot.starts_at - timedelta(hours=24)
    assert reminders.remind(community=community, by=registrar(), at=at) == 1
    assert reminders.remind(community=community, by=registrar(), at=at) == 0
    rows = Outbox.objects.filter(template="volunteers.shift.reminder")
    assert sorted(rows.values_list("channel", flat=True)) == ["INAPP", "SMS"]
    assert "13" not in str(rows[0].params.get("phone", ""))


def test_a_cancelled_shift_tells_everybody_and_comes_back_as_it_was(
    community: Any, people: list[Volunteer]
) -> None:
    slot = make.slot(community, people=2)
    for each in people[:2]:
        make.promised(slot, each)
    make.promised(slot, people[2], wait=True)
    at = slot.starts_at - EARLY
    with pytest.raises(shift_refusals.ReasonMissing):
        shifts.cancel(slot=slot, reason=" ", by=registrar(), at=at)
    shifts.cancel(slot=slot, reason="停电", by=registrar(), at=at)
    slot.refresh_from_db()
    assert (slot.state, slot.taken) == (SlotState.CANCELLED, 0)
    assert letters("volunteers.shift.cancelled") == 3
    make.promised(make.slot(community, starts_at=slot.starts_at), people[0])
    shifts.restore(slot=slot, by=registrar(), at=at + timedelta(hours=1))
    # The first has promised something else meanwhile: the waiting list moves up.
    assert [word(each, slot) for each in people[:3]] == ["CANCELLED", "PROMISED", "PROMISED"]
    assert (letters("volunteers.shift.restored"), letters("volunteers.shift.restored_without")) == (2, 1)


def test_more_places_go_to_the_waiting_list_and_fewer_than_promised_are_refused(
    community: Any, people: list[Volunteer]
) -> None:
    slot = make.slot(community, people=1)
    make.promised(slot, people[0])
    make.promised(slot, people[1], wait=True)
    shifts.set_people(slot=slot, people=2, by=registrar(), at=slot.starts_at - EARLY)
    assert word(people[1], slot) == PromiseState.PROMISED
    with pytest.raises(shift_refusals.TooFewPlaces):
        shifts.set_people(slot=slot, people=1, by=registrar(), at=slot.starts_at - EARLY)


def test_every_warning_is_ticked_before_promising(community: Any, people: list[Volunteer]) -> None:
    slot = make.slot(community, warnings=["要上两层楼", "家里有猫"])
    user = make.volunteer_user(people[0])
    with pytest.raises(shift_refusals.TickWarnings):
        promises.promise(slot=slot, volunteer=people[0], by=user, at=NOW, ticked=["家里有猫"])
    made = promises.promise(
        slot=slot, volunteer=people[0], by=user, at=NOW, ticked=["家里有猫", "要上两层楼"]
    )
    assert made.ticked == ["要上两层楼", "家里有猫"]


def test_training_insurance_age_and_own_limits_decide_who_is_fit(community: Any) -> None:
    def refusal(volunteer: Volunteer, slot: Slot) -> str:
        try:
            promises.promise(slot=slot, volunteer=volunteer, by=make.volunteer_user(volunteer), at=NOW)
        except shift_refusals.DomainError as no:
            return no.code
        return "fine"

    skilled = ServiceKind.objects.filter(risk="B", who__contains=["VO"]).first()
    insured = date(2027, 1, 1)
    needs_training = make.slot(community, service_kind=skilled)
    heavy = make.slot(community, demands=["LIFTING"])
    assert refusal(make.volunteer(community, insured_until=insured), needs_training) == "not_qualified"
    assert refusal(make.volunteer(community, level=2), needs_training) == "not_insured"
    assert refusal(make.volunteer(community, level=2, insured_until=insured), needs_training) == "fine"
    assert (
        refusal(make.volunteer(community, born_on=date(1950, 1, 1), insured_until=insured), heavy)
        == "too_heavy"
    )
    weak = make.volunteer(community, insured_until=insured)
    about.tell(volunteer=weak, languages=[], week=0, limits=["LIFTING"], skills=[], by=registrar(), at=NOW)
    assert refusal(weak, heavy) == "over_limit"
    pausing = make.volunteer(community)
    registry.pause(volunteer=pausing, until=None, by=registrar(), at=NOW)
    assert refusal(pausing, make.slot(community)) == "not_serving"


def test_a_minor_promises_only_with_a_guardians_consent_and_loses_the_place_when_it_is_withdrawn(
    community: Any,
) -> None:
    slot = make.slot(community)
    pupil = make.volunteer(community, born_on=date(2010, 1, 1))
    with pytest.raises(shift_refusals.GuardianMissing):
        make.promised(slot, pupil)
    given = about.consent(
        volunteer=pupil, name="周母", phone="13800138111", relation="母亲", given_on=date(2026, 11, 1), by=registrar(),
        at=NOW,
    )  # fmt: skip
    assert make.promised(slot, pupil).state == PromiseState.PROMISED
    about.withdraw_consent(consent=given, on=date(2026, 11, 21), by=registrar(), at=NOW)
    assert word(pupil, slot) == PromiseState.RELEASED


def test_only_the_volunteer_the_office_and_the_captain_give_somebodys_word(community: Any) -> None:
    team = make.team(community)
    _captain, captain_user = make.captain_of(team)
    member = make.volunteer(community, team=team)
    stranger = make.volunteer_user(make.volunteer(community))
    slot = make.slot(community, team=team)
    with pytest.raises(NotAllowed):
        promises.promise(slot=slot, volunteer=member, by=stranger, at=NOW)
    made = promises.promise(slot=slot, volunteer=member, by=captain_user, at=NOW)
    assert letters("volunteers.shift.put_down") == 1
    with pytest.raises(NotAllowed):
        promises.step_back(promise=made, by=stranger, at=NOW)


@pytest.mark.parametrize(
    ("stage", "state"), [("INCUBATION", "DRAFT"), ("TAKEOVER", "PROPOSED"), ("INDEPENDENT", "PUBLISHED")]
)
def test_the_stage_of_the_team_decides_whether_its_captain_publishes(
    community: Any, staff: Any, stage: str, state: str
) -> None:
    team = make.team(community)
    _captain, user = make.captain_of(team, stage=stage)
    slot = make.slot(community, team=team, published=False)
    at: datetime = slot.starts_at - EARLY
    if stage == "INCUBATION":
        with pytest.raises(NotAllowed):
            shifts.publish(slots=[slot], by=user, at=at)
    else:
        shifts.publish(slots=[slot], by=user, at=at)
    slot.refresh_from_db()
    assert slot.state == state
    if state == "PROPOSED":
        assert letters("volunteers.shift.to_check") == 1
        shifts.publish(slots=[slot], by=staff, at=at)
        slot.refresh_from_db()
        assert slot.state == SlotState.PUBLISHED
