"""One course run: who learns, the roll of each lesson, results and practice, corrections; print and Excel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import excel, once, refusals
from volunteers import policies
from volunteers.actions import training as lessons
from volunteers.models import (
    CourseResult,
    CourseRun,
    Enrolment,
    Lesson,
    LessonAttendance,
    PracticeHour,
    Volunteer,
)
from volunteers.reports import learning
from volunteers.states import EnrolmentState, RunState
from volunteers.web.access import allowed
from volunteers.web.forms_training import PracticeForm, ResultForm, RunChangeForm, WhyForm

see, keep = allowed(policies.may_see_list), allowed(policies.may_keep_courses)


def _run(request: HttpRequest, pk: int) -> CourseRun:
    return get_object_or_404(
        CourseRun.objects.visible_to(request.user).select_related("course__provider", "trainer", "community"),
        pk=pk,
    )


@see
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """The roster: everybody with what is done and what is missing."""
    found = _run(request, pk)
    people = list(
        found.enrolments.visible_to(request.user)
        .present()
        .select_related("run__course", "volunteer__person")
        .order_by("state", "queued_at", "pk")
    )
    progress = learning.progress_of(people)
    reading.record(request, [each.volunteer.person for each in people], ["name"], _("course roster"))
    if request.GET.get("format") == "xlsx":
        return _table(found, people, progress)
    lessons_held = [
        {"lesson": each, "present": sum(row.present for row in each.attendances.all()), "ticked": bool(each.attendances.all())}
        for each in found.lessons.select_related("module").prefetch_related("attendances")
    ]  # fmt: skip
    search = request.GET.get("q", "").strip()
    candidates: list[Volunteer] = []
    may_keep = policies.may_keep_courses(request.user, found.community_id)
    if search and may_keep:
        candidates = list(
            Volunteer.objects.visible_to(request.user)
            .of(found.community_id)
            .active()
            .search(search)
            .exclude(pk__in=[each.volunteer_id for each in people])
            .select_related("person")[:10]
        )
        reading.record(
            request, [each.person for each in candidates], ["name"], _("giving a seat in a course")
        )
    return render(
        request,
        "volunteers/course_run.html",
        {
            "run": found, "lessons": lessons_held, "now": timezone.now(), "q": search, "candidates": candidates,
            "rows": [
                {"enrolment": each, "progress": progress[each.pk]}
                for each in people
                if each.state == EnrolmentState.ENROLLED
            ],
            "waiting": [each for each in people if each.state == EnrolmentState.WAITING],
            "may_keep": may_keep, "is_open": found.state == RunState.OPEN,
        },
    )  # fmt: skip


def _table(found: CourseRun, people: list[Enrolment], progress: dict[int, learning.Progress]) -> HttpResponse:
    columns = [
        excel.Column(_("Number"), text=True), excel.Column(_("Name")), excel.Column(_("State")), excel.Column(_("Lessons")),
        excel.Column(_("Practice (minutes)")), excel.Column(_("Test")), excel.Column(_("Passed on")), excel.Column(_("Missing")),
    ]  # fmt: skip
    return excel.xlsx_response(
        "course", columns,
        [
            [
                each.volunteer.number, each.volunteer.person.name, each.get_state_display(),
                f"{progress[each.pk].lessons_done}/{len(progress[each.pk].parts)}", progress[each.pk].practice_minutes,
                progress[each.pk].score, each.passed_on, "; ".join(progress[each.pk].missing),
            ]
            for each in people
        ],
    )  # fmt: skip


@keep
@once.once
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    form = RunChangeForm(
        request.POST or None, initial={"place": found.place, "seats": found.seats, "teacher": found.teacher}
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            lessons.change_run(run=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved. Who waited longest got the new seats."))
            return redirect("volunteers:course-run", pk=pk)
    return refusals.form_page(request, "volunteers/course_run_change.html", form, {"run": found})


@keep
@require_POST
@once.once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Finish the run, or cancel it with a reason."""
    found = _run(request, pk)
    with refusals.refusals_told(request):
        if request.POST.get("step") == "close":
            lessons.close_run(run=found, by=request.user, at=timezone.now())
            messages.success(request, _("The course is finished."))
        elif request.POST.get("step") == "cancel":
            reason = request.POST.get("reason", "").strip()[:200]
            if not reason:
                messages.error(
                    request, _("Please write why the course is not held; everybody enrolled reads it.")
                )
            else:
                lessons.cancel_run(run=found, reason=reason, by=request.user, at=timezone.now())
                messages.success(request, _("The course is cancelled. Everybody enrolled has been told."))
    return redirect("volunteers:course-run", pk=pk)


