"""Service days: make a list, type it in with the keyboard alone; each row is a form of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from elders.actions import rounds
from elders.models import Elder, Measurement, MeasuringRound, RoundLine
from elders.reports import health as reports
from elders.rules import health as rules
from elders.states_health import MeasureKind, unit_words
from elders.web.health import health_community
from elders.web.health_forms import RoundForm, people_found

SHOWN = ("name", "address", "health")


def _elders(request: HttpRequest, community: Any) -> Any:
    return Elder.objects.read_as_staff(request.user).of(community).active()  # type: ignore[arg-type]


@login_required
@once.once
def listing(request: HttpRequest) -> HttpResponse:
    """The lists so far, and a new one."""
    community = health_community(request)
    at = timezone.now()
    form = RoundForm(
        request.POST if request.method == "POST" else None, community=community,
        initial={"on": timezone.localdate(at), "kinds": ["BP", "HEART_RATE"], "who": "due"},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = form.narrowed(_elders(request, community))
        if data["who"] == "due":
            chosen = reports.to_measure(chosen, at=at)
        people = (
            list(chosen.order_by("building__path", "door", "pk")[: rounds.MOST + 1]) if data["who"] else []
        )
        with refusals.refusals_on(form):
            row = rounds.open_round(
                community=community, on=data["on"], kinds=data["kinds"], place=data["place"], elders=people,
                by=request.user, at=at,  # type: ignore[arg-type]
            )  # fmt: skip
            return redirect("elders:round", pk=row.pk)
    page = paging.page(
        request,
        MeasuringRound.objects.of(community).select_related("place", "made_by").order_by("-on", "-pk"),
        per_page=20,
    )
    return refusals.form_page(request, "elders/health_rounds.html", form, {"page": page})


def _round(request: HttpRequest, pk: int) -> MeasuringRound:
    found: MeasuringRound = get_object_or_404(
        MeasuringRound.objects.of(health_community(request)).select_related("place", "community"), pk=pk
    )
    return found


def _fields(line: RoundLine, kinds: list[str], saved: dict[str, Measurement]) -> list[dict[str, Any]]:
    """What stands in one row: a saved number, or inputs with the draft and its fault."""
    found = []
    for kind in kinds:
        measure = rules.MEASURES[kind]
        draft = line.typed.get(kind, {})
        values = [*draft.get("values", []), "", ""]
        label = str(MeasureKind(kind).label)
        inputs = [{"name": kind, "value": values[0], "label": label}]
        if measure.has_second:
            inputs = [
                {"name": kind, "value": values[0], "label": _("systolic")},
                {"name": f"{kind}2", "value": values[1], "label": _("diastolic")},
            ]
        found.append(
            {
                "kind": kind, "label": label, "unit": unit_words(kind), "saved": saved.get(kind), "inputs": inputs,
                "message": draft.get("message", ""), "asks": draft.get("code") == "unusual_value",
                "is_named": draft.get("code") == "impossible_value",
            }
        )  # fmt: skip
    return found


def _rows(row: MeasuringRound) -> list[dict[str, Any]]:
    """The line with what was saved and what is still typed; two queries whatever its length."""
    lines = list(
        RoundLine.objects.filter(round=row, removed_at__isnull=True)
        .select_related("elder__person", "elder__building", "round")
        .order_by("position")
    )
    keys = [f"round:{line.pk}:{kind}" for line in lines for kind in row.kinds]
    saved: dict[int, dict[str, Measurement]] = {}
    for each in Measurement.objects.filter(community_id=row.community_id, source_key__in=keys).select_related(
        "reversed_by"
    ):
        saved.setdefault(int(each.source_key.split(":")[1]), {})[each.kind] = each
    return [
        {
            "line": line, "elder": line.elder, "fields": (fields := _fields(line, row.kinds, saved.get(line.pk, {}))),
            "is_open": any(each["saved"] is None for each in fields), "asks": any(each["asks"] for each in fields),
            "faults": [each for each in fields if each["message"]],
        }
        for line in lines
    ]  # fmt: skip


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The line: type, Enter, the next person. Without JavaScript each Enter saves one row and goes on."""
    row = _round(request, pk)
    rows = _rows(row)
    reading.record(request, [each["elder"].person for each in rows], SHOWN)
    if request.GET.get("format") == "xlsx":
        return _export(request, row, rows)
    here = request.GET.get("at", "")
    current = next((each["line"].pk for each in rows if str(each["line"].pk) == here), None)
    if current is None:
        current = next((each["line"].pk for each in rows if each["is_open"]), None)
    query = request.GET.get("q", "")
    found = people_found(_elders(request, row.community), query)
    return render(
        request, "elders/health_round.html",
        {
            "round": row, "rows": rows, "current": current, "query": query, "found": found,
            "done": sum(1 for each in rows if each["line"].saved_at), "total": len(rows),
        },
    )  # fmt: skip


