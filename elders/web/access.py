"""Who comes in: register staff, in the community they work in; everybody else finds nothing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from carenet.accounts.models import User
from carenet.accounts.states import STAFF_ROLES
from carenet.parties.models import Community
from elders import policies
from elders.models import Elder


def staff_community(request: HttpRequest) -> Community:
    """The active community, in which the user must work. Raises Http404."""
    community: Community | None = getattr(request, "community", None)
    if community is None or not policies.may_read_register(request.user, community.pk):  # type: ignore[arg-type]
        raise Http404
    return community


def elder_of(request: HttpRequest, pk: int) -> Elder:
    """An elder whose file the user reads as their work. Raises Http404."""
    rows = Elder.objects.read_as_staff(request.user).select_related(  # type: ignore[arg-type]
        "community", "person", "building", "grid", "owner"
    )
    found: Elder = get_object_or_404(rows, pk=pk)
    return found


def staff_of(community: Community) -> Any:
    """The users who work in a community now, for choosing a responsible worker or a second assessor."""
    today = _today()
    return (
        User.objects.filter(
            is_active=True,
            grants__community=community,
            grants__role__in=STAFF_ROLES,
            grants__since__lte=today,
        )
        .exclude(grants__until__lte=today)
        .distinct()
        .order_by("display_name", "username")
    )


def _today() -> Any:
    from django.utils import timezone

    return timezone.localdate()
