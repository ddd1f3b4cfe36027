"""Assessments: choose the form, answer item by item, sign. The report has its own module (assessed)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.kernel.errors import DomainError
from carenet.webkit import once, refusals
from carenet.webkit.templatetags import carenet as show
from elders import policies
from elders.actions import assessments as actions
from elders.actions.refusals import NotComplete
from elders.models import Assessment
from elders.reports import packs
from elders.reports.assessed import answer_text, short, text
from elders.rules import scoring
from elders.web import assessed, forms
from elders.web.access import assessment_of, elder_of


@login_required
@once.once
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Which form and why; then straight to the questions. An open draft is gone on with."""
    elder = elder_of(request, pk)
    at = timezone.now()
    offered = [
        each
        for each in packs.in_use(elder.community_id, timezone.localdate(at))
        if policies.may_fill(request.user, elder.community_id, each.definition)  # type: ignore[arg-type]
    ]
    if not offered:
        raise Http404
    newest = {
        each.instrument.code: each
        for each in elder.assessments.exclude(state="VOID")
        .select_related("instrument")
        .order_by("instrument__code", "-started_at")
        .distinct("instrument__code")
    }
    first = not elder.assessments.filter(state="SIGNED").exists()
    form = forms.StartForm(
        request.POST or None,
        offered=offered,
        initial={
            "reason": "FIRST" if first else "ROUTINE",
            "code": request.GET.get("form") or offered[0].code,
        },
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            draft = actions.start(elder=elder, **form.cleaned_data, by=request.user, at=at)  # type: ignore[arg-type]
            return redirect("elders:assessment", pk=draft.pk)
    rows = [
        {
            "form": each,
            "minutes": each.definition.get("minutes"),
            "takes_two": each.definition.get("assessors", 1) > 1,
            "is_entry": each.definition.get("entry_only", False),
            "last": newest.get(each.code),
            "last_text": short(newest[each.code]) if each.code in newest else "",
        }
        for each in offered
    ]
    reading.record(request, [elder.person], ("name", "assessment"))
    return refusals.form_page(
        request,
        "elders/assess_start.html",
        form,
        {"elder": elder, "rows": rows, "chosen": form["code"].value() or offered[0].code},
    )


def previous_of(assessment: Assessment) -> Assessment | None:
    """The last finished assessment with the same form."""
    return (
        Assessment.objects.filter(
            elder_id=assessment.elder_id, instrument__code=assessment.instrument.code, state="SIGNED"
        )
        .exclude(pk=assessment.pk)
        .order_by("-signed_at")
        .first()
    )


def _sections(
    assessment: Assessment, before: Assessment | None, wrong: set[str], clashes: dict[str, Any]
) -> list[dict[str, Any]]:
    """The form as the template draws it: sections, items, options with their state, previous answers beside."""
    definition = assessment.instrument.definition
    old = before.answers if before else {}
    found = []
    for section in definition["sections"]:
        items = []
        for item in section["items"]:
            answer = assessment.answers.get(item["key"])
            chosen = set(answer) if isinstance(answer, list) else {answer}
            previous = old.get(item["key"])
            options = [
                {
                    "code": each["code"],
                    "text": text(each),
                    "score": each.get("score"),
                    "chosen": each["code"] in chosen,
                    "before": each["code"] in (previous if isinstance(previous, list) else [previous]),
                }
                for each in scoring.options(definition, item)
            ]
            items.append(
                {
                    "key": item["key"],
                    "id": item["key"].replace(".", "-"),
                    "kind": item["kind"],
                    "title": text(item),
                    "hint": text(item, "hint"),
                    "required": scoring.is_required(item),
                    "options": options,
                    "answer": answer,
                    "same": bool(assessment.marks.get(item["key"], {}).get("same")),
                    "has_before": item["key"] in old,
                    "before_text": answer_text(definition, item, previous) if item["key"] in old else "",
                    "before_number": previous if item["kind"] in ("number", "points") else None,
                    "is_wrong": item["key"] in wrong,
                    "clash": clashes.get(item["key"]),
                }
            )
        found.append(
            {"key": section["key"], "title": text(section), "max": section.get("max"), "items": items}
        )
    return found


def _posted(request: HttpRequest, definition: Any) -> dict[str, Any]:
    """The answers a form or one fieldset sent; `_item` names what was on it, so that "none" can be told."""
    given: dict[str, Any] = {}
    for key in request.POST.getlist("_item"):
        item = scoring.item_by_key(definition, key)
        if item is None:
            continue
        given[key] = request.POST.getlist(key) if item["kind"] == "many" else request.POST.get(key, "")
    return given


def _bases(request: HttpRequest) -> dict[str, Any] | None:
    """What the page knew of each answer when it was drawn; None from a client that does not say."""
    if "_base" not in request.POST:
        return None
    try:
        found = json.loads(request.POST["_base"])
    except ValueError:
        return None
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else None


def _clash(definition: Any, clash: actions.Clash) -> dict[str, Any]:
    item = scoring.item_by_key(definition, clash.item)
    assert item is not None
    moment = show.moment(datetime.fromisoformat(clash.at)) if clash.at else ""
    return {
        "item": clash.item,
        "theirs": clash.theirs,
        "theirs_text": answer_text(definition, item, clash.theirs),
        "mine_text": answer_text(definition, item, clash.mine),
        "by": clash.by,
        "at": moment,
    }


def _merge(row: Assessment, request: HttpRequest, given: dict[str, Any], at: Any) -> actions.Merged:
    return actions.merge(
        assessment=row, answers=given, bases=_bases(request), same=request.POST.getlist("_same"), by=request.user,  # type: ignore[arg-type]
        at=at,
    )  # fmt: skip


@login_required
@once.once
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions while it is a draft, the report once it is signed."""
    row = assessment_of(request, pk)
    definition = row.instrument.definition
    if request.method == "GET" and "blank" in request.GET:
        return _blank(request, row)
    reading.record(request, [row.elder.person], ("name", "age", "health", "assessment"))
    if row.state != "DRAFT" or not policies.may_fill(request.user, row.community_id, definition):  # type: ignore[arg-type]
        return assessed.report(request, row)
    at = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = forms.SignForm(
        posted,
        community=row.elder.community,
        by=request.user,
        takes_two=definition.get("assessors", 1) > 1,
        initial={"made_on": timezone.localdate(at)},
    )
    before = previous_of(row)
    wrong: set[str] = set()
    clashes: dict[str, Any] = {}
    if posted is not None:
        given = _posted(request, definition)
        same = posted.get("same", "")
        if same and before is not None and same in before.answers:
            given[same] = before.answers[same]
            request.POST = posted.copy()
            request.POST.appendlist("_same", same)
        try:
            merged = _merge(row, request, given, at)
            row, clashes = merged.assessment, {each.item: _clash(definition, each) for each in merged.clashes}
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            wrong.add(refusal.facts.get("field", ""))
        if clashes:
            form.add_error(
                None,
                _("Somebody else answered %(count)s questions meanwhile. Please look at both answers.")
                % {"count": len(clashes)},
            )
        if posted.get("do") != "sign" and not clashes and not wrong:
            messages.success(request, _("Saved. You can go on at any time, also on another device."))
            return redirect("elders:assessment", pk=row.pk)
        if posted.get("do") == "sign" and not clashes and form.is_valid():
            try:
                with refusals.refusals_on(form):
                    try:
                        signed = actions.sign(assessment=row, **form.cleaned_data, by=request.user, at=at)  # type: ignore[arg-type]
                    except NotComplete as refusal:
                        wrong |= set(refusal.facts["items"])
                        raise
                    messages.success(request, _said(signed))
                    return redirect("elders:assessment", pk=signed.pk)
            finally:
                row = assessment_of(request, pk)
    context = {
        "assessment": row, "elder": row.elder, "sections": _sections(row, before, wrong, clashes), "before": before,
        "note": text(definition, "note"), "takes_two": definition.get("assessors", 1) > 1, "base": json.dumps(row.answers),
        **_progress(row),
    }  # fmt: skip
    return refusals.form_page(request, "elders/assessment.html", form, context)


def _blank(request: HttpRequest, row: Assessment) -> HttpResponse:
    """The questions alone, for the phone to keep: no name, no answer, nothing of last time (so no read log either)."""
    definition = row.instrument.definition
    if row.state != "DRAFT" or not policies.may_fill(request.user, row.community_id, definition):  # type: ignore[arg-type]
        raise Http404
    row.answers = {}
    context = {
        "assessment": row, "sections": _sections(row, None, set(), {}), "base": "{}", "blank": True,
        "note": text(definition, "note"), **_progress(row),
    }  # fmt: skip
    return render(request, "elders/assessment.html", context)


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the assessment; its place decides its scope: /assessments/ and nothing else."""
    answer = render(request, "elders/assessment_worker.js", content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def _said(signed: Assessment) -> str:
    if signed.state == "HALF":
        return _("Signed by you. %(second)s was asked for the second signature; then the result counts.") % {
            "second": signed.second_assessor
        }
    if signed.final_level is not None:
        return _("Signed. The level and a suggestion for the colour were computed.")
    return _("Signed. The points were computed: %(result)s.") % {"result": short(signed)}


def _progress(row: Assessment) -> dict[str, int]:
    definition = row.instrument.definition
    required = sum(1 for _section, item in scoring.items(definition) if scoring.is_required(item))
    return {"required": required, "answered": required - len(scoring.missing(definition, row.answers))}


@login_required
@require_POST
@transaction.atomic
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap, sent by the page's script at once or when the network is back. Sending it again changes nothing."""
    row = assessment_of(request, pk)
    definition = row.instrument.definition
    ticket = once.Ticket(request, once.key_of(request), once.hash_of_form(request))
    given = _posted(request, definition)
    clashes: list[actions.Clash] = []
    if ticket.first:
        try:
            with transaction.atomic():
                merged = _merge(row, request, given, timezone.now())
        except DomainError as refusal:
            ticket.remember(status=409)
            return JsonResponse({"code": refusal.code, "message": str(refusal.message)}, status=409)
        row, clashes = merged.assessment, merged.clashes
        ticket.remember(status=409 if clashes else 200)
    else:
        # The first sending may have been carried out while this one waited: say what is stored now.
        row.refresh_from_db(fields=["answers", "saved_at"])
    if clashes:
        found = [_clash(definition, each) for each in clashes]
        return JsonResponse({"code": "answered_elsewhere", "clashes": found}, status=409)
    return JsonResponse(
        {
            "stored": {key: row.answers.get(key) for key in given},
            "saved": show.moment(row.saved_at),
            **_progress(row),
        }
    )
