"""The office: list of volunteers, one volunteer, enrolment, corrections."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.accounts.actions import people as account_people
from carenet.accounts.states import Role
from carenet.audit import reading
from carenet.ledger.states import Unit
from carenet.parties.actions import people
from carenet.parties.models import Person
from carenet.webkit import excel, once, paging, refusals
from volunteers import policies, portal
from volunteers.actions import registry, time_bank
from volunteers.filters import VolunteerFilter
from volunteers.models import Attendance, Redemption, Volunteer
from volunteers.reports import accounts, overview
from volunteers.states import VolunteerState
from volunteers.web.access import allowed, community_of
from volunteers.web.charts import year_bars
from volunteers.web.forms import (
    ChangeForm,
    EnrolForm,
    EnrolNewForm,
    QualifyForm,
    ReasonForm,
    StepForm,
)
from volunteers.web.kept import kept_filters


def _volunteer(request: HttpRequest, pk: int) -> Volunteer:
    return get_object_or_404(
        Volunteer.objects.visible_to(request.user).select_related(
            "person__user", "community", "team", "building"
        ),
        pk=pk,
    )


@allowed(policies.may_see_list)
def volunteers(request: HttpRequest) -> HttpResponse:
    """Who serves: filters, balances, last service; print and Excel."""
    community = community_of(request)
    queryset = (
        Volunteer.objects.visible_to(request.user)
        .of(community)
        .select_related("person", "team")
        .order_by("number")
    )
    filters = VolunteerFilter(request.GET, queryset=queryset, request=request)
    if request.GET.get("format") == "xlsx":
        rows = list(filters.qs[:20_000])
        reading.record(request, [each.person for each in rows], ["name"], _("list of volunteers"))
        columns = [
            excel.Column(_("Number"), text=True), excel.Column(_("Name")), excel.Column(_("Team")), excel.Column(_("Background")),
            excel.Column(_("Training level")), excel.Column(_("State")), excel.Column(_("Joined on")),
            excel.Column(_("Insured until")), excel.Column(_("Hours")), excel.Column(_("Time coins")), excel.Column(_("Points")),
            excel.Column(_("Last service")),
        ]  # fmt: skip
        return excel.xlsx_response(
            "volunteers", columns,
            [
                [
                    row["volunteer"].number, row["volunteer"].person.name, str(row["volunteer"].team or ""),
                    row["volunteer"].get_source_display(), row["volunteer"].get_level_display(),
                    row["volunteer"].get_state_display(), row["volunteer"].joined_on, row["volunteer"].insured_until,
                    row["balances"].minutes // 60, row["balances"].coins // 60, row["balances"].points, row["last"],
                ]
                for row in _rows(rows)
            ],
        )  # fmt: skip
    page = paging.page(request, filters.qs, per_page=50)
    reading.record(request, [each.person for each in page.items], ["name"], _("list of volunteers"))
    return render(
        request,
        "volunteers/list.html",
        {
            "page": page, "rows": _rows(page.items), "filter_form": filters.form,
            "overview": overview(community, timezone.localdate()), "today": timezone.localdate(),
            "may_enrol": policies.may_enrol(request.user, community.pk), **kept_filters(request, "list"),
        },
    )  # fmt: skip


def _rows(items: Any) -> list[dict[str, Any]]:
    balances, last = accounts.balances_of(items), accounts.last_served(items)
    return [
        {"volunteer": each, "balances": balances[each.pk], "last": last.get(each.pk, (None, 0))[0]}
        for each in items
    ]


@allowed(policies.may_see_list)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One volunteer: record, balances, year, services, slips."""
    volunteer = _volunteer(request, pk)
    today = timezone.localdate()
    balances = accounts.balances(volunteer)
    attendances = list(volunteer.attendances.select_related("reversed_by").order_by("-served_on", "-pk")[:30])
    slips = list(
        Redemption.objects.filter(volunteer=volunteer).select_related("reward").order_by("-redeemed_at")[:20]
    )
    statement = accounts.statement(volunteer, Unit.POINT, limit=20)
    reading.record(request, [volunteer.person], ["name", "phone"], _("volunteer's record"))
    return render(
        request,
        "volunteers/detail.html",
        {
            "volunteer": volunteer, "balances": balances, "star": accounts.star(volunteer, balances.minutes, today),
            "year": year_bars(accounts.year(volunteer, today)), "attendances": attendances, "slips": slips, "statement": statement,
            "qualifications": list(volunteer.qualifications.select_related("service_kind").order_by("-valid_from")),
            "facts": _facts(volunteer, today), "may_change": policies.may_enrol(request.user, volunteer.community_id),
            "may_correct": policies.may_correct(request.user, volunteer.community_id), "today": today,
            "may_hand_over": policies.may_hand_over(request.user, volunteer.community_id), "states": VolunteerState,
        },
    )  # fmt: skip


