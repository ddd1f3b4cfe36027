"""The health home of the demonstration: diseases, medicines, a year of readings, a service day, two open follow-ups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from random import Random

from carenet.demo.profiles import Profile
from carenet.demo.register import chunks
from carenet.demo.station import Station
from carenet.kernel.months import STATION_ZONE
from elders.actions import contacts, health, measurements, rounds
from elders.models import Concern, Elder
from elders.reports.incoming import Reading

Report = Callable[[int], None]
PILLS = {
    "HYPERTENSION": ("苯磺酸氨氯地平", "5 mg，1 片", "每天早上"),
    "DIABETES": ("二甲双胍", "0.5 g，1 片", "早晚饭后"),
    "CORONARY": ("阿司匹林肠溶片", "100 mg，1 片", "每天早上"),
    "OSTEOPOROSIS": ("碳酸钙 D3", "600 mg，1 片", "每天晚上"),
}
ALLERGIES = (("青霉素", "起皮疹", "SEVERE"), ("磺胺药", "发痒", "MODERATE"), ("海鲜", "起疹子", "MILD"))


def keep(
    *,
    station: Station,
    elders: Sequence[Elder],
    profiles: Sequence[Profile],
    at: datetime,
    seed: int,
    report: Report,
) -> None:
    """Everything in bulk through the actions; the same rows for the same seed."""
    random = Random(f"health:{seed}")
    by = station.users["worker"]
    known = {each.pk: _codes(profile) for each, profile in zip(elders, profiles, strict=True)}
    for piece in chunks(list(elders), 300):
        health.note_many(
            community=station.community,
            conditions=[
                health.ConditionFacts(each.pk, code, at.date() - timedelta(days=random.randint(400, 6000)), "CLINIC")
                for each in piece
                for code in known[each.pk]
            ],
            medicines=[
                health.MedicineFacts(each.pk, *PILLS[code], random.choice(("SELF", "SELF", "FAMILY")))
                for each in piece
                for code in known[each.pk]
                if code in PILLS
            ],
            by=by, at=at,
        )  # fmt: skip
        rows = [row for each in piece for row in _year(random, each, known[each.pk], at)]
        for some in chunks(rows, 2_000):
            measurements.record_many(
                community=station.community, readings=some, channel="IMPORT", by=by, at=at
            )
        report(len(piece))
    _marks(random, station, elders, known, at)


def _codes(profile: Profile) -> list[str]:
    found = profile.answers.get("A4.conditions")
    return [str(each).upper() for each in found] if isinstance(found, list) else []


def _year(random: Random, elder: Elder, codes: Sequence[str], at: datetime) -> list[Reading]:
    """Monthly readings of the chronically ill, two a year of the others; each person keeps near the own level."""
    found: list[Reading] = []

    def add(kind: str, value: float | int, second: int | None, day: datetime) -> None:
        found.append(
            Reading(elder.pk, kind, value, day, f"demo:health:{elder.pk}:{kind}:{len(found)}", second=second)
        )

    ill = "HYPERTENSION" in codes
    usual, weight = random.randint(128, 146) if ill else random.randint(112, 130), random.uniform(46, 74)
    sugar = random.uniform(6.4, 9.2)
    months = random.randint(5, 7) if ill or "DIABETES" in codes else 2
    for number in range(months):
        day = at - timedelta(days=8 + (number * 30 if months > 2 else number * 170) + random.randint(0, 20))
        day = datetime.combine(day.date(), time(8 + number % 3, random.choice((5, 20, 40))), STATION_ZONE)
        systolic = max(96, min(168, usual + random.randint(-11, 11)))
        add("BP", systolic, max(55, min(98, round(systolic * 0.6) + random.randint(-4, 4))), day)
        add("HEART_RATE", random.randint(62, 84), None, day + timedelta(minutes=1))
        if "DIABETES" in codes:
            add("GLUCOSE_FASTING", f"{max(4.4, sugar + random.uniform(-1.1, 1.1)):.1f}", None, day)
        if number % 3 == 0:
            add("WEIGHT", f"{weight + random.uniform(-0.8, 0.8):.1f}", None, day)
    return found


def _marks(
    random: Random, station: Station, elders: Sequence[Elder], known: dict[int, list[str]], at: datetime
) -> None:
    """Allergies, plans of the doctor, a service day a week ago, and readings past a limit: one looked after, two open."""
    by = station.users["worker"]
    ill = [each for each in elders if "HYPERTENSION" in known[each.pk]] or list(elders)[:6]
    for number, each in enumerate(list(elders)[:: max(1, len(elders) // 12)]):
        substance, reaction, severity = ALLERGIES[number % len(ALLERGIES)]
        health.note_allergy(
            elder=each, substance=substance, reaction=reaction, severity=severity, by=by, at=at
        )
    for number, each in enumerate(ill[:12]):
        health.note_plan(
            elder=each, words=random.choice(("低盐饮食，每月量一次血压，三个月复查", "按时吃药，血压控制在 140/90 以下")),
            treated_by="社区卫生服务中心（演示）", since=at.date() - timedelta(days=85),
            review_on=at.date() + timedelta(days=-4 + number * 5), by=by, at=at,
        )  # fmt: skip
    day = at - timedelta(days=7)
    row = rounds.open_round(
        community=station.community, on=day.date(), kinds=["BP", "HEART_RATE"], elders=ill[:20], by=by, at=at
    )
    for line in row.lines.order_by("position"):
        rounds.save_line(
            line=line, confirmed=True, by=by, at=at,
            values={"BP": [str(random.randint(118, 152)), str(random.randint(68, 92))], "HEART_RATE": [str(random.randint(62, 86))]},
        )  # fmt: skip
    for number, (each, pressure) in enumerate(
        zip(ill[1:4], ((184, 96), (186, 104), (190, 112)), strict=False)
    ):
        measurements.record(
            elder=each, channel="HAND", by=by, at=at - timedelta(hours=20 - number),
            reading=Reading(
                each.pk, "BP", pressure[0], at - timedelta(hours=21 - number), f"demo:health:past:{each.pk}",
                second=pressure[1], confirmed=True,
            ),
        )  # fmt: skip
    first = (
        Concern.objects.of(station.community).filter(kind="HEALTH_LIMIT", state="OPEN").order_by("pk").first()
    )
    if first is not None:
        contacts.handle_concern(
            concern=first, outcome="陪同到社区卫生服务中心复测，158/92，医生调整了用药", by=by, at=at - timedelta(hours=3)
        )  # fmt: skip
