"""The worker's own calendar address, and the calendar file it gives."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from carenet.parties import scope
from carenet.webkit import once
from elders.actions import calendars as actions
from elders.models import CalendarFeed
from elders.querysets import communities_read_by
from elders.reports import calendars
from elders.web.access import staff_community

FRESH = "elders_calendar_secret"


@login_required
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """Whether there is an address; a new one is shown once, on the page after making it."""
    staff_community(request)
    secret = request.session.pop(FRESH, None)
    feed = CalendarFeed.objects.filter(user=request.user, revoked_at__isnull=True).first()  # type: ignore[misc]
    url = request.build_absolute_uri(reverse("elders:calendar-file", args=[secret])) if secret else ""
    return render(request, "elders/calendar.html", {"feed": feed, "url": url})


@login_required
@require_POST
@once.once
def issue(request: HttpRequest) -> HttpResponse:
    """Make a new address; the old one stops working."""
    staff_community(request)
    request.session[FRESH] = actions.issue(by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return redirect("elders:calendar")


@login_required
@require_POST
@once.once
def revoke(request: HttpRequest) -> HttpResponse:
    """Stop the address."""
    staff_community(request)
    if actions.revoke(by=request.user, at=timezone.now()):  # type: ignore[arg-type]
        messages.success(request, _("The calendar address no longer works."))
    return redirect("elders:calendar")


@require_safe
@never_cache
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, for whoever holds the secret address. Masked names, no health, no address of a home."""
    at = timezone.now()
    user = actions.reader(secret=token, at=at)
    if user is None:
        raise Http404
    communities = communities_read_by(user)
    with scope.within(communities), translation.override(user.language or "zh-hans"):
        rows = calendars.entries(user.pk, communities, timezone.localdate(at))
        text = calendars.file(_("Due elders"), rows, at)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="carenet.ics"'
    return response
