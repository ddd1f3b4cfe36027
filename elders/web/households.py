"""A home and the people in it: who lives here, who cares, whom to call, who is the building captain."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.kernel.coordinates import Datum, shown_in
from carenet.webkit import once, refusals
from elders.actions import households as actions
from elders.models import Household, HouseholdRole
from elders.web.access import elder_of, staff_community
from elders.web.rights_forms import PlaceForm, RoleForm


@login_required
def home_of(request: HttpRequest, pk: int) -> HttpResponse:
    """From an elder to the home they live in; without one, the file says what is missing."""
    elder = elder_of(request, pk)
    role = HouseholdRole.objects.open().filter(person=elder.person_id, kind="RESIDENT").first()
    if role is None:
        home = None
        with refusals.refusals_told(request):
            home = actions.settle(elder=elder, since=timezone.localdate(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        if home is None:
            messages.info(
                request,
                _("Without a building and a door there is no household. Please note the address first."),
            )
            return redirect("elders:file", pk=elder.pk)
        return redirect("elders:household", pk=home.pk)
    return redirect("elders:household", pk=role.household_id)


def _home(request: HttpRequest, pk: int) -> Household:
    community = staff_community(request)
    rows = Household.objects.of(community).select_related("building", "community")
    found: Household = get_object_or_404(rows, pk=pk)
    return found


@login_required
@once.once
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """The home: its people by role, former ones below; a form adds somebody, another one keeps place and note."""
    home = _home(request, pk)
    at = timezone.now()
    is_place = request.POST.get("do") == "place"
    posted = request.POST if request.method == "POST" else None
    form = RoleForm(None if is_place else posted, initial={"since": timezone.localdate(at), "kind": "KIN"})
    place = PlaceForm(posted if is_place else None, initial={**_on_the_map(home), "note": home.note})
    if request.method == "POST":
        chosen: Any = place if is_place else form
        if chosen.is_valid():
            if is_place and not {"lon", "lat", "datum"} & set(place.changed_data):
                place.cleaned_data |= {"lon": home.lon, "lat": home.lat}  # rounded numbers never move a home
            with refusals.refusals_on(chosen):
                _write(home, chosen.cleaned_data, is_place, by=request.user, at=at)
                messages.success(request, _("It is on file."))
                return redirect("elders:household", pk=home.pk)
    rows = list(
        HouseholdRole.objects.filter(household=home)
        .select_related("person", "person__elder", "by")
        .order_by("kind", "since")
    )
    reading.record(request, [each.person for each in rows], ("name", "household"))
    order = ["HEAD", "RESIDENT", "CARER", "KIN", "EMERGENCY", "CAPTAIN"]
    return refusals.form_page(
        request, "elders/household.html", place if is_place else form,
        {
            "home": home, "role_form": form, "place_form": place,
            "present": sorted((each for each in rows if each.until is None), key=lambda each: order.index(each.kind)),
            "former": [each for each in rows if each.until is not None],
        },
    )  # fmt: skip


def _on_the_map(home: Household) -> dict[str, float]:
    """The place in the numbers of AMap and Tencent, which most telephones here open."""
    if home.lon is None or home.lat is None:
        return {}
    lon, lat = shown_in(Datum.GCJ02, home.lon, home.lat)
    return {"lon": round(lon, 6), "lat": round(lat, 6)}


def _write(home: Household, data: dict[str, Any], is_place: bool, *, by: Any, at: Any) -> None:
    if is_place:
        actions.place(household=home, **data, by=by, at=at)
    else:
        actions.take_in(household=home, **data, by=by, at=at)


@login_required
@require_POST
@once.once
def role(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """End a role today, or take the end back."""
    home = _home(request, pk)
    found = get_object_or_404(HouseholdRole, pk=row, household=home)
    at = timezone.now()
    with refusals.refusals_told(request):
        if request.POST.get("do") == "reopen":
            actions.undo_end(role=found, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("The end was taken back."))
        elif request.POST.get("do") == "end":
            actions.end_role(role=found, on=timezone.localdate(at), by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("It has ended; it stays in the history."))
        else:
            raise Http404
    return redirect("elders:household", pk=home.pk)