def _rated(volunteer: Volunteer, today: date) -> str:
    """The ratings of twelve months in words."""
    rated = portal.ratings(volunteer, today - timedelta(days=365), today)
    if not rated.count:
        return _("not yet")
    return _("%(stars)s of 5 (%(number)d in twelve months)") % {"stars": rated.stars, "number": rated.count}


def _facts(volunteer: Volunteer, today: Any) -> list[dict[str, Any]]:
    from carenet.webkit.templatetags.carenet import day

    age = volunteer.person.age(today)
    insured = day(volunteer.insured_until) if volunteer.insured_until else _("none")
    if volunteer.insured_until and not volunteer.insured(today):
        insured = _("%(day)s (ended)") % {"day": insured}
    return [
        {"key": _("Number"), "value": volunteer.number},
        {
            "key": _("Age"),
            "value": _("%(years)d years") % {"years": age} if age is not None else _("not known"),
        },
        {"key": _("Phone"), "value": volunteer.person.masked_phone()},
        {"key": _("Team"), "value": volunteer.team or _("no team")},
        {"key": _("Background"), "value": volunteer.get_source_display()},
        {"key": _("How they came"), "value": volunteer.get_channel_display()},
        {"key": _("Motive"), "value": volunteer.get_motive_display()},
        {"key": _("Training level"), "value": volunteer.get_level_display()},
        {"key": _("Skills and talents"), "value": pgettext("between skills", ", ").join(volunteer.skills)},
        {"key": _("Rated by the people served"), "value": _rated(volunteer, today)},
        {"key": _("Joined on"), "value": day(volunteer.joined_on)},
        {
            "key": _("Agreement signed on"),
            "value": day(volunteer.agreed_on) if volunteer.agreed_on else _("not yet"),
        },
        {"key": _("Accident insurance until"), "value": insured},
        {
            "key": pgettext("sign-in", "Account"),
            "value": volunteer.user.username if volunteer.user else _("none"),
        },
    ]


