"""Doors of the volunteers' app."""

from __future__ import annotations

from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from tests.security.doors import EVERYBODY, STAFF, Door


def _slip(w, volunteer):
    from volunteers.actions import rewards

    make.points(volunteer, 1000)
    return rewards.redeem(
        volunteer=volunteer, reward=w.the_reward, key=f"door-{volunteer.pk}-{w.community.pk}", by=registrar(), on=NOW.date(),
        at=NOW,
    )  # fmt: skip


THINGS = {
    "the_volunteer": lambda w: make.volunteer(w.community),
    "my_volunteer": lambda w: make.volunteer(w.community, of=w.user("volunteer").person),
    "the_reward": lambda w: make.reward(w.community, stock=50, points=5),
    "the_slip": lambda w: _slip(w, w.the_volunteer),
    "my_slip": lambda w: _slip(w, w.my_volunteer),
    "the_attendance": lambda w: make.served(w.the_volunteer),
    "my_attendance": lambda w: make.served(w.my_volunteer),
}
READERS = STAFF | {"auditor"}
KEEPERS = {"committee", "director"}
VOLUNTEER = {"volunteer"}


def own(name, thing="my_volunteer", attribute="pk"):
    return {"volunteer": lambda w: [getattr(getattr(w, thing), attribute)]}


DOORS = [
    Door("volunteers:me", VOLUNTEER),
    Door("volunteers:points", VOLUNTEER),
    Door("volunteers:hours", VOLUNTEER),
    Door("volunteers:my-slips", VOLUNTEER),
    Door("volunteers:my-slip", STAFF | {"auditor", "volunteer"}, args=lambda w: [w.the_slip.uid], own=own("", "my_slip", "uid")),
    Door("volunteers:rewards", READERS | VOLUNTEER),
    Door("volunteers:reward-check", VOLUNTEER, args=lambda w: [w.my_volunteer and w.the_reward.pk]),
    Door(
        "volunteers:reward-redeem", VOLUNTEER, method="POST", args=lambda w: [w.my_volunteer and w.the_reward.pk],
        data=lambda w: {"points": "5"},
    ),
    Door("volunteers:slip", EVERYBODY, args=lambda w: [w.the_slip.token], public=True),
    Door("volunteers:slip-cancel", STAFF | VOLUNTEER, args=lambda w: [w.the_slip.token], own=own("", "my_slip", "token")),
    Door("volunteers:slip-find", STAFF),
    Door("volunteers:hand-over", STAFF | VOLUNTEER, args=lambda w: [w.the_slip.code], own=own("", "my_slip", "code")),
    Door("volunteers:redemptions", READERS),
    Door("volunteers:counter", STAFF),
    Door("volunteers:list", READERS),
    Door("volunteers:enrol", STAFF),
    Door("volunteers:rules", READERS),
    Door("volunteers:rule", KEEPERS, kwargs=lambda w: {"key": "points_per_hour"}),
    Door("volunteers:detail", READERS, args=lambda w: [w.the_volunteer.pk]),
    Door("volunteers:change", STAFF, args=lambda w: [w.the_volunteer.pk]),
    Door("volunteers:step", STAFF, method="POST", args=lambda w: [w.the_volunteer.pk], data=lambda w: {"step": "pause"}),
    Door("volunteers:qualify", STAFF, args=lambda w: [w.the_volunteer.pk]),
    Door("volunteers:reverse", STAFF, args=lambda w: [w.the_attendance.pk]),
    Door("volunteers:shop", READERS),
    Door("volunteers:reward", READERS, args=lambda w: [w.the_reward.pk]),
    Door("volunteers:reward-offer", KEEPERS),
    Door("volunteers:reward-change", KEEPERS, args=lambda w: [w.the_reward.pk]),
    Door("volunteers:reward-stock", KEEPERS, args=lambda w: [w.the_reward.pk]),
    Door("volunteers:reward-show", KEEPERS, method="POST", args=lambda w: [w.the_reward.pk]),
    Door("api-volunteers:volunteers", EVERYBODY),  # everybody's list holds only what they may see
    Door("api-volunteers:volunteer", READERS | VOLUNTEER, args=lambda w: [w.the_volunteer.pk], own=own("")),
    Door(
        "api-volunteers:statement", READERS | VOLUNTEER, args=lambda w: [w.the_volunteer.pk, "points"],
        own={"volunteer": lambda w: [w.my_volunteer.pk, "points"]},
    ),
    Door("api-volunteers:rewards", READERS | VOLUNTEER),
    Door(
        "api-volunteers:redeem", STAFF, method="POST", args=lambda w: [w.the_reward.pk],
        data=lambda w: {"volunteer": w.the_volunteer.pk},
    ),
    Door("api-volunteers:redemptions", EVERYBODY),
    Door("api-volunteers:redemption", READERS | VOLUNTEER, args=lambda w: [w.the_slip.pk], own=own("", "my_slip")),
    Door("api-volunteers:hand-over", STAFF, method="POST", args=lambda w: [w.the_slip.pk]),
    Door("api-volunteers:take-back", STAFF | VOLUNTEER, method="POST", args=lambda w: [w.the_slip.pk], own=own("", "my_slip")),
]  # fmt: skip
