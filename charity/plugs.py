"""The doors this app puts into the menus, and its card on the office dashboard."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.audit import verbs
from carenet.webkit import dashboard, menu
from charity.querysets import NAMED_READER_ROLES, READER_ROLES

DEEDS = {
    "charity.donation_recorded": _("recorded a donation"),
    "charity.donation_reversed": _("reversed a donation"),
    "charity.fund_opened": _("opened a fund"),
    "charity.fund_closed": _("closed a fund"),
    "charity.goods_received": _("took in donated goods"),
    "charity.goods_given_out": _("gave out donated goods"),
    "charity.grant_asked": _("asked for a grant"),
    "charity.grant_approved": _("approved a grant"),
    "charity.grant_refused": _("refused a grant"),
    "charity.grant_withdrawn": _("withdrew a grant"),
    "charity.grant_paid": _("paid a grant"),
    "charity.rules_installed": _("took over the usual rules of cost sharing"),
    "charity.rule_changed": _("changed a rule of cost sharing"),
    "charity.split_reversed": _("reversed the sharing of a cost"),
}


def register() -> None:
    """Called by the app's ready()."""
    from charity.letters import letter_part
    from elders.reports import letters

    letters.register(letter_part)
    for verb, words in DEEDS.items():
        verbs.register(verb, words)
    for number, (label, url_name, icon, roles, hint) in enumerate(
        (
            (
                _("Funds"),
                "charity:fund-list",
                "piggy-bank",
                READER_ROLES,
                _("Balances, purposes, statements"),
            ),
            (
                _("Donations"),
                "charity:donation-list",
                "hand-heart",
                NAMED_READER_ROLES,
                _("Record, thank, show the way"),
            ),
            (
                _("Grants"),
                "charity:grant-list",
                "scroll-text",
                NAMED_READER_ROLES,
                _("Ask, approve, pay: four eyes"),
            ),
            (
                _("Donated goods"),
                "charity:goods-list",
                "package-open",
                NAMED_READER_ROLES,
                _("Take in and give out"),
            ),
        )
    ):
        menu.register(
            menu.MenuItem(
                label=label, url_name=url_name, roles=roles, icon=icon, order=50 + number, hint=hint
            )
        )
    menu.register(
        menu.MenuItem(
            label=_("My gifts"),
            url_name="charity:my-gifts",
            roles={Role.DONOR},
            icon="gift",
            order=49,
            hint=_("What you gave, where it went, letters of thanks"),
        )
    )
    menu.register(
        menu.MenuItem(
            label=_("Open books"),
            url_name="charity:open",
            roles=menu.PUBLIC,
            icon="book-open-check",
            order=90,
            hint=_("Where the money came from and went"),
        )
    )
    dashboard.register(todo_card, roles={Role.COMMITTEE, Role.DIRECTOR, Role.SUPERVISOR}, order=50)


def todo_card(request: HttpRequest) -> dashboard.Card | None:
    """What waits in the charity room: requests to decide, grants to pay, advances to settle."""
    from charity import reports
    from charity.models import Grant

    community = getattr(request, "community", None)
    if community is None:
        return None
    seen = Grant.objects.visible_to(request.user).of(community)
    address = reverse("charity:grant-list")
    owed = reports.advanced(community)
    todos = [
        dashboard.Todo(gettext("Grants to decide"), seen.waiting().count(), f"{address}?state=ASKED"),
        dashboard.Todo(gettext("Grants to pay"), seen.to_pay().count(), f"{address}?state=APPROVED"),
    ]
    if owed:
        todos.append(
            dashboard.Todo(
                gettext("Advanced by the station, in yuan"),
                owed // 100,
                reverse("charity:fund-list"),
                tone="bad",
            )
        )
    todos = [each for each in todos if each.count]
    return dashboard.TodoCard(gettext("Charity"), todos) if todos else None
