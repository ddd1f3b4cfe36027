"""One elder's health: trends, readings, diseases, medicines, allergies, treatment plans, and the small pages that write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from carenet.audit import actions as audit
from carenet.audit import reading
from carenet.kernel.errors import DomainError
from carenet.webkit import excel, once, paging, refusals
from elders import policies
from elders.actions import health, measurements
from elders.actions.refusals_health import Unusual
from elders.models import Allergy, Condition, Elder, Measurement, Medicine, TreatmentPlan
from elders.reports import carrying, fhir
from elders.reports import health as reports
from elders.reports.incoming import Reading
from elders.web import health_forms as forms
from elders.web.access import elder_of

SHOWN = ("name", "age", "health")
TABS = (
    ("trends", _("Trends")),
    ("readings", _("Readings")),
    ("conditions", _("Diseases")),
    ("medicines", _("Medicines")),
    ("allergies", _("Allergies")),
    ("plans", _("Treatment plans")),
)


def health_elder(request: HttpRequest, pk: int) -> Elder:
    """An elder whose health the user may read. Raises Http404."""
    elder = elder_of(request, pk)
    if not policies.may_read_health(request.user, elder.community_id):  # type: ignore[arg-type]
        raise Http404
    return elder


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The tabs of one elder's health; the whole of it prints."""
    elder = health_elder(request, pk)
    at = timezone.now()
    tab = request.GET.get("tab", "trends")
    tab = tab if tab in dict(TABS) else "trends"
    reading.record(request, [elder.person], SHOWN)
    sets: dict[str, Any] = {
        "conditions": elder.conditions.select_related("noted_by").order_by("ended_on", "code"),
        "medicines": elder.medicines.select_related("noted_by").order_by("ended_on", "name"),
        "allergies": elder.allergies.select_related("noted_by").order_by("ended_on", "substance"),
        "plans": elder.treatment_plans.select_related("noted_by").order_by("ended_on", "review_on"),
    }
    found = {name: list(rows) for name, rows in sets.items()}
    counts: dict[str, int | None] = {
        name: sum(1 for each in rows if each.ended_on is None) for name, rows in found.items()
    }
    readings = (
        Measurement.objects.filter(elder=elder, reverses__isnull=True)
        .select_related("recorded_by", "reversed_by")
        .order_by("-taken_at", "-pk")
    )
    if request.GET.get("format") == "xlsx":
        return _export(request, elder, readings)
    context: dict[str, Any] = {
        "elder": elder, "person": elder.person, "age": elder.age(timezone.localdate(at)), "tab": tab, "at": at,
        "on": timezone.localdate(at),
        "tabs": [
            {"label": label, "url": f"?tab={key}", "current": key == tab, "count": counts.get(key)} for key, label in TABS
        ],
        "carried": carrying.of(found["plans"], request.user, on=timezone.localdate(at)) if tab == "plans" else [],  # type: ignore[arg-type]
        "care": reports.care_of(elder, request.user) if tab == "plans" else [],  # type: ignore[arg-type]
        "concerns": elder.concerns.filter(kind="HEALTH_LIMIT", state="OPEN").order_by("raised_at"),
        "has_consent": elder.consents.filter(purpose="HEALTH", withdrawn_at__isnull=True).exists(),
        **found,
    }  # fmt: skip
    if tab == "trends":
        limits = measurements.known_limits(elder, at=at)
        context["trends"] = reports.trends(elder, limits=limits, at=at)
    if tab == "readings":
        context["page"] = paging.page(request, readings, per_page=50)
    return render(request, "elders/health_file.html", context)


def _export(request: HttpRequest, elder: Elder, rows: Any) -> HttpResponse:
    columns = [
        excel.Column(_("Measured at")), excel.sensitive(pgettext("measured value", "What")), excel.sensitive(pgettext("measured value", "Value"), text=True), excel.Column(_("Unit")),
        excel.Column(_("Way")), excel.Column(_("Recorded by")), excel.sensitive(_("Taken back because")),
    ]  # fmt: skip
    excel.check(gettext("readings"), columns, rows.order_by().count)
    reading.record(request, [elder.person], SHOWN, purpose="xlsx")
    lines = (
        [
            each.taken_at, str(each.get_kind_display()), each.measure.text(each.value, each.second), each.unit_text,
            str(each.get_channel_display()), str(each.recorded_by), _reversed_because(each),
        ]
        for each in rows[: excel.MOST_ROWS]
    )  # fmt: skip
    return excel.xlsx_response(gettext("readings"), columns, lines)


def _reversed_because(row: Measurement) -> str:
    back = getattr(row, "reversed_by", None)
    return back.reason if back else ""


