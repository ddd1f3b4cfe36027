"""The wall board: the live board without names, on a screen at which nobody is signed in.

A member of staff turns a screen into a wall board; that signs them out there. The address then carries a signed
word: which community, who opened it, and the state of their sign-in (`session_epoch`). It shows no names, doors or
numbers and can do nothing. It ends after 30 days, and at once when the opener signs out everywhere, changes the
password, loses a role or the account. Source: docs/decisions/0012-wall-board.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from carenet.accounts.models import User
from carenet.audit import actions as audit
from carenet.parties import scope
from carenet.parties.models import Community
from carenet.webkit import once
from services import policies
from services.web import board

SALT = "services.wall"
LASTS = timedelta(days=30)


class WallEnded(Exception):
    """The word in the address is false or too old, or its opener may no longer open boards."""


def word_of(user: User, community_id: int) -> str:
    """The signed word of a wall board opened now."""
    return signing.dumps([community_id, user.pk, user.session_epoch], salt=SALT)


@contextmanager
def opened(request: HttpRequest, word: str) -> Iterator[Community]:
    """The community of the word, in its scope; WallEnded when the word no longer counts."""
    try:
        community_id, user_id, epoch = signing.loads(word, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError) as wrong:
        raise WallEnded from wrong
    with scope.within([community_id]):
        opener = User.objects.filter(pk=user_id, is_active=True, session_epoch=epoch).first()
        if opener is None or not policies.may_watch(opener, community_id):
            raise WallEnded
        community = get_object_or_404(Community.objects.active(), pk=community_id)
        request.community = community  # type: ignore[attr-defined]
        yield community


def _nameless(community: Community, word: str) -> dict[str, Any]:
    """What a wall may show: which building, which service, since when, how long still. No person's name."""
    whole = board.context(community)

    def building(row: Any) -> str:
        return str(row.elder.building.name) if row.elder.building else ""

    return {
        "word": word,
        "now": whole["now"],
        "counts": whole["counts"],
        "in_time": whole["in_time"],
        "answered": whole["answered"],
        "on_duty": whole["shift"] is not None,
        "alarms": [
            {name: each[name] for name in ("left", "clock", "late", "soon", "taken", "bar", "whole", "rungs")}
            | {
                "pk": each["row"].pk, "building": building(each["row"]), "requested_at": each["row"].requested_at,
                "due_at": each["row"].due_at,
            }
            for each in whole["alarms"]
        ],
        "cards": [
            {
                "building": building(each["row"]), "kind": each["row"].kind.title, "tone": each["tone"],
                "state": each["row"].get_state_display(), "overdue": each["overdue"],
                "scheduled_at": each["row"].scheduled_at, "requested_at": each["row"].requested_at,
                "helped": bool(each["who"]) and not each["asked"],
            }
            for each in whole["cards"]
        ],
    }  # fmt: skip


@login_required
@require_POST
@once.once
def turn(request: HttpRequest) -> HttpResponse:
    """Turn this screen into a wall board; whoever does it is signed out here."""
    community = board.require_watch(request)
    user: Any = request.user
    word = word_of(user, community.pk)
    audit.note(community=community, verb="services.wall", object_kind="wall", by=user, at=timezone.now())
    logout(request)
    return redirect("services:wall", word=word)


def _shown(request: HttpRequest, word: str, template: str, ended: str) -> HttpResponse:
    try:
        with opened(request, word) as community:
            response = render(request, template, _nameless(community, word))
    except WallEnded:
        response = render(request, ended, status=410)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_GET
def wall(request: HttpRequest, word: str) -> HttpResponse:
    """The whole page; reloads by itself without scripts, is polled with them."""
    return _shown(request, word, "services/wall.html", "services/wall_ended.html")


@never_cache
@require_GET
def wall_live(request: HttpRequest, word: str) -> HttpResponse:
    """The part that changes."""
    return _shown(request, word, "services/wall.html#live", "services/wall_ended.html#ended")
