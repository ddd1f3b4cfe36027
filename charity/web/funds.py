"""Pages of the funds: the list, one fund's statement, opening and closing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carenet.ledger import statements
from carenet.parties.models import ServiceKind
from carenet.webkit import excel
from carenet.webkit.once import once
from carenet.webkit.refusals import form_page, refusals_on
from charity import policies, reports
from charity.actions import funds
from charity.filters import FundFilter
from charity.models import Fund
from charity.web.forms import CloseFundForm, FundForm
from charity.web.shared import needs, this_month, this_year

PER_PAGE = 30
MOST_LINES = 50_000


@needs(policies.may_see_funds)
@require_GET
def fund_list(request: HttpRequest) -> HttpResponse:
    """All funds with what is in them, and the goals on their way."""
    community = request.community  # type: ignore[attr-defined]
    listed = FundFilter(
        request.GET,
        Fund.objects.visible_to(request.user).of(community).select_related("account", "host"),
        request=request,
    )
    found = list(listed.qs if request.GET.get("closed") else listed.qs.open())
    since, until = this_year()
    sums = reports.fund_sums(found, since=since, until=until)
    rows = [{"fund": each, "came": sums[each.pk][0], "went": sums[each.pk][1]} for each in found]
    income = reports.income_by_source(community, since=since, until=until)
    context = {
        "filter_form": listed.form,
        "rows": rows,
        "total": sum(each.account.balance for each in found),
        "progress": {each.fund_id: each for each in reports.progress(community)},
        "dependency": reports.dependency(income),
        "self_generated": reports.self_generated(income),
        "advanced": reports.advanced(community),
        "idle": reports.idle(community, on=timezone.localdate()),
        "may_keep": policies.may_keep_funds(request.user, community.pk),
        "may_record": policies.may_record(request.user, community.pk),
        "year": since.year,
    }
    return render(request, "charity/funds.html", context)


@needs(policies.may_see_funds)
@require_GET
def fund(request: HttpRequest, pk: int) -> HttpResponse:
    """One fund with its statement: every line with the balance after it."""
    found = get_object_or_404(Fund.objects.visible_to(request.user).select_related("account", "host"), pk=pk)
    before = request.GET.get("before", "")
    lines = statements.lines(
        found.account,
        before=int(before) if before.isdigit() and len(before) < 19 else None,
        limit=PER_PAGE + 1,
    )
    month = this_month()
    came, went = statements.moved([found.account], since=month, until=this_year()[1])[found.account_id]
    context = {
        "fund": found,
        "lines": lines[:PER_PAGE],
        "older": lines[PER_PAGE - 1].posting_id if len(lines) > PER_PAGE else None,
        "newer": bool(before),
        "came": came,
        "went": went,
        "progress": next(
            (each for each in reports.progress(found.community_id) if each.fund_id == found.pk), None
        ),
        "kinds": [each.title for each in ServiceKind.objects.filter(code__in=found.restricted_kinds)],
        "waiting": found.grants.waiting().count(),
        "may_keep": policies.may_keep_funds(request.user, found.community_id),
        "may_record": policies.may_record(request.user, found.community_id),
        "may_ask": policies.may_ask(request.user, found.community_id),
    }
    return render(request, "charity/fund.html", context)


@needs(policies.may_see_funds)
@require_GET
def fund_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole statement as a table."""
    found = get_object_or_404(Fund.objects.visible_to(request.user).select_related("account"), pk=pk)
    columns = [
        excel.Column(_("day")),
        excel.Column(_("what"), width=18),
        excel.Column(_("other side"), width=24),
        excel.Column(_("memo"), width=24),
        excel.Column(_("came in"), fen=True),
        excel.Column(_("went out"), fen=True),
        excel.Column(_("balance"), fen=True),
        excel.Column(_("booking number"), text=True),
    ]
    rows = (
        (
            line.on,
            line.kind_label,
            line.other,
            line.memo,
            line.amount if line.amount > 0 else None,
            -line.amount if line.amount < 0 else None,
            line.balance,
            line.entry_id,
        )
        for line in reversed(statements.lines(found.account, limit=MOST_LINES))
    )
    return excel.xlsx_response(f"{found.title}-{_('statement')}", columns, rows)


@needs(policies.may_keep_funds)
@once
def fund_open(request: HttpRequest) -> HttpResponse:
    """Open a fund."""
    community = request.community  # type: ignore[attr-defined]
    form = FundForm(request.POST or None, community=community)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = funds.open(community=community, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("charity:fund", made.pk)
    return form_page(request, "charity/fund_open.html", form)


@needs(policies.may_keep_funds)
@once
def fund_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a fund; what is left goes to a similar one."""
    found = get_object_or_404(Fund.objects.visible_to(request.user).select_related("account"), pk=pk)
    form = CloseFundForm(request.POST or None, fund=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            funds.close(fund=found, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("charity:fund", found.pk)
    return form_page(request, "charity/fund_close.html", form, {"fund": found})
