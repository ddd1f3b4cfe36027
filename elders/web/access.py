"""Who comes in: register staff, in the community they work in; everybody else finds nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from carenet.parties.models import Community
from elders import policies
from elders.models import Assessment, Elder
from elders.querysets import communities_read_by


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


def assessment_of(request: HttpRequest, pk: int) -> Assessment:
    """An assessment of a community whose register the user reads. Raises Http404."""
    rows = Assessment.objects.filter(community_id__in=communities_read_by(request.user)).select_related(  # type: ignore[arg-type]
        "elder__person",
        "elder__community",
        "elder__building",
        "elder__owner",
        "instrument",
        "assessor",
        "second_assessor",
    )
    found: Assessment = get_object_or_404(rows, pk=pk)
    return found
