"""Import from a file: check first, enter only the good rows, take everything back within a day.

Two background jobs for each kind of sheet (`import_kinds`): one reads and reports, the other enters what was found
good. The uploaded file is kept encrypted, because it holds ID numbers. Source: ux.md §6.10.
"""

from __future__ import annotations

import base64
import io
import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.documents.actions import freezing
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.jobs.registry import job_kind
from carenet.jobs.states import JobState
from carenet.parties import sealed
from carenet.parties.models import Community
from carenet.webkit import excel
from elders.actions import import_kinds
from elders.actions.import_kinds import KINDS, ImportKind
from elders.actions.import_rows import CHANGED, NEW, SHOWN_FIRST, Checked
from elders.actions.refusals import NothingToExport, NothingToImport, TooMuchToExport
from elders.models import ImportFault
from elders.rules import sheet

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person

SEALED_COLUMN = "elders_import.upload"
BATCH = 500
MOST_EXPORTED = 20_000
# Two imports of one community enter one after the other: what the second finds is what the first left.
LOCK_SPACE = 7_311


@transaction.atomic
def upload(
    *, community: Community, content: bytes, name: str, kind: str = "register", by: User, at: datetime
) -> Job:
    """Keep the file (encrypted) and queue its check. Raises NotAllowed, NotAFile."""
    chosen = KINDS[kind]
    accounts.require(chosen.may(by, community.pk))
    row = uuid.uuid4()
    stored = (
        sealed.seal(base64.b64encode(content).decode(), column=SEALED_COLUMN, row=row) if content else b""
    )
    document = freezing.freeze(
        community=community, kind="elders.import", title=name, content=stored, mime="application/octet-stream",
        cause=None, by=by, at=at,
    )  # fmt: skip
    return jobs.start(
        community=community,
        kind=chosen.check_job,
        params={"row": str(row), "name": name[:120]},
        upload=document,
        by=by,
        at=at,
    )


def content_of(job: Job) -> io.BytesIO:
    """The uploaded file of a check job, opened."""
    assert job.upload is not None
    plain = sealed.unseal(freezing.read(job.upload), column=SEALED_COLUMN, row=uuid.UUID(job.params["row"]))
    return io.BytesIO(base64.b64decode(plain))


def _check(job: Job, kind: ImportKind, *, at: datetime) -> Checked:
    rows = list(excel.read_table(content_of(job)))
    jobs.progress(job=job, done=0, total=max(len(rows), 1))

    def told() -> Any:
        for number, row in enumerate(rows, start=1):
            if number % 50 == 0:
                jobs.progress(job=job, done=number, total=len(rows))
            yield row

    return kind.check(told(), community=job.community, at=at)


def _result_url(job: Job) -> str:
    from django.urls import reverse

    return reverse("elders:import-result", args=[job.pk])


def run_check(job: Job, *, at: datetime) -> dict[str, Any]:
    """Look through the file and keep the faults and questions by row and column; nothing personal in the result."""
    kind = import_kinds.of(job)
    checked = _check(job, kind, at=at)
    ImportFault.objects.filter(job=job).delete()
    ImportFault.objects.bulk_create(
        [
            ImportFault(
                community_id=job.community_id, job=job, row=each.row, column=each.column,
                value=sheet.masked(each.column, each.value), code=each.code, facts=each.facts,
                is_warning=each.is_warning,
            )
            for each in checked.faults
        ],
        batch_size=BATCH,
    )  # fmt: skip
    first = sorted([*checked.states, *(each.row for each in checked.faults)])[: 2 * SHOWN_FIRST]
    return {
        "rows": checked.rows,
        "good": len(checked.good),
        "faulty": checked.faulty_rows,
        "new": checked.count(NEW),
        "changed": checked.count(CHANGED),
        "same": checked.same,
        "asked": len(checked.asked),
        "states": {str(row): checked.states[row] for row in first if row in checked.states},
        "lines": [
            gettext("%(rows)s rows read: %(good)s can be entered, %(faulty)s must be mended.")
            % {"rows": checked.rows, "good": len(checked.good), "faulty": checked.faulty_rows}
        ],
    }


