"""Funds, donations, goods and the seventy home adaptations.

Exact: 712 books, 60 umbrellas, 45 uniforms (S0-24, S0-25), 147,000 yuan for 70 households (S2-38), 1,080,000 yuan of
resources mobilised = public money 800,000 + donations and foundation 236,000 + goods worth 44,000 (S2-16).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from carenet.demo.station import Station
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import ServiceKind
from charity.actions import donations, funds, goods, grants, rules
from charity.models import Fund
from elders.models import Elder
from services.actions import catalogue

Report = Callable[[int], None]
YUAN = 100
ADAPTATION_FEN = 2100 * YUAN
HOUSEHOLDS = 70
# name, English name, source, purpose, English purpose, pays services, income of the year in yuan, how it came
FUNDS = (
    ("居家养老财政补助", "Government home-care allocation", "GOVERNMENT", "居家养老服务补贴", "Home-care subsidies", False, 620_000, "ALLOCATION"),
    ("福彩公益金养老项目", "Welfare lottery elderly-care project", "LOTTERY", "老年人福利服务", "Welfare services for elders", True, 180_000, "ALLOCATION"),
    ("和煦社区慈善基金", "Hexu community charity fund", "DONATION", "社区老人急需", "Urgent needs of elders", True, 86_000, "CHARITY"),
    ("居家适老化改造专项", "Home adaptation project", "FOUNDATION", "失能半失能老人家庭适老化改造", "Home adaptation for disabled elders", False, 150_000, "TRANSFER"),
    ("互助养老作坊金", "Mutual-aid workshop fund", "WORKSHOP", "手工作坊义卖利润全部用于互助养老", "All workshop profits go to mutual-aid care", False, 0, "SALE"),
)  # fmt: skip
GOODS = (
    ("BOOK", "图书和杂志", 712, "册", 14_240, "新华书店和煦店（演示）"),
    ("UMBRELLA", "雨伞", 60, "把", 1_800, "福彩中心（演示）"),
    ("UNIFORM", "志愿者服装", 45, "套", 3_600, "福彩中心（演示）"),
    ("DEVICE", "智能手表", 60, "块", 24_360, "市慈善会（演示）"),
)  # fmt: skip
# Prices in fen; the rest of the catalogue is free.
PRICES = {
    "MEAL-D": 1200, "MEAL-H": 1400, "CLEAN": 4000, "BATH-H": 12000, "BATH-C": 6000, "FEED": 3000, "REHAB": 6000,
    "MED-E": 8000, "LAUN": 1500, "DAY": 6000, "REPAIR": 5000, "AID": 3000, "PSY-2": 15000, "REST": 3000, "RESP": 15000,
}  # fmt: skip


def set_up(*, station: Station, at: datetime) -> dict[str, Fund]:
    """Price list, cost-sharing rules and empty funds."""
    director = station.users["director"]
    start = date(at.year - 2, 3, 1)
    kinds = {each.code: each for each in ServiceKind.objects.all()}
    for code, price in PRICES.items():
        catalogue.set_price(
            community=station.community,
            kind=kinds[code],
            price_fen=price,
            valid_from=start,
            by=director,
            at=at,
        )
    rules.install_defaults(community=station.community, valid_from=start, by=director, at=at)
    return {
        name: funds.open(
            community=station.community, name=name, name_en=name_en, source=source, purpose=purpose,
            purpose_en=purpose_en, pays_services=pays, host=station.bodies["市慈善会（演示）"], opened_on=start,
            target_fen=150_000 * YUAN if source == "FOUNDATION" else None, is_demo=True, by=director, at=at,
        )
        for name, name_en, source, purpose, purpose_en, pays, _yuan, _way in FUNDS
    }  # fmt: skip


def income(
    *, station: Station, opened: dict[str, Fund], on: date, small: bool, seed: int, report: Report
) -> None:
    """The year's money, in monthly or single parts, and the goods."""
    random = Random(f"money:{seed}")
    by = station.users["committee"]
    for name, _en, source, _purpose, _pen, _pays, total, way in FUNDS:
        if not total:
            continue
        parts = {"GOVERNMENT": 12, "LOTTERY": 2, "FOUNDATION": 2}.get(source, 24)
        equal = [total // parts + (total % parts if part == 0 else 0) for part in range(parts)]
        amounts = _parts(random, total, parts) if source == "DONATION" else equal
        for place, amount in enumerate(amounts):
            day = on - timedelta(days=355 - (place * 350) // parts)
            giver = {
                "GOVERNMENT": "区民政局（演示）",
                "LOTTERY": "福彩中心（演示）",
                "FOUNDATION": "老龄事业发展基金会（演示）",
            }.get(
                source,
                random.choice(
                    ("赵国强", "麦香烘焙店", "康泰药店", "便民银行和煦支行", "热心居民", "和煦物业公司")
                ),
            )
            donations.record(
                fund=opened[name], donor_name=giver, amount_fen=amount * YUAN, received_on=day, way=way,
                publish="FULL" if source != "DONATION" else random.choice(("FULL", "SURNAME", "ANONYMOUS")),
                donor_person=station.persons["donor"] if giver == "赵国强" else None, by=by, at=_noon(day),
            )  # fmt: skip
            report(1)
    for kind, what, quantity, unit, value, giver in GOODS:
        day = on - timedelta(days=random.randint(60, 300))
        goods.receive(
            community=station.community, kind=kind, what=what, quantity=quantity, unit=unit, received_on=day,
            donor_name=giver, donor_organisation=station.bodies[giver], publish="FULL", valuation="VOUCHER",
            value_fen=value * YUAN, receipt_no="", place="和煦养老服务站", by=by, at=_noon(day), key=f"demo:{what}",
        )  # fmt: skip


def adapt_homes(
    *, station: Station, fund: Fund, elders: list[Elder], on: date, small: bool, report: Report
) -> None:
    """Grants of 2,100 yuan each, asked by the social worker, approved by the director, paid with a voucher."""
    worker, director, committee = (station.users[each] for each in ("worker", "director", "committee"))
    chosen = [each for each in elders if (each.level or 0) >= 1][: 6 if small else HOUSEHOLDS]
    for place, elder in enumerate(chosen):
        day = on - timedelta(days=300 - place * 3)
        grant = grants.ask(
            fund=fund, purpose="ADAPTATION", words="扶手、防滑、淋浴椅等基础改造（演示）", amount_fen=ADAPTATION_FEN,
            elder=elder, by=worker, at=_noon(day), key=f"demo:adapt:{elder.pk}",
        )  # fmt: skip
        grants.approve(grant=grant, by=director, at=_noon(day + timedelta(days=2)))
        grants.pay(
            grant=grant, paid_on=day + timedelta(days=20), paid_to="安居小修服务队", voucher_no=f"SZ{day:%Y}-{place + 1:03d}",
            by=committee, at=_noon(day + timedelta(days=20)),
        )  # fmt: skip
        report(1)


def _parts(random: Random, total: int, count: int) -> list[int]:
    """Round amounts that add up to the total."""
    weights = [random.random() + 0.2 for _each in range(count)]
    amounts = [max(100, int(total * each / sum(weights)) // 100 * 100) for each in weights]
    amounts[0] += total - sum(amounts)
    return amounts


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), STATION_ZONE)
