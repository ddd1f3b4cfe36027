"""Questions about hours, asked politely; the nightly look; the call-back sample."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from carenet.kernel import months
from carenet.ledger.check import check_books
from carenet.notices.models import Outbox
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.volunteers.purse import TODAY, coins, policy
from volunteers.actions import fair_play, questions
from volunteers.models import Attendance, Question, Volunteer
from volunteers.reports import call_backs

PUBLISHED = months.next_month(TODAY)


def object_to(attendance: Attendance, by: Any, on: date = PUBLISHED) -> Question:
    return questions.object_to(
        volunteer=attendance.volunteer,
        month=TODAY,
        attendances=[attendance],
        words="那天他不在",
        on=on,
        at=NOW,
        by=by,
    )


def test_an_objection_is_asked_answered_and_upheld_by_a_reversal_with_a_reason(
    bert: Volunteer, staff: Any, director: Any
) -> None:
    attendance = make.served(bert, minutes=60)
    member = make.user("ELDER", bert.community, username="member", display_name="邻居")
    question = object_to(attendance, member)
    with pytest.raises(questions.AlreadyRaised):
        object_to(attendance, member)
    questions.ask(question=question, on=TODAY, at=NOW, by=staff)
    with pytest.raises(questions.StillAsked):
        questions.take_back(
            question=question, attendances=[attendance], reason="核实有误", on=TODAY, at=NOW, by=director
        )
    questions.answer(question=question, words="我记错了日期", at=NOW, by=make.volunteer_user(bert))
    with pytest.raises(questions.NothingChosen):
        questions.take_back(
            question=question, attendances=[], reason="核实有误", on=TODAY, at=NOW, by=director
        )
    questions.take_back(
        question=question, attendances=[attendance], reason="日期记错，已核实", on=TODAY, at=NOW, by=director
    )
    assert coins(bert) == coins(bert, "MINUTE") == 0
    attendance.refresh_from_db()
    assert attendance.reversed_by.reason == "日期记错，已核实"
    assert (
        Outbox.objects.filter(template="volunteers.question_taken_back", to_person=bert.person).count() == 1
    )
    assert Outbox.objects.filter(template="volunteers.question_decided", to_user=member).count() == 1
    with pytest.raises(questions.Decided):
        questions.keep(question=question, reason="再想想", at=NOW, by=director)
    assert check_books() == []


def test_who_wrote_the_answer_down_for_the_volunteer_does_not_take_the_hours_back(
    bert: Volunteer, staff: Any, director: Any
) -> None:
    attendance = make.served(bert, minutes=60)
    question = object_to(attendance, make.user("ELDER", bert.community, username="member"))
    questions.ask(question=question, on=TODAY, at=NOW, by=staff)
    questions.answer(question=question, words="电话里说记错了", at=NOW, by=director)
    facts: dict[str, Any] = {"question": question, "reason": "核实有误", "at": NOW, "by": director}
    with pytest.raises(questions.OneOfThem):
        questions.take_back(attendances=[attendance], on=TODAY, **facts)
    assert questions.keep(**facts).state == "KEPT", "in the volunteer's favour one may"


def test_published_hours_can_be_questioned_for_seven_days(bert: Volunteer) -> None:
    attendance = make.served(bert)
    member = make.user("ELDER", bert.community, username="member", display_name="邻居")
    for day in (TODAY, PUBLISHED + timedelta(days=7)):
        with pytest.raises(questions.WindowOver):
            object_to(attendance, member, on=day)
    assert object_to(attendance, member, on=PUBLISHED + timedelta(days=6)).state == "OPEN"


def test_who_raised_a_question_or_is_asked_does_not_decide_it(bert: Volunteer, director: Any) -> None:
    question = object_to(make.served(bert), director)
    with pytest.raises(questions.OneOfThem):
        questions.keep(question=question, reason="没问题", at=NOW, by=director)


def test_a_volunteer_does_not_see_a_question_before_it_is_asked(bert: Volunteer, staff: Any) -> None:
    question = object_to(make.served(bert), staff)
    user = make.volunteer_user(bert)
    assert not Question.objects.visible_to(user).exists()
    questions.ask(question=question, on=TODAY, at=NOW, by=staff)
    assert Question.objects.visible_to(user).count() == 1


def test_a_different_memory_on_the_phone_becomes_a_question(bert: Volunteer, staff: Any) -> None:
    attendance = make.served(bert)
    questions.call_back(attendance=attendance, result="NOT_REACHED", words="", at=NOW, by=staff)
    questions.call_back(attendance=attendance, result="DIFFERS", words="只来了半小时", at=NOW, by=staff)
    with pytest.raises(questions.ResultKnown):
        questions.call_back(attendance=attendance, result="AGREES", words="", at=NOW, by=staff)
    assert Question.objects.get().kind == "CALL_BACK"


# --- fair play -----------------------------------------------------------------------------------
def elder_at(community: Any, lon: float, lat: float, **fields: Any) -> Any:
    elder = make.elder(community, **fields)
    type(elder).objects.filter(pk=elder.pk).update(lon=lon, lat=lat)
    return elder


def kinds(community: Any, on: date = TODAY) -> set[tuple[str, int]]:
    return {
        (each.kind, each.volunteer_id) for each in fair_play.look(community=community, month=TODAY, on=on)
    }


def test_the_nightly_look_asks_about_what_stands_out_and_only_once(community: Any) -> None:
    near, far = elder_at(community, 98.85, 25.85), elder_at(community, 99.05, 25.85)
    start = NOW - timedelta(days=5)
    hurried, calm, twice = (make.volunteer(community) for _ in range(3))
    make.served(hurried, start=start, served=near.person)
    make.served(hurried, start=start + timedelta(minutes=65), served=far.person)  # 20 km in five minutes
    make.served(calm, start=start, served=near.person)
    make.served(calm, start=start + timedelta(hours=3), served=far.person)
    make.served(twice, start=start, served=near.person)
    make.served(twice, start=start + timedelta(minutes=20), served=near.person)
    assert kinds(community) == {("TRAVEL", hurried.pk), ("OVERLAP", twice.pk)}
    ask = {"community": community, "month": TODAY, "on": TODAY, "at": NOW, "by": registrar()}
    assert (fair_play.ask_politely(**ask), fair_play.ask_politely(**ask)) == (2, 0)
    assert Outbox.objects.filter(template="volunteers.question_asked").count() == 2
    assert set(Question.objects.values_list("state", flat=True)) == {"ASKED"}


def test_two_people_who_help_each_other_for_many_hours_are_both_asked(community: Any, director: Any) -> None:
    one, two, third = (make.volunteer(community) for _ in range(3))
    start = NOW.replace(day=2)
    for day in range(3):
        make.served(one, minutes=120, start=start + timedelta(days=day), served=two.person)
        make.served(two, minutes=120, start=start + timedelta(days=day, hours=4), served=one.person)
        make.served(third, minutes=120, start=start + timedelta(days=day), served=one.person)
    assert kinds(community) == {("LOOP", one.pk), ("LOOP", two.pk)}
    policy(community, director, pair_minutes=300)
    assert ("PAIR", third.pk) in kinds(community)


def test_a_household_found_out_later_and_a_burst_at_the_end_of_the_month_are_asked_about(
    community: Any,
) -> None:
    building = make.buildings(community)[0]
    elder = make.elder(community, building=building, door="3-301")
    volunteer = make.volunteer(community)
    make.served(volunteer, served=elder.person, start=NOW - timedelta(days=3))
    Volunteer.objects.filter(pk=volunteer.pk).update(building=building, door="3－301")
    assert kinds(community) == {("HOUSEHOLD", volunteer.pk)}
    busy = make.volunteer(community)
    for day in (28, 29, 30):
        make.served(busy, minutes=200, start=NOW.replace(day=day), at=NOW.replace(day=30))
    assert ("BURST", busy.pk) not in kinds(community)
    assert ("BURST", busy.pk) in kinds(community, on=PUBLISHED)


def test_the_sample_is_five_percent_and_the_same_for_everybody(community: Any) -> None:
    volunteer, elder = make.volunteer(community), make.elder(community)
    for number in range(25):
        make.served(
            volunteer, minutes=15, start=NOW.replace(day=1) + timedelta(hours=number * 3), served=elder.person
        )
    drawn = call_backs.drawn(community, month=TODAY, percent=5)
    assert len(drawn) == 2 == len(set(drawn)) and drawn == call_backs.drawn(community, month=TODAY, percent=5)
    assert call_backs.waiting(community, on=PUBLISHED) == 2
    questions.call_back(
        attendance=Attendance.objects.get(pk=drawn[0]), result="AGREES", words="", at=NOW, by=registrar()
    )
    assert call_backs.waiting(community, on=PUBLISHED) == 1
