"""What is due and overdue, and the suggestions that wait for a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from elders import policies
from elders.actions import triage
from elders.filters import DueFilter
from elders.models import Assessment, Elder, TriageResult
from elders.reports import intervals, lags, weather, words
from elders.reports.pending import awaiting
from elders.web.access import staff_community

SHOWN = ("name", "age", "colour", "address")


def _lists(elders: QuerySet[Any], at: Any, level_days: int) -> dict[str, tuple[str, QuerySet[Any]]]:
    on = timezone.localdate(at)
    return {
        "overdue": (
            _("Assessment overdue"),
            elders.overdue_for_assessment(on).order_by("assessment_due_on", "pk"),
        ),
        "soon": (
            _("Assessment due soon"),
            elders.active()
            .filter(assessment_due_on__range=(on, on + timedelta(days=30)))
            .order_by("assessment_due_on", "pk"),
        ),
        "archive": (_("Archive update"), elders.archive_due(on).order_by("archive_due_on", "pk")),
        "level": (
            _("Level a year old"),
            elders.active().filter(level_on__lte=on - timedelta(days=level_days)).order_by("level_on", "pk"),
        ),
        "silent": (_("Not heard from"), elders.silent(at).by_urgency()),
    }


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Tabs with counts; who is late longest stands first."""
    community = staff_community(request)
    at = timezone.now()
    on = timezone.localdate(at)
    everybody = Elder.objects.read_as_staff(request.user).of(community)  # type: ignore[arg-type]
    narrowed = DueFilter(request.GET, queryset=everybody, user=request.user, community=community)
    elders = narrowed.qs
    lists = _lists(elders, at, intervals.days_on(community.pk, on)["level"])
    decide = awaiting(elders.present())
    unsigned = Assessment.objects.filter(state="HALF", elder__in=elders.order_by())
    tab = request.GET.get("tab", "overdue")
    tab = tab if tab in {*lists, "decide", "sign"} else "overdue"
    kept = request.GET.copy()
    for name in ("tab", "page", "format"):
        kept.pop(name, None)
    more = f"&{kept.urlencode()}" if kept else ""
    tabs = [
        {"label": label, "url": f"?tab={key}{more}", "current": key == tab, "count": count}
        for key, label, count in (
            *((key, label, rows.order_by().count()) for key, (label, rows) in lists.items()),
            ("decide", _("Colour to confirm"), decide.count()),
            ("sign", _("Second signature"), unsigned.count()),
        )
    ]
    context: dict[str, Any] = {
        "tabs": tabs, "tab": tab, "at": at, "on": on, "filter_form": narrowed.form, "lag": lags.lag(elders, on),
        "warnings": weather.in_force(community, on=on),
    }  # fmt: skip
    if tab == "sign":
        rows = unsigned.select_related(
            "elder__person", "elder__building", "instrument", "assessor", "second_assessor"
        )
        if request.GET.get("format") == "xlsx":
            return _export_unsigned(request, rows.order_by("signed_at", "pk"), on)
        page = paging.page(request, rows.order_by("signed_at", "pk"), per_page=50)
        reading.record(request, [each.elder.person for each in page], SHOWN)
        return render(request, "elders/due.html", {**context, "page": page})
    if tab == "decide":
        rows = decide.select_related("elder__person", "elder__building").order_by("pk")
        restricted = policies.may_read_restricted(request.user, community.pk)
        if request.GET.get("format") == "xlsx":
            return _export_undecided(request, rows, on, restricted=restricted)
        page = paging.page(request, rows, per_page=50)
        reading.record(request, [each.elder.person for each in page], SHOWN)
        context |= {
            "page": page,
            "suggestions": [
                (each, words.badge(each.colour, each.subtier), words.because(each, restricted=restricted))
                for each in page
            ],
            "may_decide": policies.may_confirm_colour(request.user, community.pk),
        }
        return render(request, "elders/due.html", context)
    chosen = lists[tab][1].select_related("person", "building", "owner")
    if request.GET.get("format") == "xlsx":
        return _export(request, chosen, at)
    page = paging.page(request, chosen, per_page=50)
    reading.record(request, [each.person for each in page], SHOWN)
    return render(request, "elders/due.html", {**context, "page": page, "field": FIELD[tab]})


