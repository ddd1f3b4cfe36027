"""The 1,226 elders of the demonstration community as plain data, before anything is written.

Exact: 1,226 elders and 206 aged 80 and over (S2). The other totals are plausible shares (domain.md §11.2, marked [P]):
age bands, ability levels, living, groups. A smaller community keeps the shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from carenet.demo import names
from carenet.parties import identity

ELDERS = 1226
# (youngest, oldest, how many); 178 + 28 = 206 aged 80 and over.
AGE_BANDS = ((60, 69, 640), (70, 79, 380), (80, 89, 178), (90, 99, 28))
LEVELS = ((0, 760), (1, 375), (2, 50), (3, 26), (4, 15))
LIVING = (("ALONE", 172), ("COUPLE_ONLY", 376), ("WITH_CHILDREN", 612), ("OTHER", 66))
# group, how many, tendency: needs grow with the level for some groups
GROUPS = (
    ("DIBAO", 96), ("TEKUN_SCATTERED", 7), ("SHIDU", 9), ("DISABLED", 118), ("VETERAN", 64), ("LIUSHOU", 41),
)  # fmt: skip
# code of GB/T 3304 and weight; 58 % minority (domain.md §11.2)
ETHNIC = (("01", 42), ("20", 30), ("14", 14), ("42", 8), ("51", 3), ("40", 3))
CONDITIONS = (
    "hypertension",
    "diabetes",
    "coronary",
    "osteoporosis",
    "cataract",
    "brain_infarct",
    "copd",
    "ulcer",
)
RELATIONS = ("SON", "DAUGHTER", "DAUGHTER", "CHILD_IN_LAW", "SIBLING", "NEIGHBOUR")

MAXIMA = {
    **{f"B1.{n}": 4 for n in range(1, 9)},
    "B2.1": 4, "B2.2": 4, "B2.3": 4, "B2.4": 3,
    "B3.1": 4, "B3.2": 4, "B3.3": 4, "B3.4": 4, "B3.5": 4, "B3.6": 4, "B3.7": 1, "B3.8": 1, "B3.9": 2,
    "B4.1": 2, "B4.2": 2, "B4.3": 4, "B4.4": 3, "B4.5": 4,
}  # fmt: skip
SENSES = ("B4.1", "B4.2", "B4.4", "B3.8", "B4.5")
BODY = ("B1.3", "B1.4", "B1.5", "B1.8", "B2.1", "B2.2", "B2.3", "B2.4", "B1.2", "B1.6", "B1.7", "B1.1")
MIND = ("B3.1", "B3.2", "B3.4", "B3.5", "B3.6", "B4.3", "B4.5", "B3.3")


@dataclass(frozen=True)
class Profile:
    """One made-up elder."""

    name: str
    sex: int
    born_on: date
    id_number: str
    phone: str
    ethnicity: str
    building: int
    door: str
    living: str
    caregiver: str
    level: int
    answers: dict[str, object]
    groups: tuple[str, ...] = ()
    contact: tuple[str, str, str] | None = None


def _spread(
    random: Random, shares: tuple[tuple[str, int], ...] | tuple[tuple[int, int], ...], size: int
) -> list[object]:
    """Values in proportion to their shares, exactly `size` of them, shuffled. The last share takes the rest."""
    total = sum(count for _value, count in shares)
    found: list[object] = []
    for value, count in shares[:-1]:
        found += [value] * round(count * size / total)
    found = found[:size]
    found += [shares[-1][0]] * (size - len(found))
    random.shuffle(found)
    return found


def _born(random: Random, age: int, on: date) -> date:
    """A birth date that makes somebody exactly `age` on the day."""
    latest = date(on.year - age, on.month, min(on.day, 28))
    return latest - timedelta(days=random.randrange(20, 364))


def answers_for(random: Random, level: int) -> dict[str, object]:
    """Answers to GB/T 42195 whose total falls into the level; level 1 is mostly senses, transport and mood."""
    scores = dict(MAXIMA)

    def lose(points: int, order: tuple[str, ...]) -> None:
        keys = list(order)
        while points > 0 and any(scores[key] for key in keys):
            key = random.choice([each for each in keys if scores[each]])
            scores[key] -= 1
            points -= 1

    if level == 1:
        if random.random() < 0.65:
            lose(random.randint(1, 4), SENSES)
        else:
            lose(random.randint(3, 15), BODY)
            lose(random.randint(0, 4), SENSES)
    elif level > 1:
        low, high = {2: (26, 43), 3: (46, 59), 4: (63, 84)}[level]
        lost = random.randint(low, high)
        mind = int(lost * random.uniform(0.2, 0.45))
        lose(lost - mind, BODY)
        lose(mind, MIND)
        short = lost - (sum(MAXIMA.values()) - sum(scores.values()))
        lose(short, (*BODY, *MIND, *SENSES))
    return {key: str(value) for key, value in scores.items()}


def _door(
    couples: dict[tuple[int, int], tuple[str, int]],
    number: int,
    buildings: int,
    living: str,
    sex: int,
    age: int,
) -> str:
    """A flat of one's own; a husband and a wife of about the same age who live as a couple share theirs."""
    building, flat = number % buildings, number // buildings
    door = f"{1 + flat % 3}-{1 + flat // 3 % 6}{1 + flat // 18:02}"
    if living != "COUPLE_ONLY":
        return door
    waiting = couples.pop((building, 3 - sex), None)
    if waiting and abs(waiting[1] - age) <= 6:
        return waiting[0]
    couples[building, sex] = (door, age)
    return door


