"""Shifts of the four mutual-aid teams: a month that was ticked and booked, and the coming three weeks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from carenet.demo.helpers import Helpers
from carenet.demo.station import Station
from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import ServiceKind
from volunteers.actions import about, late_hours, promises, rosters, shifts, teams
from volunteers.models import Promise, ShiftTemplate, Slot, Team, Volunteer
from volunteers.states_shifts import Way

Report = Callable[[int], None]

# title, words, code of the service, people, minutes, warnings, demands
KINDS = (
    ("助餐送餐", "九点到服务站领保温箱，按名单送到家门口。", "MEAL-H", 3, 120, ("要上两三层楼", "3 号楼有一只猫"), ("STAIRS",)),
    ("邻里探访", "两人一组，陪独居老人说说话，看看水电气。", "COMP", 2, 120, (), ()),
    ("便民理发", "自带围布，工具站里有。", "HAIR", 2, 180, ("要久站",), ("STANDING",)),
    ("血压测量日", "先洗手，测两次，写在卡上。", "BP", 2, 150, (), ()),
)  # fmt: skip
WEEKS_BACK, WEEKS_AHEAD = 4, 3


def keep(*, station: Station, helpers: Helpers, at: datetime, seed: int, report: Report) -> None:
    """Series of all teams through the actions: promises, ticks, bookings, a waiting list, a stand-in, late hours."""
    random = Random(f"shifts:{seed}")
    by, community = station.station, station.community
    kinds = {each.code: each for each in ServiceKind.objects.filter(code__in=[row[2] for row in KINDS])}
    for place, team in enumerate(Team.objects.of(community).order_by("pk")):
        title, words, code, people, minutes, warnings, demands = KINDS[place % len(KINDS)]
        template = shifts.describe(
            community=community, title=title, words=words, service_kind=kinds[code], people=people, minutes=minutes,
            warnings=warnings, demands=demands, place_words="和煦服务站", by=by, at=at,
        )  # fmt: skip
        members = list(Volunteer.objects.filter(team=team).select_related("person").order_by("pk"))
        if members:
            _history(template, team, members, weekday=place, random=random, station=station, at=at)
            _ahead(template, team, members, weekday=place, station=station, at=at)
        report(1)
    first = helpers.volunteers[0]
    about.tell(
        volunteer=first, languages=["MANDARIN", "LOCAL"], week=sum(1 << day * 6 + 1 for day in range(5)), limits=[],
        skills=["唱歌", "量血压"], by=by, at=at,
    )  # fmt: skip
    day = datetime.combine(at.date() - timedelta(days=2), time(15), STATION_ZONE)
    late_hours.ask(
        volunteer=first, what="陪段奶奶去社区医院取药", why="临时叫去的，没有班次", starts_at=day,
        ends_at=day + timedelta(minutes=90), by=station.users["volunteer"], at=at,
    )  # fmt: skip
    _an_open_evening(station=station, at=at)


def _history(
    template: ShiftTemplate, team: Team, members: list[Volunteer], *, weekday: int, random: Random, station: Station,
    at: datetime,
) -> None:  # fmt: skip
    by = station.station
    for back in range(WEEKS_BACK, 0, -1):
        on = at.date() - timedelta(days=at.weekday() + 7 * back - weekday)
        start = datetime.combine(on, time(9), STATION_ZONE)
        slot = _slot(template, team, start, station=station, at=start - timedelta(days=6))
        came = [
            each for each in _some(members, random, template.people) if _promise(slot, each, station=station)
        ]
        rows = list(Promise.objects.filter(slot=slot).select_related("volunteer", "slot__team"))
        for number, row in enumerate(rows):
            if number == 1 and back == 2:
                continue  # one who did not come and did not tell
            rosters.check_in(promise=row, way=Way.OFFICE, by=by, at=start + timedelta(minutes=2 * number))
        if came:
            try:
                rosters.book(slot=slot, by=by, at=slot.ends_at + timedelta(hours=1))
            except DomainError:
                continue  # nobody of the small team could come


def _ahead(
    template: ShiftTemplate,
    team: Team,
    members: list[Volunteer],
    *,
    weekday: int,
    station: Station,
    at: datetime,
) -> None:
    monday = at.date() - timedelta(days=at.weekday())
    series = shifts.plan(
        template=template, weekdays=[weekday, weekday + 1], starts=time(9), from_on=monday + timedelta(days=2),
        until_on=monday + timedelta(days=7 * WEEKS_AHEAD), team=team, by=station.station, at=at,
    )  # fmt: skip
    slots = list(series.slots.select_related("team", "community").order_by("starts_at"))
    shifts.publish(slots=slots[:-1], by=station.station, at=at)
    for number, slot in enumerate(slots[:2]):
        for each in members[: template.people + 1 - number]:
            _promise(slot, each, station=station, at=at)


def _slot(
    template: ShiftTemplate, team: Team | None, start: datetime, *, station: Station, at: datetime
) -> Slot:
    slot = shifts.add(template=template, starts_at=start, team=team, by=station.station, at=at)
    shifts.publish(slots=[slot], by=station.station, at=at)
    slot.refresh_from_db()
    return slot


def _promise(slot: Slot, volunteer: Volunteer, *, station: Station, at: datetime | None = None) -> bool:
    try:
        promises.promise(
            slot=slot, volunteer=volunteer, ticked=slot.warnings, wait=True, by=station.station,
            at=at or slot.starts_at - timedelta(days=3),
        )  # fmt: skip
    except DomainError:
        return False  # not trained for it, or busy: as it would be for a real person
    return True


def _some(members: list[Volunteer], random: Random, count: int) -> list[Volunteer]:
    return random.sample(members, min(count, len(members)))


def _an_open_evening(*, station: Station, at: datetime) -> None:
    """Something everybody may join, and an election that is open."""
    template = shifts.describe(
        community=station.community, title="周末茶话会帮手", words="摆桌椅，端茶，陪老人坐。", people=6, minutes=180,
        place_words="和煦服务站二楼活动室", by=station.station, at=at,
    )  # fmt: skip
    start = datetime.combine(at.date() + timedelta(days=6), time(14), STATION_ZONE)
    _slot(template, None, start, station=station, at=at)
    team = Team.objects.of(station.community).order_by("-pk").first()
    if team is None or not team.members.exists():
        return
    vote = teams.open_vote(team=team, closes_at=at + timedelta(days=5), by=station.station, at=at)
    for each in team.members.select_related("person").order_by("pk")[:2]:
        teams.nominate(vote=vote, volunteer=each, by=station.station, at=at)
