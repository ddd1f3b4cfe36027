"""Notices, jobs and documents: each belongs to somebody."""

from __future__ import annotations

from typing import Any

from tests.make import NOW
from tests.security.doors import EVERYBODY, STAFF, Door


def _job(w: Any) -> Any:
    from carenet.jobs.models import Job

    return Job.objects.create(
        community=w.community,
        kind="elders.check",
        by=w.user("committee"),
        state="QUEUED",
        params={},
        created_at=NOW,
    )


def _notice(w: Any) -> Any:
    from carenet.notices.models import Outbox

    return Outbox.objects.create(
        community=w.community, key="door", template="test", channel="INAPP", to_user=w.user("committee"), params={},
        due_at=NOW, by=w.user("director"), created_at=NOW,
    )  # fmt: skip


def _paper(w: Any) -> Any:
    from carenet.documents import actions

    return actions.freeze(
        community=w.community, kind="meetings.joint", title="纪要", content=b"%PDF-1.7 x", mime="application/pdf",
        cause=None, by=w.user("committee"), at=NOW,
    )  # fmt: skip


def _export(w: Any) -> Any:
    from django.utils import timezone

    from carenet.exports import actions

    w.user("director")  # somebody who may approve
    return actions.ask(
        community=w.community,
        path=_LIST,
        purpose="核查",
        language="zh-hans",
        by=w.user("committee"),
        at=timezone.now(),
    )


_LIST = "/elders/?format=xlsx"
THINGS = {"pa_job": _job, "pa_notice": _notice, "pa_paper": _paper, "pa_export": _export}
# Who asked, who decides, who may stand in, who looks over their shoulders.
SEES_EXPORT = frozenset({"committee", "director", "supervisor", "auditor"})

OWN_JOB = frozenset({"committee", "director", "auditor"})

DOORS = [
    Door("notices:bell", EVERYBODY),
    Door("notices:bell", EVERYBODY, method="POST"),
    Door("notices:open", frozenset({"committee"}), args=lambda w: [w.pa_notice.pk], method="POST"),
    Door("notices:failed", STAFF),
    Door("jobs:jobs", EVERYBODY),
    Door("jobs:job", OWN_JOB, args=lambda w: [w.pa_job.pk]),
    Door("jobs:job", frozenset({"committee"}), args=lambda w: [w.pa_job.pk], method="POST"),
    Door("jobs:progress", OWN_JOB, args=lambda w: [w.pa_job.pk]),
    Door("exports:list", EVERYBODY),
    Door("exports:ask", why="without an address there is nothing to ask for"),
    Door(
        "exports:ask",
        STAFF,
        method="POST",
        data=lambda w: {"of": f"{_LIST}&q=x", "purpose": "x"},
        closed=(403, 404, 409),
        why="whoever may not open the list may not ask for it",
    ),
    Door("exports:export", SEES_EXPORT, args=lambda w: [w.pa_export.pk]),
    Door(
        "exports:export",
        SEES_EXPORT,
        args=lambda w: [w.pa_export.pk],
        method="POST",
        data=lambda w: {"do": "approve"},
        why="whoever sees it but does not decide is told so in a sentence",
    ),
    Door("exports:file", frozenset({"committee"}), args=lambda w: [w.pa_export.pk]),
    Door("documents:document", STAFF | {"auditor", "representative"}, args=lambda w: [w.pa_paper.uid]),
]
