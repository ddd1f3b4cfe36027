"""The import wizard: template, upload, check, result, enter, undo. Source: ux.md §6.10."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import actions as audit
from carenet.jobs.models import Job
from carenet.parties.models import Community
from carenet.webkit import excel, once, paging, refusals
from elders import policies
from elders.actions import fault_words, import_check, sheets
from elders.actions import importing as actions
from elders.models import ImportFault
from elders.rules import sheet
from elders.web import forms
from elders.web.access import staff_community


def _importer(request: HttpRequest) -> Community:
    community = staff_community(request)
    if not policies.may_import(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


def _job(request: HttpRequest, pk: int) -> Job:
    community = _importer(request)
    found: Job = get_object_or_404(
        Job.objects.filter(community=community, kind__in=[actions.CHECK, actions.ENTER]), pk=pk
    )
    return found


@login_required
@once.once
def upload(request: HttpRequest) -> HttpResponse:
    """Step 1 and 2: get the template, choose the file."""
    community = _importer(request)
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["file"]
        with refusals.refusals_on(form):
            job = actions.upload(
                community=community,
                content=chosen.read(),
                name=chosen.name,
                by=request.user,
                at=timezone.now(),
            )
            return redirect("elders:import-result", pk=job.pk)
    recent = (
        Job.objects.filter(community=community, kind=actions.ENTER).select_related("by").order_by("-pk")[:5]
    )
    return refusals.form_page(request, "elders/import.html", form, {"recent": recent, "steps": _steps(0)})


def _steps(current: int) -> list[dict[str, str]]:
    labels = [_("Choose the file"), _("Check"), _("Result"), _("Done")]
    return [
        {"label": label, "state": "done" if index < current else "current" if index == current else "todo"}
        for index, label in enumerate(labels)
    ]


@login_required
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook, in the reader's language."""
    community = _importer(request)
    return excel.attachment(sheets.template(community), f"{_('elders-template')}.xlsx", excel.XLSX)


@login_required
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3 (what was found) or step 4 (what was entered); while it runs, the bar."""
    job = _job(request, pk)
    if job.is_open:
        if request.headers.get("HX-Request"):
            return render(request, "elders/import_result.html#running", {"job": job})
        return render(
            request,
            "elders/import_result.html",
            {"job": job, "steps": _steps(1 if job.kind == actions.CHECK else 2)},
        )
    if request.headers.get("HX-Request"):
        response = HttpResponse()
        response["HX-Redirect"] = request.path
        return response
    context: dict[str, Any] = {
        "job": job,
        "steps": _steps(2 if job.kind == actions.CHECK else 4),
        "at": timezone.now(),
    }
    if job.kind == actions.CHECK:
        faults = ImportFault.objects.filter(job=job).order_by("row", "pk")
        page = paging.page(request, faults, per_page=100)
        context |= {
            "page": page,
            "faults": [_shown(each) for each in page],
            "entered": Job.objects.filter(kind=actions.ENTER, params__check=job.pk)
            .exclude(state="FAILED")
            .order_by("-pk")
            .first(),
            "is_cancelled": bool(job.params.get("cancelled")),
        }
    else:
        context["may_undo"] = job.may_be_undone(timezone.now())
    return render(request, "elders/import_result.html", context)


def _shown(fault: ImportFault) -> dict[str, Any]:
    column = sheet.BY_KEY.get(fault.column)
    return {
        "row": fault.row,
        "column": column.zh if column else fault.column,
        "value": fault.value,
        "sentence": fault_words.sentence(fault.code, fault.value, fault.facts),
    }


@login_required
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The faulty rows with their cells marked, to be mended and imported again. The download is noted."""
    job = _job(request, pk)
    if job.kind != actions.CHECK or job.is_open:
        raise Http404
    rows = list(excel.read_table(actions.content_of(job)))
    checked = import_check.check(rows, community=job.community, on=timezone.localdate())
    audit.note(
        community=job.community, verb="elders.exported", object_kind="jobs.job", object_id=job.pk, by=request.user,
        at=timezone.now(), facts={"rows": checked.faulty_rows, "what": "faulty rows"},
    )  # fmt: skip
    name = f"{_('rows-to-mend')}-{job.pk}.xlsx"
    return excel.attachment(sheets.error_workbook(rows, checked.faults), name, excel.XLSX)


@login_required
@require_POST
@once.once
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the good rows only."""
    job = _job(request, pk)
    with refusals.refusals_told(request):
        started = actions.enter(check_job=job, by=request.user, at=timezone.now())
        return redirect("elders:import-result", pk=started.pk)
    return redirect("elders:import-result", pk=job.pk)


@login_required
@require_POST
@once.once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Check job: forget the file. Import job: take everything back."""
    job = _job(request, pk)
    at = timezone.now()
    with refusals.refusals_told(request):
        if job.kind == actions.CHECK:
            actions.cancel(check_job=job, by=request.user, at=at)
            messages.success(request, _("Nothing was imported."))
            return redirect("elders:import")
        from carenet.jobs import actions as jobs

        jobs.undo(job_id=job.pk, by=request.user, at=at)
        messages.success(request, _("The import was taken back."))
        return redirect(reverse("elders:list"))
    return redirect("elders:import-result", pk=job.pk)
