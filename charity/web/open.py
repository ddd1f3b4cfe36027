"""`/open/`: what came in, where it went, for everybody. Nothing about a person stands here.

Source: Charity Law Art. 78–82; ux.md §6.9. Works without signing in, inside the scope of one community.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carenet.notices.models import Heartbeat
from carenet.parties import scope
from carenet.parties.models import Community
from carenet.webkit import excel
from charity import reports
from charity.models import Donation, GoodsDonation

DONORS_SHOWN = 60
FIRST_YEAR = 2020


@require_GET
def open_list(request: HttpRequest) -> HttpResponse:
    """Communities whose books are open; straight to the only one, or to one's own."""
    own = getattr(request, "community", None)
    found = list(Community.objects.active())
    if own is not None or len(found) == 1:
        return redirect("charity:open-community", slug=(own or found[0]).slug)
    return render(request, "charity/open_list.html", {"communities": found})


def _year(request: HttpRequest) -> int:
    today = timezone.localdate()
    wanted = request.GET.get("year", "")
    return (
        int(wanted)
        if wanted.isascii() and wanted.isdigit() and FIRST_YEAR <= int(wanted) <= today.year
        else today.year
    )


@require_GET
def open_community(request: HttpRequest, slug: str) -> HttpResponse:
    """One community's year: headline, sources, uses, every line, goods, donors as they chose."""
    community = get_object_or_404(Community.objects.active(), slug=slug)
    year = _year(request)
    with scope.within([community.pk]):
        overview = reports.overview(community, year)
        wanted = request.GET.get("format", "")
        if wanted in {"xlsx", "csv"}:
            return _table(overview, wanted)
        if wanted:
            raise Http404
        donors = [
            {
                "name": each.public_name,
                "amount_fen": each.amount_fen,
                "on": each.received_on,
                "receipt": each.receipt_no,
            }
            for each in Donation.objects.of(community)
            .standing()
            .filter(received_on__year=year)
            .exclude(way="ALLOCATION")
            .order_by("-received_on", "-pk")[:DONORS_SHOWN]
        ]
        receipt = request.GET.get("receipt", "").strip()
        context = {
            "community": community,
            "community_name": ((get_language() or "").startswith("en") and community.name_en)
            or community.name,
            "overview": overview,
            "shelves": reports.shelves(community),
            "goods": [
                {
                    "what": each.what,
                    "quantity": each.quantity,
                    "unit": each.unit,
                    "given": each.given,
                    "donor": each.public_name,
                }
                for each in GoodsDonation.objects.of(community).order_by("-received_on", "-pk")[:DONORS_SHOWN]
            ],
            "donors": donors,
            "receipt": receipt,
            "way": reports.where_it_went(community, receipt) if receipt else None,
            "books": Heartbeat.objects.filter(name="ledger.check_books").first(),
            "years": range(timezone.localdate().year, timezone.localdate().year - 3, -1),
        }
        return render(request, "charity/open.html", context)


def _table(overview: reports.Overview, wanted: str) -> HttpResponse:
    columns = [
        excel.Column(_("day")),
        excel.Column(_("what for"), width=28),
        excel.Column(_("how many")),
        excel.Column(_("fund"), width=24),
        excel.Column(_("voucher number"), text=True),
        excel.Column(_("amount (yuan)"), fen=True),
    ]
    rows = [
        (each.on, each.label, each.count, each.fund, each.voucher, each.amount_fen) for each in overview.lines
    ]
    name = f"{_('spending')}-{overview.year}"
    if wanted == "xlsx":
        return excel.xlsx_response(name, columns, rows)
    return excel.attachment(excel.write_csv(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")