def people(*, seed: int, on: date, size: int = ELDERS, buildings: int = 36) -> Iterator[Profile]:
    """The elders of one community, the same ones for the same seed. `buildings` is how many there are."""
    random = Random(f"elders:{seed}")
    ages: list[int] = []
    for youngest, oldest, count in AGE_BANDS[:-1]:
        ages += [random.randint(youngest, oldest) for _each in range(round(count * size / ELDERS))]
    youngest, oldest, _count = AGE_BANDS[-1]
    ages = ages[:size]
    ages += [random.randint(youngest, oldest) for _each in range(size - len(ages))]
    ages.sort()
    # Ability is worse with age, living alone is more common: sort by age plus noise, then deal out.
    order = sorted(range(size), key=lambda n: ages[n] + random.gauss(0, 9))
    level_of = [0] * size
    dealt = sorted(int(str(each)) for each in _spread(random, LEVELS, size))
    for place, number in enumerate(order):
        level_of[number] = dealt[place]
    living = [str(each) for each in _spread(random, LIVING, size)]
    groups: dict[int, list[str]] = {}
    for group, count in GROUPS:
        for number in random.sample(range(size), max(1, round(count * size / ELDERS))):
            groups.setdefault(number, []).append(group)
    codes = [code for code, weight in ETHNIC for _each in range(weight)]
    couples: dict[tuple[int, int], tuple[str, int]] = {}
    for number in range(size):
        sex = 1 if random.random() < 0.45 else 2
        born_on = _born(random, ages[number], on)
        level = level_of[number]
        conditions = [each for each in CONDITIONS if random.random() < 0.10 + 0.05 * level]
        # A confirmed dementia raises the level by one, so the answers are those of the level below.
        dementia = level >= 2 and random.random() < 0.25
        answers = answers_for(random, level - dementia)
        answers["A4.conditions"] = [*conditions, *(["dementia"] if dementia else [])]
        answers["A4.medicines"] = str(len(conditions))
        answers["A5.coma"] = "no"
        answers |= {f"A5.{kind}": "0" for kind in ("falls", "wandering", "choking", "self_harm", "other")}
        if random.random() < 0.03:
            answers["A5.falls"] = "1"
        alone = living[number] == "ALONE"
        relation = random.choice(RELATIONS)
        name = names.person_name(random, sex=sex, old=True)
        contact_sex = 2 if relation in {"DAUGHTER", "CHILD_IN_LAW"} else random.choice((1, 2))
        contact_name = (
            name[:1] + names.person_name(random, sex=contact_sex, old=False)[1:]
            if relation in {"SON", "DAUGHTER"} and sex == 1
            else names.person_name(random, sex=contact_sex, old=False)
        )
        yield Profile(
            name=name,
            sex=sex,
            born_on=born_on,
            id_number=identity.demo_id_number(born_on=born_on, sex=sex, sequence=number % 500),
            phone=names.phone_number(seed * 20000 + number) if random.random() < 0.9 else "",
            ethnicity=random.choice(codes),
            building=number % buildings,
            door=_door(couples, number, buildings, living[number], sex, ages[number]),
            living=living[number],
            caregiver="NO"
            if alone and level >= 1 and random.random() < 0.4
            else ("UNKNOWN" if alone else "YES"),
            level=level,
            answers=answers,
            groups=tuple(groups.get(number, ())),
            contact=(contact_name, relation, names.phone_number(seed * 20000 + 10000 + number)),
        )
