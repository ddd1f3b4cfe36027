"""Twelve months of services through rosters, gifts redeemed for points, and what is going on today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from carenet.demo import statistics
from carenet.demo.helpers import Helpers
from carenet.demo.money import PRICES
from carenet.demo.station import Station
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import ServiceKind
from charity.models import Fund
from elders.models import Elder
from services.actions import cases, dispatch, escalation, intake, roster, visits
from services.models import Helper
from volunteers.actions import backing, rewards, service_rewards
from volunteers.models import Reward

Report = Callable[[int], None]

# Services in the year (volumes of domain.md §11.2 are marked [P] there). Exact: the senior class's 1,523 lessons (S2-32),
# escorts, psychology, group sessions, activities. The rest is one eighth, calls and visits one twelfth, so that the
# demonstration loads in two minutes, not in ten.
VOLUME = {
    "MEAL-D": 3400, "MEAL-H": 1400, "CLEAN": 520, "BATH-H": 120, "HAIR": 262, "BP": 1200, "COMP": 490, "MED-E": 520,
    "CALL": 2600, "VISIT": 560, "SAFE": 144, "PSY-1": 210, "GROUP": 96, "CULT": 160, "SPORT": 100, "LEARN": 1523,
}  # fmt: skip
CASES, CASES_CLOSED = 46, 30
FIRST_MONTHS = (0, 1, 2, 3, 5, 8)  # after which the planner is told how large the tables have become
LEARNERS = 150  # in the senior class (S2-32)
CASE_REASONS = (
    "独居，近半年跌倒过一次",
    "老伴去世后很少出门",
    "照护的女儿长期疲惫",
    "出院后不会用药盒",
    "邻里为噪音闹矛盾",
)
SLOTS = (8, 9, 10, 11, 14, 15, 16, 17)

# name, English name, shelf, points, yuan of backing, picture, stock, words
GIFTS = (
    ("大米 5 公斤", "Rice 5 kg", "FOOD", 300, 30, "rice", 24, "本地新米，老人家提得动。", "New local rice, light enough to carry."),
    ("食用油 1.8 升", "Cooking oil 1.8 l", "FOOD", 280, 28, "oil", 18, "菜籽油一瓶。", "A bottle of rapeseed oil."),
    ("鸡蛋一盒", "A box of eggs", "FOOD", 150, 15, "eggs", 30, "土鸡蛋 15 枚。", "15 farm eggs."),
    ("香皂两块", "Two bars of soap", "DAILY", 60, 6, "soap", 40, "洗手洗脸都好用。", "For hands and face."),
    ("毛巾一条", "A towel", "DAILY", 80, 8, "towel", 36, "纯棉毛巾。", "Pure cotton."),
    ("保温杯", "Thermos flask", "DAILY", 420, 42, "thermos", 12, "500 毫升，出门带着喝热水。", "500 ml, hot water on the way."),
)  # fmt: skip


PLACE_EN = "Counter on the ground floor of the Hexu care station"


def services(
    *,
    station: Station,
    elders: Sequence[Elder],
    helpers: Helpers,
    on: date,
    small: bool,
    seed: int,
    report: Report,
) -> None:
    """Every month one signed list for each kind of service; helpers are never in two places at once."""
    random = Random(f"year:{seed}")
    kinds = {each.code: each for each in ServiceKind.objects.filter(code__in=VOLUME)}
    scale = 0.05 if small else 1.0
    frail = [each for each in elders if (each.level or 0) >= 1 or each.colour in {"RED", "YELLOW"}] or list(
        elders
    )
    learners = list(elders)[: max(10, int(LEARNERS * scale)) if small else LEARNERS]
    busy: dict[tuple[int, date], set[int]] = {}
    left = {code: max(1, int(total * scale)) for code, total in VOLUME.items()}
    spans = _spans(on, small=small)
    for place, (begin, end) in enumerate(spans):
        days = [begin + timedelta(days=n) for n in range((end - begin).days)]
        last = place == len(spans) - 1
        share = (end - begin).days / (on - spans[0][0]).days
        for code, total in VOLUME.items():
            count = (
                left[code] if last else min(left[code], round(total * scale * share) + random.randint(0, 1))
            )
            left[code] -= count
            whom = (
                learners if code == "LEARN" else list(elders) if code in {"MEAL-D", "BP", "HAIR"} else frail
            )
            able = _still_here(helpers, code, end, on)
            lines = _lines(random, kinds[code], whom, able, days, count, busy, left[code])
            if not lines:
                continue
            roster.record_many(
                community=station.community, kind=kinds[code], title=f"{kinds[code].name} {_words(begin, end)}", lines=lines,
                key=f"demo:{code}:{begin:%Y-%m}", by=station.users["committee"],
                at=datetime.combine(end, time(7), STATION_ZONE), channel="PAPER",
            )  # fmt: skip
            report(len(lines))
        if place in FIRST_MONTHS and not small:
            statistics.refresh()


def _spans(on: date, *, small: bool) -> list[tuple[date, date]]:
    """The days each signed list is about: twelve months and the present one; a small demonstration has fewer lists."""
    starts = [months.first_of_month(on)]
    for _each in range(12):
        starts.append(months.previous_month(starts[-1]))
    starts.reverse()
    if small:
        starts = [starts[0], *starts[-3:]]
    ends = [*starts[1:], on]
    return [(begin, end) for begin, end in zip(starts, ends, strict=True) if begin < end]


def _words(begin: date, end: date) -> str:
    last = end - timedelta(days=1)
    one = f"{begin.year}年{begin.month}月"
    return (
        one if (begin.year, begin.month) == (last.year, last.month) else f"{one}至{last.year}年{last.month}月"
    )


def _still_here(helpers: Helpers, code: str, end: date, on: date) -> list[Helper]:
    """Who serves in a month: not those who leave, in their last weeks."""
    able = helpers.able(code)
    if end <= on - timedelta(days=45):
        return able
    return [each for each in able if each.volunteer_id not in helpers.leaving]


def _lines(
    random: Random, kind: ServiceKind, whom, able, days, count: int, busy, offset: int
) -> list[roster.Line]:
    lines = []
    homes = {helper.pk: helper.person_id for helper in able}
    for number in range(count):
        # a class seats its learners in turn: each of the 150 is taught, and no lesson is lost
        elder = whom[(offset + number) % len(whom)] if kind.code == "LEARN" else random.choice(whom)
        day = random.choice(days)
        hour, helper = random.choice(SLOTS), None
        if able:
            for _try in range(8):
                candidate, hour = random.choice(able), random.choice(SLOTS)
                taken = busy.setdefault((candidate.pk, day), set())
                if hour not in taken and len(taken) < 4 and homes[candidate.pk] != elder.person_id:
                    taken.update({hour, hour + 1} if kind.minutes > 60 else {hour})
                    helper = candidate
                    break
        minutes = min(kind.minutes, 120)
        lines.append(
            roster.Line(
                elder_id=elder.pk, started_at=datetime.combine(day, time(hour), STATION_ZONE), minutes=minutes,
                helper_id=helper.pk if helper else None, price_fen=PRICES.get(kind.code, 0),
                stars=random.choices((5, 4, 3, 2), (70, 22, 6, 2))[0] if random.random() < 0.12 else None,
            )
        )  # fmt: skip
    return lines


def shop(*, station: Station, fund: Fund, goods_backing: str, at: datetime) -> list[Reward]:
    """Six gifts backed by the charity fund, umbrellas backed by the lottery centre's donation, a haircut."""
    by = station.users["director"]
    place = "和煦养老服务站一楼柜台"
    found = [
        rewards.offer(
            community=station.community, name=name, name_en=name_en, kind=kind, points=points, place=place, words=words,
            fund=fund, backing_fen=yuan * 100, picture=picture, stock=stock, source="采购入库（演示）", per_person=3,
            is_demo=True, words_en=words_en, place_en=PLACE_EN, by=by, at=at,
        )
        for name, name_en, kind, points, yuan, picture, stock, words, words_en in GIFTS
    ]  # fmt: skip
    found.append(
        rewards.offer(
            community=station.community, name="雨伞", name_en="Umbrella", kind="DAILY", points=120, place=place,
            words="福彩中心捐赠的长柄伞。", backing=goods_backing, picture="umbrella", stock=20, source=goods_backing,
            per_person=1, per_period="YEAR", is_demo=True, words_en="A long umbrella given by the lottery centre.",
            place_en=PLACE_EN, by=by, at=at,
        )
    )  # fmt: skip
    visit = rewards.offer(
        community=station.community, name="上门陪伴一小时", name_en="An hour of company at home", kind="SERVICE", points=60,
        place=place, words="有人上门陪您聊天、散步。", fund=fund, backing_fen=2000, picture="massage", per_person=2, is_demo=True,
        words_en="Somebody comes to chat and take a walk with you.", place_en=PLACE_EN, by=by, at=at,
    )  # fmt: skip
    service_rewards.become_service(
        reward=visit, kind=ServiceKind.objects.get(code="COMP"), minutes=60, hold_days=60, by=by, at=at
    )
    backing.set_backing(
        community=station.community, fund=fund, valid_from=at.date() - timedelta(days=800), source="居民议事会决议（演示）",
        by=by, at=at,
    )  # fmt: skip
    return found