def _export(request: HttpRequest, row: MeasuringRound, rows: list[dict[str, Any]]) -> HttpResponse:
    columns = [
        excel.Column(_("Place in the line")), excel.Column(_("Archive number"), text=True), excel.Column(_("Name")),
        excel.Column(_("Building")), excel.personal(_("Door"), text=True),
        *(excel.sensitive(str(MeasureKind(kind).label), text=True) for kind in row.kinds),
    ]  # fmt: skip
    lines = (
        [
            each["line"].position, each["elder"].number_text, each["elder"].person.name,
            each["elder"].building.name if each["elder"].building else "", each["elder"].door,
            *(field["saved"].text if field["saved"] else "" for field in each["fields"]),
        ]
        for each in rows
    )  # fmt: skip
    return excel.work_list(request, _("service-day"), columns, lines)


def _next(row: MeasuringRound, line: RoundLine) -> str:
    """The address of the next open row. Without a fragment: that would take the cursor away from the field."""
    lines = RoundLine.objects.filter(round=row, removed_at__isnull=True, position__gt=line.position)
    following = lines.filter(saved_at__isnull=True).order_by("position").first()
    target = following.pk if following else line.pk
    return f"{reverse('elders:round', args=[row.pk])}?at={target}"


@login_required
@require_POST
@once.once
def save(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Save one row. What is faulty or unusual stays in the row as a draft, and the page says why."""
    row = _round(request, pk)
    chosen = get_object_or_404(RoundLine.objects.filter(round=row), pk=line)
    values = {
        kind: [request.POST.get(kind, "")]
        + ([request.POST.get(f"{kind}2", "")] if rules.MEASURES[kind].has_second else [])
        for kind in row.kinds
    }
    here = f"{reverse('elders:round', args=[row.pk])}?at={chosen.pk}"
    with refusals.refusals_told(request):
        outcomes = rounds.save_line(
            line=chosen, values=values, confirmed=request.POST.get("confirmed") == "yes", by=request.user, at=timezone.now()  # type: ignore[arg-type]
        )  # fmt: skip
        if any(each.past for each in outcomes):
            messages.warning(
                request,
                _("%(name)s: a number has reached its limit; a follow-up was opened.")
                % {"name": chosen.elder},
            )
        return redirect(here if any(each.refusal for each in outcomes) else _next(row, chosen))
    return redirect(here)


@login_required
@require_POST
@once.once
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody to the line, or take somebody off it."""
    row = _round(request, pk)
    at = timezone.now()
    with refusals.refusals_told(request):
        if request.POST.get("remove", "").isdigit():
            gone = get_object_or_404(RoundLine.objects.filter(round=row), pk=int(request.POST["remove"]))
            rounds.remove(line=gone, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("Taken off the list. Add the person again to bring the row back."))
        else:
            ids = [int(each) for each in request.POST.getlist("elder") if each.isdigit()]
            people = list(_elders(request, row.community).filter(pk__in=ids))
            rounds.add(round=row, elders=people, by=request.user, at=at)  # type: ignore[arg-type]
            added = RoundLine.objects.filter(round=row, elder__in=people).order_by("-position").first()
            if added is not None:
                return redirect(f"{reverse('elders:round', args=[row.pk])}?at={added.pk}")
    return redirect("elders:round", pk=row.pk)
