"""What everybody may read: sealed minutes without the names of people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from carenet.kernel.months import day_of
from carenet.parties import scope
from carenet.parties.models import Community
from carenet.webkit import paging
from meetings import papers, reports
from meetings.models import Meeting
from meetings.states import MinutesState


def _community(request: HttpRequest) -> Community:
    """The community of the page: the reader's, the named one, or the only one."""
    slug = request.GET.get("community", "")
    active = Community.objects.active()
    if slug:
        found: Community = get_object_or_404(active, slug=slug)
        return found
    mine = getattr(request, "community", None)
    if mine is not None:
        return mine  # type: ignore[no-any-return]
    first = active.order_by("pk").first()
    if first is None:
        raise Http404
    return first


def minutes_list(request: HttpRequest) -> HttpResponse:
    """Sealed minutes of a community, the newest first. Only these rows are ever read for the public."""
    community = _community(request)
    with scope.within([community.pk]):
        sealed = (
            Meeting.objects.of(community)
            .filter(minutes__state=MinutesState.SEALED)
            .select_related("minutes__document")
            .order_by("-scheduled_at")
        )
        page = paging.page(request, sealed, per_page=20)
        return render(request, "meetings/public_list.html", {"page": page, "of": community})


def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """One sealed paper without names."""
    community = _community(request)
    with scope.within([community.pk]):
        found = get_object_or_404(
            Meeting.objects.of(community)
            .filter(minutes__state=MinutesState.SEALED)
            .select_related("community", "minutes__document"),
            pk=pk,
        )
        paper = papers.minutes_data(reports.minutes_paper(found, public=True))
        return render(
            request,
            "meetings/public_minutes.html",
            {"meeting": found, "paper": paper, "of": community, "today": day_of(timezone.now())},
        )
