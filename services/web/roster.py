"""Group entry: one list of delivered services, many people."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.audit import reading
from carenet.parties.models import Area, ServiceKind
from carenet.webkit import once, paging, refusals
from elders.models import Elder
from services import policies
from services.actions import intake, roster
from services.models import Helper, RosterSheet
from services.web import forms

MOST_PEOPLE = 2000


def _community(request: HttpRequest) -> Any:
    community = getattr(request, "community", None)
    if community is None or not policies.may_keep_roster(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


@login_required
def sheets(request: HttpRequest) -> HttpResponse:
    """The lists that were entered."""
    community = _community(request)
    page = paging.page(
        request, RosterSheet.objects.of(community).select_related("kind", "by").order_by("-pk")
    )
    return render(request, "services/rosters.html", {"page": page})


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its people; prints as the list for the file."""
    community = _community(request)
    row = get_object_or_404(RosterSheet.objects.of(community).select_related("kind", "by"), pk=pk)
    page = paging.page(
        request,
        row.requests.select_related(
            "elder__person", "elder__building", "helper__person", "settlement"
        ).order_by("pk"),
        per_page=100,
    )
    reading.record(request, [each.elder.person for each in page.items], ["name", "building"])
    return render(request, "services/roster.html", {"sheet": row, "page": page})


def _people(request: HttpRequest, community: Any, text: str) -> tuple[list[Elder], list[str]]:
    """Elders by ticked boxes and archive numbers, and the numbers nobody has."""
    ticked = {int(each) for each in request.POST.getlist("elder") if each.isdigit()}
    numbers = {int(each) for each in re.findall(r"\d+", text)}
    present = Elder.objects.of(community).present().select_related("person", "building")
    found = list(present.filter(pk__in=ticked)) + list(
        present.filter(number__in=numbers).exclude(pk__in=ticked)
    )
    missing = sorted(
        numbers - {each.number for each in found if each.pk not in ticked} - {each.number for each in found}
    )
    return sorted(found, key=lambda each: each.number)[:MOST_PEOPLE], [str(each) for each in missing]


@login_required
@once.once
def record(request: HttpRequest) -> HttpResponse:
    """Write a list down: choose, check, confirm."""
    community = _community(request)
    helpers = Helper.objects.of(community).active().select_related("person").order_by("person__pinyin")
    form = forms.RosterForm(request.POST if request.method == "POST" else None, helpers=helpers)
    building_id = request.GET.get("building", "")
    people: list[Elder] = []
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        people, missing = _people(request, community, data["numbers"])
        kind = ServiceKind.objects.get(pk=data["kind"])
        if missing:
            form.add_error(
                "numbers",
                _("Nobody has these archive numbers: %(numbers)s") % {"numbers": "、".join(missing)},
            )
        elif not people:
            form.add_error("numbers", _("Please choose at least one person."))
        elif data["started_at"] > now:
            form.add_error("started_at", _("Only services that were given can be written down."))
        elif request.POST.get("checked") != "yes":
            reading.record(request, [each.person for each in people], ["name", "building"])
            price = intake.price_of(
                community_id=community.pk, kind=kind, organisation=None, at=data["started_at"]
            )
            return render(
                request, "services/roster_check.html",
                {"form": form, "people": people, "kind": kind, "price_fen": price.price_fen if price else 0, "data": data,
                 "minutes": data["minutes"] * len(people)},
            )  # fmt: skip
        else:
            with refusals.refusals_on(form):
                made = roster.record_many(
                    community=community, kind=kind, title=data["title"], lines=_lines(community, kind, data, people),
                    key=f"roster:{once.key_of(request)}", by=request.user, at=now,  # type: ignore[arg-type]
                )  # fmt: skip
                messages.success(request, _("Written down: %(number)s services.") % {"number": made.services})
                return redirect("services:roster-sheet", pk=made.pk)
    buildings = Area.objects.filter(kind="BUILDING", path__contains=[community.area_id]).order_by("name")
    residents: list[Elder] = []
    if building_id.isdigit():
        residents = list(
            Elder.objects.of(community)
            .present()
            .filter(building_id=int(building_id))
            .select_related("person")
            .order_by("door", "number")
        )
        reading.record(request, [each.person for each in residents], ["name", "building"])
    return refusals.form_page(
        request, "services/roster_record.html", form,
        {"buildings": buildings, "building_id": building_id, "residents": residents, "people": people,
         "here": reverse("services:roster-record")},
    )  # fmt: skip


def _lines(community: Any, kind: ServiceKind, data: dict[str, Any], people: list[Elder]) -> list[roster.Line]:
    price = intake.price_of(community_id=community.pk, kind=kind, organisation=None, at=data["started_at"])
    step = timedelta(minutes=data["minutes"] if data["one_after_another"] else 0)
    return [
        roster.Line(
            elder_id=each.pk, started_at=data["started_at"] + step * position, minutes=data["minutes"],
            helper_id=data["helper"].pk if data["helper"] else None, price_fen=price.price_fen if price else 0,
        )
        for position, each in enumerate(people)
    ]  # fmt: skip
