"""The station itself: areas, rooms, the five parties, partners, and the people who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from carenet.accounts.actions import people as accounts
from carenet.accounts.models import User
from carenet.demo import names
from carenet.parties import scope
from carenet.parties.actions import areas, organisations, people
from carenet.parties.models import Area, Community, Organisation, Person, Place, Room

PASSWORD = "Hexu-demo-2026"  # noqa: S105  (printed at every start; the demonstration holds no real person)
LON, LAT = 98.857, 25.853
GRIDS, BUILDINGS_PER_GRID = 6, 6

# 27 in three domains: governance 3, services 5, culture and sport 19 = 70.4 % (S0-30, S0-41)
SOCIAL_ORGANISATIONS: dict[str, tuple[str, ...]] = {
    "GOVERNANCE": ("红石榴议事会", "楼长互助会", "邻里调解工作室"),
    "SERVICE": ("银龄养老服务队", "暖心助餐服务社", "安居小修服务队", "健康管理之家志愿社", "手工作坊互助社"),
    "CULTURE_SPORT": (
        "夕阳红合唱团", "和煦舞蹈队", "民族弹唱队", "书法社", "绘画社", "象棋社", "太极拳队", "乒乓球队", "门球队", "读书会",
        "摄影社", "剪纸社", "广场舞一队", "广场舞二队", "柔力球队", "戏曲社", "民歌传习社", "弩弓文化社", "园艺社",
    ),
}  # fmt: skip
KEY_GROUPS = {
    "银龄养老服务队",
    "暖心助餐服务社",
    "安居小修服务队",
    "健康管理之家志愿社",
}  # four key groups (S0-19)

PARTIES = (
    ("和煦社区居民委员会", "COMMUNITY"),
    ("和煦社会工作站", "SOCIAL_WORKER"),
    ("和煦社区志愿服务队", "VOLUNTEER"),
    ("和煦社区慈善基金", "CHARITY"),
)
# The twelve kinds of partners (S4-26)
PARTNERS = (
    ("和煦社区卫生服务中心", "HEALTH_CENTRE"), ("第一人民医院（演示）", "HOSPITAL"), ("职业技术大学（演示）", "UNIVERSITY"),
    ("和煦小学", "SCHOOL"), ("新华书店和煦店（演示）", "BOOKSTORE"), ("麦香烘焙店", "BAKERY"), ("康泰药店", "PHARMACY"),
    ("便民银行和煦支行", "BANK"), ("和煦物业公司", "PROPERTY"), ("市慈善会（演示）", "CHARITY_FEDERATION"),
    ("福彩中心（演示）", "LOTTERY_CENTRE"), ("文体旅局（演示）", "CULTURE_BUREAU"),
)  # fmt: skip
# Eight rooms for over 50,000 yuan (S0-26): 51,600 yuan
ROOMS = (
    ("舞蹈室", 30, 980000), ("阅览室", 24, 860000), ("乒乓球室", 16, 720000), ("书画室", 20, 610000),
    ("健康小屋", 8, 640000), ("银龄学堂教室", 40, 590000), ("心理咨询室", 4, 420000), ("棋牌室", 20, 340000),
)  # fmt: skip
PLACES = (
    ("和煦养老服务站", "STATION"), ("和煦老年食堂", "CANTEEN"), ("和煦日间照料中心", "DAY_CARE"), ("和煦康复驿站", "REHABILITATION"),
)  # fmt: skip


@dataclass(frozen=True)
class SignIn:
    """One demonstration account: who they are and what their day begins with."""

    username: str
    name: str
    role: str
    sex: int


# Printed by `make run`; one for each role of product.md §1.
SIGN_INS = (
    SignIn("director", "张敏", "DIRECTOR", 2),
    SignIn("committee", "李建华", "COMMITTEE", 1),
    SignIn("worker", "陈静", "SOCIAL_WORKER", 2),
    SignIn("supervisor", "周明", "SUPERVISOR", 1),
    SignIn("dispatcher", "杨洋", "DISPATCHER", 1),
    SignIn("carer", "和丽", "CARE_WORKER", 2),
    SignIn("volunteer", "王桂珍", "VOLUNTEER", 2),
    SignIn("elder", "段玉兰", "ELDER", 2),
    SignIn("family", "段小梅", "FAMILY", 2),
    SignIn("donor", "赵国强", "DONOR", 1),
    SignIn("representative", "吴芳", "REPRESENTATIVE", 2),
    SignIn("street", "钱立", "STREET_OFFICER", 1),
    SignIn("auditor", "孙严", "AUDITOR", 1),
)


@dataclass
class Station:
    """What the later chapters of the demonstration build on."""

    community: Community
    buildings: list[Area]
    users: dict[str, User]
    persons: dict[str, Person]
    bodies: dict[str, Organisation]
    station: User


def name_of(number: int) -> tuple[str, str, str]:
    """Chinese name, English name and slug of the n-th demonstration community (0 is 和煦社区)."""
    others = ("锦绣", "安宁", "金江", "松林", "福源", "长青", "翠湖", "平安", "向阳", "团结")
    if number == 0:
        return "和煦社区", "Hexu Community", "hexu"
    return (
        f"{others[(number - 1) % len(others)]}{(number - 1) // len(others) or ''}社区",
        f"Community {number}",
        f"demo{number}",
    )


def open_station(*, number: int, on: date) -> Community:
    """The area tree of one demonstration community under a street that does not exist."""
    street = Area.objects.filter(kind="STREET", name="和平街道（演示）").first()
    if street is None:
        province = areas.add(
            kind="PROVINCE", name="演示省", name_en="Demonstration Province", parent=None, code="99"
        )
        city = areas.add(
            kind="PREFECTURE", name="演示市", name_en="Demonstration City", parent=province, code="9999"
        )
        county = areas.add(
            kind="COUNTY", name="演示区", name_en="Demonstration District", parent=city, code="999999"
        )
        street = areas.add(
            kind="STREET", name="和平街道（演示）", name_en="Heping Sub-district (demo)", parent=county
        )
    name, name_en, slug = name_of(number)
    lon, lat = LON + 0.02 * number, LAT + 0.01 * number
    node = areas.add(kind="COMMUNITY", name=name, name_en=name_en, parent=street, lon=lon, lat=lat)
    community = areas.open_community(
        area=node, slug=slug, name=name, name_en=name_en, phone="0886-3620000", origin_lon=lon, origin_lat=lat,
        address="和平街道和煦路 1 号（演示）", residents=9431, is_demo=True, opened_on=date(on.year - 2, 3, 1),
    )  # fmt: skip
    for grid in range(GRIDS):
        grid_node = areas.add(kind="GRID", name=f"第{grid + 1}网格", name_en=f"Grid {grid + 1}", parent=node)
        for building in range(BUILDINGS_PER_GRID):
            count = grid * BUILDINGS_PER_GRID + building
            areas.add(
                kind="BUILDING", name=f"{count + 1}号楼", name_en=f"Building {count + 1}", parent=grid_node,
                lon=lon + (count % 6 - 2.5) * 0.0011, lat=lat + (count // 6 - 2.5) * 0.0010,
            )  # fmt: skip
    return community


def staff_station(*, community: Community, number: int, seed: int, by: User, at: datetime) -> Station:
    """Rooms, organisations, partners and the people who sign in. Runs inside the community's scope."""
    scope.require()
    random = Random(f"station:{seed}")
    bodies: dict[str, Organisation] = {}
    since = date(at.year - 2, 3, 1)
    prefix = "" if number == 0 else f"{community.name} "
    for name, kind in PARTIES:
        bodies[kind] = organisations.register(
            community=community, name=prefix + name, party_kind=kind, is_demo=True, since=since, by=by, at=at
        )
    for domain, group in SOCIAL_ORGANISATIONS.items():
        for place, name in enumerate(group):
            bodies[name] = organisations.register(
                community=community, name=name, party_kind="SOCIAL_ORGANISATION", domain=domain, is_demo=True,
                stage=("INCUBATION", "TAKEOVER", "INDEPENDENT")[place % 3], is_key=name in KEY_GROUPS,
                filing_no=f"和备〔{at.year - 2}〕{len(bodies):02d}号", since=since, by=by, at=at,
            )  # fmt: skip
    for name, kind in PARTNERS:
        bodies[name] = organisations.register(
            community=community, name=name, partner_kind=kind, is_demo=True, since=since, by=by, at=at
        )
    _rooms(community=community, on=since)
    users: dict[str, User] = {}
    persons: dict[str, Person] = {}
    for each in SIGN_INS:
        username = each.username if number == 0 else f"{each.username}{number}"
        if each.role in {"ELDER", "FAMILY"}:
            continue  # they follow when the elder is on the register
        person = None
        if each.role != "STREET_OFFICER":
            person = people.register(
                community=community, name=each.name, sex=each.sex, born_on=_age(random, each.role, at),
                no_id_reason="演示", phone=names.phone_number(9000000 + number * 100 + len(users)), is_demo=True,
                by=by, at=at,
            )  # fmt: skip
            persons[each.username] = person
        user = accounts.open_account(
            username=username, password=PASSWORD, person=person, display_name=each.name, by=by, at=at
        )
        accounts.grant(
            user=user, role=each.role,
            community=None if each.role == "STREET_OFFICER" else community,
            area=community.area.parent if each.role == "STREET_OFFICER" else None,
            organisation=bodies["银龄养老服务队"] if each.role in {"DISPATCHER", "CARE_WORKER"} else None,
            since=since, by=by, at=at,
        )  # fmt: skip
        users[each.username] = user
    _representatives(community=community, persons=persons, bodies=bodies, random=random, by=by, at=at)
    buildings = list(
        Area.objects.filter(kind="BUILDING", path__contains=[community.area_id])
        .select_related("parent")
        .order_by("pk")
    )
    return Station(community, buildings, users, persons, bodies, by)


