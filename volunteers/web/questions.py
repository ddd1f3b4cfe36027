"""The office's questions about hours: ask, answer, decide; and the people helped who are called back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.audit import reading
from carenet.kernel import months
from carenet.webkit import excel, once, paging, refusals
from volunteers import policies
from volunteers.actions import questions
from volunteers.models import Attendance, CallBack, Policy, Question
from volunteers.reports import call_backs, published
from volunteers.states_bank import QuestionState
from volunteers.web.access import allowed, community_of
from volunteers.web.bank_forms import CallForm, DecideForm, WordsForm


@allowed(policies.may_see_list)
def question_list(request: HttpRequest) -> HttpResponse:
    """What members and the nightly look would like to understand."""
    community = community_of(request)
    rows = Question.objects.visible_to(request.user).of(community).select_related("volunteer__person")
    show = request.GET.get("show", "")
    if show == "all":
        rows = rows.order_by("-raised_at", "-pk")
    else:
        rows = rows.undecided().order_by("raised_at", "pk")
    if request.GET.get("format") == "xlsx":
        found = list(rows[:20_000])
        reading.record(
            request, [each.volunteer.person for each in found], ["name"], _("questions about hours")
        )
        return excel.xlsx_response(
            "questions",
            [
                excel.Column(_("Raised on")), excel.Column(_("Volunteer")), excel.Column(_("About")), excel.Column(_("State")),
                excel.Column(_("Answer")), excel.Column(_("Reason")),
            ],
            [
                [
                    timezone.localdate(each.raised_at), each.volunteer.person.name, each.get_kind_display(),
                    each.get_state_display(), each.answer, each.reason,
                ]
                for each in found
            ],
        )  # fmt: skip
    page = paging.page(request, rows, per_page=50)
    reading.record(
        request, [each.volunteer.person for each in page.items], ["name"], _("questions about hours")
    )
    return render(
        request, "volunteers/questions.html",
        {"page": page, "show": show, "to_call": call_backs.waiting(community, on=timezone.localdate())},
    )  # fmt: skip


@allowed(policies.may_see_list)
@once.once
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: put it to the volunteer, write down the answer, decide."""
    row = get_object_or_404(
        Question.objects.visible_to(request.user).select_related(
            "volunteer__person", "community", "raised_by", "decided_by"
        ),
        pk=pk,
    )
    if row.community_id != community_of(request).pk:
        raise Http404
    services = list(row.attendances.select_related("served", "reversed_by").order_by("served_on", "pk"))
    what, at = request.POST.get("what", ""), timezone.now()
    office = policies.may_correct(request.user, row.community_id)
    keeper = policies.may_set_rules(request.user, row.community_id)
    if request.method == "POST" and not (
        office if what in ("ask", "answer") else keeper and what == "decide"
    ):
        raise Http404
    answer = WordsForm(request.POST if what == "answer" else None, prefix="answer")
    decide = DecideForm(
        request.POST if what == "decide" else None, prefix="decide", choices=published.choices(services)
    )
    if what == "ask":
        with refusals.refusals_told(request):
            questions.ask(question=row, on=timezone.localdate(at), at=at, by=request.user)
            messages.success(request, _("The volunteer has been asked."))
        return redirect("volunteers:question", pk=pk)
    active = decide if what == "decide" else answer
    if request.method == "POST" and active.is_valid():
        with refusals.refusals_on(active):
            _carry_out(request, row, services, what, active.cleaned_data, at)
            messages.success(request, _("Written down."))
            return redirect("volunteers:question", pk=pk)
    reading.record(
        request,
        [row.volunteer.person, *[each.served for each in services if each.served]],
        ["name"],
        _("questions about hours"),
    )
    undecided = row.state not in (QuestionState.KEPT, QuestionState.TAKEN_BACK)
    return refusals.form_page(
        request, "volunteers/question.html", active,
        {
            "question": row, "services": services, "answer": answer, "decide": decide,
            "may_ask": office and row.state == QuestionState.OPEN, "may_answer": office and row.state == QuestionState.ASKED,
            "may_decide": keeper and undecided,
        },
    )  # fmt: skip


def _carry_out(
    request: HttpRequest, row: Question, services: list[Attendance], what: str, facts: dict[str, Any], at: Any
) -> None:
    if what == "answer":
        questions.answer(question=row, words=facts["words"], at=at, by=request.user)
    elif facts["decision"] == "keep":
        questions.keep(question=row, reason=facts["reason"], at=at, by=request.user)
    else:
        chosen = set(facts["attendances"])
        questions.take_back(
            question=row, attendances=[each for each in services if str(each.pk) in chosen], reason=facts["reason"],
            on=timezone.localdate(at), at=at, by=request.user,
        )  # fmt: skip


@allowed(policies.may_see_list)
def calls(request: HttpRequest) -> HttpResponse:
    """The sample of last month: whom to call, what they said."""
    community, today = community_of(request), timezone.localdate()
    month = _month(request, today)
    percent = Policy.objects.values_on(community, today)["call_back_percent"]
    numbers = call_backs.drawn(community, month=month, percent=percent)
    said: dict[int, CallBack] = {}
    for each in CallBack.objects.filter(attendance__in=numbers).order_by("at"):
        said[each.attendance_id] = each
    services = (
        Attendance.objects.filter(pk__in=numbers)
        .select_related("served", "volunteer__person")
        .order_by("served_on", "pk")
    )
    rows = [{"service": each, "call": said.get(each.pk)} for each in services]
    reading.record(
        request, [each.served for each in services if each.served], ["name", "phone"], _("call-back sample")
    )
    if request.GET.get("format") == "xlsx":
        return excel.work_list(
            request,
            "call-backs",
            [
                excel.Column(pgettext("event", "Day")), excel.Column(_("Person helped")), excel.personal(_("Phone"), text=True),
                excel.Column(_("Service")), excel.Column(_("Volunteer")), excel.Column(_("Minutes")), excel.Column(_("Result")),
            ],
            [
                [
                    each["service"].served_on, each["service"].served.name, each["service"].served.phone(), each["service"].what,
                    each["service"].volunteer.person.name, each["service"].minutes,
                    each["call"].get_result_display() if each["call"] else "",
                ]
                for each in rows
            ],
        )  # fmt: skip
    return render(
        request, "volunteers/calls.html",
        {
            "rows": rows, "month": month, "percent": percent, "may": policies.may_correct(request.user, community.pk),
            "previous": months.previous_month(month),
        },
    )  # fmt: skip


def _month(request: HttpRequest, today: date) -> date:
    text = request.GET.get("month", "")
    try:
        return months.first_of_month(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return months.previous_month(today)


@allowed(policies.may_correct)
@once.once
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the person helped said."""
    row = get_object_or_404(
        Attendance.objects.visible_to(request.user).select_related(
            "served", "volunteer__person", "community"
        ),
        pk=pk,
    )
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            questions.call_back(attendance=row, at=timezone.now(), by=request.user, **form.cleaned_data)
            messages.success(request, _("Written down."))
            return redirect("volunteers:call-backs")
    reading.record(
        request, [each for each in (row.served,) if each], ["name", "phone"], _("call-back sample")
    )
    return refusals.form_page(request, "volunteers/call.html", form, {"service": row})
