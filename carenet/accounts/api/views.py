"""The session of a REST client: a cookie and a CSRF token, the same rules as on the pages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import permissions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carenet.accounts import middleware, policies
from carenet.accounts.actions import second, sign_in
from carenet.accounts.addresses import address_of
from carenet.accounts.models import User
from carenet.accounts.web import halfway
from carenet.kernel.errors import DomainError


class SignInSerializer(serializers.Serializer[Any]):
    """User name or phone with password, and the second factor's code where one is needed."""

    name = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=200, trim_whitespace=False, write_only=True)
    code = serializers.CharField(max_length=20, required=False, allow_blank=True, help_text="second factor")


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    label = serializers.CharField()
    community = serializers.IntegerField(allow_null=True)
    community_name = serializers.CharField(allow_blank=True)
    area = serializers.IntegerField(allow_null=True)


class SessionSerializer(serializers.Serializer[Any]):
    user = serializers.IntegerField()
    name = serializers.CharField()
    language = serializers.CharField()
    must_change_password = serializers.BooleanField()
    community = serializers.IntegerField(allow_null=True)
    roles = RoleSerializer(many=True)
    csrf_token = serializers.CharField()


def _described(request: Request, user: User) -> dict[str, Any]:
    community = getattr(request, "community", None) or user.active_community
    return {
        "user": user.pk,
        "name": str(user),
        "language": user.language,
        "must_change_password": user.must_change_password or bool(request.session.get(middleware.AGED)),
        "community": community.pk if community is not None else None,
        "roles": [
            {
                "role": each.role,
                "label": str(each.get_role_display()),
                "community": each.community_id,
                "community_name": each.community.name if each.community is not None else "",
                "area": each.area_id,
            }
            for each in user.current_grants
        ],
        "csrf_token": get_token(request._request),
    }


def _refused(refusal: DomainError, code: int = status.HTTP_401_UNAUTHORIZED) -> Response:
    # Returned, not raised: the count of the try is kept.
    return Response({"code": refusal.code, "message": refusal.message}, status=code)


class SecondFactorNeeded(DomainError):
    code = "second_factor_needed"
    default_message = "…"


class Session(APIView):
    """Sign in, ask who is signed in, sign out. No idempotency key: a repeat only opens one more session."""

    permission_classes = (permissions.AllowAny,)

    @extend_schema(
        responses={200: SessionSerializer, 401: OpenApiResponse(description="nobody is signed in")}
    )
    def get(self, request: Request) -> Response:
        """Who is signed in, with which roles; also gives the CSRF token for writing calls."""
        if not request.user.is_authenticated:
            return Response(
                {
                    "code": "not_authenticated",
                    "message": _("Please sign in."),
                    "csrf_token": get_token(request._request),
                },
                status=status.HTTP_401_UNAUTHORIZED,
            )
        return Response(_described(request, request.user))

    @extend_schema(
        request=SignInSerializer,
        responses={200: SessionSerializer, 401: OpenApiResponse(description="refused; `code` says why")},
    )
    def post(self, request: Request) -> Response:
        """Sign in. Office users also send the `code` of their second factor (401 `second_factor_needed` without)."""
        form = SignInSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        now, typed = timezone.now(), form.validated_data
        attempt = sign_in.by_password(
            name=typed["name"],
            password=typed["password"],
            address=address_of(request._request),
            request=request._request,
            at=now,
        )
        user = attempt.user
        if user is None:
            refusal = attempt.refusal or sign_in.NotSignedIn()
            late = isinstance(refusal, sign_in.TooManyTries)
            return _refused(
                refusal, status.HTTP_429_TOO_MANY_REQUESTS if late else status.HTTP_401_UNAUTHORIZED
            )
        device = second.device_of(user)
        if device is None and policies.needs_second_factor(user):
            return _refused(
                SecondFactorNeeded(_("Please sign in on the website once and set up your authenticator app."))
            )
        if device is not None:
            if not typed.get("code"):
                return _refused(SecondFactorNeeded(_("Please also send the code of your authenticator app.")))
            found = second.verify(user=user, token=typed["code"], at=now)
            if isinstance(found, DomainError):
                return _refused(found)
            halfway.enter(request._request, user, found)
        else:
            halfway.enter(request._request, user, None)
        return Response(_described(request, user))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)
