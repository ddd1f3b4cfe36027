"""A visit is always accepted, kept once, never edited, and followed up when it should be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from carenet.kernel.errors import NotAllowed
from carenet.notices.models import Outbox
from elders.models import Concern, RiskEvent, Touch
from services.actions import cases, escalation, visits
from services.models import FollowUp, ServiceRequest, Visit
from services.notices import ALARM_ROLES
from services.refusals import KeyUsed, WordsMissing
from tests import make


def test_the_same_key_gives_the_same_visit(community: Any, worker: Any) -> None:
    elder = make.elder(community)
    first = make.visit(elder, by=worker, key="phone-1")
    assert make.visit(elder, by=worker, key="phone-1") == first
    assert Visit.objects.count() == 1
    with pytest.raises(KeyUsed):
        make.visit(make.elder(community), by=worker, key="phone-1")


def test_meeting_or_telephoning_starts_the_contact_clock_and_knocking_in_vain_does_not(
    community: Any, worker: Any, now: Any
) -> None:
    elder = make.elder(community)
    make.visit(elder, by=worker, seen="NOT_SEEN")
    assert not Touch.objects.filter(elder=elder).exists()
    make.visit(elder, by=worker, seen="PHONE")
    make.visit(elder, by=worker)
    assert set(Touch.objects.filter(elder=elder).values_list("kind", flat=True)) == {"VISIT", "CALL"}
    elder.refresh_from_db()
    assert elder.last_contact_at == now - timedelta(minutes=5)


def test_the_note_is_not_readable_in_the_database(community: Any, worker: Any) -> None:
    visit = make.visit(make.elder(community), by=worker, note="和儿子吵架")
    with connection.cursor() as cursor:
        cursor.execute("select note_sealed from services_visit where id = %s", [visit.pk])
        stored = bytes(cursor.fetchone()[0])
    assert "吵架".encode() not in stored
    assert Visit.objects.get(pk=visit.pk).note() == "和儿子吵架"


def test_a_visit_entered_days_later_keeps_its_true_date_and_is_marked(
    community: Any, worker: Any, now: Any
) -> None:
    visit = make.visit(
        make.elder(community),
        by=worker,
        visited_at=now - timedelta(days=3),
        device_at=now - timedelta(days=3),
    )
    assert (visit.visited_at, visit.recorded_at, visit.is_late) == (now - timedelta(days=3), now, True)


def test_a_telephone_with_a_fast_clock_does_not_lose_the_visit(community: Any, worker: Any, now: Any) -> None:
    ahead = now + timedelta(hours=9)
    visit = make.visit(make.elder(community), by=worker, visited_at=ahead, device_at=ahead)
    assert (visit.visited_at, visit.device_at, visit.is_late) == (now, ahead, False)


def test_overlapping_visits_are_kept_and_marked(community: Any, worker: Any, now: Any) -> None:
    make.visit(make.elder(community), by=worker, visited_at=now - timedelta(minutes=40), minutes=30)
    visit = make.visit(make.elder(community), by=worker, visited_at=now - timedelta(minutes=30), minutes=10)
    assert visit.overlaps
    assert not make.visit(
        make.elder(community), by=worker, visited_at=now - timedelta(hours=3), minutes=10
    ).overlaps


def test_nothing_unusual_gives_way_to_a_finding(community: Any, worker: Any) -> None:
    visit = make.visit(make.elder(community), by=worker, findings=["NOTHING", "MEALS"])
    assert visit.findings == ["MEALS"]


def test_a_fall_is_a_risk_event_and_opens_a_follow_up_within_a_day(
    community: Any, worker: Any, now: Any
) -> None:
    elder = make.elder(community)
    make.visit(elder, by=worker, findings=["FALL"])
    assert RiskEvent.objects.filter(elder=elder, kind="FALL").count() == 1
    follow_up = FollowUp.objects.get(elder=elder, kind="FALL")
    assert follow_up.due_at == now + timedelta(hours=24)
    assert not Outbox.objects.filter(template="services.reported").exists()


def test_reporting_now_tells_the_supervisor_at_once(community: Any, worker: Any) -> None:
    make.visit(make.elder(community), by=worker, mood="POOR", findings=["MOOD"], report_now=True)
    assert FollowUp.objects.get().kind == "POOR"
    assert set(Outbox.objects.filter(template="services.reported").values_list("to_role", flat=True)) == {
        "SUPERVISOR",
        "DIRECTOR",
    }


def vain(elder: Any, worker: Any, at: Any, why: str = "NO_ANSWER") -> None:
    make.visit(elder, by=worker, seen="NOT_SEEN", why_not_seen=why, visited_at=at, at=at)


def test_two_vain_attempts_in_a_row_raise_one_alarm_p2_that_climbs_the_ladder(
    community: Any, worker: Any, now: Any
) -> None:
    elder, alarms = make.elder(community), ServiceRequest.objects.alarms()
    vain(elder, worker, now - timedelta(days=3))
    assert not alarms.exists()
    vain(elder, worker, now - timedelta(days=2))
    alarm = alarms.get()
    assert (alarm.urgency, alarm.channel, alarm.elder) == ("P2", "VISIT", elder)
    assert alarm.due_at == now - timedelta(days=2) + timedelta(minutes=15)
    told = Outbox.objects.filter(template="services.alarm.vain")
    assert set(told.values_list("to_role", flat=True)) == set(ALARM_ROLES)
    assert not Concern.objects.filter(elder=elder, kind="SILENCE").exists(), (
        "one thing to look after, not two"
    )
    climbed = escalation.escalate(
        community=community, by=make.registrar(), at=alarm.requested_at + timedelta(minutes=11)
    )
    assert climbed == 2
    vain(elder, worker, now - timedelta(days=1))
    assert alarms.count() == 1, "the third attempt belongs to the pair before it"


def test_a_correction_of_a_vain_attempt_raises_no_second_alarm(community: Any, worker: Any, now: Any) -> None:
    elder = make.elder(community)
    for days in (3, 2):
        vain(elder, worker, now - timedelta(days=days))
    alarm = ServiceRequest.objects.alarms().get()
    escalation.resolve(request_id=alarm.pk, outcome="FINE", words="", by=worker, at=now)
    for number, visit in enumerate(Visit.objects.filter(elder=elder).order_by("pk")):
        visits.correct(visit=visit, reason="补记", note="邻居说在家", key=f"fix-{number}", by=worker, at=now)
    vain(elder, worker, now - timedelta(days=1))
    assert ServiceRequest.objects.alarms().get() == alarm


def test_each_further_pair_of_vain_attempts_is_an_alarm_of_its_own(
    community: Any, worker: Any, now: Any
) -> None:
    elder = make.elder(community)
    for number in range(4):
        vain(elder, worker, now - timedelta(days=9 - number))
        alarm = ServiceRequest.objects.alarms().waiting().first()
        if alarm is not None:
            escalation.resolve(request_id=alarm.pk, outcome="FINE", words="", by=worker, at=alarm.requested_at + timedelta(minutes=9))  # fmt: skip
    assert ServiceRequest.objects.alarms().count() == 2


def test_gone_out_once_or_met_since_is_a_worry_and_no_alarm(community: Any, worker: Any, now: Any) -> None:
    out, late = make.elder(community), make.elder(community)
    vain(out, worker, now - timedelta(days=2))
    vain(out, worker, now - timedelta(days=1), why="OUT")
    make.visit(late, by=worker, visited_at=now - timedelta(hours=1))
    for days in (3, 2):
        make.visit(late, by=worker, seen="NOT_SEEN", visited_at=now - timedelta(days=days))
    assert not ServiceRequest.objects.alarms().exists()
    assert set(Concern.objects.filter(kind="SILENCE").values_list("elder", flat=True)) == {out.pk, late.pk}


def test_an_attempt_that_met_somebody_in_hospital_is_not_in_vain(
    community: Any, worker: Any, now: Any
) -> None:
    elder = make.elder(community)
    make.visit(elder, by=worker, seen="NOT_SEEN", visited_at=now - timedelta(days=2))
    make.visit(elder, by=worker, seen="NOT_SEEN", why_not_seen="HOSPITAL", visited_at=now - timedelta(days=1))
    assert not Concern.objects.filter(elder=elder, source_key__startswith="services.not_met").exists()


def test_remind_me_in_half_an_hour_opens_a_follow_up(community: Any, worker: Any, now: Any) -> None:
    make.visit(make.elder(community), by=worker, seen="NOT_SEEN", next_step="REMIND")
    assert FollowUp.objects.get().due_at == now + timedelta(minutes=30)


def test_a_correction_is_a_new_version_and_the_old_one_stays(community: Any, worker: Any, now: Any) -> None:
    elder = make.elder(community)
    first = make.visit(elder, by=worker, mood="GOOD", note="都好")
    second = visits.correct(visit=first, reason="写错老人", seen="NOT_SEEN", key="fix-1", by=worker, at=now)
    assert list(Visit.objects.current()) == [second]
    assert (second.mood, second.note()) == ("", "都好")
    assert Touch.objects.filter(elder=elder, kind="REVERSAL").count() == 1
    with pytest.raises(KeyUsed):
        visits.correct(visit=first, reason="再改", mood="FAIR", key="fix-2", by=worker, at=now)
    with pytest.raises(WordsMissing):
        visits.correct(visit=second, reason=" ", mood="FAIR", key="fix-3", by=worker, at=now)


def test_a_visit_is_never_edited_or_deleted(community: Any, worker: Any) -> None:
    visit = make.visit(make.elder(community), by=worker)
    for change in (lambda: Visit.objects.filter(pk=visit.pk).update(mood="POOR"), lambda: visit.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_volunteers_do_not_log_case_visits(community: Any) -> None:
    with pytest.raises(NotAllowed):
        make.visit(make.elder(community), by=make.helper(community).user)


def test_a_visit_belongs_to_the_open_case_of_its_worker(community: Any, worker: Any, now: Any) -> None:
    elder = make.elder(community)
    case = cases.open_case(elder=elder, worker=worker, reason="独居失能", key="c1", by=worker, at=now)
    assert make.visit(elder, by=worker).case == case
    closed = cases.close(case_id=case.pk, outcome="已转介", by=worker, at=now)
    assert closed.state == "CLOSED"
    assert make.visit(elder, by=worker).case is None


def test_one_open_case_of_a_kind_for_an_elder(community: Any, worker: Any, supervisor: Any, now: Any) -> None:
    elder = make.elder(community)
    cases.open_case(elder=elder, worker=worker, reason="独居", key="c1", by=worker, at=now)
    assert cases.open_case(elder=elder, worker=worker, reason="独居", key="c1", by=worker, at=now).pk
    with pytest.raises(Exception, match=r"open case|个案"):
        cases.open_case(elder=elder, worker=supervisor, reason="又开", key="c2", by=supervisor, at=now)


def test_a_follow_up_is_done_once_with_its_outcome(community: Any, worker: Any, now: Any) -> None:
    make.visit(make.elder(community), by=worker, findings=["FALL"])
    row = FollowUp.objects.get()
    with pytest.raises(WordsMissing):
        visits.finish_follow_up(follow_up_id=row.pk, words="", by=worker, at=now)
    visits.finish_follow_up(follow_up_id=row.pk, words="陪同拍片，无骨折", by=worker, at=now)
    again = visits.finish_follow_up(
        follow_up_id=row.pk, words="别的话", by=worker, at=now + timedelta(hours=1)
    )
    assert (again.words, again.done_at) == ("陪同拍片，无骨折", now)


def test_whoever_wants_no_visits_is_asked_again_in_a_year_and_not_twice(
    community: Any, worker: Any, now: Any
) -> None:
    elder = make.elder(community)
    for days in (0, 30):
        at = now + timedelta(days=days)
        make.visit(elder, by=worker, at=at, seen="NOT_SEEN", why_not_seen="REFUSED")
    row = FollowUp.objects.get(elder=elder)
    assert (row.kind, row.due_at) == ("OFFER_AGAIN", now + timedelta(days=365))
    assert not Concern.objects.filter(elder=elder, kind="SILENCE").exists(), "a refusal is no vain attempt"
