"""The second factor of staff: an authenticator app (TOTP, RFC 6238) and ten recovery codes for a lost phone."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from carenet.accounts import limiter, policies
from carenet.accounts.models import Authenticator, User
from carenet.kernel.errors import DomainError
from carenet.parties import sealed

RECOVERY_CODES = 10
TRIES = 5
LOCK_SECONDS = 15 * 60
# No letters that are read wrongly.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongSecondCode(DomainError):
    code = "wrong_second_code"
    default_message = _("This code is not right. Please type the newest six digits of your app.")


class TooManySecondTries(DomainError):
    code = "too_many_tries"
    default_message = _("Too many wrong codes. Please wait 15 minutes, or ask the station director.")


class AlreadySetUp(DomainError):
    code = "second_factor_set_up"
    default_message = _("A second factor is already set up. Please use its code.")


def device_of(user: User) -> Authenticator | None:
    """The confirmed authenticator app of a user."""
    found: Authenticator | None = Authenticator.objects.filter(user=user, confirmed=True).first()
    return found


@transaction.atomic
def begin(*, user: User, by: User, at: datetime) -> Authenticator:
    """Make (or find again) the app that waits for its first code.

    Raises AlreadySetUp, NotAllowed. Source: RFC 6238; GB/T 22239-2019 (two factors, one cryptographic).
    """
    policies.require(by.pk == user.pk)
    User.objects.select_for_update().get(pk=user.pk)
    if device_of(user) is not None:
        raise AlreadySetUp
    waiting: Authenticator | None = Authenticator.objects.filter(user=user, confirmed=False).first()
    if waiting is None:
        waiting = Authenticator(user=user, name="app", confirmed=False)
        waiting.seal_secret(secrets.token_bytes(20))
        waiting.save()
    return waiting


@transaction.atomic
def confirm(*, user: User, token: str, by: User, at: datetime) -> list[str] | DomainError:
    """Take the first code of a new app. Gives ten recovery codes, shown once and kept only as keyed hashes.

    A wrong code is returned, not raised, so that it counts. Raises AlreadySetUp, NotAllowed.
    """
    device = begin(user=user, by=by, at=at)
    if not _take(user, at):
        return TooManySecondTries(field="token")
    if not device.verify_token(_digits(token)):
        return WrongSecondCode(field="token")
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    limiter.forget(f"second:{user.pk}")
    return renew_recovery_codes(user=user, by=by, at=at)


@transaction.atomic
def renew_recovery_codes(*, user: User, by: User, at: datetime) -> list[str]:
    """Ten new recovery codes; the old ones no longer work. Raises NotAllowed."""
    policies.require(by.pk == user.pk)
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = ["".join(secrets.choice(_SIGNS) for _each in range(10)) for _each in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_kept(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def verify(*, user: User, token: str, at: datetime) -> Authenticator | StaticDevice | DomainError:
    """The device that accepts the code of the app (each only once) or an unused recovery code.

    Five wrong codes, then 15 minutes of silence. The refusal is returned, not raised, so that it counts.
    Source: domain.md §9.2.
    """
    if not _take(user, at):
        return TooManySecondTries(field="token")
    found: Authenticator | StaticDevice | None = None
    digits = _digits(token)
    if len(digits) == 6 and digits.isdigit():
        device = Authenticator.objects.select_for_update().filter(user=user, confirmed=True).first()
        found = device if device is not None and device.verify_token(digits) else None
    else:
        kept = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        found = kept if kept is not None and kept.verify_token(_kept(user, token)) else None
    if found is None:
        return WrongSecondCode(field="token")
    limiter.forget(f"second:{user.pk}")
    return found


def _take(user: User, at: datetime) -> bool:
    return limiter.take(f"second:{user.pk}", TRIES, LOCK_SECONDS, at)


def _digits(token: str) -> str:
    """The typed code without blanks and dashes."""
    return "".join(sign for sign in token if sign.isalnum())


def _kept(user: User, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return sealed.index(f"{user.pk}:{plain}", "recovery-code").hex()[:16]


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return int(StaticToken.objects.filter(device__user=user).count())


def picture(device: Authenticator) -> str:
    """The QR code of a new app as inline SVG."""
    import segno  # only here: few people ever see this page

    return segno.make(device.config_url, micro=False).svg_inline(scale=5, border=2)


def secret_text(device: Authenticator) -> str:
    """The secret for typing by hand, in groups of four."""
    from base64 import b32encode

    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
