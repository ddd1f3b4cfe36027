"""Long work in the background: all or nothing, shown while it runs, taken back within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from carenet.jobs import actions as jobs
from carenet.jobs import registry
from carenet.jobs.actions.running import BeingDone, TooLateToUndo
from carenet.jobs.models import Job
from carenet.kernel.errors import DomainError, WrongStep
from carenet.parties import scope
from carenet.parties.models import Organisation
from carenet.webkit import once
from tests import make

KINDS = "test.good", "test.refused", "test.broken", "test.final"


@pytest.fixture(autouse=True)
def kinds():
    @registry.job_kind(
        "test.good",
        label="good work",
        undo=lambda job, *, by, at: Organisation.objects.all().update(until=at),
    )
    def good(job, *, at):
        make.organisation(job.community, name=f"组织{job.pk}")
        jobs.progress(job=job, done=5, total=10)
        return {"lines": ["one organisation"], "made": 1}

    @registry.job_kind("test.refused")
    def refused(job, *, at):
        make.organisation(job.community, name="半个")
        raise DomainError("第 7 行缺少姓名。")

    @registry.job_kind("test.broken")
    def broken(job, *, at):
        make.organisation(job.community, name="半个")
        return 1 / 0

    @registry.job_kind("test.final")
    def final(job, *, at):
        return {}

    yield
    for code in KINDS:
        registry._kinds.pop(code)


def start(community, by, at, kind="test.good", **params):
    return jobs.start(community=community, kind=kind, params=params, by=by, at=at)


def test_a_job_does_its_work_and_says_what_came_of_it(community, staff, now):
    done = jobs.run(job_id=start(community, staff, now).pk, at=now)

    assert (done.state, done.done, done.total, done.result["made"]) == ("DONE", 10, 10, 1)


def test_a_job_runs_once_however_often_it_is_rung_for(community, staff, now):
    job = start(community, staff, now)

    jobs.run(job_id=job.pk, at=now)
    assert jobs.run(job_id=job.pk, at=now) is None

    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    "kind, sentence", [("test.refused", "第 7 行缺少姓名。"), ("test.broken", "没有改动任何数据")]
)
def test_a_job_that_fails_leaves_nothing_half_and_says_why(community, staff, now, kind, sentence):
    job = jobs.run(job_id=start(community, staff, now, kind).pk, at=now)

    assert job.state == "FAILED"
    assert sentence in job.error
    assert not Organisation.objects.exists()


def test_a_kind_nobody_registered_is_refused(community, staff, now):
    with pytest.raises(registry.UnknownKind):
        start(community, staff, now, "test.nothing")


def test_a_job_is_taken_back_within_a_day_and_only_once(community, staff, now):
    job = jobs.run(job_id=start(community, staff, now).pk, at=now)

    undone = jobs.undo(job_id=job.pk, by=staff, at=now + timedelta(hours=23))

    assert (undone.state, undone.undone_by) == ("UNDONE", staff)
    assert Organisation.objects.get().until is not None
    with pytest.raises(WrongStep):
        jobs.undo(job_id=job.pk, by=staff, at=now + timedelta(hours=23))


def test_after_a_day_and_for_kinds_that_cannot_it_is_too_late(community, staff, now):
    job = jobs.run(job_id=start(community, staff, now).pk, at=now)
    final = jobs.run(job_id=start(community, staff, now, "test.final").pk, at=now)

    with pytest.raises(TooLateToUndo):
        jobs.undo(job_id=job.pk, by=staff, at=now + timedelta(hours=24))
    with pytest.raises(TooLateToUndo):
        jobs.undo(job_id=final.pk, by=staff, at=now)


def test_a_job_whose_workers_died_three_times_is_given_up_with_a_sentence(community, staff, now):
    job = start(community, staff, now)
    Job.objects.filter(pk=job.pk).update(state="RUNNING", attempts=2, started_at=now)
    assert jobs.fail_dead(job_id=job.pk, at=now) is None
    Job.objects.filter(pk=job.pk).update(attempts=3)

    given_up = jobs.fail_dead(job_id=job.pk, at=now)

    assert given_up.state == "FAILED"
    assert "三次" in given_up.error


def test_a_job_another_worker_holds_is_left_alone(station_db):
    community = station_db
    with scope.within([community.pk]):
        user = make.registrar()
        job = start(community, user, make.NOW)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_xact_lock(7305, %s)", [job.pk])
    try:
        with scope.within([community.pk]):
            assert jobs.waiting(at=make.NOW) == []
            assert jobs.run(job_id=job.pk, at=make.NOW) is None
            with pytest.raises(BeingDone):
                _take(job.pk)
    finally:
        other.rollback()  # a closed session lets its lock go a moment later: this one lets it go now
        other.close()
    with scope.within([community.pk]):
        assert jobs.waiting(at=make.NOW) == [job.pk]
        assert jobs.run(job_id=job.pk, at=make.NOW).state == "DONE"


def _take(job_id):
    from carenet.jobs.actions.running import _take_lock

    _take_lock(job_id)


def test_progress_is_seen_by_others_while_the_work_is_not_committed(station_db):
    community = station_db
    seen = []

    @registry.job_kind("test.watched")
    def watched(job, *, at):
        make.organisation(job.community, name="在做")
        jobs.progress(job=job, done=3, total=9)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT set_config('carenet.communities', %s, true)", [str(community.pk)])
            cursor.execute(
                "SELECT state, done, total, (SELECT count(*) FROM parties_organisation) FROM jobs_job"
            )
            seen.append(cursor.fetchone())
        other.close()
        jobs.progress(job=job, done=9, total=9)

    try:
        with scope.within([community.pk]):
            job = start(community, make.registrar(), make.NOW, "test.watched")
        with scope.within([community.pk]):
            jobs.run(job_id=job.pk, at=make.NOW)
    finally:
        registry._kinds.pop("test.watched")

    assert seen == [("RUNNING", 3, 9, 0)]


def test_the_database_keeps_a_job_on_its_steps_and_never_deletes_it(community, staff, now):
    job = jobs.run(job_id=start(community, staff, now).pk, at=now)

    with pytest.raises(IntegrityError, match="cannot follow"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="RUNNING", finished_at=None)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("delete from jobs_job")


def test_one_sees_ones_own_jobs_the_director_all_and_a_neighbour_none(
    community, staff, worker, director, stranger, now
):
    job = start(community, staff, now)

    seen = {
        user.username: Job.objects.visible_to(user).filter(pk=job.pk).exists()
        for user in (staff, worker, director, stranger)
    }

    assert seen == {"li": True, "chen": False, "zhang": True, "zhao": False}


# --- pages ---------------------------------------------------------------------------------------
def test_the_page_shows_the_bar_while_it_runs_and_the_result_afterwards(community, staff, now, client_for):
    client = client_for(staff)
    job = start(community, staff, now)

    assert "hx-get" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert "HX-Refresh" not in client.get(f"/jobs/{job.pk}/progress/").headers
    jobs.run(job_id=job.pk, at=now)

    assert "one organisation" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.get(f"/jobs/{job.pk}/progress/").headers["HX-Refresh"] == "true"


def test_the_asker_takes_a_job_back_on_its_page_and_nobody_else(
    community, staff, director, now, client_for, monkeypatch
):
    from django.utils import timezone

    job = start(community, staff, timezone.now())
    jobs.run(job_id=job.pk, at=timezone.now())

    assert (
        client_for(director).post(f"/jobs/{job.pk}/", {"idempotency_key": once.new_key()}).status_code == 404
    )
    client_for(staff).post(f"/jobs/{job.pk}/", {"idempotency_key": once.new_key()})

    job.refresh_from_db()
    assert job.state == "UNDONE"


def test_a_strangers_job_is_not_there(community, staff, stranger, now, client_for):
    job = start(community, staff, now)

    assert client_for(stranger).get(f"/jobs/{job.pk}/").status_code == 404
    assert client_for(stranger).get(f"/jobs/{job.pk}/progress/").status_code == 404


@pytest.mark.parametrize("count", [2, 20])
def test_the_list_of_jobs_costs_the_same_however_long_it_is(
    community, staff, now, client_for, django_assert_max_num_queries, count
):
    for _each in range(count):
        start(community, staff, now)
    client = client_for(staff)

    with django_assert_max_num_queries(25):
        assert client.get("/jobs/").status_code == 200


def test_an_attempt_nobody_could_count_is_not_made(community, staff, now, monkeypatch):
    """Otherwise a job that kills its workers would be tried for ever."""
    job = start(community, staff, now)
    with monkeypatch.context() as broken:
        broken.setattr("carenet.jobs.progress.Reporter._write", lambda *_args: False)
        assert jobs.run(job_id=job.pk, at=now) is None
    job.refresh_from_db()
    assert (job.state, Organisation.objects.count()) == ("QUEUED", 0)

    assert jobs.run(job_id=job.pk, at=now).state == "DONE"


def test_while_a_job_works_the_database_looks_whether_its_worker_lives(community, staff, now):
    seen = {}

    @registry.job_kind("test.final")
    def final(job, *, at):
        with connection.cursor() as cursor:
            cursor.execute("SHOW client_connection_check_interval")
            seen["interval"] = cursor.fetchone()[0]

    jobs.run(job_id=start(community, staff, now, "test.final").pk, at=now)
    assert seen == {"interval": "5s"}
