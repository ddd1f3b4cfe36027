"""Finished assessments: the report on the screen and on paper, the second signature, the way back, void."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.documents import pdf
from carenet.webkit import once, refusals
from carenet.webkit.templatetags import carenet as show
from elders import policies
from elders.actions import assessments as actions
from elders.models import Assessment
from elders.reports import assessed
from elders.web import forms
from elders.web.access import assessment_of

SHOWN = ("name", "age", "health", "assessment")


def report(request: HttpRequest, row: Assessment) -> HttpResponse:
    """C.1 to C.5, or points and band; every answer; who signed. The second assessor finds the signature here."""
    user = request.user
    since = row.countersigned_at or row.saved_at
    suggestion = (
        row.elder.triage_results.filter(at__gte=since).order_by("pk").first()
        if row.state == "SIGNED"
        else None
    )
    is_second = row.state == "HALF" and row.second_assessor_id == user.pk
    context = {
        "assessment": row,
        "elder": row.elder,
        "person": row.elder.person,
        "age": row.elder.age(timezone.localdate(row.signed_at)) if row.signed_at else None,
        "answers": assessed.answers(row, restricted=policies.may_read_every_answer(user, row)),  # type: ignore[arg-type]
        "result": assessed.result(row),
        "suggestion": suggestion,
        "may_countersign": is_second,
        "may_send_back": row.state == "HALF" and user.pk in (row.assessor_id, row.second_assessor_id),
        "form": forms.SendBackForm() if row.state == "HALF" else None,
        "may_void": row.state in ("SIGNED", "HALF") and policies.may_confirm_colour(user, row.community_id),  # type: ignore[arg-type]
    }
    return render(request, "elders/report.html", context)


@login_required
@require_POST
@once.once
def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """The second assessor signs in their own name."""
    row = assessment_of(request, pk)
    with refusals.refusals_told(request):
        actions.countersign(assessment=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(
            request, _("Signed by both. The level and a suggestion for the colour were computed.")
        )
    return redirect("elders:assessment", pk=row.pk)


@login_required
@once.once
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Not agreed yet: the assessment becomes a draft again, with a reason."""
    row = assessment_of(request, pk)
    if request.user.pk not in (row.assessor_id, row.second_assessor_id):
        raise Http404
    form = forms.SendBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            actions.send_back(assessment=row, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("It is a draft again; no answer was lost."))
            return redirect("elders:assessment", pk=row.pk)
    reading.record(request, [row.elder.person], ("name",))
    return refusals.form_page(
        request, "elders/assess_send_back.html", form, {"assessment": row, "elder": row.elder}
    )


@login_required
@once.once
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare an assessment void, with a reason."""
    row = assessment_of(request, pk)
    if not policies.may_confirm_colour(request.user, row.community_id):  # type: ignore[arg-type]
        raise Http404
    form = forms.VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            actions.declare_void(assessment=row, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            messages.success(request, _("The assessment is void; the one before it counts again."))
            return redirect("elders:file", pk=row.elder_id)
    reading.record(request, [row.elder.person], ("name",))
    return refusals.form_page(
        request, "elders/assess_void.html", form, {"assessment": row, "elder": row.elder}
    )


@login_required
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as PDF; `?size=large` for eyes that need big letters."""
    row = assessment_of(request, pk)
    if row.state not in ("HALF", "SIGNED", "VOID") or row.signed_at is None:
        raise Http404
    reading.record(request, [row.elder.person], SHOWN, purpose="pdf")
    restricted = policies.may_read_every_answer(request.user, row)  # type: ignore[arg-type]
    large = request.GET.get("size") == "large"
    content = pdf.render(
        "elders/assessment.typ", _paper(row, large=large, restricted=restricted), at=row.signed_at
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="assessment-{row.pk}.pdf"'
    return response


def _paper(row: Assessment, *, large: bool, restricted: bool) -> dict[str, Any]:
    result = assessed.result(row)
    person, community = row.elder.person, row.elder.community
    chinese = (translation.get_language() or "").startswith("zh")
    assert row.signed_at is not None
    signed = [str(row.assessor)]
    if row.second_assessor:
        how = row.get_second_signature_display() if row.second_signature else _("not signed yet")
        signed.append(f"{row.second_assessor}（{how}）" if chinese else f"{row.second_assessor} ({how})")
    lines = [
        (_("Elder"), f"{person.name} · {person.get_sex_display()} · {_('file no. %(number)s') % {'number': row.elder.number_text}}"),
        (_("Reason of the assessment"), row.get_reason_display()),
        (_("Assessors"), "、".join(signed) if chinese else ", ".join(signed)),
        (_("Who answered"), " · ".join(each for each in (row.informant, row.get_informant_relation_display()) if each) or "—"),
        (_("Day and place"), " · ".join(each for each in (show.moment(row.signed_at), row.place) if each)),
    ]  # fmt: skip
    outcome = []
    if result["has_levels"]:
        outcome = [
            (_("C.3 Initial level"), result["initial"]),
            (_("C.4 Grounds for a change"), " ".join(result["grounds"]) or _("none")),
            (_("C.5 Final level"), result["final"]),
        ]
    elif result["band"]:
        outcome = [
            (
                _("Result"),
                f"{result['band']}（{result['band_range']}）"
                if chinese
                else f"{result['band']} ({result['band_range']})",
            )
        ]
    # Paper is handed over, perhaps to whoever the question is about: what was seen of abuse is never printed.
    unspoken = {
        each["item"] for each in row.instrument.definition.get("crisis", []) if each["kind"] == "ABUSE"
    }
    return {
        "doc_title": f"{row.instrument.title} {person.name}", "name": row.instrument.title, "number": "",
        "community": str(community),
        "paper": _("Assessment report"), "lang": "zh" if chinese else "en",
        "page_of": ["第 ", " 页，共 ", " 页"] if chinese else ["page ", " of ", ""],
        "draft": {"HALF": _("Provisional: the second signature is missing"), "VOID": pgettext("assessment", "void")}.get(row.state, ""),
        "large": large, "caution": _("A screening result, not a diagnosis."), "note": result["note"], "source": result["source"],
        "facts": [{"label": label, "value": str(value)} for label, value in lines],
        "points_title": _("C.1 Points of each part") if result["has_levels"] else pgettext("score", "Points"),
        "points_heads": [pgettext("score", "Part"), pgettext("score", "Points"), _("of at most")],
        "points": [[f"{each['key']} {each['title']}", str(each["score"]), str(each["max"])] for each in (*result["sections"],)]
        + [[each["title"], str(each["score"]), str(each["max"])] for each in result["scales"]],
        "total_label": _("C.2 Total") if result["has_levels"] else pgettext("score", "Total"), "total": f"{row.total} / {result['maximum']}",
        "outcome": [{"label": str(label), "value": str(value)} for label, value in outcome],
        "hints": result["hints"], "answers_title": _("Answers"),
        "answers": [
            {"title": f"{each['key']} {each['title']}", "rows": [[line["title"], line["text"], "" if line["score"] is None else str(line["score"])] for line in each["rows"]
                    if line["key"] not in unspoken]}
            for each in assessed.answers(row, restricted=restricted)
        ],
        "signatures": [_("First assessor"), *([_("Second assessor")] if result["takes_two"] else []), _("Who answered")],
    }  # fmt: skip
