"""The one-tap help card by REST: for a small program on the home screen, without sign-in.

The token in the address is the key; no session is read, so there is no cookie to forge. A press is never answered
from memory and never refused for a missing Idempotency-Key: with one, its repeats are written down once.
Source: ux.md §6.4; architecture.md law 4.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.webkit import once
from services.actions import duty, one_tap
from services.actions.one_tap import Card
from services.api import serializers
from services.states import UNDER_WAY

TAGS = ["services"]


@contextmanager
def _opened(token: str) -> Iterator[Card]:
    try:
        with one_tap.opened(token=token) as card:
            yield card
    except one_tap.CardUnknown as unknown:
        raise Http404 from unknown


def _shown(token: str) -> dict[str, Any]:
    """The card as it stands now: opened anew, so that a press just made is seen."""
    with _opened(token) as card:
        alarm, shift = card.alarm, duty.on_duty(community_id=card.elder.community_id)
        return dict(
            serializers.HelpSerializer(
                {
                    "who": card.elder.person.masked_name(),
                    "station_phone": card.elder.community.phone,
                    "is_open": alarm is not None,
                    "called_at": alarm and alarm.requested_at,
                    "due_at": alarm and alarm.due_at,
                    "answered": alarm is not None and alarm.state in UNDER_WAY,
                    "answered_by": str(alarm.handler) if alarm is not None and alarm.handler else "",
                    "on_duty": str(shift.user) if shift is not None else "",
                    "said_fine_at": alarm and alarm.said_fine_at,
                }
            ).data
        )


class _Open(APIView):
    """Nobody signs in here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


class Help(_Open):
    """GET: how the call stands. POST: call for help."""

    @extend_schema(tags=TAGS, responses=serializers.HelpSerializer)
    def get(self, request: Request, token: str) -> Response:
        """Whose card it is, and the open call."""
        return Response(_shown(token))

    @extend_schema(
        tags=TAGS,
        request=serializers.NothingIn,
        responses={
            201: serializers.HelpSerializer,
            429: OpenApiResponse(description="`pressed_often`: telephone instead"),
        },
    )
    def post(self, request: Request, token: str) -> Response:
        """Call; a further press joins the open call. 404 when the card is unknown or was revoked."""
        key = request.headers.get(once.HEADER, "").strip()[: once.LONGEST_KEY]
        with _opened(token) as card:
            if not one_tap.may_press(card=card):
                refusal = one_tap.PressedOften()
                return Response(
                    {"code": refusal.code, "message": refusal.message, "phone": card.elder.community.phone},
                    status=status.HTTP_429_TOO_MANY_REQUESTS,
                )
            # A card's keys are its own: two cards may use the same one.
            pressed = f"{card.elder.pk}:{key}" if key.isprintable() and key else str(uuid.uuid4())
            one_tap.press(card=card, key=pressed, at=timezone.now())
        return Response(_shown(token), status=status.HTTP_201_CREATED)


class Fine(_Open):
    """The elder pressed by mistake."""

    @extend_schema(tags=TAGS, request=serializers.NothingIn, responses=serializers.HelpSerializer)
    def post(self, request: Request, token: str) -> Response:
        """Written down once; somebody calls back all the same."""
        with _opened(token) as card:
            one_tap.say_fine(card=card, at=timezone.now())
        return Response(_shown(token))
