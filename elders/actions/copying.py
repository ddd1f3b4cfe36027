"""The copy of an elder's whole file: a paper (PDF) and a machine-readable file (JSON), made in the background."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.documents import pdf
from carenet.documents.models import Document
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.jobs.registry import job_kind
from elders import policies
from elders.actions import sealed_papers
from elders.actions.refusals import CopyNotAsked
from elders.models import Elder, RightsRequest
from elders.reports import dossier, story
from elders.states import RightKind, RightState

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.exports.gate import Stamp

COPY, KIND = "elders.copy", "elders.file"
FORMAT = "carenet-elder-file/1"
# Until when after the answer the copy may be made again to be handed over (station rule).
HAND_OVER_DAYS = 30


def asked_for(elder: Elder, *, at: datetime) -> RightsRequest | None:
    """The request of the elder or the family that the copy answers: an open one, or one granted in the last 30 days."""
    rows = RightsRequest.objects.filter(elder__in=story.ids_of(elder), kind=RightKind.COPY)
    return (
        rows.filter(
            Q(state=RightState.OPEN)
            | Q(state=RightState.DONE, answered_at__gte=at - timedelta(days=HAND_OVER_DAYS))
        )
        .order_by("-pk")
        .first()
    )


@transaction.atomic
def start(*, elder: Elder, language: str = "zh-hans", by: User, at: datetime) -> Job:
    """Queue the copy the elder asked for. Raises CopyNotAsked, NotAllowed. Source: PIPL Art. 45.

    The elder's right needs nobody's approval; for any other purpose the file is an export of class C5, which does
    (docs/decisions/0014-exports.md).
    """
    accounts.require(policies.may_copy_file(by, elder.community_id))
    if asked_for(elder, at=at) is None:
        raise CopyNotAsked
    why = dossier.why_not(elder, by)
    accounts.require(not why, why)
    return jobs.start(
        community=elder.community, kind=COPY, params={"elder": elder.pk, "language": language}, by=by, at=at
    )


def as_json(elder: Elder, found: list[dossier.Section], *, at: datetime) -> bytes:
    """The file for machines: sections with keys, dates in ISO 8601."""
    body = {
        "format": FORMAT,
        "made_at": at,
        "community": elder.community.name,
        "elder": elder.number_text,
        "sections": {
            each.key: {"title": each.title, "columns": dict(each.columns), "rows": list(each.rows)}
            for each in found
        },
    }
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def as_pdf(elder: Elder, found: list[dossier.Section], *, at: datetime, stamp: Stamp | None = None) -> bytes:
    """The file on paper; with a stamp, its first lines and the foot of each page say who had it made, when and what for."""
    is_chinese = (translation.get_language() or "").startswith("zh")
    data = {
        "doc_title": f"{gettext('Copy of the file')} {elder.number_text}", "community": elder.community.name,
        "lang": "zh" if is_chinese else "en",
        "name": elder.person.name, "paper": gettext("Copy of the file"), "number": elder.number_text,
        "page_of": ["第 ", " 页，共 ", " 页"] if is_chinese else ["Page ", " of ", ""],
        "watermark": stamp.short() if stamp else "",
        "intro": (stamp.line() + " " if stamp else "") + gettext("This is everything the station keeps about this person, as of %(day)s. If something is wrong, please tell us; we answer within 15 working days.")
        % {"day": dossier.shown(at)},
        "nothing": gettext("Nothing is on record."),
        "sections": [{"title": each.title, "labels": each.labels, "rows": each.lines()} for each in found],
    }  # fmt: skip
    return pdf.render("elders/whole_file.typ", data, at=at)


def _result_url(job: Job) -> str:
    from django.urls import reverse

    return reverse("elders:copy", args=[job.params["elder"], job.pk])


@job_kind(COPY, label=_("Copy of an elder's file"), result_url=_result_url)
def run_copy(job: Job, *, at: datetime) -> dict[str, Any]:
    """Collect the sections, write both files, keep them sealed, note who had the copy made."""
    elder = Elder.objects.select_related("person", "community", "grid", "building", "owner").get(
        pk=job.params["elder"]
    )
    with translation.override(job.params.get("language", "zh-hans")):
        found = dossier.sections(
            elder, at=at, on_step=lambda done, total: jobs.progress(job=job, done=done, total=total + 2)
        )
        contents = (
            ("json", as_json(elder, found, at=at), "application/json"), ("pdf", as_pdf(elder, found, at=at), "application/pdf"),
        )  # fmt: skip
        made = {}
        for name, content, mime in contents:
            document = sealed_papers.keep(
                community=elder.community, title=f"{elder.number_text}.{name}", content=content, mime=mime, kind=KIND,
                cause=("elders.elder", elder.pk), by=job.by, at=at,
            )  # fmt: skip
            made[name] = document.pk
        lines = [gettext("The copy is ready: %(count)s sections.") % {"count": len(found)}]
    audit.note(
        community=elder.community, verb="elders.file_copied", object_kind="elders.elder", object_id=elder.pk, by=job.by,
        at=at, facts={"sections": len(found)},
    )  # fmt: skip
    return {**made, "lines": lines}


def document_of(job: Job, name: str) -> Document | None:
    """The made file `json` or `pdf` of a finished job."""
    return Document.objects.filter(pk=job.result.get(name), kind=KIND).first() if job.result else None
