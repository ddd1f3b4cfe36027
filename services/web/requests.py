"""The office's pages of requests: list, one request with its candidates and steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.kernel.months import day_of
from carenet.webkit import excel, once, paging, refusals
from charity.actions import cost_sharing
from services import policies, reasons
from services.actions import dispatch, feedback
from services.filters import STAGES, RequestFilter
from services.models import Candidate, CoinPayment, Helper, ServiceRequest
from services.reports import care_plans
from services.states import OPEN_OFFERS, CoinState, RequestState
from services.web import forms, show

LIST = ("elder__person", "elder__building", "kind", "helper__person", "handler")
FORMS: dict[str, Any] = {
    "triage": forms.TriageForm,
    "schedule": forms.ScheduleForm,
    "finish": forms.FinishForm,
    "confirm": forms.ConfirmForm,
    "cancel": forms.CancelForm,
    "fail": forms.WordsForm,
    "reopen": forms.WordsForm,
}


def visible(request: HttpRequest) -> Any:
    return ServiceRequest.objects.visible_to(request.user)


def reads_files(request: HttpRequest) -> bool:
    """Whether the office's pages of requests are for this user at all."""
    user: Any = request.user
    return any(
        user.has_role(each, *policies.READERS) or user.has_role(each, "DISPATCHER")
        for each in user.community_ids
    )


def _require_reader(request: HttpRequest) -> None:
    if not reads_files(request):
        raise Http404


@login_required
def request_list(request: HttpRequest) -> HttpResponse:
    """All requests one may see, newest first; the open ones unless another stage is asked for."""
    _require_reader(request)
    given = request.GET.copy()
    if not any(given.get(name) for name in ("stage", "state", "q", "since", "until")):
        given["stage"] = "open"
    filters = RequestFilter(
        given, queryset=visible(request).select_related(*LIST).order_by("-requested_at", "-pk")
    )
    shown = RequestFilter(request.GET, queryset=filters.queryset)
    if request.GET.get("format") == "xlsx":
        return _export(request, filters.qs)
    page = paging.page(request, filters.qs, per_page=50)
    reading.record(request, [each.elder.person for each in page.items], ["name", "building"])
    counted = visible(request)
    tabs = [
        {
            "label": label, "url": f"?stage={code}", "current": given.get("stage") == code,
            "count": counted.filter(state__in=states).count() if code != "ended" else None,
        }
        for code, (label, states) in STAGES.items()
    ]  # fmt: skip
    paying = show.paying(page.items)
    rows = [
        {
            "request": each,
            "tone": show.tone(each.state),
            "urgency_tone": show.URGENCY_TONES[each.urgency],
            "coins": paying.get(each.pk),
        }
        for each in page.items
    ]
    return render(
        request, "services/requests.html",
        {"page": page, "rows": rows, "tabs": tabs, "filter_form": shown.form, "now": timezone.now(),
         "may_take": policies.is_office(request.user, request.community.pk)},  # type: ignore[arg-type,attr-defined]
    )  # fmt: skip