FIELD = {
    "overdue": "assessment", "soon": "assessment", "archive": "archive", "level": "assessment", "silent": "contact",
}  # fmt: skip


def _export(request: HttpRequest, rows: QuerySet[Any], at: Any) -> HttpResponse:
    on = timezone.localdate(at)
    chosen = list(rows[: excel.MOST_ROWS])
    reading.record(request, [each.person for each in chosen], SHOWN, purpose="xlsx")
    columns = [
        excel.Column(_("Archive number"), text=True), excel.Column(_("Name")), excel.personal(_("Age")),
        excel.sensitive(_("Colour")), excel.Column(_("Building")), excel.personal(_("Door"), text=True),
        excel.Column(_("Responsible worker")), excel.Column(_("Assessment due")), excel.Column(_("Archive update due")),
        excel.Column(_("Contact due")), excel.Column(_("Level of")),
    ]  # fmt: skip
    return excel.work_list(
        request,
        _("elders-due"),
        columns,
        (
            [
                each.number_text, each.person.name, each.age(on), words.short_colour(each.colour, each.subtier),
                each.building.name if each.building else "", each.door, str(each.owner or ""), each.assessment_due_on,
                each.archive_due_on, each.contact_due_at, each.level_on,
            ]
            for each in chosen
        ),
    )  # fmt: skip


def _person_columns() -> list[excel.Column]:
    return [
        excel.Column(_("Archive number"), text=True), excel.Column(_("Name")), excel.personal(_("Age")),
        excel.Column(_("Building")), excel.personal(_("Door"), text=True),
    ]  # fmt: skip


def _person_cells(elder: Elder, on: date) -> list[Any]:
    building = elder.building.name if elder.building else ""
    return [elder.number_text, elder.person.name, elder.age(on), building, elder.door]


def _export_undecided(
    request: HttpRequest, rows: QuerySet[Any], on: date, *, restricted: bool
) -> HttpResponse:
    """The suggestions that wait for a person, with their reasons in words."""
    chosen = list(rows[: excel.MOST_ROWS])
    reading.record(request, [each.elder.person for each in chosen], SHOWN, purpose="xlsx")
    columns = [
        *_person_columns(), excel.sensitive(_("Now")), excel.sensitive(_("Suggestion")),
        excel.sensitive(_("Why"), width=60),
    ]  # fmt: skip
    return excel.work_list(
        request,
        _("elders-due"),
        columns,
        (
            [
                *_person_cells(each.elder, on), words.short_colour(each.elder.colour, each.elder.subtier),
                words.short_colour(each.colour, each.subtier),
                " ".join(why.text for why in words.because(each, restricted=restricted)),
            ]
            for each in chosen
        ),
    )  # fmt: skip


def _export_unsigned(request: HttpRequest, rows: QuerySet[Any], on: date) -> HttpResponse:
    """The assessments that one assessor signed and another one has to sign."""
    chosen = list(rows[: excel.MOST_ROWS])
    reading.record(request, [each.elder.person for each in chosen], SHOWN, purpose="xlsx")
    columns = [
        *_person_columns(), excel.Column(_("Form")), excel.Column(_("First assessor")),
        excel.Column(_("Signed at")), excel.Column(_("Second assessor")),
    ]  # fmt: skip
    return excel.work_list(
        request,
        _("elders-due"),
        columns,
        (
            [
                *_person_cells(each.elder, on), str(each.instrument), str(each.assessor), each.signed_at,
                str(each.second_assessor or ""),
            ]
            for each in chosen
        ),
    )  # fmt: skip


@login_required
@require_POST
@once.once
def confirm_many(request: HttpRequest) -> HttpResponse:
    """Confirm the ticked suggestions as they are; those that would leave red stay."""
    community = staff_community(request)
    ticked = [int(each) for each in request.POST.getlist("result") if each.isdigit()]
    results = TriageResult.objects.of(community).filter(pk__in=ticked)
    with refusals.refusals_told(request):
        done = triage.confirm_many(results=results, by=request.user, at=timezone.now())
        messages.success(
            request,
            _("%(done)s colours confirmed; %(left)s left for a decision of their own.")
            % {"done": len(done), "left": len(ticked) - len(done)},
        )
    return redirect(f"{request.path.removesuffix('confirm/')}?tab=decide")
