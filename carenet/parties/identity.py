"""Check ID numbers, credit codes and phones, and make synthetic ones for demonstrations."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from stdnum.cn import ric, uscc

from carenet.kernel.errors import DomainError

_SHAPE = re.compile(r"^\d{17}[\dX]$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_EARLIEST = date(1900, 1, 1)
_CREDIT_SHAPE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# Registering department and kind of organisation. Source: GB 32100-2015; domain.md §2.2 (51–59 read there, others [M-h]).
CREDIT_KINDS = {
    "51": pgettext_lazy("credit code", "social association"),
    "52": pgettext_lazy("credit code", "social service institution"),
    "53": pgettext_lazy("credit code", "foundation"),
    "54": pgettext_lazy("credit code", "residents' or villagers' committee"),
    "59": pgettext_lazy("credit code", "other body registered by civil affairs"),
    "11": pgettext_lazy("credit code", "state organ"),
    "12": pgettext_lazy("credit code", "public institution"),
    "13": pgettext_lazy("credit code", "mass organisation"),
    "91": pgettext_lazy("credit code", "enterprise"),
    "92": pgettext_lazy("credit code", "sole trader"),
    "93": pgettext_lazy("credit code", "farmers' cooperative"),
}
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


def normal_credit_code(text: str) -> str:
    """Without blanks and hyphens, capitals, half width. What is left may still be no credit code."""
    return "".join(unicodedata.normalize("NFKC", text).replace("-", "").split()).upper()


def organisation_check(body: str) -> str:
    """The check character of an 8-character organisation code. Source: GB 11714-1997; domain.md §2.2."""
    rest = (
        11
        - sum(int(each, 36) * weight for each, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    )
    return {10: "X", 11: "0"}.get(rest) or str(rest)


def credit_code_faults(code: str) -> tuple[str, ...]:
    """What is wrong with a unified social credit code: "shape", or "check" and "organisation". Empty: it passes.

    Both checks are soft: codes that fail one exist in the wild. Source: GB 32100-2015; domain.md §2.2.
    """
    if not _CREDIT_SHAPE.match(code):
        return ("shape",)
    found = []
    if uscc.calc_check_digit(code[:17]) != code[17]:
        found.append("check")
    if organisation_check(code[8:16]) != code[16]:
        found.append("organisation")
    return tuple(found)


def credit_code_passes(code: str) -> bool:
    """Whether a unified social credit code has its shape and passes both checks."""
    return not credit_code_faults(code)


def credit_code_kind(code: str) -> str:
    """What the first two characters say the organisation is, in words; empty when the table does not know them."""
    return str(CREDIT_KINDS.get(code[:2], ""))


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
