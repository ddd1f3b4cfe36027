"""What the pages of the charity app share: who may enter, and whose community it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from carenet.kernel.months import first_of_month

View = Callable[..., HttpResponse]


def needs(policy: Callable[[Any, int], bool]) -> Callable[[View], View]:
    """Signed in, with the right in the active community; others are told there is no such page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            community = getattr(request, "community", None)
            if community is None or not policy(request.user, community.pk):
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def this_year() -> tuple[Any, Any]:
    """The first day of the year and of the next, in the station's zone."""
    today = timezone.localdate()
    return today.replace(month=1, day=1), today.replace(year=today.year + 1, month=1, day=1)


def this_month() -> Any:
    """The first day of the present month."""
    return first_of_month(timezone.localdate())
