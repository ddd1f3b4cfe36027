"""The import wizard: template, upload, check, result, enter, undo; and the way out in the same columns.

One set of pages for the four kinds of sheets. Source: ux.md §6.10.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from carenet.audit import actions as audit
from carenet.audit import reading
from carenet.jobs.models import Job
from carenet.kernel.errors import DomainError
from carenet.parties.models import Community, Person
from carenet.webkit import excel, once, paging, refusals
from elders.actions import fault_words, import_kinds, sheets
from elders.actions import importing as actions
from elders.actions.import_kinds import KINDS, ImportKind
from elders.actions.import_rows import SHOWN_FIRST
from elders.models import Elder, ImportFault
from elders.rules import sheet
from elders.web import import_forms as forms
from elders.web.access import staff_community

RECENT = 5
DAYS_OUT = 90


def _importer(request: HttpRequest, kind: str) -> tuple[Community, ImportKind]:
    community = staff_community(request)
    chosen = KINDS.get(kind)
    if chosen is None or not chosen.may(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community, chosen


def _mine(request: HttpRequest, community: Community) -> list[ImportKind]:
    """The kinds this user may bring."""
    return [each for each in KINDS.values() if each.may(request.user, community.pk)]  # type: ignore[arg-type]


def _job(request: HttpRequest, pk: int) -> tuple[Job, ImportKind]:
    community = staff_community(request)
    found: Job = get_object_or_404(
        Job.objects.filter(community=community, kind__in=list(import_kinds.BY_JOB)).select_related("by"),
        pk=pk,
    )
    _community, kind = _importer(request, import_kinds.of(found).code)
    return found, kind


@login_required
@once.once
def upload(request: HttpRequest, kind: str = "register") -> HttpResponse:
    """Step 1 and 2: get the template (or what is on file), choose the file."""
    community, chosen = _importer(request, kind)
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals.refusals_on(form):
            job = actions.upload(
                community=community, content=file.read(), name=file.name, kind=kind, by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            return redirect("elders:import-result", pk=job.pk)
    return _wizard(request, community, chosen, form, _export_form(chosen))


def _export_form(kind: ImportKind, data: Any = None) -> forms.ExportForm:
    today = timezone.localdate()
    return forms.ExportForm(
        data, has_days=kind.has_days, initial={"since": today - timedelta(days=DAYS_OUT), "until": today}
    )


def _wizard(
    request: HttpRequest, community: Community, kind: ImportKind, form: Any, export_form: Any
) -> HttpResponse:
    recent = (
        Job.objects.filter(community=community, kind=kind.enter_job)
        .select_related("by")
        .order_by("-pk")[:RECENT]
    )
    mine = _mine(request, community)
    wrong = export_form if export_form.is_bound else form
    return refusals.form_page(
        request, "elders/import.html", wrong,
        {
            "kind": kind, "upload_form": form, "export_form": export_form, "recent": recent, "steps": _steps(0),
            "tabs": [{"label": each.label, "url": _start_of(each), "current": each is kind} for each in mine],
        },
    )  # fmt: skip


def _start_of(kind: ImportKind) -> str:
    return (
        reverse("elders:import") if kind.code == "register" else reverse("elders:import-of", args=[kind.code])
    )


def _steps(current: int) -> list[dict[str, str]]:
    labels = [_("Choose the file"), _("Check"), _("Result"), _("Done")]
    return [
        {"label": label, "state": "done" if index < current else "current" if index == current else "todo"}
        for index, label in enumerate(labels)
    ]


@login_required
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty workbook, in the reader's language."""
    community, chosen = _importer(request, kind)
    name = f"{_('elders-template')}-{chosen.label}.xlsx"
    return excel.attachment(sheets.template(community, chosen), name, excel.XLSX)


@login_required
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """What is on file in the columns of the sheet, once it is approved; everybody in it stands in the read log."""
    community, chosen = _importer(request, kind)
    if chosen.export is None:
        raise Http404
    form = _export_form(chosen, request.GET)
    at = timezone.now()
    if form.is_valid():
        data = form.cleaned_data
        try:
            rows, _people = actions.export(
                kind=kind, community=community, purpose=getattr(request, "read_purpose", "") or data["purpose"], since=data["since"], until=data["until"],
                by=request.user, at=at, url=request.path,  # type: ignore[arg-type]
            )  # fmt: skip
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            days = f" {data['since']}–{data['until']}" if chosen.has_days else ""
            columns = [excel.Column(_heading(each), field_class=each.field_class) for each in chosen.columns]
            # What the lines above wrote about this look is undone when the file still wants its approval.
            stamp = excel.check(f"{chosen.label}{days}", columns, lambda: len(rows))
            name = f"{chosen.label}-{timezone.localdate(at):%Y%m%d}.xlsx"
            return excel.attachment(sheets.filled(community, chosen, rows, stamp), name, excel.XLSX)
    return _wizard(request, community, chosen, forms.ImportForm(), form)


