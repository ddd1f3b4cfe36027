"""A volunteer's own shifts: mine, open ones, one shift, check in by the code at the place, late hours, calendar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from carenet.kernel import months
from carenet.parties import scope
from carenet.webkit import once, refusals
from elders.reports import calendars
from volunteers.actions import busy, fit, late_hours, promises, rosters, shift_feeds
from volunteers.actions.shift_refusals import NoRecord
from volunteers.models import LateEntry, Promise, ShiftFeed, Slot, Volunteer
from volunteers.reports import shift_calendar, ways
from volunteers.reports import shifts as reports
from volunteers.states_shifts import Demand, PromiseState, Way
from volunteers.web.access import is_volunteer, own_record
from volunteers.web.shift_forms import LateForm
from volunteers.web.shifts import _moment

FRESH = "volunteers_calendar_secret"


def own(request: HttpRequest) -> Volunteer:
    """The own record; somebody without one gets the page that says so, strangers 404."""
    volunteer = own_record(request)
    if volunteer is None:
        if is_volunteer(request):
            raise NoRecord
        raise Http404
    return volunteer


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What I promised, and what became of it."""
    volunteer = own_record(request)
    if volunteer is None:
        if is_volunteer(request):
            return render(request, "volunteers/no_record.html")
        raise Http404
    coming, over = reports.mine(volunteer, timezone.now())
    return render(
        request, "volunteers/my_shifts.html", {"volunteer": volunteer, "coming": coming, "over": over}
    )


@login_required
def open_shifts(request: HttpRequest) -> HttpResponse:
    """What needs people in the coming four weeks; those in my free times first within a day."""
    volunteer, at = own(request), timezone.now()
    slots = reports.open_slots(volunteer, at)
    facts = fit.known_by_day(volunteer=volunteer, days=[months.day_of(each.starts_at) for each in slots])
    elsewhere = busy.known(volunteer=volunteer, slots=slots)
    days = [
        {
            "on": day.on,
            "offers": [
                {
                    "slot": each, "fits": reports.fits_week(volunteer, each), "waiting": each.waiting_count,  # type: ignore[attr-defined]
                    "why_not": fit.why_not(volunteer=volunteer, slot=each, facts=facts[day.on])
                    or busy.why_not(slot=each, engagements=elsewhere),
                }
                for each in day.slots
            ],
        }
        for day in reports.by_day(slots)
    ]  # fmt: skip
    return render(request, "volunteers/open_shifts.html", {"volunteer": volunteer, "days": days})


def _shift(request: HttpRequest, pk: int) -> Slot:
    return get_object_or_404(
        Slot.objects.visible_to(request.user).select_related("team__captain__person", "community", "service_kind", "template"),
        pk=pk,
    )  # fmt: skip


@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift as a volunteer sees it: everything to know, and the one next button."""
    slot, volunteer, at = _shift(request, pk), own(request), timezone.now()
    return render(request, "volunteers/my_shift.html", _page(volunteer, slot, at))


def _page(volunteer: Volunteer, slot: Slot, at: Any) -> dict[str, Any]:
    promise = (
        Promise.objects.filter(slot=slot, volunteer=volunteer)
        .exclude(state__in=(PromiseState.RELEASED, PromiseState.EXPIRED))
        .select_related("attendance")
        .order_by("-pk")
        .first()
    )
    sought = Promise.objects.filter(slot=slot, state=PromiseState.SEEKING).exclude(volunteer=volunteer)
    free_word = promise is None or promise.state in (PromiseState.CANCELLED, PromiseState.REPLACED)
    return {
        "volunteer": volunteer, "slot": slot, "promise": promise, "free_word": free_word, "at": at,
        "sought": sought.order_by("told_at").first() if slot.free == 0 else None,
        "why_not": _why_not(volunteer, slot) if free_word else "",
        "is_open": slot.state == "PUBLISHED" and at < slot.ends_at, "has_begun": at >= slot.starts_at,
        "may_check_in": slot.starts_at - rosters.OPENS_BEFORE <= at <= slot.ends_at,
        "captain": slot.team.captain if slot.team is not None else None,
        "demands": [each.label for each in _demands(slot)],
        "way_counts": ways.count(slot.community_id, timezone.localdate(at)),
        "way": ways.noted(slot.community_id, rosters.CAUSE, [promise.pk]).get(promise.pk) if promise else None,
    }  # fmt: skip


def _why_not(volunteer: Volunteer, slot: Slot) -> str:
    return fit.why_not(volunteer=volunteer, slot=slot) or busy.why_not(
        slot=slot, engagements=busy.known(volunteer=volunteer, slots=[slot])
    )


def _demands(slot: Slot) -> list[Any]:
    return [Demand(each) for each in slot.demands]


@login_required
@require_POST
@once.once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise, wait, stand in, step back, come after all, check out."""
    slot, volunteer, at = _shift(request, pk), own(request), timezone.now()
    what, user = request.POST.get("step", ""), request.user
    ticked = request.POST.getlist("ticked")
    with refusals.refusals_told(request):
        if what in ("promise", "wait"):
            made = promises.promise(
                slot=slot, volunteer=volunteer, by=user, at=at, ticked=ticked, wait=what == "wait"
            )
            if made.state == PromiseState.WAITING:
                messages.success(
                    request, _("You are on the waiting list. We tell you as soon as a place comes free.")
                )
            else:
                messages.success(request, _("Thank you! You are down for it. We remind you the day before."))
        elif what == "stand_in":
            sought = slot.promises.filter(state=PromiseState.SEEKING).order_by("told_at").first()
            if sought is None:
                raise promises.NotWanted
            promises.stand_in(promise=sought, volunteer=volunteer, by=user, at=at, ticked=ticked)
            messages.success(request, _("Thank you! You stand in; your colleague was told."))
        else:
            _own_step(request, what, _own_promise(slot, volunteer), at)
    return redirect("volunteers:my-shift", pk=slot.pk)


