"""What the people who sign in find on their desks: a year of alarms, the carer's day, slips and wishes that wait, two letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

from carenet.demo.helpers import Helpers
from carenet.demo.station import Station
from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import ServiceKind
from elders.actions import contacts, rights
from elders.models import Elder
from services.actions import dispatch, escalation, intake
from services.models import Helper, ServiceRequest
from volunteers.actions import rewards, service_rewards
from volunteers.models import Reward

ALARMS = (
    60  # beside the one of `year.today`: 61 in the year, median arrival nine minutes (domain.md §11.2, [P])
)
OUTCOMES = (
    ("MISTAKE", "不小心碰到了，人没事"), ("HELPED", "灯坏了心里慌，陪着坐了一会儿，换好灯泡"), ("TEST", "每季度试一次按钮，声音清楚"),
    ("HELPED", "够不着药盒，帮忙取下并放低"), ("MISTAKE", "小孙子按着玩，已和家里说好"),
)  # fmt: skip


def keep(
    *, station: Station, elders: Sequence[Elder], helpers: Helpers, gifts: Sequence[Reward], at: datetime, small: bool,
    seed: int,
) -> None:  # fmt: skip
    """Fill the first pages of carer, dispatcher, volunteer, director and committee."""
    _alarms(station, elders, at, small=small, seed=seed)
    _carers_day(station, elders, at)
    _gifts_that_wait(station, elders, helpers, gifts, at)
    _letters(station, elders, at)


def _alarms(station: Station, elders: Sequence[Elder], at: datetime, *, small: bool, seed: int) -> None:
    random = Random(f"alarms:{seed}")
    alone = [each for each in elders[2:] if each.living == "ALONE"] or list(elders[2:])
    watch = [station.users[name] for name in ("director", "worker", "committee")]
    total = 6 if small else ALARMS
    for number in range(total):
        day = at.date() - timedelta(days=350 - number * 340 // total)
        moment = datetime.combine(day, time(random.randint(6, 22), random.randint(0, 59)), STATION_ZONE)
        call = intake.raise_alarm(
            elder=random.choice(alone), channel="ONE_TAP", key=f"demo:alarm:{number}", by=station.station, at=moment
        )  # fmt: skip
        by, minutes = watch[number % len(watch)], random.choice((5, 6, 8, 9, 9, 10, 12, 14))
        dispatch.claim(request_id=call.pk, by=by, at=moment + timedelta(minutes=1 + number % 3))
        outcome, words = random.choice(OUTCOMES)
        escalation.resolve(
            request_id=call.pk, outcome=outcome, words=words, by=by, at=moment + timedelta(minutes=minutes)
        )


def _carers_day(station: Station, elders: Sequence[Elder], at: datetime) -> None:
    """和丽 has been somewhere yesterday and is expected twice; her dispatcher sees all three."""
    carer = Helper.objects.of(station.community).get(person=station.persons["carer"])
    frail = [each for each in elders if (each.level or 0) >= 1] or list(elders)
    for number, (days, code) in enumerate(((-1, "CLEAN"), (1, "BP"), (2, "CLEAN"))):
        kind = ServiceKind.objects.get(code=code)
        for hour in (9, 10, 14, 15, 16):
            start = datetime.combine(at.date() + timedelta(days=days), time(hour), STATION_ZONE)
            asked = min(start - timedelta(days=1), at - timedelta(hours=4))
            request = _asked(station, frail[number + 3], kind, carer, start, asked, f"{number}:{hour}")
            if request is not None:
                break
        if request is not None and days < 0:
            done = start + timedelta(minutes=60)
            dispatch.start(request_id=request.pk, by=station.users["carer"], at=start, started_at=start)
            dispatch.finish(request_id=request.pk, by=station.users["carer"], at=done, minutes=60)


def _asked(
    station: Station,
    elder: Elder,
    kind: ServiceKind,
    carer: Helper,
    start: datetime,
    asked: datetime,
    key: str,
) -> ServiceRequest | None:
    """A telephone request given to the carer; called off again when she is promised elsewhere at that hour."""
    by = station.users["committee"]
    request = intake.take(
        elder=elder, kind=kind, channel="PHONE", note="", scheduled_at=start, key=f"demo:carer:{key}", by=by, at=asked
    )  # fmt: skip
    dispatch.triage(request_id=request.pk, by=by, at=asked + timedelta(minutes=10))
    try:
        dispatch.assign(request_id=request.pk, helper_id=carer.pk, by=by, at=asked + timedelta(minutes=20))
    except DomainError:
        dispatch.cancel(request_id=request.pk, reason="MISTAKE", by=by, at=asked + timedelta(minutes=30))
        return None
    return request


def _gifts_that_wait(
    station: Station, elders: Sequence[Elder], helpers: Helpers, gifts: Sequence[Reward], at: datetime
) -> None:  # fmt: skip
    """Three slips at the counter, an older one of 王桂珍, and an hour of company she wishes for her mother."""
    by, on = station.users["committee"], at.date()
    soap = next(each for each in gifts if each.picture == "soap")
    mine = helpers.volunteers[0]
    earlier = at - timedelta(days=20)
    slip = rewards.redeem(
        volunteer=mine,
        reward=soap,
        key="demo:wang",
        by=station.users["volunteer"],
        on=earlier.date(),
        at=earlier,
    )
    rewards.hand_over(redemption=slip, by=by, at=earlier + timedelta(hours=26))
    waiting = 0
    for each in helpers.volunteers[1:]:
        if waiting == 3:
            break
        if each.state != "ACTIVE" or each.pk in helpers.leaving:
            continue
        moment = at - timedelta(hours=5 + 7 * waiting)
        try:
            rewards.redeem(
                volunteer=each, reward=soap, key=f"demo:wait:{each.pk}", by=by, on=moment.date(), at=moment
            )
        except DomainError:
            continue  # not enough points, or as many as one person may take
        waiting += 1
    company = Reward.objects.of(station.community).get(kind="SERVICE")
    women = [each for each in elders[2:] if each.person.sex == 2]
    mother = max(women, key=lambda each: (each.person.age(on) or 0, -each.pk))
    contacts.give_mandate(
        elder=mother, user=station.users["volunteer"], relation="DAUGHTER", evidence="委托书（演示）",
        since=on - timedelta(days=60), by=station.users["director"], at=at,
    )  # fmt: skip
    service_rewards.claim(
        volunteer=mine, reward=company, key="demo:claim", by=station.users["volunteer"], on=on,
        at=at - timedelta(hours=2), elder=mother, wish="下午来，她爱听老歌",
    )  # fmt: skip


def _letters(station: Station, elders: Sequence[Elder], at: datetime) -> None:
    """Two people asked about their own data: one has been answered, one waits."""
    by = station.users["committee"]
    first = rights.ask(
        elder=elders[0], kind="COPY", words="想要一份自己的档案留在家里", asked_on=at.date() - timedelta(days=40), by=by,
        at=at - timedelta(days=40),
    )  # fmt: skip
    rights.answer(
        request=first, granted=True, words="已打印并当面交给本人，逐页讲过", by=by, at=at - timedelta(days=37)
    )
    rights.ask(
        elder=elders[4], kind="CORRECT", words="门牌号换了新的，请改过来", asked_on=at.date() - timedelta(days=2), by=by,
        at=at - timedelta(days=2),
    )  # fmt: skip
