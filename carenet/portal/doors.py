"""Menu doors and dashboard cards of the core packages (accounts, notices, jobs, documents, parties)."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.webkit import menu

OFFICE = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR})


def unread(request: HttpRequest) -> int:
    """How many notices the user has not read; 0 while the package offers no such word."""
    outbox = apps.get_model("notices", "Outbox")
    queryset = outbox.objects.all()
    return queryset.unread_by(request.user).count() if hasattr(queryset, "unread_by") else 0


def register() -> None:
    """Called once when the apps are ready."""
    menu.register(
        menu.MenuItem(
            label=_("Messages"), url_name="notices:bell", icon="bell", order=10, place="bell", badge=unread
        )
    )
    menu.register(
        menu.MenuItem(
            label=_("My desk"),
            url_name="portal:desk",
            roles=OFFICE,
            icon="layout-dashboard",
            order=0,
            section_order=0,
        )
    )
    menu.register(
        menu.MenuItem(
            label=_("The communities of my street"), url_name="portal:street", roles={Role.STREET_OFFICER}, icon="map",
            order=1, section_order=0, hint=_("Counts, what is late, no names"),
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Office registers"),
            url_name="admin:index",
            roles=OFFICE | {Role.SOCIAL_WORKER},
            icon="archive",
            order=900,
            hint=_("Lists, corrections, Excel"),
            may_see=lambda request: bool(request.user.is_staff),
        )
    )
