"""Triage: look at the suggestion with its reasons, and decide."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.accounts import policies as accounts
from carenet.audit import reading
from carenet.webkit import once, refusals
from elders import policies
from elders.actions import triage
from elders.models import TriageResult, WitnessRecord
from elders.querysets import communities_read_by
from elders.reports import words
from elders.web import forms
from elders.web.access import elder_of


@login_required
@require_POST
@once.once
def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the suggestion again from what is known now."""
    elder = elder_of(request, pk)
    with refusals.refusals_told(request):
        result = triage.suggest(elder=elder, by=request.user, at=timezone.now())
        return redirect("elders:triage", pk=result.pk)
    return redirect("elders:file", pk=elder.pk)


@login_required
@once.once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The suggestion, why, from what; and the form of the person who decides."""
    rows = TriageResult.objects.filter(community_id__in=communities_read_by(request.user)).select_related(  # type: ignore[arg-type]
        "elder__person", "elder__building", "rule_set", "by"
    )
    result: TriageResult = get_object_or_404(rows, pk=pk)
    elder = result.elder
    decisions = list(result.decisions.select_related("by", "proposed_by").order_by("pk"))
    final = next((each for each in decisions if each.is_final), None)
    restricted = policies.may_read_restricted(request.user, result.community_id)  # type: ignore[arg-type]
    proposal = (
        next((each for each in reversed(decisions) if not each.is_final), None) if final is None else None
    )
    reviews = list(
        WitnessRecord.objects.filter(decision__result=result)
        .select_related("by", "decision", "corrected_by")
        .order_by("met_on", "pk")
    )
    newest = elder.triage_results.order_by("-pk").first()
    suggested = f"{result.colour}:{result.subtier}"
    form = forms.DecideForm(
        request.POST or None,
        initial={"colour": f"{proposal.colour}:{proposal.subtier}" if proposal else suggested},
    )
    may_decide = policies.may_confirm_colour(request.user, result.community_id)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        accounts.require(may_decide)
        colour, _colon, subtier = form.cleaned_data["colour"].partition(":")
        with refusals.refusals_on(form):
            decision = triage.confirm(
                result=result, colour=colour, subtier=subtier or None, override=form.cleaned_data["override"],
                reason=form.cleaned_data["reason"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            if decision.is_final:
                shown = words.long_colour(decision.colour, decision.subtier)
                messages.success(
                    request,
                    _("The colour is now: %(colour)s. The contact clock follows it.") % {"colour": shown},
                )
                return redirect("elders:file", pk=elder.pk)
            messages.info(
                request,
                _(
                    "Your proposal is written down. Leaving red takes effect when a second person confirms it."
                ),
            )
            return redirect("elders:triage", pk=result.pk)
    reading.record(request, [elder.person], ("name", "age", "health", "colour"))
    return refusals.form_page(
        request,
        "elders/triage.html",
        form,
        {
            "result": result,
            "elder": elder,
            "age": elder.age(timezone.localdate()),
            "badge": words.badge(result.colour, result.subtier),
            "present": words.badge(elder.colour, elder.subtier),
            "because": words.because(result, restricted=restricted),
            "inputs": words.inputs(result, restricted=restricted),
            "indices": words.indices(result),
            "final": final,
            "reviews": reviews,
            "decisions": decisions,
            "final_badge": words.badge(final.colour, final.subtier) if final else None,
            "proposal": proposal,
            "proposal_badge": words.badge(proposal.colour, proposal.subtier) if proposal else None,
            "is_newest": newest is not None and newest.pk == result.pk,
            "newest": newest,
            "may_decide": may_decide and final is None,
            "leaves_red": elder.colour == "RED" and result.colour != "RED",
            "proposed_by_me": proposal is not None and proposal.by_id == request.user.pk,
        },
    )


@login_required
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """For the elder who asks why: the reasons in plain words and large letters, and the right to refuse a machine.

    Source: domain.md §1.13 audit rule 2; PIPL Art. 24.
    """
    rows = TriageResult.objects.filter(community_id__in=communities_read_by(request.user)).select_related(  # type: ignore[arg-type]
        "elder__person", "elder__community", "rule_set"
    )
    result: TriageResult = get_object_or_404(rows, pk=pk)
    final = result.decisions.filter(is_final=True).select_related("by").first()
    reading.record(request, [result.elder.person], ("name", "health", "colour"), purpose="explain")
    shown = (final.colour, final.subtier) if final else (result.colour, result.subtier)
    return render(
        request,
        "elders/explain.html",
        {
            "result": result, "elder": result.elder, "because": words.because(result, restricted=False, spoken=True), "final": final,
            "badge": words.badge(*shown), "community": result.elder.community,
        },
    )  # fmt: skip
