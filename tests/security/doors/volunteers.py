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


def _claim(w, volunteer):
    from carenet.parties.models import ServiceKind
    from volunteers.actions import service_rewards

    make.points(volunteer, 1000)
    reward = make.reward(w.community, stock=0, points=5)
    service_rewards.become_service(
        reward=reward,
        kind=ServiceKind.objects.get(code="COMP"),
        minutes=60,
        hold_days=30,
        by=registrar(),
        at=NOW,
    )
    return service_rewards.claim(
        volunteer=volunteer, reward=reward, key=f"door-{volunteer.pk}", elder=make.elder(w.community, person=volunteer.person),
        by=registrar(),
        on=NOW.date(), at=NOW,
    )  # fmt: skip


def _photo(w):
    from tests.volunteers.test_shop_refusals import picture
    from volunteers.actions import photos

    return photos.put(reward=w.the_reward, content=picture(), alt="大米", by=registrar(), at=NOW)


def _kept(w, role):
    from volunteers.actions import kept

    return kept.keep(
        community=w.community, page="list", name="二级", query="level=2", by=w.user(role), at=NOW
    )


THINGS = {
    "the_claim": lambda w: _claim(w, w.the_volunteer),
    "my_claim": lambda w: _claim(w, w.my_volunteer),
    "the_photo": _photo,
    "the_filter": lambda w: _kept(w, "director"),
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
    Door(
        "volunteers:reward-photo", EVERYBODY - {"street"}, args=lambda w: [w.the_photo.reward_id, w.the_photo.sha256[:12]],
    ),
    Door("volunteers:slip-proxy", STAFF | VOLUNTEER, args=lambda w: [w.the_slip.token], own=own("", "my_slip", "token")),
    Door("volunteers:claims", READERS),
    Door("volunteers:claim", READERS | VOLUNTEER, args=lambda w: [w.the_claim.pk], own=own("", "my_claim")),
    Door("volunteers:claim-withdraw", STAFF | VOLUNTEER, args=lambda w: [w.the_claim.pk], own=own("", "my_claim")),
    Door("volunteers:reward-photo-change", KEEPERS, args=lambda w: [w.the_reward.pk]),
    Door("volunteers:reward-service", KEEPERS, args=lambda w: [w.the_reward.pk]),
    Door("volunteers:backing", READERS),
    Door("volunteers:backing-set", KEEPERS),
    Door("volunteers:kpis", READERS),
    Door("volunteers:filter-keep", READERS, method="POST", kwargs=lambda w: {"page": "list"}, data=lambda w: {"name": "甲"}),
    Door("volunteers:filter-forget", {"director"}, method="POST", args=lambda w: [w.the_filter.pk]),
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
