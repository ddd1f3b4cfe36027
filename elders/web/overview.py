"""The register as pictures, and the filters people keep."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from carenet.webkit import excel, once, refusals
from elders.actions import lists
from elders.models import SavedFilter
from elders.reports import overview as reports
from elders.web.access import staff_community


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Ages, colours by grid, coverage: each number leads to its list."""
    community = staff_community(request)
    found = reports.of(community, on=timezone.localdate())
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(_("Grid")), excel.Column(_("Elders")), excel.Column(_("Assessed")), excel.Column(_("Assessment in time")),
        ]  # fmt: skip
        return excel.xlsx_response(
            _("register-overview"),
            columns,
            ([each.name, each.total, each.assessed, each.current] for each in found.grids),
        )
    return render(
        request, "elders/overview.html",
        {
            "found": found,
            "pyramid_series": [(_("Women"), "2"), (_("Men"), "1"), (_("not stated"), "6")],
            "colour_series": [(_("Red"), "3"), (_("Yellow"), "2"), (_("Green"), "4"), (_("Grey"), "6")],
            "persons": pgettext("unit", "persons"),
        },
    )  # fmt: skip


@login_required
@require_POST
@once.once
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter of the list under a name."""
    community = staff_community(request)
    query = lists.cleaned(request.POST.get("query", ""))
    with refusals.refusals_told(request):
        lists.save(
            community=community, name=request.POST.get("name", ""), query=query, by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
        messages.success(request, _("The filter is kept."))
    return redirect(f"{reverse('elders:list')}?{query}")


@login_required
@require_POST
@once.once
def rename_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a kept filter another name; the list stays as it is."""
    staff_community(request)
    saved = get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    with refusals.refusals_told(request):
        lists.rename(saved=saved, name=request.POST.get("name", ""), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("The filter has its new name."))
    return redirect(f"{reverse('elders:list')}?{saved.query}")


@login_required
@require_POST
@once.once
def forget_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a kept filter away."""
    staff_community(request)
    saved = get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    lists.forget(saved=saved, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("The filter was thrown away."))
    return redirect("elders:list")
