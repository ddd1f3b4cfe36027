"""Doors of the bell, background jobs and stored papers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from carenet.documents import actions as documents
from carenet.jobs import actions as jobs
from carenet.jobs import registry as job_kinds
from carenet.notices import actions as notices
from tests import make
from tests.security.doors import EVERYBODY, STAFF, Door


def _notice(w: Any) -> Any:
    at = timezone.now()
    return notices.write(
        community=w.community, template="meetings.decision", key="door", params={}, to_role="DIRECTOR", due_at=at,
        by=make.registrar(), at=at,
    )[0]  # fmt: skip


def _job(w: Any) -> Any:
    if "doors.nothing" not in job_kinds._kinds:
        job_kinds.job_kind("doors.nothing", label="nothing")(lambda job, *, at: {})
    return jobs.start(
        community=w.community, kind="doors.nothing", params={}, by=w.user("committee"), at=timezone.now()
    )


def _paper(w: Any) -> Any:
    return documents.freeze(
        community=w.community, kind="meetings.joint", title="纪要", content=b"paper", mime="application/pdf", cause=None,
        by=make.registrar(), at=timezone.now(),
    )  # fmt: skip


THINGS = {"the_notice": _notice, "the_job": _job, "the_paper": _paper}
OWN_JOB = frozenset({"committee", "director", "auditor"})

DOORS = [
    Door("notices:bell", EVERYBODY),
    Door("notices:bell", EVERYBODY, method="POST"),
    Door("notices:failed", STAFF),
    Door("notices:open", {"director"}, args=lambda w: [w.the_notice.pk], method="POST"),
    Door("jobs:jobs", EVERYBODY),
    Door("jobs:job", OWN_JOB, args=lambda w: [w.the_job.pk]),
    Door("jobs:job", {"committee"}, args=lambda w: [w.the_job.pk], method="POST"),
    Door("jobs:progress", OWN_JOB, args=lambda w: [w.the_job.pk]),
    Door("documents:document", STAFF | {"representative", "auditor"}, args=lambda w: [w.the_paper.uid]),
]
