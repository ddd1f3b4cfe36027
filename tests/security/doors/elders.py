"""Who may come in at the addresses of the elders app."""

from __future__ import annotations

from typing import Any

from elders.actions import (
    assessments,
    calendars,
    health,
    help_cards,
    importing,
    limits,
    measurements,
    privacy,
    registry,
    rounds,
    trials,
    weather,
)
from elders.actions.measurements import Reading
from elders.models import Assessment, LifeEvent, Measurement, TriageResult
from tests import make
from tests.make import NOW
from tests.security.doors import EVERYBODY, STAFF, Door

ASSESSORS = STAFF - {"committee"}
DIRECTOR = frozenset({"director"})
AUDIT = frozenset({"director", "auditor"})
LEADERS = frozenset({"director", "supervisor"})
IMPORTERS = frozenset({"committee", "director", "supervisor"})


def _gone(w: Any) -> LifeEvent:
    elder = make.elder(w.community)
    registry.leave(elder=elder, on=NOW.date(), by=w.user("worker"), at=NOW)
    return elder.life_events.latest("pk")


def _draft(w: Any) -> Assessment:
    return assessments.start(elder=w.el_elder, by=w.user("worker"), at=NOW)


def _carded(w: Any) -> Any:
    found = make.elder(w.community)
    help_cards.issue(elder=found, by=make.registrar(), at=NOW)
    return found


def _half(w: Any) -> Assessment:
    draft = assessments.start(elder=make.elder(w.community), by=w.user("worker"), at=NOW)
    assessments.answer(assessment=draft, answers=make.answers(), by=w.user("worker"), at=NOW)
    return assessments.sign(
        assessment=draft, second_assessor=w.user("supervisor"), by=w.user("worker"), at=NOW
    )


def _version(w: Any) -> Any:
    return trials.propose(community=w.community, changes={"age": 70}, note="x", by=w.user("director"), at=NOW)


def _trial(w: Any) -> Any:
    return trials.run(community=w.community, rule_set=w.el_version, by=w.user("director"), at=NOW)


def _suggestion(w: Any) -> TriageResult:
    found = make.elder(w.community, living="ALONE").triage_results.order_by("-pk").first()
    assert found is not None
    return found


def _job(w: Any) -> Any:
    return importing.upload(
        community=w.community, content=b"x,y", name="x.csv", by=w.user("committee"), at=NOW
    )


def _reading(w: Any) -> Measurement:
    return measurements.record(
        elder=w.el_elder, channel="HAND", by=w.user("worker"), at=NOW,
        reading=Reading(w.el_elder.pk, "BP", 186, NOW, "door", second=112, confirmed=True),
    )  # fmt: skip


def _limit(w: Any) -> Any:
    _ = w.el_reading
    return w.el_elder.concerns.get(kind="HEALTH_LIMIT")


def _round_line(w: Any) -> Any:
    row = rounds.open_round(
        community=w.community, on=NOW.date(), kinds=["BP"], elders=[w.el_elder], by=w.user("worker"), at=NOW
    )
    return row.lines.get()


