"""Real threads, real commits: 200 presses are one alarm, two dispatchers are one winner, two ends are one end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.db import connection, connections

from carenet.kernel.errors import DomainError
from carenet.ledger.models import Account
from carenet.parties import scope
from services.actions import dispatch, escalation, feedback
from services.models import Assignment, Feedback, RequestEvent, ServiceRequest, Settlement
from services.refusals import AlreadyDone, AlreadyRated, AlreadyTaken, Promised
from tests import make
from tests.make import NOW


def together(community: Any, jobs: list[Callable[[], Any]], threads: int = 16) -> list[Any]:
    """Run the jobs at once, each in its own transaction and connection; refusals are results."""
    gate = threading.Barrier(min(threads, len(jobs)))
    first = iter(range(len(jobs)))

    def run(job: Callable[[], Any]) -> Any:
        if next(first, len(jobs)) < gate.parties:
            gate.wait(timeout=20)
        try:
            with scope.within([community.pk]):
                return job()
        except DomainError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(run, jobs))


def test_200_presses_in_one_moment_are_one_alarm_with_200_lines(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        elder = make.elder(station_db)
        by = make.registrar()
    results = together(
        station_db, [lambda n=n: make.alarm(elder, by=by, key=f"press-{n}") for n in range(200)]
    )
    assert not [each for each in results if isinstance(each, DomainError)]
    with scope.within([station_db.pk]):
        alarm = ServiceRequest.objects.get()
        verbs = Counter(alarm.trail.values_list("verb", flat=True))
    assert {each.pk for each in results} == {alarm.pk}
    assert verbs == {"take": 1, "press": 199}


def test_of_two_dispatchers_one_wins_and_the_other_reads_the_name(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        people = [make.user("COMMITTEE", station_db, display_name=name) for name in ("张敏", "李强")]
        alarm = make.alarm(make.elder(station_db))
    results = together(
        station_db,
        [lambda who=who: dispatch.claim(request_id=alarm.pk, by=who, at=NOW) for who in people],
        threads=2,
    )
    refused = [each for each in results if isinstance(each, AlreadyTaken)]
    assert len(refused) == 1
    with scope.within([station_db.pk]):
        winner = ServiceRequest.objects.select_related("handler").get().handler
        assert str(winner) in refused[0].message
        assert RequestEvent.objects.filter(verb="accept").count() == 1


def test_of_eight_helpers_who_accept_at_once_one_comes(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        staff = make.user("COMMITTEE", station_db)
        request = make.request(make.elder(station_db))
        helpers = [make.helper(station_db, name=f"帮手{n}") for n in range(8)]
        offers = [
            dispatch.offer(request_id=request.pk, helper_id=each.pk, by=staff, at=NOW) for each in helpers
        ]
        users = {each.pk: each.user for each in helpers}
    results = together(
        station_db,
        [lambda o=o: dispatch.accept(candidate_id=o.pk, by=users[o.helper_id], at=NOW) for o in offers],
        threads=8,
    )
    assert sum(isinstance(each, ServiceRequest) for each in results) == 1
    assert sum(isinstance(each, AlreadyTaken) for each in results) == 7
    with scope.within([station_db.pk]):
        states = Counter(request.candidates.values_list("state", flat=True))
    assert states == {"ACCEPTED": 1, "WITHDRAWN": 7}


def test_one_helper_accepting_two_overlapping_services_at_once_is_promised_one(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        staff = make.user("COMMITTEE", station_db)
        helper = make.helper(station_db)
        when = NOW + timedelta(hours=3)
        requests = [make.request(make.elder(station_db), scheduled_at=when) for _ in range(2)]
        offers = [dispatch.offer(request_id=r.pk, helper_id=helper.pk, by=staff, at=NOW) for r in requests]
        user = helper.user
    results = together(
        station_db,
        [lambda o=o: dispatch.accept(candidate_id=o.pk, by=user, at=NOW) for o in offers],
        threads=2,
    )
    assert sum(isinstance(each, ServiceRequest) for each in results) == 1
    assert sum(isinstance(each, Promised) for each in results) == 1
    with scope.within([station_db.pk]):
        assert Assignment.objects.count() == 1


def test_finishing_and_confirming_at_once_by_many_books_once(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        staff = make.user("COMMITTEE", station_db)
        helper = make.helper(station_db)
        request = make.accepted(make.elder(station_db), helper, at=NOW - timedelta(hours=2))
    finished = together(
        station_db,
        [lambda: dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=NOW) for _ in range(8)],
        threads=8,
    )
    assert sum(isinstance(each, AlreadyDone) for each in finished) == 7
    confirmed = together(
        station_db,
        [lambda: dispatch.confirm(request_id=request.pk, way="PHONE", by=staff, at=NOW) for _ in range(8)],
        threads=8,
    )
    assert sum(isinstance(each, AlreadyDone) for each in confirmed) == 7
    with scope.within([station_db.pk]):
        assert Settlement.objects.count() == 1
        assert Account.objects.get(code=helper.volunteer.account_code, unit="MINUTE").balance == 60


def test_rating_at_once_by_many_keeps_one(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        staff = make.user("COMMITTEE", station_db)
        request = make.accepted(make.elder(station_db), make.helper(station_db), at=NOW - timedelta(hours=2))
        dispatch.finish(request_id=request.pk, minutes=60, by=staff, at=NOW)
    results = together(
        station_db,
        [lambda: feedback.rate(request_id=request.pk, stars=5, by=staff, at=NOW) for _ in range(6)],
        threads=6,
    )
    assert sum(isinstance(each, AlreadyRated) for each in results) == 5
    with scope.within([station_db.pk]):
        assert Feedback.objects.count() == 1


def test_two_beats_at_once_climb_each_rung_once(station_db: Any) -> None:
    with scope.within([station_db.pk]):
        make.alarm(make.elder(station_db))
        station = make.registrar()
    later = NOW + timedelta(minutes=20)
    together(
        station_db,
        [lambda: escalation.escalate(community=station_db, by=station, at=later) for _ in range(4)],
        threads=4,
    )
    with scope.within([station_db.pk]):
        assert RequestEvent.objects.filter(verb="escalate").count() == 3
    connection.close()
