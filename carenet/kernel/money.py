"""Money is an integer number of fen; yuan exist only as text."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError

_YUAN = re.compile(r"^\d{1,12}(\.\d{1,2})?$")


class NotMoney(DomainError):
    """The text is not an amount of yuan with at most two decimals."""

    code = "not_money"
    default_message = _("Please write the amount like 1284 or 1,284.50 (yuan).")


def yuan(fen: int) -> str:
    """Fen as yuan with thousands separators: 128430000 -> '1,284,300.00'."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def parse_yuan(text: str) -> int:
    """Read an amount typed by a person ('1,284.5', '￥300', '300 元') as fen. Raises NotMoney."""
    cleaned = text.strip().translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,"))
    cleaned = cleaned.removeprefix("¥").removeprefix("￥").removesuffix("元").replace(",", "").strip()
    if not _YUAN.match(cleaned):
        raise NotMoney(text=text)
    whole, _dot, rest = cleaned.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])


def share(amount: int, percent: int) -> int:
    """A whole percentage of an amount, rounded down to the fen."""
    return amount * percent // 100
