"""The photo of a visit: for whoever reads its note."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from carenet.audit import reading
from elders.actions import sealed_papers
from services import policies
from services.actions import photos
from services.models import Visit
from services.web.field import require_worker


@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture itself, never kept by the browser; who looked at it stands in the read log."""
    require_worker(request)
    user: Any = request.user
    rows = Visit.objects.visible_to(user).select_related("elder__person", "case", "photo")
    visit = get_object_or_404(rows, pk=pk)
    if visit.photo is None or not policies.may_read_note(user, visit):
        raise Http404
    content = sealed_papers.content_of(visit.photo)
    reading.record(request, [visit.elder.person], ["visits", "photo"], _("visit"))
    response = HttpResponse(content, content_type=photos.MIME)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
