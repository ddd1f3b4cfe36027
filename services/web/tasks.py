"""The helper's own page: what am I asked, what is mine, begin, done. Phone first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import once, refusals
from services.actions import dispatch
from services.models import Candidate, Helper, ServiceRequest
from services.states import OPEN_OFFERS, UNDER_WAY, CandidateState
from services.web import forms, requests, show
from volunteers.reports import ways

# Names, doors and telephones are open from the yes until a day after the service. Source: domain.md §9.4.
OPEN_AFTERWARDS = timedelta(hours=24)


def _helpers(request: HttpRequest) -> list[Helper]:
    found = list(Helper.objects.filter(user=request.user).select_related("person"))  # type: ignore[misc]
    if not found and not any(
        request.user.has_role(each, "VOLUNTEER", "CARE_WORKER", "SOCIAL_WORKER")  # type: ignore[union-attr]
        for each in request.user.community_ids  # type: ignore[union-attr]
    ):
        raise Http404
    return found


def is_open(row: ServiceRequest) -> bool:
    """Whether the helper may (still) see name, door and telephone."""
    if row.state in UNDER_WAY:
        return True
    return row.done_at is not None and timezone.now() - row.done_at <= OPEN_AFTERWARDS


@login_required
def task_list(request: HttpRequest) -> HttpResponse:
    """Offers first, then what comes, then what waits for its confirmation."""
    helpers = _helpers(request)
    now = timezone.now()
    offers = list(
        Candidate.objects.filter(helper__in=helpers, state__in=OPEN_OFFERS)
        .select_related("request__kind", "request__elder__building")
        .order_by("expires_at")
    )
    for each in offers:
        if each.state == CandidateState.OFFERED:
            dispatch.see(candidate_id=each.pk, by=request.user, at=now)  # type: ignore[arg-type]
    mine = list(
        ServiceRequest.objects.filter(helper__in=helpers, state__in=[*UNDER_WAY, "DONE"])
        .select_related("kind", "elder__person", "elder__building")
        .order_by("scheduled_at", "pk")[:100]
    )
    opened = [each for each in mine if is_open(each)]
    reading.record(request, [each.elder.person for each in opened], ["name", "building"], _("service"))
    recent = list(
        ServiceRequest.objects.filter(helper__in=helpers, state__in=["CONFIRMED", "CLOSED"], done_at__gte=now - timedelta(days=30))
        .select_related("kind", "settlement__attendance")
        .order_by("-done_at")[:10]
    )  # fmt: skip
    return render(
        request, "services/tasks.html",
        {
            "offers": offers,
            "coming": [{"row": each, "tone": show.tone(each.state)} for each in mine if each.state in UNDER_WAY],
            "waiting": [{"row": each, "open": is_open(each)} for each in mine if each.state == "DONE"],
            "recent": recent,
        },
    )  # fmt: skip


def _mine(request: HttpRequest, pk: int) -> ServiceRequest:
    return get_object_or_404(
        ServiceRequest.objects.filter(helper__in=_helpers(request)).select_related(
            "kind", "elder__person", "elder__building", "helper__person"
        ),
        pk=pk,
    )


@login_required
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One service of mine: where to go, whom to call, what to mind."""
    row = _mine(request, pk)
    opened = is_open(row)
    if opened:
        reading.record(request, [row.elder.person], ["name", "phone", "address"], _("service"))
    return render(
        request, "services/task.html",
        {
            "row": row, "tone": show.tone(row.state), "open": opened, "age": row.elder.age(timezone.localdate()),
            "phone": row.elder.person.phone() if opened else "", "address": row.elder.address() if opened else "",
            "may_start": row.state in ("ACCEPTED", "SCHEDULED"), "may_finish": row.state in UNDER_WAY,
            "way_counts": row.helper is not None and row.helper.volunteer_id is not None and row.state in (*UNDER_WAY, "DONE")
            and ways.count(row.community_id, timezone.localdate()),
        },
    )  # fmt: skip


def _offer(request: HttpRequest, pk: int) -> Candidate:
    return get_object_or_404(
        Candidate.objects.filter(helper__in=_helpers(request))
        .exclude(state="PROPOSED")
        .select_related("request__kind"),
        pk=pk,
    )


@login_required
@require_POST
@once.once
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes, I come."""
    offer = _offer(request, pk)
    with refusals.refusals_told(request):
        dispatch.accept(candidate_id=offer.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Thank you! The elder has been told that you come."))
        return redirect("services:task", pk=offer.request_id)
    return redirect("services:tasks")


@login_required
@once.once
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """No, and why; one tap."""
    offer = _offer(request, pk)
    form = forms.DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            dispatch.decline(candidate_id=offer.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, _("Thank you for telling us. The station asks somebody else."))
            return redirect("services:tasks")
    return refusals.form_page(request, "services/task_decline.html", form, {"offer": offer})


@login_required
@require_POST
@once.once
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """I am there."""
    row = _mine(request, pk)
    with refusals.refusals_told(request):
        dispatch.start(request_id=row.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Begun. Press “done” when you leave."))
    return redirect("services:task", pk=pk)


@login_required
@once.once
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """It is done: how long, and a word if there is something to say."""
    row = _mine(request, pk)
    form = forms.FinishForm(
        request.POST if request.method == "POST" else None, initial=requests._initial("finish", row)
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            dispatch.finish(request_id=row.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, _("Thank you! The hours are credited when the elder has confirmed."))
            return redirect("services:tasks")
    return refusals.form_page(request, "services/task_finish.html", form, {"row": row})


def for_home(volunteer: Any, at: Any) -> list[Any]:
    """What a volunteer's home page shows next: services that are theirs, then offers."""
    from django.urls import reverse

    from volunteers.portal import NextTask

    helper = Helper.objects.filter(volunteer=volunteer).first()
    if helper is None:
        return []
    found = [
        NextTask(
            title=each.kind.title, starts_at=each.scheduled_at, place=each.elder.building.name if each.elder.building else "",
            ends_at=each.scheduled_at + timedelta(minutes=each.minutes) if each.scheduled_at else None,
            url=reverse("services:task", args=[each.pk]), label=_("See the service"),
        )
        for each in ServiceRequest.objects.filter(helper=helper, state__in=UNDER_WAY)
        .select_related("kind", "elder__building")
        .order_by("scheduled_at")[:3]
    ]  # fmt: skip
    asked = Candidate.objects.filter(helper=helper, state__in=OPEN_OFFERS).select_related(
        "request__kind", "request__elder__building"
    )
    for offer in asked.order_by("expires_at")[:2]:
        place = offer.request.elder.building.name if offer.request.elder.building else ""
        found.append(
            NextTask(
                title=_("Can you help? %(kind)s") % {"kind": offer.request.kind.title}, starts_at=offer.request.scheduled_at,
                place=place, url=reverse("services:tasks"), label=_("Answer"),
            )
        )  # fmt: skip
    return found


def waiting_for_home(volunteer: Any) -> int:
    """Services served but not confirmed yet."""
    return ServiceRequest.objects.filter(helper__volunteer=volunteer, state="DONE").count()
