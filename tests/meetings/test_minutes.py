"""What becomes of a decision, and the minutes that say it for good."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from carenet.documents import actions as documents
from carenet.kernel.errors import NotAllowed, WrongStep
from carenet.notices.models import Outbox
from meetings import papers, reports
from meetings.actions import calendar, decisions, minutes
from meetings.models import Decision, Minutes, Supplement
from meetings.refusals import (
    MinutesClosed,
    StillObjected,
    StillOpenForComments,
)
from tests import make

THREE = ("COMMUNITY", "SOCIAL_WORKER", "CHARITY")


def decide(meeting, by, at, **fields):
    return decisions.record(
        meeting=meeting, text=fields.pop("text", "购买一台助浴车"), responsible=make.party(meeting.community, "COMMUNITY"),
        due_on=date(2026, 12, 31), by=by, at=at, **fields,
    )  # fmt: skip


# --- what becomes of a decision ------------------------------------------------------------------
def test_the_responsible_organisation_is_told_and_reports_and_somebody_else_verifies(
    community, staff, director, now
):
    li = make.party(community, "COMMUNITY").memberships.get().person
    speaker = make.user("REPRESENTATIVE", community, person=li)
    found = decide(make.open_meeting(community, staff, *THREE), staff, now)

    assert Outbox.objects.filter(template="meetings.decision", to_person=li).count() == 1
    decisions.take_step(decision=found, step="submit", note="发票已交", by=speaker, at=now)
    with pytest.raises(NotAllowed):
        decisions.take_step(decision=found, step="verify", note="", by=speaker, at=now)
    done = decisions.take_step(decision=found, step="verify", note="", by=director, at=now)

    assert done.state == "VERIFIED"
    assert [each.state for each in found.steps_taken.all()] == ["OPEN", "SUBMITTED", "VERIFIED"]


def test_who_reported_a_decision_done_does_not_verify_it(community, staff, now):
    found = decide(make.open_meeting(community, staff, *THREE), staff, now)
    decisions.take_step(decision=found, step="submit", note="", by=staff, at=now)

    with pytest.raises(decisions.SameHands):
        decisions.take_step(decision=found, step="verify", note="", by=staff, at=now)


def test_a_decision_nobody_reported_cannot_be_verified(community, staff, now):
    found = decide(make.open_meeting(community, staff, *THREE), staff, now)

    with pytest.raises(WrongStep):
        decisions.take_step(decision=found, step="verify", note="", by=staff, at=now)


def test_an_overdue_decision_is_reminded_once_after_three_days_and_tells_the_director_after_seven(
    community, staff, now
):
    li = make.party(community, "COMMUNITY").memberships.get().person
    make.user("REPRESENTATIVE", community, person=li)
    decide(make.open_meeting(community, staff, *THREE), staff, now)

    def reminders(day):
        for _time in range(2):
            decisions.remind_overdue(community=community, on=day, by=make.registrar(), at=now)
        return Outbox.objects.filter(template="meetings.decision_overdue").count()

    assert [reminders(date(2027, 1, day)) for day in (2, 3, 6, 7, 20)] == [0, 1, 1, 2, 2]


# --- minutes -------------------------------------------------------------------------------------
@pytest.fixture
def held(community, staff, now):
    """A meeting that ended with one decision."""
    meeting = make.open_meeting(community, staff, *THREE)
    decide(meeting, staff, now + timedelta(minutes=20))
    return calendar.close(meeting=meeting, by=staff, at=now + timedelta(hours=1))


def circulated(meeting, by, now):
    return minutes.circulate(
        minutes=minutes.draft(meeting=meeting, by=by, at=now, body="会议顺利。"), by=by, at=now
    )


def sealed(meeting, by, now):
    found = circulated(meeting, by, now)
    minutes.confirm(minutes=found, by=by, at=now + timedelta(days=5))
    return minutes.seal(minutes=found, by=by, at=now + timedelta(days=5))


def test_minutes_go_out_to_those_who_were_there_with_two_working_days(held, staff, now):
    found = circulated(held, staff, now)

    assert found.comment_until == date(2026, 11, 24)
    assert Outbox.objects.filter(template="meetings.minutes_circulated").count() == 3


def test_minutes_are_not_confirmed_while_the_parties_may_still_comment(held, staff, now):
    found = circulated(held, staff, now)

    with pytest.raises(StillOpenForComments, match="2026年11月24日"):
        minutes.confirm(minutes=found, by=staff, at=now)


def test_minutes_are_confirmed_at_once_when_all_who_were_there_agree(held, community, staff, now):
    found = circulated(held, staff, now)
    for each in THREE:
        minutes.comment(
            minutes=found, organisation=make.party(community, each), agrees=True, words="", by=staff, at=now
        )

    assert minutes.confirm(minutes=found, by=staff, at=now).state == "CONFIRMED"


def test_an_objection_stops_the_minutes_until_the_next_version(held, community, staff, now):
    found = circulated(held, staff, now)
    minutes.comment(
        minutes=found,
        organisation=make.party(community, "CHARITY"),
        agrees=False,
        words="金额不对",
        by=staff,
        at=now,
    )

    with pytest.raises(StillObjected, match="测试社区慈善基金"):
        minutes.confirm(minutes=found, by=staff, at=now + timedelta(days=9))
    minutes.revise(minutes=found, by=staff, at=now)
    minutes.circulate(minutes=found, by=staff, at=now)
    assert minutes.confirm(minutes=found, by=staff, at=now + timedelta(days=9)).version == 2


def test_sealed_minutes_have_a_number_a_stored_pdf_and_its_fingerprint(held, staff, now):
    found = sealed(held, staff, now)

    assert found.document.number == "测试社区联席〔2026〕1号"
    assert documents.read(found.document).startswith(b"%PDF")
    assert documents.verify(found.document)


def test_sealed_minutes_never_change_and_are_only_supplemented(held, staff, now):
    found = sealed(held, staff, now)

    with pytest.raises(IntegrityError, match="sealed minutes"), transaction.atomic():
        Minutes.objects.update(body="anders")
    with pytest.raises(MinutesClosed):
        minutes.draft(meeting=held, by=staff, at=now, body="anders")
    minutes.supplement(minutes=found, words="金额应为 300 元。", by=staff, at=now)
    assert "金额应为 300 元" in str(papers.minutes_data(reports.minutes_paper(held)))


def test_a_supplement_needs_sealed_minutes_in_the_database_too(held, staff, now):
    found = circulated(held, staff, now)

    with pytest.raises(WrongStep):
        minutes.supplement(minutes=found, words="x", by=staff, at=now)
    with pytest.raises(IntegrityError, match="only sealed"), transaction.atomic():
        Supplement.objects.create(community=held.community, minutes=found, words="x", by=staff, at=now)


def test_no_decision_slips_into_confirmed_minutes(held, community, staff, now):
    found = circulated(held, staff, now)
    minutes.confirm(minutes=found, by=staff, at=now + timedelta(days=5))

    with pytest.raises(IntegrityError, match="minutes are confirmed"), transaction.atomic():
        Decision.objects.create(
            community=community, meeting=held, number=2, text="?", due_on=date(2026, 12, 31),
            decided_at=now + timedelta(minutes=30), responsible=make.party(community, "COMMUNITY"), recorded_by=staff,
        )  # fmt: skip


def test_a_meeting_without_quorum_is_recorded_as_a_discussion_without_decision(community, staff, now):
    meeting = make.open_meeting(community, staff, "COMMUNITY", "SOCIAL_WORKER")
    calendar.close(meeting=meeting, by=staff, at=now + timedelta(hours=1))

    paper = papers.minutes_data(reports.minutes_paper(meeting))

    assert paper["quorum"].startswith("只讨论，不作决议")
    assert paper["decisions"] == []


def test_the_public_version_hides_the_names_of_people_also_inside_sentences(held, staff, now):
    minutes.draft(meeting=held, by=staff, at=now, body="李秀英提出购买助浴车。")

    text = str(papers.minutes_data(reports.minutes_paper(held, public=True)))

    assert "李秀英" not in text
    assert "李**提出购买助浴车" in text


def test_only_the_committee_and_the_director_seal(held, worker, staff, now):
    found = circulated(held, staff, now)

    with pytest.raises(NotAllowed):
        minutes.confirm(minutes=found, by=worker, at=now + timedelta(days=5))


@pytest.mark.parametrize(
    "draw", [papers.minutes_pdf, papers.agenda_pdf, papers.minutes_word, papers.agenda_word]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_paper_can_be_drawn_in_both_languages(held, draw, language):
    assert draw(held, language=language)[:2] in (b"%P", b"PK")


def test_the_calendar_file_keeps_its_identity_when_the_meeting_moves(community, staff, now):
    meeting = make.meeting(community, staff)
    before = papers.calendar_file(meeting)
    moved = calendar.move(
        meeting=meeting,
        scheduled_at=now + timedelta(days=20),
        place="二楼",
        chair="李",
        recorder="陈",
        by=staff,
        at=now,
    )
    after = papers.calendar_file(moved)

    uid = [line for line in before.splitlines() if line.startswith(b"UID")]
    assert uid
    assert uid == [line for line in after.splitlines() if line.startswith(b"UID")]
    assert before != after
