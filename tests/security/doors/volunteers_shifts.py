"""Doors of shifts and teams."""

from __future__ import annotations

from datetime import timedelta

from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.security.doors import EVERYBODY, STAFF, Door


def _late(w, volunteer):
    from volunteers.actions import late_hours

    start = NOW - timedelta(days=4)
    return late_hours.ask(
        volunteer=volunteer, what="陪诊", why="忘了", starts_at=start, ends_at=start + timedelta(hours=1),
        by=registrar(), at=NOW,
    )  # fmt: skip


def _feed(w):
    from volunteers.actions import shift_feeds

    return shift_feeds.issue(by=w.user("volunteer"), at=NOW)


def _slot(w):
    from django.utils import timezone

    return make.slot(w.community, starts_at=timezone.now() + timedelta(days=5))


THINGS = {
    "the_slot": _slot,
    "the_promise": lambda w: make.promised(w.the_slot, w.the_volunteer),
    "the_late": lambda w: _late(w, w.the_volunteer),
    "my_late": lambda w: _late(w, w.my_volunteer),
    "the_team": lambda w: make.team(w.community),
    "the_template": lambda w: w.the_slot.template,
    "feed": _feed,
}
READERS = STAFF | {"auditor"}
VOLUNTEER = {"volunteer"}

DOORS = [
    Door("volunteers:my-shifts", VOLUNTEER),
    Door("volunteers:open-shifts", VOLUNTEER),
    Door("volunteers:my-shift", VOLUNTEER, args=lambda w: [w.the_slot.pk]),
    Door("volunteers:my-shift-step", VOLUNTEER, args=lambda w: [w.my_volunteer and w.the_slot.pk], method="POST", data=lambda w: {"step": "wait"}),
    Door("volunteers:my-late", VOLUNTEER),
    Door("volunteers:my-late-withdraw", VOLUNTEER, args=lambda w: [w.the_late.pk], own={"volunteer": lambda w: [w.my_late.pk]}, method="POST"),
    Door("volunteers:my-calendar", VOLUNTEER),
    Door("volunteers:my-calendar-step", VOLUNTEER, method="POST", data=lambda w: {"step": "stop"}),
    Door("volunteers:shift-calendar-file", EVERYBODY, args=lambda w: [w.feed], public=True),
    Door("volunteers:my-about", VOLUNTEER),
    Door("volunteers:my-team", VOLUNTEER),
    Door("volunteers:here", VOLUNTEER, args=lambda w: [w.my_volunteer and w.the_slot.uid]),
    Door("volunteers:slots", READERS),
    Door("volunteers:slots-publish", STAFF, method="POST"),
    Door("volunteers:slot-new", STAFF),
    Door("volunteers:series-new", STAFF),
    Door("volunteers:shift-templates", READERS),
    Door("volunteers:shift-template-new", STAFF),
    Door("volunteers:shift-template", STAFF, args=lambda w: [w.the_template.pk]),
    Door("volunteers:shift-template-retire", STAFF, args=lambda w: [w.the_template.pk], method="POST"),
    Door("volunteers:late-entries", READERS),
    Door("volunteers:late-answer", STAFF, args=lambda w: [w.the_late.pk], method="POST", data=lambda w: {"step": "no"}),
    Door("volunteers:slot", READERS, args=lambda w: [w.the_slot.pk]),
    Door("volunteers:slot-step", STAFF, args=lambda w: [w.the_slot.pk], method="POST", data=lambda w: {"step": "restore"}),
    Door("volunteers:slot-poster", STAFF, args=lambda w: [w.the_slot.pk]),
    Door("volunteers:promise-step", STAFF, args=lambda w: [w.the_promise.pk], method="POST", data=lambda w: {"step": "undo"}),
    Door("volunteers:teams", READERS),
    Door("volunteers:team", READERS, args=lambda w: [w.the_team.pk]),
    Door("volunteers:team-step", STAFF, args=lambda w: [w.the_team.pk], method="POST", data=lambda w: {"step": "open"}),
    Door("volunteers:papers", STAFF, args=lambda w: [w.the_volunteer.pk]),
    Door("volunteers:guardian", STAFF, args=lambda w: [w.the_volunteer.pk], method="POST", data=lambda w: {"step": "withdraw"}),
]  # fmt: skip
