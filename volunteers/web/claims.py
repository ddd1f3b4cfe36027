"""A service asked for with points: where it stands, and taking the wish back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from volunteers import policies, portal
from volunteers.actions import service_rewards
from volunteers.models import ServiceClaim
from volunteers.states import ClaimState
from volunteers.web.access import allowed, community_of


def _claim(request: HttpRequest, pk: int) -> ServiceClaim:
    return get_object_or_404(
        ServiceClaim.objects.visible_to(request.user).select_related(
            "volunteer__person", "elder__person", "kind", "community", "reward__photo"
        ).defer("reward__photo__image"),
        pk=pk,
    )  # fmt: skip


@login_required
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt: what was asked for, the points set aside, how far the station has got."""
    found = _claim(request, pk)
    is_own = request.user.person_id == found.volunteer.person_id
    if not is_own:
        reading.record(
            request, [found.volunteer.person, found.elder.person], ["name"], _("service for points")
        )
    return render(
        request, "volunteers/claim.html",
        {
            "claim": found, "is_own": is_own, "standing": portal.claim_standing(found),
            "may_withdraw": found.state == ClaimState.HELD and policies.may_take_back(request.user, found.volunteer),
        },
    )  # fmt: skip


@login_required
@once.once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then give the points back; not when the helper has begun."""
    found = _claim(request, pk)
    if not policies.may_take_back(request.user, found.volunteer):
        raise Http404
    if request.method != "POST":
        return render(request, "volunteers/claim_withdraw.html", {"claim": found})
    at = timezone.now()
    with refusals.refusals_told(request):
        service_rewards.release(claim=found, words=str(_("taken back")), by=request.user, at=at)
        messages.success(
            request,
            _("Cancelled. %(points)s points are back on the account.") % {"points": f"{found.points:,}"},
        )
    return redirect("volunteers:claim", pk=pk)


@allowed(policies.may_see_list)
def claims(request: HttpRequest) -> HttpResponse:
    """Every service asked for with points; print and Excel."""
    everything = (
        ServiceClaim.objects.visible_to(request.user).of(community_of(request))
        .select_related("volunteer__person", "elder__person", "kind").order_by("-asked_at", "-pk")
    )  # fmt: skip
    wanted = request.GET.get("show", "held")
    rows = everything if wanted == "all" else everything.held()
    if request.GET.get("format") == "xlsx":
        columns = [
            excel.Column(_("Asked on")), excel.Column(_("Volunteer")), excel.Column(_("For whom")), excel.Column(_("Service")),
            excel.Column(_("Points")), excel.Column(_("Cost (yuan)"), fen=True), excel.Column(_("State")),
            excel.Column(_("Points are kept until")),
        ]  # fmt: skip
        table = list(rows[:20_000])
        reading.record(
            request, [person for each in table for person in (each.volunteer.person, each.elder.person)], ["name"],
            _("service for points"),
        )  # fmt: skip
        return excel.xlsx_response(
            "services-for-points", columns,
            [
                [each.asked_on, each.volunteer.person.name, each.elder.person.name, each.name, each.points, each.backing_fen,
                 each.get_state_display(), each.expires_on]
                for each in table
            ],
        )  # fmt: skip
    page = paging.page(request, rows, per_page=50)
    reading.record(
        request, [person for each in page.items for person in (each.volunteer.person, each.elder.person)], ["name"],
        _("service for points"),
    )  # fmt: skip
    tabs = [
        {"label": label, "url": f"?show={value}", "current": (wanted == "all") == (value == "all")}
        for value, label in (("held", _("Under way")), ("all", _("All")))
    ]
    return render(
        request, "volunteers/claims.html", {"page": page, "tabs": tabs, "today": timezone.localdate()}
    )
