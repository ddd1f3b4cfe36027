"""How far a job is, written beside its transaction so that others can see it while the work is uncommitted."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from django.db import connection

from carenet.parties import scope

if TYPE_CHECKING:
    from carenet.jobs.models import Job

log = logging.getLogger("carenet.jobs")
EVERY_SECONDS = 0.3


class Reporter:
    """A second connection that updates the job's row in short transactions of its own.

    It only ever touches the row's progress columns, which the working transaction leaves alone until the reporter
    is closed; so the two cannot wait for each other. Progress is decoration: trouble with it is logged, not raised.
    """

    def __init__(self, job: Job) -> None:
        self.job_id = job.pk
        self.community_id = job.community_id
        self._connection: Any = None
        self._last = 0.0
        self.total = 0

    def __enter__(self) -> Self:
        self._connection = connection.copy()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def begin(self, at: datetime) -> bool:
        """A worker has the job: state RUNNING, one attempt more. False when that could not be written down.

        Unlike the bar this is no decoration: a death that nobody counted would be repeated for ever.
        """
        return self._write(
            "UPDATE jobs_job SET state = 'RUNNING', attempts = attempts + 1, done = 0, "
            "started_at = coalesce(started_at, %s) WHERE id = %s AND state IN ('QUEUED', 'RUNNING')",
            [at, self.job_id],
        )

    def say(self, done: int, total: int) -> None:
        """`done` of `total`; written at most a few times a second, and always at the end."""
        self.total = total
        now = time.monotonic()
        if done < total and now - self._last < EVERY_SECONDS:
            return
        self._last = now
        self._write(
            "UPDATE jobs_job SET done = least(%s, %s), total = %s WHERE id = %s AND state = 'RUNNING'",
            [done, total, total, self.job_id],
        )

    def _write(self, sql: str, parameters: list[Any]) -> bool:
        try:
            with self._connection.cursor() as cursor:
                # One statement, one transaction: the scope is set and used in it.
                cursor.execute(
                    f"BEGIN; SELECT set_config('{scope.SETTING}', '{int(self.community_id)}', true); "
                    f"SET LOCAL lock_timeout = '2s'; {sql}; COMMIT",
                    parameters,
                )
        except Exception as trouble:  # a page without its bar is no reason to lose the work
            log.warning("progress of job %s not written: %s", self.job_id, type(trouble).__name__)
            self._connection.close()
            return False
        return True
