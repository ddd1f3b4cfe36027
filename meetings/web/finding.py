"""Find what a page is about, for this reader; strangers get 404."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from meetings import policies
from meetings.models import Meeting


def meeting_of(request: HttpRequest, pk: int) -> Meeting:
    """A meeting the reader may see."""
    found: Meeting = get_object_or_404(
        Meeting.objects.visible_to(request.user).select_related("community", "agenda", "minutes"), pk=pk
    )
    return found


def secretarys_meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting the reader may prepare; for everybody else there is no such page."""
    found = meeting_of(request, pk)
    if not policies.may_prepare(request.user, found.community_id):
        raise Http404
    return found


def rights(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What the reader may do here; templates show only such buttons."""
    return {
        "meeting": meeting,
        "may_prepare": policies.may_prepare(request.user, meeting.community_id),
        "may_seal": policies.may_seal(request.user, meeting.community_id),
        "agenda": getattr(meeting, "agenda", None),
        "minutes": getattr(meeting, "minutes", None),
    }