# --- readings by hand ----------------------------------------------------------------------------
@login_required
@once.once
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Type what was measured; an unusual number is asked about before it is saved."""
    elder = health_elder(request, pk)
    at = timezone.now()
    local = timezone.localtime(at)
    form = forms.MeasureForm(
        request.POST if request.method == "POST" else None,
        initial={"day": local.date(), "clock": local.time(), "meal": "GLUCOSE_FASTING"},
    )
    if request.method == "POST" and form.is_valid():
        key = once.key_of(request)
        readings = [
            Reading(
                elder_id=elder.pk, kind=kind, value=typed[0], second=typed[1] if len(typed) > 1 else None,
                taken_at=form.taken_at(at), source_key=f"hand:{key}:{kind}", confirmed=form.cleaned_data["confirmed"],
            )
            for kind, typed in form.typed().items()
        ]  # fmt: skip
        if _all_or_none(form, elder, readings, request, at):
            return redirect("elders:health-file", pk=elder.pk)
    reading.record(request, [elder.person], ("name",))
    return refusals.form_page(request, "elders/health_measure.html", form, {"elder": elder})


class _SomeRefused(Exception):
    """Nothing of the form is kept when one number of it was refused."""


def _all_or_none(form: Any, elder: Elder, readings: list[Reading], request: HttpRequest, at: Any) -> bool:
    outcomes = []
    try:
        with transaction.atomic():
            outcomes = measurements.record_many(
                community=elder.community, readings=readings, channel="HAND", by=request.user, at=at  # type: ignore[arg-type]
            )  # fmt: skip
            if any(each.refusal for each in outcomes):
                raise _SomeRefused
    except _SomeRefused:
        for each in outcomes:
            if each.refusal is not None:
                form.asks = form.asks or isinstance(each.refusal, Unusual)
                named = each.refusal.facts.get("field")
                form.add_error(
                    "day" if named == "taken_at" else forms.FIELD_OF[each.reading.kind], each.refusal.message
                )
        return False
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return False
    if any(each.past for each in outcomes):
        messages.warning(
            request,
            gettext("Saved. A number has reached its limit: a follow-up was opened. Please call or visit."),
        )
    else:
        messages.success(request, gettext("Saved. Thank you."))
    return True


@login_required
@once.once
def correct(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Take a wrong reading back; write the right number beside it, or leave it empty."""
    elder = health_elder(request, pk)
    wrong = get_object_or_404(Measurement.objects.standing(), pk=row, elder=elder)
    form = forms.CorrectForm(request.POST if request.method == "POST" else None)
    if not wrong.measure.has_second:
        del form.fields["second"]
    if request.method == "POST" and form.is_valid():
        data, who = form.cleaned_data, {"by": request.user, "at": timezone.now()}
        try:
            with transaction.atomic():
                if data["value"] or data.get("second"):
                    measurements.correct(
                        measurement=wrong, value=data["value"], second=data.get("second") or None, reason=data["reason"],
                        confirmed=data["confirmed"], **who,  # type: ignore[arg-type]
                    )  # fmt: skip
                else:
                    measurements.take_back(measurement=wrong, reason=data["reason"], **who)  # type: ignore[arg-type]
            messages.success(
                request, gettext("Corrected. The wrong number stays in the history with its reason.")
            )
            return redirect(f"{reverse('elders:health-file', args=[elder.pk])}?tab=readings")
        except DomainError as refusal:
            form.asks = isinstance(refusal, Unusual)
            named = refusal.facts.get("field")
            form.add_error(named if named in form.fields else "value", refusal.message)
    reading.record(request, [elder.person], SHOWN)
    return refusals.form_page(request, "elders/health_correct.html", form, {"elder": elder, "wrong": wrong})


# --- the file ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class HealthVerb:
    """One small page: its form, the action, what is said afterwards, and the tab it leads back to."""

    title: Promise | str
    form: Callable[..., Any]
    act: Callable[..., Any]
    done: Promise | str
    tab: str
    model: Any = None
    initial: Callable[[Any, Any], dict[str, Any]] = lambda row, on: {"on": on}


VERBS: dict[str, HealthVerb] = {
    "condition": HealthVerb(_("Note a disease"), forms.ConditionForm, lambda elder, row, **data: health.note_condition(elder=elder, **data), _("The disease is on file."), "conditions"),
    "medicine": HealthVerb(_("Note a medicine"), forms.MedicineForm, lambda elder, row, **data: health.note_medicine(elder=elder, **data), _("The medicine is on file."), "medicines"),
    "allergy": HealthVerb(_("Note an allergy"), forms.AllergyForm, lambda elder, row, **data: health.note_allergy(elder=elder, **data), _("The allergy is on file and shown first everywhere."), "allergies"),
    "plan": HealthVerb(_("Note a treatment plan"), forms.PlanForm, lambda elder, row, **data: health.note_plan(elder=elder, **data), _("The plan is on file; it will be asked for on its day."), "plans", initial=lambda row, on: {"since": on, "review_on": on + timedelta(days=90)}),
    "limit": HealthVerb(_("Set this elder's own limit"), forms.LimitForm, lambda elder, row, **data: health.set_limit(elder=elder, **data), _("The limit counts from that day on."), "trends"),
    "end-condition": HealthVerb(_("End a disease"), forms.HealthEndForm, lambda elder, row, **data: health.end(row=row, **data), _("Ended; it stays in the history."), "conditions", Condition),
    "end-medicine": HealthVerb(_("End a medicine"), forms.HealthEndForm, lambda elder, row, **data: health.end(row=row, **data), _("Ended; it stays in the history."), "medicines", Medicine),
    "end-allergy": HealthVerb(_("End an allergy"), forms.HealthEndForm, lambda elder, row, **data: health.end(row=row, **data), _("Ended; it stays in the history."), "allergies", Allergy),
    "end-plan": HealthVerb(_("End a treatment plan"), forms.HealthEndForm, lambda elder, row, **data: health.end(row=row, **data), _("Ended; it stays in the history."), "plans", TreatmentPlan),
    "review": HealthVerb(_("The plan was looked at"), forms.ReviewForm, lambda elder, row, **data: health.review_plan(plan=row, **data), _("Noted; it will be asked for again on its day."), "plans", TreatmentPlan, lambda row, on: {"words": row.words, "review_on": on + timedelta(days=90)}),
}  # fmt: skip


