"""The sheets of households, categories and readings: their columns, and the words people write into them.

Pure data and parsing; headings are data of a file, read in Chinese and English. Who a row is about stands in the same
columns everywhere (WHO). Sources: ux.md §6.10; domain.md §2.9; issue 3 item 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from elders.rules import health, sheet
from elders.rules.sheet import SheetColumn
from elders.states import CategoryCode, HouseholdRoleKind, Relation
from elders.states_health import MeasureKind

NUMBER = SheetColumn("number", "档案号", "File number", ("档案编号", "编号"), text=True, width=10)
NAME = sheet.BY_KEY["name"]
WHO: tuple[SheetColumn, ...] = (
    NUMBER,
    NAME,
    replace(sheet.BY_KEY["id_number"], required=False),
    sheet.BY_KEY["born_on"],
    sheet.BY_KEY["phone"],
    replace(sheet.BY_KEY["building"], required=False),
)

HOUSEHOLDS: tuple[SheetColumn, ...] = (
    replace(sheet.BY_KEY["building"], required=True),
    replace(sheet.BY_KEY["door"], required=True),
    *(each for each in WHO if each.key != "building"),
    SheetColumn("role", "户内角色", "Role in the household", ("角色", "身份"), required=True, width=14),
    SheetColumn("relation", "与户主关系", "Relation to the head", ("关系", "与户主的关系"), width=14),
    SheetColumn("since", "开始日期", "Since", ("起始日期", "入住日期"), text=True),
    SheetColumn("until", "结束日期", "Until", ("迁出日期",), text=True),
)
CATEGORIES: tuple[SheetColumn, ...] = (
    *WHO,
    SheetColumn("code", "人员类别", "Category", ("类别", "类别代码"), required=True, width=18),
    SheetColumn(
        "evidence", "证件号", "Document and number", ("证明材料", "证明编号", "文号"), text=True, width=22
    ),
    SheetColumn("kind", "残疾类别", "Kind of disability", width=10),
    SheetColumn("grade", "残疾等级", "Grade of disability", width=10),
    SheetColumn("since", "有效期自", "Valid from", ("开始日期", "起始日期"), text=True),
    SheetColumn("until", "有效期至", "Valid until", ("结束日期", "截止日期"), text=True),
)
READINGS: tuple[SheetColumn, ...] = (
    *WHO,
    SheetColumn("kind", "测量项目", "Measured", ("项目", "指标"), required=True, width=14),
    SheetColumn("value", "数值", "Value", ("测量值", "结果", "收缩压"), required=True, text=True, width=10),
    SheetColumn("second", "舒张压", "Diastolic", ("低压",), text=True, width=10),
    SheetColumn("unit", "单位", "Unit", width=10),
    SheetColumn("taken_at", "测量时间", "Measured at", ("测量日期", "时间", "日期"), required=True, text=True, width=18),
)  # fmt: skip

ROLE_WORDS: dict[str, str] = {
    "户主": HouseholdRoleKind.HEAD, "head": HouseholdRoleKind.HEAD, "同住": HouseholdRoleKind.RESIDENT,
    "住在这里": HouseholdRoleKind.RESIDENT, "家庭成员": HouseholdRoleKind.RESIDENT, "成员": HouseholdRoleKind.RESIDENT,
    "常住": HouseholdRoleKind.RESIDENT, "resident": HouseholdRoleKind.RESIDENT, "照护人": HouseholdRoleKind.CARER,
    "照护者": HouseholdRoleKind.CARER, "保姆": HouseholdRoleKind.CARER, "carer": HouseholdRoleKind.CARER,
    "亲属": HouseholdRoleKind.KIN, "不同住亲属": HouseholdRoleKind.KIN, "kin": HouseholdRoleKind.KIN,
    "紧急联系人": HouseholdRoleKind.EMERGENCY, "emergency contact": HouseholdRoleKind.EMERGENCY,
    "emergency": HouseholdRoleKind.EMERGENCY,
}  # fmt: skip
# How a role, a relation, a category is written by an export; the import reads these and more.
ROLE_OUT = {
    HouseholdRoleKind.HEAD: "户主", HouseholdRoleKind.RESIDENT: "同住", HouseholdRoleKind.CARER: "照护人",
    HouseholdRoleKind.KIN: "不同住亲属", HouseholdRoleKind.EMERGENCY: "紧急联系人",
}  # fmt: skip
CAPTAIN_WORDS = frozenset({"楼长", "楼栋长", "captain", "building captain"})
RELATION_OUT = {
    Relation.SELF: "本人", Relation.SPOUSE: "配偶", Relation.SON: "儿子", Relation.DAUGHTER: "女儿",
    Relation.CHILD_IN_LAW: "儿媳", Relation.GRANDCHILD: "孙子", Relation.SIBLING: "兄弟姐妹",
    Relation.RELATIVE: "亲属", Relation.NEIGHBOUR: "邻居", Relation.FRIEND: "朋友", Relation.CARER: "保姆",
    Relation.STAFF: "社区工作人员", Relation.OTHER: "其他",
}  # fmt: skip
CATEGORY_OUT = {
    CategoryCode.TEKUN_SCATTERED: "特困（分散）", CategoryCode.TEKUN_CENTRAL: "特困（集中）",
    CategoryCode.DIBAO: "低保", CategoryCode.DIBAO_EDGE: "低保边缘", CategoryCode.RIGID_SPEND: "刚性支出困难",
    CategoryCode.LOW_INCOME: "低收入", CategoryCode.SHIDU: "失独",
    CategoryCode.FAMILY_PLANNING_SPECIAL: "计生特殊家庭", CategoryCode.LIUSHOU: "留守",
    CategoryCode.WITH_DISABLED_CHILD: "老养残", CategoryCode.DISABLED: "残疾", CategoryCode.VETERAN: "优抚",
    CategoryCode.LABOUR_MODEL: "劳模", CategoryCode.RETURNED_OVERSEAS: "归侨",
    CategoryCode.OUT_OF_POVERTY: "脱贫户", CategoryCode.RESETTLED: "易地搬迁",
}  # fmt: skip
KIND_OUT = {number: word for word, number in sheet.KINDS.items()}
GRADE_OUT = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
MEASURE_OUT = {
    MeasureKind.BP: "血压", MeasureKind.HEART_RATE: "心率", MeasureKind.GLUCOSE_FASTING: "空腹血糖",
    MeasureKind.GLUCOSE_AFTER: "餐后血糖", MeasureKind.OXYGEN: "血氧", MeasureKind.TEMPERATURE: "体温",
    MeasureKind.WEIGHT: "体重",
}  # fmt: skip
MEASURE_WORDS: dict[str, str] = {
    **{word: code for code, word in MEASURE_OUT.items()},
    "脉搏": MeasureKind.HEART_RATE, "餐后2小时血糖": MeasureKind.GLUCOSE_AFTER, "血氧饱和度": MeasureKind.OXYGEN,
    "blood pressure": MeasureKind.BP, "heart rate": MeasureKind.HEART_RATE,
    "fasting glucose": MeasureKind.GLUCOSE_FASTING, "glucose after a meal": MeasureKind.GLUCOSE_AFTER,
    "oxygen": MeasureKind.OXYGEN, "temperature": MeasureKind.TEMPERATURE, "weight": MeasureKind.WEIGHT,
}  # fmt: skip
UNIT_OUT = {
    MeasureKind.BP: "mmHg", MeasureKind.HEART_RATE: "次/分", MeasureKind.GLUCOSE_FASTING: "mmol/L",
    MeasureKind.GLUCOSE_AFTER: "mmol/L", MeasureKind.OXYGEN: "%", MeasureKind.TEMPERATURE: "℃", MeasureKind.WEIGHT: "kg",
}  # fmt: skip
# Other spellings of the same unit.
SAME_UNIT = {
    "mmhg": "mmHg", "毫米汞柱": "mmHg", "次/分": "次/分", "次/分钟": "次/分", "/min": "次/分", "bpm": "次/分",
    "beats/min": "次/分", "mmol/l": "mmol/L", "毫摩尔/升": "mmol/L", "%": "%", "％": "%", "℃": "℃", "°c": "℃", "c": "℃",
    "度": "℃", "摄氏度": "℃", "kg": "kg", "公斤": "kg", "千克": "kg",
}  # fmt: skip
# The only unit that is converted, because the law says how: 1 市斤 = 0.5 kg (国务院关于统一计量制度的命令, 1959 [M-h]).
# kPa, mg/dL and °F come from devices set up wrongly; they are asked back, not guessed.
JIN = frozenset({"斤", "市斤"})
_MOMENT = re.compile(r"^(?P<day>\S+?)(?:[\sT]+(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：]\d{2})?)?$")
_PRESSURE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*[/／]\s*(\d+(?:\.\d+)?)\s*$")


def role(text: str) -> str | None:
    """The role a word means; the code itself counts too. "CAPTAIN" is named on the page of a home, not here."""
    cleaned = text.strip()
    if cleaned.lower() in CAPTAIN_WORDS or cleaned == HouseholdRoleKind.CAPTAIN:
        return HouseholdRoleKind.CAPTAIN
    if cleaned in HouseholdRoleKind.values:
        return cleaned
    return sheet.word(ROLE_WORDS, cleaned)


def relation(text: str) -> str | None:
    """The relation a word means; a head of a household is related to themselves as 本人."""
    cleaned = text.strip()
    if cleaned in {"本人", "户主", "self"}:
        return Relation.SELF
    return cleaned if cleaned in Relation.values else sheet.word(sheet.RELATION_WORDS, cleaned)


def category(text: str) -> tuple[str, int | None, int | None] | None:
    """One category by its code or its Chinese name, with kind and grade when they stand in the same cell."""
    cleaned = text.strip()
    if cleaned.upper() in CategoryCode.values:
        return (cleaned.upper(), None, None)
    found = sheet.categories(cleaned)
    return found[0] if found and len(found) == 1 else None


def grade(text: str) -> int | None:
    """二级, 2级 or 2."""
    cleaned = text.strip()
    return int(cleaned) if cleaned in {"1", "2", "3", "4"} else sheet.GRADES.get(cleaned)


def measure(text: str) -> str | None:
    """The kind of reading a word means."""
    cleaned = text.strip()
    return cleaned if cleaned in MeasureKind.values else sheet.word(MEASURE_WORDS, cleaned)


def two_values(text: str) -> tuple[str, str] | None:
    """128/76 as two texts; None when it is not written so."""
    found = _PRESSURE.match(text)
    return (found[1], found[2]) if found else None


def in_unit(kind: str, value: str, unit: str) -> str | None:
    """The value in the unit of its kind; None when the unit is another one. No unit means the usual one."""
    cleaned = unit.strip().lower()
    if not cleaned or SAME_UNIT.get(cleaned) == UNIT_OUT[MeasureKind(kind)]:
        return value
    if kind == MeasureKind.WEIGHT and cleaned in JIN:
        try:
            # Half a pound of the last digit is not told by a paper: rounded to the step that is kept.
            return str((Decimal(value.strip()) / 2).quantize(Decimal("0.1")))
        except InvalidOperation:
            return value
    return None


def moment(text: str) -> datetime | None:
    """2026-11-20 08:30 without a zone; a day without a time is its noon; None when it is neither."""
    found = _MOMENT.match(text.strip())
    if not found:
        return None
    day = sheet.day(found["day"])
    hour, minute = int(found["hour"] or 12), int(found["minute"] or 0)
    if day is None or hour > 23 or minute > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 (the caller gives the station's zone)


def has_time(text: str) -> bool:
    """Whether a time of day is written."""
    found = _MOMENT.match(text.strip())
    return bool(found and found["hour"])


def value_out(kind: str, value: int) -> str:
    """7.8, 128: as it is written on paper."""
    return health.number(value, health.MEASURES[kind].decimals)


def missing(columns: Iterable[SheetColumn], keys: Iterable[str | None]) -> list[str]:
    """The headings that are needed and not there."""
    there = set(keys)
    return [each.zh for each in columns if each.required and each.key not in there]