@login_required
def past(request: HttpRequest) -> HttpResponse:
    """Every import of this community: when, who, what, how much, taken back by whom."""
    community = staff_community(request)
    mine = _mine(request, community)
    if not mine:
        raise Http404
    jobs = (
        Job.objects.filter(community=community, kind__in=[each.enter_job for each in mine])
        .select_related("by", "undone_by")
        .order_by("-pk")
    )
    if request.GET.get("format") == "xlsx":
        return _past_sheet(jobs[: excel.MOST_ROWS])
    page = paging.page(request, jobs, per_page=50)
    lines = [{"job": each, "kind": import_kinds.of(each)} for each in page]
    return render(
        request, "elders/import_past.html", {"page": page, "lines": lines, "back": _start_of(mine[0])}
    )


def _past_sheet(jobs: Any) -> HttpResponse:
    columns = [
        excel.Column(_("When")), excel.Column(_("Who")), excel.Column(_("Kind of sheet")), excel.Column(_("File")),
        excel.Column(_("New")), excel.Column(_("Changed")), excel.Column(_("State")), excel.Column(_("Taken back by")),
        excel.Column(_("Taken back at")),
    ]  # fmt: skip
    rows = (
        [
            each.created_at, str(each.by), str(import_kinds.of(each).label), each.params.get("name", ""),
            each.result.get("new", each.result.get("good", 0)), each.result.get("changed", 0),
            each.get_state_display(), str(each.undone_by or ""), each.undone_at,
        ]
        for each in jobs
    )  # fmt: skip
    return excel.xlsx_response(_("imports"), columns, rows)


