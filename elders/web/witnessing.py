"""Democratic reviews: the sheet for the meeting, the record beside the decision, its correction and taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.accounts.policies import require
from carenet.audit import reading
from carenet.webkit import once, refusals
from elders import policies
from elders.actions import sealed_papers, witnessing
from elders.models import Elder, TriageDecision, TriageResult, WitnessRecord
from elders.querysets import communities_read_by
from elders.reports import words
from elders.rules import witness
from elders.web.witness_forms import CorrectReviewForm, ReviewForm, TakeBackForm

SHOWN = ("name", "colour", "review")
# What the sheet for the meeting holds; nothing of class C4. Source: domain.md §9.4.
ON_SHEET = ("name", "building", "living", "categories")


def _review(request: HttpRequest, elder: Elder, form: Any) -> witnessing.Review:
    facts = form.cleaned_data
    paper = None
    if facts["paper"]:
        paper = sealed_papers.keep(
            community=elder.community, title=_("democratic review"), content=facts["paper"].read(),
            cause=("elders.elder", elder.pk), by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
    return witnessing.Review(
        met_on=facts["met_on"], present=facts["present"], people=facts["people"], opinion=facts["opinion"],
        words=facts["words"], place=facts["place"], paper=paper,
    )  # fmt: skip


def _bound(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


@login_required
@once.once
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who met over a decision, and what they thought."""
    rows = TriageDecision.objects.filter(community_id__in=communities_read_by(request.user))  # type: ignore[arg-type]
    decision = get_object_or_404(rows.select_related("elder__person", "elder__community", "by"), pk=pk)
    require(policies.may_record_review(request.user, decision.community_id))  # type: ignore[arg-type]
    form = ReviewForm(*_bound(request), initial={"met_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            witnessing.attach(
                decision=decision, review=_review(request, decision.elder, form), by=request.user, at=timezone.now()  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(request, _("The review stands beside the decision."))
            return redirect("elders:triage", pk=decision.result_id)
    reading.record(request, [decision.elder.person], SHOWN)
    return refusals.form_page(
        request, "elders/witness.html", form,
        {
            "decision": decision, "elder": decision.elder, "record": None,
            "badge": words.badge(decision.colour, decision.subtier),
        },
    )  # fmt: skip


def _record(request: HttpRequest, pk: int) -> WitnessRecord:
    rows = WitnessRecord.objects.visible_to(request.user)  # type: ignore[arg-type]
    found: WitnessRecord = get_object_or_404(
        rows.select_related("elder__person", "elder__community", "decision"), pk=pk
    )
    require(policies.may_record_review(request.user, found.community_id))  # type: ignore[arg-type]
    return found


@login_required
@once.once
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A later row replaces the record; the first one stays readable."""
    record = _record(request, pk)
    names = ("met_on", "place", "present", "people", "opinion", "words")
    form = CorrectReviewForm(*_bound(request), initial={name: getattr(record, name) for name in names})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            witnessing.correct(
                record=record, review=_review(request, record.elder, form), reason=form.cleaned_data["reason"],
                by=request.user, at=timezone.now(),  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(request, _("Corrected. The first record stays readable."))
            return redirect("elders:triage", pk=record.decision.result_id)
    reading.record(request, [record.elder.person], SHOWN)
    return refusals.form_page(
        request, "elders/witness.html", form,
        {
            "decision": record.decision, "elder": record.elder, "record": record,
            "badge": words.badge(record.decision.colour, record.decision.subtier),
        },
    )  # fmt: skip


@login_required
@once.once
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It never took place, or belongs to somebody else."""
    record = _record(request, pk)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            witnessing.take_back(
                record=record, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()  # type: ignore[arg-type]
            )  # fmt: skip
            messages.success(request, _("Taken back. The record stays readable, with the reason."))
            return redirect("elders:triage", pk=record.decision.result_id)
    reading.record(request, [record.elder.person], SHOWN)
    return refusals.form_page(
        request, "elders/witness_back.html", form, {"record": record, "elder": record.elder}
    )


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for the meeting: name, area, living situation, open categories, and room to write; no health, no colour."""
    rows = TriageResult.objects.filter(community_id__in=communities_read_by(request.user))  # type: ignore[arg-type]
    result = get_object_or_404(
        rows.select_related("elder__person", "elder__community", "elder__building", "elder__grid"), pk=pk
    )
    elder = result.elder
    require(policies.may_record_review(request.user, result.community_id))  # type: ignore[arg-type]
    today = timezone.localdate()
    codes = elder.categories.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today)).order_by("code")
    agreed = elder.consents.filter(purpose="SHARE", withdrawn_at__isnull=True).exists()
    reading.record(request, [elder.person], ON_SHEET, purpose="democratic review")
    return render(
        request, "elders/witness_sheet.html",
        {
            "result": result, "elder": elder, "community": elder.community, "has_consent": agreed, "lines": range(8),
            "living": witness.shown_living(elder.living).label,
            "categories": [each.label for each in witness.shown_categories(codes.values_list("code", flat=True))],
        },
    )  # fmt: skip
