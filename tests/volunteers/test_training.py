"""Courses give a qualification once every part is done, and only then; it opens services and runs out."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from carenet.kernel.errors import NotAllowed
from carenet.notices.models import Outbox
from carenet.parties import scope
from services.actions import dispatch
from services.refusals import NotEligible
from tests import make
from tests.make import NOW
from tests.make import training as making
from tests.make.parties import registrar
from volunteers import policies
from volunteers.actions import passing, registry, training
from volunteers.models import CourseResult, Enrolment, Qualification
from volunteers.reports import learning

TODAY = NOW.date()


@pytest.fixture
def run(community: Any) -> Any:
    return making.course_run(making.course(community))


def test_every_part_done_gives_the_qualification_from_that_day_for_its_months(
    community: Any, run: Any
) -> None:
    volunteer = make.volunteer(community)
    enrolment = making.learner(run, volunteer)
    for lesson in run.lessons.all():
        training.take_roll(lesson=lesson, present=[enrolment.pk], by=registrar(), at=NOW)
    training.examine(enrolment=enrolment, on=TODAY, score=60, by=registrar(), at=NOW)
    assert not Qualification.objects.filter(volunteer=volunteer).exists()
    assert learning.progress(enrolment).missing == ["实操：还差 60 分钟"]
    training.practise(enrolment=enrolment, on=date(2026, 11, 20), minutes=60, by=registrar(), at=NOW)
    found = Qualification.objects.get(volunteer=volunteer)
    assert (found.kind, found.level, found.valid_from, found.valid_to) == (
        "LEVEL",
        2,
        TODAY,
        date(2027, 11, 21),
    )
    assert Outbox.objects.filter(template="volunteers.course_passed").count() == 1


def test_a_failed_test_gives_nothing_and_a_second_try_counts(community: Any, run: Any) -> None:
    volunteer = make.volunteer(community)
    enrolment = making.passed(run, volunteer, score=59)
    assert enrolment.passed_on is None
    training.examine(enrolment=enrolment, on=TODAY, score=61, by=registrar(), at=NOW)
    assert Qualification.objects.on(TODAY).filter(volunteer=volunteer).count() == 1


def test_a_missed_lesson_is_made_up_in_the_next_run(community: Any, run: Any) -> None:
    volunteer = make.volunteer(community)
    first, second = run.lessons.all()
    enrolment = making.learner(run, volunteer)
    training.take_roll(lesson=first, present=[enrolment.pk], by=registrar(), at=NOW)
    training.take_roll(lesson=second, present=[], by=registrar(), at=NOW)
    again = making.course_run(run.course, first=NOW - timedelta(days=2))
    later = making.learner(again, volunteer)
    training.take_roll(lesson=again.lessons.all()[1], present=[later.pk], by=registrar(), at=NOW)
    training.practise(enrolment=later, on=TODAY, minutes=60, by=registrar(), at=NOW)
    training.examine(enrolment=later, on=TODAY, score=90, by=registrar(), at=NOW)
    later.refresh_from_db()
    assert later.passed_on == TODAY


def test_a_result_taken_back_takes_the_qualification_with_its_reason(community: Any, run: Any) -> None:
    volunteer = make.volunteer(community)
    enrolment = making.passed(run, volunteer)
    result = CourseResult.objects.get(enrolment=enrolment)
    training.take_back(fact=result, reason="看错了试卷", by=registrar(), at=NOW)
    found = Qualification.objects.get(volunteer=volunteer)
    assert found.revoked_reason == "看错了试卷"
    assert not Qualification.objects.on(TODAY).filter(volunteer=volunteer).exists()
    with pytest.raises(passing.AlreadyTakenBack):
        training.take_back(fact=result, reason="再来", by=registrar(), at=NOW)
    training.examine(enrolment=enrolment, on=TODAY, score=88, by=registrar(), at=NOW)
    assert Qualification.objects.on(TODAY).filter(volunteer=volunteer).count() == 1


def test_ticking_a_lesson_again_corrects_it_and_what_hung_on_it(community: Any, run: Any) -> None:
    enrolment = making.passed(run, make.volunteer(community))
    lesson = run.lessons.first()
    training.take_roll(lesson=lesson, present=[], by=registrar(), at=NOW)
    enrolment.refresh_from_db()
    assert enrolment.passed_on is None and not Qualification.objects.on(TODAY).exists()


def test_the_last_seat_then_the_waiting_list_then_a_free_seat_is_passed_on(community: Any) -> None:
    run = making.course_run(making.course(community), first=NOW + timedelta(days=3), seats=1)
    people = [make.volunteer(community) for _each in range(3)]
    one, two, three = [making.learner(run, each) for each in people]
    assert [one.state, two.state, three.state] == ["ENROLLED", "WAITING", "WAITING"]
    assert making.learner(run, people[1]).pk == two.pk
    training.withdraw(enrolment=one, by=make.volunteer_user(people[0]), at=NOW)
    two.refresh_from_db()
    three.refresh_from_db()
    assert [two.state, three.state] == ["ENROLLED", "WAITING"]
    assert Outbox.objects.filter(template="volunteers.course_seat", to_person=people[1].person).count() == 1


def test_trainers_are_social_workers_and_the_future_cannot_be_recorded(community: Any, staff: Any) -> None:
    course = making.course(community)
    with pytest.raises(training.NoTrainer):
        making.course_run(course, trainer=staff)
    run = making.course_run(course, first=NOW + timedelta(days=3))
    enrolment = making.learner(run, make.volunteer(community))
    with pytest.raises(training.NotYet):
        training.take_roll(lesson=run.lessons.first(), present=[enrolment.pk], by=staff, at=NOW)
    with pytest.raises(training.NotYet):
        training.examine(enrolment=enrolment, on=TODAY + timedelta(days=1), score=90, by=staff, at=NOW)


def test_volunteers_enrol_themselves_only_and_never_examine(community: Any, run: Any) -> None:
    mine, other = make.volunteer(community), make.volunteer(community)
    user = make.volunteer_user(mine)
    with pytest.raises(NotAllowed):
        training.enrol(run=run, volunteer=other, by=user, at=NOW)
    with pytest.raises(training.RunOver):
        training.enrol(run=run, volunteer=mine, by=user, at=NOW)
    with pytest.raises(NotAllowed):
        training.examine(enrolment=making.learner(run, mine), on=TODAY, score=90, by=user, at=NOW)


def test_a_service_stays_locked_until_the_course_is_passed_and_the_refusal_names_it(community: Any) -> None:
    """Through the assignment itself; the kind is one that enters the home (class B)."""
    course = making.course(community, name="入户安全培训")
    helper = make.helper(community, "CLEAN", level=1)
    asked = make.request(make.elder(community), "CLEAN")
    with pytest.raises(NotEligible, match="入户安全培训"):
        dispatch.offer(request_id=asked.pk, helper_id=helper.pk, by=registrar(), at=NOW)
    enrolment = making.passed(making.course_run(course), helper.volunteer)
    assert (
        dispatch.offer(request_id=asked.pk, helper_id=helper.pk, by=registrar(), at=NOW).helper_id
        == helper.pk
    )
    training.take_back(
        fact=CourseResult.objects.get(enrolment=enrolment), reason="重考", by=registrar(), at=NOW
    )
    other = make.request(make.elder(community), "CLEAN")
    with pytest.raises(NotEligible):
        dispatch.offer(request_id=other.pk, helper_id=helper.pk, by=registrar(), at=NOW)


def test_a_renewal_is_told_once_inside_the_window_and_not_after_renewing(community: Any) -> None:
    course = making.course(community, valid_months=1, renew_days=20)
    volunteer = make.volunteer(community)
    making.passed(making.course_run(course), volunteer)
    early, late = TODAY, TODAY + timedelta(days=20)
    assert passing.remind(community=community, on=early, by=registrar(), at=NOW) == 0
    for _each in range(2):
        assert passing.remind(community=community, on=late, by=registrar(), at=NOW) == 1
    assert Outbox.objects.filter(template="volunteers.renewal", to_person=volunteer.person).count() == 1
    making.passed(making.course_run(making.course(community, valid_months=24)), volunteer)
    assert passing.remind(community=community, on=late, by=registrar(), at=NOW) == 0


def test_learning_counts_lessons_attended_and_practice_of_the_year(community: Any, run: Any) -> None:
    volunteer = make.volunteer(community)
    making.passed(run, volunteer)
    assert learning.learnt_minutes([volunteer], 2026) == {volunteer.pk: 90 + 60 + 60}
    assert learning.learnt_minutes([volunteer], 2025) == {volunteer.pk: 0}


def test_what_is_locked_names_the_course_that_opens_it(community: Any) -> None:
    course = making.course(community)
    found = learning.abilities(make.volunteer(community), TODAY)
    locked = {each.kind.pk: each.course for each in found.locked}
    assert locked["CLEAN"] == course
    assert "COMP" in {each.kind.pk for each in found.open}
    assert policies.course_that_opens(community.pk, make.kind("CLEAN")) == course


def test_two_examiners_pass_one_person_at_once_and_there_is_one_qualification(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        registrar()
        run = making.course_run(making.course(station_db))
        volunteer = make.volunteer(station_db)
        enrolment = making.passed(run, volunteer, score=10)
    answers, start = [], threading.Barrier(4)

    def one(score: int) -> None:
        try:
            start.wait()
            with scope.within([station_db.pk]):
                training.examine(enrolment=enrolment, on=TODAY, score=score, by=registrar(), at=NOW)
                answers.append("done")
        except Exception as broken:  # shown by the assertion
            answers.append(repr(broken))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(70 + number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == ["done"] * 4
    with scope.within([station_db.pk]):
        assert Qualification.objects.filter(enrolment=enrolment).count() == 1
        assert Enrolment.objects.get(pk=enrolment.pk).passed_on == TODAY


def test_nobody_ticks_watches_or_examines_themselves(community: Any, run: Any) -> None:
    own = make.volunteer(community)
    user = make.user("SOCIAL_WORKER", community, person=own.person)
    enrolment, lesson = making.learner(run, own), run.lessons.first()
    other = making.learner(run, make.volunteer(community))
    with pytest.raises(registry.OwnTraining):
        training.take_roll(lesson=lesson, present=[enrolment.pk, other.pk], by=user, at=NOW)
    with pytest.raises(registry.OwnTraining):
        training.examine(enrolment=enrolment, on=TODAY, score=100, by=user, at=NOW)
    with pytest.raises(registry.OwnTraining):
        training.practise(enrolment=enrolment, on=TODAY, minutes=60, by=user, at=NOW)
    training.take_roll(lesson=lesson, present=[enrolment.pk], by=registrar(), at=NOW)
    # What a colleague ticked stays when one ticks the others.
    assert training.take_roll(lesson=lesson, present=[enrolment.pk, other.pk], by=user, at=NOW) == 2
    training.examine(enrolment=other, on=TODAY, score=80, by=user, at=NOW)
