"""Pages of donated goods: the shelf, taking in, giving out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carenet.audit import reading
from carenet.webkit import excel, paging
from carenet.webkit.once import FIELD, once
from carenet.webkit.refusals import form_page, refusals_on
from charity import policies, reports
from charity.actions import goods
from charity.filters import GoodsFilter
from charity.models import GoodsDonation
from charity.web.forms import GoodsForm, IssueForm
from charity.web.shared import needs

MOST_EXPORTED = 50_000


@needs(policies.may_see_names)
@require_GET
def goods_list(request: HttpRequest) -> HttpResponse:
    """What came and what is still there; `?format=xlsx` for the table."""
    community = request.community  # type: ignore[attr-defined]
    listed = GoodsFilter(
        request.GET,
        GoodsDonation.objects.visible_to(request.user)
        .of(community)
        .select_related("donor_person")
        .order_by("-received_on", "-pk"),
        request=request,
    )
    if request.GET.get("format") == "xlsx":
        return _xlsx(request, list(listed.qs[:MOST_EXPORTED]))
    page = paging.page(request, listed.qs)
    reading.record(request, [each.donor_person for each in page.items if each.donor_person], ["donation"])
    context = {
        "filter_form": listed.form,
        "page": page,
        "shelves": reports.shelves(community),
        "may_record": policies.may_record(request.user, community.pk),
    }
    return render(request, "charity/goods_list.html", context)


def _xlsx(request: HttpRequest, rows: list[GoodsDonation]) -> HttpResponse:
    reading.record(
        request, [each.donor_person for each in rows if each.donor_person], ["donation"], _("export")
    )
    columns = [
        excel.Column(_("received on")),
        excel.Column(_("kind")),
        excel.Column(_("what it is"), width=24),
        excel.Column(_("quantity")),
        excel.Column(_("counted in")),
        excel.Column(_("still there")),
        excel.Column(_("donor"), width=24),
        excel.Column(_("value (yuan)"), fen=True),
        excel.Column(_("value rests on"), width=20),
        excel.Column(_("receipt number"), text=True),
        excel.Column(_("where it is kept"), width=20),
    ]
    cells = (
        (
            each.received_on, each.get_kind_display(), each.what, each.quantity, each.unit, each.left, each.donor_name,
            each.value_fen, each.get_valuation_display(), each.receipt_no, each.place,
        )
        for each in rows
    )  # fmt: skip
    return excel.xlsx_response(_("donated goods"), columns, cells)


@needs(policies.may_record)
@once
def goods_receive(request: HttpRequest) -> HttpResponse:
    """Take goods in after looking at them."""
    community = request.community  # type: ignore[attr-defined]
    form = GoodsForm(request.POST or None, community=community)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = goods.receive(
                community=community,
                by=request.user,
                at=timezone.now(),
                key=f"page:{request.POST.get(FIELD, '')}"[:80],
                **form.cleaned_data,
            )
            messages.success(request, _("The goods are on the shelf."))
            return redirect("charity:goods", made.pk)
    return form_page(request, "charity/goods_receive.html", form)


@needs(policies.may_see_names)
@once
def goods_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One gift of goods: where it went, and a form to give some of it out."""
    found = get_object_or_404(
        GoodsDonation.objects.visible_to(request.user).select_related("donor_person", "recorded_by"), pk=pk
    )
    may_give = policies.may_hand_out(request.user, found.community_id) and found.left > 0
    form = IssueForm(request.POST or None, goods=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            goods.give_out(
                goods=found,
                by=request.user,
                at=timezone.now(),
                key=f"page:{request.POST.get(FIELD, '')}"[:80],
                **form.cleaned_data,
            )
            messages.success(request, _("Written down."))
            return redirect("charity:goods", pk)
    issues = list(found.issues.select_related("by", "elder__person").order_by("-given_on", "-pk")[:200])
    people = [each.elder.person for each in issues if each.elder]
    reading.record(request, [*people, *([found.donor_person] if found.donor_person else [])], ["donation"])
    return form_page(
        request, "charity/goods.html", form, {"goods": found, "issues": issues, "may_give": may_give}
    )
