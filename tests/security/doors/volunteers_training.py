"""Doors of training, honours and certificates."""

from __future__ import annotations

from tests import make
from tests.make import training as making
from tests.make.parties import registrar
from tests.security.doors import EVERYBODY, STAFF, Door

READERS = STAFF | {"auditor"}
KEEPERS = {"committee", "director"}
VOLUNTEER = {"volunteer"}


def _certificate(w, volunteer):
    from datetime import date

    from tests.make import NOW
    from volunteers.actions import certificates

    make.served(volunteer)
    return certificates.issue(
        volunteer=volunteer,
        period_from=date(2026, 1, 1),
        period_to=NOW.date(),
        paper_reason="书面申请",
        by=registrar(),
        at=NOW,
    )


def _nomination(w):
    from tests.make import NOW
    from volunteers.actions import honours

    return honours.nominate(
        honour=w.the_honour,
        person=w.the_volunteer.person,
        words="好",
        by=registrar(),
        at=NOW,
        consented_on=NOW.date(),
    )


def _published(w):
    """By the machine's clock, which the public page reads."""
    from django.utils import timezone

    from volunteers.actions import honours

    at = timezone.now()
    found = honours.nominate(
        honour=making.honour(w.community, endorsements=0), person=make.person(w.community), words="好",
        by=make.user("SUPERVISOR", w.community), at=at, consented_on=timezone.localdate(at),
    )  # fmt: skip
    return honours.approve(nomination=found, words="", by=registrar(), at=at)


def _objection(w):
    from django.utils import timezone

    from volunteers.actions import honours

    return honours.object_to(
        nomination=w.the_notice,
        words="有异议",
        name="",
        contact="",
        on=timezone.localdate(),
        at=timezone.now(),
    )


def _qualification(w):
    from tests.make import NOW
    from volunteers.actions import registry

    return registry.qualify(volunteer=w.the_volunteer, level=2, valid_from=NOW.date(), by=registrar(), at=NOW)


THINGS = {
    "the_course": lambda w: making.course(w.community),
    "the_run": lambda w: making.course_run(w.the_course),
    "the_lesson": lambda w: w.the_run.lessons.first(),
    "the_enrolment": lambda w: making.learner(w.the_run, w.the_volunteer),
    "my_enrolment": lambda w: making.learner(w.the_run, w.my_volunteer),
    "the_result": lambda w: making.passed(making.course_run(w.the_course), w.the_volunteer).results.first(),
    "the_qualification": _qualification,
    "the_honour": lambda w: making.honour(w.community),
    "the_nomination": _nomination,
    "the_notice": _published,
    "the_objection": _objection,
    "the_certificate": lambda w: _certificate(w, w.the_volunteer),
    "my_certificate": lambda w: _certificate(w, w.my_volunteer),
}


def pk(name):
    return lambda w: [getattr(w, name).pk]


def post(name, opens, args, **data):
    return Door(name, opens, method="POST", args=args, data=lambda w: data)


DOORS = [
    Door("volunteers:my-training", VOLUNTEER),
    Door("volunteers:my-course-enrol", VOLUNTEER, method="POST", args=lambda w: [w.my_volunteer and w.the_run.pk]),
    Door(
        "volunteers:my-course-withdraw", VOLUNTEER, method="POST", args=pk("the_enrolment"),
        own={"volunteer": pk("my_enrolment")},
    ),
    Door("volunteers:my-certificates", VOLUNTEER),
    Door("volunteers:certificate-ask", VOLUNTEER),
    Door("volunteers:my-honour-consent", (), method="POST", args=pk("the_nomination"), why="only the person named"),
    Door("volunteers:training", READERS),
    Door("volunteers:course-new", STAFF),
    Door("volunteers:course", READERS, args=pk("the_course")),
    Door("volunteers:course-change", STAFF, args=pk("the_course")),
    Door("volunteers:course-plan", STAFF, args=pk("the_course")),
    Door("volunteers:qualifications", READERS),
    Door("volunteers:qualification-revoke", STAFF, args=pk("the_qualification")),
    Door("volunteers:course-run", READERS, args=pk("the_run")),
    Door("volunteers:course-run-change", STAFF, args=pk("the_run")),
    post("volunteers:course-run-step", STAFF, pk("the_run"), step="close"),
    Door(
        "volunteers:course-seat", STAFF, method="POST", args=pk("the_run"), data=lambda w: {"volunteer": w.the_volunteer.pk}
    ),
    Door("volunteers:lesson-roll", STAFF, args=pk("the_lesson")),
    Door("volunteers:course-person", READERS, args=pk("the_enrolment")),
    Door("volunteers:course-result", STAFF, args=pk("the_enrolment")),
    Door("volunteers:course-practice", STAFF, args=pk("the_enrolment")),
    post("volunteers:course-withdraw", STAFF, pk("the_enrolment")),
    Door("volunteers:course-take-back", STAFF, args=lambda w: ["results", w.the_result.pk]),
    Door("volunteers:honours-office", READERS),
    Door("volunteers:honour-criteria", KEEPERS),
    Door("volunteers:honour-nominate", STAFF, args=pk("the_honour")),
    Door("volunteers:nomination", READERS, args=pk("the_nomination")),
    post("volunteers:nomination-step", STAFF, pk("the_nomination"), step="endorse"),
    post("volunteers:objection-answer", STAFF, pk("the_objection"), words="已核实", upheld="no"),
    Door("volunteers:certificates", READERS),
    Door("volunteers:records-export", KEEPERS),
    Door(
        "volunteers:certificate", READERS | VOLUNTEER, args=lambda w: [w.the_certificate.uid],
        own={"volunteer": lambda w: [w.my_certificate.uid]},
    ),
    Door("volunteers:certificate-revoke", STAFF, args=lambda w: [w.the_certificate.uid]),
    Door("volunteers:certificate-paper", STAFF, args=pk("the_volunteer")),
    Door("volunteers:verify", EVERYBODY, public=True),
    Door("volunteers:verify-code", EVERYBODY, args=lambda w: [w.the_certificate.code], public=True),
    Door("volunteers:honours", EVERYBODY, public=True),
    Door("volunteers:honours-community", EVERYBODY, args=lambda w: [w.community.slug], public=True),
    Door(
        "volunteers:honour-object", EVERYBODY, args=lambda w: [w.community.slug, w.the_notice.pk], public=True
    ),
]  # fmt: skip
