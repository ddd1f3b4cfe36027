"""Cases of the social workers, and worries that somebody looks into."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import once, paging, refusals
from elders import policies as elder_policies
from elders.models import Concern
from elders.reports import carrying, health
from services import policies
from services.actions import cases
from services.models import Case
from services.reports import asking, care_plans
from services.states import CaseState
from services.web import forms
from services.web.field import find_elder, require_worker


@login_required
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases, the open ones first."""
    community = require_worker(request)
    rows = (
        Case.objects.of(community)
        .visible_to(request.user)
        .with_reader(request.user)
        .select_related("elder__person", "worker")
        .order_by("-state", "-opened_at")
    )  # type: ignore[arg-type]
    page = paging.page(request, rows, per_page=50)
    reading.record(request, [each.elder.person for each in page.items if not each.may_read], ["name"])
    reading.record(request, [each.elder.person for each in page.items if each.may_read], ["name", "case"])
    lines = care_plans.to_look_at(request.user, community_id=community.pk, on=timezone.localdate())  # type: ignore[arg-type]
    reading.record(request, [each.row.elder.person for each in lines], ["name", "health"])
    nobodys = None
    if policies.supervises(request.user, community.pk):  # type: ignore[arg-type]
        nobodys = Case.objects.of(community).nobodys().count()
    return render(request, "services/cases.html", {"page": page, "lines": lines, "nobodys": nobodys})


@login_required
@once.once
def case_open(request: HttpRequest, elder: int) -> HttpResponse:
    """Open a case for an elder."""
    found = find_elder(request, elder)
    form = forms.CaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            case = cases.open_case(
                elder=found, worker=request.user, key=f"case:{once.key_of(request)}", by=request.user, at=timezone.now(),  # type: ignore[arg-type]
                **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("The case is open. Your visits to this elder belong to it."))
            return redirect("services:case", pk=case.pk)
    reading.record(request, [found.person], ["name"])
    return refusals.form_page(
        request, "services/case_open.html", form, {"elder": found, "age": found.age(timezone.localdate())}
    )


@login_required
@once.once
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: its visits, its follow-ups, and closing it."""
    require_worker(request)
    row = get_object_or_404(
        Case.objects.visible_to(request.user).select_related("elder__person", "elder__building", "worker"),
        pk=pk,
    )  # type: ignore[arg-type]
    may_read = policies.may_read_case(request.user, row)  # type: ignore[arg-type]
    form = forms.OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            cases.close(
                case_id=row.pk, outcome=form.cleaned_data["outcome"], by=request.user, at=timezone.now()
            )  # type: ignore[arg-type]
            messages.success(request, _("The case is closed."))
            return redirect("services:case", pk=row.pk)
    # Health words only for whoever may open the health file itself (C4).
    may_health = elder_policies.may_read_health(request.user, row.community_id)  # type: ignore[arg-type]
    shown = ["name", *(["case"] if may_read else []), "visits", *(["health"] if may_health else [])]
    reading.record(request, [row.elder.person], shown)
    return refusals.form_page(
        request, "services/case.html", form,
        {
            "case": row, "elder": row.elder, "may_read": may_read,
            "hand_overs": list(row.hand_overs.select_related("of", "to", "by").order_by("-pk")),
            "may_hand_over": row.state == CaseState.OPEN and policies.may_hand_over(request.user, row),  # type: ignore[arg-type]
            "supervisors": "" if may_read else asking.supervisors(row.community_id), "may_health": may_health, "on": timezone.localdate(),
            "plans": carrying.of(list(health.open_plans(row.elder)) if may_health else [], request.user, on=timezone.localdate()),  # type: ignore[arg-type]
            "lines": care_plans.of_case(row, request.user, on=timezone.localdate()),  # type: ignore[arg-type]
            "may_tie": policies.may_keep_care_plan(request.user, row.community_id),  # type: ignore[arg-type]
            "visits": row.visits.filter(replaced_by__isnull=True).select_related("worker").order_by("-visited_at")[:50],
        },
    )  # fmt: skip


@login_required
@require_POST
@once.once
def handle_concern(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked into a worry of the register."""
    from elders.actions import contacts

    community = require_worker(request)
    concern = get_object_or_404(Concern.objects.of(community), pk=pk)
    with refusals.refusals_told(request):
        outcome = request.POST.get("outcome", "").strip() or _("looked into")
        contacts.handle_concern(concern=concern, outcome=outcome, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Written down. Thank you."))
    return redirect("services:field")
