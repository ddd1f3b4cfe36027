"""The one-tap help page: one red button, no sign-in, works without scripts, never loses a call.

The token in the address is the key: there is no cookie to forge, so these views need no CSRF token (an old page on
the home screen must still work). A press is never answered from memory either: every press reaches the action,
which joins it to the open alarm. Source: ux.md §6.4.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from services.actions import duty, one_tap
from services.actions.one_tap import Card
from services.states import UNDER_WAY


@contextmanager
def opened(request: HttpRequest, token: str) -> Iterator[Card]:
    """The elder of a token, in the scope of their community; 404 when it is unknown or revoked."""
    try:
        with one_tap.opened(token=token) as card:
            request.community = card.elder.community  # type: ignore[attr-defined]
            yield card
    except one_tap.CardUnknown as unknown:
        raise Http404 from unknown


def _context(card: Card, token: str) -> dict[str, Any]:
    alarm, now = card.alarm, timezone.now()
    shift = duty.on_duty(community_id=card.elder.community_id)
    left = int((alarm.due_at - now).total_seconds()) if alarm is not None and alarm.due_at is not None else 0
    return {
        "elder": card.elder,
        "community": card.elder.community,
        "token": token,
        "alarm": alarm,
        "answered": alarm is not None and alarm.state in UNDER_WAY,
        "who": str(alarm.handler) if alarm is not None and alarm.handler is not None else "",
        "on_duty": str(shift.user) if shift is not None else "",
        "minutes_left": max(left // 60 + (1 if left % 60 else 0), 0),
        "late": alarm is not None and left <= 0,
        "now": now,
    }


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
def help_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET: the button, or the green state while a call is open. POST: the call."""
    with opened(request, token) as card:
        if request.method == "POST":
            if not one_tap.may_press(card=card):
                return render(request, "services/help_phone.html", _context(card, token), status=429)
            one_tap.press(card=card, key=str(uuid.uuid4()), at=timezone.now())
            return HttpResponseRedirect(reverse("services:help", args=[token]))
        response = render(request, "services/help.html", _context(card, token))
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_GET
def help_state(request: HttpRequest, token: str) -> HttpResponse:
    """The state of the call, polled by the page."""
    with opened(request, token) as card:
        return render(request, "services/help.html#state", _context(card, token))


@never_cache
@csrf_exempt
@require_POST
def help_fine(request: HttpRequest, token: str) -> HttpResponse:
    """ "I am fine": asked once, written down, and somebody calls back all the same."""
    with opened(request, token) as card:
        if request.POST.get("sure") != "yes":
            return render(request, "services/help_fine.html", _context(card, token))
        one_tap.say_fine(card=card, at=timezone.now())
    return HttpResponseRedirect(reverse("services:help", args=[token]))
