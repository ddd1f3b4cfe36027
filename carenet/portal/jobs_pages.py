"""Background jobs: how far they are, what came of them. Here, because `jobs` stands below `webkit`."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.jobs import actions as jobs
from carenet.jobs import registry
from carenet.jobs.models import Job
from carenet.webkit import once, paging, refusals


@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    """The reader's jobs, the newest first."""
    found = Job.objects.visible_to(request.user).select_related("by")
    page = paging.page(request, found, per_page=30)
    for each in page.items:
        each.label = registry.label_of(each.kind)
    return render(request, "jobs/list.html", {"page": page})


def _context(job: Job) -> dict[str, object]:
    now = timezone.now()
    url = ""
    try:
        kind = registry.find(job.kind)
        url = kind.result_url(job) if kind.result_url is not None and job.state == "DONE" else ""
    except registry.UnknownKind:
        pass
    return {
        "job": job,
        "label": registry.label_of(job.kind),
        "may_undo": job.may_be_undone(now),
        "lines": job.result.get("lines", []) if isinstance(job.result, dict) else [],
        "result_url": url,
    }


@login_required
@once.once
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job; its POST takes it back."""
    found = get_object_or_404(Job.objects.visible_to(request.user).select_related("by", "undone_by"), pk=pk)
    if request.method == "POST":
        if found.by_id != request.user.pk:
            raise Http404
        with refusals.refusals_told(request):
            jobs.undo(job_id=found.pk, by=request.user, at=timezone.now())
            messages.success(request, _("Everything this job did is taken back."))
        return redirect("jobs:job", pk=pk)
    return render(request, "jobs/job.html", _context(found))


@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar, asked again every two seconds; when the job has ended, the page is drawn anew."""
    found = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    response = render(request, "jobs/progress.html", _context(found))
    if not found.is_open:
        response["HX-Refresh"] = "true"
    return response


urlpatterns = [
    path("jobs/", job_list, name="jobs"),
    path("jobs/<int:pk>/", job, name="job"),
    path("jobs/<int:pk>/progress/", progress, name="progress"),
]
