"""The donor's own page: what I gave, where it went, the letters of thanks. Nobody else's gifts are on it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from carenet.accounts.states import Role
from carenet.webkit import paging
from charity import reports
from charity.models import Donation, GoodsDonation

# So many gifts are followed on the page at once; every one has its own letter.
FOLLOWED = 5


def _person(request: HttpRequest) -> int:
    """Whoever gave as a registered person, or gives: 404 for everybody else."""
    user: Any = request.user
    if user.person_id is None or not any(user.has_role(each, Role.DONOR) for each in user.community_ids):
        raise Http404
    return int(user.person_id)


@login_required
@require_GET
def gifts(request: HttpRequest) -> HttpResponse:
    """My gifts of money and goods, what of them is used, and the way of the newest ones."""
    mine = Donation.objects.filter(donor_person=_person(request))
    standing = mine.standing()
    page = paging.page(
        request, mine.select_related("fund", "community").order_by("-received_on", "-pk"), per_page=30
    )
    newest = list(standing.select_related("fund").order_by("-received_on", "-pk")[:FOLLOWED])
    ways = [(each, reports.where_it_went(each.community_id, each.receipt_no)) for each in newest]
    goods = GoodsDonation.objects.filter(donor_person=_person(request)).order_by("-received_on", "-pk")
    followed = sum(each.amount_fen for each, way in ways if way)
    return render(
        request, "charity/my_gifts.html",
        {
            "page": page,
            "given_fen": standing.aggregate(total=Sum("amount_fen"))["total"] or 0,
            "times": standing.count(),
            "ways": ways,
            "used_fen": followed - sum(way.left_fen for _each, way in ways if way),
            "left_fen": sum(way.left_fen for _each, way in ways if way),
            "goods": list(goods[:30]),
            "community": request.community,  # type: ignore[attr-defined]
        },
    )  # fmt: skip


@login_required
@require_GET
def gift(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter of thanks for one gift of mine, to print, with the way of the money."""
    found = get_object_or_404(
        Donation.objects.filter(donor_person=_person(request)).select_related(
            "fund", "community", "donor_organisation", "recorded_by"
        ),
        pk=pk,
    )
    way = reports.where_it_went(found.community_id, found.receipt_no)
    return render(request, "charity/donation.html", {"donation": found, "way": way, "is_mine": True})
