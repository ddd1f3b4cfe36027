"""Sign-ins, sign-outs and failures become notes. Django's auth signals are the only signals carenet listens to.

What was typed as a name is kept only when it is somebody's: people type passwords into the wrong field.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from carenet.accounts import backends
from carenet.accounts.addresses import address_of
from carenet.accounts.models import User
from carenet.audit import actions
from carenet.parties import scope


def _write(verb: str, user: User | None, request: HttpRequest | None) -> None:
    facts: dict[str, Any] = {"address": address_of(request)} if request is not None else {}
    now = timezone.now()
    if user is not None and user.community_ids:
        with scope.within(user.community_ids):
            for community_id in user.community_ids:
                actions.note(
                    community=community_id, verb=verb, object_kind="accounts.user", object_id=user.pk,
                    by=user, at=now, facts=facts,
                )  # fmt: skip
        return
    areas = [each.area_id for each in user.current_grants if each.area_id] if user is not None else []
    for area in areas or [None]:
        actions.note(
            community=None, verb=verb, object_kind="accounts.user" if user else "", object_id=user.pk if user else "",
            by=user, at=now, facts=facts | ({"area": area} if area else {}),
        )  # fmt: skip


@receiver(user_logged_in, dispatch_uid="audit.signed_in")
def signed_in(sender: Any, request: HttpRequest | None, user: User, **more: Any) -> None:
    """A session was opened."""
    _write("accounts.signed_in", user, request)


@receiver(user_logged_out, dispatch_uid="audit.signed_out")
def signed_out(sender: Any, request: HttpRequest | None, user: User | None, **more: Any) -> None:
    """A session was closed by hand or by the session rules."""
    if user is not None:
        _write("accounts.signed_out", user, request)


@receiver(user_login_failed, dispatch_uid="audit.sign_in_failed")
def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    """A password did not fit; for an unknown name a note of nobody, with the same work."""
    _write("accounts.sign_in_failed", backends.find(str(credentials.get("username", ""))), request)
