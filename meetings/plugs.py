"""What meetings plug into the frame: menu, home cards, kinds of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carenet.accounts.states import Role
from carenet.documents import registry as document_kinds
from carenet.documents.registry import DocumentKind
from carenet.webkit import dashboard, menu

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.documents.models import Document

STAFF = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR})


def _may_read(user: User, document: Document) -> bool:
    from meetings import policies

    return policies.may_read(user, document.community_id)


def todo_card(request: HttpRequest) -> dashboard.Card | None:
    """What waits around meetings."""
    from meetings import reports

    community = getattr(request, "community", None)
    if community is None:
        return None
    todos = [
        dashboard.Todo(label=each.label, count=int(each.value), url=each.url)
        for each in reports.figures(community, on=timezone.localdate())
        if each.value and each.code != "decisions-open"
    ]
    return dashboard.TodoCard(_("Meetings"), todos) if todos else None


def register() -> None:
    """Called by the app's ready()."""
    menu.register(
        menu.MenuItem(
            label=gettext_lazy("Meetings"),
            url_name="meetings:meetings",
            roles=STAFF | {Role.REPRESENTATIVE, Role.AUDITOR},
            icon="messages-square",
            order=60,
            hint=gettext_lazy("Agenda, sign-in, decisions, minutes"),
        )
    )
    menu.register(
        menu.MenuItem(
            label=gettext_lazy("Decisions"),
            url_name="meetings:decisions",
            roles=STAFF | {Role.REPRESENTATIVE, Role.AUDITOR},
            icon="list-checks",
            order=61,
            hint=gettext_lazy("What was promised, and what became of it"),
        )
    )
    dashboard.register(todo_card, roles=STAFF, order=60)
    for code, label, word in (
        ("meetings.joint", gettext_lazy("minutes of a joint meeting"), "联席"),
        ("meetings.four_party", gettext_lazy("minutes of a four-party meeting"), "四方"),
        ("meetings.matching", gettext_lazy("minutes of a matching meeting"), "对接"),
    ):
        document_kinds.register(
            DocumentKind(
                code=code,
                label=label,
                pattern="{community}" + word + "〔{year}〕{sequence}号",
                may_read=_may_read,
            )
        )
