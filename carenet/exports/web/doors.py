"""The door in the menu and the card on the desk of those who approve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import STAFF_ROLES, Role
from carenet.exports import policies
from carenet.exports.models import Export
from carenet.webkit import dashboard, menu

if TYPE_CHECKING:
    from django.http import HttpRequest


def _for_me(request: HttpRequest) -> list[Export]:
    user: Any = request.user
    community: Any = getattr(request, "community", None)
    if community is None or not user.has_role(community.pk, *policies.APPROVE, *policies.STAND_IN):
        return []
    rows = Export.objects.visible_to(user).of(community).waiting(timezone.now()).exclude(asked_by=user)
    return [each for each in rows.select_related("asked_by")[:20] if policies.may_decide(user, each)]


def card(request: HttpRequest) -> dashboard.TodoCard | None:
    """What waits for my approval, and my own files to fetch."""
    user: Any = request.user
    todos = []
    if waiting := len(_for_me(request)):
        todos.append(
            dashboard.Todo(_now("files with personal data to approve"), waiting, reverse("exports:list"))
        )
    ready = Export.objects.filter(
        asked_by=user, state="READY", fetched=0, fetch_until__gt=timezone.now()
    ).count()
    if ready:
        todos.append(
            dashboard.Todo(_now("files ready to fetch"), ready, reverse("exports:list"), tone="info")
        )
    return dashboard.TodoCard(_now("Files with personal data"), todos) if todos else None


def register() -> None:
    """Called once by AppConfig.ready."""
    dashboard.register(card, roles=STAFF_ROLES, order=8)
    menu.register(
        menu.MenuItem(
            label=_("Files with personal data"),
            url_name="exports:list",
            roles=STAFF_ROLES | {Role.AUDITOR},
            icon="file-lock",
            order=810,
            hint=_("Ask for a list as a file, approve, fetch"),
            place="front",
        )
    )
