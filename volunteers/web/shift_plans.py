"""Plan shifts: kinds, one shift, a series. Captains plan for their own team as far as its stage allows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from carenet.webkit import once, refusals
from volunteers import policies
from volunteers.actions import shifts
from volunteers.models import ShiftTemplate, Volunteer
from volunteers.web.access import allowed, community_of
from volunteers.web.shift_forms import SeriesForm, SlotForm, TemplateForm


@allowed(policies.may_see_list)
def templates(request: HttpRequest) -> HttpResponse:
    """The kinds of shifts."""
    community = community_of(request)
    rows = (
        ShiftTemplate.objects.visible_to(request.user).of(community).select_related("place", "service_kind")
    )
    return render(
        request,
        "volunteers/shift_templates.html",
        {"rows": list(rows.order_by("retired_on", "title")[:200]), "may_plan": policies.may_plan(request.user, community.pk)},
    )  # fmt: skip


@allowed(policies.may_plan)
@once.once
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new kind of shift, or a change of one."""
    community = community_of(request)
    found = get_object_or_404(ShiftTemplate.objects.visible_to(request.user), pk=pk) if pk else None
    initial = None
    if found is not None:
        initial = {
            name: getattr(found, name)
            for name in (
                "title",
                "title_en",
                "words",
                "service_kind",
                "place",
                "place_words",
                "people",
                "minutes",
                "demands",
            )
        } | {"warnings": "\n".join(found.warnings)}
    form = TemplateForm(request.POST or None, initial=initial, community=community)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            shifts.describe(
                community=community, template=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("Saved. Shifts that are already planned keep their words."))
            return redirect("volunteers:shift-templates")
    return refusals.form_page(request, "volunteers/shift_form.html", form, _form_words("template", found))


@allowed(policies.may_plan)
@require_POST
@once.once
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """No new shifts of this kind, or again."""
    found = get_object_or_404(ShiftTemplate.objects.visible_to(request.user), pk=pk)
    with refusals.refusals_told(request):
        on = None if found.retired_on else timezone.localdate()
        shifts.retire(template=found, on=on, by=request.user, at=timezone.now())
    return redirect("volunteers:shift-templates")


def _form_words(kind: str, found: Any = None) -> dict[str, Any]:
    headings = {"template": _("Kind of shift"), "slot": _("One shift"), "series": _("Series of shifts")}
    back = reverse("volunteers:shift-templates") if kind == "template" else reverse("volunteers:slots")
    return {"heading": headings[kind], "back": back, "kind": kind, "found": found}


def _team_of(request: HttpRequest) -> Any:
    """None for the office; a captain plans for the own team only; others get 404."""
    community = community_of(request)
    if policies.may_plan(request.user, community.pk):
        return None
    own = Volunteer.objects.of_user(request.user).of(community).select_related("team__captain").first()
    if own is None or own.team is None or not policies.may_propose(request.user, community.pk, own.team):
        raise Http404
    return own.team


@login_required
@once.once
def slot_new(request: HttpRequest) -> HttpResponse:
    """Plan one shift; it is a draft until it is published."""
    form = SlotForm(
        request.POST or None, community=community_of(request), only_team=_team_of(request),
        initial={"template": request.GET.get("template")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        with refusals.refusals_on(form):
            made = shifts.add(
                template=facts["template"], starts_at=form.starts_at, minutes=facts["minutes"], people=facts["people"],
                team=facts["team"], by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Planned. Publish it when it is right."))
            return redirect("volunteers:slot", pk=made.pk)
    return refusals.form_page(request, "volunteers/shift_form.html", form, _form_words("slot"))


@login_required
@once.once
def series_new(request: HttpRequest) -> HttpResponse:
    """Plan a series; every date is a draft until it is published."""
    form = SeriesForm(
        request.POST or None, community=community_of(request), only_team=_team_of(request),
        initial={"template": request.GET.get("template")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            made = shifts.plan(by=request.user, at=timezone.now(), **form.cleaned_data)
            count = made.slots.count()
            told = ngettext("%(n)d shift is planned. Publish it when it is right.", "%(n)d shifts are planned. Publish them when they are right.", count)  # fmt: skip
            messages.success(request, told % {"n": count})
            if not policies.may_plan(request.user, made.community_id):
                return redirect("volunteers:my-team")
            return redirect(reverse("volunteers:slots") + f"?week={made.from_on.isoformat()}")
    return refusals.form_page(request, "volunteers/shift_form.html", form, _form_words("series"))
