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
from elders.actions import contacts, help_cards, import_register, papers, triage
from elders.actions.import_check import Entry
from elders.models import Elder

Report = Callable[[int], None]
T = TypeVar("T")
LIST = 100  # people on one list of the register


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
    """Import the register in lists, as the grid workers brought them; the first one is 段玉兰, who has an account."""
    random = Random(f"register:{seed}")
    entries = [
        _entry(station, number, each, random=random, on=at.date()) for number, each in enumerate(profiles)
    ]
    order = sorted(range(len(entries)), key=lambda number: (entries[number].registered_on, number))
    found: dict[int, Elder] = {}
    for piece in chunks(order, LIST):
        brought = datetime.combine(entries[piece[-1]].registered_on, time(17), STATION_ZONE)
        made = import_register.import_rows(
            community=station.community, entries=[entries[number] for number in piece], is_demo=True,
            by=station.station, at=brought,
        )  # fmt: skip
        found |= dict(zip(piece, made, strict=True))
        report(len(piece))
    return [found[number] for number in range(len(entries))]


def _entry(station: Station, number: int, each: Profile, *, random: Random, on: date) -> Entry:
    """One line of a list: what the register asks for."""
    first, building = number == 0, station.buildings[each.building % len(station.buildings)]
    contact = each.contact
    if contact is not None and first:
        contact = ("段小梅", "DAUGHTER", contact[2])
    owner = station.users["worker" if each.level >= 1 else "committee"]
    return Entry(
        row=number + 2, name="段玉兰" if first else each.name, id_number=each.id_number, no_id_reason="", sex=each.sex,
        born_on=each.born_on, phone=each.phone, building=building, grid=building.parent, door=each.door,
        living=each.living, caregiver=each.caregiver, categories=[_category(random, group) for group in each.groups],
        ethnicity=each.ethnicity, contact=contact, owner=owner, evidence="证明材料（演示）" if each.groups else "",
        registered_on=max(on - timedelta(days=random.randint(200, 700)), _sixty(each.born_on)),
    )  # fmt: skip


def _sixty(born_on: date) -> date:
    """The day somebody is old enough for the register."""
    return date(born_on.year + 60, born_on.month, min(born_on.day, 28)) + timedelta(days=3)


def _category(random: Random, group: str) -> tuple[str, int | None, int | None]:
    """The group, and of a disability its kind and grade."""
    if group == "DISABLED":
        return group, random.choice((1, 2, 4, 4)), random.choice((1, 2, 3, 3, 4, 4))
    return group, None, None


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