def redemptions(
    *, station: Station, helpers: Helpers, gifts: Sequence[Reward], on: date, small: bool, seed: int
) -> int:
    """Volunteers take gifts over the last months; staff hand most of them over. Gives how many slips there are."""
    random = Random(f"shop:{seed}")
    slips = 0
    for number, volunteer in enumerate(helpers.volunteers):
        if random.random() > (0.6 if small else 0.3) or number == 0 or volunteer.pk in helpers.leaving:
            continue
        day = on - timedelta(days=random.randint(0, 40))
        at = datetime.combine(day, time(random.randint(9, 16)), STATION_ZONE)
        gift = random.choice(gifts)
        try:
            slip = rewards.redeem(
                volunteer=volunteer,
                reward=gift,
                key=f"demo:{volunteer.pk}",
                by=station.users["committee"],
                on=day,
                at=at,
            )
        except DomainError:
            continue  # not enough points yet: the shop says so, as it would to the volunteer
        slips += 1
        if day < on - timedelta(days=3):
            rewards.hand_over(redemption=slip, by=station.users["committee"], at=at + timedelta(hours=1))
    return slips


def _cases(station: Station, elders: Sequence[Elder], on: date, *, small: bool) -> None:
    """The year's cases of social work, most of them closed with an outcome."""
    worker = station.users["worker"]
    chosen = sorted(elders, key=lambda each: (each.colour != "RED", -(each.level or 0), each.pk))
    total = 5 if small else CASES
    for number, elder in enumerate(chosen[:total]):
        opened = datetime.combine(on - timedelta(days=340 - number * 330 // total), time(10), STATION_ZONE)
        case = cases.open_case(
            elder=elder, worker=worker, reason=CASE_REASONS[number % len(CASE_REASONS)], goal="三个月内有人常联系、能按时吃药",
            key=f"demo:case:{number}", by=worker, at=opened,
        )  # fmt: skip
        if number < total * CASES_CLOSED // CASES:
            cases.close(
                case_id=case.pk,
                outcome="目标达到，转为邻里结对关照",
                by=worker,
                at=opened + timedelta(days=75 if number * 330 // total < 255 else 5),
            )


def case_visits(
    *, station: Station, elders: Sequence[Elder], on: date, small: bool, seed: int, report: Report
) -> None:
    """The social worker's cases, and her own visits of the last weeks, with findings."""
    random = Random(f"visits:{seed}")
    worker = station.users["worker"]
    _cases(station, elders, on, small=small)
    red = [each for each in elders if each.colour == "RED"] or list(elders)[:5]
    for number in range(12 if small else 90):
        elder = red[number % len(red)]
        day = on - timedelta(days=1 + number % 28)
        at = datetime.combine(day, time(9 + number % 7, 10), STATION_ZONE)
        findings = random.choice(
            (["NOTHING"], ["NOTHING"], ["NOTHING"], ["MEDICINE"], ["MEALS"], ["FALL_RISK"], ["SAFETY"])
        )
        visits.log(
            elder=elder, seen="SEEN", mood=random.choice(("GOOD", "GOOD", "FAIR")), findings=findings,
            note=random.choice(("精神不错，聊了家常。", "提醒按时吃药。", "天冷，检查了取暖。", "")), visited_at=at, minutes=25,
            key=f"demo:visit:{number}", by=worker, at=at + timedelta(minutes=30),
        )  # fmt: skip
        report(1)


def today(*, station: Station, elders: Sequence[Elder], helpers: Helpers, at: datetime, seed: int) -> None:
    """A handful of requests in every state, so that no page is empty: some waiting, offered, agreed, done."""
    random = Random(f"today:{seed}")
    kinds = {each.code: each for each in ServiceKind.objects.all()}
    committee = station.users["committee"]
    volunteer_helper = next(
        each for each in helpers.able("COMP") if each.volunteer_id == helpers.volunteers[0].pk
    )
    plan = ("COMP", "SHOP", "MED-E", "CLEAN", "COMP", "WALK", "COMP", "CALL", "DIGI", "BP")
    for number, code in enumerate(plan):
        elder = elders[0] if number in (4, 6) else random.choice(elders)
        asked = at - timedelta(hours=30 - number * 2)
        when = datetime.combine(
            at.date() + timedelta(days=1 + number % 3), time(9 + number % 6), STATION_ZONE
        )
        request = intake.take(
            elder=elder, kind=kinds[code], channel=("PHONE", "COUNTER", "WEB")[number % 3],
            note=("想有人说说话", "买点米和菜", "陪着去复查", "")[number % 4], scheduled_at=when, key=f"demo:today:{number}",
            by=committee, at=asked,
        )  # fmt: skip
        if number < 2:
            continue
        dispatch.triage(request_id=request.pk, by=committee, at=asked + timedelta(minutes=20))
        if number < 4:
            dispatch.propose(request_id=request.pk, by=committee, at=asked + timedelta(minutes=25))
            continue
        chosen = volunteer_helper.pk if code == "COMP" else random.choice(helpers.able(code)).pk
        try:
            if number == 4:
                dispatch.offer(
                    request_id=request.pk, helper_id=chosen, by=committee, at=at - timedelta(minutes=40)
                )
                continue
            dispatch.assign(
                request_id=request.pk, helper_id=chosen, by=committee, at=asked + timedelta(minutes=30)
            )
        except DomainError:
            continue  # the helper is already promised at that hour
    _an_alarm(station=station, elder=elders[1], at=at - timedelta(days=2, hours=3))
    _waiting_for_confirmation(
        station=station, elder=elders[0], helper_id=volunteer_helper.pk, kinds=kinds, at=at
    )


def _waiting_for_confirmation(*, station: Station, elder: Elder, helper_id: int, kinds, at: datetime) -> None:
    """Yesterday's company for 段玉兰, done and waiting for her word on her own page."""
    committee = station.users["committee"]
    start = datetime.combine(at.date() - timedelta(days=1), time(15), STATION_ZONE)
    request = intake.take(
        elder=elder, kind=kinds["COMP"], channel="PHONE", note="想有人说说话", scheduled_at=start, key="demo:yesterday",
        by=committee, at=start - timedelta(hours=6),
    )  # fmt: skip
    dispatch.triage(request_id=request.pk, by=committee, at=start - timedelta(hours=5))
    dispatch.assign(request_id=request.pk, helper_id=helper_id, by=committee, at=start - timedelta(hours=5))
    dispatch.start(request_id=request.pk, by=committee, at=start, started_at=start)
    dispatch.finish(request_id=request.pk, by=committee, at=start + timedelta(minutes=60), minutes=60)


def _an_alarm(*, station: Station, elder: Elder, at: datetime) -> None:
    """An alarm of two days ago that was answered in six minutes and ended well."""
    director = station.users["director"]
    call = intake.raise_alarm(elder=elder, channel="ONE_TAP", key="demo:alarm", by=station.station, at=at)
    dispatch.claim(request_id=call.pk, by=director, at=at + timedelta(minutes=2))
    escalation.resolve(
        request_id=call.pk, outcome="REAL", words="起身时滑倒，扶起后量了血压，女儿已到", by=director,
        at=at + timedelta(minutes=6),
    )  # fmt: skip
