"""What the volunteers' REST calls share: whose record it is, how often somebody may write, what a body says."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.views import APIView

from carenet.accounts import limiter
from carenet.accounts.models import User
from carenet.webkit.api import OnceAPIMixin
from carenet.webkit.once import HEADER, WRITING
from volunteers import policies
from volunteers.actions.reward_refusals import TooOften
from volunteers.models import Volunteer

S = TypeVar("S", bound=serializers.BaseSerializer[Any])
WRITES_A_MINUTE = 60


def user_of(request: Request) -> User:
    """The signed-in user; the permission classes of the API let nobody else in."""
    return cast(User, request.user)


def community_id(request: Request) -> int:
    """The active community; who has none sees nothing."""
    community = getattr(request._request, "community", None)
    if community is None:
        raise Http404
    return int(community.pk)


def own_or(request: Request, pk: int | None) -> Volunteer:
    """The volunteer meant: the caller's own record, or at the counter the one named."""
    user = user_of(request)
    found = Volunteer.objects.visible_to(user).select_related("person", "community")
    if pk is not None:
        volunteer = get_object_or_404(found, pk=pk)
    else:
        own = found.of_user(user).of(community_id(request)).first()
        if own is None:
            raise Http404
        volunteer = own
    if not policies.may_redeem(user, volunteer):
        raise Http404
    return volunteer


def number(request: Request, name: str) -> int | None:
    """A number of the address line; anything else is as if it were missing."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def body(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The checked body of a call."""
    found = serializer(data=request.data)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


def key(request: Request) -> str:
    """The caller's key, his own whatever others send."""
    return f"api:{user_of(request).pk}:{request.headers[HEADER]}"[:120]


class Writes(OnceAPIMixin, APIView):
    """A call that writes: once per Idempotency-Key, and not a hundred times a minute."""

    def check_throttles(self, request: Request) -> None:
        super().check_throttles(request)
        if request.method in WRITING and not limiter.take(
            f"volunteers-api:{user_of(request).pk}", WRITES_A_MINUTE, 60
        ):
            raise Throttled(wait=60, detail=str(TooOften.default_message))