@login_required
@once.once
def do(request: HttpRequest, pk: int, verb: str, row: int | None = None) -> HttpResponse:
    """One small page: what will change, a short form, one button."""
    elder = health_elder(request, pk)
    chosen = VERBS.get(verb)
    if chosen is None or (row is None) == (chosen.model is not None):
        raise Http404
    thing = (
        get_object_or_404(chosen.model, pk=row, elder=elder, ended_on__isnull=True) if chosen.model else None
    )
    at = timezone.now()
    form = chosen.form(
        request.POST if request.method == "POST" else None,
        initial=chosen.initial(thing, timezone.localdate(at)),
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            chosen.act(elder, thing, **form.cleaned_data, by=request.user, at=at)
            messages.success(request, str(chosen.done))
            return redirect(f"{reverse('elders:health-file', args=[elder.pk])}?tab={chosen.tab}")
    reading.record(request, [elder.person], ("name", "health"))
    return refusals.form_page(
        request, "elders/health_verb.html", form, {"elder": elder, "verb": chosen, "thing": thing}
    )


# --- FHIR ----------------------------------------------------------------------------------------
@login_required
def fhir_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The readings as a FHIR R4 Bundle, once it is approved; the download stands in the record."""
    elder = health_elder(request, pk)
    at = timezone.now()
    standing = Measurement.objects.standing().filter(elder=elder)
    title = gettext("Readings as a FHIR file: %(number)s") % {"number": elder.number_text}
    columns = [
        excel.Column(gettext("Name")),
        excel.personal(gettext("Date of birth")),
        excel.sensitive(gettext("Readings")),
    ]
    stamp = excel.check(title, columns, standing.count)
    rows = list(standing.order_by("taken_at", "pk")[: fhir.MOST])
    reading.record(request, [elder.person], ("name", "born_on", "health"), purpose="FHIR")
    audit.note(
        community=elder.community, verb="elders.health_exported", object_kind="elders.elder", object_id=elder.pk,
        by=request.user, at=at, facts={"rows": len(rows), "format": "FHIR R4"},  # type: ignore[arg-type]
    )  # fmt: skip
    found = fhir.bundle(elder, rows, at=at)
    if stamp is not None:
        found["meta"] = {
            **found.get("meta", {}),
            "tag": [{"system": "urn:carenet:export", "code": str(stamp.number), "display": stamp.line()}],
        }
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Type"] = "application/fhir+json; charset=utf-8"
    answer["Content-Disposition"] = f'attachment; filename="observations-{elder.number_text}.json"'
    return answer


@login_required
@once.once
def fhir_import(request: HttpRequest, pk: int) -> HttpResponse:
    """A Bundle of Observations from a clinic: good entries are saved, faulty ones are told by their place."""
    elder = health_elder(request, pk)
    form = forms.FhirForm(request.POST or None, request.FILES or None)
    faults: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        with refusals.refusals_on(form):
            found = fhir.read(form.cleaned_data["file"].read(), elder_id=elder.pk)
            outcomes = measurements.record_many(
                community=elder.community, readings=[each.reading for each in found if each.reading], channel="IMPORT",
                by=request.user, at=at,  # type: ignore[arg-type]
            )  # fmt: skip
            faults = fhir.faults(found, outcomes)
            saved = sum(1 for each in outcomes if each.is_new)
            known = sum(1 for each in outcomes if each.measurement_id and not each.is_new)
            words = gettext("%(saved)s readings saved, %(known)s were there already, %(faulty)s refused.") % {
                "saved": saved, "known": known, "faulty": len(faults),
            }  # fmt: skip
            messages.success(request, words)
            if not faults:
                return redirect(f"{reverse('elders:health-file', args=[elder.pk])}?tab=readings")
    reading.record(request, [elder.person], ("name",))
    return refusals.form_page(request, "elders/health_fhir.html", form, {"elder": elder, "faults": faults})
