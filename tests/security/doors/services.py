"""Who may come in at the addresses of the services app."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.actions import dispatch
from services.models import Candidate, FollowUp, Helper
from services.web import wall
from tests import make
from tests.make import NOW
from tests.security.doors import EVERYBODY, STAFF, Door

HELPERS = frozenset({"volunteer", "care_worker"})
SOCIAL_WORK = frozenset({"worker", "supervisor", "director"})


def _helper_of(w: Any, role: str) -> Helper:
    """The user of a role as a helper with an offer of their own."""
    from services.actions import providers

    user = w.user(role)
    if role == "volunteer":
        enrolled = make.volunteer(w.community, of=user.person)
        return providers.admit(
            community=w.community, person=user.person, kind="VOLUNTEER", kinds=[make.kind("COMP")], volunteer=enrolled,
            user=user, by=make.registrar(), at=NOW,
        )  # fmt: skip
    return providers.admit(
        community=w.community, person=user.person, kind="CARE_WORKER", kinds=[make.kind("BATH-H")], user=user,
        by=make.registrar(), at=NOW,
    )  # fmt: skip


def _offer(w: Any, helper: Helper) -> Candidate:
    code = "COMP" if helper.kind == "VOLUNTEER" else "BATH-H"
    request = make.request(make.elder(w.community), code)
    return dispatch.offer(request_id=request.pk, helper_id=helper.pk, by=make.registrar(), at=NOW)


def _accepted(w: Any, helper: Helper) -> Any:
    offer = _offer(w, helper)
    return dispatch.accept(candidate_id=offer.pk, by=make.registrar(), at=NOW)


def _done(w: Any, elder: Any) -> Any:
    request = make.accepted(elder, make.helper(w.community))
    return dispatch.finish(request_id=request.pk, minutes=30, by=make.registrar(), at=NOW)


def _paid(w: Any, elder: Any) -> Any:
    """A help that the elder's time coins paid for."""
    from services.actions import coins

    request, by = make.request(elder, minutes=60), make.registrar()
    coins.choose(request_id=request.pk, code="OWN", by=by, at=NOW)
    asked = dispatch.offer(request_id=request.pk, helper_id=make.helper(w.community).pk, by=by, at=NOW)
    dispatch.accept(candidate_id=asked.pk, by=by, at=NOW)
    later = NOW + timedelta(hours=2)
    dispatch.finish(request_id=request.pk, minutes=60, by=by, at=later)
    return dispatch.confirm(request_id=request.pk, way="PHONE", by=by, at=later)


def _coins_of(w: Any, role: str) -> Any:
    """Time coins of the user of a role that pay for their mother's help."""
    from elders.actions import mandates
    from services.actions import coins

    user, mother, own = w.user(role), make.elder(w.community), w.sv_volunteer.volunteer
    make.give_coins(own, 60)
    mandates.give(
        elder=mother,
        user=user,
        relation="DAUGHTER",
        since=NOW.date() - timedelta(days=9),
        by=make.registrar(),
        at=NOW,
    )
    request = make.request(mother, minutes=60)
    return coins.choose(request_id=request.pk, code=f"RELATIVE-{own.pk}", by=make.registrar(), at=NOW)


def _follow_up(w: Any) -> FollowUp:
    visit = make.visit(make.elder(w.community), by=w.user("worker"), findings=["FALL"])
    return FollowUp.objects.get(visit=visit)


