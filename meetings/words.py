"""Small words of the papers: Chinese numerals and clock times."""

from __future__ import annotations

from datetime import datetime

from carenet.kernel.months import STATION_ZONE

_DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 30 → 三十; above 99 plain digits."""
    if not 0 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    head = "" if tens == 1 else _DIGITS[tens]
    return f"{head}十{_DIGITS[ones] if ones else ''}"


def ordinal(number: int) -> str:
    """The number in 第七次."""
    return in_chinese(number)


def clock(moment: datetime) -> str:
    """9:05 in the station's zone."""
    local = moment.astimezone(STATION_ZONE)
    return f"{local.hour}:{local.minute:02d}"
