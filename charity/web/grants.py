"""Pages of the grants: the list, asking, deciding with four eyes, paying."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from carenet.audit import reading
from carenet.kernel import steps
from carenet.webkit import excel, paging
from carenet.webkit.once import FIELD, once
from carenet.webkit.refusals import form_page, refusals_on, refusals_told
from charity import policies
from charity.actions import grants
from charity.filters import GrantFilter
from charity.models import Grant
from charity.states import GRANT_STEPS
from charity.web.forms import GrantForm, PayForm, ReasonForm
from charity.web.shared import needs
from elders.models import Elder

MOST_EXPORTED = 50_000


def _looked(request: HttpRequest, rows: list[Grant], purpose: str = "") -> None:
    reading.record(request, [each.elder.person for each in rows if each.elder], ["grant"], purpose)


@needs(policies.may_see_names)
@require_GET
def grant_list(request: HttpRequest) -> HttpResponse:
    """Grants, those that wait first when asked for; `?format=xlsx` for the table."""
    community = request.community  # type: ignore[attr-defined]
    listed = GrantFilter(
        request.GET,
        Grant.objects.visible_to(request.user)
        .of(community)
        .select_related("fund", "elder__person", "asked_by", "decided_by")
        .order_by("-pk"),
        request=request,
    )
    if request.GET.get("format") == "xlsx":
        return _xlsx(request, list(listed.qs[:MOST_EXPORTED]))
    page = paging.page(request, listed.qs)
    _looked(request, list(page.items))
    context = {
        "filter_form": listed.form,
        "page": page,
        "waiting": Grant.objects.visible_to(request.user).of(community).waiting().count(),
        "to_pay": Grant.objects.visible_to(request.user).of(community).to_pay().count(),
        "may_ask": policies.may_ask(request.user, community.pk),
    }
    return render(request, "charity/grants.html", context)


def _xlsx(request: HttpRequest, rows: list[Grant]) -> HttpResponse:
    _looked(request, rows, _("export"))
    columns = [
        excel.Column(_("number"), text=True),
        excel.Column(_("purpose")),
        excel.Column(_("elder")),
        excel.sensitive(_("what for, in words"), width=36),
        excel.Column(_("fund"), width=24),
        excel.Column(_("amount"), fen=True),
        excel.Column(_("state")),
        excel.Column(pgettext("grant", "asked by")),
        excel.Column(pgettext("grant", "decided by")),
        excel.Column(_("paid on")),
        excel.sensitive(_("paid to"), width=20),
        excel.Column(_("voucher number"), text=True),
    ]
    cells = (
        (
            each.pk, each.get_purpose_display(), str(each.elder or ""), each.words, each.fund.title, each.amount_fen,
            each.get_state_display(), str(each.asked_by), str(each.decided_by or ""), each.paid_on, each.paid_to,
            each.voucher_no,
        )
        for each in rows
    )  # fmt: skip
    return excel.work_list(request, _("grants"), columns, list(cells))


@needs(policies.may_ask)
@once
def grant_ask(request: HttpRequest) -> HttpResponse:
    """Ask a fund for money."""
    community = request.community  # type: ignore[attr-defined]
    form = GrantForm(
        request.POST or None,
        community=community,
        elders=Elder.objects.visible_to(request.user).of(community),
        initial={"fund": request.GET.get("fund"), "elder_number": request.GET.get("elder")},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            asked = dict(form.cleaned_data)
            made = grants.ask(
                elder=asked.pop("elder_number"),
                by=request.user,
                at=timezone.now(),
                key=f"page:{request.POST.get(FIELD, '')}"[:80],
                **asked,
            )
            messages.success(request, _("Asked for. Somebody else decides about it."))
            return redirect("charity:grant", made.pk)
    return form_page(request, "charity/grant_ask.html", form)


def _found(request: HttpRequest, pk: int) -> Grant:
    return get_object_or_404(
        Grant.objects.visible_to(request.user).select_related(
            "fund__account", "elder__person", "asked_by", "decided_by", "paid_by"
        ),
        pk=pk,
    )


@needs(policies.may_see_names)
@require_GET
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant with the steps that may be taken now by this user."""
    found = _found(request, pk)
    _looked(request, [found])
    return render(request, "charity/grant.html", _context(request, found))


def _context(request: HttpRequest, found: Grant) -> dict[str, object]:
    possible = set(steps.open_steps(GRANT_STEPS, found.state))
    decides = policies.may_decide(request.user, found)
    return {
        "grant": found,
        "may_approve": "approve" in possible and decides,
        "may_withdraw": "withdraw" in possible and policies.may_withdraw(request.user, found),
        "may_pay": "pay" in possible and policies.may_record(request.user, found.community_id),
        "own": found.asked_by_id == request.user.pk
        and policies.may_approve(request.user, found.community_id),
        "pay_form": PayForm(),
        "refuse_form": ReasonForm(prefix="refuse"),
        "withdraw_form": ReasonForm(prefix="withdraw"),
    }


@needs(policies.may_approve)
@require_POST
@once
def grant_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve somebody else's request."""
    found = _found(request, pk)
    with refusals_told(request):
        grants.approve(grant=found, by=request.user, at=timezone.now())
        messages.success(request, _("Approved. The amount is set aside in the fund."))
    return redirect("charity:grant", pk)


@needs(policies.may_approve)
@require_POST
@once
def grant_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse somebody else's request, with the reason."""
    return _with_reason(request, pk, "refuse")


@needs(policies.may_ask)
@require_POST
@once
def grant_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back."""
    return _with_reason(request, pk, "withdraw")


def _with_reason(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    found = _found(request, pk)
    form = ReasonForm(request.POST, prefix=step)
    if form.is_valid():
        with refusals_on(form):
            act = grants.refuse if step == "refuse" else grants.withdraw
            act(grant=found, words=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            return redirect("charity:grant", pk)
    context = {**_context(request, found), f"{step}_form": form, "form": form}
    return render(request, "charity/grant.html", context, status=422)


@needs(policies.may_record)
@require_POST
@once
def grant_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay an approved grant with its voucher number."""
    found = _found(request, pk)
    form = PayForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            grants.pay(grant=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Paid and booked."))
            return redirect("charity:grant", pk)
    return render(
        request,
        "charity/grant.html",
        {**_context(request, found), "pay_form": form, "form": form},
        status=422,
    )
