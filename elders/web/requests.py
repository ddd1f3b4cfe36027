"""Requests about one's own data with their clock, the wording of consents, the retention plan; and the own page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from elders import policies
from elders.actions import consents as consent_actions
from elders.actions import retention as retention_actions
from elders.actions import rights as actions
from elders.models import Consent, ConsentText, Elder, Mandate, RetentionRun, RightsRequest
from elders.reports import story
from elders.reports.consents import purposes
from elders.rules import consent_texts
from elders.states import ConsentPurpose, ConsentWay, Relation
from elders.web.access import staff_community
from elders.web.rights_forms import AnswerForm, ConsentTextForm, OwnRightForm


# --- the list of requests ---------------------------------------------------------------------------------
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the earliest day first; the answered ones behind a tab."""
    community = staff_community(request)
    on = timezone.localdate()
    rows = (
        RightsRequest.objects.visible_to(request.user)
        .of(community)
        .select_related("elder__person", "answered_by")
    )  # type: ignore[arg-type]
    is_done = request.GET.get("tab") == "done"
    shown = (
        rows.exclude(state="OPEN").order_by("-answered_at", "-pk")
        if is_done
        else rows.open().order_by("due_on", "pk")
    )
    if request.GET.get("format") == "xlsx":
        return _export(request, shown)
    page = paging.page(request, shown, per_page=50)
    reading.record(request, [each.elder.person for each in page], ("name", "requests"))
    tabs = [
        {"label": _("Waiting"), "url": "?tab=open", "current": not is_done, "count": rows.open().count()},
        {"label": _("Answered"), "url": "?tab=done", "current": is_done, "count": None},
    ]
    return render(
        request, "elders/requests.html",
        {"page": page, "tabs": tabs, "is_done": is_done, "on": on, "overdue": rows.overdue(on).count(), "at": timezone.now()},
    )  # fmt: skip


def _export(request: HttpRequest, rows: Any) -> HttpResponse:
    chosen = list(rows[: excel.MOST_ROWS])
    columns = [
        excel.Column(_("Archive number"), text=True), excel.Column(_("Name")), excel.Column(_("What is asked")),
        excel.sensitive(_("In their words"), width=40), excel.Column(_("Asked on")), excel.Column(_("Answer due on")),
        excel.Column(_("State")), excel.sensitive(pgettext("rights request", "Answer"), width=40), excel.Column(_("Answered at")),
    ]  # fmt: skip

    def cells() -> Iterator[list[Any]]:
        for each in chosen:
            yield [
                each.elder.number_text, each.elder.person.name, each.get_kind_display(), each.words, each.asked_on,
                each.due_on, each.get_state_display(), each.answer, each.answered_at,
            ]  # fmt: skip

    reading.record(request, [each.elder.person for each in chosen], ("name", "requests"), purpose="xlsx")
    return excel.work_list(request, _("requests-about-data"), columns, cells())


