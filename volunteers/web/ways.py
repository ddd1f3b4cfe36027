"""The way to a service: the minutes there and back, noted before the hours are credited."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carenet.audit import reading
from carenet.webkit import once, refusals
from carenet.webkit.forms import StationForm
from volunteers import policies_bank
from volunteers.actions import late_hours, rosters, travel
from volunteers.models import LateEntry, Policy, Promise, TravelNote, Volunteer
from volunteers.reports import accounts
from volunteers.web.access import own_record

# What an address calls a cause; `help` is a service that `services` credits.
KINDS = {"shift": rosters.CAUSE, "late": late_hours.CAUSE, "help": "services.request"}


class WayForm(StationForm):
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes there and back"), min_value=0, max_value=travel.LONGEST,
        help_text=gettext_lazy("0 takes it back"), widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


def _who(request: HttpRequest) -> Volunteer:
    wanted = request.GET.get("for", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        found = get_object_or_404(
            Volunteer.objects.visible_to(request.user).select_related("person", "community", "team__captain"),
            pk=int(wanted),
        )
    else:
        own = own_record(request)
        if own is None:
            raise Http404
        found = own
    if not policies_bank.may_note_way(request.user, found):
        raise Http404
    return found


def _about(kind: str, pk: int, volunteer: Volunteer) -> tuple[str, str]:
    """What it was, and where one goes back to. Another's shift is nobody's business."""
    if kind == "shift":
        promise = get_object_or_404(Promise.objects.select_related("slot"), pk=pk, volunteer=volunteer)
        return accounts.title_of(promise.slot.title), reverse("volunteers:my-shift", args=[promise.slot_id])
    if kind == "late":
        entry = get_object_or_404(LateEntry.objects.all(), pk=pk, volunteer=volunteer)
        return accounts.title_of(entry.what), reverse("volunteers:my-late")
    return _("Service"), reverse("volunteers:me")


@login_required
@once.once
def way(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Note the way to one shift, late entry or service."""
    if kind not in KINDS:
        raise Http404
    volunteer, at = _who(request), timezone.now()
    what, back = _about(kind, pk, volunteer)
    if volunteer.person_id != request.user.person_id:
        reading.record(request, [volunteer.person], ["name"], _("way to a service"))
        back = (
            reverse("volunteers:me")
            if own_record(request)
            else reverse("volunteers:detail", args=[volunteer.pk])
        )
    on = timezone.localdate(at)
    known = TravelNote.objects.filter(volunteer=volunteer, cause_kind=KINDS[kind], cause_id=pk).first()
    form = WayForm(request.POST or None, initial={"minutes": known.minutes if known else ""})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            travel.note(
                volunteer=volunteer, cause=(KINDS[kind], pk), minutes=form.cleaned_data["minutes"], on=on, by=request.user,
                at=at,
            )  # fmt: skip
            messages.success(request, _("Noted. It counts when the hours are credited."))
            return redirect(back)
    values = Policy.objects.values_on(volunteer.community_id, on)
    return refusals.form_page(
        request, "volunteers/way.html", form,
        {"volunteer": volunteer, "what": what, "back_url": back, "counts": values["travel_time_counts"], "most": values["travel_cap_minutes"]},
    )  # fmt: skip