def _export(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = [
        excel.Column(_("Number")), excel.Column(_("Elder")), excel.Column(_("Building")), excel.Column(_("Service")),
        excel.Column(_("Urgency")), excel.Column(_("State")), excel.Column(_("Came by")), excel.Column(_("Asked for at")),
        excel.Column(_("Wanted or agreed time")), excel.Column(_("Helper")), excel.Column(_("Minutes")),
        excel.Column(_("Price (yuan)"), fen=True), excel.Column(_("Time coins (minutes)")),
    ]  # fmt: skip
    found = list(rows[:50_000])
    paying = show.paying(found)
    reading.record(request, {each.elder.person for each in found}, ["name", "building"], _("export"))
    return excel.xlsx_response(
        "requests",
        columns,
        (
            [
                each.pk, each.elder.person.name, str(each.elder.building or ""), each.kind.title,
                each.get_urgency_display(), each.get_state_display(), each.get_channel_display(), each.requested_at,
                each.scheduled_at, each.helper.person.name if each.helper else "", each.minutes, each.price_fen,
                _minutes_of(paying.get(each.pk)),
            ]
            for each in found
        ),
    )  # fmt: skip


def _minutes_of(payment: CoinPayment | None) -> int | None:
    """Coin-minutes paid, or set aside and foreseen."""
    if payment is None:
        return None
    return payment.coins_paid if payment.state == CoinState.PAID else payment.coins


# --- one request ---------------------------------------------------------------------------------
def one(request: HttpRequest, pk: int) -> ServiceRequest:
    _require_reader(request)
    return get_object_or_404(
        visible(request).select_related(*LIST, "elder__community", "organisation", "roster"), pk=pk
    )


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: where it stands, who could come and why, what may be done now, what happened."""
    service_request = one(request, pk)
    user: Any = request.user
    candidates = list(
        service_request.candidates.exclude(state="WITHDRAWN", offered_at__isnull=True)
        .select_related("helper__person", "helper__organisation")
        .order_by("rank", "pk")
    )
    proposal = service_request.proposals.order_by("-pk").first()
    may_dispatch = policies.may_dispatch(user, service_request)
    lines = care_plans.of_request(service_request, user, on=timezone.localdate())
    seen = ["name", "phone", "building", "service", *(["health"] if lines else [])]
    reading.record(request, [service_request.elder.person], seen)
    asking = service_request.state in (RequestState.REQUESTED, RequestState.TRIAGED, RequestState.OFFERED)
    return render(
        request, "services/request.html",
        {
            "service_request": service_request,
            "tone": show.tone(service_request.state),
            "urgency_tone": show.URGENCY_TONES[service_request.urgency],
            "steps": show.steps_bar(service_request),
            "buttons": show.buttons(service_request, user, FORMS),
            "candidates": [
                {
                    "row": each, "tone": show.CANDIDATE_TONES[each.state], "reasons": reasons.sentences(each.reasons),
                    "open": each.state in OPEN_OFFERS,
                }
                for each in candidates
            ],
            "skipped": show.skipped_lines(proposal),
            "proposal": proposal,
            "may_dispatch": may_dispatch,
            "asking": asking and may_dispatch,
            "ask_form": forms.AskForm(helpers=_others(service_request)) if asking and may_dispatch else None,
            "trail": show.trail_lines(
                service_request.trail.select_related("by", "on_behalf_of").order_by("-at", "-pk")[:100]
            ),
            "phone": service_request.elder.person.phone(),
            "split": _split(service_request),
            "coins": show.coins_of(service_request),
            "may_pay": policies.is_office(user, service_request.community_id) and show.may_choose_coins(service_request),
            "office": policies.is_office(user, service_request.community_id),
            "settlement": getattr(service_request, "settlement", None),
            "feedback": getattr(service_request, "feedback", None),
            "lines": lines,
            "age": service_request.elder.age(timezone.localdate()),
        },
    )  # fmt: skip


def _split(service_request: ServiceRequest) -> dict[str, Any] | None:
    """What was paid by whom, or what would be; with the sentence."""
    settlement = getattr(service_request, "settlement", None)
    if settlement is None and service_request.coin_payments.standing().exists():
        return None
    if settlement is not None:
        split = settlement.cost_split
        return {"sentence": split.sentence, "done": True, "split": split} if split is not None else None
    if service_request.price_fen <= 0:
        return None
    on = day_of(service_request.scheduled_at or timezone.now())
    proposed = cost_sharing.propose(
        elder=service_request.elder, kind=service_request.kind, price_fen=service_request.price_fen, on=on
    )
    return {"sentence": proposed.sentence, "done": False, "split": proposed}


def _others(service_request: ServiceRequest) -> Any:
    """Helpers with the skill, for choosing by hand."""
    return (
        Helper.objects.of(service_request.community_id)
        .active()
        .filter(skills__kind_number=service_request.kind.number, skills__active=True)
        .select_related("person")
        .order_by("person__pinyin")
    )


def _dispatched(request: HttpRequest, pk: int) -> ServiceRequest:
    """A request that this user dispatches; 404 otherwise."""
    found = one(request, pk)
    if not policies.may_dispatch(request.user, found):  # type: ignore[arg-type]
        raise Http404
    return found


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("services:request", pk=pk)


@login_required
@require_POST
@once.once
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for the nearest helpers."""
    service_request = _dispatched(request, pk)
    with refusals.refusals_told(request):
        proposal = dispatch.propose(request_id=service_request.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        if not proposal.candidates.exists():
            messages.warning(
                request, _("Nobody suitable was found. The reasons stand below; you can choose by hand.")
            )
    return redirect(f"{reverse('services:request', args=[pk])}#candidates")


@login_required
@require_POST
@once.once
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer to a helper, or write down that they said yes on the telephone."""
    service_request = _dispatched(request, pk)
    form = forms.AskForm(
        request.POST, helpers=Helper.objects.of(service_request.community_id).select_related("person")
    )
    if not form.is_valid():
        messages.error(request, _("Please choose a helper."))
        return _back(request, pk)
    helper = form.cleaned_data["helper"]
    with refusals.refusals_told(request):
        at = timezone.now()
        if request.POST.get("how") == "assign":
            dispatch.assign(request_id=service_request.pk, helper_id=helper.pk, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(
                request, _("%(name)s comes. The elder has been told.") % {"name": helper.person.name}
            )
        elif request.POST.get("how") == "hand_on":
            dispatch.hand_on(request_id=service_request.pk, helper_id=helper.pk, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("%(name)s goes instead.") % {"name": helper.person.name})
        else:
            dispatch.offer(request_id=service_request.pk, helper_id=helper.pk, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(
                request, _("%(name)s has been asked. You see the answer here.") % {"name": helper.person.name}
            )
    return _back(request, pk)


@login_required
@require_POST
@once.once
def answer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Staff write down what a helper said on the telephone."""
    _require_reader(request)
    candidate = get_object_or_404(Candidate.objects.visible_to(request.user).select_related("helper"), pk=pk)  # type: ignore[arg-type]
    if not policies.may_answer(request.user, candidate):  # type: ignore[arg-type]
        raise Http404
    with refusals.refusals_told(request):
        at = timezone.now()
        if verb == "accept":
            dispatch.accept(candidate_id=candidate.pk, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("The helper comes. The elder has been told."))
        else:
            dispatch.decline(candidate_id=candidate.pk, by=request.user, at=at)  # type: ignore[arg-type]
            messages.info(request, _("Written down. Please ask the next helper."))
    return _back(request, candidate.request_id)


Act = Callable[[ServiceRequest, dict[str, Any], Any, Any], object]


def _confirm(service_request: ServiceRequest, data: dict[str, Any], by: Any, at: Any) -> None:
    person = service_request.elder.person
    dispatch.confirm(request_id=service_request.pk, way=data["way"], by=by, at=at, on_behalf_of=person)
    if data["stars"]:
        feedback.rate(
            request_id=service_request.pk,
            stars=data["stars"],
            words=data["words"],
            by=by,
            at=at,
            on_behalf_of=person,
        )


ACTS: dict[str, Act] = {
    "triage": lambda r, data, by, at: dispatch.triage(request_id=r.pk, by=by, at=at, **data),
    "schedule": lambda r, data, by, at: dispatch.schedule(request_id=r.pk, by=by, at=at, **data),
    "start": lambda r, data, by, at: dispatch.start(request_id=r.pk, by=by, at=at),
    "finish": lambda r, data, by, at: dispatch.finish(request_id=r.pk, by=by, at=at, **data),
    "confirm": _confirm,
    "close": lambda r, data, by, at: dispatch.close(request_id=r.pk, by=by, at=at),
    "reopen": lambda r, data, by, at: dispatch.reopen(request_id=r.pk, by=by, at=at, **data),
    "fail": lambda r, data, by, at: dispatch.fail(request_id=r.pk, by=by, at=at, **data),
    "cancel": lambda r, data, by, at: dispatch.cancel(request_id=r.pk, by=by, at=at, **data),
}


def _initial(verb: str, service_request: ServiceRequest) -> dict[str, Any]:
    if verb == "triage":
        return {
            "urgency": service_request.urgency, "minutes": service_request.minutes,
            "scheduled_at": service_request.scheduled_at,
        }  # fmt: skip
    if verb == "schedule":
        return {"scheduled_at": service_request.scheduled_at}
    if verb == "finish":
        begun = service_request.started_at
        measured = int((timezone.now() - begun).total_seconds()) // 60 if begun else 0
        return {"minutes": measured if 5 <= measured <= forms.LONGEST_SERVICE else service_request.minutes}
    return {}


@login_required
@once.once
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step of the table: a page with its few fields, or just the button."""
    if verb not in ACTS:
        raise Http404
    service_request = one(request, pk)
    user: Any = request.user
    if verb not in {each.verb for each in show.buttons(service_request, user, FORMS)}:
        if request.method == "POST" and policies.may_dispatch(user, service_request):
            messages.error(request, _("This step is over. Please look at the present state."))
            return _back(request, pk)
        raise Http404
    form_class = FORMS.get(verb, forms.StationForm)
    form = form_class(
        request.POST if request.method == "POST" else None, initial=_initial(verb, service_request)
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            ACTS[verb](service_request, form.cleaned_data, user, timezone.now())
            messages.success(request, _("Written down: %(what)s.") % {"what": show.BUTTONS[verb]})
            return _back(request, pk)
    if request.method == "POST" and verb not in FORMS:
        for error in form.non_field_errors():
            messages.error(request, error)
        return _back(request, pk)
    return refusals.form_page(
        request, "services/request_step.html", form,
        {"service_request": service_request, "verb": verb, "label": show.BUTTONS[verb], "quiet": verb in show.QUIET},
    )  # fmt: skip