@allowed(policies.may_enrol)
@once.once
def enrol(request: HttpRequest) -> HttpResponse:
    """First find the person (an elder may be a volunteer), then the volunteer's facts."""
    community = community_of(request)
    person = None
    if request.GET.get("person", "").isdigit():
        person = get_object_or_404(
            Person.objects.visible_to(request.user).of(community), pk=request.GET["person"]
        )
    elif "new" not in request.GET:
        return _enrol_search(request)
    made = EnrolForm if person else EnrolNewForm
    initial = {"joined_on": timezone.localdate(), "name": request.GET.get("name", "")}
    form = made(request.POST or None, community=community, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            at, facts = timezone.now(), dict(form.cleaned_data)
            if person is None:
                identity = {name: facts.pop(name) for name in EnrolNewForm.PERSON}
                person = people.register(community=community, by=request.user, at=at, **identity)
            volunteer = registry.enrol(person=person, by=request.user, at=at, **facts)
            messages.success(
                request,
                _("%(name)s is enrolled as volunteer %(number)s.")
                % {"name": person.name, "number": volunteer.number},
            )
            return redirect("volunteers:detail", pk=volunteer.pk)
        person = person if person and person.pk and "new" not in request.GET else None
    return refusals.form_page(request, "volunteers/enrol.html", form, {"person": person})


def _enrol_search(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    found: list[dict[str, Any]] = []
    if wanted:
        persons = list(
            Person.objects.visible_to(request.user)
            .of(community_of(request))
            .living_records()
            .search(wanted)[:20]
        )
        enrolled = dict(Volunteer.objects.filter(person__in=persons).values_list("person", "pk"))
        today = timezone.localdate()
        found = [
            {
                "person": each,
                "age": each.age(today),
                "phone": each.masked_phone(),
                "volunteer": enrolled.get(each.pk),
            }
            for each in persons
        ]
        reading.record(request, persons, ["name", "phone"], _("enrolling a volunteer"))
    return render(request, "volunteers/enrol_search.html", {"q": wanted, "found": found})


@allowed(policies.may_enrol)
@once.once
def change(request: HttpRequest, pk: int) -> HttpResponse:
    volunteer = _volunteer(request, pk)
    form = ChangeForm.of(volunteer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            registry.change(volunteer=volunteer, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The record is saved."))
            return redirect("volunteers:detail", pk=pk)
    return refusals.form_page(request, "volunteers/change.html", form, {"volunteer": volunteer})


@allowed(policies.may_enrol)
@once.once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One button: pause, resume, leave, come back, open an account."""
    volunteer = _volunteer(request, pk)
    form = StepForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return redirect("volunteers:detail", pk=pk)
    at, facts = timezone.now(), form.cleaned_data
    with refusals.refusals_told(request):
        match facts["step"]:
            case "pause":
                registry.pause(volunteer=volunteer, until=facts["until"], by=request.user, at=at)
                messages.success(request, _("Pausing. Nothing is offered until the volunteer resumes."))
            case "resume":
                registry.resume(volunteer=volunteer, by=request.user, at=at)
                messages.success(request, _("Welcome back! The volunteer can be asked again."))
            case "leave":
                registry.leave(
                    volunteer=volunteer,
                    on=timezone.localdate(at),
                    reason=facts["reason"],
                    by=request.user,
                    at=at,
                )
                messages.success(
                    request, _("The volunteer has left. Hours stay on record; points are kept safe.")
                )
            case "return":
                registry.come_back(volunteer=volunteer, by=request.user, at=at)
                messages.success(request, _("Welcome back! The volunteer can be asked again."))
            case "account":
                _open_account(request, volunteer, at)
    return redirect("volunteers:detail", pk=pk)


def _open_account(request: HttpRequest, volunteer: Volunteer, at: Any) -> None:
    user = volunteer.user or account_people.open_account(
        username=volunteer.number.lower(), person=volunteer.person, display_name=volunteer.person.name, by=request.user,
        at=at,
    )  # fmt: skip
    account_people.grant(
        user=user, role=Role.VOLUNTEER, community=volunteer.community, by=request.user, at=at
    )
    messages.success(
        request,
        _("The account is open. The volunteer signs in with the phone number and a code by text message."),
    )


@allowed(policies.may_enrol)
@once.once
def qualify(request: HttpRequest, pk: int) -> HttpResponse:
    volunteer = _volunteer(request, pk)
    form = QualifyForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            registry.qualify(volunteer=volunteer, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The qualification is recorded."))
            return redirect("volunteers:detail", pk=pk)
    return refusals.form_page(request, "volunteers/qualify.html", form, {"volunteer": volunteer})


@allowed(policies.may_correct)
@once.once
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a credit back with a reason."""
    attendance = get_object_or_404(
        Attendance.objects.visible_to(request.user).select_related("volunteer__person", "community"), pk=pk
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            time_bank.reverse(
                attendance=attendance, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("The credit was taken back. The volunteer has been told the reason."))
            return redirect("volunteers:detail", pk=attendance.volunteer_id)
    return refusals.form_page(request, "volunteers/reverse.html", form, {"attendance": attendance})