@login_required
@once.once
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what was asked, and the answer; an answered one can be opened again."""
    community = staff_community(request)
    row = get_object_or_404(
        RightsRequest.objects.visible_to(request.user)
        .of(community)
        .select_related("elder__person", "elder__building"),  # type: ignore[arg-type]
        pk=pk,
    )
    at = timezone.now()
    form = AnswerForm(
        request.POST if request.method == "POST" and request.POST.get("do") != "reopen" else None
    )
    if request.method == "POST":
        if request.POST.get("do") == "reopen":
            with refusals.refusals_told(request):
                actions.reopen(request=row, by=request.user, at=at)  # type: ignore[arg-type]
                messages.success(request, _("The request waits for an answer again."))
            return redirect("elders:request", pk=row.pk)
        if form.is_valid():
            with refusals.refusals_on(form):
                actions.answer(request=row, **form.cleaned_data, by=request.user, at=at)  # type: ignore[arg-type]
                messages.success(request, _("Answered. Please tell the elder or the family."))
                return redirect("elders:requests")
    reading.record(request, [row.elder.person], ("name", "requests"))
    return refusals.form_page(
        request, "elders/request.html", form, {"row": row, "elder": row.elder, "at": at}
    )


# --- wording of consents ----------------------------------------------------------------------------------
@login_required
@once.once
def texts(request: HttpRequest) -> HttpResponse:
    """The wording in force and the older ones; the director publishes a new one."""
    community = staff_community(request)
    may_publish = policies.may_decide_retention(request.user, community.pk)  # type: ignore[arg-type]
    at = timezone.now()
    form = ConsentTextForm(
        request.POST if request.method == "POST" else None, initial={"valid_from": timezone.localdate(at)}
    )
    if request.method == "POST" and not may_publish:
        raise Http404
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            consent_actions.publish_text(community=community, **form.cleaned_data, by=request.user, at=at)  # type: ignore[arg-type]
            messages.success(request, _("Published. Whoever agreed to an older wording is asked again."))
            return redirect("elders:consent-texts")
    first = [
        {"label": ConsentPurpose(code).label, "version": consent_texts.FIRST, "zh": zh, "en": en}
        for code, (zh, en, _sensitive) in consent_texts.TEXTS.items()
    ]
    rows = ConsentText.objects.of(community).select_related("by").order_by("purpose", "-valid_from", "-pk")
    return refusals.form_page(
        request, "elders/consent_texts.html", form, {"rows": rows, "first": first, "may_publish": may_publish}
    )


# --- retention --------------------------------------------------------------------------------------------
@login_required
@once.once
def retention(request: HttpRequest) -> HttpResponse:
    """The rules, the earlier runs, and the button that makes a plan (which changes nothing)."""
    community = staff_community(request)
    at = timezone.now()
    if request.method == "POST":
        with refusals.refusals_told(request):
            run = retention_actions.plan(
                community=community, on=timezone.localdate(at), by=request.user, at=at
            )  # type: ignore[arg-type]
            return redirect("elders:retention-run", pk=run.pk)
    runs = RetentionRun.objects.of(community).select_related("planned_by", "decided_by").order_by("-pk")[:30]
    return render(request, "elders/retention.html", {"runs": runs, "years": retention_actions.KEEP_YEARS})


@login_required
@once.once
def retention_run(request: HttpRequest, pk: int) -> HttpResponse:
    """What the plan would do: counts and examples; the director has it done, or drops it."""
    community = staff_community(request)
    run = get_object_or_404(
        RetentionRun.objects.of(community).select_related("planned_by", "decided_by"), pk=pk
    )
    may_decide = policies.may_decide_retention(request.user, community.pk)  # type: ignore[arg-type]
    if request.method == "POST":
        if not may_decide:
            raise Http404
        with refusals.refusals_told(request):
            at = timezone.now()
            if request.POST.get("do") == "drop":
                retention_actions.drop(run=run, by=request.user, at=at)  # type: ignore[arg-type]
                messages.success(request, _("The plan was dropped; nothing was changed."))
            else:
                retention_actions.carry_out(run=run, by=request.user, at=at)  # type: ignore[arg-type]
                messages.success(request, _("Done: the old files have no names any more."))
        return redirect("elders:retention-run", pk=run.pk)
    held = (
        Elder.objects.filter(pk__in=run.plan.get("held", [])).select_related("person")
        if run.state == "PLANNED"
        else []
    )
    reading.record(request, [each.person for each in held], ("name",))
    return render(
        request, "elders/retention_run.html",
        {"run": run, "counts": run.plan.get("counts", {}), "examples": run.plan.get("examples", []), "held": held, "may_decide": may_decide},
    )  # fmt: skip


# --- the elder's and the family's own page -----------------------------------------------------------------
def _mine(request: HttpRequest) -> list[Elder]:
    """My own file, and those my mandate covers for this."""
    user: Any = request.user
    covered = Mandate.objects.filter(user=user, scopes__contains=["RIGHTS"]).open().values("elder")
    rows = Elder.objects.entered().filter(Q(person__user=user) | Q(pk__in=covered))
    return list(rows.select_related("person", "community", "building").order_by("pk"))


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My consents, what I asked, who may act for me: for the elder, or for whom a mandate opens it."""
    elders = _mine(request)
    if not elders:
        raise Http404
    on = timezone.localdate()
    blocks = [
        {
            "elder": each,
            "purposes": purposes(each, on=on),
            "requests": each.rights_requests.order_by("-pk")[:10],
            "mandates": Mandate.objects.filter(elder=each).open().select_related("user"),
        }
        for each in elders
    ]
    reading.record(request, [each.person for each in elders], ("name", "consents"))
    return render(request, "elders/mine.html", {"blocks": blocks, "several": len(blocks) > 1})


def _one_of_mine(request: HttpRequest, pk: int) -> Elder:
    found = next((each for each in _mine(request) if each.pk == pk), None)
    if found is None:
        raise Http404
    return found


@login_required
@require_POST
@once.once
def my_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree or withdraw: one button each."""
    elder = _one_of_mine(request, pk)
    at = timezone.now()
    by: Any = request.user
    own = by.person_id == elder.person_id
    code = request.POST.get("purpose", "")
    chosen = next((each for each in purposes(elder, on=timezone.localdate(at)) if each.code == code), None)
    if chosen is None:
        raise Http404
    with refusals.refusals_told(request):
        if request.POST.get("do") == "withdraw":
            row = get_object_or_404(
                Consent, elder__in=story.ids_of(elder), purpose=code, withdrawn_at__isnull=True
            )
            consent_actions.withdraw(consent=row, by=by, at=at)
            messages.success(request, _("Withdrawn. From now on it is no longer used for this."))
        else:
            relation = (
                Relation.SELF if own else Mandate.objects.filter(elder=elder, user=by).open().first().relation
            )  # type: ignore[union-attr]
            consent_actions.give(
                elder=elder,
                purpose=code,
                version=chosen.version,
                given_by=relation,
                way=ConsentWay.ONLINE,
                by=by,
                at=at,
            )
            messages.success(request, _("Thank you. You can withdraw it here at any time."))
    return redirect("elders:mine")


@login_required
@once.once
def my_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Something is wrong, I want a copy, or an explanation."""
    elder = _one_of_mine(request, pk)
    form = OwnRightForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by: Any = request.user
        own = by.person_id == elder.person_id
        with refusals.refusals_on(form):
            relation = (
                Relation.SELF if own else Mandate.objects.filter(elder=elder, user=by).open().first().relation
            )  # type: ignore[union-attr]
            row = actions.ask(
                elder=elder,
                **form.cleaned_data,
                asked_by=relation,
                asker_name="" if own else str(by),
                by=by,
                at=timezone.now(),
            )
            messages.success(
                request,
                _("The station has your request and answers by %(day)s.") % {"day": f"{row.due_on:%Y-%m-%d}"},
            )
            return redirect("elders:mine")
    return refusals.form_page(request, "elders/my_request.html", form, {"elder": elder})
