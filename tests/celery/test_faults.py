"""A worker killed, Valkey emptied, two beats, a frozen broker: each notice and each agenda exactly once."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

import tests.celery.effects
from carenet.channels import doorbell
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.notices import actions as notices
from carenet.notices.models import Attempt, Outbox
from carenet.parties import scope
from carenet.parties.models import Community
from elders.models import Reminder
from meetings.models import Agenda, AgendaItem, Meeting
from tests import make

pytestmark = [pytest.mark.faults, pytest.mark.slow]
assert tests.celery.effects  # registers the notice template and the job kind in this process too


def write(community: Community, numbers: range, *channels: str) -> None:
    """Notices written as an action writes them."""
    now = timezone.now()
    with scope.within([community.pk]):
        user = make.registrar()
        for number in numbers:
            notices.write(
                community=community, template="faults.notice", key=f"n:{number}", params={}, to_user=user, due_at=now,
                by=user, at=now, channels=channels,
            )  # fmt: skip


def states(community: Community, **which: str) -> Counter[str]:
    with scope.within([community.pk]):
        return Counter(Outbox.objects.filter(**which).values_list("state", flat=True))


def test_a_worker_killed_in_the_middle_loses_nothing_and_each_delivery_is_recorded_once(station):
    write(station.community, range(30), "INAPP", "CONSOLE", "SMS")
    workers = [station.worker(), station.worker()]
    with station.ringing():
        station.wait_until(lambda: len(station.lines()) >= 6)
        station.kill(workers[0])

        station.wait_until(lambda: not {"WAITING", "CLAIMED"} & set(states(station.community)))

    console, sms = Counter(station.lines("CONSOLE")), Counter(station.lines("SMS"))
    assert states(station.community, channel="INAPP") == {"SENT": 30}
    assert states(station.community, channel="CONSOLE") == {"SENT": 30}
    assert set(console) == {f"CONSOLE n:{number}" for number in range(30)}
    # At least once, and repeated only where a worker died between sending and writing it down.
    assert sum(console.values()) <= 30 + 2
    # At most once, and what nobody knows about is listed for a phone call.
    assert set(sms.values()) <= {1}
    told = states(station.community, channel="SMS")
    assert told["SENT"] + told["FAILED"] == 30
    assert told["FAILED"] <= 2
    with scope.within([station.community.pk]):
        delivered = Counter(Attempt.objects.filter(ok=True).values_list("outbox", flat=True))
    assert set(delivered.values()) == {1}


def test_two_beats_two_workers_one_killed_and_an_emptied_broker_remind_send_and_draw_once(station):
    long_ago = timezone.localdate() - timedelta(days=100)
    with scope.within([station.community.pk]):
        make.registrar()
        elders = {make.elder(station.community, registered_on=long_ago).pk for _each in range(12)}
    station.beat()
    station.beat()
    workers = [station.worker(), station.worker()]
    write(station.community, range(10), "INAPP", "CONSOLE")
    for _time in range(4):
        time.sleep(0.3)
        station.broker.empty()
    write(station.community, range(5, 20), "INAPP", "CONSOLE")
    station.broker.empty()

    station.wait_until(lambda: _count(station.community, Reminder))
    station.kill(workers[0])
    station.broker.empty()
    ours = {"template": "faults.notice"}
    station.wait_until(lambda: states(station.community, **ours, channel="INAPP") == {"SENT": 20})
    station.wait_until(lambda: not {"WAITING", "CLAIMED"} & set(states(station.community)))
    station.wait_until(lambda: _count(station.community, Agenda))
    time.sleep(2)

    told = Counter(station.lines("CONSOLE"))
    assert set(told) == {f"CONSOLE n:{number}" for number in range(20)}
    assert sum(told.values()) <= 20 + 2  # at least once; twice only where the killed worker had just sent it
    with scope.within([station.community.pk]):
        reminded = Counter(Reminder.objects.values_list("elder", "kind", "due_on"))
        assert {elder for elder, _kind, _due in reminded} == elders
        assert set(reminded.values()) == {1}
        rows = Outbox.objects.filter(template__startswith="elders.")
        words = list(rows.values_list("key", "params", "state"))
        assert words
        assert {state for _key, _params, state in words} == {"SENT"}
        assert sum(params.get("count", 1) for _key, params, _state in words) == len(reminded)
    assert (_count(station.community, Meeting), _count(station.community, Agenda)) == (1, 1)
    with scope.within([station.community.pk]):
        keys = Counter(AgendaItem.objects.values_list("source_key", flat=True))
    assert set(keys.values()) <= {1}


def _count(community: Community, model: type) -> int:
    with scope.within([community.pk]):
        return model.objects.count()


def test_rows_are_written_quickly_while_the_broker_is_frozen_or_gone_and_go_out_afterwards(station):
    doorbell.ring("notices.sweep")  # a connection that stands while the broker freezes
    times = {"frozen": [], "gone": []}
    for trouble, first in (("frozen", 0), ("gone", 20)):
        if trouble == "frozen":
            station.broker.freeze()
        else:
            station.broker.stop()
        for number in range(first, first + 20):
            begun = time.monotonic()
            write(station.community, range(number, number + 1), "INAPP", "CONSOLE")
            times[trouble].append(time.monotonic() - begun)
        if trouble == "frozen":
            station.broker.thaw()

    assert states(station.community) == {"WAITING": 80}
    for each in times.values():
        assert max(each) < 2.5
        assert sorted(each)[len(each) // 2] < 0.5
    station.broker.start()
    station.worker()
    with station.ringing():
        station.wait_until(lambda: states(station.community) == {"SENT": 80})
    assert len(station.lines("CONSOLE")) == 40


def test_a_job_killed_in_the_middle_shows_nothing_half_and_is_done_once_afterwards(station):
    """First the child that works on it dies, then the whole worker; the third attempt does it."""
    now = timezone.now()
    with scope.within([station.community.pk]):
        user = make.registrar()
        job = jobs.start(
            community=station.community,
            kind="faults.write",
            params={"rows": 40, "pause": 0.2},
            by=user,
            at=now,
        )
    worker = station.worker()
    with station.ringing():
        station.wait_until(lambda: _job(station, job).done >= 8)
        assert _job(station, job).state == "RUNNING"
        assert states(station.community) == {}
        for child in _children_of(worker.pid):
            os.kill(child, signal.SIGKILL)
        station.wait_until(lambda: _job(station, job).attempts == 2 and _job(station, job).done >= 8)
        station.kill(worker)
        assert states(station.community) == {}
        station.worker()

        station.wait_until(lambda: _job(station, job).state == "DONE")

    with scope.within([station.community.pk]):
        assert Outbox.objects.filter(key__startswith="job:").count() == 40
    assert _job(station, job).attempts == 3
    assert len(station.lines("JOB")) == 3


def _job(station, job: Job) -> Job:
    with scope.within([station.community.pk]):
        return Job.objects.get(pk=job.pk)


def _children_of(parent: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    if int(stat.read().rpartition(")")[2].split()[1]) == parent:
                        found.append(int(entry))
            except (OSError, IndexError, ValueError):
                continue
    return found


def test_the_bell_rings_once_for_many_rows_and_never_before_the_commit(station, monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "_send", lambda name, kwargs: rung.append(name))
    with transaction.atomic():
        for _each in range(5):
            doorbell.ring("notices.sweep")
        assert rung == []

    assert rung == ["notices.sweep"]


def test_a_rolled_back_action_rings_no_bell(station, monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "_send", lambda name, kwargs: rung.append(name))
    with transaction.atomic():
        doorbell.ring("notices.sweep")
        transaction.set_rollback(True)

    assert rung == []
