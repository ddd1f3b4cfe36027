"""Who brought a volunteer: written down, and taken back with a reason."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carenet.audit import reading
from carenet.webkit import once, refusals
from carenet.webkit.forms import StationForm
from volunteers import policies
from volunteers.actions import gifts, recruits
from volunteers.models import Policy, Recruit, Volunteer
from volunteers.web.access import allowed


class BroughtForm(StationForm):
    number = forms.CharField(label=gettext_lazy("Volunteer number of who brought them"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name of who brought them"), max_length=60)


class BackForm(StationForm):
    reason = forms.CharField(label=gettext_lazy("Reason, as the volunteer will read it"), max_length=200)


@allowed(policies.may_enrol)
@once.once
def brought(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who brought a volunteer, or take it back."""
    volunteer = get_object_or_404(
        Volunteer.objects.visible_to(request.user).select_related("person", "community"), pk=pk
    )
    known = (
        Recruit.objects.of(volunteer.community_id)
        .standing()
        .filter(recruited=volunteer)
        .select_related("brought_by__person")
        .first()
    )
    at = timezone.now()
    form = BroughtForm(request.POST or None) if known is None else BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        with refusals.refusals_on(form):
            if known is None:
                who = gifts.find_receiver(community=volunteer.community, **facts)
                recruits.record(recruited=volunteer, brought_by=who, at=at, by=request.user)
                messages.success(request, _("Recorded. Points follow when the new volunteer has stayed."))
            else:
                recruits.take_back(recruit=known, at=at, by=request.user, **facts)
                messages.success(request, _("Taken back."))
            return redirect("volunteers:brought", pk=pk)
    reading.record(request, [volunteer.person], ["name"], _("who brought a volunteer"))
    values = Policy.objects.values_on(volunteer.community_id, timezone.localdate(at))
    return refusals.form_page(
        request, "volunteers/brought.html", form,
        {"volunteer": volunteer, "known": known, "points": values["recruit_points"], "days": values["recruit_days"]},
    )  # fmt: skip
