"""The elder's and the family's page: who comes when, was it good, I need help. Large type, few words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.accounts.states import Role
from carenet.parties.models import ServiceKind
from carenet.webkit import once, refusals
from elders.models import Elder
from services.actions import coins, dispatch, duty, feedback, intake
from services.models import ServiceRequest
from services.states import BEFORE_DONE, UNDER_WAY, Channel, ConfirmWay
from services.web import forms, show

AT_HOME = (Role.ELDER, Role.FAMILY)


def elders_of(request: HttpRequest) -> list[Elder]:
    """The elder who I am, and those for whom I hold a mandate; 404 for people without such a role."""
    user: Any = request.user
    places = [each for each in user.community_ids if user.has_role(each, *AT_HOME)]
    if not places:
        raise Http404
    own = Elder.objects.filter(person__user=user) | Elder.objects.filter(pk__in=Elder.open_mandates(user))
    return list(
        own.filter(community_id__in=places)
        .select_related("person", "building", "community")
        .order_by("pk")
        .distinct()
    )


def mine(request: HttpRequest, pk: int) -> ServiceRequest:
    elders = elders_of(request)
    return get_object_or_404(
        ServiceRequest.objects.filter(elder__in=elders).select_related(
            "elder__person", "elder__community", "kind", "helper__person", "handler"
        ),
        pk=pk,
    )


def _way(request: HttpRequest, row: ServiceRequest) -> str:
    own = row.elder.person_id == request.user.person_id  # type: ignore[union-attr]
    return ConfirmWay.SELF if own else ConfirmWay.FAMILY


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What comes, what waits for a yes, what was; and two doors: help now, ask for a service."""
    elders = elders_of(request)
    now = timezone.now()
    rows = list(
        ServiceRequest.objects.filter(elder__in=elders)
        .exclude(state__in=["CANCELLED", "FAILED"], requested_at__lt=now - timedelta(days=3))
        .select_related("kind", "helper__person", "handler", "elder__person", "feedback")
        .order_by("-requested_at")[:60]
    )
    coming = [each for each in rows if each.state in BEFORE_DONE and not each.is_alarm]
    coming.sort(key=lambda each: (each.scheduled_at is None, each.scheduled_at or each.requested_at))
    paying = show.paying(rows)
    with_purse = {each.pk for each in elders if coins.purses(elder=each, user=request.user)}  # type: ignore[arg-type]
    return render(
        request, "services/home.html",
        {
            "elders": elders,
            "several": len(elders) > 1,
            "alarms": [each for each in rows if each.is_alarm and each.state in BEFORE_DONE],
            "to_confirm": [each for each in rows if each.state == "DONE" and not each.is_alarm],
            "coming": [
                {
                    "row": each, "tone": show.tone(each.state), "sure": each.state in UNDER_WAY,
                    "coins": show.coins_sentence(paying[each.pk]) if each.pk in paying else "",
                    "may_pay": each.elder_id in with_purse and show.may_choose_coins(each),
                }
                for each in coming
            ],
            "has_coins": bool(with_purse) or bool(paying),
            "past": [each for each in rows if each.state in ("CONFIRMED", "CLOSED") and not each.is_alarm][:8],
            "now": now,
        },
    )  # fmt: skip


@login_required
@once.once
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Was it good? One tap for the stars, one button."""
    row = mine(request, pk)
    form = forms.RateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data, at, by = form.cleaned_data, timezone.now(), request.user
        with refusals.refusals_on(form):
            behalf = None if by.person_id == row.elder.person_id else row.elder.person  # type: ignore[union-attr]
            if row.state == "DONE":
                dispatch.confirm(request_id=row.pk, way=_way(request, row), by=by, at=at, on_behalf_of=behalf)  # type: ignore[arg-type]
            feedback.rate(request_id=row.pk, by=by, at=at, on_behalf_of=behalf, **data)  # type: ignore[arg-type]
            messages.success(request, _("Thank you! Your word counts."))
            return redirect("services:home")
    return refusals.form_page(request, "services/home_confirm.html", form, {"row": row})


@login_required
@once.once
def not_right(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not done as it should be: the station looks after it."""
    row = mine(request, pk)
    form = forms.WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            dispatch.reopen(
                request_id=row.pk, words=form.cleaned_data["words"], by=request.user, at=timezone.now()
            )  # type: ignore[arg-type]
            messages.success(request, _("Thank you for telling us. The station will call you."))
            return redirect("services:home")
    return refusals.form_page(request, "services/home_not_right.html", form, {"row": row})


def _chosen(request: HttpRequest) -> Elder:
    """The elder it is for: the only one, or the one that was chosen."""
    elders = elders_of(request)
    wanted = request.POST.get("elder") or request.GET.get("elder") or ""
    for each in elders:
        if str(each.pk) == wanted or len(elders) == 1:
            return each
    raise Http404


@login_required
@once.once
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a service."""
    elder = _chosen(request)
    purses = show.purse_words(
        coins.purses(elder=elder, user=request.user),  # type: ignore[arg-type]
        user=request.user,  # type: ignore[arg-type]
        on=timezone.localdate(),
    )
    form = forms.AskForServiceForm(request.POST if request.method == "POST" else None, purses=purses)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals.refusals_on(form):
            intake.take(
                elder=elder, kind=ServiceKind.objects.get(pk=data["kind"]), channel=Channel.WEB, note=data["note"],
                scheduled_at=data["scheduled_at"], key=f"home:{once.key_of(request)}", by=request.user, at=timezone.now(),  # type: ignore[arg-type]
                on_behalf_of=None if request.user.person_id == elder.person_id else elder.person,  # type: ignore[union-attr]
                pay=data["pay"],
            )  # fmt: skip
            messages.success(request, _("The station has your wish and will find somebody."))
            return redirect("services:home")
    return refusals.form_page(request, "services/home_ask.html", form, {"elder": elder, "purses": purses})


@login_required
def alarm(request: HttpRequest) -> HttpResponse:
    """Help now: the same as the one-tap card, for somebody who is signed in. Presses join the open alarm."""
    elder = _chosen(request)
    if request.method == "POST":
        import uuid

        intake.raise_alarm(
            elder=elder,
            channel=Channel.WEB,
            key=f"home:{uuid.uuid4()}",
            by=request.user,
            at=timezone.now(),  # type: ignore[arg-type]
        )
        return redirect("services:home")
    shift = duty.on_duty(community_id=elder.community_id)
    return render(
        request, "services/home_alarm.html", {"elder": elder, "on_duty": str(shift.user) if shift else ""}
    )


@login_required
@once.once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer needed."""
    row = mine(request, pk)
    form = forms.CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            dispatch.cancel(request_id=row.pk, by=request.user, at=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
            messages.success(request, _("Cancelled. The helper has been told."))
            return redirect("services:home")
    return refusals.form_page(request, "services/home_cancel.html", form, {"row": row})
