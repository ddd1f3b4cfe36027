"""The office's honours: criteria, nominate, endorse, decide, objections, award, revoke."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carenet.audit import reading
from carenet.parties.models import Person
from carenet.webkit import once, paging, refusals
from volunteers import policies
from volunteers.actions import honours
from volunteers.models import Honour, Nomination, Objection
from volunteers.states import NominationState
from volunteers.web.access import allowed, community_of
from volunteers.web.forms_training import AnswerForm, CriteriaForm, NominateForm

see, keep = allowed(policies.may_see_list), allowed(policies.may_nominate)


@see
def office(request: HttpRequest) -> HttpResponse:
    """The titles of today and every nomination, the open ones first."""
    community, today = community_of(request), timezone.localdate()
    titles = Honour.objects.visible_to(request.user).of(community).on(today)
    rows = (
        Nomination.objects.visible_to(request.user)
        .of(community)
        .select_related("honour", "person")
        .order_by("-nominated_at", "-pk")
    )
    page = paging.page(request, rows, per_page=50)
    reading.record(request, [each.person for each in page.items], ["name"], _("nominations"))
    return render(
        request,
        "volunteers/honours_office.html",
        {
            "titles": list(titles), "page": page, "today": today, "community": community,
            "may_nominate": policies.may_nominate(request.user, community.pk),
            "may_decide": policies.may_decide_honour(request.user, community.pk),
        },
    )  # fmt: skip


@allowed(policies.may_decide_honour)
@once.once
def criteria(request: HttpRequest) -> HttpResponse:
    """A new title, or other criteria for one from a day on."""
    community = community_of(request)
    initial: dict[str, Any] = {"valid_from": timezone.localdate()}
    if request.GET.get("of", "").isdigit():
        old = get_object_or_404(Honour.objects.visible_to(request.user).of(community), pk=request.GET["of"])
        initial |= {name: getattr(old, name) for name in CriteriaForm.base_fields if name != "valid_from"}
    form = CriteriaForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            honours.set_criteria(community=community, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The criteria hold from that day on."))
            return redirect("volunteers:honours-office")
    return refusals.form_page(request, "volunteers/honour_criteria.html", form)


@keep
@once.once
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """First find the person, then say why."""
    community, today = community_of(request), timezone.localdate()
    honour = get_object_or_404(Honour.objects.visible_to(request.user).of(community).on(today), pk=pk)
    people = Person.objects.visible_to(request.user).of(community).living_records()
    if not request.GET.get("person", "").isdigit():
        wanted = request.GET.get("q", "").strip()
        found = list(people.search(wanted)[:20]) if wanted else []
        reading.record(request, found, ["name"], _("nominations"))
        return render(
            request, "volunteers/honour_search.html", {"honour": honour, "q": wanted, "found": found}
        )
    person = get_object_or_404(people, pk=request.GET["person"])
    form = NominateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            made = honours.nominate(
                honour=honour, person=person, words=form.cleaned_data["words"], by=request.user, at=timezone.now(),
                consented_on=today if form.cleaned_data["consented"] else None,
            )  # fmt: skip
            messages.success(request, _("Nominated. Colleagues can endorse now."))
            return redirect("volunteers:nomination", pk=made.pk)
    lines = honours.measure(honour=honour, person=person, on=today)
    return refusals.form_page(
        request,
        "volunteers/honour_nominate.html",
        form,
        {"honour": honour, "person": person, "lines": _lines(lines)},
    )


def _lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"words": honours.in_words(each), "ok": each["ok"]} for each in lines]


@see
def nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a nomination stands and what may be done next."""
    found = get_object_or_404(
        Nomination.objects.visible_to(request.user).select_related(
            "honour", "person", "community", "nominated_by", "decided_by"
        ),
        pk=pk,
    )
    reading.record(request, [found.person], ["name"], _("nominations"))
    endorsed = list(found.endorsed.select_related("by").order_by("at"))
    user, today = request.user, timezone.localdate()
    spoke = found.nominated_by_id == user.pk or any(each.by_id == user.pk for each in endorsed)
    decide = policies.may_decide_honour(user, found.community_id)
    state = NominationState(found.state)
    return render(
        request,
        "volunteers/nomination.html",
        {
            "nomination": found, "endorsed": endorsed, "lines": _lines(found.checked), "today": today,
            "objections": list(found.objections.select_related("answered_by").order_by("at")),
            "may_endorse": state == "NOMINATED" and not spoke and policies.may_nominate(user, found.community_id),
            "may_consent": state == "NOMINATED" and found.consented_on is None and policies.may_nominate(user, found.community_id),
            "may_decide": decide and not spoke and state == "NOMINATED",
            "must_leave": decide and spoke and state == "NOMINATED",
            "may_award": decide and state == "ON_NOTICE",
            "is_ripe": found.notice_to is not None and found.notice_to < today,
            "may_revoke": decide and state == "AWARDED", "answer_form": AnswerForm(),
            "may_answer": policies.may_nominate(user, found.community_id),
        },
    )  # fmt: skip


@keep
@require_POST
@once.once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Endorse, record the consent, approve, refuse, award, revoke: one button each."""
    found = get_object_or_404(Nomination.objects.visible_to(request.user).select_related("person"), pk=pk)
    at, by, words = timezone.now(), request.user, request.POST.get("words", "").strip()[:300]
    with refusals.refusals_told(request):
        match request.POST.get("step"):
            case "endorse":
                honours.endorse(nomination=found, words=words, by=by, at=at)
                messages.success(request, _("Thank you for your endorsement."))
            case "consent":
                honours.consent(nomination=found, on=timezone.localdate(at), by=by, at=at)
                messages.success(request, _("The person's agreement is recorded."))
            case "approve":
                honours.approve(nomination=found, words=words[:200], by=by, at=at)
                messages.success(request, _("Agreed. The public notice runs from today."))
            case "award":
                honours.award(nomination=found, by=by, at=at)
                messages.success(
                    request, _("Awarded. Congratulations to %(name)s!") % {"name": found.person.name}
                )
            case "refuse" | "revoke" if not words:
                messages.error(request, _("Please write the reason first; it stays on record."))
            case "refuse":
                honours.refuse(nomination=found, reason=words[:200], by=by, at=at)
                messages.success(request, _("Recorded: not awarded."))
            case "revoke":
                honours.revoke(nomination=found, reason=words[:200], by=by, at=at)
                messages.success(request, _("Revoked. It is no longer shown in public."))
    return redirect("volunteers:nomination", pk=pk)


@keep
@require_POST
@once.once
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was found about an objection."""
    found = get_object_or_404(Objection.objects.visible_to(request.user), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please write what was found and choose yes or no."))
        return redirect("volunteers:nomination", pk=found.nomination_id)
    with refusals.refusals_told(request):
        honours.answer(objection=found, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The answer is recorded."))
    return redirect("volunteers:nomination", pk=found.nomination_id)
