"""The volunteer's own pages: home, points, hours, slips. Large type, one thing at a time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.ledger.states import Unit
from volunteers import portal
from volunteers.models import Redemption, ServiceClaim, Volunteer
from volunteers.models.rewards import slip_token, token_hash
from volunteers.reports import accounts
from volunteers.web.access import is_volunteer, own_record
from volunteers.web.charts import year_bars


def _record(request: HttpRequest) -> Volunteer | None:
    """The own record; None for somebody with the role whose record is still missing; others get 404."""
    volunteer = own_record(request)
    if volunteer is None and not is_volunteer(request):
        raise Http404
    return volunteer


@login_required
def home(request: HttpRequest) -> HttpResponse:
    volunteer = _record(request)
    if volunteer is None:
        return render(request, "volunteers/no_record.html")
    at, today = timezone.now(), timezone.localdate()
    balances = accounts.balances(volunteer)
    star = accounts.star(volunteer, balances.minutes, today)
    tasks = portal.next_tasks(volunteer, at)
    open_slips = list(
        Redemption.objects.filter(volunteer=volunteer)
        .open()
        .select_related("reward")
        .order_by("pick_up_by")[:3]
    )
    statement = accounts.statement(volunteer, Unit.POINT, limit=3)
    tiles = [
        {"label": _("My shifts"), "url": reverse("volunteers:my-shifts"), "icon": "calendar-days"},
        {"label": _("My services"), "url": _services_url(), "icon": "calendar-check"},
        {"label": _("Redeem gifts"), "url": reverse("volunteers:rewards"), "icon": "gift"},
        {"label": _("My points"), "url": reverse("volunteers:points"), "icon": "coins"},
        {"label": _("My hours"), "url": reverse("volunteers:hours"), "icon": "clock"},
        {"label": _("My training"), "url": reverse("volunteers:my-training"), "icon": "graduation-cap"},
        {"label": _("My certificates"), "url": reverse("volunteers:my-certificates"), "icon": "file-badge"},
    ]
    return render(
        request,
        "volunteers/home.html",
        {
            "volunteer": volunteer, "balances": balances, "star": star, "tasks": tasks,
            "waiting": portal.waiting(volunteer), "open_slips": open_slips, "today": today,
            "recent": statement.lines, "tiles": tiles,
        },
    )  # fmt: skip


def _services_url() -> str:
    """The helper's own list of tasks stands in `services`, above us; until it is there, the hours."""
    for name in portal.SERVICE_PAGES:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return reverse("volunteers:hours")


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@login_required
def points(request: HttpRequest) -> HttpResponse:
    volunteer = _record(request)
    if volunteer is None:
        return render(request, "volunteers/no_record.html")
    statement = accounts.statement(volunteer, Unit.POINT, before=_before(request))
    return render(request, "volunteers/points.html", {"volunteer": volunteer, "statement": statement})


@login_required
def hours(request: HttpRequest) -> HttpResponse:
    volunteer = _record(request)
    if volunteer is None:
        return render(request, "volunteers/no_record.html")
    today = timezone.localdate()
    statement = accounts.statement(volunteer, Unit.MINUTE, before=_before(request))
    return render(
        request,
        "volunteers/hours.html",
        {
            "volunteer": volunteer, "statement": statement, "year": year_bars(accounts.year(volunteer, today)),
            "rated": portal.ratings(volunteer, today - timedelta(days=365), today),
            "coins": accounts.balances(volunteer).coins, "star": accounts.star(volunteer, statement.balance, today),
        },
    )  # fmt: skip


@login_required
def slips(request: HttpRequest) -> HttpResponse:
    volunteer = _record(request)
    if volunteer is None:
        return render(request, "volunteers/no_record.html")
    rows = (
        Redemption.objects.filter(volunteer=volunteer).select_related("reward").order_by("-redeemed_at")[:100]
    )
    claims = ServiceClaim.objects.filter(volunteer=volunteer).order_by("-asked_at")[:50]
    return render(
        request, "volunteers/my_slips.html",
        {"slips": list(rows), "claims": list(claims), "today": timezone.localdate()},
    )  # fmt: skip


@login_required
def slip(request: HttpRequest, uid: UUID) -> HttpResponse:
    """From a notice to the slip's own address."""
    found = Redemption.objects.visible_to(request.user).filter(token_hash=token_hash(slip_token(uid))).first()
    if found is None:
        raise Http404
    return redirect("volunteers:slip", token=found.token)
