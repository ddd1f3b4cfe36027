"""The doors this app puts into the menus, its cards on the office desk, its words in the audit."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.audit import fact_words, verbs
from carenet.kernel.digest import Figure
from carenet.webkit import dashboard, menu
from volunteers.policies import OFFICE, READERS
from volunteers.states import SlipChannel

VOLUNTEER = frozenset({Role.VOLUNTEER})


def register() -> None:
    """Called by the app's ready()."""
    for order, label, url_name, icon, roles, hint in (
        (
            10,
            _("My volunteering"),
            "volunteers:me",
            "heart-handshake",
            VOLUNTEER,
            _("Points, hours, next service"),
        ),
        (12, _("Redeem gifts"), "volunteers:rewards", "gift", VOLUNTEER, _("Choose a gift for your points")),
        (14, _("My points"), "volunteers:points", "coins", VOLUNTEER, _("What came in and went out")),
        (16, _("My hours"), "volunteers:hours", "clock", VOLUNTEER, _("Every hour you gave")),
        (
            40,
            _("Volunteers"),
            "volunteers:list",
            "hand-helping",
            READERS,
            _("Enrol, look up, hours and points"),
        ),
        (
            42,
            _("Hand over a gift"),
            "volunteers:redemptions",
            "scan-line",
            OFFICE,
            _("Slips, counter, overdue gifts"),
        ),
        (
            44,
            _("Points shop"),
            "volunteers:shop",
            "store",
            READERS,
            _("Gifts, stock, what stands behind them"),
        ),
    ):
        menu.register(
            menu.MenuItem(label=label, url_name=url_name, roles=roles, icon=icon, order=order, hint=hint)
        )
    verbs.register("volunteers.redeemed_for", _("redeemed a gift for a volunteer"))
    fact_words.register("channel", dict(SlipChannel.choices))
    dashboard.register(figures_card, roles=READERS, order=40)
    dashboard.register(todo_card, roles=OFFICE, order=41)


def figures_card(request: HttpRequest) -> dashboard.Card | None:
    """Hours of the month, active volunteers, what the station owes."""
    from volunteers.reports import overview

    community = getattr(request, "community", None)
    if community is None:
        return None
    found = overview(community, timezone.localdate())
    office = reverse("volunteers:list")
    return dashboard.FigureCard(
        gettext("Volunteers"),
        [
            Figure("volunteers.members", gettext("Volunteers"), found.members, gettext("people"), office),
            Figure(
                "volunteers.active", gettext("Served within 90 days"), found.active, gettext("people"), office
            ),
            Figure(
                "volunteers.hours",
                gettext("Hours this month"),
                found.hours_this_month,
                gettext("hours"),
                office,
            ),
            Figure(
                "volunteers.points",
                gettext("Points not redeemed yet"),
                found.points,
                "",
                reverse("volunteers:shop"),
            ),
        ],
    )


def todo_card(request: HttpRequest) -> dashboard.Card | None:
    """Gifts nobody collected and shelves running low."""
    from volunteers.models import Redemption, Reward

    community = getattr(request, "community", None)
    if community is None:
        return None
    slips = Redemption.objects.visible_to(request.user).of(community)
    redemptions = reverse("volunteers:redemptions")
    todos = [
        dashboard.Todo(gettext("Gifts to hand over"), slips.open().count(), redemptions, tone="info"),
        dashboard.Todo(
            gettext("Gifts not collected in time"), slips.overdue(timezone.localdate()).count(), f"{redemptions}?show=overdue"
        ),
        dashboard.Todo(
            gettext("Gifts whose fund is used up"), _unbacked(request), reverse("volunteers:backing")
        ),
        dashboard.Todo(
            gettext("Gifts running out"), Reward.objects.visible_to(request.user).of(community).low().count(),
            reverse("volunteers:shop"),
        ),
    ]  # fmt: skip
    todos = [each for each in todos if each.count]
    return dashboard.TodoCard(gettext("Points shop"), todos) if todos else None


def _unbacked(request: HttpRequest) -> int:
    """Gifts on offer that their fund cannot pay for any more."""
    from volunteers.models import Reward

    return (
        Reward.objects.visible_to(request.user).of(request.community).on_offer()
        .filter(fund__isnull=False, fund__account__balance__lt=models.F("backing_fen")).count()
    )  # fmt: skip