@login_required
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3 (what was found) or step 4 (what was entered); while it runs, the bar."""
    job, kind = _job(request, pk)
    is_check = job.kind == kind.check_job
    context: dict[str, Any] = {
        "job": job, "kind": kind, "is_check": is_check, "start": _start_of(kind), "at": timezone.now(),
    }  # fmt: skip
    if job.is_open:
        if request.headers.get("HX-Request"):
            return render(request, "elders/import_result.html#running", context)
        return render(
            request, "elders/import_result.html", {**context, "steps": _steps(1 if is_check else 2)}
        )
    if request.headers.get("HX-Request"):
        response = HttpResponse()
        response["HX-Redirect"] = request.path
        return response
    context["steps"] = _steps(2 if is_check else 4)
    if not is_check:
        context["may_undo"] = job.may_be_undone(timezone.now())
        context["checked"] = Job.objects.filter(pk=job.params.get("check"), kind=kind.check_job).first()
    elif job.state == "DONE":
        context |= _found(request, job, kind)
    return render(request, "elders/import_result.html", context)


def _found(request: HttpRequest, job: Job, kind: ImportKind) -> dict[str, Any]:
    """What the check found: faults and questions by row, and the first rows as they were read."""
    faults = ImportFault.objects.filter(job=job).order_by("is_warning", "row", "pk")
    page = paging.page(request, faults, per_page=100)
    _record(request, page, kind)
    shown = [_shown(each, kind) for each in page]
    return {
        "page": page,
        "faults": [each for each in shown if not each["is_warning"]],
        "questions": [each for each in shown if each["is_warning"]],
        **({} if job.params.get("cancelled") else _first(job, kind)),
        "entered": Job.objects.filter(kind=kind.enter_job, params__check=job.pk)
        .exclude(state="FAILED")
        .order_by("-pk")
        .first(),
        "is_cancelled": bool(job.params.get("cancelled")),
        "tick_form": forms.LookedAtForm(),
    }


def _record(request: HttpRequest, page: Page[ImportFault] | Any, kind: ImportKind) -> None:
    """A question may say what is on file of somebody: that is a look."""
    people = {each.facts["person"] for each in page if "person" in each.facts}
    elders = {each.facts["elder"] for each in page if "elder" in each.facts}
    shown = [*Person.objects.filter(pk__in=people)] if people else []
    if elders:
        shown += [each.person for each in Elder.objects.filter(pk__in=elders).select_related("person")]
    reading.record(request, shown, kind.fields)


def _heading(column: sheet.SheetColumn) -> str:
    return column.zh if (translation.get_language() or "").startswith("zh") else column.en


def _first(job: Job, kind: ImportKind) -> dict[str, Any]:
    """The first rows of the file as they were understood, without empty columns; numbers of people stay masked."""
    labels = {
        "NEW": pgettext("import", "new"),
        "CHANGED": _("will change"),
        "SAME": _("no change"),
        "ASKED": _("to be looked at"),
    }
    tones = {"NEW": "good", "CHANGED": "info", "SAME": "neutral", "ASKED": "warn"}
    states = job.result.get("states", {})
    found: list[dict[str, Any]] = []
    used: set[str | None] = set()
    for row in islice(excel.read_table(actions.content_of(job)), SHOWN_FIRST):
        values = {sheet.key_of(heading, kind.columns): text for heading, text in row.values.items()}
        if values.get("name", "").startswith(sheet.EXAMPLE_MARK):
            continue
        used |= {key for key, text in values.items() if text}
        state = states.get(str(row.number), "")
        found.append(
            {
                "number": row.number,
                "values": values,
                "label": labels.get(state, _("to be mended")),
                "tone": tones.get(state, "bad"),
            }
        )
    columns = [each for each in kind.columns if each.key in used]
    for line in found:
        values = line.pop("values")
        line["cells"] = [sheet.masked(each.key, values.get(each.key, "")) for each in columns]
    return {"first": found, "headings": [_heading(each) for each in columns]}


def _shown(fault: ImportFault, kind: ImportKind) -> dict[str, Any]:
    column = next((each for each in kind.columns if each.key == fault.column), None)
    return {
        "row": fault.row,
        "column": column.zh if column else fault.column,
        "value": fault.value,
        "is_warning": fault.is_warning,
        "sentence": fault_words.sentence(fault.code, fault.value, fault.facts),
    }


@login_required
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The faulty rows with their cells marked, to be mended and imported again. The download is noted."""
    job, kind = _job(request, pk)
    if job.kind != kind.check_job or job.state != "DONE":
        raise Http404
    if job.by_id != request.user.pk:
        # Who brought the file has its rows already; for everybody else it is personal data that leaves the station.
        columns = [excel.Column(_heading(each), field_class=each.field_class) for each in kind.columns]
        excel.check(_("rows-to-mend"), columns)
    rows = list(excel.read_table(actions.content_of(job)))
    checked = kind.check(rows, community=job.community, at=timezone.now())
    # As they were found: rows that were entered meanwhile are on file now, and no fault of the file.
    wrong = set(ImportFault.objects.filter(job=job, is_warning=False).values_list("row", flat=True))
    audit.note(
        community=job.community, verb="elders.exported", object_kind="jobs.job", object_id=job.pk, by=request.user,
        at=timezone.now(), facts={"rows": len(wrong), "what": "faulty rows"},
    )  # fmt: skip
    name = f"{_('rows-to-mend')}-{job.pk}.xlsx"
    faults = [each for each in checked.faults if each.row in wrong]
    return excel.attachment(sheets.error_workbook(rows, faults, kind.columns), name, excel.XLSX)


@login_required
@require_POST
@once.once
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the good rows only; those with a question when it was ticked that somebody looked."""
    job, _kind = _job(request, pk)
    is_looked_at = request.POST.get("looked_at") == "on"
    if job.result.get("asked") and not job.result.get("good") and not is_looked_at:
        messages.error(
            request, _("Every row has a question. Please look at them and tick that they are right.")
        )
        return redirect("elders:import-result", pk=job.pk)
    with refusals.refusals_told(request):
        started = actions.enter(check_job=job, is_looked_at=is_looked_at, by=request.user, at=timezone.now())
        return redirect("elders:import-result", pk=started.pk)
    return redirect("elders:import-result", pk=job.pk)


@login_required
@require_POST
@once.once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Check job: forget the file. Import job: take everything back."""
    job, kind = _job(request, pk)
    at = timezone.now()
    with refusals.refusals_told(request):
        if job.kind == kind.check_job:
            actions.cancel(check_job=job, by=request.user, at=at)
            messages.success(request, _("Nothing was imported."))
            return redirect(_start_of(kind))
        from carenet.jobs import actions as jobs

        jobs.undo(job_id=job.pk, by=request.user, at=at)
        messages.success(request, _("The import was taken back."))
    return redirect("elders:import-result", pk=job.pk)
