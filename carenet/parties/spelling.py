"""Pinyin of Chinese names, with the readings surnames really have."""

from __future__ import annotations

# pypinyin reads these characters wrongly when they are surnames. Source: libraries.md §3, trap 2; 汉语大词典.
SURNAMES: dict[str, str] = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "区": "ou", "查": "zha", "任": "ren", "盖": "ge",
    "朴": "piao", "尉": "wei", "缪": "miao", "乐": "yue", "折": "she", "冼": "xian", "繁": "po", "秘": "bi",
    "员": "yun", "贠": "yun", "召": "shao", "黑": "he", "洗": "xian", "尹": "yin", "翟": "zhai", "郇": "xun",
    "燕": "yan", "应": "ying", "令": "ling", "車": "che", "车": "che", "覃": "qin", "种": "chong", "谌": "chen",
    "牟": "mu", "佴": "nai", "纪": "ji", "逄": "pang", "宓": "mi", "隗": "wei", "句": "gou", "哈": "ha",
    "过": "guo", "那": "na", "都": "du", "葛": "ge", "华": "hua", "宁": "ning", "撒": "sa", "卜": "bu",
    "长": "chang", "褚": "chu", "晁": "chao", "适": "kuo", "祭": "zhai", "阚": "kan", "麴": "qu", "郗": "xi",
    "乜": "nie", "呙": "guo", "幺": "yao", "岑": "cen", "郄": "qie", "藏": "zang", "洪": "hong", "柏": "bai",
}  # fmt: skip
DOUBLE: dict[str, list[str]] = {
    "尉迟": ["yu", "chi"], "长孙": ["zhang", "sun"], "澹台": ["tan", "tai"], "万俟": ["mo", "qi"],
    "单于": ["chan", "yu"], "令狐": ["ling", "hu"], "宇文": ["yu", "wen"], "欧阳": ["ou", "yang"],
    "司马": ["si", "ma"], "上官": ["shang", "guan"], "诸葛": ["zhu", "ge"], "东方": ["dong", "fang"],
}  # fmt: skip


def pinyin_of(name: str) -> tuple[str, str]:
    """Full pinyin without spaces and the initials: 王桂珍 -> ('wangguizhen', 'wgz')."""
    cleaned = "".join(name.split()).replace("·", "")
    for surname, reading in DOUBLE.items():
        if cleaned.startswith(surname):
            syllables = [*reading, *_syllables(cleaned[len(surname) :])]
            break
    else:
        first = SURNAMES.get(cleaned[:1])
        syllables = [first, *_syllables(cleaned[1:])] if first else _syllables(cleaned)
    letters = [each.lower() for each in syllables if each]
    return "".join(letters)[:160], "".join(each[0] for each in letters)[:40]


def _syllables(text: str) -> list[str]:
    if not text:
        return []
    from pypinyin import Style, lazy_pinyin  # only here: its dictionaries take most of a second to load

    return lazy_pinyin(text, style=Style.NORMAL, errors="default")
