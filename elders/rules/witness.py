"""What neighbours who review a decision may see and say: no health, no allowance, no household's misfortune.

Field classes C1 to C3 only; plain data and two functions. Source: domain.md §1.13 audit rule 8, §9.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from elders.states import CategoryCode, Living

# Categories that tell neither of health nor of money nor of a loss; all others are C4 and never leave the office.
OPEN_CATEGORIES = frozenset(
    {
        CategoryCode.LIUSHOU,
        CategoryCode.VETERAN,
        CategoryCode.LABOUR_MODEL,
        CategoryCode.RETURNED_OVERSEAS,
        CategoryCode.RESETTLED,
    }
)

# A living situation that tells of somebody's disability is told without it.
OPEN_LIVING = {Living.WITH_DISABLED_CHILD: Living.WITH_CHILDREN}

# Words that tell of health or ability.
_HEALTH = (
    "诊断", "病", "血压", "血糖", "血氧", "心率", "心跳", "体温", "体重", "住院", "出院", "手术", "癌", "肿瘤", "中风", "偏瘫",
    "瘫痪", "脑梗", "脑出血", "骨折", "失能", "失智", "痴呆", "抑郁", "自杀", "轻生", "残疾", "残障", "失明", "盲人", "聋", "卧床",
    "用药", "服药", "吃药", "药物", "过敏", "大小便", "失禁", "精神障碍", "精神分裂", "精神异常", "评估分", "能力等级",
)  # fmt: skip
_ENGLISH = re.compile(
    r"\b(diagnos\w*|disease\w*|illness\w*|sick\w*|blood pressure|blood sugar|glucose|oxygen|diabet\w*|hypertension|cancer\w*|tumou?r\w*"
    r"|stroke|dementia|alzheimer\w*|depress\w*|suicid\w*|disab\w*|hospital\w*|surger\w*|medicin\w*|medication\w*|bedridden|incontinen\w*"
    r"|paralys\w*|fractur\w*|allerg\w*|blind|deaf)\b",
    re.IGNORECASE,
)
_READING = re.compile(r"\d{2,3}\s*/\s*\d{2,3}|\d+(\.\d+)?\s*(mmHg|mmol|℃|°C|kg|公斤)", re.IGNORECASE)


def health_word(text: str, known: Iterable[str] = ()) -> str:
    """The first word that tells of health, or ""; `known` are the elder's own diseases, medicines and allergies."""
    found = [(text.find(each), each) for each in _HEALTH if each in text]
    for pattern in (_ENGLISH, _READING):
        hit = pattern.search(text)
        if hit:
            found.append((hit.start(), hit.group()))
    folded = text.casefold()
    found += [
        (folded.find(each.casefold()), each) for each in known if len(each) > 1 and each.casefold() in folded
    ]
    return min(found)[1] if found else ""


def shown_categories(codes: Iterable[str]) -> list[CategoryCode]:
    """The categories of a person that neighbours may be told."""
    return [CategoryCode(each) for each in codes if each in OPEN_CATEGORIES]


def shown_living(living: str) -> Living:
    """With whom the elder lives, as neighbours may be told."""
    return OPEN_LIVING.get(Living(living), Living(living))
