"""Write the monthly letters: one elder's, or the whole community's in one job; each paper is frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts import policies as accounts
from carenet.audit import actions as audit
from carenet.documents import actions as documents
from carenet.documents import pdf
from carenet.documents.models import Document
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.jobs.registry import job_kind
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.parties.models import Community
from carenet.webkit.templatetags.carenet import month as month_words
from elders import policies
from elders.models import Elder, Letter
from elders.reports import letters as reports
from elders.states import ElderStatus

if TYPE_CHECKING:
    from carenet.accounts.models import User

KIND, JOB = "elders.letter", "elders.letters"
# Letters in one PDF; more make a second paper.
A_PAPER = 2_000


class MonthNotOver(DomainError):
    """A letter tells of a month that has begun."""

    code = "month_not_begun"
    default_message = _("This month has not begun yet. Please choose an earlier one.")


class NoLetters(DomainError):
    code = "no_letters"
    default_message = _("Nobody is in care, so there is nobody to write to.")


def readers(community: Community) -> Any:
    """Who gets a letter, in the order of houses and doors, as they are carried round."""
    rows = Elder.objects.of(community).filter(status__in=[ElderStatus.ACTIVE, ElderStatus.PAUSED])
    return rows.select_related("person", "building", "owner").order_by("building__path", "door", "pk")


@transaction.atomic
def write(*, elder: Elder, of_month: date, by: User, at: datetime) -> Letter:
    """One elder's letter as a frozen paper of one page. Raises NotAllowed, MonthNotOver."""
    _may(elder.community_id, of_month, by, at)
    chosen = list(readers(elder.community).filter(pk=elder.pk))
    if not chosen:
        raise NoLetters
    _document, written = _paper(
        elder.community, chosen, of_month=of_month, by=by, at=at, job=None, done=0, total=1
    )
    return written[0]


@transaction.atomic
def write_all(*, community: Community, of_month: date, by: User, at: datetime) -> Job:
    """Queue the letters of everybody in care. Raises NotAllowed, MonthNotOver, NoLetters."""
    _may(community.pk, of_month, by, at)
    if not readers(community).exists():
        raise NoLetters
    params = {"month": of_month.isoformat(), "language": translation.get_language() or "zh-hans"}
    return jobs.start(community=community, kind=JOB, params=params, by=by, at=at)


def _may(community_id: int, of_month: date, by: User, at: datetime) -> None:
    accounts.require(policies.may_write_letters(by, community_id))
    if of_month > months.first_of_month(months.day_of(at)):
        raise MonthNotOver(field="month")


def paper_url(job: Job) -> str:
    """The first paper of a finished run."""
    found = Document.objects.filter(
        community_id=job.community_id, pk__in=job.result.get("documents", [])
    ).first()
    return found.get_absolute_url() if found else ""


@job_kind(JOB, label=_("Letters to all elders"), result_url=paper_url)
def run(job: Job, *, at: datetime) -> dict[str, Any]:
    """All letters of a month into one printable paper (one for every 2,000 letters)."""
    of_month = date.fromisoformat(job.params["month"])
    people = list(readers(job.community))
    papers: list[Document] = []
    with translation.override(job.params.get("language", "zh-hans")):
        for start in range(0, len(people), A_PAPER):
            some = people[start : start + A_PAPER]
            document, _written = _paper(
                job.community,
                some,
                of_month=of_month,
                by=job.by,
                at=at,
                job=job,
                done=start,
                total=len(people),
            )
            papers.append(document)
        line = gettext("%(count)s letters, one page each, in the order of houses and doors.") % {
            "count": len(people)
        }
    return {"documents": [each.pk for each in papers], "count": len(people), "lines": [line]}


def _paper(
    community: Community, elders: Sequence[Elder], *, of_month: date, by: User, at: datetime, job: Job | None, done: int,
    total: int,
) -> tuple[Document, list[Letter]]:  # fmt: skip
    """One PDF with a page for each elder, frozen, and a row for each letter. Whose files were used is in the read log."""
    found: list[tuple[Elder, dict[str, Any]]] = []
    for each in reports.build(elders, community=community, of_month=of_month, at=at):
        found.append(each)
        if job is not None:
            jobs.progress(job=job, done=min(done + len(found), total), total=total)
    title = gettext("Letters to the elders, %(month)s") % {"month": month_words(of_month)}
    if len(found) == 1:
        title = pgettext("letter", "Letter to %(name)s, %(month)s") % {
            "name": found[0][0].person.name, "month": month_words(of_month),
        }  # fmt: skip
    content = pdf.render(
        "elders/letters.typ",
        {
            "doc_title": title, "community": community.name,
            "lang": "zh" if (translation.get_language() or "").startswith("zh") else "en",
            "letters": [words for _elder, words in found],
        },
        at=at,
    )  # fmt: skip
    document = documents.freeze(
        community=community, kind=KIND, title=title, content=content, mime="application/pdf",
        cause=("jobs.job", job.pk) if job else ("elders.elder", found[0][0].pk), by=by, at=at,
    )  # fmt: skip
    rows = Letter.objects.bulk_create(
        [
            Letter(
                community=community, elder=elder, month=of_month, words=words, document=document, page=page, by=by, at=at
            )
            for page, (elder, words) in enumerate(found, start=1)
        ],
        batch_size=500,
    )  # fmt: skip
    audit.looked(
        community=community, people=[elder.person for elder, _words in found], fields=["name", "address", "health"], by=by,
        at=at, purpose=gettext("monthly letter"),
    )  # fmt: skip
    return document, rows
