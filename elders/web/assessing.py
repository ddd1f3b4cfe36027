"""Assessments: start, answer item by item, sign, read the report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.kernel.errors import DomainError
from carenet.webkit import once, refusals
from elders import policies
from elders.actions import assessments as actions
from elders.actions.refusals import NotComplete
from elders.models import Assessment
from elders.querysets import communities_read_by
from elders.rules import scoring
from elders.states import Level
from elders.web import forms
from elders.web.access import elder_of


def _of(request: HttpRequest, pk: int) -> Assessment:
    rows = Assessment.objects.filter(community_id__in=communities_read_by(request.user)).select_related(  # type: ignore[arg-type]
        "elder__person", "elder__community", "elder__building", "instrument", "assessor", "second_assessor"
    )
    found: Assessment = get_object_or_404(rows, pk=pk)
    return found


def _text(row: Any, name: str = "") -> str:
    """The Chinese or the English text of an item, by the reader's language."""
    language = "zh" if (translation.get_language() or "").startswith("zh") else "en"
    key = f"{name}_{language}" if name else language
    return str(row.get(key, ""))


@login_required
@once.once
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it is made; then straight to the questions. An open draft is gone on with."""
    elder = elder_of(request, pk)
    if not policies.may_assess(request.user, elder.community_id):  # type: ignore[arg-type]
        raise Http404
    first = not elder.assessments.filter(state="SIGNED").exists()
    form = forms.StartForm(request.POST or None, initial={"reason": "FIRST" if first else "ROUTINE"})
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            draft = actions.start(
                elder=elder, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            return redirect("elders:assessment", pk=draft.pk)
    reading.record(request, [elder.person], ("name",))
    return refusals.form_page(request, "elders/assess_start.html", form, {"elder": elder})


def _sections(assessment: Assessment, wrong: set[str]) -> list[dict[str, Any]]:
    """The form as the template draws it: sections, items, options with their state, previous answers beside."""
    definition = assessment.instrument.definition
    before = (
        Assessment.objects.filter(
            elder_id=assessment.elder_id, instrument__code=assessment.instrument.code, state="SIGNED"
        )
        .exclude(pk=assessment.pk)
        .order_by("-signed_at")
        .first()
    )
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
                    "text": _text(each),
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
                    "title": _text(item),
                    "hint": _text(item, "hint"),
                    "required": scoring.is_required(item),
                    "options": options,
                    "answer": answer,
                    "before": [each["text"] for each in options if each["before"]],
                    "before_number": previous if item["kind"] == "number" else None,
                    "is_wrong": item["key"] in wrong,
                }
            )
        found.append(
            {"key": section["key"], "title": _text(section), "max": section.get("max"), "items": items}
        )
    if before:
        found[0]["before_on"] = before.signed_at
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


@login_required
@once.once
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions while it is a draft, the report once it is signed."""
    row = _of(request, pk)
    reading.record(request, [row.elder.person], ("name", "age", "health", "assessment"))
    if row.state != "DRAFT" or not policies.may_assess(request.user, row.community_id):  # type: ignore[arg-type]
        return _report(request, row)
    at = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = forms.SignForm(posted, community=row.elder.community, by=request.user)
    wrong: set[str] = set()
    if posted is not None:
        try:
            row = actions.answer(
                assessment=row, answers=_posted(request, row.instrument.definition), by=request.user, at=at
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
            wrong.add(refusal.facts.get("field", ""))
        if form.is_valid():
            if posted.get("do") != "sign":
                messages.success(request, _("Saved. You can go on at any time, also on another device."))
                return redirect("elders:assessment", pk=row.pk)
            try:
                with refusals.refusals_on(form):
                    try:
                        signed = actions.sign(assessment=row, **form.cleaned_data, by=request.user, at=at)
                    except NotComplete as refusal:
                        wrong |= set(refusal.facts["items"])
                        raise
                    messages.success(
                        request, _("Signed. The level and a suggestion for the colour were computed.")
                    )
                    return redirect("elders:assessment", pk=signed.pk)
            finally:
                row = _of(request, pk)
    context = {
        "assessment": row, "elder": row.elder, "sections": _sections(row, wrong), "note": _text(row.instrument.definition, "note"),
        **_progress(row),
    }  # fmt: skip
    return refusals.form_page(request, "elders/assessment.html", form, context)


def _progress(row: Assessment) -> dict[str, int]:
    definition = row.instrument.definition
    required = sum(1 for _section, item in scoring.items(definition) if scoring.is_required(item))
    return {"required": required, "answered": required - len(scoring.missing(definition, row.answers))}


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap is saved at once (htmx). Saving the same answer again changes nothing, so it needs no key."""
    row = _of(request, pk)
    try:
        row = actions.answer(
            assessment=row,
            answers=_posted(request, row.instrument.definition),
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        return render(request, "elders/assessment.html#saved", {"fault": refusal.message}, status=409)
    return render(request, "elders/assessment.html#saved", {"assessment": row, **_progress(row)})


@login_required
@once.once
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare an assessment void, with a reason."""
    row = _of(request, pk)
    if not policies.may_confirm_colour(request.user, row.community_id):  # type: ignore[arg-type]
        raise Http404
    form = forms.VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            actions.declare_void(assessment=row, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("The assessment is void; the one before it counts again."))
            return redirect("elders:file", pk=row.elder_id)
    reading.record(request, [row.elder.person], ("name",))
    return refusals.form_page(
        request, "elders/assess_void.html", form, {"assessment": row, "elder": row.elder}
    )


def _report(request: HttpRequest, row: Assessment) -> HttpResponse:
    definition = row.instrument.definition
    sections = [
        {
            "key": each["key"],
            "title": _text(each),
            "score": row.scores.get("sections", {}).get(each["key"]),
            "max": each.get("max"),
        }
        for each in definition["sections"]
        if each.get("max")
    ]
    answers = [
        {"title": f"{each['key']} {_text(each)}", "rows": _answered(definition, each, row.answers)}
        for each in definition["sections"]
    ]
    result = (
        row.elder.triage_results.filter(at__gte=row.signed_at).order_by("pk").first()
        if row.signed_at
        else None
    )
    context = {
        "assessment": row, "elder": row.elder, "person": row.elder.person, "sections": sections, "answers": answers,
        "age": row.elder.age(timezone.localdate(row.signed_at)) if row.signed_at else None, "maximum": definition.get("maximum"),
        "initial": Level(row.initial_level).label if row.initial_level is not None else None,
        "final": Level(row.final_level).label if row.final_level is not None else None,
        "grounds": [_ground(each) for each in row.grounds], "result": result,
        "may_void": row.state == "SIGNED" and policies.may_confirm_colour(request.user, row.community_id),  # type: ignore[arg-type]
    }  # fmt: skip
    return render(request, "elders/report.html", context)


def _ground(code: str) -> str:
    return {
        "coma": _("In a coma: level 4 directly."),
        "diagnosis": _("Dementia or another mental disorder was diagnosed: raised by one level."),
        "events": _("Two or more care-risk events within 30 days: raised by one level."),
    }[code]


def _answered(definition: Any, section: Any, answers: Any) -> list[dict[str, Any]]:
    found = []
    for item in section["items"]:
        value = answers.get(item["key"])
        options = {each["code"]: each for each in scoring.options(definition, item)}
        if item["kind"] == "many":
            text = "、".join(_text(options[each]) for each in value or []) or (
                "—" if value is None else _("none")
            )
        elif item["kind"] == "number":
            text = "—" if value is None else str(value)
        else:
            text = _text(options[value]) if value in options else "—"
        score = options[value].get("score") if isinstance(value, str) and value in options else None
        found.append({"key": item["key"], "title": _text(item), "text": text, "score": score})
    return found
