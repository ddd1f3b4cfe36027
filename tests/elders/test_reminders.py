"""Reminders of what is due: exactly once, whoever runs them, however often, wherever they die."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from carenet.accounts.models import User
from carenet.kernel.errors import NotAllowed
from carenet.notices.models import Outbox
from carenet.parties import scope
from carenet.parties.models import Community
from elders.actions import reassessment, registry
from elders.models import Elder, Reminder
from tests import make


def remind(community: Community, at: datetime) -> int:
    return reassessment.remind(community=community, on=at.date(), by=make.parties.registrar(), at=at)


def test_a_due_assessment_is_announced_two_weeks_ahead_once(
    community: Community, worker: User, now: datetime
) -> None:
    elder = make.elder(community, owner=worker, registered_on=now.date(), name="王桂珍")
    day = now + timedelta(days=15)
    assert remind(community, day) == 0
    assert remind(community, day + timedelta(days=1)) == 1
    assert remind(community, day + timedelta(days=1)) == 0
    assert remind(community, day + timedelta(days=20)) == 0
    notice = Outbox.objects.get()
    assert (notice.template, notice.to_user, notice.key) == (
        "elders.reassessment_due", worker, f"elders.reminder:{Reminder.objects.get().pk}"
    )  # fmt: skip
    assert "王桂珍" in notice.title()
    assert notice.params["elder"] == elder.pk


def test_an_elder_without_an_owner_goes_to_the_social_workers(community: Community, now: datetime) -> None:
    make.elder(community, registered_on=now.date())
    remind(community, now + timedelta(days=30))
    assert Outbox.objects.get().to_role == "SOCIAL_WORKER"


def test_many_reminders_for_one_person_are_one_notice(
    community: Community, worker: User, now: datetime
) -> None:
    for _each in range(7):
        make.elder(community, owner=worker, registered_on=now.date())
    assert remind(community, now + timedelta(days=30)) == 7
    notice = Outbox.objects.get()
    assert (notice.template, notice.params["count"]) == ("elders.reassessments_due", 7)


def test_an_archive_update_is_reminded_on_its_day(community: Community, now: datetime) -> None:
    make.elder(community, registered_on=now.date())
    remind(community, now + timedelta(days=89))
    assert not Reminder.objects.filter(kind="ARCHIVE").exists()
    remind(community, now + timedelta(days=90))
    assert Reminder.objects.filter(kind="ARCHIVE").count() == 1


def test_nobody_is_reminded_of_the_paused_or_the_dead(
    community: Community, staff: User, now: datetime
) -> None:
    paused, dead = make.elder(community), make.elder(community)
    registry.pause(elder=paused, since=now.date(), by=staff, at=now)
    registry.die(elder=dead, on=now.date(), by=staff, at=now)
    assert remind(community, now + timedelta(days=300)) == 0


def test_another_communitys_elders_are_not_reminded_of(
    community: Community, other_community: Community, now: datetime
) -> None:
    make.elder(community)
    assert remind(other_community, now + timedelta(days=300)) == 0


def test_what_is_late_goes_to_the_supervisor_once(community: Community, worker: User, now: datetime) -> None:
    elder = make.elder(community, owner=worker, registered_on=now.date())
    due = elder.assessment_due_on
    remind(community, now + timedelta(days=36))
    assert not Reminder.objects.filter(kind="ASSESSMENT_LATE").exists()
    for days in (37, 38, 60):
        remind(community, now + timedelta(days=days))
    assert Reminder.objects.filter(kind="ASSESSMENT_LATE", due_on=due).count() == 1
    notice = Outbox.objects.get(template="elders.reassessment_late")
    assert (notice.to_role, notice.to_user) == ("SUPERVISOR", None)


def test_a_level_that_is_a_year_old_is_said_once(
    community: Community, worker: User, staff: User, now: datetime
) -> None:
    elder = make.elder(community, owner=worker)
    make.assessed(elder, by=worker, second=staff)
    remind(community, now + timedelta(days=364))
    assert not Reminder.objects.filter(kind="LEVEL").exists()
    for days in (365, 366, 400):
        remind(community, now + timedelta(days=days))
    assert Reminder.objects.get(kind="LEVEL").due_on == now.date() + timedelta(days=365)
    assert Outbox.objects.get(template="elders.level_old").to_user == worker


def test_one_silence_is_one_worry_also_when_the_colour_changes_meanwhile(
    community: Community, worker: User, now: datetime
) -> None:
    from elders.actions import contacts, triage
    from elders.models import Concern

    elder = make.elder(community, living="ALONE")
    late = now + timedelta(days=40)
    assert contacts.raise_silence(community=community, at=late) == 1
    triage.confirm(
        result=elder.triage_results.latest("pk"), colour="RED", reason="刚丧偶", by=worker, at=late
    )
    assert contacts.raise_silence(community=community, at=late + timedelta(days=2)) == 0
    contacts.touch(elder=elder, kind="CALL", at=late + timedelta(days=3), by=worker, source_key="c:1")
    assert contacts.raise_silence(community=community, at=late + timedelta(days=3, hours=1)) == 0
    assert contacts.raise_silence(community=community, at=late + timedelta(days=9)) == 1
    assert Concern.objects.filter(kind="SILENCE").count() == 2


def test_a_stranger_may_not_remind(community: Community, stranger: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        reassessment.remind(community=community, on=now.date(), by=stranger, at=now)


def test_two_workers_at_once_remind_of_each_elder_once(station_db: Community, now: datetime) -> None:
    with scope.within([station_db.pk]):
        by = make.parties.registrar()
        for _each in range(12):
            make.elder(station_db)
    later = now + timedelta(days=20)
    gate, found, faults = threading.Barrier(4), [], []

    def work() -> None:
        try:
            gate.wait()
            with scope.within([station_db.pk]):
                found.append(reassessment.remind(community=station_db, on=later.date(), by=by, at=later))
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not faults
    assert sorted(found) == [0, 0, 0, 12]
    with scope.within([station_db.pk]):
        assert (Reminder.objects.count(), Outbox.objects.count()) == (12, 1)


def test_a_second_worker_waits_longer_for_the_first_than_a_page_may_wait_for_a_lock(
    station_db: Community, now: datetime
) -> None:
    with scope.within([station_db.pk]):
        by = make.parties.registrar()
        make.elder(station_db)
    later = now + timedelta(days=20)
    held, found, faults = threading.Event(), [], []

    def second() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("set lock_timeout = '50ms'")
            held.wait(60)
            with scope.within([station_db.pk]):
                found.append(reassessment.remind(community=station_db, on=later.date(), by=by, at=later))
                with connection.cursor() as cursor:
                    cursor.execute("show lock_timeout")
                    found.append(cursor.fetchone()[0])
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=second)
    waiting.start()
    with scope.within([station_db.pk]):
        reassessment.one_at_a_time(station_db)
        held.set()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(60)
    assert not faults
    assert found == [1, "5s"], "afterwards a lock is waited for as on every connection"


def test_a_worker_that_dies_before_its_commit_leaves_nothing_and_the_next_one_does_it(
    station_db: Community, now: datetime
) -> None:
    with scope.within([station_db.pk]):
        by = make.parties.registrar()
        make.elder(station_db)
    later = now + timedelta(days=20)

    class Killed(BaseException):
        pass

    def remind_and_die() -> None:
        with scope.within([station_db.pk]):
            assert reassessment.remind(community=station_db, on=later.date(), by=by, at=later) == 1
            raise Killed

    for _again in range(3):
        with pytest.raises(Killed):
            remind_and_die()
    with scope.within([station_db.pk]):
        assert not Reminder.objects.exists()
        assert not Outbox.objects.exists()
        assert reassessment.remind(community=station_db, on=later.date(), by=by, at=later) == 1
        assert (Reminder.objects.count(), Outbox.objects.count()) == (1, 1)


def test_the_task_walks_all_communities_and_twice_is_once(station_db: Community, now: datetime) -> None:
    import time_machine

    from elders.tasks import remind_due

    other = make.community(slug="two", name="第二社区")
    for community in (station_db, other):
        with scope.within([community.pk]):
            make.elder(community)
    with time_machine.travel(now + timedelta(days=20), tick=False):
        assert remind_due() == 2
        assert remind_due() == 0
    assert scope.current() == ()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from elders_reminder")
        assert cursor.fetchone()[0] == 0, "no scope, no rows"
    with scope.within([other.pk]):
        assert Reminder.objects.count() == 1
        assert Elder.objects.count() == 1


def test_reminding_is_one_statement_for_any_number(
    community: Community, now: datetime, django_assert_num_queries
) -> None:
    by = make.parties.registrar()
    for _each in range(6):
        make.elder(community)
    assert by.all_roles
    later = now + timedelta(days=20)
    with django_assert_num_queries(5):  # savepoint, lock, intervals, statement, release
        reassessment.remind(community=community, on=later.date(), by=by, at=later)
