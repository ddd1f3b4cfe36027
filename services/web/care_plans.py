"""The treatment plan and who carries it out: tie it to a case or a service, look again, loosen it with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.accounts.policies import require
from carenet.audit import reading
from carenet.audit import reports as audit
from carenet.parties.models import ServiceKind
from carenet.webkit import once, refusals
from elders.models import TreatmentPlan
from services import policies
from services.actions import care_plans
from services.models import CareLine, Case
from services.reports import care_plans as reports
from services.web import care_forms
from services.web.field import require_worker

SHOWN = ["name", "building", "health"]
NEXT_LOOK = timedelta(days=30)


def _community(request: HttpRequest) -> Any:
    """The community, for whoever may read health there. Raises Http404."""
    community = require_worker(request)
    if not policies.may_read_care_plan(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


@login_required
@once.once
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What the doctor ordered, who carries it out, who did before; and the form that ties it."""
    community = _community(request)
    user: Any = request.user
    rows = TreatmentPlan.objects.visible_to(user).filter(community=community)
    row = get_object_or_404(rows.select_related("elder__person", "elder__building", "noted_by"), pk=pk)
    on = timezone.localdate()
    cases = Case.objects.visible_to(user).with_reader(user).open()
    cases = cases.filter(elder_id=row.elder_id).select_related("worker")
    form = care_forms.TieForm(
        request.POST if request.method == "POST" else None,
        cases=cases.order_by("opened_at"),
        initial={"since": on, "review_on": max(row.review_on, on + timedelta(days=1)), "carrier": request.GET.get("carrier", "")},
    )  # fmt: skip
    may_keep = policies.may_keep_care_plan(user, community.pk)
    if request.method == "POST":
        require(may_keep)
        if form.is_valid():
            data = form.cleaned_data
            with refusals.refusals_on(form):
                care_plans.tie(
                    plan=row, case=cases.filter(pk=data["case"]).first() if data["case"] else None,
                    kind=ServiceKind.objects.filter(pk=data["kind"]).first() if data["kind"] else None,
                    words=data["words"], since=data["since"], review_on=data["review_on"], by=user, at=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("Tied. The health file and the case now show each other."))
                return redirect("services:care-plan", pk=row.pk)
    reading.record(request, [row.elder.person], SHOWN)
    lines = reports.lines_of(CareLine.objects.visible_to(user).filter(plan=row).order_by("-pk"), on=on)
    return refusals.form_page(
        request, "services/care_plan.html", form,
        {
            "plan": row, "elder": row.elder, "on": on, "may_keep": may_keep and row.ended_on is None,
            "lines": [each for each in lines if each.row.ended_on is None],
            "loosened": [each for each in lines if each.row.ended_on is not None],
        },
    )  # fmt: skip


def _line(request: HttpRequest, pk: int) -> CareLine:
    community = _community(request)
    rows = CareLine.objects.visible_to(request.user).filter(community=community)  # type: ignore[arg-type]
    found: CareLine = get_object_or_404(
        rows.select_related("plan", "case__worker", "kind", "elder__person", "elder__building"), pk=pk
    )
    return found


@login_required
@once.once
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: how it stands, what was changed by whom, and the form after a look."""
    row = _line(request, pk)
    on = timezone.localdate()
    form = care_forms.LookForm(
        request.POST if request.method == "POST" else None,
        initial={"words": row.words, "review_on": on + NEXT_LOOK},
    )
    may_keep = policies.may_keep_care_plan(request.user, row.community_id)  # type: ignore[arg-type]
    if request.method == "POST":
        require(may_keep)
        if form.is_valid():
            with refusals.refusals_on(form):
                care_plans.look_again(line=row, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
                messages.success(request, _("Written down, with the day of the next look."))
                return redirect("services:care-plan", pk=row.plan_id)
    reading.record(request, [row.elder.person], SHOWN)
    return refusals.form_page(
        request, "services/care_line.html", form,
        {
            "line": reports.lines_of(CareLine.objects.filter(pk=row.pk), on=on)[0], "row": row, "elder": row.elder,
            "may_keep": may_keep and row.ended_on is None,
            "history": audit.history(
                "services.careline", row.pk, reader=request.user, community_id=row.community_id,  # type: ignore[arg-type]
            ),
        },
    )  # fmt: skip


@login_required
@once.once
def loosen(request: HttpRequest, pk: int) -> HttpResponse:
    """The case or service no longer carries out the plan."""
    row = _line(request, pk)
    require(policies.may_keep_care_plan(request.user, row.community_id))  # type: ignore[arg-type]
    form = care_forms.LoosenForm(
        request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            care_plans.loosen(line=row, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("Loosened. The plan itself goes on."))
            return redirect("services:care-plan", pk=row.plan_id)
    reading.record(request, [row.elder.person], SHOWN)
    return refusals.form_page(
        request, "services/care_loosen.html", form,
        {
            "row": row, "elder": row.elder, "title": reports.title_of(row),
            "back": reverse("services:care-plan", args=[row.plan_id]),
        },
    )  # fmt: skip
