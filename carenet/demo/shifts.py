"""Shifts of the four mutual-aid teams: a month that was ticked and booked, and the coming three weeks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from random import Random

from carenet.accounts.actions import people as accounts
from carenet.accounts.models import User
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
    ("助餐送餐", "Meals to the door", "九点到服务站领保温箱，按名单送到家门口。", "MEAL-H", 3, 120, ("要上两三层楼", "3 号楼有一只猫"), ("STAIRS",)),
    ("邻里探访", "Visits to neighbours", "两人一组，陪独居老人说说话，看看水电气。", "COMP", 2, 120, (), ()),
    ("便民理发", "Haircuts for neighbours", "自带围布，工具站里有。", "HAIR", 2, 180, ("要久站",), ("STANDING",)),
    ("血压测量日", "Blood pressure day", "先洗手，测两次，写在卡上。", "BP", 2, 150, (), ()),
)  # fmt: skip
WEEKS_BACK, WEEKS_AHEAD = 4, 3


def keep(*, station: Station, helpers: Helpers, at: datetime, seed: int, report: Report) -> None:
    """Series of all teams through the actions: promises, ticks, bookings, a waiting list, a stand-in, late hours."""
    random = Random(f"shifts:{seed}")
    by, community = station.station, station.community
    kinds = {each.code: each for each in ServiceKind.objects.filter(code__in=[row[3] for row in KINDS])}
    for place, team in enumerate(Team.objects.of(community).order_by("pk")):
        title, title_en, words, code, people, minutes, warnings, demands = KINDS[place % len(KINDS)]
        template = shifts.describe(
            community=community, title=title, title_en=title_en, words=words, service_kind=kinds[code], people=people, minutes=minutes,
            warnings=warnings, demands=demands, place_words="和煦服务站", by=by, at=at,
        )  # fmt: skip
        members = list(Volunteer.objects.filter(team=team).select_related("person").order_by("pk"))
        if members:
            own = _accounts(members[:4], station=station, at=at)
            _history(template, team, members, weekday=place, random=random, station=station, at=at, own=own)
            _ahead(template, team, members, weekday=place, station=station, at=at)
            _late(team, members, number=place, station=station, at=at)
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


def _accounts(members: Sequence[Volunteer], *, station: Station, at: datetime) -> dict[int, User]:
    """The captain and some members sign in by a code on their phone; the first captain has a demonstration account."""
    found: dict[int, User] = {}
    for each in members:
        if each.person_id == station.persons["volunteer"].pk:
            found[each.pk] = station.users["volunteer"]
            continue
        user = accounts.open_account(
            username=f"{station.community.slug}-{each.number}".lower(),
            person=each.person,
            by=station.station,
            at=at,
        )
        accounts.grant(user=user, role="VOLUNTEER", community=station.community, by=station.station, at=at)
        found[each.pk] = user
    return found


def _history(
    template: ShiftTemplate, team: Team, members: list[Volunteer], *, weekday: int, random: Random, station: Station,
    at: datetime, own: dict[int, User],
) -> None:  # fmt: skip
    """Weeks that are over: checked in by the code or ticked, one missing, one excused, one stand-in; then booked."""
    by = station.station
    for back in range(WEEKS_BACK, 0, -1):
        on = at.date() - timedelta(days=at.weekday() + 7 * back - weekday)
        start = datetime.combine(on, time(9), STATION_ZONE)
        slot = _slot(template, team, start, station=station, at=start - timedelta(days=6))
        came = [
            each for each in _some(members, random, template.people) if _promise(slot, each, station=station)
        ]
        if back == 3:
            _replaced(slot, members, station=station)
        rows = list(
            Promise.objects.filter(slot=slot, state="PROMISED")
            .select_related("volunteer", "slot__team")
            .order_by("pk")
        )
        for number, row in enumerate(rows):
            moment = start + timedelta(minutes=2 * number)
            if number == 1 and back == 2:
                continue  # one who did not come and did not tell
            if number == 1 and back == 4:
                rosters.excuse(promise=row, reason="孙子发烧，打电话说了", by=by, at=moment)
                continue
            user = own.get(row.volunteer_id)
            way = Way.QR if user else Way.OFFICE
            rosters.check_in(promise=row, way=way, by=user or by, at=moment)
        if came:
            try:
                rosters.book(slot=slot, by=by, at=slot.ends_at + timedelta(hours=1))
            except DomainError:
                continue  # nobody of the small team could come


def _replaced(slot: Slot, members: list[Volunteer], *, station: Station) -> None:
    """Somebody cannot come a few hours before; a colleague stands in."""
    wanted = Promise.objects.filter(slot=slot, state="PROMISED").order_by("pk").first()
    if wanted is None:
        return
    early = slot.starts_at - timedelta(hours=5)
    wanted = promises.step_back(promise=wanted, reason="要去医院复查", by=station.station, at=early)
    busy = set(Promise.objects.filter(slot=slot).values_list("volunteer_id", flat=True))
    for each in members:
        if wanted.state != "SEEKING" or each.pk in busy:
            continue
        try:
            promises.stand_in(
                promise=wanted,
                volunteer=each,
                ticked=slot.warnings,
                by=station.station,
                at=early + timedelta(hours=1),
            )
        except DomainError:
            continue
        return


def _late(team: Team, members: list[Volunteer], *, number: int, station: Station, at: datetime) -> None:
    """Hours nobody ticked: one told late and booked, one refused with its reason."""
    worker, committee = station.users["worker"], station.users["committee"]
    told = members[min(2, len(members) - 1)]
    day = datetime.combine(at.date() - timedelta(days=9 + number), time(18), STATION_ZONE)
    entry = late_hours.ask(
        volunteer=told, what="停电夜里挨户看独居老人", why="临时集合，没有班次", starts_at=day, ends_at=day + timedelta(minutes=60),
        by=worker, at=day + timedelta(days=2),
    )  # fmt: skip
    if number % 2:
        late_hours.refuse(
            entry=entry,
            answer="那晚的名单上没有您，请带队长的记录来补",
            by=committee,
            at=day + timedelta(days=3),
        )
    else:
        late_hours.approve(entry=entry, by=committee, at=day + timedelta(days=3))


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
    for number, slot in enumerate(
        slots[:-1]
    ):  # the nearest is full and somebody waits; later ones have places
        first = number * 3 % len(members)
        line = (members[first:] + members[:first]) if number else members
        for each in line[: template.people + 1 if number == 0 else max(1, template.people - 1)]:
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
        community=station.community, title="周末茶话会帮手", title_en="Weekend tea party helpers", words="摆桌椅，端茶，陪老人坐。", people=6, minutes=180,
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
