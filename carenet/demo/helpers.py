"""Volunteers in four mutual-aid teams and beside them, care workers and social workers as helpers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from carenet.demo import names
from carenet.demo.station import Station
from carenet.parties.actions import organisations, people
from carenet.parties.models import ServiceKind
from services.actions import providers
from services.models import Helper
from volunteers.actions import registry
from volunteers.models import Volunteer

Report = Callable[[int], None]

# 186 in all (domain.md §11.2); the mutual-aid group has four teams and 43 volunteers (S2-20: "four teams, over 40").
SOURCES = (
    ("MUTUAL_AID", 43), ("PARTY", 38), ("FIVE_OLDS", 22), ("UNIVERSITY", 25), ("HOSPITAL", 12), ("STUDENT", 16),
    ("OTHER", 30),
)  # fmt: skip
TEAMS = ("银龄暖心队", "邻里守望队", "巧手帮扶队", "健康互助队")
YOUNG = {"UNIVERSITY", "STUDENT"}
CARE_WORKERS = 8
BY_LEVEL: dict[int, tuple[str, ...]] = {
    1: ("MEAL-H", "HAIR", "KNIFE", "BP", "COMP", "CALL", "CULT", "LEARN", "DIGI"),
    2: ("CLEAN", "SHOP", "MED-E", "MED-B", "WALK", "VISIT", "SAFE", "SPORT"),
    3: ("SOS",),
}
CARE_KINDS = ("FEED", "BATH-H", "BATH-C", "REHAB", "AID", "HLTH-A", "BP", "SOS", "CLEAN", "MED-E")
SOCIAL_KINDS = ("PSY-1", "CASE", "GROUP", "MEDIA", "POL", "VISIT", "CALL", "SOS")


@dataclass
class Helpers:
    """Who can be asked, by kind of service."""

    volunteers: list[Volunteer] = field(default_factory=list)
    helpers: dict[str, list[Helper]] = field(default_factory=dict)

    @property
    def leaving(self) -> frozenset[int]:
        """Who dies, leaves or moves away in the last weeks of the year: the last three."""
        return frozenset(each.pk for each in self.volunteers[-3:])

    def able(self, code: str) -> list[Helper]:
        """Helpers for a code; empty when only organisations deliver it."""
        return self.helpers.get(code, [])


def gather(*, station: Station, small: bool, seed: int, at: datetime, report: Report) -> Helpers:
    """Enrol the volunteers and admit everybody who helps."""
    random = Random(f"helpers:{seed}")
    kinds = {each.code: each for each in ServiceKind.objects.all()}
    found = Helpers()
    by = station.station
    teams = [
        registry.found_team(
            community=station.community, name=name, organisation=station.bodies["VOLUNTEER"],
            stage=("INCUBATION", "TAKEOVER", "INDEPENDENT", "TAKEOVER")[place], since=date(at.year - 2, 5, 1),
            by=by, at=at,
        )
        for place, name in enumerate(TEAMS)
    ]  # fmt: skip
    number = 0
    for source, count in SOURCES:
        for place in range(max(2, count // 12) if small else count):
            first = source == "MUTUAL_AID" and place == 0
            volunteer = _volunteer(
                station, random, source=source, first=first, number=number, teams=teams, place=place, at=at
            )
            number += 1
            found.volunteers.append(volunteer)
            codes = [code for level in range(1, volunteer.level + 1) for code in BY_LEVEL[level]]
            _admit(
                station,
                found,
                kinds,
                volunteer=volunteer,
                person=volunteer.person,
                kind="VOLUNTEER",
                codes=codes,
                at=at,
            )
            if source == "MUTUAL_AID" and place < len(teams):
                registry.choose_captain(team=teams[place], captain=volunteer, by=by, at=at)
            report(1)
    for place in range(2 if small else CARE_WORKERS):
        sex = random.choice((1, 2, 2))
        person = station.persons["carer"] if place == 0 else people.register(
            community=station.community, name=names.person_name(random, sex=sex, old=False), sex=sex,
            born_on=date(at.year - random.randint(30, 55), random.randint(1, 12), 5), no_id_reason="演示", is_demo=True,
            by=by, at=at,
        )  # fmt: skip
        if place:
            organisations.join(
                person=person, organisation=station.bodies["银龄养老服务队"], role="STAFF", by=by, at=at
            )
        _admit(station, found, kinds, person=person, kind="CARE_WORKER", codes=CARE_KINDS, at=at)
    _admit(
        station,
        found,
        kinds,
        person=station.persons["worker"],
        kind="SOCIAL_WORKER",
        codes=SOCIAL_KINDS,
        at=at,
    )
    return found


def _volunteer(
    station: Station, random: Random, *, source: str, first: bool, number: int, teams: list, place: int, at: datetime
) -> Volunteer:  # fmt: skip
    sex = 2 if first else random.choice((1, 2, 2))
    veteran = source == "FIVE_OLDS" and place == 0  # served for years before the station kept books
    if source in YOUNG:
        age = random.randint(18, 24)
    elif source == "HOSPITAL":
        age = random.randint(26, 50)
    elif source in {"MUTUAL_AID", "FIVE_OLDS"}:  # young-old mostly; every seventh is beyond 75
        age = random.randint(76, 79) if place % 7 == 3 or veteran else random.randint(60, 72)
    else:
        age = random.randint(35, 70)
    building = random.choice(station.buildings)
    person = station.persons["volunteer"] if first else people.register(
        community=station.community, name=names.person_name(random, sex=sex, old=age > 50), sex=sex,
        born_on=date(at.year - age, random.randint(1, 11), random.randint(1, 28)), no_id_reason="演示",
        phone=names.phone_number(8000000 + station.community.pk * 1000 + number), is_demo=True, by=station.station, at=at,
    )  # fmt: skip
    joined = at.date() - timedelta(days=random.randint(380, 600) + 700 * veteran)
    level = 3 if source == "HOSPITAL" or first else random.choice((1, 1, 2, 2, 2, 3))
    return registry.enrol(
        person=person, source=source, channel=random.choice(("PUBLICITY", "RECOMMENDED", "DOOR", "FRIEND")),
        motive="TASK" if source == "PARTY" and random.random() < 0.5 else "HABIT",
        team=teams[place % len(teams)] if source == "MUTUAL_AID" else None, level=level, joined_on=joined,
        agreed_on=joined, insured_until=date(at.year + 1, 6, 30), building=building,
        door=f"{1 + number % 3}-{1 + number % 6}01", is_demo=True, by=station.station, at=at,
    )  # fmt: skip


def _admit(
    station: Station,
    found: Helpers,
    kinds: dict[str, ServiceKind],
    *,
    person,
    kind: str,
    codes,
    at: datetime,
    volunteer=None,
) -> None:
    helper = providers.admit(
        community=station.community, person=person, kind=kind, kinds=[kinds[code] for code in codes],
        volunteer=volunteer, organisation=station.bodies["银龄养老服务队"] if kind == "CARE_WORKER" else None,
        lon=None if volunteer else station.community.origin_lon, lat=None if volunteer else station.community.origin_lat,
        daily_limit=3 if volunteer else 8, by=station.station, at=at,
    )  # fmt: skip
    for code in codes:
        found.helpers.setdefault(code, []).append(helper)
