"""Whose page it is: the volunteer behind a request, and the office behind one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from carenet.accounts.states import Role
from carenet.parties.models import Community
from volunteers.models import Volunteer

View = Callable[..., HttpResponse]


def community_of(request: HttpRequest) -> Community:
    """The active community; who has none sees nothing."""
    community: Community | None = getattr(request, "community", None)
    if community is None:
        raise Http404
    return community


def own_record(request: HttpRequest) -> Volunteer | None:
    """The signed-in person's volunteer record in the active community."""
    return (
        Volunteer.objects.of_user(request.user)
        .of(community_of(request))
        .select_related("person", "community", "team")
        .first()
    )


def is_volunteer(request: HttpRequest) -> bool:
    return request.user.has_role(community_of(request).pk, Role.VOLUNTEER)


def allowed(rule: Callable[[Any, int], bool]) -> Callable[[View], View]:
    """Only those whom the rule of `policies` allows in the active community; others get 404."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not rule(request.user, community_of(request).pk):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
