"""Assessments: drafts that can be resumed, scores of the server, signed ones that never change."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.parties.models import Community
from elders.actions import assessments, papers, triage
from elders.actions.refusals import (
    AlreadySigned,
    BadAnswer,
    DateOutOfOrder,
    NotComplete,
    NotInCare,
    SecondAssessorMissing,
)
from elders.models import Assessment, Instrument, Touch, TriageResult
from tests import make


def test_the_pack_of_the_standard_is_loaded(community: Community, now: datetime) -> None:
    form = assessments.instrument(on=now.date())
    assert (form.code, form.version, form.definition["maximum"]) == ("GBT42195", "2022-2", 90)


def test_the_application_may_not_change_an_instrument(community: Community) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Instrument.objects.update(name="x")


def test_starting_twice_goes_on_with_the_same_draft(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community)
    first = assessments.start(elder=elder, by=worker, at=now)
    assessments.answer(assessment=first, answers={"B1.1": "3"}, by=worker, at=now)
    again = assessments.start(elder=elder, by=worker, at=now + timedelta(days=1))
    assert (again.pk, again.answers) == (first.pk, {"B1.1": "3"})


def test_committee_staff_and_strangers_may_not_assess(
    community: Community, staff: User, stranger: User, now: datetime
) -> None:
    for user in (staff, stranger):
        with pytest.raises(NotAllowed):
            assessments.start(elder=make.elder(community), by=user, at=now)


def test_an_answer_that_is_not_offered_is_refused(community: Community, worker: User, now: datetime) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    with pytest.raises(BadAnswer):
        assessments.answer(assessment=draft, answers={"B2.4": "4"}, by=worker, at=now)
    with pytest.raises(BadAnswer):
        assessments.answer(assessment=draft, answers={"nothing": "1"}, by=worker, at=now)


def test_an_empty_value_takes_an_answer_back(community: Community, worker: User, now: datetime) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    assessments.answer(assessment=draft, answers={"B1.1": "3", "A4.medicines": "7"}, by=worker, at=now)
    draft = assessments.answer(assessment=draft, answers={"B1.1": ""}, by=worker, at=now)
    assert draft.answers == {"A4.medicines": 7}


def test_an_incomplete_assessment_is_not_signed(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    answers = make.answers()
    del answers["B1.1"]
    assessments.answer(assessment=draft, answers=answers, by=worker, at=now)
    with pytest.raises(NotComplete) as refused:
        assessments.sign(assessment=draft, second_assessor=staff, by=worker, at=now)
    assert refused.value.facts["items"] == ["B1.1"]


def test_two_different_people_sign(community: Community, worker: User, now: datetime) -> None:
    draft = assessments.start(elder=make.elder(community), by=worker, at=now)
    assessments.answer(assessment=draft, answers=make.answers(), by=worker, at=now)
    for second in (None, worker):
        with pytest.raises(SecondAssessorMissing):
            assessments.sign(assessment=draft, second_assessor=second, by=worker, at=now)


def test_signing_computes_everything_and_moves_the_clocks(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community, living="WITH_CHILDREN")
    signed = make.assessed(elder, by=worker, second=staff, total=70, A4_conditions=["dementia"], A5_falls="3")
    assert (signed.total, signed.initial_level, signed.final_level, signed.raised) == (70, 1, 2, True)
    assert signed.grounds == ["diagnosis", "events"]
    assert (elder.level, elder.level_on) == (2, now.date())
    assert elder.assessment_due_on == now.date() + timedelta(days=180)
    assert elder.archive_due_on == now.date() + timedelta(days=90)
    assert elder.last_contact_at == now
    assert (elder.colour, elder.provisional_colour) == ("UNASSESSED", "RED")
    assert Touch.objects.get().source_key == f"assessment:{signed.pk}"


def test_a_signed_assessment_never_changes(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    signed = make.assessed(make.elder(community), by=worker, second=staff)
    with pytest.raises(AlreadySigned):
        assessments.answer(assessment=signed, answers={"B1.1": "0"}, by=worker, at=now)
    for change in ({"answers": {}}, {"final_level": 3}, {"state": "DRAFT"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assessment.objects.filter(pk=signed.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        signed.delete()


def test_a_void_assessment_no_longer_counts(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community)
    make.assessed(elder, by=worker, second=staff, total=89, at=now - timedelta(days=1))
    wrong = make.assessed(elder, by=worker, second=staff, total=40)
    assert elder.level == 3
    assessments.declare_void(assessment=wrong, reason="记错人了", by=worker, at=now)
    elder.refresh_from_db()
    assert (elder.level, elder.level_on) == (1, (now - timedelta(days=1)).date())


def test_nobody_who_left_is_assessed(community: Community, worker: User, staff: User, now: datetime) -> None:
    from elders.actions import registry

    elder = make.elder(community)
    registry.leave(elder=elder, on=now.date(), by=staff, at=now)
    with pytest.raises(NotInCare):
        assessments.start(elder=elder, by=worker, at=now)


def test_many_paper_assessments_are_computed_like_single_ones(
    community: Community, worker: User, staff: User, now: datetime, django_assert_max_num_queries
) -> None:
    elders = [make.elder(community, living="ALONE", at=now - timedelta(days=300)) for _each in range(6)]
    made = [
        papers.Paper(
            elder=each, answers=make.answers(total=90 - 10 * number), assessor=worker, second_assessor=staff,
            signed_at=now - timedelta(days=200 - days),
        )
        for number, each in enumerate(elders)
        for days in (0, 100)
    ]  # fmt: skip
    with django_assert_max_num_queries(22):
        rows = papers.sign_many(community=community, papers=made, by=staff, at=now)
    assert [each.final_level for each in rows[::2]] == [0, 1, 1, 2, 2, 3]
    elder = elders[3]
    elder.refresh_from_db()
    assert (elder.level, elder.level_on) == (2, (now - timedelta(days=100)).date())
    assert elder.last_contact_at == now - timedelta(days=100)
    results = triage.suggest_many(community=community, elders=elders, by=staff, at=now)
    triage.confirm_many(results=results, by=worker, at=now)
    elder.refresh_from_db()
    assert (elder.colour, TriageResult.objects.filter(elder=elder).count()) == ("RED", 2)


def test_a_paper_assessment_of_tomorrow_is_refused(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    paper = papers.Paper(
        elder=make.elder(community), answers=make.answers(), assessor=worker, second_assessor=staff,
        signed_at=now + timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(DateOutOfOrder):
        papers.sign_many(community=community, papers=[paper], by=staff, at=now)