THINGS = {
    "sv_elder": lambda w: make.elder(w.community),
    "sv_my_elder": lambda w: make.elder(w.community, person=w.user("elder").person),
    "sv_wall": lambda w: wall.word_of(w.user("committee"), w.community.pk),
    "sv_token": lambda w: make.help_token(w.sv_elder),
    "sv_request": lambda w: make.request(w.sv_elder),
    "sv_done": lambda w: _done(w, w.sv_elder),
    "sv_my_done": lambda w: _done(w, w.sv_my_elder),
    "sv_my_request": lambda w: make.request(w.sv_my_elder),
    "sv_saver": lambda w: make.saver(w.community)[0],
    "sv_paid": lambda w: _paid(w, w.sv_saver),
    "sv_saved": lambda w: make.request(w.sv_saver),
    "sv_my_coins": lambda w: _coins_of(w, "volunteer"),
    "sv_alarm": lambda w: make.alarm(w.sv_elder),
    "sv_helper": lambda w: make.helper(w.community),
    "sv_offer": lambda w: _offer(w, w.sv_helper),
    "sv_volunteer": lambda w: _helper_of(w, "volunteer"),
    "sv_carer": lambda w: _helper_of(w, "care_worker"),
    "sv_task": lambda w: _accepted(w, w.sv_helper),
    "sv_visit": lambda w: make.visit(w.sv_elder, by=w.user("worker")),
    "sv_photo": lambda w: make.visit(w.sv_elder, by=w.user("worker"), photo=make.picture()),
    "sv_follow_up": _follow_up,
    "sv_concern": lambda w: _concern(w),
    "sv_case": lambda w: _case(w),
    "sv_care": lambda w: make.care_line(w.sv_case),
    "sv_sheet": lambda w: _sheet(w),
}


def _concern(w: Any) -> Any:
    from elders.actions import contacts
    from elders.models import Concern

    contacts.raise_concern(elder=w.sv_elder, kind="SILENCE", source_key=f"door:{w.community.pk}", at=NOW)
    return Concern.objects.get(source_key=f"door:{w.community.pk}")


def _case(w: Any) -> Any:
    from services.actions import cases

    worker = w.user("worker")
    return cases.open_case(
        elder=w.sv_elder, worker=worker, reason="独居", key=f"door:{w.community.pk}", by=worker, at=NOW
    )


def _sheet(w: Any) -> Any:
    from datetime import timedelta

    from services.actions import roster

    return roster.record_many(
        community=w.community, kind=make.kind("MEAL-D"), title="助餐", key=f"door:{w.community.pk}",
        lines=[roster.Line(w.sv_elder.pk, NOW - timedelta(days=2), 30)], by=make.registrar(), at=NOW,
    )  # fmt: skip


READERS = STAFF | {"auditor", "provider"}
FILES = STAFF | {"auditor"}
MINE = {"elder": lambda w: [w.sv_my_done.pk]}
OFFERS = {
    "volunteer": lambda w: [_offer(w, w.sv_volunteer).pk],
    "care_worker": lambda w: [_offer(w, w.sv_carer).pk],
}
TASKS = {
    "volunteer": lambda w: [_accepted(w, w.sv_volunteer).pk],
    "care_worker": lambda w: [_accepted(w, w.sv_carer).pk],
}

BODIES = {
    **dict.fromkeys(("offer", "assign", "hand-on"), lambda w: {"helper": w.sv_helper.pk}),
    "schedule": lambda w: {"scheduled_at": NOW.isoformat()},
    "confirm": lambda w: {"way": "PHONE"},
    "rate": lambda w: {"stars": 5},
    "cancel": lambda w: {"reason": "NOT_NEEDED"},
    **dict.fromkeys(("fail", "reopen"), lambda w: {"words": "没有人"}),
}

