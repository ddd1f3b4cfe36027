"""What shifts and teams put into menus, home pages, the office desk and the words of the audit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.audit import fact_words, verbs
from carenet.webkit import dashboard, menu
from volunteers import portal
from volunteers.models import LateEntry, Promise, Slot, Team, Volunteer
from volunteers.policies import OFFICE, READERS
from volunteers.states import TeamStage, VolunteerState
from volunteers.states_shifts import PromiseState, SlotState

VOLUNTEER = frozenset({Role.VOLUNTEER})


def register() -> None:
    """Called by the app's ready()."""
    for order, label, url_name, icon, roles, hint in (
        (11, _("My shifts"), "volunteers:my-shifts", "calendar-days", VOLUNTEER, _("What I promised, what is needed")),
        (17, _("My team"), "volunteers:my-team", "users", VOLUNTEER, _("Next shifts, roster, captain")),
        (41, _("Shifts"), "volunteers:slots", "calendar-days", READERS, _("The week, rosters, late hours")),
    ):  # fmt: skip
        menu.register(
            menu.MenuItem(label=label, url_name=url_name, roles=roles, icon=icon, order=order, hint=hint)
        )
    dashboard.register(todo_card, roles=OFFICE, order=42)
    portal.register_next(next_shifts)
    verbs.register("volunteers.team_stage", _("changed a team's stage of autonomy"))
    for each in ("before", "after", "stage"):
        fact_words.register(each, dict(TeamStage.choices))
    verbs.register("volunteers.paper_vote", _("put in a member's paper vote"))


def todo_card(request: HttpRequest) -> dashboard.Card | None:
    """What waits for the office: shifts without people, hours not booked, late hours, proposals, insurances."""
    community = getattr(request, "community", None)
    if community is None:
        return None
    at = timezone.now()
    slots = Slot.objects.visible_to(request.user).of(community)
    week = reverse("volunteers:slots")
    today = timezone.localdate(at)
    todos = [
        dashboard.Todo(
            gettext("Stand-ins wanted"),
            Promise.objects.of(community).filter(state=PromiseState.SEEKING, slot__ends_at__gt=at).count(),
            f"{week}?show=seeking&all=1",
        ),
        dashboard.Todo(
            gettext("Shifts whose hours are not booked"), slots.to_book(at).count(), f"{week}?show=book&all=1"
        ),
        dashboard.Todo(
            gettext("Late hours to answer"),
            LateEntry.objects.visible_to(request.user).of(community).open().count(),
            reverse("volunteers:late-entries"),
        ),
        dashboard.Todo(
            gettext("Shifts proposed by captains"),
            slots.filter(state=SlotState.PROPOSED, starts_at__gt=at).count(),
            f"{week}?state=PROPOSED&all=1",
        ),
        dashboard.Todo(
            gettext("Teams without a captain"),
            Team.objects.visible_to(request.user)
            .of(community)
            .filter(captain__isnull=True, until__isnull=True, members__state=VolunteerState.ACTIVE)
            .distinct()
            .count(),
            reverse("volunteers:teams"),
        ),
        dashboard.Todo(
            gettext("Insurances that end within 30 days"),
            Volunteer.objects.visible_to(request.user)
            .of(community)
            .exclude(state=VolunteerState.LEFT)
            .filter(insured_until__gte=today, insured_until__lte=today + timedelta(days=30))
            .count(),
            reverse("volunteers:list"),
        ),
    ]
    todos = [each for each in todos if each.count]
    return dashboard.TodoCard(gettext("Shifts of volunteers"), todos) if todos else None


def next_shifts(volunteer: Volunteer, at: datetime) -> list[portal.NextTask]:
    """The next shifts for the volunteer's home page."""
    rows = (
        Promise.objects.filter(
            volunteer=volunteer,
            slot__ends_at__gt=at,
            state__in=(PromiseState.PROMISED, PromiseState.SEEKING, PromiseState.HERE),
        )
        .select_related("slot")
        .order_by("slot__starts_at")[:3]
    )
    return [
        portal.NextTask(
            title=each.slot.name,
            starts_at=each.slot.starts_at,
            ends_at=each.slot.ends_at,
            place=each.slot.place,
            url=reverse("volunteers:my-shift", args=[each.slot_id]),
            label=gettext("Look"),
        )
        for each in rows
    ]
