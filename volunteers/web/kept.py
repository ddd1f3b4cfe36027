"""Kept filters of the office lists: shown above the list, kept under a name, thrown away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.webkit import once, refusals
from volunteers import policies
from volunteers.actions import kept
from volunteers.models import KeptFilter
from volunteers.web.access import allowed, community_of


def kept_filters(request: HttpRequest, page: str) -> dict[str, Any]:
    """What `volunteers/kept.html` needs: the user's filters of this list, and the present one."""
    rows = KeptFilter.objects.visible_to(request.user).of(community_of(request)).filter(page=page)
    query = kept.cleaned(page, request.META.get("QUERY_STRING", ""))
    return {"kept": list(rows), "kept_page": page, "kept_query": query}


@allowed(policies.may_see_list)
@once.once
def keep(request: HttpRequest, page: str) -> HttpResponse:
    """Keep the present filter under a name; then the list again."""
    if page not in kept.KEPT:
        raise Http404
    query = kept.cleaned(page, request.POST.get("query", ""))
    if request.method == "POST":
        with refusals.refusals_told(request):
            row = kept.keep(
                community=community_of(request), page=page, name=request.POST.get("name", ""), query=query,
                by=request.user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("The filter “%(name)s” is kept.") % {"name": row.name})
    return redirect(f"{reverse(f'volunteers:{page}')}?{query}")


@allowed(policies.may_see_list)
@once.once
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw an own filter away."""
    found = get_object_or_404(KeptFilter.objects.visible_to(request.user), pk=pk)
    page = found.page
    if request.method == "POST":
        kept.forget(kept=found, by=request.user, at=timezone.now())
        messages.success(request, _("The filter is gone."))
    return redirect(f"volunteers:{page}")