def _own_promise(slot: Slot, volunteer: Volunteer) -> Promise:
    found = (
        Promise.objects.filter(slot=slot, volunteer=volunteer)
        .select_related("slot__team__captain", "volunteer__person")
        .order_by("-pk")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _own_step(request: HttpRequest, what: str, promise: Promise, at: Any) -> None:
    user = request.user
    if what == "back":
        was_waiting = promise.state == PromiseState.WAITING
        kept = promises.step_back(promise=promise, reason=request.POST.get("reason", ""), by=user, at=at)
        if kept.state == PromiseState.SEEKING:
            messages.success(
                request, _("Thank you for telling us. We are looking for a stand-in and tell you.")
            )
        elif was_waiting:
            messages.success(request, _("You are off the waiting list."))
        else:
            messages.success(request, _("Thank you for telling us. You need not come."))
    elif what == "after_all":
        promises.come_after_all(promise=promise, by=user, at=at)
        messages.success(request, _("Good! You are down for it again."))
    elif what == "out":
        left = _moment(promise.slot, request.POST.get("clock", ""))
        rosters.check_out(promise=promise, way=Way.SELF, by=user, at=at, left_at=left)
        messages.success(request, _("Thank you. The hours come when the station has booked the list."))
    else:
        raise Http404


# --- the code at the place -------------------------------------------------------------------------
def _at_the_place(request: HttpRequest, uid: UUID) -> Slot:
    found = reports.at_the_place(Slot.objects.visible_to(request.user), uid, timezone.now())
    if found is None:
        raise Http404
    return found


@login_required
@once.once
def here(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Scanned at the place: one press checks in, a second one checks out. Who only came along promises first."""
    slot, volunteer, at = _at_the_place(request, uid), own(request), timezone.now()
    if request.method == "POST":
        with refusals.refusals_told(request):
            if request.POST.get("step") == "out":
                promise = _own_promise(slot, volunteer)
                rosters.check_out(promise=promise, way=Way.QR, by=request.user, at=at)
                messages.success(
                    request, _("Thank you. The hours come when the station has booked the list.")
                )
            else:
                promise = promises.promise(
                    slot=slot,
                    volunteer=volunteer,
                    by=request.user,
                    at=at,
                    ticked=request.POST.getlist("ticked"),
                )
                rosters.check_in(promise=promise, way=Way.QR, by=request.user, at=at)
                messages.success(request, _("Welcome! You are checked in."))
        return redirect("volunteers:here", uid=uid)
    return render(request, "volunteers/here.html", _page(volunteer, slot, at))


# --- late hours ------------------------------------------------------------------------------------
@login_required
@once.once
def late(request: HttpRequest) -> HttpResponse:
    """Ask for hours that were never ticked, and see what became of earlier questions."""
    volunteer = own(request)
    form = LateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.span()
        with refusals.refusals_on(form):
            late_hours.ask(
                volunteer=volunteer, what=form.cleaned_data["what"], why=form.cleaned_data["why"], starts_at=starts_at,
                ends_at=ends_at, by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Sent. Somebody else looks at it; we tell you the answer."))
            return redirect("volunteers:my-late")
    rows = list(LateEntry.objects.filter(volunteer=volunteer).order_by("-asked_at")[:30])
    return refusals.form_page(
        request,
        "volunteers/my_late.html",
        form,
        {
            "volunteer": volunteer,
            "rows": rows,
            "way_counts": ways.count(volunteer.community_id, timezone.localdate()),
        },
    )


@login_required
@require_POST
@once.once
def late_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question back."""
    entry = get_object_or_404(LateEntry.objects.visible_to(request.user), pk=pk, volunteer=own(request))
    with refusals.refusals_told(request):
        late_hours.withdraw(entry=entry, by=request.user, at=timezone.now())
        messages.success(request, _("Taken back."))
    return redirect("volunteers:my-late")


# --- calendar --------------------------------------------------------------------------------------
@login_required
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """The own calendar address; a new one is shown once."""
    own(request)
    secret = request.session.pop(FRESH, None)
    feed = ShiftFeed.objects.filter(user=request.user, revoked_at__isnull=True).first()
    url = (
        request.build_absolute_uri(reverse("volunteers:shift-calendar-file", args=[secret])) if secret else ""
    )
    return render(request, "volunteers/my_calendar.html", {"feed": feed, "url": url})


@login_required
@require_POST
@once.once
def calendar_step(request: HttpRequest) -> HttpResponse:
    """Make an address, or stop it."""
    own(request)
    if request.POST.get("step") == "stop":
        if shift_feeds.revoke(by=request.user, at=timezone.now()):
            messages.success(request, _("The calendar address no longer works."))
    else:
        request.session[FRESH] = shift_feeds.issue(by=request.user, at=timezone.now())
    return redirect("volunteers:my-calendar")


@require_safe
@never_cache
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, for whoever holds the secret address: own shifts, no other names."""
    at = timezone.now()
    user = shift_feeds.reader(secret=token, at=at)
    if user is None:
        raise Http404
    with scope.within(user.community_ids), translation.override(user.language or "zh-hans"):
        text = calendars.file(_("My shifts"), shift_calendar.entries(user, months.day_of(at)), at)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="shifts.ics"'
    return response
