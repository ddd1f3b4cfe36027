"""Doors of the time bank in the menus, what waits on the desk, its words in the audit."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.audit import verbs
from carenet.webkit import dashboard, menu
from volunteers import notices_bank
from volunteers.policies import OFFICE, READERS

VOLUNTEER = frozenset({Role.VOLUNTEER})


def register() -> None:
    """Called by the app's ready()."""
    notices_bank.register_all()
    verbs.register("volunteers.pool_filled", _("issued time coins into the common pool"))
    verbs.register("volunteers.coins_moved", _("moved time coins to another community"))
    verbs.register("volunteers.team_gave_on", _("gave a team's hours to the common pool"))
    verbs.register("volunteers.team_answer_written_down", _("wrote down a member's answer"))
    verbs.register("volunteers.team_ended", _("ended a team"))
    for order, label, url_name, icon, roles, hint in (
        (15, _("My time coins"), "volunteers:coins", "coins", VOLUNTEER, _("Hours for later: keep, give, donate")),
        (17, _("Dividends and awards"), "volunteers:my-dividends", "hand-coins", VOLUNTEER, _("What the collective gives, and your share")),
        (18, _("Published hours"), "volunteers:published", "scroll-text", VOLUNTEER | READERS, _("Who served last month; ask about it")),
        (46, _("Time bank"), "volunteers:bank", "landmark", READERS, _("Promised and kept, pool, closings, moves")),
        (48, _("Questions about hours"), "volunteers:questions", "message-circle", READERS, _("Ask kindly, then decide")),
    ):  # fmt: skip
        menu.register(
            menu.MenuItem(label=label, url_name=url_name, roles=roles, icon=icon, order=order, hint=hint)
        )
    dashboard.register(todo_card, roles=OFFICE, order=42)


def todo_card(request: HttpRequest) -> dashboard.Card | None:
    """Questions to put or decide, closings for a second pair of eyes, calls to make."""
    from volunteers.models import Closing, DividendList, Question
    from volunteers.reports import call_backs
    from volunteers.states_bank import QuestionState

    community = getattr(request, "community", None)
    if community is None:
        return None
    questions = Question.objects.visible_to(request.user).of(community)
    page = reverse("volunteers:questions")
    todos = [
        dashboard.Todo(gettext("Questions from members"), questions.filter(state=QuestionState.OPEN).count(), page),
        dashboard.Todo(gettext("Answers to decide on"), questions.filter(state=QuestionState.ANSWERED).count(), page),
        dashboard.Todo(
            gettext("Accounts to close: second person"),
            Closing.objects.visible_to(request.user).of(community).open().count(), reverse("volunteers:closings"),
        ),
        dashboard.Todo(
            gettext("Lists of dividends to book or refuse"),
            DividendList.objects.visible_to(request.user).of(community).open()
            .filter(objections_until__lt=timezone.localdate()).count(), reverse("volunteers:dividends"),
        ),
        dashboard.Todo(
            gettext("People helped to call"), call_backs.waiting(community, on=timezone.localdate()), reverse("volunteers:call-backs"),
            tone="info",
        ),
    ]  # fmt: skip
    todos = [each for each in todos if each.count]
    return dashboard.TodoCard(gettext("Time bank"), todos) if todos else None
