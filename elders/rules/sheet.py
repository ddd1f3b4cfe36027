"""The register as a sheet: its columns, and the words people write into them. Pure data and parsing.

Headings and cell words are data of a file, not text of a page: they are read in Chinese and English, whatever
language the reader uses. Source: ux.md §6.10; domain.md §2.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from carenet.accounts.states import FieldClass
from elders.states import Caregiver, CategoryCode, Living, Relation


@dataclass(frozen=True)
class SheetColumn:
    """A column: key, Chinese and English heading, other headings that mean the same."""

    key: str
    zh: str
    en: str
    also: tuple[str, ...] = ()
    required: bool = False
    text: bool = False
    width: int = 14

    @property
    def field_class(self) -> FieldClass:
        """How sensitive the column is when it leaves the station: C3 unless said otherwise. Source: domain.md §9.4."""
        if self.key in INTERNAL:
            return FieldClass.INTERNAL
        return FieldClass.SENSITIVE if self.key in SENSITIVE else FieldClass.PERSONAL


INTERNAL = frozenset({"name", "number", "grid", "building", "registered_on"})
SENSITIVE = frozenset(
    {"id_number", "categories", "code", "kind", "grade", "evidence", "value", "second", "unit"}
)


COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn("name", "姓名", "Name", ("老人姓名",), required=True, width=12),
    SheetColumn(
        "id_number",
        "身份证号",
        "ID number",
        ("身份证", "身份证号码", "公民身份号码", "证件号码"),
        True,
        True,
        22,
    ),
    SheetColumn("no_id_reason", "无证原因", "Why no ID number", ("无身份证原因",), width=16),
    SheetColumn("sex", "性别", "Sex", width=8),
    SheetColumn("born_on", "出生日期", "Date of birth", ("生日", "出生年月日"), text=True),
    SheetColumn("phone", "电话", "Phone", ("手机", "手机号", "联系电话", "手机号码"), text=True, width=16),
    SheetColumn("grid", "网格", "Grid", ("所属网格",), width=12),
    SheetColumn("building", "楼栋", "Building", ("楼号", "楼栋号"), required=True, width=12),
    SheetColumn("door", "门牌", "Door", ("单元房号", "房号", "门牌号"), text=True, width=10),
    SheetColumn("living", "居住情况", "Living with", ("居住状况",), width=16),
    SheetColumn("caregiver", "有无照护人", "Caregiver", ("照护人",), width=12),
    SheetColumn("categories", "人员类别", "Categories", ("类别",), width=24),
    SheetColumn("ethnicity", "民族", "Ethnic group", width=10),
    SheetColumn("contact_name", "紧急联系人", "Emergency contact", ("联系人",), width=12),
    SheetColumn("contact_relation", "与老人关系", "Relation", ("联系人关系", "关系"), width=12),
    SheetColumn("contact_phone", "联系人电话", "Contact's phone", ("紧急联系人电话",), text=True, width=16),
    SheetColumn("registered_on", "建档日期", "Registered on", ("登记日期",), text=True),
)
BY_KEY = {each.key: each for each in COLUMNS}
SECRET = frozenset({"id_number", "phone", "contact_phone"})
EXAMPLE_MARK = "示例"

LIVING_WORDS: dict[str, str] = {
    "独居": Living.ALONE, "alone": Living.ALONE, "空巢": Living.COUPLE_ONLY, "空巢（夫妻）": Living.COUPLE_ONLY,
    "与配偶": Living.COUPLE_ONLY, "夫妻同住": Living.COUPLE_ONLY, "couple": Living.COUPLE_ONLY,
    "留守": Living.LEFT_BEHIND, "left behind": Living.LEFT_BEHIND, "与残疾子女同住": Living.WITH_DISABLED_CHILD,
    "老养残": Living.WITH_DISABLED_CHILD, "with a disabled child": Living.WITH_DISABLED_CHILD,
    "与子女同住": Living.WITH_CHILDREN, "与子女": Living.WITH_CHILDREN, "with children": Living.WITH_CHILDREN,
    "其他": Living.OTHER, "other": Living.OTHER, "不详": Living.UNKNOWN, "unknown": Living.UNKNOWN,
}  # fmt: skip
CAREGIVER_WORDS: dict[str, str] = {
    "有": Caregiver.YES, "是": Caregiver.YES, "yes": Caregiver.YES, "无": Caregiver.NO, "没有": Caregiver.NO,
    "否": Caregiver.NO, "no": Caregiver.NO, "不详": Caregiver.UNKNOWN, "unknown": Caregiver.UNKNOWN,
}  # fmt: skip
SEX_WORDS = {"男": 1, "女": 2, "male": 1, "female": 2, "m": 1, "f": 2, "1": 1, "2": 2}
RELATION_WORDS: dict[str, str] = {
    "配偶": Relation.SPOUSE, "老伴": Relation.SPOUSE, "丈夫": Relation.SPOUSE, "妻子": Relation.SPOUSE,
    "儿子": Relation.SON, "子": Relation.SON, "女儿": Relation.DAUGHTER, "女": Relation.DAUGHTER,
    "儿媳": Relation.CHILD_IN_LAW, "女婿": Relation.CHILD_IN_LAW, "孙子": Relation.GRANDCHILD,
    "孙女": Relation.GRANDCHILD, "外孙": Relation.GRANDCHILD, "外孙女": Relation.GRANDCHILD,
    "兄弟": Relation.SIBLING, "姐妹": Relation.SIBLING, "兄弟姐妹": Relation.SIBLING, "亲属": Relation.RELATIVE,
    "亲戚": Relation.RELATIVE, "侄子": Relation.RELATIVE, "侄女": Relation.RELATIVE, "外甥": Relation.RELATIVE,
    "邻居": Relation.NEIGHBOUR, "朋友": Relation.FRIEND, "保姆": Relation.CARER, "护工": Relation.CARER,
    "社区工作人员": Relation.STAFF, "其他": Relation.OTHER,
}  # fmt: skip
CATEGORY_WORDS: dict[str, str] = {
    "低保": CategoryCode.DIBAO, "最低生活保障": CategoryCode.DIBAO, "低保边缘": CategoryCode.DIBAO_EDGE,
    "特困": CategoryCode.TEKUN_SCATTERED, "特困人员": CategoryCode.TEKUN_SCATTERED,
    "特困（分散）": CategoryCode.TEKUN_SCATTERED, "特困（集中）": CategoryCode.TEKUN_CENTRAL,
    "刚性支出困难": CategoryCode.RIGID_SPEND, "低收入": CategoryCode.LOW_INCOME, "失独": CategoryCode.SHIDU,
    "计生特殊家庭": CategoryCode.FAMILY_PLANNING_SPECIAL, "计划生育特殊家庭": CategoryCode.FAMILY_PLANNING_SPECIAL,
    "留守": CategoryCode.LIUSHOU, "老养残": CategoryCode.WITH_DISABLED_CHILD, "优抚": CategoryCode.VETERAN,
    "退役军人": CategoryCode.VETERAN, "劳模": CategoryCode.LABOUR_MODEL, "归侨": CategoryCode.RETURNED_OVERSEAS,
    "脱贫户": CategoryCode.OUT_OF_POVERTY, "建档立卡": CategoryCode.OUT_OF_POVERTY,
    "易地搬迁": CategoryCode.RESETTLED, "易地扶贫搬迁户": CategoryCode.RESETTLED, "残疾": CategoryCode.DISABLED,
}  # fmt: skip
GRADES = {"一级": 1, "二级": 2, "三级": 3, "四级": 4, "1级": 1, "2级": 2, "3级": 3, "4级": 4}
KINDS = {"视力": 1, "听力": 2, "言语": 3, "肢体": 4, "智力": 5, "精神": 6, "多重": 7}
_DISABLED = re.compile(r"^(视力|听力|言语|肢体|智力|精神|多重)?残疾([一二三四1-4]级)?$")
_SPLIT = re.compile(r"[、,，;；/\s]+")
# Codes of GB/T 3304; the names people write, with or without 族.
ETHNIC = {
    name: f"{number:02d}"
    for number, name in enumerate(
        [
            "汉",
            "蒙古",
            "回",
            "藏",
            "维吾尔",
            "苗",
            "彝",
            "壮",
            "布依",
            "朝鲜",
            "满",
            "侗",
            "瑶",
            "白",
            "土家",
            "哈尼",
            "哈萨克",
            "傣",
            "黎",
            "傈僳",
            "佤",
            "畲",
            "高山",
            "拉祜",
            "水",
            "东乡",
            "纳西",
            "景颇",
            "柯尔克孜",
            "土",
            "达斡尔",
            "仫佬",
            "羌",
            "布朗",
            "撒拉",
            "毛南",
            "仡佬",
            "锡伯",
            "阿昌",
            "普米",
            "塔吉克",
            "怒",
            "乌孜别克",
            "俄罗斯",
            "鄂温克",
            "德昂",
            "保安",
            "裕固",
            "京",
            "塔塔尔",
            "独龙",
            "鄂伦春",
            "赫哲",
            "门巴",
            "珞巴",
            "基诺",
        ],
        start=1,
    )
} | {"其他": "97"}
_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
_COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def key_of(heading: str, columns: Iterable[SheetColumn] = COLUMNS) -> str | None:
    """The column a heading means: Chinese, English or a usual other word; stars and brackets do not matter."""
    wanted = re.sub(r"[（(].*?[）)]|\*|\s", "", heading).lower()
    for column in columns:
        for known in (column.zh, column.en, column.key, *column.also):
            if wanted == known.replace(" ", "").lower():
                return column.key
    return None


def word(table: Mapping[str, str], text: str) -> str | None:
    """A word of a vocabulary, brackets in either width; None when it is not one."""
    cleaned = text.strip().replace("(", "（").replace(")", "）").lower()
    return table.get(cleaned) or table.get(cleaned.split("（")[0])


def day(text: str) -> date | None:
    """A day in any usual form (also with the time Excel adds); None when it is none."""
    cleaned = text.strip().removesuffix(" 00:00:00").removesuffix(" 00:00")
    found = _DAY.match(cleaned) or _COMPACT_DAY.match(cleaned)
    if not found:
        return None
    try:
        return date(*(int(each) for each in found.groups()))
    except ValueError:
        return None


def categories(text: str) -> list[tuple[str, int | None, int | None]] | None:
    """Categories with kind and grade of a disability; None when one word is not known."""
    found: list[tuple[str, int | None, int | None]] = []
    for each in _SPLIT.split(text.strip()):
        if not each or each in {"无", "没有"}:
            continue
        disabled = _DISABLED.match(each)
        if disabled:
            kind, grade = disabled.groups()
            found.append((CategoryCode.DISABLED, KINDS.get(kind or ""), GRADES.get(grade or "")))
            continue
        code = word(CATEGORY_WORDS, each)
        if code is None:
            return None
        found.append((code, None, None))
    return found


def ethnic_name(code: str) -> str:
    """The name of an ethnic group by its code of GB/T 3304; an unknown code stays as it is."""
    return next((name for name, known in ETHNIC.items() if known == code), code)


def ethnic_code(text: str) -> str | None:
    """The GB/T 3304 code of a name (白族 or 白) or of a code; None when it is neither."""
    cleaned = text.strip()
    if cleaned.isdigit() and len(cleaned) <= 2:
        return f"{int(cleaned):02d}"
    return ETHNIC.get(cleaned) or ETHNIC.get(cleaned.removesuffix("族"))


def masked(key: str, text: str) -> str:
    """What may be kept of a faulty cell: numbers of people lose their middle."""
    text = text.strip()
    if key not in SECRET or len(text) < 7:
        return text[:80]
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"[:80]
