"""Consents, mandates, signed papers and the copy of the whole file: the pages of one elder's rights."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.accounts import policies as accounts
from carenet.accounts.states import FieldClass
from carenet.audit import actions as audit
from carenet.audit import reading
from carenet.documents.models import Document
from carenet.jobs.models import Job
from carenet.kernel.months import STATION_ZONE
from carenet.webkit import excel, once, refusals
from elders import policies
from elders.actions import consents as consent_actions
from elders.actions import copying, sealed_papers
from elders.actions import mandates as mandate_actions
from elders.models import Consent, Elder, Mandate, MandateUse, RightsRequest, WitnessRecord
from elders.reports import dossier, story
from elders.reports.consents import purposes
from elders.web.access import elder_of
from elders.web.rights_forms import ConsentGivenForm, MandateForm


def _paper(request: HttpRequest, elder: Elder, form: Any, title: str) -> Document | None:
    chosen = form.cleaned_data.get("paper")
    if not chosen:
        return None
    return sealed_papers.keep(
        community=elder.community, title=title, content=chosen.read(), cause=("elders.elder", elder.pk),
        by=request.user, at=timezone.now(),  # type: ignore[arg-type]
    )  # fmt: skip


# --- consents ---------------------------------------------------------------------------------------------
@login_required
@once.once
def consents(request: HttpRequest, pk: int) -> HttpResponse:
    """Each purpose with its text and what was agreed; recording takes a small form, withdrawing one button."""
    elder = elder_of(request, pk)
    at = timezone.now()
    wanted = request.GET.get("purpose", "")
    chosen = next((each for each in purposes(elder, on=timezone.localdate(at)) if each.code == wanted), None)
    data = request.POST if request.method == "POST" else None
    form = ConsentGivenForm(
        data,
        request.FILES if data is not None else None,
        initial={"on": timezone.localdate(at), "way": "PAPER", "given_by": "SELF"},
    )
    if request.method == "POST":
        if chosen is None:
            raise Http404
        if form.is_valid():
            with refusals.refusals_on(form):
                facts = form.cleaned_data
                day = facts["on"]
                given_at = (
                    at if day >= timezone.localdate(at) else datetime.combine(day, time(12), STATION_ZONE)
                )
                consent_actions.give(
                    elder=elder, purpose=chosen.code, version=chosen.version, given_by=facts["given_by"], way=facts["way"],
                    paper=_paper(request, elder, form, str(chosen.label)), given_at=given_at, by=request.user, at=at,  # type: ignore[arg-type]
                )  # fmt: skip
                messages.success(request, _("The consent is on file."))
                return redirect("elders:consents", pk=elder.pk)
    reading.record(request, [elder.person], ("name", "consents"))
    history = (
        Consent.objects.filter(elder__in=story.ids_of(elder))
        .select_related("recorded_by", "paper")
        .order_by("-given_at")
    )
    return refusals.form_page(
        request, "elders/consents.html", form,
        {"elder": elder, "purposes": purposes(elder, on=timezone.localdate(at)), "chosen": chosen, "history": history},
    )  # fmt: skip


@login_required
@require_POST
@once.once
def withdraw(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One button, as easy as giving."""
    elder = elder_of(request, pk)
    consent = get_object_or_404(Consent, pk=row, elder__in=story.ids_of(elder))
    with refusals.refusals_told(request):
        consent_actions.withdraw(consent=consent, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("The consent is withdrawn."))
    return redirect("elders:consents", pk=elder.pk)


