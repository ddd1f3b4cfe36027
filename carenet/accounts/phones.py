"""Phone numbers as people type them at sign-in, and the keyed hash under which a user is found."""

from __future__ import annotations

import re

from carenet.parties import identity, sealed

_MOBILE = re.compile(r"^1[3-9]\d{9}$")


def normalised(text: str) -> str:
    """The one form of a phone number, or an empty text when it is none."""
    if sum(sign.isdigit() for sign in text) < 7 or any(sign.isalpha() for sign in text):
        return ""
    try:
        return identity.normal_phone(text)
    except identity.BadPhone:
        return ""


def is_mobile(digits: str) -> bool:
    """Whether a text message can reach it."""
    return bool(_MOBILE.match(digits))


def index(digits: str) -> bytes:
    """The keyed hash under which a user is found."""
    return sealed.index(digits, "phone")
