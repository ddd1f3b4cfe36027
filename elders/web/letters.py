"""The monthly letters: one elder's to read and print, and the whole community's in one run."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carenet.audit import reading
from carenet.jobs.models import Job
from carenet.kernel import months
from carenet.webkit import once, paging, refusals
from carenet.webkit.forms import MonthField, StationForm
from elders import policies
from elders.actions import letters
from elders.models import Letter
from elders.reports import letters as reports
from elders.web.access import elder_of
from elders.web.health import health_community

SHOWN = ("name", "address", "health")


class LettersForm(StationForm):
    month = MonthField(label=gettext_lazy("Month"))


@login_required
@once.once
def run(request: HttpRequest) -> HttpResponse:
    """Letters for everybody in care: choose the month, follow the bar, print one PDF."""
    community = health_community(request)
    last = months.previous_month(timezone.localdate())
    form = LettersForm(request.POST if request.method == "POST" else None, initial={"month": last})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            job = letters.write_all(
                community=community, of_month=form.cleaned_data["month"], by=request.user, at=timezone.now()  # type: ignore[arg-type]
            )  # fmt: skip
            return redirect("jobs:job", pk=job.pk)
    runs = Job.objects.filter(community=community, kind=letters.JOB).select_related("by").order_by("-pk")
    page = paging.page(request, runs, per_page=20)
    rows = [(each, date.fromisoformat(each.params["month"]), letters.paper_url(each)) for each in page]
    context = {"page": page, "rows": rows, "people": letters.readers(community).count()}
    return refusals.form_page(request, "elders/letters.html", form, context)


@login_required
@once.once
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One elder's letter as a page in large type; POST freezes it as a PDF."""
    elder = elder_of(request, pk)
    if not policies.may_write_letters(request.user, elder.community_id):  # type: ignore[arg-type]
        raise Http404
    at = timezone.now()
    form = LettersForm({"month": request.POST.get("month") or request.GET.get("month") or f"{months.previous_month(timezone.localdate(at)):%Y-%m}"})  # fmt: skip
    chosen = form.cleaned_data["month"] if form.is_valid() else months.previous_month(timezone.localdate(at))
    if request.method == "POST":
        with refusals.refusals_told(request):
            written = letters.write(elder=elder, of_month=chosen, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("The letter is kept as a PDF."))
            return redirect(written.document.get_absolute_url())
        return redirect("elders:letter", pk=elder.pk)
    words: dict[str, Any] | None = None
    for _elder, found in reports.build([elder], community=elder.community, of_month=chosen, at=at):
        words = found
    reading.record(request, [elder.person], SHOWN)
    kept = Letter.objects.filter(elder=elder).select_related("document").order_by("-month", "-pk")[:12]
    return render(
        request, "elders/letter.html", {"elder": elder, "letter": words, "month": chosen, "form": form, "kept": kept}
    )  # fmt: skip
