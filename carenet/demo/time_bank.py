"""The time bank's own year: a paper book taken over, pledges, the pool, gifts, a closing, questions asked and answered.

Hours of services and shifts are earned elsewhere; here is what becomes of the coins. Numbers are plausible, none is
from the seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from carenet.demo.helpers import Helpers
from carenet.demo.station import Station
from carenet.kernel import months
from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE
from carenet.ledger.states import Unit
from carenet.parties.models import ServiceKind
from charity.models import Fund
from elders.models import Elder
from services.actions import roster
from volunteers.actions import (
    closing,
    expiry,
    gifts,
    moves,
    pool,
    questions,
    reserve,
    team_gifts,
    team_plans,
)
from volunteers.models import Attendance, Volunteer
from volunteers.reports import call_backs, solvency, team_accounts

Report = Callable[[int], None]
HOUR = 60
# The veteran's paper book: 26 months of 15 mornings of four hours, as much as a month may earn.
BOOK_MONTHS, MORNINGS = 26, 15
POOL_HOURS, GRANT_HOURS = 240, 10
SHARES = (("PLEDGE", 85), ("GROUP", 30), ("FUND", 15))  # of what is promised, in percent


def paper_book(
    *, station: Station, helpers: Helpers, elders: Sequence[Elder], at: datetime, small: bool, seed: int
) -> None:
    """A veteran's services of years ago, copied from the paper book; his oldest points end month by month, told twice.

    His coins reach the cap of an account: what is above it waits for his choice.
    """
    random = Random(f"book:{seed}")
    veteran = next(each for each in helpers.volunteers if each.source == "FIVE_OLDS")
    helper = next(each for each in helpers.able("COMP") if each.volunteer_id == veteran.pk)
    kind = ServiceKind.objects.get(code="COMP")
    whom = [each for each in elders if each.building_id != veteran.building_id][:40]
    month, lines = _months_back(at.date(), 12), []
    for _each in range(BOOK_MONTHS):
        month = months.previous_month(month)
        for number in range(1 if small else MORNINGS):
            start = datetime.combine(month + timedelta(days=1 + number), time(8), STATION_ZONE)
            lines.append(roster.Line(random.choice(whom).pk, start, 4 * HOUR, helper.pk))
    copied = datetime.combine(_months_back(at.date(), 12), time(10), STATION_ZONE)
    roster.record_many(
        community=station.community, kind=kind, title="纸质时间本转登（演示）", lines=lines, key="demo:paper-book",
        by=station.users["committee"], at=copied, channel="PAPER",
    )  # fmt: skip
    first = months.first_of_month(at.date())
    nights: set[date] = set()
    for _each in range(4 if small else 8):  # the nights on which something ends or is told
        nights |= {first - timedelta(days=50), first - timedelta(days=14), first}
        first = months.previous_month(first)
    ahead = months.next_month(months.first_of_month(at.date()))
    nights |= {ahead - timedelta(days=50), ahead - timedelta(days=14), at.date()}
    for night in sorted(each for each in nights if copied.date() < each <= at.date()):
        expiry.run(
            community=station.community, on=night, at=min(datetime.combine(night, time(2), STATION_ZONE), at),
            by=station.station,
        )  # fmt: skip


def keep(
    *, station: Station, helpers: Helpers, elders: Sequence[Elder], fund: Fund, at: datetime, small: bool, seed: int,
    report: Report,
) -> None:  # fmt: skip
    """Who promised what, what went to whom, and what was asked about it."""
    random = Random(f"bank:{seed}")
    present = [each for each in helpers.volunteers if each.state == "ACTIVE"]
    _reserve(station, [each for each in present if each.pk not in helpers.leaving], fund, random, at)
    _fill(station, at)
    _donate(station, [each for each in present if each.pk not in helpers.leaving], random, at)
    _grants(station, elders, at, small)
    staying = [each for each in present if each.pk not in helpers.leaving]
    _gifts(station, staying, at)
    _teams(station, staying, at)
    report(1)
    _closings(station, present, helpers.leaving, at)
    _questions(station, helpers, at)
    report(1)


def _months_back(day: date, count: int) -> date:
    """The first of the month so many months before."""
    found = months.first_of_month(day)
    for _each in range(count):
        found = months.previous_month(found)
    return found


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), STATION_ZONE)


def _coins(volunteer: Volunteer) -> int:
    return pool.account_of(volunteer=volunteer, unit=Unit.COIN).balance


def _reserve(
    station: Station, present: Sequence[Volunteer], fund: Fund, random: Random, at: datetime
) -> None:
    """Pledges of the younger, of an organisation, and money set apart: about a quarter more than is promised."""
    by, on = station.users["director"], at.date()
    promised = solvency.cover(station.community, on=on).outstanding + POOL_HOURS * HOUR
    part = {kind: promised * percent // 100 for kind, percent in SHARES}
    younger = [
        each for each in present if each.person.born_on and months.years_between(each.person.born_on, on) < 75
    ][:68]
    weights = [random.randint(2, 6) for _each in younger]
    for each, weight in zip(younger, weights, strict=True):
        first = on - timedelta(days=random.randint(130, 330))
        reserve.record(
            community=station.community, kind="PLEDGE", volunteer=each, source="本人承诺书（演示）",
            minutes=max(part["PLEDGE"] * weight // sum(weights) // HOUR, 1) * HOUR, valid_from=first, at=_noon(first), by=by,
        )  # fmt: skip
    since = on - timedelta(days=300)
    reserve.record(
        community=station.community, kind="GROUP", source="银龄养老服务队承诺（演示）", valid_from=since, at=_noon(since),
        minutes=part["GROUP"] // HOUR * HOUR, by=by,
    )  # fmt: skip
    reserve.record(
        community=station.community, kind="FUND", fund=fund, source="居民议事会决议（演示）", valid_from=since,
        fen=part["FUND"] // HOUR * 3000, at=_noon(since), by=by,
    )  # fmt: skip


def _fill(station: Station, at: datetime) -> None:
    day = at.date() - timedelta(days=100)
    pool.fill(
        community=station.community, coins=POOL_HOURS * HOUR, reason="居民议事会决议：为重点老人备足互助时间（演示）", key="demo",
        on=day, at=_noon(day), by=station.users["director"],
    )  # fmt: skip


def _donate(station: Station, present: Sequence[Volunteer], random: Random, at: datetime) -> None:
    """Some give to the pool: coins, and a few points; the veteran gives part of what his full account could not hold."""
    committee, given = station.users["committee"], 0
    for each in present[1:]:
        if _coins(each) < 6 * HOUR or random.random() < 0.4:
            continue
        day = at.date() - timedelta(days=random.randint(5, 90))
        pool.donate(
            volunteer=each, unit=Unit.COIN, amount=random.randint(1, 3) * HOUR, key="demo", on=day, at=_noon(day),
            by=committee, words=random.choice(("送给需要的老人", "", "先给楼里的独居老人用")),
        )  # fmt: skip
        given += 1
        if given == 10:
            break
    first = present[0]
    if _coins(first) >= 2 * HOUR:
        day = at.date() - timedelta(days=18)
        pool.donate(
            volunteer=first, unit=Unit.COIN, amount=HOUR, key="demo", on=day, at=_noon(day), words="一点心意",
            by=station.users["volunteer"],
        )  # fmt: skip
    for each in [each for each in present if each.source == "FIVE_OLDS"][:1]:
        waiting = pool.overflow_of(volunteer=each).balance
        if waiting:
            day = at.date() - timedelta(days=30)
            pool.choose(
                volunteer=each, choice="POOL", amount=min(20 * HOUR, waiting), key="demo", on=day, at=_noon(day), by=committee,
            )  # fmt: skip


def _grants(station: Station, elders: Sequence[Elder], at: datetime, small: bool) -> None:
    """Three months of pool hours for red elders of 80 and over who live alone; what they did not use went back."""
    by, on = station.users["director"], at.date()
    aged = [
        each for each in elders if each.person.born_on and months.years_between(each.person.born_on, on) >= 80
    ]
    key = [each for each in aged if each.colour == "RED" and each.living == "ALONE"]
    served = [each for each in aged if each.colour == "RED" or (each.colour, each.subtier) == ("YELLOW", "A")]
    chosen = (key + [each for each in served if each not in key])[: 2 if small else 6]
    month = _months_back(on, 2)
    for _each in range(3):
        day = min(month + timedelta(days=1), on)
        moment = min(_noon(day), at)
        pool.lapse_grants(community=station.community, on=month, at=moment, by=station.station)
        for each in dict.fromkeys(chosen):
            pool.grant(
                elder=each,
                coins=GRANT_HOURS * HOUR,
                reason="高龄独居红色老人，每月十小时（演示）",
                on=day,
                at=moment,
                by=by,
            )
        month = months.next_month(month)


def _gifts(station: Station, present: Sequence[Volunteer], at: datetime) -> None:
    """Hours for relatives: accepted, declined with thanks, not answered in time, and two that still wait."""
    on, committee, director = at.date(), station.users["committee"], station.users["director"]
    old = [
        each
        for each in present[1:]
        if each.person.born_on and months.years_between(each.person.born_on, on) >= 60
    ]
    rich = sorted(old, key=lambda each: (-_coins(each), each.pk))[:5]
    others = [each for each in old if each not in rich] or rich[::-1]
    first, mine = present[0], station.users["volunteer"]
    plan = [
        (giver, others[place % len(others)], relation, ago, end)
        for place, (giver, relation, ago, end) in enumerate(
            zip(
                rich, ("SPOUSE", "SIBLING", "PARENT", "SPOUSE", "SIBLING"), (80, 61, 44, 33, 12),
                ("accept", "accept", "decline", "expire", "accept"), strict=False,
            )
        )
    ]  # fmt: skip
    plan += [(rich[-1], first, "SIBLING", 3, ""), (first, others[0], "SPOUSE", 2, "")]
    for place, (giver, receiver, relation, ago, end) in enumerate(plan):
        day = on - timedelta(days=ago)
        if giver.pk == receiver.pk or _coins(giver) < 2 * HOUR:
            continue
        gift = gifts.offer(
            giver=giver, receiver=receiver, coins=2 * HOUR, relation=relation, words="辛苦了，留着用", key=f"demo:{place}",
            on=day, at=_noon(day), by=mine if giver is first else committee,
        )  # fmt: skip
        later = day + timedelta(days=1)
        if end == "accept":
            gifts.accept(gift=gift, on=later, at=_noon(later), by=director)
        elif end == "decline":
            gifts.decline(gift=gift, on=later, at=_noon(later), by=director)
        elif end == "expire":
            overdue = day + timedelta(days=16)
            gifts.expire_due(community=station.community, on=overdue, at=_noon(overdue), by=station.station)


def _teams(station: Station, present: Sequence[Volunteer], at: datetime) -> None:
    """Members give their team an hour each; it gave part of it on, and is asked about more. One gift still waits."""
    on, director, committee = at.date(), station.users["director"], station.users["committee"]
    chosen = {each.team_id: each.team for each in present[:30] if each.team is not None}
    for place, team in enumerate(list(chosen.values())[:3]):
        givers = [each for each in present if each.team_id == team.pk and _coins(each) >= HOUR][:5]
        for number, giver in enumerate(givers):
            waits = 0 < number == len(givers) - 1
            day = on - timedelta(days=2 if waits else 40 - number)
            gift = team_gifts.offer(
                team=team,
                giver=giver,
                coins=HOUR,
                words="大家一起存",
                key=f"demo:{place}",
                on=day,
                at=_noon(day),
                by=committee,
            )
            if not waits:
                team_gifts.accept(gift=gift, on=day, at=_noon(day), by=director)
        held = team_gifts.account_of(team=team).balance
        for ago, coins, words in ((20, HOUR // 2, "给三号楼的独居老人"), (2, HOUR // 2, "冬至陪护备用")):
            if held < HOUR:
                continue
            day = on - timedelta(days=ago)
            plan = team_plans.propose(
                team=team, coins=coins, words=words, key=f"demo:{ago}", on=day, at=_noon(day), by=committee
            )
            for each in team_accounts.standing(plan).waits if ago > 14 else ():
                if plan.state == "ASKED":
                    plan = team_plans.answer(
                        proposal=plan, member=each, agrees=True, on=day, at=_noon(day), by=director
                    )
            if ago > 14 and plan.state == "ASKED":
                team_plans.station_agrees(proposal=plan, on=day, at=_noon(day), by=director)


def _closings(station: Station, present: Sequence[Volunteer], leaving: frozenset[int], at: datetime) -> None:
    """One died and left the hours to a wife or husband; one leaves for good and waits for the second signature; one
    carries a letter to another community."""
    worker, director, on = station.users["worker"], station.users["director"], at.date()
    dead, gone, moved = [each for each in present if each.pk in leaving]
    heir = present[1]
    day = on - timedelta(days=40)
    asked = closing.ask(
        volunteer=dead, why="DIED", day=day, heir=heir, relation="SPOUSE", reason="死亡证明和结婚证，家属到站办理（演示）",
        at=_noon(day + timedelta(days=10)), by=worker,
    )  # fmt: skip
    closing.approve(
        closing=asked, on=day + timedelta(days=12), at=_noon(day + timedelta(days=12)), by=director
    )
    day = on - timedelta(days=4)
    closing.ask(
        volunteer=gone, why="GONE", day=day, heir=None, relation="", reason="随子女迁往外省，本人愿捐给公共池（演示）",
        at=_noon(day), by=worker,
    )  # fmt: skip
    if not _coins(moved):
        return
    moves.send(
        volunteer=moved, coins=-(-_coins(moved) // 2), reason="随女儿迁往邻近社区（演示）", key="demo", on=day, at=_noon(day),
        by=director,
    )  # fmt: skip


def _questions(station: Station, helpers: Helpers, at: datetime) -> None:
    """A member asked about published hours and was answered; people helped were called; one remembers it differently."""
    users, on = station.users, at.date()
    month = _months_back(on, 2)
    begin, end = months.month_span(month)
    row = (
        Attendance.objects.of(station.community)
        .credited()
        .filter(recorded_at__gte=begin, recorded_at__lt=end)
        .exclude(volunteer=helpers.volunteers[0])
        .select_related("volunteer__person", "volunteer__community")
        .order_by("pk")
        .first()
    )
    if row is not None:
        asked_on = months.next_month(month) + timedelta(days=2)
        asked = questions.object_to(
            volunteer=row.volunteer, month=month, attendances=[row], words="那天下午我好像在菜场见到他，时间对吗？", on=asked_on,
            at=_noon(asked_on), by=users["elder"],
        )  # fmt: skip
        questions.ask(question=asked, on=asked_on, at=_noon(asked_on), by=users["committee"])
        questions.answer(
            question=asked,
            words="买菜正是替老人买的，小票还在。",
            at=_noon(asked_on + timedelta(days=2)),
            by=users["committee"],
        )
        questions.keep(
            question=asked, reason="小票和老人的话都对得上，时间属实，谢谢提醒。", at=_noon(asked_on + timedelta(days=3)),
            by=users["director"],
        )  # fmt: skip
    _calls(station, helpers, at)


def _calls(station: Station, helpers: Helpers, at: datetime) -> None:
    users, on = station.users, at.date()
    drawn = call_backs.drawn(station.community, month=months.previous_month(on), percent=5)
    called = (
        Attendance.objects.of(station.community)
        .filter(pk__in=drawn)
        .select_related("volunteer__person", "volunteer__community", "community")
        .order_by("pk")
    )
    for place, each in enumerate(called[: max(1, len(drawn) // 2)]):
        result = "NOT_REACHED" if place % 6 == 5 else "AGREES"
        questions.call_back(
            attendance=each, result=result, words="", at=at - timedelta(hours=5), by=users["committee"]
        )
    own = (
        Attendance.objects.of(station.community)
        .credited()
        .filter(volunteer=helpers.volunteers[0], served__isnull=False, call_backs__isnull=True)
        .select_related("volunteer__person", "volunteer__community", "community")
        .order_by("-served_on", "-pk")
        .first()
    )
    if own is None:
        return
    questions.call_back(
        attendance=own,
        result="DIFFERS",
        words="老人记得只来了半个小时",
        at=at - timedelta(days=1, hours=2),
        by=users["committee"],
    )
    raised = own.question_items.select_related("question").order_by("-pk").first()
    try:
        questions.ask(
            question=raised.question,
            on=on - timedelta(days=1),
            at=at - timedelta(days=1),
            by=users["committee"],
        )
    except DomainError:
        return
