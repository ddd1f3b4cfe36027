"""The volunteer's own training and certificates: what I may do, what runs out, which course next, one tap to enrol."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.webkit import once, refusals
from volunteers.actions import certificates as issuing
from volunteers.actions import honours
from volunteers.actions import training as lessons
from volunteers.models import Certificate, CourseRun, Enrolment, Nomination, Policy, Volunteer
from volunteers.reports import learning
from volunteers.states import EnrolmentState
from volunteers.web.access import is_volunteer, own_record
from volunteers.web.forms_training import AskForm

NO_RECORD = "volunteers/no_record.html"


def _record(request: HttpRequest) -> Volunteer | None:
    volunteer = own_record(request)
    if volunteer is None and not is_volunteer(request):
        raise Http404
    return volunteer


@login_required
def training(request: HttpRequest) -> HttpResponse:
    """What I may do, what runs out when, which course next."""
    volunteer = _record(request)
    if volunteer is None:
        return render(request, NO_RECORD)
    at, today = timezone.now(), timezone.localdate()
    mine = list(
        Enrolment.objects.filter(volunteer=volunteer)
        .present()
        .exclude(run__state="CANCELLED")
        .select_related("run__course", "run__trainer")
        .prefetch_related("run__lessons__module")
        .order_by("-queued_at")[:20]
    )
    progress = learning.progress_of(mine)
    rows = [{"enrolment": each, "progress": progress[each.pk], "next": _next(each, at)} for each in mine]
    learnt = learning.learnt_minutes([volunteer], today.year)[volunteer.pk]
    return render(
        request,
        "volunteers/training_mine.html",
        {
            "volunteer": volunteer, "held": learning.held(volunteer, today), "abilities": learning.abilities(volunteer, today),
            "doing": [each for each in rows if each["enrolment"].passed_on is None],
            "passed": [each for each in rows if each["enrolment"].passed_on is not None],
            "runs": _offers(volunteer, mine, at), "learnt": learnt, "today": today,
            "wanted": Policy.objects.values_on(volunteer.community, today)["continuing_minutes_per_year"],
        },
    )  # fmt: skip


def _next(enrolment: Enrolment, at: Any) -> Any:
    return next((each for each in enrolment.run.lessons.all() if each.ends_at > at), None)


def _offers(volunteer: Volunteer, mine: list[Enrolment], at: Any) -> list[dict[str, Any]]:
    """Runs with a lesson to come that the volunteer is not in."""
    taken = {each.run_id for each in mine}
    runs = (
        CourseRun.objects.of(volunteer.community_id)
        .open()
        .with_seats()
        .filter(last_at__gt=at)
        .select_related("course__provider", "course__service_kind", "trainer")
        .prefetch_related("lessons", "course__modules")
        .order_by("first_at", "pk")[:30]
    )
    return [{"run": each, "free": max(each.seats - each.sitting, 0)} for each in runs if each.pk not in taken]


@login_required
@require_POST
@once.once
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap."""
    volunteer = _record(request)
    if volunteer is None:
        raise Http404
    run = get_object_or_404(CourseRun.objects.visible_to(request.user).of(volunteer.community_id), pk=pk)
    with refusals.refusals_told(request):
        found = lessons.enrol(run=run, volunteer=volunteer, by=request.user, at=timezone.now())
        if found.state == EnrolmentState.ENROLLED:
            messages.success(request, _("You have a seat. We look forward to seeing you."))
        else:
            messages.success(request, _("All seats are taken. You are on the waiting list and will be told."))
    return redirect("volunteers:my-training")


@login_required
@require_POST
@once.once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """“I cannot come” is one button, too."""
    volunteer = _record(request)
    enrolment = get_object_or_404(
        Enrolment.objects.visible_to(request.user).filter(volunteer=volunteer).select_related("volunteer"),
        pk=pk,
    )
    with refusals.refusals_told(request):
        lessons.withdraw(enrolment=enrolment, by=request.user, at=timezone.now())
        messages.success(request, _("Your seat is free for somebody else. You can enrol again at any time."))
    return redirect("volunteers:my-training")


@login_required
def certificates(request: HttpRequest) -> HttpResponse:
    """My certificates and honours, and one button to ask for a new one."""
    volunteer = _record(request)
    if volunteer is None:
        return render(request, NO_RECORD)
    rows = Certificate.objects.filter(volunteer=volunteer).select_related("document")[:100]
    mine = (
        Nomination.objects.of(volunteer.community_id)
        .filter(person_id=volunteer.person_id)
        .exclude(state="REFUSED")
        .select_related("honour")
        .order_by("-nominated_at")
    )
    return render(
        request,
        "volunteers/certificates_mine.html",
        {"volunteer": volunteer, "certificates": list(rows), "nominations": list(mine)},
    )


@login_required
@once.once
def ask(request: HttpRequest) -> HttpResponse:
    """Choose the paper and the days; it is there at once."""
    volunteer = _record(request)
    if volunteer is None:
        return render(request, NO_RECORD)
    form = AskForm(request.POST or None, today=timezone.localdate(), joined_on=volunteer.joined_on)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            facts = form.cleaned_data
            found = issuing.issue(
                volunteer=volunteer, period_from=facts["period_from"], period_to=facts["period_to"], kind=facts["kind"],
                by=request.user, at=timezone.now(), origin=request.build_absolute_uri("/"),
            )  # fmt: skip
            messages.success(request, _("Here is your certificate. It is yours, free of charge."))
            return redirect("volunteers:certificate", uid=found.uid)
    return refusals.form_page(request, "volunteers/certificate_ask.html", form, {"volunteer": volunteer})


@login_required
@require_POST
@once.once
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """I agree that my name and what I did are published."""
    volunteer = _record(request)
    found = get_object_or_404(
        Nomination.objects.visible_to(request.user).filter(person=volunteer.person if volunteer else None),
        pk=pk,
    )
    with refusals.refusals_told(request):
        honours.consent(nomination=found, on=timezone.localdate(), by=request.user, at=timezone.now())
        messages.success(request, _("Thank you. Your agreement is recorded."))
    return redirect("volunteers:my-certificates")
