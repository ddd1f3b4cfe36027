"""Password rules. Source: domain.md §9.2 (≥ 10 characters, 3 of 4 kinds, not containing the name)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from carenet.accounts.models import User

# Without the signs that are read wrongly from a printed slip (0 O, 1 l I).
_LOWER, _UPPER, _DIGITS = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def kinds(password: str) -> int:
    """How many of the four kinds occur: small letters, capitals, digits, anything else."""
    tests = (str.islower, str.isupper, str.isdigit)
    found = sum(any(test(sign) for sign in password) for test in tests)
    return found + any(not sign.isascii() or not sign.isalnum() for sign in password)


class ThreeKindsValidator:
    """Three of four kinds of characters, and not the user name or the name in it."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with a sentence that says what to do."""
        if kinds(password) < 3:
            raise ValidationError(
                _("Use at least three of these: small letters, capital letters, digits, other signs."),
                code="password_too_plain",
            )
        if user is not None:
            lower = password.lower()
            names = (user.username, user.display_name)
            if any(len(name) >= 2 and name.lower() in lower for name in names if name):
                raise ValidationError(
                    _("The password must not contain your name."), code="password_contains_name"
                )

    def get_help_text(self) -> str:
        return str(
            _("At least 10 characters, with three of: small letters, capital letters, digits, other signs.")
        )


def one_time_password() -> str:
    """A password for a printed slip: 12 clear characters in groups of four, all rules kept."""
    signs = [secrets.choice(_LOWER) for _each in range(6)]
    signs += [secrets.choice(_UPPER) for _each in range(2)] + [secrets.choice(_DIGITS) for _each in range(4)]
    secrets.SystemRandom().shuffle(signs)
    text = "".join(signs)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"
