"""Sealed fields: AES-256-GCM bound to table, column and row, and keyed hashes to search by.

A sealed value is `key number (1 byte) || nonce (12) || ciphertext and tag`. The context (table.column and the
row's UUID) is authenticated, so a value copied into another row or column does not open.
Source: proof.md §4 "Field encryption"; PIPL Art. 51 (encryption of sensitive data).
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


class NotOpened(Exception):
    """The sealed value was changed, moved to another row, or its key is gone."""


@lru_cache(maxsize=16)
def _cipher(key: str) -> AESGCM:
    return AESGCM(bytes.fromhex(key))


def _context(column: str, row: UUID) -> bytes:
    return f"{column}:{row}".encode()


def seal(plain: str, *, column: str, row: UUID) -> bytes:
    """Encrypt a text for one column ('parties_person.id') of one row."""
    nonce = os.urandom(_NONCE)
    keys: list[str] = settings.FIELD_KEYS
    number = len(keys) - 1
    return bytes([number]) + nonce + _cipher(keys[0]).encrypt(nonce, plain.encode(), _context(column, row))


def unseal(value: bytes | memoryview | None, *, column: str, row: UUID) -> str:
    """Decrypt; an empty value is an empty text. Raises NotOpened.

    The newest key stands first in FIELD_KEYS; a value names its key by its distance from the oldest one, so
    that putting a new key in front changes nothing for old values.
    """
    if not value:
        return ""
    raw = bytes(value)
    keys: list[str] = settings.FIELD_KEYS
    try:
        key = keys[len(keys) - 1 - raw[0]]
        return _cipher(key).decrypt(raw[1 : 1 + _NONCE], raw[1 + _NONCE :], _context(column, row)).decode()
    except (InvalidTag, IndexError) as wrong:
        raise NotOpened(column) from wrong


def index(value: str, purpose: str) -> bytes:
    """A keyed hash (HMAC-SHA256) of a normalised value, to find equal values without opening them."""
    key = bytes.fromhex(settings.INDEX_KEY)
    return hmac.digest(key, f"{purpose}:{value.strip()}".encode(), "sha256")
