"""The live board: alarms first, then what is overdue, then by the time that is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import once, refusals
from services import notices, policies
from services.actions import dispatch, duty, escalation
from services.actions.intake import ALARM_DUE
from services.models import Candidate, RequestEvent, ServiceRequest
from services.states import OPEN_OFFERS, UNDER_WAY, WAITING
from services.web import forms, show

SHOWN = 60


def require_watch(request: HttpRequest) -> Any:
    """The community whose board the user may watch; strangers get 404."""
    community = getattr(request, "community", None)
    if community is None or not policies.may_watch(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


def _clock(seconds: int) -> str:
    """09:29 within the hour, 34:36:12 beyond it."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes:02d}:{seconds % 60:02d}"


def _alarm(row: ServiceRequest, now: datetime, told: set[str]) -> dict[str, Any]:
    """One alarm with its countdown: seconds left of the 15 minutes, by the server's clock; `told` are the rungs of
    the ladder that were truly climbed."""
    left = int((row.due_at - now).total_seconds()) if row.due_at else 0
    taken = row.state in UNDER_WAY
    rungs = [
        {"minutes": minutes, "who": _ladder_name(position), "reached": f"rung{position}" in told}
        for position, (minutes, _roles) in enumerate(notices.LADDER)
    ]
    return {
        "row": row, "left": left, "clock": _clock(abs(left)), "late": left <= 0,
        "soon": 0 < left < 300, "taken": taken, "bar": min(max(left, 0), int(ALARM_DUE.total_seconds())),
        "whole": int(ALARM_DUE.total_seconds()), "rungs": rungs, "age": row.elder.age(timezone.localdate()),
        "who": str(row.handler or (row.helper.person.name if row.helper else "")),
    }  # fmt: skip


def _told(alarms: list[ServiceRequest]) -> dict[int, set[str]]:
    """The rungs each alarm has climbed, by what stands in its trail."""
    found: dict[int, set[str]] = {}
    for pk, key in RequestEvent.objects.filter(request__in=alarms, verb="escalate").values_list(
        "request_id", "key"
    ):
        found.setdefault(pk, set()).add(key)
    return found


def _ladder_name(position: int) -> str:
    return [_("all at the station"), _("the director"), _("everybody, and 120 or 110")][position]


def context(community: Any) -> dict[str, Any]:
    """All that stands on the board now."""
    now = timezone.now()
    rows = list(
        ServiceRequest.objects.of(community)
        .filter(state__in=[*WAITING, *UNDER_WAY])
        .select_related("elder__person", "elder__building", "kind", "helper__person", "handler")
        .order_by("due_at", "pk")[: SHOWN * 2]
    )
    offers = {
        each.request_id: each
        for each in Candidate.objects.filter(request__in=rows, state__in=OPEN_OFFERS).select_related(
            "helper__person"
        )
    }
    told = _told([each for each in rows if each.is_alarm])
    alarms = [_alarm(each, now, told.get(each.pk, set())) for each in rows if each.is_alarm]
    others = [each for each in rows if not each.is_alarm]
    cards = []
    for each in others[:SHOWN]:
        waiting = each.state in WAITING
        overdue = waiting and each.due_at is not None and each.due_at < now
        offer = offers.get(each.pk)
        cards.append(
            {
                "row": each, "tone": show.tone(each.state), "overdue": overdue, "waiting": waiting,
                "who": (each.helper.person.name if each.helper else offer.helper.person.name if offer else ""),
                "asked": offer is not None,
            }
        )  # fmt: skip
    cards.sort(key=lambda card: (not card["overdue"], not card["waiting"]))
    shift = duty.on_duty(community_id=community.pk)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    answered = list(
        ServiceRequest.objects.of(community).alarms().filter(requested_at__gte=today - timedelta(days=30), answered_at__isnull=False)
        .values_list("requested_at", "answered_at")
    )  # fmt: skip
    return {
        "alarms": sorted(alarms, key=lambda each: (each["taken"], each["left"])),
        "cards": cards,
        "now": now,
        "shift": shift,
        "counts": {
            "waiting": sum(each.state in ("REQUESTED", "TRIAGED") for each in others),
            "offered": sum(each.state == "OFFERED" for each in others),
            "under_way": sum(each.state in UNDER_WAY for each in others),
            "overdue": sum(card["overdue"] for card in cards),
        },
        "in_time": sum(answer - asked <= ALARM_DUE for asked, answer in answered),
        "answered": len(answered),
    }


@never_cache
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The whole board; reloads by itself without scripts, is polled with them."""
    community = require_watch(request)
    shown = context(community)
    reading.record(
        request, [each["row"].elder.person for each in shown["alarms"]], ["name", "building"], _("alarm")
    )
    return render(request, "services/board.html", shown)


@never_cache
@login_required
def live(request: HttpRequest) -> HttpResponse:
    """The part that changes."""
    return render(request, "services/board.html#live", context(require_watch(request)))


@login_required
@require_POST
@once.once
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it on; the second one reads who was faster."""
    community = require_watch(request)
    row = get_object_or_404(ServiceRequest.objects.of(community), pk=pk)
    with refusals.refusals_told(request):
        dispatch.claim(request_id=row.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("You have taken this on. Please call at once."))
        return (
            redirect("services:alarm", pk=row.pk) if row.is_alarm else redirect("services:request", pk=row.pk)
        )
    return redirect("services:board")


@login_required
@once.once
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """One alarm: whom to call, in which order, and how it ended."""
    community = require_watch(request)
    row = get_object_or_404(
        ServiceRequest.objects.of(community)
        .alarms()
        .select_related(
            "elder__person", "elder__building", "elder__community", "handler", "helper__person", "kind"
        ),
        pk=pk,
    )
    form = forms.ResolveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            escalation.resolve(request_id=row.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(
                request, _("The alarm is closed. A follow-up is written down when help was needed.")
            )
            return redirect("services:board")
    elder = row.elder
    contacts = [
        {"row": each, "phone": each.phone()}
        for each in elder.contacts.filter(ended_on__isnull=True).order_by("-is_emergency", "order")
    ]
    reading.record(request, [elder.person], ["name", "phone", "address", "contacts"], _("alarm"))
    return refusals.form_page(
        request, "services/alarm.html", form,
        {
            "service_request": row, "elder": elder, "phone": elder.person.phone(), "address": elder.address(),
            "contacts": contacts, "age": elder.age(timezone.localdate()), "open": row.state in (*WAITING, *UNDER_WAY),
            "alarm": _alarm(row, timezone.now(), _told([row]).get(row.pk, set())),
            "trail": show.trail_lines(row.trail.select_related("by", "on_behalf_of").order_by("-at", "-pk")),
        },
    )  # fmt: skip


@login_required
@require_POST
@once.once
def take_duty(request: HttpRequest) -> HttpResponse:
    """Take over the duty."""
    community = require_watch(request)
    with refusals.refusals_told(request):
        duty.take_over(community=community, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("You are on duty now. Alarms reach you first."))
    return redirect("services:board")