@transaction.atomic
def enter(*, check_job: Job, is_looked_at: bool = False, by: User, at: datetime) -> Job:
    """Enter the good rows of a checked file in the background; those with a question only when `is_looked_at`.

    Raises NothingToImport, NotAllowed.
    """
    kind = import_kinds.BY_JOB.get(check_job.kind)
    if kind is None or check_job.kind != kind.check_job:
        raise NothingToImport
    accounts.require(kind.may(by, check_job.community_id))
    check_job = Job.objects.select_for_update(of=("self",)).select_related("community").get(pk=check_job.pk)
    again = Job.objects.filter(
        kind=kind.enter_job,
        params__check=check_job.pk,
        state__in=[JobState.QUEUED, JobState.RUNNING, JobState.DONE],
    )
    found = check_job.result
    is_ready = check_job.state == JobState.DONE and (
        found.get("good") or (is_looked_at and found.get("asked"))
    )
    if not is_ready or check_job.params.get("cancelled") or again.exists():
        raise NothingToImport
    return jobs.start(
        community=check_job.community, kind=kind.enter_job,
        params={"check": check_job.pk, "is_looked_at": is_looked_at, **check_job.params}, upload=check_job.upload,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def cancel(*, check_job: Job, by: User, at: datetime) -> None:
    """Nothing of this file is wanted: its faults are forgotten. Raises NotAllowed."""
    accounts.require(import_kinds.of(check_job).may(by, check_job.community_id))
    ImportFault.objects.filter(job=check_job).delete()
    check_job.params = {**check_job.params, "cancelled": True}
    check_job.save(update_fields=["params"])


def run_enter(job: Job, *, at: datetime) -> dict[str, Any]:
    """Check again (the register may have changed since) and enter the good rows, all or none."""
    kind = import_kinds.of(job)
    accounts.require(kind.may(job.by, job.community_id))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, job.community_id])
    checked = _check(job, kind, at=at)
    plans = [*checked.good, *(checked.asked if job.params.get("is_looked_at") else ())]
    kind.enter(
        plans=sorted(plans, key=lambda each: each.row), community=job.community, job=job, by=job.by, at=at
    )
    entered = {
        state: sum(1 for each in plans if each.state == word)
        for state, word in (("new", NEW), ("changed", CHANGED))
    }
    return {
        "rows": checked.rows,
        "good": len(plans),
        "faulty": checked.faulty_rows,
        **entered,
        "same": checked.same,
        "asked": 0 if job.params.get("is_looked_at") else len(checked.asked),
        "lines": [_done_words(kind, entered)],
    }


def _done_words(kind: ImportKind, entered: dict[str, int]) -> str:
    if kind.code == "register":
        return gettext("%(count)s elders were entered in the register.") % {"count": entered["new"]}
    return gettext("%(new)s rows are new, %(changed)s were changed.") % entered


def _undo(job: Job, *, by: User, at: datetime) -> None:
    kind = import_kinds.of(job)
    accounts.require(kind.may(by, job.community_id))
    kind.take_back(job=job, by=by, at=at)


@transaction.atomic
def export(
    *,
    kind: str,
    community: Community,
    purpose: str,
    since: date,
    until: date,
    by: User,
    at: datetime,
    url: str,
) -> tuple[list[list[str]], list[Person]]:
    """The rows of a kind in the columns of its sheet, noted with their purpose, each person in the read log.

    Raises NotAllowed, NothingToExport, TooMuchToExport. Source: domain.md §9.4 (exports of C3 and above).
    """
    chosen = KINDS[kind]
    accounts.require(chosen.may(by, community.pk) and chosen.export is not None)
    assert chosen.export is not None
    span = {"since": since, "until": until} if chosen.has_days else {}
    rows, people = chosen.export(community=community, **span)
    if not rows:
        raise NothingToExport
    if len(rows) > MOST_EXPORTED:
        raise TooMuchToExport(most=f"{MOST_EXPORTED:,}")
    named = list({each.pk: each for each in people}.values())
    audit.looked(
        community=community.pk,
        people=named,
        fields=chosen.fields,
        by=by,
        at=at,
        url=url,
        purpose=purpose[:120],
    )
    audit.note(
        community=community, verb=chosen.verb, object_kind="parties.community", object_id=community.pk, by=by, at=at,
        facts={"rows": len(rows), "people": len(named), "purpose": purpose[:200], **{name: day.isoformat() for name, day in span.items()}},
    )  # fmt: skip
    return rows, named


for _kind in KINDS.values():
    job_kind(_kind.check_job, label=_kind.title, result_url=_result_url)(run_check)
    job_kind(_kind.enter_job, label=_kind.title, undo=_undo, result_url=_result_url)(run_enter)
