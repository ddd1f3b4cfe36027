"""The reminder task shot dead at random points, two workers at once: every reminder is given exactly once."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from carenet.notices.models import Outbox
from carenet.parties import scope
from carenet.parties.models import Community
from elders import tasks
from elders.models import Concern, Elder, Reminder
from elders.querysets import DUE_AHEAD
from tests import make

pytestmark = pytest.mark.slow
KILLS = 50
DAYS = 2  # between two rounds


def worker(at: datetime) -> int:
    """A real process with its own connection that walks through all communities."""
    pid = os.fork()
    if pid:
        return pid
    try:
        for each in connections.all():
            # The parent's socket is not ours: forget it without a word to the server.
            each.connection = None
        tasks.walk(at)
    except BaseException:
        os._exit(1)
    os._exit(0)


def ended_by(pid: int) -> int:
    """0 when it came to its end, 9 when it was shot; anything else is a fault."""
    _pid, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


def test_killed_fifty_times_and_run_on_two_workers_each_reminder_is_given_once(
    station_db: Community, now: datetime
) -> None:
    dice = random.Random(20261122)
    other = make.community(slug="two", name="第二社区")
    for community in (station_db, other):
        with scope.within([community.pk]):
            for number in range(12):
                make.elder(community, registered_on=now.date() - timedelta(days=3 * number), at=now)
    started = time.monotonic()
    assert ended_by(worker(now)) == 0
    typical = time.monotonic() - started
    shot, rounds = 0, 0
    while shot < KILLS:
        rounds += 1
        assert rounds < 4 * KILLS, "the workers come to their end before they can be shot"
        # A new day with new due things only every other round, so that a shot round must be made good by the next one.
        at = now + timedelta(days=DAYS * min(rounds // 2, KILLS))
        pids = [worker(at), worker(at)]
        time.sleep(dice.uniform(0, typical))
        os.kill(pids[0], signal.SIGKILL)
        if dice.random() < 0.5:
            os.kill(pids[1], signal.SIGKILL)
        found = [ended_by(pid) for pid in pids]
        assert all(each in (0, signal.SIGKILL) for each in found), found
        shot += sum(each == signal.SIGKILL for each in found)
        # Points are spread over the whole walk, also on a slow machine.
        typical *= 1.1 if found[0] == signal.SIGKILL else 0.8
    last = now + timedelta(days=DAYS * KILLS)
    assert [ended_by(pid) for pid in [worker(last), worker(last)]] == [0, 0]
    assert tasks.walk(last) == 0
    for community in (station_db, other):
        with scope.within([community.pk]):
            wanted = Counter()
            for elder in Elder.objects.all():
                for kind, due, since in (
                    ("ASSESSMENT", elder.assessment_due_on, elder.assessment_due_on - DUE_AHEAD),
                    ("ASSESSMENT_LATE", elder.assessment_due_on, elder.assessment_due_on + timedelta(days=7)),
                    ("ARCHIVE", elder.archive_due_on, elder.archive_due_on),
                    ("ARCHIVE_LATE", elder.archive_due_on, elder.archive_due_on + timedelta(days=7)),
                ):
                    if since <= last.date():
                        wanted[elder.pk, kind, due] += 1
            given = Counter(Reminder.objects.values_list("elder_id", "kind", "due_on"))
            assert given == wanted
            assert len(wanted) >= 40
            told = Outbox.objects.filter(template__startswith="elders.")
            assert sum(each.params.get("count", 1) for each in told) == sum(given.values())
            silences = Counter(Concern.objects.filter(kind="SILENCE").values_list("elder_id", flat=True))
            assert silences == Counter(Elder.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"
        )
        assert cursor.fetchone()[0] == 0