def _age(random: Random, role: str, at: datetime) -> date:
    low, high = (62, 68) if role == "VOLUNTEER" else (28, 55)
    return date(at.year - random.randint(low, high), random.randint(1, 12), random.randint(1, 28))


def _rooms(*, community: Community, on: date) -> None:
    """Four facilities and the eight rooms with what they cost (51,600 yuan, S0-26)."""
    for name, kind in PLACES:
        Place.objects.create(
            community=community, name=name, kind=kind, area=community.area, hours="8:30–17:30",
            lon=community.origin_lon, lat=community.origin_lat,
        )  # fmt: skip
    station = Place.objects.get(community=community, kind="STATION")
    for name, seats, cost in ROOMS:
        Room.objects.create(
            community=community,
            place=station,
            name=name,
            use=name,
            capacity=seats,
            cost_fen=cost,
            fitted_on=on,
        )


def _representatives(
    *, community: Community, persons: dict[str, Person], bodies: dict[str, Organisation], random: Random, by: User,
    at: datetime,
) -> None:  # fmt: skip
    """One representative for each of the five parties and for the partners that come to the meeting."""
    known = {"COMMUNITY": "committee", "SOCIAL_WORKER": "worker", "VOLUNTEER": "volunteer"}
    seats = [
        "COMMUNITY",
        "SOCIAL_WORKER",
        "VOLUNTEER",
        "CHARITY",
        "银龄养老服务队",
        "和煦物业公司",
        "市慈善会（演示）",
    ]
    for seat in seats:
        if seat in known:
            person = persons[known[seat]]
        elif seat == "CHARITY":
            person = persons["representative"]
        else:
            sex = random.choice((1, 2))
            person = people.register(
                community=community, name=names.person_name(random, sex=sex, old=False), sex=sex,
                no_id_reason="演示", is_demo=True, by=by, at=at,
            )  # fmt: skip
        organisations.join(person=person, organisation=bodies[seat], role="REPRESENTATIVE", by=by, at=at)
