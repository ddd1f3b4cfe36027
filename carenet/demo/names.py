"""Names of people who do not exist."""

from __future__ import annotations

from random import Random

# Common surnames with rough weights; some of the peoples of the setting (Lisu, Nu, Bai) use Chinese surnames too.
SURNAMES = (
    "王" * 7 + "李" * 7 + "张" * 7 + "刘" * 5 + "陈" * 5 + "杨" * 5 + "赵" * 3 + "黄" * 3 + "周" * 3 + "吴" * 3
    + "徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文和木腊此普"
)  # fmt: skip
DOUBLE = ("欧阳", "上官", "司马", "诸葛")
OLD_MEN = "国建明德福荣贵林海山宝忠义文清志光华永庆成祥喜全顺云龙金玉生发富春学仁礼信有才立平安兴昌茂根树柱"
OLD_WOMEN = "秀英兰珍桂芳玉梅凤莲菊香淑琴素华翠云春美霞月娥贞慧珠琼芝莉花金银巧惠彩爱仙娣"
YOUNG_MEN = "伟强磊军洋勇杰涛超明刚平辉鹏飞斌浩宇轩博文昊晨"
YOUNG_WOMEN = "芳娜静敏丽艳娟霞玲婷雪慧莹洁倩颖琳璐瑶欣怡佳"


def person_name(random: Random, *, sex: int, old: bool) -> str:
    """A name of two (25 %) or three characters, rarely with a double surname; fitting sex and generation."""
    if random.random() < 0.004:
        surname = random.choice(DOUBLE)
    else:
        surname = random.choice(SURNAMES)
    pool = (OLD_MEN if sex == 1 else OLD_WOMEN) if old else (YOUNG_MEN if sex == 1 else YOUNG_WOMEN)
    given = random.choice(pool)
    if random.random() > 0.25:
        given += random.choice(pool)
    return surname + given


def phone_number(number: int) -> str:
    """A phone of the block this demonstration uses (199-0000-xxxx, then 199-0001-xxxx …); nobody is called."""
    return f"1990{number:07d}"
