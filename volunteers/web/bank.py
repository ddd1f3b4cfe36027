"""The office's time bank: promised and kept, reserve, pool, closings, moves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.audit import reading
from carenet.ledger.states import Unit
from carenet.webkit import excel, once, paging, refusals
from volunteers import policies
from volunteers.actions import closing, moves, pool, reserve
from volunteers.models import (
    Closing,
    CoinGrant,
    Move,
    Policy,
    Reserve,
    Volunteer,
)
from volunteers.reports import solvency
from volunteers.web.access import allowed, community_of
from volunteers.web.bank_forms import (
    CloseForm,
    FillForm,
    GrantForm,
    ReceiveForm,
    ReserveForm,
    SendForm,
)


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of the bank side by side."""
    return [
        {"label": label, "url": reverse(f"volunteers:{name}"), "current": name == current}
        for name, label in (
            ("bank", _("Promised and kept")), ("reserves", _("Reserve")), ("bank-pool", _("Common pool")),
            ("closings", _("Closings")), ("moves", _("Moves")), ("dividends", _("Dividends and awards")),
        )
    ]  # fmt: skip


def _hours(minutes: int) -> float:
    return round(minutes / 60, 2)


@allowed(policies.may_see_list)
def bank(request: HttpRequest) -> HttpResponse:
    """Coins promised beside hours that can be kept: by age, with concentration, dormant accounts and a stress test."""
    community, today = community_of(request), timezone.localdate()
    found = solvency.solvency(community, on=today)
    if request.GET.get("format") == "xlsx":
        return excel.xlsx_response(
            "time-bank",
            [
                excel.Column(_("Age")), excel.Column(_("People with coins")), excel.Column(_("Hours promised to them")),
                excel.Column(_("Helpers who pledged")), excel.Column(_("Hours they pledged")),
            ],
            [
                [each.label, each.holders, _hours(each.coins), each.helpers, _hours(each.pledged)]
                for each in found.bands
            ]
            + [
                [_("common pool"), None, _hours(found.pool), None, None],
                [_("bought from money set apart"), None, None, None, _hours(found.cover.bought)],
                [_("in all"), None, _hours(found.cover.outstanding), None, _hours(found.cover.reserve)],
            ],
        )  # fmt: skip
    chart = [(each.label, [each.coins // 60, each.pledged // 60]) for each in found.bands]
    return render(
        request, "volunteers/bank.html",
        {
            "tabs": tabs("bank"), "found": found, "chart": chart,
            "series": [(_("promised"), "2"), (_("pledged"), "4")],
            "dormant_days": Policy.objects.values_on(community, today)["dormant_days"],
        },
    )  # fmt: skip


@allowed(policies.may_see_list)
@once.once
def reserves(request: HttpRequest) -> HttpResponse:
    """What stands behind the coins; add a promise or money."""
    community, at = community_of(request), timezone.now()
    may = policies.may_set_rules(request.user, community.pk)
    if request.method == "POST" and not may:
        raise Http404
    form = ReserveForm(
        request.POST or None, community=community, initial={"valid_from": timezone.localdate(at)}
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        with refusals.refusals_on(form):
            reserve.record(
                community=community, volunteer=facts.pop("number"), at=at, by=request.user, **facts
            )
            messages.success(request, _("Recorded. It counts from its first day on."))
            return redirect("volunteers:reserves")
    rows = list(
        Reserve.objects.visible_to(request.user)
        .of(community)
        .select_related("volunteer__person", "fund")
        .order_by("-valid_from", "-pk")[:200]
    )
    reading.record(
        request,
        [each.volunteer.person for each in rows if each.volunteer],
        ["name"],
        _("reserve of the time bank"),
    )
    return refusals.form_page(
        request, "volunteers/reserves.html", form,
        {"tabs": tabs("reserves"), "rows": rows, "may": may, "today": timezone.localdate(at)},
    )  # fmt: skip


@allowed(policies.may_set_rules)
@once.once
def reserve_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A promise ends today."""
    if request.method != "POST":
        raise Http404
    row = get_object_or_404(Reserve.objects.visible_to(request.user), pk=pk)
    at = timezone.now()
    with refusals.refusals_told(request):
        reserve.end(reserve=row, on=timezone.localdate(at), by=request.user, at=at)
        messages.success(request, _("Ended. It no longer counts from today on."))
    return redirect("volunteers:reserves")


@allowed(policies.may_see_list)
@once.once
def bank_pool(request: HttpRequest) -> HttpResponse:
    """The common pool: fill it, issue hours to key elders, see who got some."""
    community, at = community_of(request), timezone.now()
    today, may = timezone.localdate(at), policies.may_set_rules(request.user, community.pk)
    what = request.POST.get("what", "")
    if request.method == "POST" and (not may or what not in ("fill", "grant")):
        raise Http404
    fill = FillForm(request.POST if what == "fill" else None, prefix="fill")
    grant = GrantForm(
        request.POST if what == "grant" else None, prefix="grant", community=community,
        listed=Policy.objects.values_on(community, today)["pool_serves"],
    )  # fmt: skip
    active = grant if what == "grant" else fill
    if request.method == "POST" and active.is_valid():
        facts = active.cleaned_data
        with refusals.refusals_on(active):
            if what == "fill":
                pool.fill(
                    community=community,
                    key=request.POST["idempotency_key"],
                    on=today,
                    at=at,
                    by=request.user,
                    **facts,
                )
                messages.success(request, _("The hours are in the pool."))
            else:
                pool.grant(on=today, at=at, by=request.user, **facts)
                messages.success(request, _("The elder has the hours of this month."))
            return redirect("volunteers:bank-pool")
    rows = (
        CoinGrant.objects.visible_to(request.user)
        .of(community)
        .select_related("elder__person")
        .order_by("-month", "-pk")
    )
    if request.GET.get("format") == "xlsx":
        found = list(rows[:20_000])
        reading.record(request, [each.elder.person for each in found], ["name"], _("pool hours for elders"))
        return excel.xlsx_response(
            "pool-hours",
            [
                excel.Column(_("Month")), excel.Column(_("Elder")), excel.Column(_("Hours")), excel.Column(_("Went back")),
                excel.Column(_("Reason")),
            ],
            [
                [each.month, each.elder.person.name, _hours(each.coins), _hours(each.lapsed_coins), each.reason]
                for each in found
            ],
        )  # fmt: skip
    page = paging.page(request, rows, per_page=50)
    reading.record(request, [each.elder.person for each in page.items], ["name"], _("pool hours for elders"))
    return refusals.form_page(
        request, "volunteers/bank_pool.html", active,
        {
            "tabs": tabs("bank-pool"), "page": page, "fill": fill, "grant": grant, "may": may,
            "balance": pool.common(community=community, unit=Unit.COIN).balance,
        },
    )  # fmt: skip


# --- closings ------------------------------------------------------------------------------------
@allowed(policies.may_see_list)
def closings(request: HttpRequest) -> HttpResponse:
    """Accounts that are or were closed; the second person decides here."""
    community = community_of(request)
    rows = (
        Closing.objects.visible_to(request.user)
        .of(community)
        .select_related("volunteer__person", "heir__person", "asked_by", "decided_by")
        .order_by("-asked_at")
    )
    page = paging.page(request, rows, per_page=50)
    reading.record(
        request, [each.volunteer.person for each in page.items], ["name"], _("closing of accounts")
    )
    return render(
        request, "volunteers/closings.html",
        {"tabs": tabs("closings"), "page": page, "may": policies.may_set_rules(request.user, community.pk)},
    )  # fmt: skip


@allowed(policies.may_enrol)
@once.once
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the closing of somebody's accounts."""
    volunteer = get_object_or_404(
        Volunteer.objects.visible_to(request.user).select_related("person", "community"), pk=pk
    )
    form = CloseForm(
        request.POST or None, community=volunteer.community, initial={"day": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            closing.ask(volunteer=volunteer, at=timezone.now(), by=request.user, **form.cleaned_data)
            messages.success(request, _("Asked. A second person decides; until then the accounts rest."))
            return redirect("volunteers:closings")
    reading.record(request, [volunteer.person], ["name"], _("closing of accounts"))
    return refusals.form_page(request, "volunteers/close.html", form, {"volunteer": volunteer})


@allowed(policies.may_set_rules)
@once.once
def closing_decide(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    if request.method != "POST" or step not in ("approve", "refuse"):
        raise Http404
    row = get_object_or_404(Closing.objects.visible_to(request.user), pk=pk)
    at = timezone.now()
    with refusals.refusals_told(request):
        if step == "approve":
            closing.approve(closing=row, on=timezone.localdate(at), at=at, by=request.user)
            messages.success(request, _("Closed. What was left has gone to its place."))
        else:
            closing.refuse(closing=row, at=at, by=request.user)
            messages.success(request, _("Not closed. The accounts rest until the volunteer comes back."))
    return redirect("volunteers:closings")


@allowed(policies.may_see_list)
def honour_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for the family, to print: whose hours became an honour."""
    row = get_object_or_404(
        Closing.objects.visible_to(request.user)
        .filter(honoured__gt=0)
        .select_related("volunteer__person", "community"),
        pk=pk,
    )
    reading.record(request, [row.volunteer.person], ["name"], _("closing of accounts"))
    served = pool.account_of(volunteer=row.volunteer, unit=Unit.MINUTE).balance
    return render(request, "volunteers/honour_sheet.html", {"closing": row, "served": served})


# --- moves ---------------------------------------------------------------------------------------
@allowed(policies.may_see_list)
@once.once
def coin_moves(request: HttpRequest) -> HttpResponse:
    """Hours that go to, or come from, another community."""
    community, at = community_of(request), timezone.now()
    today, may = timezone.localdate(at), policies.may_set_rules(request.user, community.pk)
    what = request.POST.get("what", "")
    if request.method == "POST" and (not may or what not in ("send", "receive")):
        raise Http404
    send = SendForm(request.POST if what == "send" else None, prefix="send", community=community)
    receive = ReceiveForm(request.POST if what == "receive" else None, prefix="receive", community=community)
    active = receive if what == "receive" else send
    if request.method == "POST" and active.is_valid():
        facts = active.cleaned_data
        with refusals.refusals_on(active):
            if what == "send":
                row = moves.send(
                    volunteer=facts["number"], coins=facts["coins"], reason=facts["reason"],
                    key=request.POST["idempotency_key"], on=today, at=at, by=request.user,
                )  # fmt: skip
                messages.success(
                    request, _("The hours are set aside. Print the letter for the other station.")
                )
                return redirect("volunteers:move-letter", pk=row.pk)
            moves.receive(
                code=facts["code"], volunteer=facts["number"], card_seen=facts["card_seen"], on=today, at=at,
                by=request.user,
            )  # fmt: skip
            messages.success(request, _("The hours have arrived on the account."))
            return redirect("volunteers:moves")
    page = paging.page(
        request,
        Move.objects.visible_to(request.user)
        .of(community)
        .select_related("volunteer__person")
        .order_by("-sent_at"),
        per_page=50,
    )
    reading.record(
        request, [each.volunteer.person for each in page.items], ["name"], _("moves of time coins")
    )
    return refusals.form_page(
        request, "volunteers/moves.html", active,
        {"tabs": tabs("moves"), "page": page, "send": send, "receive": receive, "may": may},
    )  # fmt: skip


@allowed(policies.may_set_rules)
def move_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter with the code, to print."""
    row = get_object_or_404(
        Move.objects.visible_to(request.user).open().select_related("volunteer__person", "community"), pk=pk
    )
    reading.record(request, [row.volunteer.person], ["name"], _("moves of time coins"))
    return render(request, "volunteers/move_letter.html", {"move": row, "code": moves.code_of(row.hold_id)})


@allowed(policies.may_set_rules)
@once.once
def move_call_back(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    row = get_object_or_404(Move.objects.visible_to(request.user), pk=pk)
    at = timezone.now()
    with refusals.refusals_told(request):
        moves.call_back(move=row, on=timezone.localdate(at), at=at, by=request.user)
        messages.success(
            request, _("Called back. The hours are on the account again; the letter is worth nothing.")
        )
    return redirect("volunteers:moves")
