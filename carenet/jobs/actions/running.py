"""Start a job, do it once, show how far it is, take it back.

The truth about "is somebody working on it" is an advisory lock held by the transaction that does the work: when
the process dies, PostgreSQL lets go of it and undoes everything. The sweeper then finds a job that is open and
not locked, and does it again from the beginning; after three deaths the job is marked failed with a sentence.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from carenet.accounts.models import User
from carenet.channels import doorbell
from carenet.jobs import registry
from carenet.jobs.models import Job
from carenet.jobs.progress import Reporter
from carenet.jobs.states import OPEN, STEPS, JobState
from carenet.kernel import steps
from carenet.kernel.errors import Conflict, DomainError
from carenet.parties.models import Community

log = logging.getLogger("carenet.jobs")
ATTEMPTS = 3
UNDO_HOURS = 24
LOCK_SPACE = 7_305  # the first key of our advisory locks; the second is the job's id


class TooLateToUndo(DomainError):
    """The day in which the job could be undone is over, or its kind cannot be undone."""

    code = "too_late_to_undo"
    default_message = _lazy("This can no longer be undone. Please correct the single entries.")


class BeingDone(Conflict):
    """Another worker has the job."""

    code = "being_done"
    default_message = _lazy("This job is already being worked on. Please wait a moment.")


@transaction.atomic
def start(
    *, community: Community, kind: str, params: dict[str, Any], by: User, at: datetime, upload: Any = None
) -> Job:
    """Queue a job; workers are told after the commit. Raises UnknownKind."""
    registry.find(kind)
    job = Job.objects.create(
        community=community,
        kind=kind,
        params=params,
        by=by,
        upload=upload,
        created_at=at,
        state=JobState.QUEUED,
    )
    doorbell.ring("jobs.run", community_id=community.pk, job_id=job.pk)
    return job


def run(*, job_id: int, at: datetime) -> Job | None:
    """Do an open job inside the scope's own transaction, all or nothing.

    None when another worker has it or nothing is left to do. Refusals and surprises mark the job failed with a
    sentence. The caller set the scope of the community and holds no lock of it.
    """
    try:
        with transaction.atomic():
            return _run_locked(job_id, at)
    except BeingDone:
        return None
    except DomainError as refusal:
        return _fail(job_id, refusal.message, at)
    except Exception:  # the work of any app: whatever it was, its rows are gone and the person is told
        log.exception("job %s broke", job_id)
        return _fail(
            job_id,
            _(
                "The work stopped with an unexpected fault; nothing was changed. Please tell the station's technician."
            ),
            at,
        )


def _run_locked(job_id: int, at: datetime) -> Job | None:
    _take_lock(job_id)
    job = Job.objects.filter(pk=job_id).first()
    if job is None or job.state not in OPEN:
        return None
    kind = registry.find(job.kind)
    with Reporter(job) as reporter:
        if not reporter.begin(at):
            raise BeingDone  # not now: the sweeper comes again
        job.reporter = reporter  # type: ignore[attr-defined]
        _patience()
        result = kind.run(job, at=at) or {}
    job = Job.objects.select_for_update().get(pk=job_id)
    job.state = steps.take(STEPS, "finish", job.state)
    job.result = result
    job.total = reporter.total or job.total or 1
    job.done = job.total
    job.started_at = job.started_at or at
    job.finished_at = max(at, job.started_at)
    job.undo_until = at + timedelta(hours=UNDO_HOURS) if kind.undo is not None else None
    job.save(update_fields=["state", "result", "done", "total", "started_at", "finished_at", "undo_until"])
    return job


def progress(*, job: Job, done: int, total: int) -> None:
    """Say how far the work is; visible at once although the work itself is not committed yet."""
    reporter: Reporter | None = getattr(job, "reporter", None)
    if reporter is not None:
        reporter.say(done, total)


def waiting(*, at: datetime) -> list[int]:
    """Open jobs in scope that nobody holds: never begun, or left behind by a dead worker."""
    return [
        job_id
        for job_id in Job.objects.open().order_by("pk").values_list("pk", flat=True)
        if _is_free(job_id)
    ]


@transaction.atomic
def fail_dead(*, job_id: int, at: datetime) -> Job | None:
    """Give up a job whose workers died three times; None when it may be tried again."""
    job = Job.objects.filter(pk=job_id, state__in=OPEN, attempts__gte=ATTEMPTS).first()
    if job is None or not _is_free(job_id):
        return None
    return _fail(
        job_id,
        _("The computer stopped three times while doing this; nothing was changed. Please start it again."),
        at,
    )


@transaction.atomic
def undo(*, job_id: int, by: User, at: datetime) -> Job:
    """Take a finished job back within 24 hours. Raises WrongStep, TooLateToUndo, or the kind's own refusal."""
    job = Job.objects.select_for_update().get(pk=job_id)
    state = steps.take(STEPS, "undo", job.state)
    kind = registry.find(job.kind)
    if kind.undo is None or not job.may_be_undone(at):
        raise TooLateToUndo
    _patience()
    kind.undo(job, by=by, at=at)
    job.state, job.undone_by, job.undone_at = state, by, at
    job.save(update_fields=["state", "undone_by", "undone_at"])
    return job


def _fail(job_id: int, sentence: str, at: datetime) -> Job | None:
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, state__in=OPEN).first()
        if job is None:
            return None
        job.state = steps.take(STEPS, "fail", job.state)
        job.error = sentence[:400]
        job.started_at = job.started_at or at
        job.finished_at = at
        job.save(update_fields=["state", "error", "started_at", "finished_at"])
        return job


def _take_lock(job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, job_id % 2**31])
        if not cursor.fetchone()[0]:
            raise BeingDone


def _is_free(job_id: int) -> bool:
    """Whether nobody works on the job now. Looks at the lock table: taking it here would hold it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s::oid AND objid = %s::oid "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND granted AND pid <> pg_backend_pid())",
            [LOCK_SPACE, job_id % 2**31],
        )
        return bool(cursor.fetchone()[0])


def _patience() -> None:
    """Long work may be idle or busy longer than a page; only for this transaction.

    PostgreSQL looks every few seconds whether the worker still lives: without that, a statement of a killed worker
    would go on for minutes, and its lock would keep everybody else from the job.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = '10min'; SET LOCAL idle_in_transaction_session_timeout = '10min'; "
            "SET LOCAL client_connection_check_interval = '5s'"
        )
