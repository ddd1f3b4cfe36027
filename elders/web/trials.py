"""Triage rules: what is in use, other thresholds on trial, who would change colour and what it would cost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from elders import policies
from elders.actions import triage, trials
from elders.models import RuleSet, ShadowChange, ShadowRun
from elders.reports import overrides, words
from elders.rules import floor
from elders.web import forms
from elders.web.access import staff_community

SHOWN = ("name", "colour")


@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in use with every threshold, the versions on trial, the trials so far, and who overrides how often."""
    community = staff_community(request)
    present = triage.adopted_rules(community)
    versions = RuleSet.objects.filter(code=trials.CODE).select_related("made_by").order_by("-version")
    return render(
        request,
        "elders/rules.html",
        {
            "present": present,
            "thresholds": words.thresholds(present.definition),
            "versions": [
                (each, words.different(present.definition, each.definition))
                for each in versions
                if each.pk != present.pk
            ],
            "runs": ShadowRun.objects.of(community)
            .select_related("rule_set", "against", "by")
            .order_by("-at")[:12],
            "may_change": policies.may_turn_forms(request.user, community.pk),  # type: ignore[arg-type]
            "overrides": overrides.by_worker(community.pk, timezone.now()),
        },
    )


@login_required
@once.once
def propose(request: HttpRequest) -> HttpResponse:
    """Other thresholds; saving makes a version on trial, nobody's colour changes."""
    community = staff_community(request)
    if not policies.may_turn_forms(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    present = triage.adopted_rules(community)
    form = forms.ThresholdsForm(request.POST or None, definition=present.definition)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            data = dict(form.cleaned_data)
            note = data.pop("note")
            made = trials.propose(
                community=community, changes=data, note=note, by=request.user, at=timezone.now()
            )  # type: ignore[arg-type]
            job = trials.start(community=community, rule_set=made, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            return redirect("jobs:job", pk=job.pk)
    return refusals.form_page(request, "elders/rules_propose.html", form, {"present": present})


@login_required
@require_POST
@once.once
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a trial of a version over everybody."""
    community = staff_community(request)
    if not policies.may_turn_forms(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    rule_set = get_object_or_404(RuleSet, pk=pk, code=trials.CODE)
    with refusals.refusals_told(request):
        job = trials.start(community=community, rule_set=rule_set, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return redirect("jobs:job", pk=job.pk)
    return redirect("elders:rules")


@login_required
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would change colour, and what it would cost in hours of contact."""
    community = staff_community(request)
    run = get_object_or_404(
        ShadowRun.objects.of(community).select_related("rule_set", "against", "by"), pk=pk
    )
    changes = ShadowChange.objects.filter(run=run).select_related("elder__person", "elder__building")
    wanted = request.GET.get("to", "")
    if wanted in floor.MINUTES:
        colour, _colon, subtier = wanted.partition(":")
        changes = changes.filter(to_colour=colour, **({"to_subtier": subtier} if subtier else {}))
    changes = changes.order_by("elder_id")
    if request.GET.get("format") == "xlsx":
        return _export(request, run, changes)
    text = request.GET.get("rate", "")
    rate = int(text) if text.isdigit() and len(text) <= 4 else floor.YUAN_AN_HOUR
    before, after = run.counts.get("from", {}), run.counts.get("to", {})
    minutes = floor.minutes(after) - floor.minutes(before)
    page = paging.page(request, changes, per_page=50)
    reading.record(request, [each.elder.person for each in page], SHOWN)
    present = triage.adopted_rules(community)
    return render(
        request,
        "elders/trial.html",
        {
            "run": run,
            "page": page,
            "rows": [
                {
                    "badge": words.badge(*each.split(":")) if ":" in each else words.badge(each, ""),
                    "key": each,
                    "before": before.get(each, 0),
                    "after": after.get(each, 0),
                    "more": after.get(each, 0) - before.get(each, 0),
                }
                for each in floor.MINUTES
            ],
            "changes": [
                (
                    each,
                    words.badge(each.from_colour, each.from_subtier),
                    words.badge(each.to_colour, each.to_subtier),
                    " ".join(each.to_fired) or "—",
                )
                for each in page
            ],
            "different": words.different(run.against.definition, run.rule_set.definition),
            "hours": round(minutes / 60),
            "yuan": round(minutes / 60 * rate),
            "rate": rate,
            "chosen": wanted,
            "may_adopt": policies.may_turn_forms(request.user, community.pk)  # type: ignore[arg-type]
            and present.pk == run.against_id != run.rule_set_id,
            "is_in_use": present.pk == run.rule_set_id,
        },
    )


def _export(request: HttpRequest, run: ShadowRun, changes: Any) -> HttpResponse:
    columns = [
        excel.Column(_("Archive number"), text=True), excel.Column(_("Name")), excel.sensitive(_("Confirmed colour")),
        excel.sensitive(_("With the rules in use")), excel.sensitive(_("With the rules on trial")),
        excel.sensitive(_("rules that fired")),
    ]  # fmt: skip
    excel.check(_("trial-run"), columns, changes.order_by().count)
    chosen = list(changes[: excel.MOST_ROWS])
    reading.record(request, [each.elder.person for each in chosen], SHOWN, purpose="xlsx")
    return excel.xlsx_response(
        _("trial-run"),
        columns,
        (
            [
                each.elder.number_text, each.elder.person.name, words.short_colour(each.confirmed),
                words.short_colour(each.from_colour, each.from_subtier), words.short_colour(each.to_colour, each.to_subtier),
                " ".join(each.to_fired),
            ]
            for each in chosen
        ),
    )  # fmt: skip


@login_required
@require_POST
@once.once
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """The director puts the version in force."""
    community = staff_community(request)
    if not policies.may_turn_forms(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    run = get_object_or_404(ShadowRun.objects.of(community).select_related("rule_set", "community"), pk=pk)
    with refusals.refusals_told(request):
        trials.adopt(run=run, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(
            request, _("In force. All colours are suggested anew in the background; people still decide.")
        )
    return redirect("elders:rules")
