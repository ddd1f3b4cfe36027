"""Courses with results, one honour awarded and one on notice, certificates: through the actions."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from carenet.accounts.models import User
from carenet.demo.helpers import Helpers
from carenet.demo.station import Station
from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import ServiceKind
from volunteers.actions import certificates, honours, training
from volunteers.models import Course, CourseRun, Nomination, Volunteer

# name, English name, words, gives, level or kind of service, modules, practice minutes, pass mark, months, provider
COURSES = (
    (
        "陪伴与家务基础", "Companionship and housework", "怎么聊天、怎么打扫，怎么保护老人隐私。", "LEVEL", 1,
        (("陪伴沟通", 60), ("居室清洁", 60), ("隐私与保密", 30)), 60, 60, 36, "第一人民医院（演示）",
    ),
    (
        "居室安全与急救", "Home safety and first aid", "居室安全检查、心肺复苏、跌倒怎么扶。", "LEVEL", 2,
        (("居室安全检查", 90), ("心肺复苏", 90), ("跌倒处理", 60)), 120, 60, 12, "第一人民医院（演示）",
    ),
    (
        "慢病与康复协助", "Chronic disease and rehabilitation", "量血压、用药提醒、康复动作协助。", "LEVEL", 3,
        (("慢病常识", 90), ("康复协助", 120)), 240, 70, 12, "职业技术大学（演示）",
    ),
    (
        "助浴上岗培训", "Bathing help", "助浴前的检查、水温、防滑、突发情况。", "SKILL", "BATH-H",
        (("助浴流程", 90), ("突发情况", 60)), 180, 80, 12, "第一人民医院（演示）",
    ),
    (
        "志愿者月度学习会", "Monthly learning meeting", "案例讨论，计入继续教育学时。", "NOTHING", None, (("案例讨论", 90),), 0,
        None, None, "",
    ),
)  # fmt: skip


LEARNERS, REACHED, SMALL_CLASS = 150, 147, 4


def teach(*, station: Station, asked: Helpers, small: bool, at: datetime) -> None:
    """Past runs with passes, one run to come with seats, one that runs out soon; honours; certificates."""
    community, by = station.community, station.station
    kinds = {each.code: each for each in ServiceKind.objects.all()}
    trainer = station.users["worker"]
    courses = []
    for name, name_en, words, gives, what, modules, practice, mark, valid, provider in COURSES:
        courses.append(
            training.offer(
                community=community, name=name, name_en=name_en, words=words, gives=gives,
                level=what if gives == "LEVEL" else None, service_kind=kinds.get(what) if gives == "SKILL" else None,
                modules=modules, practice_minutes=practice, pass_mark=mark, valid_months=valid,
                provider=station.bodies.get(provider), is_demo=True, by=by, at=at,
            )
        )  # fmt: skip
    people = [each for each in asked.volunteers if each.state == "ACTIVE"]
    _everybody(station, people, trainer, small=small, at=at)
    learners = people[: 4 if small else 24]
    for place, course in enumerate(courses[:2]):
        ago = 90 if place == 0 else 330  # the second runs out within its window
        run = _run(course, trainer, at - timedelta(days=ago), station, seats=30, at=at)
        _pass(
            run,
            learners[: len(learners) if place else len(learners) // 2],
            station=station,
            at=at,
            ago=ago - 4,
        )
    for course, days in ((courses[1], 6), (courses[3], 13), (courses[4], 9)):
        run = _run(
            course,
            trainer,
            at + timedelta(days=days),
            station,
            seats=12 if course.gives == "LEVEL" else 2,
            at=at,
        )
        for each in people[1:4]:
            training.enrol(run=run, volunteer=each, by=by, at=at)
    _honour(station, asked, at)
    for kind in ("CERTIFICATE", "STATEMENT"):
        try:
            certificates.issue(
                volunteer=people[0], period_from=at.date().replace(month=1, day=1), period_to=at.date(), kind=kind,
                paper_reason="演示：本人到站书面申请", by=by, at=at,
            )  # fmt: skip
        except DomainError:  # nobody served yet this year: early January
            return


def _everybody(
    station: Station, people: list[Volunteer], trainer: User, *, small: bool, at: datetime
) -> None:
    """The course everybody takes in the first weeks: 150 learners, of whom 147 reach the goal (98 %, S2-32)."""
    by, learners = station.station, people[: SMALL_CLASS if small else LEARNERS]
    course = training.offer(
        community=station.community, name="助老服务第一课", name_en="First lesson in helping elders",
        words="门牌和个人信息怎么写，怎么敲门问候，遇事找谁。", gives="NOTHING", modules=(("上门礼仪", 60), ("安全与求助", 60)),
        pass_mark=60, is_demo=True, by=by, at=at,
    )  # fmt: skip
    on = at - timedelta(days=270)
    run = _run(course, trainer, on, station, seats=LEARNERS, at=at)
    seats = [training.enrol(run=run, volunteer=each, by=by, at=at) for each in learners]
    for place, each in enumerate(seats):
        failed = place >= len(seats) - (1 if small else LEARNERS - REACHED)
        training.examine(
            enrolment=each,
            on=(on + timedelta(days=2)).date(),
            score=52 if failed else 74 + place % 25,
            by=by,
            at=at,
        )
    for lesson in run.lessons.all():
        training.take_roll(lesson=lesson, present=[each.pk for each in seats], by=by, at=at)
    training.close_run(run=run, by=by, at=at)


def _run(
    course: Course, trainer, begin: datetime, station: Station, *, seats: int, at: datetime
) -> CourseRun:
    first = datetime.combine(begin.date(), time(9), tzinfo=STATION_ZONE)
    lessons = [
        (first + timedelta(days=day), each.minutes, each) for day, each in enumerate(course.modules.all())
    ]
    return training.plan(
        course=course, trainer=trainer, place="和煦服务站二楼教室", seats=seats, lessons=lessons, teacher="王护士长",
        by=station.station, at=at,
    )  # fmt: skip


def _pass(run: CourseRun, people, *, station: Station, at: datetime, ago: int) -> None:
    """The last of them fails the test: it happens."""
    by, on = station.station, (at - timedelta(days=ago)).date()
    seats = [training.enrol(run=run, volunteer=each, by=by, at=at) for each in people]
    for lesson in run.lessons.all():
        training.take_roll(lesson=lesson, present=[each.pk for each in seats], by=by, at=at)
    for place, each in enumerate(seats):
        training.practise(
            enrolment=each, on=on, minutes=run.course.practice_minutes, what="入户实操", by=by, at=at
        )
        training.examine(
            enrolment=each, on=on, score=55 if place == len(seats) - 1 else 78 + place % 20, by=by, at=at
        )
    training.close_run(run=run, by=by, at=at)


def _honour(station: Station, asked: Helpers, at: datetime) -> None:
    """Nominated by the social worker, endorsed by her supervisor, decided by the committee, awarded by the director."""
    users = station.users
    since = at.date() - timedelta(days=200)
    gold, second = (
        honours.set_criteria(
            community=station.community, name=name, name_en=name_en, words=words, min_hours=hours, min_months=6 if hours else 0,
            endorsements=1, source="演示：联席会议决定", valid_from=since, is_demo=True, by=station.station, at=at,
        )
        for name, name_en, words, hours in (
            ("金牌护理员", "Gold Medal carer", "技术好、有耐心，老人和家属都认可。", 1),
            ("最美老年社工", "Finest elderly-care social worker", "把老人的事当自己的事，带出一支队伍。", 0),
        )
    )  # fmt: skip
    for volunteer, days in ((asked.volunteers[0], 20), (asked.volunteers[1], 2)):
        moment = at - timedelta(days=days)
        try:
            found = honours.nominate(
                honour=gold, person=volunteer.person, words="几年来风雨无阻，照顾楼里的独居老人。", by=users["worker"],
                at=moment, consented_on=moment.date(),
            )  # fmt: skip
        except honours.CriteriaNotMet:  # a small demonstration may have given them no hours
            continue
        honours.endorse(nomination=found, words="大家都看在眼里。", by=users["supervisor"], at=moment)
        honours.approve(nomination=found, words="一致同意", by=users["committee"], at=moment)
        if days > gold.notice_days:
            honours.award(nomination=found, by=users["director"], at=at)
        else:
            _objection(found, station, at)
    person = station.persons["worker"]
    moment = at - timedelta(days=30)
    found = honours.nominate(
        honour=second, person=person, words="带出四支互助队伍，年年走访三千多次。", by=users["supervisor"], at=moment,
        consented_on=moment.date(),
    )  # fmt: skip
    honours.endorse(nomination=found, words="居民都认得她。", by=station.station, at=moment)
    honours.approve(nomination=found, words="一致同意", by=users["committee"], at=moment)
    honours.award(nomination=found, by=users["director"], at=at)


def _objection(nomination: Nomination, station: Station, at: datetime) -> None:
    """Somebody wrote while the notice ran; the supervisor looked into it and answered."""
    objection = honours.object_to(
        nomination=nomination, words="她服务不满一年吧？", name="热心居民", contact="", on=at.date() - timedelta(days=1),
        at=at - timedelta(days=1),
    )  # fmt: skip
    honours.answer(
        objection=objection, words="查过台账，登记服务已满一年半，条件属实。", upheld=False, by=station.users["supervisor"],
        at=at - timedelta(hours=3),
    )  # fmt: skip
