"""Health home 健康管理之家: follow-ups of readings, who is to be measured, plans to look at, the newest readings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.audit import reading
from carenet.parties.models import Community
from carenet.webkit import excel, once, paging, refusals
from elders import policies
from elders.actions import contacts
from elders.models import Concern, Elder
from elders.reports import carrying, limits
from elders.reports import health as reports
from elders.web.access import staff_community
from elders.web.health_forms import HandleForm

SHOWN = ("name", "age", "address", "health")


def health_community(request: HttpRequest) -> Community:
    """The active community, in which the user may read health. Raises Http404."""
    community = staff_community(request)
    if not policies.may_read_health(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Tabs with counts; what waits longest stands first."""
    community = health_community(request)
    at = timezone.now()
    on = timezone.localdate(at)
    elders = Elder.objects.read_as_staff(request.user).of(community).active()  # type: ignore[arg-type]
    lists: dict[str, tuple[str, Any]] = {
        "past": (_("Past a limit"), reports.past_limit(elders)),
        "measure": (_("To be measured"), reports.to_measure(elders, at=at)),
        "plans": (_("Plans to look at"), reports.plans_due(elders, on=on)),
        "alone": (_("Nobody carries it out"), reports.plans_alone(elders)),
        "new": (_("Newest readings"), reports.newest_readings(community, at=at).filter(elder__in=elders)),
    }
    tab = request.GET.get("tab", "past")
    tab = tab if tab in lists else "past"
    rows = lists[tab][1]
    if tab == "measure":
        rows = rows.select_related("person", "building", "owner")
    if request.GET.get("format") == "xlsx":
        return _export(request, tab, lists[tab][0], rows)
    page = paging.page(request, rows, per_page=50)
    reading.record(request, [_elder(each).person for each in page], SHOWN)
    tabs = [
        {"label": label, "url": f"?tab={key}", "current": key == tab, "count": found.order_by().count()}
        for key, (label, found) in lists.items()
    ]
    carried = carrying.of(page.items, request.user, on=on) if tab in {"plans", "alone"} else []  # type: ignore[arg-type]
    return render(
        request, "elders/health.html",
        {"limits": limits.confirmed(community.pk, limits.of_station(community.pk, on=on)), "tabs": tabs, "tab": tab, "page": page, "carried": carried, "at": at, "on": on},
    )  # fmt: skip


def _elder(row: Any) -> Elder:
    return row if isinstance(row, Elder) else row.elder


def _export(request: HttpRequest, tab: str, title: str, rows: Any) -> HttpResponse:
    columns = [
        excel.Column(_("Archive number"), text=True), excel.Column(_("Name")), excel.Column(_("Building")),
        excel.personal(_("Door"), text=True), excel.Column(_("When")), excel.sensitive(pgettext("measured value", "What")),
    ]  # fmt: skip
    if tab != "measure":
        # Whoever stands in these lists has a reading or a plan: already the name tells of health.
        columns[1] = excel.sensitive(_("Name"))
        excel.check(title, columns, rows.order_by().count)
    chosen = list(rows[: excel.MOST_ROWS])
    reading.record(request, [_elder(each).person for each in chosen], SHOWN, purpose="xlsx")
    facts = {
        "past": lambda each: (each.raised_at, each.words),
        "measure": lambda each: (each.last_measured_at, ""),
        "plans": lambda each: (each.review_on, each.words),
        "alone": lambda each: (each.review_on, each.words),
        "new": lambda each: (each.taken_at, f"{each.get_kind_display()} {each.text}"),
    }[tab]
    lines = (
        [
            elder.number_text,
            elder.person.name,
            elder.building.name if elder.building else "",
            elder.door,
            *facts(each),
        ]
        for each in chosen
        for elder in (_elder(each),)
    )
    if tab != "measure":
        return excel.xlsx_response(title, columns, lines)
    return excel.work_list(request, _("health-home"), columns, lines)


@login_required
@once.once
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked after a reading past its limit; what was done is written down."""
    community = health_community(request)
    rows = (
        Concern.objects.of(community)
        .filter(kind="HEALTH_LIMIT")
        .select_related("elder__person", "elder__building")
    )
    concern = get_object_or_404(rows, pk=pk)
    form = HandleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            contacts.handle_concern(concern=concern, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("Written down. Thank you for looking after it."))
            return redirect(reverse("elders:health"))
    reading.record(request, [concern.elder.person], SHOWN)
    return refusals.form_page(
        request, "elders/health_handle.html", form, {"concern": concern, "elder": concern.elder}
    )
