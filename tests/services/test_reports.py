"""What the meeting, the office and an elder's story read of the services."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import translation

from carenet.kernel.months import STATION_ZONE
from elders import reports as elder_reports
from services import reports
from services.actions import cases, dispatch, escalation, feedback, providers, roster
from services.models import Helper
from services.reports import monthly_digest
from tests import make

OCTOBER = date(2026, 10, 1)


def moment(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=STATION_ZONE)


def served(community: Any, staff: Any, *, day: int, stars: int, words: str = "", code: str = "COMP") -> Any:
    helper = make.helper(community, code)
    request = make.accepted(make.elder(community, at=moment(1)), helper, code, by=staff, at=moment(day))
    dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=moment(day, 12))
    dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=moment(day, 13))
    feedback.rate(request_id=request.pk, stars=stars, words=words, by=staff, at=moment(day, 13))
    return request


def test_the_month_counts_services_alarms_visits_unmet_needs_and_complaints(
    community: Any, staff: Any, worker: Any
) -> None:
    served(community, staff, day=5, stars=5)
    served(community, staff, day=6, stars=2, words="迟到", code="DIGI")
    unmet = make.request(make.elder(community, at=moment(1)), "REHAB", by=staff, at=moment(7))
    dispatch.triage(request_id=unmet.pk, by=staff, at=moment(7))
    dispatch.fail(request_id=unmet.pk, words="没有康复师", by=staff, at=moment(8))
    for minutes in (9, 40):
        alarm = make.alarm(make.elder(community, at=moment(1)), at=moment(9))
        at = moment(9) + timedelta(minutes=minutes)
        escalation.resolve(request_id=alarm.pk, outcome="HELPED", words="", by=staff, at=at)
    make.visit(make.elder(community, at=moment(1)), by=worker, at=moment(10))
    make.request(make.elder(community), by=staff, at=datetime(2026, 11, 2, 9, tzinfo=STATION_ZONE))
    month = monthly_digest.month_of(community, OCTOBER)
    assert (month.requested, month.delivered, month.alarms, month.alarms_in_time) == (5, 4, 2, 1)
    assert (month.ratings, month.content, month.complaints, month.visits) == (2, 1, 1, 1)
    assert (month.unmet, month.complained, month.development) == ({"REHAB": 1}, {"DIGI": 1}, 1)


def test_the_digest_turns_troubles_into_matters_without_names(community: Any, staff: Any) -> None:
    request = served(community, staff, day=6, stars=1, words="没打扫")
    with translation.override("zh-hans"):
        digest = reports.monthly(community, OCTOBER)
    titles = {each.source_key: each.title for each in digest.matters}
    assert titles["services:2026-10:complaints"] == "收到投诉 1 件"
    assert {each.section for each in digest.matters} <= {1, 2, 3, 4}
    assert request.elder.person.name not in str(digest)
    assert len({each.source_key for each in digest.matters}) == len(digest.matters)


def test_an_empty_month_has_figures_and_no_matters(community: Any) -> None:
    digest = reports.monthly(community, OCTOBER)
    assert {each.value for each in digest.figures} == {0}
    assert digest.matters == ()


def test_a_corrected_visit_counts_once(community: Any, worker: Any) -> None:
    from services.actions import visits

    visit = make.visit(make.elder(community, at=moment(1)), by=worker, at=moment(10))
    visits.correct(visit=visit, reason="写错", mood="FAIR", key="fix", by=worker, at=moment(11))
    assert monthly_digest.month_of(community, OCTOBER).visits == 1


def test_the_elders_story_tells_services_visits_and_cases(
    community: Any, staff: Any, worker: Any, now: Any
) -> None:
    elder = make.elder(community)
    make.request(elder, by=staff)
    make.visit(elder, by=worker)
    cases.open_case(elder=elder, worker=worker, reason="独居", key="c", by=worker, at=now)
    kinds = [each.kind for each in reports.timeline(elder, before=now + timedelta(minutes=1), limit=10)]
    assert {"SERVICE", "VISIT", "CASE"} == set(kinds)
    merged = elder_reports.timeline(elder, before=now + timedelta(minutes=1), limit=50)
    assert {"services"} <= {each.app for each in merged}


def test_todays_numbers_are_counted_in_a_constant_number_of_queries(
    community: Any, staff: Any, now: Any, django_assert_max_num_queries: Any
) -> None:
    lines = [roster.Line(make.elder(community).pk, now - timedelta(hours=2), 30) for _ in range(5)]
    roster.record_many(
        community=community, kind=make.kind("COMP"), title="x", lines=lines, key="k", by=staff, at=now
    )
    make.alarm(make.elder(community))
    with django_assert_max_num_queries(12):
        found = reports.today(community, now)
    assert (found.done, found.alarms) == (5, 1)
    assert sum(services for _day, services, _alarms in reports.by_day(community, now.date())) == 5


def test_a_new_volunteer_can_be_sent_after_the_next_sweep(community: Any, staff: Any, now: Any) -> None:
    volunteer = make.volunteer(
        community, level=2, insured_until=date(2027, 1, 1), building=make.buildings(community)[0]
    )
    station = make.registrar()
    assert providers.pull_volunteers(community=community, by=station, at=now) == 1
    assert providers.pull_volunteers(community=community, by=station, at=now) == 0
    helper = Helper.objects.get(volunteer=volunteer)
    assert helper.skills.count() > 10 and (helper.x, helper.y) != (0, 0)
    proposal = dispatch.propose(request_id=make.request(make.elder(community)).pk, by=staff, at=now)
    assert [each.helper for each in proposal.candidates.all()] == [helper]
