"""The office's courses: list, offer, change, plan a run; who is qualified and what runs out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from volunteers import policies
from volunteers.actions import passing
from volunteers.actions import training as lessons
from volunteers.models import Course, CourseRun, Policy, Qualification
from volunteers.reports import learning
from volunteers.states import RunState
from volunteers.web.access import allowed, community_of
from volunteers.web.forms_training import CourseChangeForm, CourseNewForm, RunForm, WhyForm

see, keep = allowed(policies.may_see_list), allowed(policies.may_keep_courses)


@see
def training(request: HttpRequest) -> HttpResponse:
    """All courses, and the runs that are open or lately finished."""
    community = community_of(request)
    courses = list(
        Course.objects.visible_to(request.user)
        .of(community)
        .select_related("provider", "service_kind")
        .prefetch_related("modules")
        .order_by("-is_active", "level", "name")
    )
    runs = (
        CourseRun.objects.visible_to(request.user)
        .of(community)
        .with_seats()
        .select_related("course", "trainer")
        .order_by("-last_at", "-pk")
    )
    return render(
        request,
        "volunteers/training.html",
        {
            "courses": courses, "page": paging.page(request, runs, per_page=25), "overview": learning.overview(community, timezone.localdate()),
            "may_keep": policies.may_keep_courses(request.user, community.pk), "open": RunState.OPEN,
        },
    )  # fmt: skip


@keep
@once.once
def new(request: HttpRequest) -> HttpResponse:
    """Offer a course."""
    community = community_of(request)
    form = CourseNewForm(request.POST or None, community=community)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            found = lessons.offer(
                community=community, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("The course is offered. Plan its first dates now."))
            return redirect("volunteers:course", pk=found.pk)
    return refusals.form_page(request, "volunteers/course_new.html", form)


def _course(request: HttpRequest, pk: int) -> Course:
    return get_object_or_404(
        Course.objects.visible_to(request.user).select_related("community", "provider", "service_kind"), pk=pk
    )


@see
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course with its modules and runs."""
    found = _course(request, pk)
    runs = found.runs.with_seats().select_related("trainer", "course").order_by("-first_at", "-pk")[:50]
    return render(
        request,
        "volunteers/course.html",
        {
            "course": found, "runs": list(runs), "modules": list(found.modules.all()),
            "may_keep": policies.may_keep_courses(request.user, found.community_id),
        },
    )  # fmt: skip


@keep
@once.once
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _course(request, pk)
    form = CourseChangeForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            lessons.change(course=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The course is saved. Who passed before keeps what was given then."))
            return redirect("volunteers:course", pk=pk)
    return refusals.form_page(request, "volunteers/course_change.html", form, {"course": found})


@keep
@once.once
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Days and times, place, trainer, seats."""
    found = _course(request, pk)
    form = RunForm(request.POST or None, course=found)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            run = lessons.plan(course=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The dates are published. Volunteers can enrol now."))
            return redirect("volunteers:course-run", pk=run.pk)
    return refusals.form_page(request, "volunteers/course_plan.html", form, {"course": found})


@see
def qualifications(request: HttpRequest) -> HttpResponse:
    """Who may do what until when, and how much everybody learnt this year; what runs out comes first."""
    community, today = community_of(request), timezone.localdate()
    rows: Any = (
        Qualification.objects.visible_to(request.user)
        .of(community)
        .on(today)
        .exclude(volunteer__state="LEFT")
        .select_related("volunteer__person", "service_kind", "enrolment__run__course")
        .order_by("valid_to", "pk")
    )
    soon = {each.pk for each in learning.running_out(community, today)}
    only_soon = request.GET.get("show") == "soon"
    if only_soon:
        rows = rows.filter(pk__in=soon)
    if request.GET.get("format") == "xlsx":
        return _table(request, list(rows), soon, today)
    page = paging.page(request, rows, per_page=50)
    reading.record(
        request, [each.volunteer.person for each in page.items], ["name"], _("list of qualifications")
    )
    learnt = learning.learnt_minutes([each.volunteer for each in page.items], today.year)
    wanted = Policy.objects.values_on(community, today)["continuing_minutes_per_year"]
    return render(
        request,
        "volunteers/qualifications.html",
        {
            "page": page, "only_soon": only_soon, "soon": len(soon), "wanted": wanted, "year": today.year,
            "rows": [
                {"each": each, "soon": each.pk in soon, "learnt": learnt[each.volunteer_id], "last": _last(each)}
                for each in page.items
            ],
            "may_keep": policies.may_keep_courses(request.user, community.pk),
        },
    )  # fmt: skip


def _last(qualification: Qualification) -> Any:
    """The last day on which it holds."""
    from datetime import timedelta

    return qualification.valid_to - timedelta(days=1) if qualification.valid_to else None


def _table(request: HttpRequest, rows: list[Qualification], soon: set[int], today: Any) -> HttpResponse:
    reading.record(request, [each.volunteer.person for each in rows], ["name"], _("list of qualifications"))
    learnt = learning.learnt_minutes([each.volunteer for each in rows], today.year)
    columns = [
        excel.Column(_("Number"), text=True), excel.Column(_("Name")), excel.Column(_("Qualification")),
        excel.Column(pgettext("certificate", "Issued by")), excel.Column(_("Valid from")), excel.Column(_("Last day")),
        excel.Column(_("Runs out soon")), excel.Column(_("Continuing education this year (minutes)")),
    ]  # fmt: skip
    return excel.xlsx_response(
        "qualifications", columns,
        [
            [
                each.volunteer.number, each.volunteer.person.name, str(each), each.issuer, each.valid_from, _last(each),
                _("yes") if each.pk in soon else "", learnt[each.volunteer_id],
            ]
            for each in rows
        ],
    )  # fmt: skip


@keep
@once.once
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """A qualification entered by hand was wrong."""
    found = get_object_or_404(
        Qualification.objects.visible_to(request.user).select_related("volunteer__person", "service_kind"),
        pk=pk,
    )
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            passing.revoke(
                qualification=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("The qualification no longer holds. The reason is on record."))
            return redirect("volunteers:detail", pk=found.volunteer_id)
    return refusals.form_page(
        request,
        "volunteers/training_reason.html",
        form,
        {
            "title": _("Revoke a qualification"), "words": f"{found.volunteer.person.name} · {found}",
            "label": _("Revoke"), "back": "volunteers:qualifications", "back_pk": None,
        },
    )  # fmt: skip
