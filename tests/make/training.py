"""Courses with dates, people in them, honours."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from carenet.accounts.models import User
from carenet.parties.models import Community
from tests.make import NOW
from tests.make.parties import registrar, user
from volunteers.actions import honours, training
from volunteers.models import Course, CourseRun, Enrolment, Honour, Volunteer

__all__ = ["course", "course_run", "honour", "learner", "passed"]

_numbers = itertools.count(1)


def course(community: Community, **fields: Any) -> Course:
    """Level 2: two modules, an hour of practice, a test with pass mark 60, holds 12 months."""
    fields.setdefault("name", f"安全急救培训{next(_numbers)}")
    fields.setdefault("gives", "LEVEL")
    if fields["gives"] == "LEVEL":
        fields.setdefault("level", 2)
    fields.setdefault("modules", [("居室安全检查", 90), ("心肺复苏", 60)])
    fields.setdefault("practice_minutes", 60)
    fields.setdefault("pass_mark", 60)
    fields.setdefault("valid_months", 12)
    return training.offer(community=community, by=registrar(), at=NOW, **fields)


def course_run(
    of: Course, *, first: datetime | None = None, seats: int = 10, trainer: User | None = None
) -> CourseRun:
    """One lesson a day for each module; without `first` they were three days ago and after."""
    begin = first or NOW - timedelta(days=3)
    trainer = trainer or user("SOCIAL_WORKER", of.community)
    lessons = [(begin + timedelta(days=day), each.minutes, each) for day, each in enumerate(of.modules.all())]
    return training.plan(
        course=of,
        trainer=trainer,
        place="和煦服务站二楼",
        seats=seats,
        lessons=lessons,
        by=registrar(),
        at=NOW,
    )


def learner(run: CourseRun, volunteer: Volunteer) -> Enrolment:
    return training.enrol(run=run, volunteer=volunteer, by=registrar(), at=NOW)


def passed(run: CourseRun, volunteer: Volunteer, *, score: int = 85) -> Enrolment:
    """Somebody who has done every part."""
    found = learner(run, volunteer)
    for lesson in run.lessons.all():
        here = set(lesson.attendances.filter(present=True).values_list("enrolment_id", flat=True))
        training.take_roll(lesson=lesson, present={*here, found.pk}, by=registrar(), at=NOW)
    if run.course.practice_minutes:
        training.practise(
            enrolment=found, on=NOW.date(), minutes=run.course.practice_minutes, by=registrar(), at=NOW
        )
    if run.course.pass_mark:
        training.examine(enrolment=found, on=NOW.date(), score=score, by=registrar(), at=NOW)
    found.refresh_from_db()
    return found


def honour(community: Community, **fields: Any) -> Honour:
    """金牌护理员 without numbers to reach, one endorsement, seven days of notice."""
    fields.setdefault("name", f"金牌护理员{next(_numbers)}")
    fields.setdefault("words", "技术好、有耐心，老人家都说好")
    fields.setdefault("endorsements", 1)
    return honours.set_criteria(
        community=community, valid_from=fields.pop("valid_from", date(2026, 1, 1)), source="第三次联席会议", by=registrar(),
        at=NOW, **fields,
    )  # fmt: skip
