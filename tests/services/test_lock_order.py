"""A settlement takes its locks in one order, so that an alarm and a help of the same elder never wait in a circle."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from carenet.parties import scope
from elders.actions import contacts
from services.actions import dispatch, escalation
from services.models import ServiceRequest, Settlement
from tests import make
from tests.make import NOW
from tests.services.test_races import together
from volunteers.actions import time_bank

PAUSE = 1.5  # long enough that both reach the point where they held what the other wanted; who waits goes on after it


def test_an_alarm_resolved_while_a_help_of_the_same_elder_is_confirmed_waits_and_both_are_booked(
    station_db: Any, monkeypatch: Any
) -> None:
    """Before, the one held the elder and wanted the volunteer, the other the volunteer and wanted the elder."""
    with scope.within([station_db.pk]):
        by, elder = make.registrar(), make.elder(station_db)
        helper = make.helper(station_db)
        done = make.accepted(elder, helper)
        dispatch.finish(request_id=done.pk, minutes=60, by=by, at=NOW)
        alarm = make.alarm(elder, by=by, at=NOW - timedelta(hours=9))
        dispatch.claim(request_id=alarm.pk, by=by, at=NOW - timedelta(hours=9))
        ServiceRequest.objects.filter(pk=alarm.pk).update(helper=helper)  # a volunteer goes there
    both = threading.Barrier(2)

    def meet() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=PAUSE)

    touch, earn = contacts.touch, time_bank.earn

    def slow_touch(**facts: Any) -> Any:
        if facts["source_key"] == f"services.request:{done.pk}":
            meet()
        return touch(**facts)

    def slow_earn(**facts: Any) -> Any:
        if facts["cause"][1] == alarm.pk:
            meet()
        return earn(**facts)

    monkeypatch.setattr(contacts, "touch", slow_touch)
    monkeypatch.setattr(time_bank, "earn", slow_earn)

    def told(job: Any) -> Any:
        try:
            return job()
        except OperationalError as circle:  # "deadlock detected"
            return circle

    answers = together(
        station_db,
        [
            lambda: told(lambda: dispatch.confirm(request_id=done.pk, way="PHONE", by=by, at=NOW)),
            lambda: told(
                lambda: escalation.resolve(request_id=alarm.pk, outcome="HELPED", words="误按", by=by, at=NOW)
            ),
        ],
        threads=2,
    )
    assert not [each for each in answers if isinstance(each, Exception)], answers
    with scope.within([station_db.pk]):
        assert Settlement.objects.filter(request__in=[done.pk, alarm.pk]).count() == 2


def test_elder_then_volunteer_then_accounts_are_locked_when_a_help_is_confirmed(community: Any) -> None:
    elder, helper = make.elder(community), make.helper(community)
    done = make.accepted(elder, helper)
    dispatch.finish(request_id=done.pk, minutes=60, by=make.registrar(), at=NOW)
    with CaptureQueriesContext(connection) as asked:
        dispatch.confirm(request_id=done.pk, way="PHONE", by=make.registrar(), at=NOW)
    locks = [
        next((name for name in ("elders_elder", "volunteers_volunteer", "ledger_") if name in query.split("WHERE")[0]), "")
        for query in (each["sql"] for each in asked)
        if "FOR NO KEY UPDATE" in query or "FOR UPDATE" in query or "ledger_post" in query
    ]  # fmt: skip
    order = [name for name in dict.fromkeys(locks) if name]
    assert order == ["elders_elder", "volunteers_volunteer", "ledger_"], locks
    assert not [
        each
        for each in asked
        if "elders_elder" in each["sql"] and each["sql"].rstrip().endswith("FOR UPDATE")
    ]
