"""Doors of the REST calls for shifts, the bank and training."""

from __future__ import annotations

from tests import make
from tests.security.doors import EVERYBODY, STAFF, Door

READERS = STAFF | {"auditor"}
VOLUNTEER = {"volunteer"}


def _offer(w):
    from tests.security.doors.volunteers_bank import _gift

    return _gift(w, w.my_volunteer, make.volunteer(w.community))


THINGS = {
    "my_promise": lambda w: make.promised(w.the_slot, w.my_volunteer),
    "my_offer": _offer,
}


def pk(name):
    return lambda w: [getattr(w, name).pk]


def post(name, opens, args=None, *, own=None, data=None):
    return Door(
        f"api-volunteers:{name}",
        opens,
        method="POST",
        args=args,
        data=data,
        own={"volunteer": pk(own)} if own else {},
    )


def for_somebody(w):
    return {"volunteer": w.the_volunteer.pk}


def to_somebody(w):
    other = make.volunteer(w.community)
    return {
        **for_somebody(w),
        "number": other.number,
        "name": other.person.name,
        "coins": 15,
        "relation": "SPOUSE",
    }


DOORS = [
    Door("api-volunteers:shifts", EVERYBODY),  # everybody's list holds only what they may see
    Door("api-volunteers:open-shifts", STAFF, data=for_somebody),
    Door("api-volunteers:shift", READERS | VOLUNTEER, args=pk("the_slot")),
    post("promise-shift", STAFF, pk("the_slot"), data=for_somebody),
    post("stand-in", STAFF, pk("the_slot"), data=for_somebody),
    post("book-shift", STAFF, pk("the_slot")),
    post("check-in", VOLUNTEER, data=lambda w: {"code": str(w.my_promise.slot.uid)}),
    Door("api-volunteers:promises", EVERYBODY),
    post("step-back", STAFF | VOLUNTEER, pk("the_promise"), own="my_promise"),
    post("come-after-all", STAFF | VOLUNTEER, pk("the_promise"), own="my_promise"),
    post("tick-in", STAFF, pk("the_promise")),
    post("check-out", STAFF | VOLUNTEER, pk("the_promise"), own="my_promise"),
    Door("api-volunteers:accounts", STAFF, data=for_somebody),
    Door("api-volunteers:gifts", EVERYBODY),
    post("gifts", STAFF, data=to_somebody),
    post("gift-accept", STAFF | VOLUNTEER, pk("the_gift"), own="my_gift"),
    post("gift-decline", STAFF | VOLUNTEER, pk("the_gift"), own="my_gift"),
    post("gift-withdraw", STAFF | VOLUNTEER, pk("the_gift"), own="my_offer"),
    Door("api-volunteers:courses", EVERYBODY),
    Door("api-volunteers:course-runs", EVERYBODY),
    post("enrol", STAFF, pk("the_run"), data=for_somebody),
    Door("api-volunteers:enrolments", EVERYBODY),
    post("enrolment-withdraw", STAFF | VOLUNTEER, pk("the_enrolment"), own="my_enrolment"),
    Door("api-volunteers:qualifications", EVERYBODY),
]  # fmt: skip