@login_required
def paper(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """A signed paper of this elder, opened; who opened it stands in the read log and the records."""
    elder = elder_of(request, pk)
    ids = story.ids_of(elder)
    known = (
        Consent.objects.filter(elder__in=ids, paper=document).exists()
        or Mandate.objects.filter(elder__in=ids, paper=document).exists()
        or RightsRequest.objects.filter(elder__in=ids, paper=document).exists()
        or WitnessRecord.objects.filter(elder__in=ids, paper=document).exists()
    )
    if not known or not policies.may_reveal(request.user, elder):  # type: ignore[arg-type]
        raise Http404
    found = get_object_or_404(Document, pk=document)
    content = sealed_papers.content_of(found)
    reading.record(request, [elder.person], ("name", "signed paper"))
    audit.note(
        community=elder.community, verb="elders.paper_opened", object_kind="documents.document", object_id=found.pk,
        by=request.user, at=timezone.now(),  # type: ignore[arg-type]
    )  # fmt: skip
    mime = sealed_papers.mime_of(content)
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}[mime]
    response = excel.attachment(content, f"{found.number}.{ending}", mime)
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- mandates ---------------------------------------------------------------------------------------------
@login_required
@once.once
def mandates(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may act for the elder, for what and until when; what they did; and the form for a new one."""
    elder = elder_of(request, pk)
    at = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = MandateForm(
        data,
        request.FILES if data is not None else None,
        initial={"since": timezone.localdate(at), "scopes": ["READ", "ASK"]},
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            facts = form.cleaned_data
            holder = mandate_actions.holder_of(community=elder.community, text=facts["holder"])
            mandate_actions.give(
                elder=elder, user=holder, relation=facts["relation"], scopes=facts["scopes"], evidence=facts["evidence"],
                paper=_paper(request, elder, form, _("mandate")), since=facts["since"], until=facts["until"],
                by=request.user, at=at,  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(request, _("%(name)s may act for the elder now.") % {"name": holder})
            return redirect("elders:mandates", pk=elder.pk)
    reading.record(request, [elder.person], ("name", "mandates"))
    rows = list(
        Mandate.objects.filter(elder=elder)
        .select_related("user", "granted_by", "paper")
        .order_by("-since", "-pk")
    )
    running = set(Mandate.objects.filter(elder=elder).open().values_list("pk", flat=True))
    uses = MandateUse.objects.filter(mandate__in=rows).select_related("mandate__user").order_by("-at")[:30]
    return refusals.form_page(
        request, "elders/mandates.html", form,
        {
            "elder": elder, "rows": [{"row": each, "is_open": each.pk in running, "scopes": _scopes(each)} for each in rows],
            "uses": uses,
        },
    )  # fmt: skip


def _scopes(mandate: Mandate) -> list[str]:
    from elders.states import MandateScope

    return [str(MandateScope(each).label) for each in mandate.scopes]


@login_required
@require_POST
@once.once
def end_mandate(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The mandate ends yesterday: from now on it opens nothing."""
    elder = elder_of(request, pk)
    mandate = get_object_or_404(Mandate, pk=row, elder=elder)
    at = timezone.now()
    on = max(mandate.since, timezone.localdate(at) - timedelta(days=1))
    with refusals.refusals_told(request):
        mandate_actions.end(mandate=mandate, on=on, by=request.user, at=at)  # type: ignore[arg-type]
        messages.success(request, _("The mandate has ended; what was done under it stays on record."))
    return redirect("elders:mandates", pk=elder.pk)


# --- the whole file ---------------------------------------------------------------------------------------
@login_required
@once.once
def copy(request: HttpRequest, pk: int, job: int | None = None) -> HttpResponse:
    """The whole file on one page for printing; a button makes the paper and the file for machines."""
    elder = elder_of(request, pk)
    if not policies.may_copy_file(request.user, elder.community_id):  # type: ignore[arg-type]
        raise Http404
    at = timezone.now()
    if request.method == "POST":
        with refusals.refusals_told(request):
            language = translation.get_language() or "zh-hans"
            started = copying.start(elder=elder, language=language, by=request.user, at=at)  # type: ignore[arg-type]
            return redirect("elders:copy", pk=elder.pk, job=started.pk)
    if job is not None:
        row = _job(elder, job)
        if request.headers.get("HX-Request"):
            if row.is_open:
                return render(request, "elders/copy.html#running", {"job": row, "elder": elder})
            response = HttpResponse()
            response["HX-Redirect"] = request.path
            return response
        return render(request, "elders/copy.html", {"elder": elder, "job": row})
    asked = copying.asked_for(elder, at=at)
    if asked is None:
        reading.record(request, [elder.person], ("name",))
        return render(request, "elders/copy.html", {"elder": elder, "not_asked": True, "at": at})
    if why := dossier.why_not(elder, request.user):  # type: ignore[arg-type]
        reading.record(request, [elder.person], ("name",))
        return render(request, "elders/copy.html", {"elder": elder, "reserved": why, "at": at})
    reading.record(request, [elder.person], ("whole file",), purpose=_("copy for the elder"))
    sections = [
        {"title": each.title, "labels": each.labels, "lines": each.lines()}
        for each in dossier.sections(elder, at=at)
    ]
    return render(
        request, "elders/copy.html", {"elder": elder, "sections": sections, "at": at, "asked": asked}
    )


@login_required
def copy_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole file for another purpose than the elder's own: only as an approved export, with its watermark."""
    elder = elder_of(request, pk)
    if not policies.may_copy_file(request.user, elder.community_id):  # type: ignore[arg-type]
        raise Http404
    _require_reader(request, elder)
    at = timezone.now()
    title = _("Whole file no. %(number)s") % {"number": elder.number_text}
    # What is on file may tell of abuse or of the wish to die (C5).
    whole = excel.Column(
        _("everything the station keeps about this person"), field_class=FieldClass.RESTRICTED
    )
    stamp = excel.check(title, [excel.Column(_("Name")), whole])
    content = copying.as_pdf(elder, dossier.sections(elder, at=at), at=at, stamp=stamp)
    reading.record(request, [elder.person], ("whole file",), purpose="pdf")
    audit.note(
        community=elder.community, verb="elders.file_copied", object_kind="elders.elder", object_id=elder.pk,
        by=request.user, at=at, facts={"export": stamp.number if stamp else None},  # type: ignore[arg-type]
    )  # fmt: skip
    return excel.attachment(content, f"{title}.pdf", "application/pdf")


def _require_reader(request: HttpRequest, elder: Elder) -> None:
    """The whole file only to whoever reads all of it. Raises NotAllowed with whom to ask."""
    why = dossier.why_not(elder, request.user)  # type: ignore[arg-type]
    accounts.require(not why, why)


def _job(elder: Elder, pk: int) -> Job:
    found: Job = get_object_or_404(
        Job.objects.filter(community=elder.community_id, kind=copying.COPY, params__elder=elder.pk), pk=pk
    )
    return found


@login_required
def copy_download(request: HttpRequest, pk: int, job: int, name: str) -> HttpResponse:
    """The PDF or the JSON of a finished copy; the download stands in the read log."""
    elder = elder_of(request, pk)
    if not policies.may_copy_file(request.user, elder.community_id) or name not in ("pdf", "json"):  # type: ignore[arg-type]
        raise Http404
    _require_reader(request, elder)
    document = copying.document_of(_job(elder, job), name)
    if document is None:
        raise Http404
    reading.record(request, [elder.person], ("whole file",), purpose=name)
    mime = {"pdf": "application/pdf", "json": "application/json"}[name]
    return excel.attachment(
        sealed_papers.content_of(document), f"{_('file')}-{elder.number_text}.{name}", mime
    )
