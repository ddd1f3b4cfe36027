"""Make the approved file in the background, keep it sealed, hand it to the asker, delete it."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.exports import gate, replay
from carenet.exports.actions import asking, refusals
from carenet.exports.models import Export
from carenet.exports.states import FILE_HOURS, STEPS, ExportState
from carenet.jobs.models import Job
from carenet.jobs.registry import job_kind
from carenet.kernel import steps
from carenet.notices import actions as notices
from carenet.parties import sealed

if TYPE_CHECKING:
    from django.http import HttpResponse

    from carenet.accounts.models import User
    from carenet.parties.models import Community

MAKE, COLUMN = "exports.make", "exports_export.content"
LARGEST = 40 * 1024 * 1024


def _result_url(job: Job) -> str:
    from django.urls import reverse

    return reverse("exports:export", args=[job.params["export"]])


@job_kind(MAKE, label=_("File with personal data"), result_url=_result_url)
def run(job: Job, *, at: datetime) -> dict[str, Any]:
    """Open the approved address with the asker's rights, stamp and seal what it gives. Raises ListClosed, FileTooLarge.

    The view itself writes the read log, with the purpose that was approved.
    """
    row = (
        Export.objects.select_for_update(of=("self",))
        .select_related("community", "asked_by", "decided_by")
        .get(pk=job.params["export"])
    )
    state = ExportState(steps.take(STEPS, "make", row.state))
    stamp = gate.Stamp(
        number=row.pk,
        who=str(row.asked_by),
        at=at,
        purpose=row.purpose,
        approved_by=str(row.decided_by),
        field_class=row.field_class,
    )
    if not row.asked_by.is_active:
        raise refusals.ListClosed(name=str(row.asked_by))
    try:
        with gate.approved(stamp):
            answer = replay.get(
                row.path,
                user=row.asked_by,
                community=row.community,
                language=row.language,
                purpose=row.purpose,
            )
    except (Http404, gate.NeedsApproval) as closed:
        raise refusals.ListClosed(name=str(row.asked_by)) from closed
    if answer.status_code != 200 or "attachment" not in answer.headers.get("Content-Disposition", ""):
        raise refusals.ListClosed(name=str(row.asked_by))
    if len(answer.content) > LARGEST:
        raise refusals.FileTooLarge
    row.state, row.made_at, row.fetch_until = state, at, at + timedelta(hours=FILE_HOURS)
    row.file_name, row.mime = _name_of(answer)[:200], answer.headers["Content-Type"][:100]
    row.size, row.stored_name = len(answer.content), _keep(row, answer.content)
    row.save(update_fields=["state", "made_at", "fetch_until", "file_name", "mime", "size", "stored_name"])
    notices.write(
        community=row.community, template="exports.ready", key=f"exports.ready:{row.pk}",
        params={"export": row.pk, "list": row.title, "until_at": row.fetch_until.isoformat()}, to_user=row.asked_by,
        due_at=at, by=row.asked_by, at=at,
    )  # fmt: skip
    audit.note(
        community=row.community_id, verb="exports.made", object_kind="exports.export", object_id=row.pk, by=row.asked_by,
        at=at, facts={"list": row.title, "size": row.size, "approved_by": row.decided_by_id},
    )  # fmt: skip
    with translation.override(row.language):
        return {"lines": [gettext("The file “%(title)s” is ready.") % {"title": row.title}]}


def _name_of(answer: HttpResponse) -> str:
    said = answer.headers["Content-Disposition"]
    name = said.partition("filename*=UTF-8''")[2] or said.partition('filename="')[2].partition('"')[0]
    return unquote(name) or "export"


def _keep(row: Export, content: bytes) -> str:
    """Written before the commit; if that fails an unnamed sealed file stays behind, never a row without its file."""
    value = sealed.seal(base64.b64encode(content).decode(), column=COLUMN, row=row.uid)
    name: str = default_storage.save(f"exports/{row.community_id}/{row.uid.hex}.sealed", ContentFile(value))
    return name


@transaction.atomic
def fetch(*, export: Export, by: User, at: datetime) -> bytes:
    """The file for its asker, while it is there; each time is written down. Raises FileGone, NotAllowed."""
    row = Export.objects.select_for_update().get(pk=export.pk)
    accounts.require(row.asked_by_id == by.pk)
    if not row.may_be_fetched(at):
        raise refusals.FileGone
    try:
        with default_storage.open(row.stored_name) as stored:
            value = stored.read()
    except FileNotFoundError as gone:
        raise refusals.FileGone from gone
    row.fetched, row.fetched_at = row.fetched + 1, at
    row.save(update_fields=["fetched", "fetched_at"])
    audit.note(
        community=row.community_id, verb="exports.fetched", object_kind="exports.export", object_id=row.pk, by=by, at=at,
        facts={"list": row.title, "purpose": row.purpose},
    )  # fmt: skip
    return base64.b64decode(sealed.unseal(value, column=COLUMN, row=row.uid))


@transaction.atomic
def tidy(*, community: Community, by: User, at: datetime) -> int:
    """Close what nobody decided in its week and delete files after their three days. Gives how many; twice adds none."""
    ended = 0
    for row in (
        Export.objects.of(community)
        .overdue(at)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("asked_by")
    ):
        if row.state == ExportState.READY:
            _delete(row, by=by, at=at)
        else:
            asking.end(export=row, step="expire", at=at)
            notices.write(
                community=community, template="exports.expired", key=f"exports.expired:{row.pk}",
                params={"export": row.pk, "list": row.title}, to_user=row.asked_by, due_at=at, by=by, at=at,
            )  # fmt: skip
        ended += 1
    return ended


def _delete(row: Export, *, by: User, at: datetime) -> None:
    name = row.stored_name
    row.state, row.ended_at, row.stored_name = ExportState(steps.take(STEPS, "delete", row.state)), at, ""
    row.save(update_fields=["state", "ended_at", "stored_name"])
    transaction.on_commit(lambda: default_storage.delete(name))
    audit.note(
        community=row.community_id, verb="exports.deleted", object_kind="exports.export", object_id=row.pk, by=by, at=at,
        facts={"list": row.title, "fetched": row.fetched},
    )  # fmt: skip
