"""Check ID numbers, credit codes and phones, and make synthetic ones for demonstrations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric, uscc

from carenet.kernel.errors import DomainError

_SHAPE = re.compile(r"^\d{17}[\dX]$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_EARLIEST = date(1900, 1, 1)
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^0\d{9,11}(-\d{1,6})?$")


class BadIdNumber(DomainError):
    """The ID number is not a resident ID number."""

    code = "bad_id_number"
    default_message = _("An ID number has 18 characters: 17 digits and a digit or X. Please check it.")


class BadIdDate(BadIdNumber):
    code = "bad_id_date"
    default_message = _("The birth date inside the ID number is not possible. Please check the number.")


class BadIdCheck(BadIdNumber):
    code = "bad_id_check"
    default_message = _(
        "The last character of the ID number does not fit the others. Please compare with the card."
    )


class BadPhone(DomainError):
    code = "bad_phone"
    default_message = _("Please write an 11-digit mobile number, or a landline number with its area code.")


@dataclass(frozen=True)
class IdFacts:
    """What a valid ID number says. `region` is the 6-digit code at the time of registration."""

    number: str
    born_on: date
    sex: int
    region: str


def check_id_number(text: str, *, on: date) -> IdFacts:
    """Check a resident ID number as of a day. Raises BadIdNumber, BadIdDate, BadIdCheck.

    Order: shape, real date between 1900 and `on`, check character. Region prefixes are not refused: codes were
    abolished and merged over the years. Source: GB 11643-1999; domain.md §2.1.
    """
    number = "".join(text.split()).upper().translate(str.maketrans("０１２３４５６７８９Ｘ", "0123456789X"))
    if not _SHAPE.match(number):
        raise BadIdNumber
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as wrong:
        raise BadIdDate from wrong
    if not _EARLIEST <= born_on <= on:
        raise BadIdDate
    if ric.calc_check_digit(number) != number[-1]:
        raise BadIdCheck
    return IdFacts(number, born_on, 1 if int(number[16]) % 2 else 2, number[:6])


def demo_id_number(*, born_on: date, sex: int, sequence: int) -> str:
    """A synthetic number with a right check character in a region that does not exist.

    `sequence` 0..499; the 17th digit is odd for male, even for female. Source: domain.md §2.1 (region 999999).
    """
    serial = sequence * 2 + (1 if sex == 1 else 0)
    body = f"{settings.DEMO_ID_REGION}{born_on:%Y%m%d}{serial % 1000:03d}"
    return body + _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def credit_code_passes(code: str) -> bool:
    """Whether a unified social credit code passes its check. Source: GB 32100-2015, python-stdnum."""
    return bool(uscc.is_valid(code))


def normal_phone(text: str) -> str:
    """A Chinese phone number in one form: 13800138000 or 0886-3620000 without signs. Raises BadPhone.

    Accepts spaces, hyphens, brackets, full-width digits, +86 and 0086. Source: domain.md §2.6.
    """
    digits = re.sub(
        r"[\s()（）\-—–]", "", text.translate(str.maketrans("０１２３４５６７８９＋", "0123456789+"))
    )
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    if _MOBILE.match(digits) and not digits.startswith("14"):
        return digits
    if _LANDLINE.match(digits):
        return digits
    try:
        parsed = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException as wrong:
        raise BadPhone from wrong
    if not phonenumbers.is_valid_number(parsed):
        raise BadPhone
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)).removeprefix("+86")
