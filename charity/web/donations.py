"""Pages of the donations: the list, recording with a look before it is booked, the acknowledgement, reversal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carenet.audit import reading
from carenet.webkit import excel, paging
from carenet.webkit.once import FIELD, once
from carenet.webkit.refusals import form_page, refusals_on
from charity import policies, reports
from charity.actions import donations
from charity.filters import DonationFilter
from charity.models import Donation
from charity.web.forms import DonationForm, ReasonForm
from charity.web.shared import needs

MOST_EXPORTED = 50_000


def _donors(request: HttpRequest, rows: list[Donation], purpose: str = "") -> None:
    """Donors who are registered persons: their looks are written down."""
    reading.record(request, [each.donor_person for each in rows if each.donor_person], ["donation"], purpose)


@needs(policies.may_see_names)
@require_GET
def donation_list(request: HttpRequest) -> HttpResponse:
    """All donations of the community, newest first; `?format=xlsx` for the table."""
    community = request.community  # type: ignore[attr-defined]
    listed = DonationFilter(
        request.GET,
        Donation.objects.visible_to(request.user)
        .of(community)
        .select_related("fund", "donor_person", "donor_organisation")
        .order_by("-received_on", "-pk"),
        request=request,
    )
    if request.GET.get("format") == "xlsx":
        return _xlsx(request, list(listed.qs[:MOST_EXPORTED]))
    page = paging.page(request, listed.qs)
    _donors(request, list(page.items))
    context = {
        "filter_form": listed.form,
        "page": page,
        "may_record": policies.may_record(request.user, community.pk),
    }
    return render(request, "charity/donations.html", context)


def _xlsx(request: HttpRequest, rows: list[Donation]) -> HttpResponse:
    _donors(request, rows, _("export"))
    columns = [
        excel.Column(_("receipt number"), text=True),
        excel.Column(_("received on")),
        excel.Column(_("donor"), width=24),
        excel.Column(_("name in public")),
        excel.Column(_("fund"), width=24),
        excel.Column(_("how it came"), width=20),
        excel.Column(_("amount"), fen=True),
        excel.Column(_("official receipt"), text=True),
        excel.Column(_("reversed on")),
        excel.Column(_("note"), width=30),
    ]
    cells = (
        (
            each.receipt_no, each.received_on, each.donor_name, each.get_publish_display(), each.fund.title,
            each.get_way_display(), each.amount_fen, each.official_receipt_no, each.reversed_on, each.note,
        )
        for each in rows
    )  # fmt: skip
    return excel.xlsx_response(_("donations"), columns, cells)


@needs(policies.may_record)
def donation_record(request: HttpRequest) -> HttpResponse:
    """The form, then a page to look at before anything is booked. Nothing is written here."""
    community = request.community  # type: ignore[attr-defined]
    form = DonationForm(request.POST or None, community=community, initial={"fund": request.GET.get("fund")})
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        return render(request, "charity/donation_check.html", {"form": form, "given": form.cleaned_data})
    if "change" in request.POST:
        form = DonationForm(initial=request.POST.dict(), community=community)
    return form_page(request, "charity/donation_record.html", form)


@needs(policies.may_record)
@require_POST
@once
def donation_book(request: HttpRequest) -> HttpResponse:
    """Book what was looked at."""
    community = request.community  # type: ignore[attr-defined]
    form = DonationForm(request.POST, community=community)
    if form.is_valid():
        with refusals_on(form):
            made = donations.record(
                by=request.user,
                at=timezone.now(),
                key=f"page:{request.POST.get(FIELD, '')}"[:80],
                **form.cleaned_data,
            )
            messages.success(request, _("The donation is in the books. Thank the donor."))
            return redirect("charity:donation", made.pk)
    return form_page(request, "charity/donation_record.html", form)


def _found(request: HttpRequest, pk: int) -> Donation:
    return get_object_or_404(
        Donation.objects.visible_to(request.user).select_related(
            "fund__host", "donor_person", "donor_organisation", "community", "recorded_by"
        ),
        pk=pk,
    )


@needs(policies.may_see_names)
@require_GET
def donation(request: HttpRequest, pk: int) -> HttpResponse:
    """The acknowledgement of one donation, to print, and where the money went."""
    found = _found(request, pk)
    _donors(request, [found])
    context = {
        "donation": found,
        "way": reports.where_it_went(found.community_id, found.receipt_no),
        "may_record": policies.may_record(request.user, found.community_id),
    }
    return render(request, "charity/donation.html", context)


@needs(policies.may_record)
@once
def donation_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrongly recorded donation out of the books, with a reason."""
    found = _found(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            donations.reverse(
                donation=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("The donation was reversed. Both lines stay in the books."))
            return redirect("charity:donation", found.pk)
    return form_page(request, "charity/donation_reverse.html", form, {"donation": found})