DOORS = [
    Door("services:help", EVERYBODY, args=lambda w: [w.sv_token], public=True, opens_other=EVERYBODY),
    Door("services:help-state", EVERYBODY, args=lambda w: [w.sv_token], public=True, opens_other=EVERYBODY),
    Door(
        "services:help-fine",
        EVERYBODY,
        args=lambda w: [w.sv_token],
        method="POST",
        public=True,
        opens_other=EVERYBODY,
    ),
    Door("services:requests", READERS),
    Door("services:request-take", STAFF),
    Door("services:request-take-elders", STAFF),
    Door("services:request", FILES, args=lambda w: [w.sv_request.pk]),
    Door("services:request-propose", STAFF, args=lambda w: [w.sv_request.pk], method="POST"),
    Door("services:request-ask", STAFF, args=lambda w: [w.sv_request.pk], method="POST"),
    Door("services:request-coins", STAFF, args=lambda w: [w.sv_saved.pk]),
    Door("services:request-coins-back", STAFF, args=lambda w: [w.sv_paid.pk]),
    Door("services:my-coins", {"elder", "family", "volunteer"}),
    Door("services:my-coins-undo", {"volunteer"}, args=lambda w: [w.sv_my_coins.pk], method="POST"),
    Door(
        "services:home-coins",
        {"elder"},
        args=lambda w: [w.sv_saved.pk],
        own={"elder": lambda w: [w.sv_my_request.pk]},
    ),
    Door("services:request-step", STAFF, args=lambda w: [w.sv_request.pk, "cancel"]),
    Door("services:offer-answer", STAFF, args=lambda w: [w.sv_offer.pk, "decline"], method="POST"),
    Door("services:board", STAFF),
    Door("services:board-live", STAFF),
    Door("services:board-duty", STAFF, method="POST"),
    Door("services:wall-turn", STAFF, method="POST"),
    Door(
        "services:wall",
        EVERYBODY,
        args=lambda w: [w.sv_wall],
        public=True,
        opens_other=EVERYBODY,
        why="the signed word",
    ),
    Door(
        "services:wall-live",
        EVERYBODY,
        args=lambda w: [w.sv_wall],
        public=True,
        opens_other=EVERYBODY,
        why="as above",
    ),
    Door("services:board-claim", STAFF, args=lambda w: [w.sv_alarm.pk], method="POST"),
    Door("services:alarm", STAFF, args=lambda w: [w.sv_alarm.pk]),
    Door("services:tasks", HELPERS | {"worker"}),
    Door("services:task", HELPERS, args=lambda w: [w.sv_task.pk], own=TASKS),
    Door("services:task-start", HELPERS, args=lambda w: [w.sv_task.pk], own=TASKS, method="POST"),
    Door("services:task-finish", HELPERS, args=lambda w: [w.sv_task.pk], own=TASKS),
    Door("services:task-accept", HELPERS, args=lambda w: [w.sv_offer.pk], own=OFFERS, method="POST"),
    Door("services:task-decline", HELPERS, args=lambda w: [w.sv_offer.pk], own=OFFERS),
    Door("services:field", STAFF),
    Door("services:call", STAFF, args=lambda w: [w.sv_elder.pk]),
    Door("services:visits", STAFF),
    Door("services:visit-log", STAFF, args=lambda w: [w.sv_elder.pk]),
    Door("services:visit", STAFF, args=lambda w: [w.sv_visit.pk]),
    Door("services:visit-photo", {"worker", "supervisor"}, args=lambda w: [w.sv_photo.pk]),
    Door("services:visit-report", STAFF, args=lambda w: [w.sv_visit.pk]),
    Door("services:visit-correct", {"worker", "supervisor"}, args=lambda w: [w.sv_visit.pk]),
    Door("services:follow-up-finish", STAFF, args=lambda w: [w.sv_follow_up.pk]),
    Door("services:concern-handle", STAFF, args=lambda w: [w.sv_concern.pk], method="POST"),
    Door("services:cases", STAFF),
    Door("services:case-open", STAFF, args=lambda w: [w.sv_elder.pk]),
    Door("services:case", STAFF, args=lambda w: [w.sv_case.pk]),
    Door("services:case-hand-over", {"worker", "supervisor"}, args=lambda w: [w.sv_case.pk]),
    Door("services:cases-nobodys", {"supervisor"}),
    Door("services:care-plan", STAFF, args=lambda w: [w.sv_care.plan_id]),
    Door("services:care-line", STAFF, args=lambda w: [w.sv_care.pk]),
    Door("services:care-line-loosen", {"worker", "supervisor", "director"}, args=lambda w: [w.sv_care.pk]),
    Door("services:home", {"elder", "family"}),
    Door("services:home-ask", {"elder"}, data=lambda w: {"elder": w.sv_my_elder.pk}),
    Door("services:home-alarm", {"elder"}, data=lambda w: {"elder": w.sv_my_elder.pk}),
    Door("services:home-confirm", {"elder"}, args=lambda w: [w.sv_done.pk], own=MINE),
    Door("services:home-not-right", {"elder"}, args=lambda w: [w.sv_done.pk], own=MINE),
    Door(
        "services:home-cancel",
        {"elder"},
        args=lambda w: [w.sv_request.pk],
        own={"elder": lambda w: [w.sv_my_request.pk]},
    ),
    Door("services:rosters", STAFF),
    Door("services:roster-record", STAFF),
    Door("services:roster-sheet", STAFF, args=lambda w: [w.sv_sheet.pk]),
    # REST
    Door("api-services:helper-list", EVERYBODY, why="scoped: a helper sees themselves"),
    Door("api-services:service-kinds", EVERYBODY - {"street"}, why="those with an active community"),
    Door("api-services:help", EVERYBODY, args=lambda w: [w.sv_token], public=True, opens_other=EVERYBODY),
    Door(
        "api-services:help",
        EVERYBODY,
        args=lambda w: [w.sv_token],
        method="POST",
        public=True,
        opens_other=EVERYBODY,
    ),
    Door(
        "api-services:help-fine",
        EVERYBODY,
        args=lambda w: [w.sv_token],
        method="POST",
        public=True,
        opens_other=EVERYBODY,
    ),
    Door("api-services:request-list", EVERYBODY, why="scoped: everybody sees their own"),
    Door(
        "api-services:request-detail",
        FILES | {"elder"},
        args=lambda w: [w.sv_request.pk],
        own={"elder": lambda w: [w.sv_my_request.pk]},
    ),
    *[
        Door(
            f"api-services:request-{verb}",
            STAFF,
            args=lambda w: [w.sv_request.pk],
            method="POST",
            data=lambda w: {},
        )
        for verb in ("propose", "triage", "claim", "close")
    ],
    *[
        Door(
            f"api-services:request-{verb}", STAFF, args=lambda w: [w.sv_request.pk], method="POST", data=data
        )
        for verb, data in BODIES.items()
    ],
    *[
        Door(
            f"api-services:request-{verb}",
            STAFF,
            args=lambda w: [w.sv_request.pk],
            method="POST",
            data=lambda w: {},
        )
        for verb in ("start", "finish")
    ],
    Door(
        "api-services:request-coins",
        STAFF | {"elder"},
        args=lambda w: [w.sv_request.pk],
        own={"elder": lambda w: [w.sv_my_request.pk]},
    ),
    Door(
        "api-services:request-coins",
        STAFF | {"elder"},
        args=lambda w: [w.sv_request.pk],
        own={"elder": lambda w: [w.sv_my_request.pk]},
        method="POST",
        data=lambda w: {"pay": ""},
    ),
    Door("api-services:offer-list", EVERYBODY, why="scoped: everybody sees their own"),
    Door(
        "api-services:offer-accept",
        STAFF | HELPERS,
        args=lambda w: [w.sv_offer.pk],
        own=OFFERS,
        method="POST",
        data=lambda w: {},
    ),
    Door(
        "api-services:offer-decline",
        STAFF | HELPERS,
        args=lambda w: [w.sv_offer.pk],
        own=OFFERS,
        method="POST",
        data=lambda w: {},
    ),
    Door(
        "api-services:request-list",
        STAFF,
        method="POST",
        data=lambda w: {"elder": w.sv_elder.pk, "kind": "COMP"},
    ),
    Door("api-services:alarm-list", STAFF, method="POST", data=lambda w: {"elder": w.sv_elder.pk}),
    Door(
        "api-services:visit-list",
        STAFF,
        method="POST",
        data=lambda w: {"elder": w.sv_elder.pk, "seen": "PHONE"},
    ),
    Door("api-services:visit-list", EVERYBODY, why="scoped: only staff see any"),
    Door("api-services:care-line-list", EVERYBODY, why="scoped: only who reads health sees any"),
    Door("api-services:care-line-detail", STAFF, args=lambda w: [w.sv_care.pk]),
    Door(
        "api-services:care-line-list",
        SOCIAL_WORK,
        method="POST",
        data=lambda w: {
            "plan": w.sv_care.plan_id,
            "kind": "BP",
            "words": "每周两次",
            "since": NOW.date().isoformat(),
            "review_on": (NOW.date() + timedelta(days=9)).isoformat(),
        },
    ),
    Door(
        "api-services:care-line-look",
        SOCIAL_WORK,
        args=lambda w: [w.sv_care.pk],
        method="POST",
        data=lambda w: {"words": "x", "review_on": "2026-12-12"},
    ),
    Door(
        "api-services:care-line-loosen",
        SOCIAL_WORK,
        args=lambda w: [w.sv_care.pk],
        method="POST",
        data=lambda w: {"why": "x", "on": "2026-11-21"},
    ),
]
