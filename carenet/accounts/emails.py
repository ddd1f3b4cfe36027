"""E-mail addresses: their one form, how they are sealed, and how colleagues see them."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from carenet.parties import sealed

COLUMN = "accounts_user.email"
LONGEST = 120


def normalised(text: str) -> str:
    """The one form of an address (its domain in small letters), or an empty text when it is none."""
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    name, _at, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}" if len(address) <= LONGEST else ""


def sealed_for(address: str, user_pk: int) -> bytes:
    """The address, readable only for this user's row."""
    return sealed.seal(address, column=COLUMN, row=_row(user_pk))


def unsealed(kept: bytes, user_pk: int) -> str:
    """The address of this user's row."""
    return sealed.unseal(kept, column=COLUMN, row=_row(user_pk))


def masked(address: str) -> str:
    """`wang@example.org` as w***@example.org."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***{at}{domain}" if at else ""


def _row(user_pk: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"accounts.user:{user_pk}")
