"""Time coins that pay for a request: choose them, undo the choice, give them back; and everybody's own list of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.accounts.states import Role
from carenet.audit import reading
from carenet.webkit import once, paging, refusals
from elders.models import Elder
from services import policies
from services.actions import coins as payments
from services.models import CoinPayment, ServiceRequest
from services.states import CoinState
from services.web import forms, show
from services.web.home import AT_HOME, elders_of, mine
from services.web.requests import one
from volunteers.actions import coins
from volunteers.models import Volunteer


def _page(
    request: HttpRequest, row: ServiceRequest, *, template: str, back: str, back_args: list[int]
) -> HttpResponse:
    """Choose or undo; the same for the office and at home."""
    user: Any = request.user
    now = timezone.now()
    payment = payments.standing(request=row)
    if not show.may_choose_coins(row) or (payment is not None and payment.state == CoinState.PAID):
        messages.warning(request, _("The time coins of this request cannot be changed any more."))
        return redirect(back, *back_args)
    found = payments.purses(elder=row.elder, user=user)
    on = timezone.localdate(now)
    present = f"{payment.purse}-{payment.volunteer_id}" if payment and payment.purse == "RELATIVE" else ""
    present = present or (payment.purse if payment else "")
    words = [
        show.PurseWords(each.code, each.label, "" if each.code == present else each.why_not)
        for each in show.purse_words(found, user=user, on=on, kind=row.kind, minutes=row.minutes)
    ]
    form = forms.PayForm(
        request.POST if request.method == "POST" else None, purses=words, initial={"pay": present}
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["pay"]
        with refusals.refusals_on(form):
            if chosen:
                payments.choose(request_id=row.pk, code=chosen, by=user, at=now)
                messages.success(request, _("Time coins pay for this help."))
            elif payment is not None:
                payments.undo(request_id=row.pk, words="", by=user, at=now)
                messages.success(request, _("Without time coins. Nothing is set aside any more."))
            return redirect(back, *back_args)
    need = coins.need(community_id=row.community_id, kind=row.kind, minutes=row.minutes, on=on)
    return refusals.form_page(
        request, template, form,
        {"row": row, "need": need, "purses": words, "payment": payment, "open": any(not each.why_not for each in words)},
    )  # fmt: skip


@login_required
@once.once
def request_coins(request: HttpRequest, pk: int) -> HttpResponse:
    """The office: on the word of whose coins they are."""
    row = one(request, pk)
    if not policies.is_office(request.user, row.community_id):  # type: ignore[arg-type]
        raise Http404
    reading.record(request, [row.elder.person], ["name"])
    return _page(
        request, row, template="services/request_coins.html", back="services:request", back_args=[row.pk]
    )


@login_required
@once.once
def request_coins_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The office gives back coins that were paid for nothing."""
    row = one(request, pk)
    payment = payments.standing(request=row)
    if not policies.is_office(request.user, row.community_id) or payment is None or not payment.coins_paid:  # type: ignore[arg-type]
        raise Http404
    form = forms.WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            payments.give_back(
                request_id=row.pk,
                words=form.cleaned_data["words"],
                by=request.user,
                at=timezone.now(),  # type: ignore[arg-type]
            )
            messages.success(request, _("The time coins are back on the account."))
            return redirect("services:request", pk=row.pk)
    return refusals.form_page(
        request, "services/request_coins_back.html", form,
        {"row": row, "payment": payment, "whose": show.whose_coins(payment)},
    )  # fmt: skip


@login_required
@once.once
def home_coins(request: HttpRequest, pk: int) -> HttpResponse:
    """The elder, and the family: with whose time coins."""
    return _page(
        request, mine(request, pk), template="services/home_coins.html", back="services:home", back_args=[]
    )


@login_required
def my_coins(request: HttpRequest) -> HttpResponse:
    """The helps that my time coins pay for, or those of the elders I look after; with what is free now."""
    user: Any = request.user
    own = Volunteer.objects.of_user(user).first()
    at_home = any(user.has_role(each, *AT_HOME) for each in user.community_ids)
    if (
        not at_home
        and own is None
        and not any(user.has_role(each, Role.VOLUNTEER) for each in user.community_ids)
    ):
        raise Http404
    elders: list[Elder] = elders_of(request) if at_home else []
    rows = (
        CoinPayment.objects.filter(Q(volunteer=own, volunteer__isnull=False) | Q(request__elder__in=elders))
        .filter(community_id__in=user.community_ids)
        .exclude(state=CoinState.DROPPED)
        .select_related("request__kind", "request__elder__person", "volunteer__person")
        .order_by("-chosen_at", "-pk")
    )
    page = paging.page(request, rows, per_page=30)
    others = [
        each.request.elder.person for each in page.items if each.request.elder.person_id != user.person_id
    ]
    reading.record(request, others, ["name"], _("help paid with time coins"))
    home_ids = {each.pk for each in elders}
    return render(
        request, "services/my_coins.html",
        {
            "page": page, "at_home": at_home,
            "rows": [
                {
                    "payment": each, "sentence": show.coins_sentence(each), "tone": show.COIN_TONES[each.state],
                    "whose": show.whose_coins(each),
                    "may_change": each.request.elder_id in home_ids and show.may_choose_coins(each.request),
                    "may_undo": each.request.elder_id not in home_ids and each.state in (CoinState.CHOSEN, CoinState.HELD),
                }
                for each in page.items
            ],
            "purses": [
                words
                for elder in elders
                for words in show.purse_words(payments.purses(elder=elder, user=user), user=user, on=timezone.localdate())
            ],
        },
    )  # fmt: skip


@login_required
@once.once
def my_coins_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """My coins shall not pay for this help."""
    own = Volunteer.objects.of_user(request.user).first()  # type: ignore[arg-type]
    if request.method != "POST" or own is None:
        raise Http404
    found = get_object_or_404(CoinPayment.objects.filter(volunteer=own).standing(), pk=pk)
    with refusals.refusals_told(request):
        payments.undo(request_id=found.request_id, words="", by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Your time coins are free again. The station looks for another way."))
    return redirect("services:my-coins")