@keep
@require_POST
@once.once
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a seat to somebody who called or came by."""
    found = _run(request, pk)
    number = request.POST.get("volunteer", "")
    if not number.isdigit():
        raise Http404
    volunteer = get_object_or_404(
        Volunteer.objects.visible_to(request.user).of(found.community_id).select_related("person"),
        pk=int(number),
    )
    with refusals.refusals_told(request):
        made = lessons.enrol(run=found, volunteer=volunteer, by=request.user, at=timezone.now())
        words = (
            _("%(name)s has a seat.")
            if made.state == EnrolmentState.ENROLLED
            else _("All seats are taken; %(name)s is on the waiting list.")
        )
        messages.success(request, words % {"name": volunteer.person.name})
    return redirect("volunteers:course-run", pk=pk)


@keep
@once.once
def roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick who was there."""
    lesson = get_object_or_404(
        Lesson.objects.visible_to(request.user).select_related("run__course", "module"), pk=pk
    )
    people = list(
        lesson.run.enrolments.visible_to(request.user)
        .sitting()
        .select_related("volunteer__person")
        .order_by("volunteer__number")
    )
    known = dict(LessonAttendance.objects.filter(lesson=lesson).values_list("enrolment", "present"))
    if request.method == "POST":
        wanted = [int(each) for each in request.POST.getlist("present") if each.isascii() and each.isdigit()]
        with refusals.refusals_told(request):
            count = lessons.take_roll(lesson=lesson, present=wanted, by=request.user, at=timezone.now())
            messages.success(request, _("The roll is saved: %(count)d were there.") % {"count": count})
            return redirect("volunteers:course-run", pk=lesson.run_id)
        known = {each.pk: each.pk in wanted for each in people}
    reading.record(request, [each.volunteer.person for each in people], ["name"], _("course roster"))
    return render(
        request,
        "volunteers/lesson_roll.html",
        {
            "lesson": lesson,
            "run": lesson.run,
            "rows": [{"each": each, "present": known.get(each.pk)} for each in people],
        },
    )


def _enrolment(request: HttpRequest, pk: int) -> Enrolment:
    return get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related("run__course", "volunteer__person"), pk=pk
    )


@see
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person in one course: what is done, what is missing, every result with who entered it."""
    found = _enrolment(request, pk)
    reading.record(request, [found.volunteer.person], ["name"], _("course roster"))
    return render(
        request,
        "volunteers/course_person.html",
        {
            "enrolment": found, "run": found.run, "progress": learning.progress(found),
            "results": list(found.results.select_related("by", "reversed_by").order_by("-on", "-pk")),
            "practice": list(found.practice.select_related("by", "reversed_by").order_by("-on", "-pk")),
            "qualifications": list(found.qualifications.select_related("service_kind").order_by("-pk")),
            "may_keep": policies.may_keep_courses(request.user, found.community_id),
            "has_seat": found.state == EnrolmentState.ENROLLED,
        },
    )  # fmt: skip


@keep
@once.once
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a test result."""
    found = _enrolment(request, pk)
    form = ResultForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            lessons.examine(enrolment=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            return _told(request, found)
    return _fact_page(request, form, found, _("Enter a test result"))


@keep
@once.once
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter observed practice."""
    found = _enrolment(request, pk)
    form = PracticeForm(request.POST or None, initial={"on": timezone.localdate(), "minutes": 60})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            lessons.practise(enrolment=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            return _told(request, found)
    return _fact_page(request, form, found, _("Enter observed practice"))


def _fact_page(request: HttpRequest, form: Any, found: Enrolment, title: str) -> HttpResponse:
    return refusals.form_page(
        request, "volunteers/course_fact.html", form, {"enrolment": found, "run": found.run, "title": title}
    )


def _told(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    enrolment.refresh_from_db(fields=["passed_on"])
    if enrolment.passed_on:
        messages.success(request, _("Saved. Every part is done: the course is passed."))
    else:
        messages.success(request, _("Saved. What is still missing stands below."))
    return redirect("volunteers:course-person", pk=enrolment.pk)


@keep
@require_POST
@once.once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody called: I cannot come."""
    found = _enrolment(request, pk)
    with refusals.refusals_told(request):
        lessons.withdraw(enrolment=found, by=request.user, at=timezone.now())
        messages.success(request, _("The seat is free. Who waited first has been told."))
    return redirect("volunteers:course-run", pk=found.run_id)


KINDS: dict[str, Any] = {"results": CourseResult, "practice": PracticeHour}


@keep
@once.once
def take_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A result or practice was wrong."""
    if kind not in KINDS:
        raise Http404
    fact = get_object_or_404(
        KINDS[kind]
        .objects.visible_to(request.user)
        .select_related("enrolment__run__course", "enrolment__volunteer__person"),
        pk=pk,
    )
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            lessons.take_back(
                fact=fact, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Taken back. Please enter the right one if there is one."))
            return redirect("volunteers:course-person", pk=fact.enrolment_id)
    return refusals.form_page(
        request,
        "volunteers/training_reason.html",
        form,
        {
            "title": _("Take an entry back"), "words": f"{fact.enrolment.volunteer.person.name} · {fact.enrolment.run.course}",
            "label": _("Take back"), "back": "volunteers:course-person", "back_pk": fact.enrolment_id,
        },
    )  # fmt: skip