THINGS = {
    "el_reading": _reading,
    "el_limit": _limit,
    "el_line": _round_line,
    "el_leak": lambda w: privacy.record(
        community=w.community,
        kind="BREACH",
        on=NOW.date(),
        what="x",
        whose="x",
        measures="x",
        by=w.user("director"),
        at=NOW,
    ),
    "el_seen": lambda w: limits.confirm(
        community=w.community, doctor="x", clinic="x", on=NOW.date(), by=w.user("director"), at=NOW
    ),
    "el_plan": lambda w: health.note_plan(
        elder=w.el_elder, words="x", since=NOW.date(), review_on=NOW.date(), by=w.user("worker"), at=NOW
    ),
    "el_elder": lambda w: make.elder(w.community),
    "el_gone": _gone,
    "el_carded": _carded,
    "el_draft": _draft,
    "el_suggestion": _suggestion,
    "el_weather": lambda w: weather.warn(
        community=w.community,
        kind="HEAT",
        level="RED",
        from_on=NOW.date(),
        until_on=NOW.date(),
        by=w.user("committee"),
        at=NOW,
    ),
    "el_review": lambda w: make.review(make.elder(w.community, living="ALONE"), by=w.user("worker")),
    "el_half": _half,
    "el_version": _version,
    "el_trial": _trial,
    "el_secret": lambda w: calendars.issue(by=w.user("worker"), at=NOW),
    "el_job": _job,
}
E_ = lambda w: [w.el_elder.pk]  # noqa: E731
DOORS = [
    Door("elders:list", STAFF),
    Door("elders:register", STAFF),
    Door("elders:register", STAFF, method="POST", data=lambda w: {"name": "x"}),
    Door("elders:register-check", STAFF, method="POST", data=lambda w: {"id_number": "1"}),
    Door("elders:import", IMPORTERS),
    Door("elders:import-template", IMPORTERS, kwargs=lambda w: {"kind": "register"}),
    Door("elders:import-past", STAFF, why="social workers bring readings and see those"),
    Door("elders:import-of", IMPORTERS, kwargs=lambda w: {"kind": "households"}),
    Door("elders:import-of", IMPORTERS, kwargs=lambda w: {"kind": "categories"}),
    Door("elders:import-of", STAFF, kwargs=lambda w: {"kind": "readings"}),
    Door("elders:import-of", STAFF, kwargs=lambda w: {"kind": "readings"}, method="POST"),
    Door("elders:import-export", IMPORTERS, kwargs=lambda w: {"kind": "categories"}),
    Door("elders:import-export", STAFF, kwargs=lambda w: {"kind": "readings"}),
    Door("elders:import-result", IMPORTERS, args=lambda w: [w.el_job.pk]),
    Door(
        "elders:import-errors", frozenset(), args=lambda w: [w.el_job.pk], why="404 until the check is done"
    ),
    Door("elders:import-enter", IMPORTERS, args=lambda w: [w.el_job.pk], method="POST"),
    Door("elders:import-cancel", IMPORTERS, args=lambda w: [w.el_job.pk], method="POST"),
    Door("elders:due", STAFF),
    Door("elders:confirm-many", STAFF, method="POST"),
    Door("elders:file", STAFF, args=E_),
    Door("elders:reveal", STAFF, args=E_),
    Door("elders:reveal", STAFF, args=E_, method="POST", data=lambda w: {"purpose": "call"}),
    Door("elders:help-card", STAFF, args=E_),
    Door("elders:help-card-revoke", frozenset(), args=E_, method="POST", why="404 while there is no card"),
    Door("elders:assess", STAFF, args=E_),
    Door("elders:assess", STAFF, args=E_, method="POST", data=lambda w: {"reason": "FIRST"}),
    Door("elders:suggest", STAFF, args=E_, method="POST"),
    Door("elders:do", STAFF, args=lambda w: [w.el_elder.pk, "touch"]),
    Door(
        "elders:do",
        STAFF,
        args=lambda w: [w.el_elder.pk, "touch"],
        method="POST",
        data=lambda w: {"kind": "CALL"},
    ),
    Door("elders:do-row", STAFF, args=lambda w: [w.el_gone.elder_id, "undo", w.el_gone.pk]),
    Door("elders:assessment-worker", EVERYBODY, public=True),
    Door("elders:assessment", STAFF, args=lambda w: [w.el_draft.pk]),
    Door("elders:assessment-answer", STAFF, args=lambda w: [w.el_draft.pk], method="POST"),
    Door("elders:assessment-void", ASSESSORS, args=lambda w: [w.el_draft.pk]),
    Door("elders:assessment-countersign", STAFF, args=lambda w: [w.el_draft.pk], method="POST"),
    Door(
        "elders:assessment-send-back",
        frozenset({"worker"}),
        args=lambda w: [w.el_draft.pk],
        why="only who signed or is to sign",
    ),
    Door("elders:assessment-paper", STAFF, args=lambda w: [w.el_half.pk]),
    Door("elders:forms", STAFF),
    Door("elders:form-turn", DIRECTOR, args=lambda w: ["ZBI4"], opens_other=DIRECTOR),
    Door("elders:rules", STAFF),
    Door("elders:rules-propose", DIRECTOR),
    Door(
        "elders:rules-trial", DIRECTOR, args=lambda w: [w.el_version.pk], method="POST", opens_other=DIRECTOR
    ),
    Door("elders:trial", STAFF, args=lambda w: [w.el_trial.pk]),
    Door("elders:trial-adopt", DIRECTOR, args=lambda w: [w.el_trial.pk], method="POST"),
    Door("elders:weather", STAFF),
    Door("elders:weather-off", STAFF, args=lambda w: [w.el_weather.pk], method="POST"),
    Door("elders:review-sheet", STAFF, args=lambda w: [w.el_suggestion.pk]),
    Door("elders:review", STAFF, args=lambda w: [w.el_review.decision_id]),
    Door("elders:review-correct", STAFF, args=lambda w: [w.el_review.pk]),
    Door("elders:review-back", STAFF, args=lambda w: [w.el_review.pk]),
    Door("elders:triage-explain", STAFF, args=lambda w: [w.el_suggestion.pk]),
    Door("elders:calendar", STAFF),
    Door("elders:calendar-issue", STAFF, method="POST"),
    Door("elders:calendar-revoke", STAFF, method="POST"),
    Door("elders:calendar-file", EVERYBODY, args=lambda w: [w.el_secret], public=True),
    Door("elders:triage", STAFF, args=lambda w: [w.el_suggestion.pk]),
    Door(
        "elders:triage",
        ASSESSORS,
        args=lambda w: [w.el_suggestion.pk],
        method="POST",
        data=lambda w: {"colour": "YELLOW:A"},
    ),
    Door("elders:health", STAFF),
    Door("elders:health-handle", STAFF, args=lambda w: [w.el_limit.pk]),
    Door(
        "elders:health-handle",
        STAFF,
        args=lambda w: [w.el_limit.pk],
        method="POST",
        data=lambda w: {"outcome": ""},
    ),
    Door("elders:privacy", AUDIT),
    Door("elders:privacy-new", DIRECTOR, kwargs=lambda w: {"kind": "breach"}, opens_other=DIRECTOR),
    Door("elders:privacy-record", AUDIT, args=lambda w: [w.el_leak.pk]),
    Door(
        "elders:privacy-record",
        DIRECTOR,
        args=lambda w: [w.el_leak.pk],
        method="POST",
        data=lambda w: {"kind": "MEASURE"},
    ),
    Door("elders:limits", STAFF),
    Door("elders:limits-set", LEADERS),
    Door("elders:limits-confirm", LEADERS),
    Door("elders:limits-back", LEADERS, args=lambda w: [w.el_seen.pk]),
    Door("elders:rounds", STAFF),
    Door("elders:rounds", STAFF, method="POST", data=lambda w: {"on": "x"}),
    Door("elders:round", STAFF, args=lambda w: [w.el_line.round_id]),
    Door("elders:round-people", STAFF, args=lambda w: [w.el_line.round_id], method="POST"),
    Door("elders:round-line", STAFF, args=lambda w: [w.el_line.round_id, w.el_line.pk], method="POST"),
    Door("elders:health-file", STAFF, args=E_),
    Door("elders:health-measure", STAFF, args=E_),
    Door("elders:health-measure", STAFF, args=E_, method="POST", data=lambda w: {"weight": "x"}),
    Door("elders:health-correct", STAFF, args=lambda w: [w.el_elder.pk, w.el_reading.pk]),
    Door("elders:health-fhir", STAFF, args=E_),
    Door("elders:health-fhir-import", STAFF, args=E_),
    Door("elders:health-fhir-import", STAFF, args=E_, method="POST"),
    Door("elders:health-do", STAFF, args=lambda w: [w.el_elder.pk, "allergy"]),
    Door("elders:health-do", STAFF, args=lambda w: [w.el_elder.pk, "allergy"], method="POST"),
    Door("elders:health-do-row", STAFF, args=lambda w: [w.el_elder.pk, "end-plan", w.el_plan.pk]),
    Door("elders:letters", STAFF),
    Door("elders:letters", STAFF, method="POST", data=lambda w: {"month": "x"}),
    Door("elders:letter", STAFF, args=E_),
    Door("elders:letter", STAFF, args=E_, method="POST", data=lambda w: {"month": "2999-01"}),
    Door("api-elders:readings", STAFF, args=E_),
    Door("api-elders:readings", STAFF, args=E_, method="POST", data=lambda w: {}),
    Door("api-elders:observations", STAFF, args=E_),
    Door("api-elders:observations", STAFF, args=E_, method="POST", data=lambda w: {}),
    Door("api-elders:device-readings", STAFF, method="POST", data=lambda w: {}),
    Door("api-elders:elder-list", STAFF),
    Door("api-elders:elder-list", STAFF, method="POST", data=lambda w: {"name": "x"}),
    Door("api-elders:elder-detail", STAFF, args=E_),
    Door("api-elders:elder-assess", ASSESSORS, args=E_, method="POST", data=lambda w: {}),
    Door("api-elders:elder-suggest", STAFF, args=E_, method="POST", data=lambda w: {}),
    Door("api-elders:elder-help-card", STAFF, args=E_, method="POST", data=lambda w: {}),
    Door(
        "api-elders:elder-revoke-card",
        STAFF,
        args=lambda w: [w.el_carded.pk],
        method="POST",
        data=lambda w: {},
    ),
    Door("api-elders:instrument-list", STAFF),
    Door("api-elders:instrument-detail", STAFF, kwargs=lambda w: {"code": "GBT42195"}),
    Door("api-elders:assessment-detail", STAFF, args=lambda w: [w.el_draft.pk]),
    Door(
        "api-elders:assessment-answer",
        ASSESSORS,
        args=lambda w: [w.el_draft.pk],
        method="POST",
        data=lambda w: {"answers": {"B1.1": "4"}},
    ),
    Door(
        "api-elders:assessment-sign",
        ASSESSORS,
        args=lambda w: [w.el_draft.pk],
        method="POST",
        data=lambda w: {},
    ),
    Door(
        "api-elders:assessment-countersign",
        STAFF,
        args=lambda w: [w.el_draft.pk],
        method="POST",
        data=lambda w: {},
        why="staff who are not the second assessor read why in a 409",
    ),
    Door(
        "api-elders:assessment-send-back",
        STAFF,
        args=lambda w: [w.el_draft.pk],
        method="POST",
        data=lambda w: {"reason": "B1.3"},
        why="staff who are not the second assessor read why in a 409",
    ),
    Door("api-elders:triage-detail", STAFF, args=lambda w: [w.el_suggestion.pk]),
    Door(
        "api-elders:triage-confirm",
        ASSESSORS,
        args=lambda w: [w.el_suggestion.pk],
        method="POST",
        data=lambda w: {},
    ),
]
