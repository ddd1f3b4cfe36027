"""The register: elders with their contacts and groups, two rounds of assessment, confirmed colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from carenet.accounts.actions import people as accounts
from carenet.demo.profiles import Profile
from carenet.demo.station import PASSWORD, SIGN_INS, Station
from carenet.kernel.months import STATION_ZONE
from elders.actions import contacts, help_cards, papers, registry, triage
from elders.models import Elder

Report = Callable[[int], None]
T = TypeVar("T")


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Rows in pieces of `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def moment(day: date, random: Random) -> datetime:
    """Some working hour of a day."""
    return datetime.combine(
        day, time(random.randint(8, 16), random.choice((0, 10, 20, 30, 40, 50))), STATION_ZONE
    )


def enrol(
    *, station: Station, profiles: Sequence[Profile], seed: int, at: datetime, report: Report
) -> list[Elder]:
    """Register everybody with an emergency contact; the first one is 段玉兰, who has an account herself."""
    random = Random(f"register:{seed}")
    worker, committee = station.users["worker"], station.users["committee"]
    found: list[Elder] = []
    for number, each in enumerate(profiles):
        registered_on = max(at.date() - timedelta(days=random.randint(200, 700)), _sixty(each.born_on))
        first = number == 0
        elder = registry.register(
            community=station.community, name="段玉兰" if first else each.name, sex=each.sex, born_on=each.born_on,
            id_number=each.id_number, phone=each.phone, ethnicity=each.ethnicity,
            building=station.buildings[each.building % len(station.buildings)], door=each.door, living=each.living,
            caregiver=each.caregiver, owner=worker if each.level >= 1 else committee, registered_on=registered_on,
            categories=[_category(random, group) for group in each.groups], is_demo=True,
            by=station.station, at=moment(registered_on, random),
        )  # fmt: skip
        if each.contact:
            name, relation, phone = each.contact
            contacts.add_contact(
                elder=elder, name="段小梅" if first else name, relation="DAUGHTER" if first else relation, phone=phone,
                is_emergency=True, lives_near=random.random() < 0.4, by=station.station, at=at,
            )  # fmt: skip
        found.append(elder)
        report(1)
    return found


def _sixty(born_on: date) -> date:
    """The day somebody is old enough for the register."""
    return date(born_on.year + 60, born_on.month, min(born_on.day, 28)) + timedelta(days=3)


def _category(random: Random, group: str) -> registry.CategoryFacts:
    if group == "DISABLED":
        return registry.CategoryFacts(
            group,
            "残疾人证（演示）",
            disability_kind=random.choice((1, 2, 4, 4)),
            disability_grade=random.choice((1, 2, 3, 3, 4, 4)),
        )
    return registry.CategoryFacts(group, "证明材料（演示）")


def assess(
    *,
    station: Station,
    elders: Sequence[Elder],
    profiles: Sequence[Profile],
    seed: int,
    at: datetime,
    report: Report,
) -> None:
    """One assessment each within the last half year; a few are older and so due again now."""
    random = Random(f"assess:{seed}")
    worker, supervisor = station.users["worker"], station.users["supervisor"]
    made = []
    for elder, each in zip(elders, profiles, strict=True):
        late = random.random() < 0.04
        days = random.randint(181, 195) if late else random.randint(5, 172)
        day = min(max(elder.registered_on, at.date() - timedelta(days=days)), at.date() - timedelta(days=1))
        made.append(
            papers.Paper(
                elder=elder, answers=each.answers, signed_at=moment(day, random), assessor=worker,
                second_assessor=supervisor, informant=each.contact[0] if each.contact else "",
                informant_relation="",
            )
        )  # fmt: skip
    for piece in chunks(made, 200):
        papers.sign_many(community=station.community, papers=piece, by=station.station, at=at)
        report(len(piece))


def colour(*, station: Station, elders: Sequence[Elder], at: datetime, report: Report) -> None:
    """Suggest a colour for everybody and let the social worker confirm all but the last few."""
    worker = station.users["worker"]
    for piece in chunks([each.pk for each in elders], 200):
        people = Elder.objects.of(station.community).filter(pk__in=piece)
        results = triage.suggest_many(community=station.community, elders=people, by=station.station, at=at)
        waiting = 6 if piece[-1] == elders[-1].pk else 0
        triage.confirm_many(results=results[: len(results) - waiting], by=worker, at=at)
        report(len(piece))


def family(*, station: Station, elder: Elder, number: int, at: datetime) -> str:
    """Accounts of 段玉兰 and her daughter, who may act for her; gives the secret of her help card."""
    by = station.station
    for each in SIGN_INS:
        if each.role not in {"ELDER", "FAMILY"}:
            continue
        username = each.username if number == 0 else f"{each.username}{number}"
        user = accounts.open_account(
            username=username, password=PASSWORD, person=elder.person if each.role == "ELDER" else None,
            display_name=each.name, by=by, at=at,
        )  # fmt: skip
        accounts.grant(user=user, role=each.role, community=station.community, by=by, at=at)
        station.users[each.username] = user
    contacts.give_mandate(
        elder=elder, user=station.users["family"], relation="DAUGHTER", evidence="委托书（演示）",
        since=at.date() - timedelta(days=100), by=station.users["director"], at=at,
    )  # fmt: skip
    return help_cards.issue(elder=elder, by=by, at=at).token()
